"""LINE's door: what is refused, what is kept aside, and that siblings of an odd event are unharmed."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlmodel import select
from starlette.requests import Request

from bot.delivery.accept import Acceptor
from bot.line.webhook import LARGEST, Webhook, arrivals
from storage.db import Database
from storage.models import InboxRow
from tests.stand_ins.signed import by_line

SECRET = "channel-secret"


class Door:
    """A webhook on a real database, spoken to as LINE does."""

    def __init__(self, database: Database, acceptor: Acceptor) -> None:
        self.database, self.woken = database, 0
        self._webhook = Webhook(acceptor, SECRET, self._wake)

    async def gets(self, body: bytes, signature: str | None = "good") -> int:
        headers = []
        if signature == "good":
            signature = by_line(body, SECRET)
        if signature is not None:
            headers = [(b"x-line-signature", signature.encode())]
        pieces = [body[at : at + 65_536] for at in range(0, len(body), 65_536)] or [b""]

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": pieces.pop(0), "more_body": bool(pieces)}

        scope = {"type": "http", "method": "POST", "path": "/line/webhook", "query_string": b"", "headers": headers}
        return (await self._webhook(Request(scope, receive))).status_code

    async def kept(self) -> list[InboxRow]:
        async with self.database.reading() as session:
            return list((await session.exec(select(InboxRow).order_by(InboxRow.id))).all())  # type: ignore[arg-type]

    def _wake(self) -> None:
        self.woken += 1


@pytest.mark.parametrize(
    ("message", "together"),
    [
        ({"type": "image", "imageSet": {"id": "E005D41A", "index": 2, "total": 3}}, "E005D41A"),
        ({"type": "image", "imageSet": {"id": 7}}, None),
        ({"type": "image", "imageSet": {"id": "\x00" * 3}}, None),
        ({"type": "image", "imageSet": "E005D41A"}, None),
        ({"type": "image"}, None),
        ("image", None),
        (None, None),
    ],
)
def test_photos_of_one_action_know_each_other(message: Any, together: str | None) -> None:
    (arrival,) = arrivals(json.dumps({"events": [{"type": "message", "message": message}]}).encode())

    assert arrival.together == together


@pytest.fixture
async def door(database: Database) -> AsyncIterator[Door]:
    acceptor = Acceptor(database, lambda: datetime.now(UTC))
    await acceptor.start()
    yield Door(database, acceptor)
    await acceptor.close()


def event(key: str = "01A", text: str = "こんにちは", **more: Any) -> dict[str, Any]:
    message = {"type": "text", "id": "1", "text": text}
    return {
        "type": "message",
        "webhookEventId": key,
        "source": {"type": "user", "userId": "U1"},
        "message": message,
    } | more


def body(*events: Any) -> bytes:
    return json.dumps({"destination": "U0", "events": list(events)}).encode()


async def test_every_event_is_on_disk_when_line_gets_its_200(door: Door) -> None:
    assert await door.gets(body(event("01A"), event("01B"))) == 200
    assert [(row.key, row.conv, row.status) for row in await door.kept()] == [
        ("line:01A", "line:U1", "new"),
        ("line:01B", "line:U1", "new"),
    ]
    assert door.woken == 1


async def test_a_redelivery_adds_nothing(door: Door) -> None:
    for _ in range(3):
        assert await door.gets(body(event("01A"))) == 200
    assert len(await door.kept()) == 1


@pytest.mark.parametrize("signature", [None, "", "bad", "ﾊﾞｯﾄﾞ", "A" * 10_000])
async def test_without_line_s_signature_nothing_is_kept(door: Door, signature: str | None) -> None:
    assert await door.gets(body(event()), signature) == 401
    assert await door.kept() == []


async def test_a_signature_is_over_the_raw_bytes(door: Door) -> None:
    assert await door.gets(body(event()).replace(b",", b", "), by_line(body(event()), SECRET)) == 401


async def test_more_than_a_megabyte_is_refused(door: Door) -> None:
    assert await door.gets(b" " * (LARGEST + 1)) == 413
    assert await door.kept() == []


@pytest.mark.parametrize(
    "oddity",
    [b"", b"not json", b"{}", b'{"events": 5}', b"[" * 200_000, b'"\\ud800"', b'{"events": null}', b"\xff\xfe"],
)
async def test_a_signed_oddity_is_kept_aside_once(door: Door, oddity: bytes) -> None:
    assert await door.gets(oddity) == 200
    assert await door.gets(oddity) == 200

    assert [(row.status, row.body) for row in await door.kept()] == [("quarantine", oddity)]


async def test_no_events_is_line_s_way_to_ask_whether_we_are_there(door: Door) -> None:
    assert await door.gets(body()) == 200
    assert await door.kept() == []


@pytest.mark.parametrize(
    "odd",
    [
        5,
        "text",
        {},
        event("01C", source="nobody"),
        event("01D", source={"userId": "U\x00"}),
        event("\x00"),
        event("x" * 5000),
        event("01E", message=None),
        event("01F", text="\ud800 \x00"),
    ],
)
async def test_the_siblings_of_an_odd_event_are_unharmed(door: Door, odd: Any) -> None:
    assert await door.gets(body(event("01A"), odd, event("01B"))) == 200

    keys = [row.key for row in await door.kept() if row.status == "new"]
    assert {"line:01A", "line:01B"} <= set(keys)
    assert len(await door.kept()) == 3


def test_an_event_without_an_id_that_comes_once_more_is_the_same_event() -> None:
    event = {"type": "message", "timestamp": 1, "source": {"userId": "U1"}, "message": {"id": "5", "text": "あ"}}
    again = {**event, "deliveryContext": {"isRedelivery": True}}

    (first,), (second,) = (list(arrivals(json.dumps({"events": [one]}).encode())) for one in (event, again))
    assert first.key == second.key
