"""POST /slack/events: lets in only what Slack signed, what is recent, and what is not too big."""

from collections.abc import Awaitable, Callable, Mapping

from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.internals import parse_body
from slack_sdk.signature import SignatureVerifier
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.slack.door.courtesy import Courtesy

MOST_BYTES = 1_048_576

Door = Callable[[Request], Awaitable[Response]]


def door(app: AsyncApp, signing_secret: str, courtesy: Courtesy) -> Door:
    """Return the endpoint: 413 when too big, 401 when not signed by Slack just now, 400 for no request of Slack's."""
    handler, verifier = AsyncSlackRequestHandler(app), SignatureVerifier(signing_secret)

    async def slack_events(request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return PlainTextResponse("too large", 413)
        if not signed(body, request.headers, verifier):
            return PlainTextResponse("not signed by Slack", 401)
        if not _understood(body, request.headers.get("content-type", "")):
            return PlainTextResponse("no request of Slack's", 400)
        request._body = body  # what was read here is what the handler reads
        with courtesy.waits():
            return await handler.handle(request)

    return slack_events


def signed(body: bytes, headers: Mapping[str, str], verifier: SignatureVerifier) -> bool:
    """Tell whether Slack signed these very bytes within the last five minutes."""
    stamp, signature = headers.get("x-slack-request-timestamp"), headers.get("x-slack-signature")
    try:
        return verifier.is_valid(body, stamp, signature)
    except (ValueError, TypeError):  # the time is no number, the body isn't UTF-8, or the signature isn't ASCII
        return False


async def _body(request: Request) -> bytes | None:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return None
    return body


def _understood(body: bytes, content_type: str) -> bool:
    """Tell whether Bolt can read it: a signed body that is no object would make Bolt fail."""
    try:
        return isinstance(parse_body(body.decode(), content_type), dict)
    except (ValueError, RecursionError):  # not UTF-8, not JSON, or nested without end
        return False
