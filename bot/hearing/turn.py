"""One event of a citizen, from the inbox to what is said back: the heart of the hearing."""

import logging
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery import outbox, quota
from bot.delivery.inbox import ClaimedEvent
from bot.desk.consultation import privacy
from bot.desk.consultation.intake import linking, proposals
from bot.errors import TryLater
from bot.hearing import confidential, late, media, taps
from bot.hearing.buttons import intent_of, is_stale
from bot.hearing.confidential import FormAt
from bot.hearing.endpoint import AGAIN
from bot.hearing.incoming import Incoming
from bot.hearing.rasa import Message, Rasa, RasaSilent
from bot.hearing.standing import Standing, by_line_id, known, of
from bot.hearing.taps.kinds import Tap
from bot.phrases import phrase
from storage.db import Database
from storage.models import Citizen

log = logging.getLogger(__name__)
SLASH = re.compile(r"^(\s*)/")  # Rasa would take it for a command, blanks in front or not
SHORT, MESSAGES = 2_000, 5  # characters of a text that is one message; LINE's messages of a call
INVITING = "/status_query"  # the first button of utter_ask_message, and of nothing else
SILENT_FOR = timedelta(hours=1)  # an action that fails that long is a bug: a person must look


class Turns:
    """Takes a citizen's events one at a time and in order."""

    def __init__(self, db: Database, rasa: Rasa, clock: Callable[[], datetime], form_at: FormAt | None = None) -> None:
        self._db, self._rasa, self._clock = db, rasa, clock
        self._form_at = form_at  # where people write when nothing is asked in the talk

    async def __call__(self, event: ClaimedEvent) -> None:
        """Work on one event to its end; raises TryLater when Rasa doesn't answer."""
        incoming = Incoming.read(event.key, event.body, event.received_at)
        if incoming.user_id is None or not incoming.one_to_one:
            return await self._not_alone(event, incoming)
        if incoming.kind in ("message", "postback", "follow") and not incoming.standby:
            return await self._turn(event, incoming)
        async with self._db.transaction() as session:
            await _note(session, incoming, self._clock())
            return await event.finish(session, self._clock())

    async def _turn(self, event: ClaimedEvent, incoming: Incoming) -> None:
        standing, done = await self._prepare(incoming)
        if standing is None:
            return await self._leave(event)
        if incoming.tap or await self._reads_as_tap(incoming, standing):
            return await self._tap(event, incoming)
        stale = is_stale(incoming, standing.proposal)
        try:
            if self._form_at and await self._is_said_elsewhere(event, incoming, self._form_at):
                return None
            if await self._belongs_before(incoming, standing):
                return await self._add_late(event, incoming)
            words = _words_for_rasa(incoming, standing, again=stale or done)
            said = await self._ask(standing, words, event)
        except (TryLater, RasaSilent) as failure:
            await self._hold(incoming)
            if isinstance(failure, RasaSilent) and self._clock() - incoming.received_at < SILENT_FOR:
                raise TryLater("Rasa said nothing", after=10) from failure
            raise
        return await self._finish(event, incoming, [{"text": phrase("stale")}, *said] if stale else said)

    async def _prepare(self, incoming: Incoming) -> tuple[Standing | None, bool]:
        """What must be on record before Rasa hears of it: the citizen, and photos to fetch at once.

        No standing means that the message was taken back; True, that it has changed the draft already.
        """
        now = self._clock()
        async with self._db.transaction() as session:
            standing = await by_line_id(session, incoming.user_id or "", now)
            standing.citizen.following = True
            await media.fetch(session, standing, incoming, now)
            if incoming.kind == "message" and linking.read_code(incoming.words):
                await linking.note_try(session, standing.citizen, incoming.key, now)
            about = standing.proposal.id if standing.proposal else standing.case.proposal_id if standing.case else None
            if (intent := intent_of(incoming)) and not is_stale(incoming, standing.proposal):
                await proposals.was_command(session, about, intent)
            if await privacy.was_unsent(session, incoming.message_id):
                return None, False
            return standing, await proposals.was_applied(session, standing.citizen.id, incoming.key)

    async def _belongs_before(self, incoming: Incoming, standing: Standing) -> bool:
        if standing.proposal is None or incoming.kind != "message":
            return False
        async with self._db.reading() as session:
            early = await late.was_written_before(session, standing.proposal, incoming)
        return early and not await late.is_command(self._rasa, incoming)

    async def _reads_as_tap(self, incoming: Incoming, standing: Standing) -> bool:
        if incoming.kind != "message" or incoming.content != "text":
            return False
        async with self._db.reading() as session:
            return await taps.typed(session, standing, incoming.words, self._clock()) is not None

    async def _tap(self, event: ClaimedEvent, incoming: Incoming) -> None:
        """The citizen's word on something the desk put to them; the conversation goes on where it was."""
        now = self._clock()
        async with self._db.transaction() as session:
            standing = await by_line_id(session, incoming.user_id or "", now)
            args = incoming.tap or await taps.typed(session, standing, incoming.words, now) or {}
            said = await taps.answer(Tap(session, standing, args, incoming.key, now))
            await _say(session, standing.citizen, incoming, "turn", {"messages": said}, now)
            standing.citizen.busy_told_at = None
            await event.finish(session, now)

    async def _is_said_elsewhere(self, event: ClaimedEvent, incoming: Incoming, form_at: FormAt) -> bool:
        """Hand out the form's address where this would be asked or told in the talk."""
        tapped = incoming.kind != "message" and (incoming.kind == "follow" or incoming.do.startswith("/"))
        is_command = tapped or confidential.agrees(incoming) or await late.is_command(self._rasa, incoming)
        now = self._clock()
        async with self._db.transaction() as session:
            standing = await by_line_id(session, incoming.user_id or "", now)
            said = await confidential.instead(session, standing, incoming, is_command=is_command, now=now, at=form_at)
            if said is None:
                return False
            await _say(session, standing.citizen, incoming, "turn", {"messages": said}, now)
            standing.citizen.busy_told_at = None
            await event.finish(session, now)
            return True

    async def _leave(self, event: ClaimedEvent) -> None:
        async with self._db.transaction() as session:
            await event.finish(session, self._clock())

    async def _add_late(self, event: ClaimedEvent, incoming: Incoming) -> None:
        now = self._clock()
        async with self._db.transaction() as session:
            standing = await by_line_id(session, incoming.user_id or "", now)
            if standing.proposal and standing.proposal.before:
                await late.add(session, standing.proposal, incoming.said())
            await event.finish(session, now)

    async def _ask(self, standing: Standing, words: str, event: ClaimedEvent) -> list[Message]:
        repeated = words in ("/resume", "/status_query")
        key = event.key + (AGAIN if repeated else "")
        said = await self._rasa.say(standing.conversation, words, key, standing.position)
        if standing.proposal and not any(message.get("buttons") for message in said):
            # An action failed on the way and Rasa went on without it: the question that ends every answer is missing.
            log.warning("an answer was cut short", extra={"event": event.key})
            async with self._db.reading() as session:
                now = await of(session, standing.citizen)
            said += await self._rasa.say(standing.conversation, "/resume", event.key + AGAIN, now.position)
        return said

    async def _hold(self, incoming: Incoming) -> None:
        """Tell the citizen once per outage that the message is safe."""
        now = self._clock()
        async with self._db.transaction() as session:
            citizen = (await by_line_id(session, incoming.user_id or "", now)).citizen
            if citizen.busy_told_at is None:
                citizen.busy_told_at = now
                await _say(session, citizen, incoming, "holding", {}, now)

    async def _finish(self, event: ClaimedEvent, incoming: Incoming, said: list[Message]) -> None:
        now = self._clock()
        async with self._db.transaction() as session:
            citizen = await known(session, incoming.user_id or "")
            if citizen is None:
                await _say_goodbye(session, incoming, said, now)
                await event.finish(session, now)
                await privacy.hide_arrivals(session, incoming.user_id or "")
                return
            draft = await proposals.draft_of(session, citizen.id)
            opened = {"proposal": draft.id, "question": draft.question} if draft else {}
            await _say(session, citizen, incoming, "turn", {"messages": _once(said), **opened}, now)
            citizen.busy_told_at = None
            await event.finish(session, now)

    async def _not_alone(self, event: ClaimedEvent, incoming: Incoming) -> None:
        """A group chat: nothing is asked or kept there, and a first message says where to go."""
        now = self._clock()
        async with self._db.transaction() as session:
            if incoming.reply_token and incoming.kind in ("join", "message"):
                await outbox.put(
                    session,
                    dest="line",
                    conv=f"line:{event.conv}",
                    kind="only_one_to_one",
                    payload={},
                    key=f"only_one_to_one:{event.conv}",
                    now=now,
                    reply_token=incoming.reply_token,
                    token_at=incoming.received_at,
                )
            await event.finish(session, now)


