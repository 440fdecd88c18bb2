"""What happens around every listener: who asks is noted, a failure is answered kindly and logged once."""

import hashlib
import json
import logging
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import aiohttp
from slack_bolt.async_app import AsyncAck, AsyncBoltContext, AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.exc import IntegrityError

from bot.delivery import traces
from bot.desk.record.numbers import read_number
from bot.desk.team import staff
from bot.errors import Refused
from bot.slack import words
from bot.slack.door.courtesy import Courtesy
from bot.slack.door.desk import Desk, Press, Repeated
from bot.slack.kit import modals
from bot.slack.listeners.answering import answer, whisper

log = logging.getLogger(__name__)
FRESH = 60.0  # seconds a list of members is believed
_NUMBER = re.compile(r"(?<!\d)\d{4}-\d{4,}(?!\d)")

Next = Callable[[], Awaitable[None]]


class FirmAck(AsyncAck):
    """An ack that stays given, and that lets other people's acks go first.

    Bolt takes an ack back when the listener fails shortly after it. And what a listener does after its ack would
    delay those who still wait for theirs.
    """

    _given: BoltResponse | None = None

    def __init__(self, courtesy: Courtesy) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # Bolt's own has no types
        self._courtesy = courtesy
        self._afterwards = AsyncExitStack()
        self._heard = False  # whether a listener runs: Bolt itself acks events before it, and refusals after it

    async def __call__(self, *args: Any, **values: Any) -> BoltResponse:
        first = self._given is None
        given = await super().__call__(*args, **values)
        if self._heard and first:
            await self._afterwards.enter_async_context(self._courtesy.afterwards())
        return given

    @asynccontextmanager
    async def heard(self) -> AsyncIterator[None]:
        """Surround a listener: what it does after its ack waits until other people have their acks."""
        async with self._afterwards:
            if self._given is not None:
                await self._afterwards.enter_async_context(self._courtesy.afterwards())
            self._heard = True
            try:
                yield
            finally:
                self._heard = False

    @property
    def response(self) -> BoltResponse | None:
        return self._given

    @response.setter
    def response(self, given: BoltResponse | None) -> None:
        self._given = given or self._given


class Gate:
    """Puts the desk and the press into the context; enrols the intake channel's members where that is wished."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._members: set[str] = set()
        self._read_at = float("-inf")

    async def enter(
        self, req: AsyncBoltRequest, body: dict[str, Any], context: AsyncBoltContext, client: AsyncWebClient, next: Next
    ) -> None:
        """Note who asks, when, and the request's own key."""
        by = str(context.user_id or "")
        context["ack"] = FirmAck(self._desk.courtesy)
        context["desk"], context["enrol"] = self._desk, self.enrol
        view = body.get("view") or {}
        context["press"] = Press(by, self._desk.clock(), request_key(req, body), cases_of(body), modals.filled_in(view))
        if by and self._desk.auto_enrol and not _is_an_app(body) and not _from_elsewhere(body):
            await self._enrol(client, by)
        await next()

    async def enrol(self, client: AsyncWebClient, slack_id: str) -> None:
        """Make a member of the intake channel a coordinator, if the centre wishes so."""
        if self._desk.auto_enrol:
            await self._enrol(client, slack_id)

    async def _enrol(self, client: AsyncWebClient, slack_id: str) -> None:
        async with self._desk.db.reading() as session:
            if await staff.role_of(session, slack_id) is not None:
                return
        if slack_id not in await self._channel(client):
            return
        try:
            async with self._desk.db.transaction() as session:
                await staff.enrol(session, slack_id, now=self._desk.clock())
        except IntegrityError:
            log.info("enrolled by another request", extra={"by": slack_id})

    async def _channel(self, client: AsyncWebClient) -> set[str]:
        if time.monotonic() - self._read_at > FRESH:
            try:
                self._members = await _members(client, self._desk.intake_channel)
                self._read_at = time.monotonic()
            except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
                log.warning("the channel's members are unknown", extra={"error": type(error).__name__})
        return self._members


async def failed(
    error: Exception, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient,
    context: AsyncBoltContext, response: BoltResponse | None,
) -> BoltResponse | None:  # fmt: skip
    """Answer the person: a refusal in its own words, a repetition with nothing, a bug with an apology."""
    if not isinstance(error, Refused | Repeated):
        log.error("a listener failed", extra=traces.told(error, by=context.user_id))
    repeated = words.FORM_KEPT if isinstance(error, Repeated) and error.changed else ""
    text = repeated if isinstance(error, Repeated) else str(error) if isinstance(error, Refused) else words.BUG
    if ack.response is not None:
        if text:
            await whisper(client, body, text)
    elif text:
        await answer(ack, client, body, text)
    else:
        await ack()
    return ack.response if response is not None else None


def request_key(req: AsyncBoltRequest, body: dict[str, Any]) -> str:
    """Return the key under which a request counts once.

    The same bytes signed at the same second are the same request. A modal that Slack gave up waiting for can be
    submitted again, with new bytes: there the form as it was shown (`id`, `hash`), and who fills it in, is the key.
    """
    view = body.get("view") or {}
    if body.get("type") == "view_submission" and view.get("id") and view.get("hash"):
        person = body.get("user") or {}
        shown = [person.get("team_id"), person.get("id"), view.get("callback_id"), view["id"], view["hash"]]
        return hashlib.sha256(json.dumps(["view", *shown]).encode()).hexdigest()
    stamp = (req.headers.get("x-slack-request-timestamp") or [""])[0]
    return hashlib.sha256(f"v0:{stamp}:{req.raw_body}".encode()).hexdigest()


def cases_of(body: dict[str, Any]) -> frozenset[str]:
    """Return the numbers of the cases a request is about: its buttons' values, its modal's memory, /case NUMBER."""
    named = [str(action.get("value") or "") for action in body.get("actions") or []]
    named.append(str((body.get("view") or {}).get("private_metadata") or ""))
    if body.get("command") == "/case":
        named.append(read_number(str(body.get("text") or "")))
    return frozenset(number for one in named for number in _NUMBER.findall(one))


async def _members(client: AsyncWebClient, channel: str) -> set[str]:
    found: set[str] = set()
    cursor: str | None = None
    while cursor != "":
        page = await client.conversations_members(channel=channel, cursor=cursor, limit=500)
        found |= set(page.get("members") or [])
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
    return found


def _is_an_app(body: dict[str, Any]) -> bool:
    """Whether an event is by another app, which may be a member of the intake channel and post there."""
    return bool((body.get("event") or {}).get("bot_id"))


def _from_elsewhere(body: dict[str, Any]) -> bool:
    """Whether the person belongs to another workspace (a channel shared through Slack Connect).

    A press says it of the person, an event of who it is by (https://docs.slack.dev/apis/slack-connect).
    """
    user, event, team = (
        {**one} if isinstance(one := body.get(name), dict) else {} for name in ("user", "event", "team")
    )
    homes = (user.get("team_id"), event.get("user_team"), event.get("source_team"))
    here = team.get("id") or body.get("team_id")
    return bool(here) and any(home not in (None, "", here) for home in homes)
