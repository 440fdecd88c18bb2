"""Signed requests to the hub's /slack/events, as Slack sends them."""

import asyncio
import hashlib
import hmac
import json
import secrets
import time
from typing import Any
from urllib.parse import urlencode

from deploy.simulator.hub import Answer
from deploy.simulator.state import World

Json = dict[str, Any]
FORM = "application/x-www-form-urlencoded"


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """X-Slack-Signature: v0= and hex HMAC-SHA256 over v0:timestamp:body."""
    return "v0=" + hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256).hexdigest()


def signed_now(secret: str, entry: Json) -> Json:
    """A request of the wire log, signed as if it were sent now."""
    timestamp, body = str(int(time.time())), entry.get("raw") or ""
    new = {"x-slack-request-timestamp": timestamp, "x-slack-signature": signature(secret, timestamp, body.encode())}
    return {**entry, "headers": entry["headers"] | new}


async def post(world: World, body: bytes, content_type: str, *, kind: str, **more: Any) -> Answer:
    """Send a signed request; `more` may hold headers, or timestamp and signature to try what is refused."""
    timestamp = str(more.get("timestamp", int(time.time())))  # the wire's own time: a demo's clock may be ahead
    headers = {
        "Content-Type": content_type, "X-Slack-Request-Timestamp": timestamp, "User-Agent": "Slackbot 1.0",
        "X-Slack-Signature": more.get("signature", signature(world.config.slack_secret, timestamp, body)),
        **more.get("headers", {}),
    }  # fmt: skip
    return await world.hub.post(
        f"{world.config.hub}/slack/events", body, headers, within=world.config.slack_timeout, platform="slack",
        kind=kind,
    )  # fmt: skip


async def interaction(world: World, payload: Json) -> Answer:
    """Send an interaction: a form whose field `payload` holds the JSON."""
    body = urlencode({"payload": json.dumps(payload, ensure_ascii=False)}).encode()
    if world.faults.duplicates("slack"):
        await post(world, body, FORM, kind=payload["type"])
    return await post(world, body, FORM, kind=payload["type"])


async def event(world: World, inner: Json) -> int:
    """Send an event, again after a failure as often as is set; gives the last status."""
    envelope = {
        "token": "verification", "team_id": world.config.team, "api_app_id": world.config.app_id, "event": inner,
        "type": "event_callback", "event_id": "Ev" + secrets.token_hex(5).upper(), "event_time": int(world.now()),
        "authorizations": [{"team_id": world.config.team, "user_id": world.config.bot_user, "is_bot": True,
                            "is_enterprise_install": False}],
        "is_ext_shared_channel": False, "event_context": "4-" + secrets.token_hex(12),
    }  # fmt: skip
    body, kind = json.dumps(envelope, ensure_ascii=False).encode(), inner["type"]
    answer = await post(world, body, "application/json", kind=kind)
    twice = world.faults.duplicates("slack")
    for number, pause in enumerate([0.0] if twice and answer.status == 200 else world.config.slack_retries, 1):
        if answer.status == 200 and not twice:
            break
        await asyncio.sleep(pause)
        reason = {0: "connection_failed", -1: "http_timeout"}.get(answer.status, "http_error")
        again = {"X-Slack-Retry-Num": str(number), "X-Slack-Retry-Reason": reason}
        answer = await post(world, body, "application/json", kind=kind, headers=again)
        twice = False
    return answer.status


async def verify_url(world: World) -> Answer:
    """Slack's challenge when an app's address is entered."""
    challenge = {"token": "verification", "challenge": secrets.token_urlsafe(40), "type": "url_verification"}
    return await post(world, json.dumps(challenge).encode(), "application/json", kind="url_verification")
