"""Messages about: a ward's week, and many cards at once."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.day import burst, weekly
from bot.slack import words
from bot.slack.door.desk import Finder
from bot.slack.drawing import home
from bot.slack.kit.blocks import Block
from bot.slack.posts.kinds import Post


async def ward_week(session: AsyncSession, _library: Finder, payload: Mapping[str, Any]) -> tuple[str, list[Block]]:
    """A ward's digest."""
    found = await weekly.week_of(session, str(payload["ward"]), datetime.fromisoformat(payload["until"]))
    return words.home.WEEK_ABOUT.format(ward=found.ward), home.week(found)


async def many(session: AsyncSession, _library: Finder, _payload: Mapping[str, Any]) -> tuple[str, list[Block]]:
    """The cases whose cards are still to come, as of now."""
    cases = await burst.waiting(session)
    return words.home.BURST_ABOUT.format(count=len(cases)), home.many(cases)


POSTS: dict[str, Post] = {"ward_week": ward_week, "burst": many}
