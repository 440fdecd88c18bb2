"""Messages about: the date of the hearing and its notes."""

from collections.abc import Mapping
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.record import sight
from bot.slack import words
from bot.slack.door.desk import Finder
from bot.slack.drawing.hearing import current, notes_button
from bot.slack.kit import notes
from bot.slack.kit.blocks import Block, actions, section
from bot.slack.posts.kinds import Post
from bot.when import clock
from storage.models import Case, MeetingState


async def notes_wanted(session: AsyncSession, _library: Finder, payload: Mapping[str, Any]) -> tuple[str, list[Block]]:
    """After the date: how was it, and the button to write it down while that hasn't been done."""
    view = await sight.view_of(session, await session.get_one(Case, payload["case"]))
    meeting = current(view)
    at = clock(meeting.starts_at) if meeting and meeting.starts_at else words.NONE
    asked = [section(words.hearing.WANTED.format(number=view.number, at=at))]
    missing = meeting is not None and meeting.state == MeetingState.FIXED
    return notes.fallback("hearing_noted", view.number), [*asked, *([actions(notes_button(view.number))] * missing)]


POSTS: dict[str, Post] = {"hearing_notes_wanted": notes_wanted}
