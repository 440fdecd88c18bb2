"""Messages about: reminders."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.day import agenda, nudges
from bot.desk.day.agenda import Agenda
from bot.slack.door.desk import Finder
from bot.slack.drawing import nudges as drawing
from bot.slack.kit.blocks import Block
from bot.slack.posts.kinds import Post


async def collected(session: AsyncSession, _library: Finder, said: Mapping[str, Any]) -> tuple[str, list[Block]]:
    """All that is due for one person, and in the morning their day."""
    now, day = datetime.fromisoformat(str(said["at"])), said.get("agenda")
    items = await nudges.about(session, said.get("nudges", []), now)
    today = (await agenda.agendas(session, now)).get(str(said.get("to")), Agenda()) if day else None
    return drawing.message(items, today, now)


POSTS: dict[str, Post] = {"nudges": collected}
