"""Messages about: ④ the parties: whom somebody should tell that others carry it out."""

from collections.abc import Mapping
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.consultation.realisation import stakeholders
from bot.desk.record.moves import STAGE_LABEL
from bot.slack.door.desk import Finder
from bot.slack.drawing.realisation import left_over
from bot.slack.kit import notes
from bot.slack.kit.blocks import Block
from bot.slack.posts.kinds import Post
from storage.models import Case, Stage


async def not_in_body(session: AsyncSession, _library: Finder, payload: Mapping[str, Any]) -> tuple[str, list[Block]]:
    """Every party that isn't among those who carry it out, with where it stood and how to reach it."""
    case = await session.get_one(Case, payload["case"])
    left = await stakeholders.told_by_nobody(session, case)
    return notes.fallback("not_in_body", case.number), left_over(STAGE_LABEL[Stage.FOLLOW_UP], left)


POSTS: dict[str, Post] = {"not_in_body": not_in_body}
