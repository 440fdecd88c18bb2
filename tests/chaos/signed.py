"""Requests as LINE and Slack sign them."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen
from uuid import uuid4

from deploy.simulator.slack.signing import signature
from tests import pace

LINE_SECRET, SLACK_SECRET, CHANNEL = "chaos-line", "chaos-slack", "C0INTAKE0"


def webhook(events: Sequence[Mapping[str, Any]]) -> tuple[bytes, dict[str, str]]:
    """Return body and headers of one request of LINE's."""
    body = json.dumps({"destination": "U" + "0" * 32, "events": events}, ensure_ascii=False).encode()
    signed = base64.b64encode(hmac.digest(LINE_SECRET.encode(), body, "sha256")).decode()
    return body, {"X-Line-Signature": signed, "Content-Type": "application/json"}


def send(hub: str, key: str) -> int:
    """Send an event of that key to a hub, once, and return the code of its answer; 0 when nobody answered."""
    body, headers = webhook([taken_back(key)])
    try:
        with urlopen(Request(f"{hub}/line/webhook", body, headers), timeout=pace.within(30)) as answer:  # noqa: S310  our own hub
            return int(answer.status)
    except HTTPError as refused:
        return refused.code
    except OSError:
        return 0


def taken_back(key: str) -> dict[str, Any]:
    """Return an event that needs no answer: a message taken back."""
    return {
        "type": "unsend", "mode": "active", "timestamp": int(time.time() * 1000), "webhookEventId": key,
        "deliveryContext": {"isRedelivery": False}, "source": {"type": "user", "userId": "U" + uuid4().hex},
        "unsend": {"messageId": str(uuid4().int)[:18]},
    }  # fmt: skip


def press(number: str, by: str, stamp: str) -> tuple[bytes, dict[str, str]]:
    """Return body and headers of a press of 担当する on a card; the same stamp makes the same press."""
    body = urlencode({"payload": json.dumps(_claim(number, by))}).encode()
    return body, {
        "X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature(SLACK_SECRET, stamp, body),
        "Content-Type": "application/x-www-form-urlencoded",
    }  # fmt: skip


def press_key(body: bytes, stamp: str) -> str:
    """Return the key under which the hub's inbox keeps a press."""
    return hashlib.sha256(f"v0:{stamp}:".encode() + body).hexdigest()


def _claim(number: str, by: str) -> dict[str, Any]:
    action = {"type": "button", "action_id": "case.claim", "block_id": "b", "value": number, "action_ts": "1"}
    return {
        "type": "block_actions", "team": {"id": "T1", "domain": "centre"}, "api_app_id": "A1", "token": "x",
        "user": {"id": by, "team_id": "T1"}, "trigger_id": f"t{by}", "actions": [action],
        "channel": {"id": CHANNEL, "name": "intake"}, "container": {"type": "message", "channel_id": CHANNEL},
    }  # fmt: skip
