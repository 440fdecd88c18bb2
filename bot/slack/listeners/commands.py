"""The slash commands; each answers an empty or wrong argument with how it is used."""

import asyncio
import re
from collections.abc import Sequence

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery import outbox, quota
from bot.desk.day.figures import standing
from bot.desk.record import lines, sight
from bot.desk.record.moves import Action
from bot.desk.record.numbers import read_number
from bot.desk.record.refusals import refuse
from bot.desk.team import absence, staff
from bot.desk.team.staff import NotAllowed
from bot.errors import Refused
from bot.slack import words
from bot.slack.card import lists
from bot.slack.card.card import fallback
from bot.slack.door.desk import Desk, Press
from bot.slack.kit import markup, modals
from bot.slack.kit.blocks import Block
from bot.slack.listeners import searching
from bot.slack.listeners.guests import shown_to_guest
from bot.slack.listeners.kinds import Listener
from knowledge.asking.question import read
from knowledge.hits import Answer
from knowledge.language import wards
from knowledge.language.blanks import has_words, trimmed
from knowledge.language.text import fold
from knowledge.language.wards import WARDS, WHOLE_CITY

Command = dict[str, str]
LISTS: dict[str, lines.Which] = {"mine": "mine", "unclaimed": "unclaimed", "stalled": "stalled"}
PATIENCE = 2.0  # seconds that searching may take in all, of the three there are


async def similar(ack: AsyncAck, command: Command, desk: Desk, press: Press) -> None:
    """/similar WORDS: past cases and organisations, with why; 種別: says which."""
    typed = markup.seen(_argument(command), {})
    async with desk.look(press):
        pass
    await _find(ack, desk, typed, "case", "organisation")


async def organisations(ack: AsyncAck, command: Command, desk: Desk, press: Press) -> None:
    """/org WORDS: organisations, with why; 種別:事例 finds cases."""
    typed = markup.seen(_argument(command), {})
    async with desk.look(press):
        pass
    await _find(ack, desk, typed, "organisation")


async def case(ack: AsyncAck, command: Command, desk: Desk, press: Press) -> None:
    """/case NUMBER|mine|unclaimed|stalled|区 WARD; to a guest, what they see of their case."""
    typed = _argument(command)
    try:
        text, blocks = await _case_or_list(desk, press, typed)
    except NotAllowed:
        if (shown := await shown_to_guest(desk, press, typed)) is None:
            raise
        text, blocks = words.guests.PACK_FALLBACK.format(number=read_number(typed)), shown
    await _show(ack, text, blocks)


async def _case_or_list(desk: Desk, press: Press, typed: str) -> tuple[str, list[Block]]:
    async with desk.look(press) as session:
        if asked := _list_asked(typed):
            which, ward = asked
            only_ward = await staff.only_ward(session, press.by)
            if only_ward and ward not in ("", only_ward):
                raise refuse("only_ward", ward=only_ward)
            found = await lines.lists(
                session, which, by=press.by, now=press.now, ward=ward, only_ward=only_ward, limit=lists.SHOWN
            )
            return lists.title(which, ward), lists.cases(which, found, press.now, ward)
        if not read_number(typed)[:1].isdigit():
            raise Usage(words.commands.USAGE["/case"])
        view = await sight.view(session, typed)
        away = await absence.away(session, (view.main, view.sub), press.now)
        return fallback(view), lists.one(view, press.now, away)


async def take_in(ack: AsyncAck, command: Command, client: AsyncWebClient, desk: Desk, press: Press) -> None:
    """/intake: the five questions in one modal."""
    if has_words(command.get("text", "")):
        raise Usage(words.commands.USAGE["/intake"])
    async with desk.look(press, Action.OPEN):
        pass
    await ack()
    await client.views_open(trigger_id=command["trigger_id"], view=modals.intake((WHOLE_CITY, *WARDS)))


async def stats(ack: AsyncAck, command: Command, desk: Desk, press: Press) -> None:
    """/stats: cases by stage, ward and theme, how long things take, LINE's month, at once; the picture follows."""
    if has_words(command.get("text", "")):
        raise Usage(words.commands.USAGE["/stats"])
    async with desk.look(press) as session:
        counts = await standing(session, press.now, await staff.only_ward(session, press.by))
        messages = await quota.standing(session, press.now)
    async with desk.change(press, Action.LOOK) as session:
        await outbox.put(
            session,
            dest="slack",
            conv=f"picture:{press.key}",
            kind="picture",
            key=f"stats:{press.key}",
            payload={"channel": command["channel_id"], "by": press.by, "ward": counts.ward},
            now=press.now,
        )
    await _show(ack, words.home.STATS, lists.stats(counts, messages))


async def unknown(ack: AsyncAck) -> None:
    """A command this version doesn't know."""
    await ack({"response_type": "ephemeral", "text": words.commands.UNKNOWN_COMMAND})


class Usage(Refused):
    """A command was typed in a way it doesn't understand."""


def _argument(command: Command) -> str:
    typed = trimmed(command.get("text", ""))
    if not typed:
        raise Usage(words.commands.USAGE[command["command"]])
    return typed


def _list_asked(typed: str) -> tuple[lines.Which, str] | None:
    """Return the list that is meant, and of which ward: mine, 区 鶴見, 鶴見区."""
    lower = fold(typed)
    if lower in LISTS:
        return LISTS[lower], ""
    named = re.fullmatch(r"(?:区|ward)\s*(\S+)|(\S+区)", typed, re.IGNORECASE)
    ward = wards.exact(named[1] or named[2]) if named else None
    return ("open", ward) if ward else None


async def _find(ack: AsyncAck, desk: Desk, typed: str, *usual: str) -> None:
    """Show what is alike of the usual kinds, or of the one that was typed (種別:団体): what was typed wins."""
    typed_kind = read(typed).kind
    kinds = (typed_kind,) if typed_kind else usual
    await _show(ack, words.hits.SIMILAR_OF[kinds[0]], lists.results(typed, await _search(desk, typed, kinds)))


async def _search(desk: Desk, typed: str, kinds: Sequence[str]) -> list[Answer]:
    search = asyncio.gather(*(desk.library.answer(typed, kind=kind, limit=5) for kind in kinds))
    try:
        return await searching.within(PATIENCE, search)
    except TimeoutError:
        raise Refused(words.SLOW) from None


async def _show(ack: AsyncAck, text: str, blocks: list[Block]) -> None:
    await ack({"response_type": "ephemeral", "text": text, "blocks": blocks})


COMMANDS: dict[str, Listener] = {
    "/similar": similar,
    "/org": organisations,
    "/case": case,
    "/intake": take_in,
    "/stats": stats,
}
