"""役に立った and 違う under a hit: everybody who may look may say so."""

from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.desk.record.moves import Action
from bot.slack import words
from bot.slack.door.desk import Desk, Press
from bot.slack.kit import ballots, modals
from bot.slack.kit.blocks import Block, cut, escape
from bot.slack.kit.hits import TITLE
from bot.slack.listeners.answering import redraw, whisper
from knowledge import votes


async def vote(
    ack: AsyncAck, action: Block, body: dict[str, Any], client: AsyncWebClient, desk: Desk, press: Press
) -> None:
    """Keep who said it of which entry; a modal shows it with a tick, under a command's answer it is whispered."""
    ballot, useful = ballots.read(action["value"]), action["action_id"] == ballots.USEFUL
    async with desk.change(press, Action.LOOK) as session:
        await votes.cast(
            session, kind=ballot.kind, entry_id=ballot.entry_id, about=ballot.about, by=press.by, useful=useful,
            now=press.now,
        )  # fmt: skip
        said = await votes.said(session, about=ballot.about, by=press.by)
        title = await votes.title(session, ballot.kind, ballot.entry_id)
    await ack()
    if body.get("view"):
        await redraw(client, body, ballots.ticked(modals.again(body["view"]), said))
    else:
        await whisper(client, body, _kept(title, words.BUTTON[action["action_id"]]))


def _kept(title: str, word: str) -> str:
    line = words.hits.VOTED if title else words.hits.VOTED_GONE
    return line.format(title=escape(cut(title, TITLE)), word=word)
