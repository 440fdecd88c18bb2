"""The message that asks somebody into a case: drawn when it is sent, from what they may see then."""

from collections.abc import Mapping
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.consultation import guests
from bot.desk.record import sight
from bot.errors import Refused
from bot.slack import words
from bot.slack.card.alike import published
from bot.slack.door.desk import Finder
from bot.slack.drawing import guests as drawing
from bot.slack.kit.blocks import Block, section
from bot.slack.posts.kinds import Post
from storage.models import Case


async def _invited(session: AsyncSession, library: Finder, payload: Mapping[str, Any]) -> tuple[str, list[Block]]:
    case = await session.get_one(Case, payload["case"])
    text = words.guests.PACK_FALLBACK.format(number=case.number)
    try:
        shown = await guests.pack(session, case.number, str(payload["guest"]))
    except Refused:  # they left, or the case was closed, before this went out
        return text, [section(words.guests.PACK_GONE)]
    titles = [hit.title for hit in await published(library, await sight.view_of(session, case))]
    return text, [*drawing.pack(shown, titles, with_answers=False), drawing.buttons(case.number)]


POSTS: dict[str, Post] = {"guest_invited": _invited}
