"""Privacy mode `confidential`: LINE carries that something came and a link to the centre's own page, not the words.

The government's guideline for LINE (2021-04-30) asks that consultations don't stay with LINE.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.line import messages
from bot.line.messages import Json
from bot.phrases import phrase
from storage.models import Case

Page = Callable[[int], str]  # from a proposal to the address of its page
HELD_BACK = frozenset({"reply", "asked", "referred", "hearing_notes", "hypothesis"})  # news that are people's words


async def held_back(
    session: AsyncSession, kind: str, payload: Mapping[str, Any], drawn: list[Json], page: Page
) -> list[Json]:
    """Return a link in place of what was drawn, where it is somebody's words; the buttons under it stay."""
    if kind not in HELD_BACK:
        return drawn
    found = await session.exec(select(Case.proposal_id).where(Case.number == payload.get("number")))
    proposal = found.first()
    told = phrase("arrived", number=payload.get("number"), link=page(proposal) if proposal else "")
    quick = {key: drawn[-1][key] for key in ("quickReply",) if drawn and key in drawn[-1]}
    return [{**message, **quick} for message in messages.text(told)]
