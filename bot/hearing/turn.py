"""One event of a citizen, from the inbox to what is said back: look once, ask Rasa, write once."""

import logging
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from bot.delivery.inbox import ClaimedEvent
from bot.desk.consultation import privacy
from bot.desk.consultation.intake import linking
from bot.errors import TryLater
from bot.hearing import confidential, events, keeping, late
from bot.hearing.arrived import Arrived, look
from bot.hearing.branches import Branch, branch_of
from bot.hearing.confidential import FormAt
from bot.hearing.endpoint import AGAIN
from bot.hearing.incoming import Incoming
from bot.hearing.keeping import Turn
from bot.hearing.media import together
from bot.hearing.rasa import Message, Rasa, RasaSilent
from bot.hearing.standing import Standing, by_line_id, known, of
from storage.db import Database

log = logging.getLogger(__name__)
SLASH = re.compile(r"^(\s*)/")  # Rasa would take it for a command, blanks in front or not
ASKED_OF_RASA = (Branch.REPEAT, Branch.TALK)
SILENT_FOR = timedelta(hours=1)  # an action that fails that long is a bug: a person must look


class Turns:
    """Takes a citizen's events one at a time and in order."""

    def __init__(self, db: Database, rasa: Rasa, clock: Callable[[], datetime], form_at: FormAt | None = None) -> None:
        self._db, self._rasa, self._clock = db, rasa, clock
        self._form_at = form_at  # where people write when nothing is asked in the talk

    async def __call__(self, event: ClaimedEvent) -> None:
        """Work on one event to its end; raises TryLater when Rasa doesn't answer."""
        incoming = Incoming.read(event.key, event.body, event.received_at, event.together)
        over = await self._over(event, incoming)
        if incoming.asks_for_an_answer and not over:
            return await self._turn(event, incoming)
        now = self._clock()
        async with self._db.transaction() as session:
            if over:
                await together.follow(session, over, [incoming], now)
            else:
                await events.keep(session, incoming, event.conv, now)
            return await event.finish(session, now)

    async def _over(self, event: ClaimedEvent, incoming: Incoming) -> list[str]:
        """Return the events whose turn was also this one's. If there was none yet, wait until it is time for it."""
        if event.together is None or not incoming.asks_for_an_answer:
            return []
        async with self._db.reading() as session:
            beside = await event.beside(session)
        if not (over := together.over(beside)):
            together.await_the_rest(incoming, 1 + len(beside), self._clock())
        return over

    async def _turn(self, event: ClaimedEvent, incoming: Incoming) -> None:
        arrived, said = await self._look(incoming), list[Message]()
        try:
            arrived = await self._read(arrived)
            branch = branch_of(arrived)
            if branch in ASKED_OF_RASA:
                said = await self._ask(arrived, event, again=branch is Branch.REPEAT)
        except (TryLater, RasaSilent) as failure:
            async with self._db.transaction() as session:
                beside = together.read(together.waiting(await event.beside(session)))
                await keeping.hold(Turn(session, arrived, [], self._clock(), self._form_at, beside))
            if isinstance(failure, RasaSilent) and self._clock() - incoming.received_at < SILENT_FOR:
                raise TryLater("Rasa said nothing", after=10) from failure
            raise
        async with self._db.transaction() as session:
            waiting = together.waiting(await event.beside(session)) if branch is not Branch.LEAVE else []
            turn = Turn(session, arrived, said, self._clock(), self._form_at, together.read(waiting))
            is_erased = await keeping.keep(turn, branch)
            await event.finish(session, turn.now, *waiting)
            if branch is Branch.LEAVE:
                await together.leave(session, event)
            if is_erased:  # this event among those that are ended
                await privacy.hide_arrivals(session, incoming.user_id or "")

    async def _look(self, incoming: Incoming) -> Arrived:
        """Look at what there is; who is new becomes known first, and a try at a code counts before it is looked up."""
        now, in_confidence = self._clock(), self._form_at is not None
        is_try = incoming.kind == "message" and linking.read_code(incoming.words)
        async with self._db.reading() as session:
            citizen = await known(session, incoming.user_id or "")
            if citizen and not is_try:
                return await look(session, incoming, await of(session, citizen), now, in_confidence=in_confidence)
        async with self._db.transaction() as session:
            standing = await by_line_id(session, incoming.user_id or "", now)
            if is_try:
                await linking.note_try(session, standing.citizen, incoming.key, now)
            return await look(session, incoming, standing, now, in_confidence=in_confidence)

    async def _read(self, arrived: Arrived) -> Arrived:
        """Let Rasa tell a command from words of the citizen's own, where it matters and isn't a button's."""
        if arrived.is_taken_back or arrived.tap is not None or not arrived.must_be_read:
            return arrived
        incoming = arrived.incoming
        plain = incoming.is_a_command or confidential.agrees(incoming)
        return replace(arrived, is_command=plain or await late.is_command(self._rasa, incoming))

    async def _ask(self, arrived: Arrived, event: ClaimedEvent, *, again: bool) -> list[Message]:
        standing = arrived.standing
        words = _words_for_rasa(arrived.incoming, standing, again=again)
        key = event.key + (AGAIN if words in ("/resume", "/status_query") else "")
        said = await self._rasa.say(standing.conversation, words, key, standing.position)
        if standing.proposal and not any(message.get("buttons") for message in said):
            # An action failed on the way and Rasa went on without it: the question that ends every answer is missing.
            log.warning("an answer was cut short", extra={"event": event.key})
            async with self._db.reading() as session:
                now = await of(session, standing.citizen)
            said += await self._rasa.say(standing.conversation, "/resume", event.key + AGAIN, now.position)
        return said


def _words_for_rasa(incoming: Incoming, standing: Standing, *, again: bool) -> str:
    """Only buttons may carry commands: a typed slash is made harmless. `again`: only the question is repeated."""
    if incoming.kind == "follow":
        return "/greet"
    if again:
        return "/resume" if standing.proposal else "/status_query"
    if incoming.do.startswith("/"):
        return incoming.do
    words = incoming.words if incoming.content == "text" else incoming.label
    return SLASH.sub(r"\1／", words) or "…"
