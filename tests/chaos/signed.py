"""Requests of LINE and Slack to the hubs of a world."""

import hashlib
import json
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from tests import pace
from tests.stand_ins import signed

LINE_SECRET, SLACK_SECRET, CHANNEL = "chaos-line", "chaos-slack", "C0INTAKE0"


def send(hub: str, key: str) -> int:
    """Send an event of that key to a hub, once, and return the code of its answer; 0 when nobody answered."""
    body, headers = signed.webhook([signed.taken_back(key)], LINE_SECRET)
    try:
        with urlopen(Request(f"{hub}/line/webhook", body, headers), timeout=pace.within(30)) as answer:  # noqa: S310  our own hub
            return int(answer.status)
    except HTTPError as refused:
        return refused.code
    except OSError:
        return 0


def press(number: str, by: str, stamp: str) -> tuple[bytes, dict[str, str]]:
    """Return body and headers of a press of 担当する on a card; the same stamp makes the same press."""
    claim = signed.press(by, "case.claim", number, CHANNEL, f"t{by}")
    body = urlencode({"payload": json.dumps(claim)}).encode()
    return body, signed.by_slack(body, stamp, SLACK_SECRET)


def press_key(body: bytes, stamp: str) -> str:
    """Return the key under which the hub's inbox keeps a press."""
    return hashlib.sha256(f"v0:{stamp}:".encode() + body).hexdigest()
