"""The way to Slack: cards, notes in their threads, notices in the channel; each of them there exactly once."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery import outbox
from bot.delivery.outbox import FORGET, Receipt
from bot.desk.day import burst
from bot.desk.day.figures import standing
from bot.desk.record import sight
from bot.desk.record.files import shown_name
from bot.desk.record.sight import CaseView
from bot.desk.team import absence
from bot.errors import DeliveryError, TryLater
from bot.slack import words
from bot.slack.card.alike import alike
from bot.slack.card.card import case_card, fallback
from bot.slack.drawing.home import on_ward_card
from bot.slack.kit import notes
from bot.slack.kit.blocks import Block, section
from bot.slack.kit.hits import HITS
from bot.slack.posts import POSTS
from bot.slack.sending import stats_picture
from bot.slack.sending.once import Once
from bot.slack.sending.pace import Pace
from bot.slack.sending.posting import MessageGone
from bot.when import day
from knowledge.search import Library
from storage.db import Database
from storage.models import Attachment, Case, OutboxRow, Proposal

CARD, NOTE, NOTICE = "case_card", "case_note", "notice"  # kinds of our metadata


@dataclass(frozen=True)
class Posted(Receipt):
    """Where a message is."""

    channel: str = ""


class SlackTransport:
    """Draws what a row asks for as of now, and posts or redraws it."""

    def __init__(
        self,
        client: AsyncWebClient,
        db: Database,
        library: Library,
        channel: str,
        clock: Callable[[], datetime],
        ward_channels: Mapping[str, str] | None = None,
    ) -> None:
        self._slack, self._db, self._library = Once(client, clock), db, library
        self._redraws = Pace(burst=1)  # of one card: several changes within a second are one call
        self._channel, self._clock = channel, clock
        self._wards = {ward: at for ward, at in (ward_channels or {}).items() if at != channel}

    def choose(self, row: OutboxRow, now: datetime) -> None:
        """Nothing about a Slack message must be settled beforehand."""

    async def send(self, row: OutboxRow) -> Receipt:
        """Send what the row asks for; raises DeliveryError, or TryLater for a thread without card."""
        if (way := _WAYS.get(row.kind)) is None:
            raise DeliveryError(f"no such kind of Slack message: {row.kind}", permanent=True)
        return await way(self, row)

    async def sent(self, session: AsyncSession, row: OutboxRow, receipt: Receipt, now: datetime) -> None:
        """Remember where the case's card is; where the ward has a channel, queue the second card."""
        if row.kind not in ("card", "ward_card") or not isinstance(receipt, Posted):
            return
        place = {"channel_id": receipt.channel, "card_ts": receipt.ext_id}
        values = place if row.kind == "card" else {f"ward_{name}": value for name, value in place.items()}
        await session.exec(update(Case).where(col(Case.id) == row.payload["case"]).values(**values))
        if row.kind == "card" and self._wards and await self._ward_of(session, row) in self._wards:
            await outbox.draw_ward_card(session, row.payload["case"], now)

    async def failed(self, session: AsyncSession, row: OutboxRow, error: DeliveryError, now: datetime) -> None:
        """Nothing follows from giving up; the outbox itself tells the channel."""

    async def _card(self, row: OutboxRow) -> Posted:
        view, started = await self._newest(row), self._clock()
        if view.card_ts is None:
            await self._announce()
        hits, twins = await alike(self._library, view, HITS), await self._library.twins(view.number)
        blocks = case_card(view, hits, twins, now=started, away=await self._away(view, started))
        channel, ts = await self._draw(row, self._channel, view.channel_id, view.card_ts, fallback(view), blocks)
        return Posted(started, ts, channel)

    async def _ward_card(self, row: OutboxRow) -> Receipt:
        """Draw the card in its ward's channel too; people talk in the thread of the first card."""
        view, started = await self._newest(row), self._clock()
        home = self._wards.get(view.ward or "") or view.ward_channel_id
        if home is None:
            return Receipt(started)  # the ward has no channel any more
        # Similar cases aren't shown: this channel must not see the numbers of other wards.
        hits, away = await alike(self._library, view, HITS), await self._away(view, started)
        blocks = on_ward_card(view, case_card(view, hits, now=started, away=away))
        channel, ts = await self._draw(row, home, view.ward_channel_id, view.ward_card_ts, fallback(view), blocks)
        return Posted(started, ts, channel)

    async def _draw(
        self, row: OutboxRow, home: str, channel: str | None, ts: str | None, text: str, blocks: list[Block]
    ) -> tuple[str, str]:
        """Redraw a card where it is, or post it in its home; return where that was."""
        channel = channel or home
        if ts is None and (ts := await self._slack.earlier(row, channel)) is None:
            return await self._slack.post(channel, row.retry_uuid, CARD, text, blocks)
        try:
            await self._slack.redraw(channel, ts, row.retry_uuid, CARD, text, blocks)
        except MessageGone:  # the card was deleted, or the app connected again, so nobody sees the old card
            posted = await self._post(row, CARD, home, text, blocks)
            return posted.channel, str(posted.ext_id)
        return channel, ts

    async def _away(self, view: CaseView, now: datetime) -> dict[str, datetime]:
        async with self._db.reading() as session:
            return await absence.away(session, (view.main, view.sub), now)

    async def _announce(self) -> None:
        """When many first cards wait, name them all in one message: the last card may come much later."""
        async with self._db.reading() as session:
            many = await burst.is_one(session)
        if many:
            async with self._db.transaction() as session:
                await burst.announce(session, self._clock())

    async def _burst(self, row: OutboxRow) -> Receipt:
        async with self._db.reading() as session:
            if not await burst.waiting(session):
                return Receipt(self._clock())  # all of them are there by now
        return await self._post(row, NOTICE, self._channel, *await self._said(row, ""))

    async def _picture(self, row: OutboxRow) -> Receipt:
        """Show the figures as a picture where /stats was typed; where the bot may not post, tell the person why."""
        started, channel = self._clock(), str(row.payload["channel"])
        async with self._db.reading() as session:
            counts = await standing(session, row.created_at, str(row.payload.get("ward") or ""))
        content = await asyncio.to_thread(stats_picture.png, counts)
        name = f"tsunagi-{row.retry_uuid[:8]}.png"
        title = words.home.PICTURE_TITLE.format(day=day(row.created_at))
        try:
            # Of a direct talk Slack shows us no history.
            shown = await self._slack.earlier_file(row, channel, name, None, look=not channel.startswith("D"))
            file = shown or await self._slack.upload(channel, None, name, title, content)
        except DeliveryError as error:
            if not error.permanent:
                raise
            said = {"say": "picture_refused"}
            return await self._post(row, NOTICE, str(row.payload["by"]), *notes.drawn(said, ""), look=False)
        return Posted(started, file, channel)

    async def _thread(self, row: OutboxRow) -> Posted:
        view = await self._view(row)
        if view.card_ts is None:
            raise TryLater("the card isn't there yet", after=30)
        channel = view.channel_id or self._channel
        if row.payload.get(FORGET):  # taken back while it was on its way: only its place is needed now
            started = self._clock()
            first = row.first_try_at or row.created_at
            return Posted(started, await self._slack.find(channel, row.retry_uuid, first, view.card_ts), channel)
        team = [who for who in (view.main, view.sub, view.city_staff) if who]
        text, blocks = await self._said(row, view.number, team=team)
        return await self._post(row, NOTE, channel, text, blocks, thread=view.card_ts)

    async def _file(self, row: OutboxRow) -> Posted:
        """Show a citizen's photo or file in the thread, under a name of ours."""
        view = await self._view(row)
        if view.card_ts is None:
            raise TryLater("the card isn't there yet", after=5)
        started, channel = self._clock(), view.channel_id or self._channel
        if was := row.payload.get("was"):  # taken back while it was on its way
            return Posted(started, await self._slack.find_file(channel, f"{view.number}-{was}.", view.card_ts), channel)
        async with self._db.reading() as session:
            attachment = await session.get(Attachment, row.payload["attachment"])
        if attachment is None or attachment.content is None:
            return Posted(started, None, channel)  # taken back meanwhile
        name = shown_name(view.number, attachment)
        shown = await self._slack.earlier_file(row, channel, name, view.card_ts)
        title = attachment.name or words.card.FILE_KIND.get(attachment.kind, attachment.kind)
        file = shown or await self._slack.upload(channel, view.card_ts, name, title, attachment.content)
        return Posted(started, file, channel)

    async def _delete_file(self, row: OutboxRow) -> Receipt:
        await self._slack.delete_file(str(row.payload["file"]))
        return Receipt(self._clock())

    async def _notice(self, row: OutboxRow) -> Posted:
        return await self._post(row, NOTICE, self._place(row), *await self._said(row, ""))

    async def _direct(self, row: OutboxRow) -> Posted:
        # We can't look for an earlier try: Slack shows an app no history by a person's id. Twice is better than never.
        there = await self._post(row, NOTICE, str(row.payload["to"]), *await self._said(row, ""), look=False)
        return Posted(there.started_at, f"{there.channel}/{there.ext_id}", there.channel)

    async def _whisper(self, row: OutboxRow) -> Receipt:
        """Tell one person in a thread; who has left the channel meanwhile needn't be told any more."""
        started, said = self._clock(), row.payload
        place = {"channel": str(said["channel"]), "thread_ts": str(said["thread"]), "user": str(said["to"])}
        try:
            text, blocks = await self._said(row, "")
            await self._slack.whisper(text, blocks, **place)
        except DeliveryError as error:
            if not error.permanent:
                raise
        return Receipt(started)

    async def _blank(self, row: OutboxRow) -> Posted:
        """Take a note's words away: the citizen took them back, or had everything erased."""
        started, ts = self._clock(), str(row.payload["ts"])
        channel = str(row.payload.get("channel") or (await self._view(row)).channel_id or self._channel)
        with suppress(MessageGone):
            said = words.notes.BLANKED
            await self._slack.redraw(channel, ts, row.retry_uuid, NOTE, said, [section(said)])
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
        found = await self._slack.earlier(row, channel, thread, look=look)
        if found is not None:
            return Posted(started, found, channel)
        channel, ts = await self._slack.post(channel, row.retry_uuid, event, text, blocks, thread)
        return Posted(started, ts, channel)

    async def _said(self, row: OutboxRow, number: str, **more: object) -> tuple[str, list[Block]]:
        """Draw a post from the database, or a note from the row's own values."""
        if (post := POSTS.get(str(row.payload.get("say")))) is None:
            return notes.drawn(row.payload, number, **more)
        async with self._db.reading() as session:
            return await post(session, self._library, row.payload)

    def _place(self, row: OutboxRow) -> str:
        """The channel of a notice: its ward's, or the intake channel."""
        ward = row.payload.get("ward")
        if ward is None:
            return self._channel
        if (channel := self._wards.get(str(ward))) is None:
            raise DeliveryError(f"{ward} has no channel any more: SLACK_WARD_CHANNELS", permanent=True)
        return channel

    async def _ward_of(self, session: AsyncSession, row: OutboxRow) -> str | None:
        found = select(Proposal.ward).join(Case, col(Case.proposal_id) == Proposal.id)
        return (await session.exec(found.where(col(Case.id) == row.payload["case"]))).first()

    async def _newest(self, row: OutboxRow) -> CaseView:
        """Wait until a card may be drawn again, and return the case as it is then, with all that changed meanwhile."""
        await self._redraws.turn(row.key)
        async with self._db.reading() as session:
            found = await session.exec(select(OutboxRow.revision).where(OutboxRow.id == row.id))
            row.revision = found.first() or row.revision
        return await self._view(row)

    async def _view(self, row: OutboxRow) -> CaseView:
        async with self._db.reading() as session:
            case = await session.get(Case, row.payload["case"])
            if case is None:
                raise DeliveryError("the case is gone", permanent=True)
            return await sight.view_of(session, case)


_WAYS: Mapping[str, Callable[[SlackTransport, OutboxRow], Awaitable[Receipt]]] = {
    "card": SlackTransport._card,
    "ward_card": SlackTransport._ward_card,
    "picture": SlackTransport._picture,
    "burst": SlackTransport._burst,
    "thread": SlackTransport._thread,
    "file": SlackTransport._file,
    "delete_file": SlackTransport._delete_file,
    "blank": SlackTransport._blank,
    "notice": SlackTransport._notice,
    "direct": SlackTransport._direct,
    "whisper": SlackTransport._whisper,
}
