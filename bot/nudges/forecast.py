"""What will come for a case, worked out from the facts of this moment. Nothing is written."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.record import record
from bot.nudges.calls import Rules, wanted
from bot.nudges.planning import compare, muted
from bot.tables.reminders import Rule
from bot.when import TOKYO
from storage.models import Citizen, Delivery, Nudge


@dataclass(frozen=True)
class Coming:
    """One reminder that will come."""

    due_at: datetime
    rule: Rule
    to: str
    door: str


async def forecast(session: AsyncSession, rules: Rules, number: str, now: datetime) -> list[Coming]:
    """Return what will come for a case, soonest first; raises CaseNotFound."""
    case = await record.get(session, number)
    ids = {case.id or 0}
    calls = await wanted(session, rules, ids, now)
    rows = (await session.exec(select(Nudge).where(Nudge.case_id == case.id).order_by(col(Nudge.occurrence)))).all()
    made = compare(calls, rows, await muted(session, ids), rules, now)
    changes: dict[int | None, dict[str, Any]] = {row.id: values for row, values in made.changed}
    changes |= {row.id: {"status": Delivery.NEW, "due_at": due} for row, due in made.back}
    known = [row.model_dump() | changes.get(row.id, {}) for row in rows]
    waiting = [row for row in known if row["status"] == Delivery.NEW and row["rule"] in rules]
    reached = case.citizen_id is None or (await session.get_one(Citizen, case.citizen_id)).notices
    will_come = [row for row in [*waiting, *made.new] if reached or row["door"] != "line"]
    return sorted((_coming(rules, row) for row in will_come), key=lambda one: one.due_at)


def _coming(rules: Rules, row: dict[str, Any]) -> Coming:
    return Coming(row["due_at"].astimezone(TOKYO), rules[row["rule"]], row["to"], row["door"])
