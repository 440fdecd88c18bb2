"""The way to Slack: cards, notes in their threads, notices in the channel; each of them there exactly once."""

import mimetypes
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import PurePath

from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import update
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.cases import sight
from bot.cases.sight import CaseView
from bot.delivery.outbox import FORGET, Receipt
from bot.errors import DeliveryError, TryLater
from bot.slack import notes, words
from bot.slack.alike import alike
from bot.slack.blocks import Block, section
from bot.slack.card import HITS, case_card, fallback
from bot.slack.desk import Finder
from bot.slack.posting import MessageGone, Poster
from storage.db import Database
from storage.models import Attachment, Case, OutboxRow

CARD, NOTE, NOTICE = "case_card", "case_note", "notice"  # kinds of our metadata
OLD = timedelta(seconds=60)  # a first try so long ago isn't this one


@dataclass(frozen=True)
class Posted(Receipt):
    """Where a message is."""

    channel: str = ""


class SlackTransport:
    """Draws what a row asks for as of now, and posts or redraws it."""

    def __init__(
        self, client: AsyncWebClient, db: Database, library: Finder, channel: str, clock: Callable[[], datetime]
    ) -> None:
        self._slack, self._db, self._library = Poster(client), db, library
        self._channel, self._clock = channel, clock

    def choose(self, row: OutboxRow, now: datetime) -> None:
        """Nothing about a Slack message must be settled beforehand."""

    async def send(self, row: OutboxRow) -> Receipt:
        """Send a card, a note of a thread, or a notice; raises DeliveryError, or TryLater for a thread without card."""
        if row.kind == "card":
            return await self._card(row, await self._view(row))
        if row.kind == "thread":
            return await self._thread(row, await self._view(row))
        if row.kind == "file":
            return await self._file(row, await self._view(row))
        if row.kind == "delete_file":
            await self._slack.delete_file(str(row.payload["file"]))
            return Receipt(self._clock())
        if row.kind == "blank":
            return await self._blank(row, await self._view(row))
        if row.kind == "notice":
            return await self._post(row, NOTICE, self._channel, *_note(row, ""))
        raise DeliveryError(f"no such kind of Slack message: {row.kind}", permanent=True)

    async def sent(self, session: AsyncSession, row: OutboxRow, receipt: Receipt, now: datetime) -> None:
        """Remember where the case's card is."""
        if row.kind == "card" and isinstance(receipt, Posted):
            await session.exec(
                update(Case)
                .where(col(Case.id) == row.payload["case"])
                .values(channel_id=receipt.channel, card_ts=receipt.ext_id)
            )

    async def failed(self, session: AsyncSession, row: OutboxRow, error: DeliveryError, now: datetime) -> None:
        """Nothing follows from giving up; the outbox itself tells the channel."""

    async def _card(self, row: OutboxRow, view: CaseView) -> Posted:
        started = self._clock()
        hits, twins = await alike(self._library, view, HITS), await self._library.twins(view.number)
        blocks = case_card(view, hits, twins)
        channel, ts = view.channel_id or self._channel, view.card_ts
        if ts is None and (ts := await self._earlier(row, channel)) is None:
            return await self._post(row, CARD, channel, fallback(view), blocks, look=False)
        try:
            await self._slack.redraw(channel, ts, row.retry_uuid, CARD, fallback(view), blocks)
        except MessageGone:  # deleted, or the app was connected anew: a card that nobody sees helps nobody
            return await self._post(row, CARD, self._channel, fallback(view), blocks)
        return Posted(started, ts, channel)

    async def _thread(self, row: OutboxRow, view: CaseView) -> Posted:
        if view.card_ts is None:
            raise TryLater("the card isn't there yet", after=30)
        channel = view.channel_id or self._channel
        if row.payload.get(FORGET):  # taken back while it was on its way: only where it went is of interest
            started = self._clock()
            first = row.first_try_at or row.created_at
            return Posted(started, await self._slack.find(channel, row.retry_uuid, first, view.card_ts), channel)
        team = [who for who in (view.main, view.sub, view.city_staff) if who]
        text, blocks = _note(row, view.number, team=team)
        return await self._post(row, NOTE, channel, text, blocks, thread=view.card_ts)

    async def _file(self, row: OutboxRow, view: CaseView) -> Posted:
        """Show a citizen's photo or file in the thread, under a name of ours."""
        if view.card_ts is None:
            raise TryLater("the card isn't there yet", after=5)
        started, channel = self._clock(), view.channel_id or self._channel
        if was := row.payload.get("was"):  # taken back while it was on its way
            return Posted(started, await self._slack.find_file(channel, f"{view.number}-{was}.", view.card_ts), channel)
        async with self._db.reading() as session:
            attachment = await session.get(Attachment, row.payload["attachment"])
        if attachment is None or attachment.content is None:
            return Posted(started, None, channel)  # taken back meanwhile
        name = _file_name(view.number, attachment)
        repeated = row.attempts > 1
        shown = await self._slack.find_file(channel, name, view.card_ts) if repeated else None
        title = attachment.name or words.FILE_KIND.get(attachment.kind, attachment.kind)
        file = shown or await self._slack.upload(channel, view.card_ts, name, title, attachment.content)
        return Posted(started, file, channel)

    async def _blank(self, row: OutboxRow, view: CaseView) -> Posted:
        """Take a note's words away: the citizen took them back, or had everything erased."""
        started, ts, channel = self._clock(), str(row.payload["ts"]), view.channel_id or self._channel
        with suppress(MessageGone):
            await self._slack.redraw(channel, ts, row.retry_uuid, NOTE, words.BLANKED, [section(words.BLANKED)])
        return Posted(started, ts, channel)

    async def _post(
        self,
        row: OutboxRow,
        event: str,
        channel: str,
        text: str,
        blocks: list[Block],
        *,
        thread: str | None = None,
        look: bool = True,
    ) -> Posted:
        started = self._clock()
        found = await self._earlier(row, channel, thread) if look else None
        if found is not None:
            return Posted(started, found, channel)
        channel, ts = await self._slack.post(channel, row.retry_uuid, event, text, blocks, thread)
        return Posted(started, ts, channel)

    async def _earlier(self, row: OutboxRow, channel: str, thread: str | None = None) -> str | None:
        """Return the ts of an earlier attempt whose answer was lost."""
        first = row.first_try_at or row.created_at
        if row.attempts <= 1 and self._clock() - first < OLD:
            return None
        return await self._slack.find(channel, row.retry_uuid, first, thread)

    async def _view(self, row: OutboxRow) -> CaseView:
        async with self._db.reading() as session:
            case = await session.get(Case, row.payload["case"])
            if case is None:
                raise DeliveryError("the case is gone", permanent=True)
            return await sight.view_of(session, case)


def _file_name(number: str, attachment: Attachment) -> str:
    """A name that says nothing about anybody and no path; the type is LINE's, else the ending people gave it."""
    ending = mimetypes.guess_extension(attachment.media_type.partition(";")[0].strip()) or ""
    if attachment.kind == "file":
        given = PurePath(attachment.name.replace("\\", "/")).suffix
        ending = given if given[1:].isascii() and given[1:].isalnum() and len(given) <= 6 else ending
    return f"{number}-{attachment.id}{ending}"


def _note(row: OutboxRow, number: str, **more: object) -> tuple[str, list[Block]]:
    say = str(row.payload.get("say"))
    if say not in words.NOTE:
        raise DeliveryError(f"no words for {say}", permanent=True)
    number = number or str(row.payload.get("number") or "")
    return notes.fallback(say, number), notes.note(say, {"number": number, **row.payload, **more})
