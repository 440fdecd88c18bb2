"""The slash commands; each answers an empty or wrong argument with how it is used."""

import asyncio
from collections.abc import Awaitable, Callable

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient
from sqlmodel import col, func, select

from bot.cases import sight
from bot.cases.moves import Action
from bot.cases.numbers import read_number
from bot.errors import Refused
from bot.slack import lists, modals, words
from bot.slack.blocks import Block
from bot.slack.card import case_card, fallback
from bot.slack.desk import Answer, Desk, Press
from knowledge.wards import WARDS, WHOLE_CITY
from storage.models import Case

Command = dict[str, str]
Listener = Callable[..., Awaitable[None]]
PATIENCE = 2.0  # seconds a search may take of the three there are


async def similar(ack: AsyncAck, command: Command, desk: Desk, press: Press) -> None:
    """/similar WORDS: past cases and organisations, with why."""
    typed = _argument(command)
    async with desk.look(press):
        pass
    found = [await _search(desk, typed, kind) for kind in ("case", "organisation")]
    await _show(ack, words.SIMILAR_CASES, lists.results(typed, found))


async def organisations(ack: AsyncAck, command: Command, desk: Desk, press: Press) -> None:
    """/org WORDS: organisations, with why."""
    typed = _argument(command)
    async with desk.look(press):
        pass
    await _show(ack, words.SIMILAR_ORGANISATIONS, lists.results(typed, [await _search(desk, typed, "organisation")]))


async def case(ack: AsyncAck, command: Command, desk: Desk, press: Press) -> None:
    """/case NUMBER|mine|unclaimed|stalled."""
    typed = _argument(command)
    async with desk.look(press) as session:
        match typed.lower():
            case "mine" | "unclaimed" | "stalled" as which:
                found = await sight.lists(session, which, by=press.by, now=press.now)
                await _show(ack, words.LIST_TITLE[which], lists.cases(which, found, press.now))
            case _ if not read_number(typed)[:1].isdigit():
                raise Usage(words.USAGE["/case"])
            case _:
                view = await sight.view(session, typed)
                await _show(ack, fallback(view), case_card(view, []))


async def take_in(ack: AsyncAck, command: Command, client: AsyncWebClient, desk: Desk, press: Press) -> None:
    """/intake: the five questions in one modal."""
    if command.get("text", "").strip():
        raise Usage(words.USAGE["/intake"])
    async with desk.look(press, Action.OPEN):
        pass
    await ack()
    await client.views_open(trigger_id=command["trigger_id"], view=modals.intake((WHOLE_CITY, *WARDS)))


async def stats(ack: AsyncAck, command: Command, desk: Desk, press: Press) -> None:
    """/stats: cases by stage."""
    if command.get("text", "").strip():
        raise Usage(words.USAGE["/stats"])
    async with desk.look(press) as session:
        counts = await session.exec(select(Case.stage, func.count()).group_by(col(Case.stage)))
        await _show(ack, words.STATS_TITLE, lists.stats(dict(counts.all())))


async def unknown(ack: AsyncAck) -> None:
    """A command this version doesn't know."""
    await ack({"response_type": "ephemeral", "text": words.UNKNOWN_COMMAND})


class Usage(Refused):
    """A command was typed in a way it doesn't understand."""


def _argument(command: Command) -> str:
    typed = command.get("text", "").strip()
    if not typed:
        raise Usage(words.USAGE[command["command"]])
    return typed


async def _search(desk: Desk, typed: str, kind: str) -> Answer:
    # Shielded: a first search builds the index, and giving up on the answer must not throw that away.
    search = asyncio.ensure_future(desk.library.answer(typed, kind=kind, limit=5))
    try:
        return await asyncio.wait_for(asyncio.shield(search), PATIENCE)
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
