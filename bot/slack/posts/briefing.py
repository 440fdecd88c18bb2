"""Messages about: the pack of what is known before the hearing."""

from collections.abc import Mapping
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.consultation.hearing.briefing import gather
from bot.desk.record import sight
from bot.slack import words
from bot.slack.card.alike import alike
from bot.slack.door.desk import Finder
from bot.slack.drawing.briefing import HITS, pack
from bot.slack.kit.blocks import Block, actions, button, context
from bot.slack.posts.kinds import Post
from storage.models import Case


async def briefing(session: AsyncSession, library: Finder, payload: Mapping[str, Any]) -> tuple[str, list[Block]]:
    """The pack as it is when it is sent, with the button under which it can be ticked off."""
    view = await sight.view_of(session, await session.get_one(Case, payload["case"]))
    blocks = pack(view, await gather(session, view), await alike(library, view, HITS))
    open_it = button(words.BUTTON["case.briefing"], "case.briefing", view.number)
    about = words.NOTE_FALLBACK.format(number=view.number, about=words.TITLE["briefing"])
    return about, [*blocks, context(words.briefing.HOW), actions(open_it)]


POSTS: dict[str, Post] = {"briefing": briefing}
