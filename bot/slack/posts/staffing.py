"""Messages about: who takes a case: suggestions, absence."""

from collections.abc import Mapping
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.record import sight
from bot.desk.team.seats import SEATED
from bot.desk.team.suggestions import ASKED_ALONE
from bot.slack import words
from bot.slack.door.desk import Finder
from bot.slack.drawing import staffing as drawing
from bot.slack.kit.blocks import Block
from bot.slack.posts.kinds import Post
from storage.models import Case


async def seated(session: AsyncSession, _library: Finder, said: Mapping[str, Any]) -> tuple[str, list[Block]]:
    """Tell somebody of the place they were given."""
    view = await sight.view_of(session, await session.get_one(Case, said["case"]))
    return _fallback(SEATED, view.number), drawing.seated(view, str(said["seat"]))


async def asked_alone(session: AsyncSession, _library: Finder, said: Mapping[str, Any]) -> tuple[str, list[Block]]:
    """Ask somebody who was recommended."""
    view = await sight.view_of(session, await session.get_one(Case, said["case"]))
    return _fallback(ASKED_ALONE, view.number), drawing.asked_alone(view, str(said["by"]))


def _fallback(say: str, number: str) -> str:
    return words.staffing.DIRECT_FALLBACK.format(number=number, about=words.staffing.DIRECT_ABOUT[say])


POSTS: dict[str, Post] = {SEATED: seated, ASKED_ALONE: asked_alone}
