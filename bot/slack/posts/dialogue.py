"""Messages about: ④ the place for dialogue: an invitation to one person, with its buttons."""

from collections.abc import Mapping
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.consultation.realisation import invitations
from bot.errors import DeliveryError
from bot.slack.door.desk import Finder
from bot.slack.drawing.dialogue import invitation
from bot.slack.kit import notes
from bot.slack.kit.blocks import Block
from bot.slack.posts.kinds import Post
from storage.models import Meeting


async def invited(session: AsyncSession, _library: Finder, payload: Mapping[str, Any]) -> tuple[str, list[Block]]:
    """The dialogue as it is now, and what this person has answered."""
    say, number = str(payload["say"]), str(payload["number"])
    meeting = await session.get(Meeting, payload["meeting"])
    if meeting is None:
        raise DeliveryError("the meeting is gone", permanent=True)
    asked = await invitations.of(session, meeting)
    answer = next((one.answer for one in asked if one.who == payload["to"]), None)
    return notes.fallback(say, number), invitation(say, number, meeting, answer)


POSTS: dict[str, Post] = {"dialogue_invited": invited, "dialogue_changed": invited}
