"""What LINE and Slack send to the hub, and how they sign it."""

import base64
import hmac
import json
import time
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid4

from deploy.simulator.slack.signing import FORM, signature

Json = dict[str, Any]
Headers = dict[str, str]


def by_line(body: bytes, secret: str) -> str:
    """Return LINE's signature of a request."""
    return base64.b64encode(hmac.digest(secret.encode(), body, "sha256")).decode()


def webhook(events: Sequence[Mapping[str, Any]], secret: str) -> tuple[bytes, Headers]:
    """Return body and headers of one request of LINE's."""
    body = json.dumps({"destination": "U" + "0" * 32, "events": events}, ensure_ascii=False).encode()
    return body, {"X-Line-Signature": by_line(body, secret), "Content-Type": "application/json"}


def taken_back(key: str) -> Json:
    """Return an event that needs no answer: a message taken back."""
    return {
        "type": "unsend", "mode": "active", "timestamp": int(time.time() * 1000), "webhookEventId": key,
        "deliveryContext": {"isRedelivery": False}, "source": {"type": "user", "userId": "U" + uuid4().hex},
        "unsend": {"messageId": str(uuid4().int)[:18]},
    }  # fmt: skip


def by_slack(body: bytes, stamp: str, secret: str, kind: str = FORM) -> Headers:
    """Return the headers of a request of Slack's."""
    made = signature(secret, stamp, body)
    return {"Content-Type": kind, "X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": made}


def interaction(kind: str, by: str, trigger: str) -> Json:
    """Return what every press and every modal of a person has."""
    return {
        "type": kind, "team": {"id": "T1", "domain": "centre"}, "api_app_id": "A1", "token": "x",
        "user": {"id": by, "team_id": "T1"}, "trigger_id": trigger,
    }  # fmt: skip


def press(by: str, action_id: str, value: str, channel: str, trigger: str) -> Json:
    """Return a press of a button on a card."""
    action = {"type": "button", "action_id": action_id, "block_id": "b", "value": value, "action_ts": "1"}
    place = {"channel": {"id": channel, "name": "intake"}, "container": {"type": "message", "channel_id": channel}}
    return interaction("block_actions", by, trigger) | place | {"actions": [action]}


def command(by: str, name: str, text: str, trigger: str) -> dict[str, str]:
    """Return the form of a slash command."""
    return {
        "command": name, "text": text, "user_id": by, "team_id": "T1", "channel_id": "C9", "api_app_id": "A1",
        "trigger_id": trigger, "response_url": "https://hooks.slack.com/x", "is_enterprise_install": "false",
    }  # fmt: skip
