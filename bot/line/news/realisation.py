"""④ the plan on LINE: its milestones, and the next one together with the state of a consultation."""

from collections.abc import Mapping
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.consultation.realisation import plan
from bot.line import messages
from bot.line.messages import Json
from bot.line.news.kinds import Draw
from bot.phrases import phrase
from storage.models import Case

MOST = 30  # milestones in a message


async def milestones(session: AsyncSession, payload: Mapping[str, Any]) -> list[Json]:
    """All milestones as they are now, what is done with a tick."""
    case = await session.get_one(Case, payload["case"])
    shown = plan.milestones(await plan.of(session, case))
    if not shown:
        return messages.text(phrase("plan_nothing", number=case.number))
    lines = [plan.line(task) for task in shown[:MOST]]
    more = [phrase("plan_more", count=len(shown) - MOST)] if len(shown) > MOST else []
    return messages.text("\n".join([phrase("plan", number=case.number), "", *lines, *more, "", phrase("plan_end")]))


async def next_milestone(session: AsyncSession, custom: Mapping[str, Any], _drawn: Mapping[str, Any]) -> list[Json]:
    """The milestone that comes next; nothing where there is none."""
    case = await session.get_one(Case, custom["case"])
    coming = plan.next_milestone(await plan.of(session, case))
    return [] if coming is None else messages.text(phrase("plan_next", title=coming.title, due=plan.due(coming)))


NEWS: dict[str, Draw] = {"plan": milestones}
