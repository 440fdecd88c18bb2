"""POST /slack/events: who gets in."""

import json
import time
from typing import Any
from urllib.parse import urlencode

import pytest

from deploy.simulator.slack.signing import signature
from tests.slack.person import SECRET, post, signed_post
from tests.stand_ins.signed import by_slack


def stamp() -> str:
    return str(int(time.time()))


@pytest.mark.parametrize(
    ("when", "secret"),
    [
        ("{now}", "another-secret"), ("{old}", SECRET), ("{ahead}", SECRET), ("abc", SECRET), ("", SECRET),
        ("１２３", SECRET), ("9" * 40, SECRET), ("{now}.5", SECRET), ("-1", SECRET), ("nan", SECRET),
    ],
)  # fmt: skip
async def test_what_slack_did_not_sign_just_now_stays_outside(office: Any, when: str, secret: str) -> None:
    case, now = await office.case(), int(time.time())
    await office.staff("U0TANAKA")
    when = when.format(now=now, old=now - 302, ahead=now + 330)
    payload = {"type": "block_actions", "user": {"id": "U0TANAKA"}, "team": {"id": "T1"}, "trigger_id": "1",
               "actions": [{"type": "button", "action_id": "case.claim", "value": case.number}]}  # fmt: skip
    body = urlencode({"payload": json.dumps(payload)}).encode()
    said = {name: value.encode().decode("latin-1") for name, value in by_slack(body, when, secret).items()}

    assert (await post(office.app, body, said)).status == 401
    assert (await office.now(case)).main is None


@pytest.mark.parametrize("missing", ["X-Slack-Signature", "X-Slack-Request-Timestamp"])
async def test_a_missing_header_is_a_401(office: Any, missing: str) -> None:
    said = by_slack(b"{}", stamp(), SECRET)
    del said[missing]

    assert (await post(office.app, b"{}", said)).status == 401


@pytest.mark.parametrize("change", [b"{ }", b'{"a":1}', b"{}\n"])
async def test_one_other_byte_is_a_401(office: Any, change: bytes) -> None:
    assert (await post(office.app, change, by_slack(b"{}", stamp(), SECRET))).status == 401


async def test_a_signature_in_capitals_or_not_ascii_is_a_401(office: Any) -> None:
    for made in (signature(SECRET, stamp(), b"{}").upper(), "v0=\xe3\x81"):
        said = by_slack(b"{}", stamp(), SECRET) | {"X-Slack-Signature": made}
        assert (await post(office.app, b"{}", said)).status == 401


async def test_more_than_a_megabyte_is_refused_before_anything_else(office: Any) -> None:
    big = b"x" * 1_048_577

    assert (await post(office.app, big, by_slack(big, stamp(), SECRET))).status == 413


async def test_slack_asks_whether_the_address_is_ours(office: Any) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "abc", "token": "x"}).encode()

    answer = await post(office.app, body, by_slack(body, stamp(), SECRET))

    assert (answer.status, answer.json) == (200, {"challenge": "abc"})


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"payload=%7B", b"payload=[1]", b"payload=1", b"\xff\xfe", b"a=b", b"{}",
     b'{"type":"event_callback"}', b"payload=" + b"[" * 100_000, b'payload={"type":"block_actions"}',
     b'payload={"type":"view_submission","user":{}}',
     b'{"type":"event_callback","event":{"type":"message","user":"U1"}}', b"command=/nobody&user_id=U1",
     b'payload={"type":"block_actions","user":{"id":"U1"},"actions":[{"action_id":"case.claim"}]}',
     b'payload={"type":"shortcut","callback_id":"x","user":{"id":"U1"}}'],
)  # fmt: skip
async def test_signed_oddities_never_break_the_door(office: Any, body: bytes) -> None:
    assert (await signed_post(office.app, body)).status < 500