def _once(said: list[Message]) -> list[Message]:
    """Leave of the invitation to write only its buttons, where anything else is said: it follows every message."""
    *before, last = said or [{}]
    invites = any(button.get("payload") == INVITING for button in (last.get("buttons") or [])[:1])
    return [*before, {**last, "text": ""}] if before and invites else said


def _words_for_rasa(incoming: Incoming, standing: Standing, *, again: bool) -> str:
    """Only buttons may carry commands: a typed slash is made harmless. `again`: only the question is repeated."""
    if incoming.kind == "follow":
        return "/greet"
    if again:
        return "/resume" if standing.proposal else "/status_query"
    if incoming.do.startswith("/"):
        return incoming.do
    return SLASH.sub(r"\1／", incoming.words) or "…"


async def _note(session: AsyncSession, incoming: Incoming, now: datetime) -> None:
    """Events that need no answer: a message taken back, an account that was left."""
    if incoming.kind == "unsend" and incoming.message_id:
        await privacy.unsend(session, incoming.message_id, now=now)
    elif incoming.kind == "unfollow" and not await privacy.is_stranger(session, incoming.user_id or ""):
        standing = await by_line_id(session, incoming.user_id or "", now)
        standing.citizen.following = False


async def _say_goodbye(session: AsyncSession, incoming: Incoming, said: list[Message], now: datetime) -> None:
    """Queue the answer to somebody who has just been erased; their id is kept until it has arrived."""
    await outbox.put(
        session,
        dest="line",
        conv=f"{privacy.ERASED}:{incoming.key}",
        kind="turn",
        key=f"{incoming.key}:turn",
        payload={"to": incoming.user_id, "messages": said, outbox.FORGET: True},
        now=now,
        reply_token=incoming.reply_token,
        token_at=incoming.received_at,
    )


def _room(said: list[Message]) -> int:
    """How many pieces of news fit with an answer, at two messages each; none with what is long or drawn."""
    short = all("custom" not in item and len(item.get("text") or "") < SHORT for item in said)
    return max(0, MESSAGES - len(said)) // 2 if short else 0


async def _say(
    session: AsyncSession, citizen: Citizen, incoming: Incoming, kind: str, payload: dict[str, Any], now: datetime
) -> None:
    """Queue an answer; the reply token is used once, so what follows a holding message is pushed.

    News that waited because LINE's month runs low goes with it: the answer is free.
    """
    spent = citizen.busy_told_at is not None and kind != "holding"
    if kind == "turn" and incoming.reply_token and not spent:
        along = await quota.take_along(session, citizen.id, _room(payload["messages"]), now)
        payload = {**payload, "along": along} if along else payload
    await outbox.put(
        session,
        dest="line",
        conv=f"line:{citizen.id}",
        kind=kind,
        key=f"{incoming.key}:{kind}",
        payload={"citizen": citizen.id, "to": incoming.user_id, **payload},
        now=now,
        reply_token=None if spent else incoming.reply_token,
        token_at=incoming.received_at,
    )
