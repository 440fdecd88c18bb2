"""事前資料: the pack of what is known before the hearing, and what of it the team has looked at."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery import outbox
from bot.desk.record import evidence, record
from bot.desk.record.moves import Action, move
from bot.desk.record.refusals import refuse
from storage.models import Case, Stage

KEY = "briefing"  # the evidence it is
PARTS = {"ward": "地域特性", "cases": "類似事例", "organisations": "団体", "resources": "人材と資源"}


class Line(Protocol):
    """A line of the history."""

    @property
    def action(self) -> str: ...
    @property
    def after(self) -> Mapping[str, Any]: ...


async def post_when_staffed(session: AsyncSession, case: Case, now: datetime) -> None:
    """Queue the pack for the thread when main and sub are there for the first time."""
    if case.main and case.sub:
        await outbox.tell_thread(session, case.id or 0, "briefing", f"case:{case.id}", now, number=case.number)


async def check(
    session: AsyncSession,
    number: str,
    *,
    ticked: Collection[str],
    seen: Collection[str],
    reason: str,
    by: str,
    now: datetime,
) -> None:
    """Keep which parts were looked at: all four are the evidence, as is a reason for leaving the others out.

    `seen` are the ticks the person's modal showed: what a colleague ticked meanwhile stays.
    """
    case = await record.hold(session, number)
    move(Stage(case.stage), Action.BRIEF)
    reason = reason.strip()
    last = await record.last_event(session, case, Action.BRIEF)
    before = looked_at([last] if last else [])
    kept = set(before) - (set(seen) - set(ticked)) | (set(ticked) - set(seen))
    after = [part for part in PARTS if part in kept]
    if set(before) - kept and not reason:
        raise refuse("briefing_unticked")
    if after != before or reason:
        await _keep(session, case, before, after, reason, by, now)


def looked_at(history: Iterable[Line]) -> list[str]:
    """Return the parts that are ticked, in their order, from lines of the history, oldest first."""
    ticked: Collection[str] = ()
    for line in history:
        if line.action == Action.BRIEF:
            ticked = line.after.get("ticked", ticked)
    return [part for part in PARTS if part in ticked]


async def is_done(session: AsyncSession, case: Case) -> bool:
    """Tell whether the pack was looked at, or left out with a reason."""
    row = (await evidence.stated(session, case)).get(KEY)
    return row is not None and bool(row.text or row.waived)


async def leave_out(session: AsyncSession, case: Case, reason: str, *, by: str, now: datetime) -> None:
    """Record why the hearing goes ahead without it."""
    await evidence.waive(session, case, [evidence.WRITTEN[KEY][1]], reason, by=by, now=now)


async def _keep(
    session: AsyncSession, case: Case, before: list[str], after: list[str], reason: str, by: str, now: datetime
) -> None:
    left = [part for part in PARTS if part not in after]
    if not left or reason:
        await evidence.store(session, case, {KEY: "、".join(_named(after))}, by=by, now=now)
    if left and reason:
        await leave_out(session, case, reason, by=by, now=now)
    event = await record.append(
        session, case, Action.BRIEF, by=by, at=now, before={"ticked": before}, after={"ticked": after}
    )
    await outbox.redraw_card(session, event.case_id, now)
    count = f"{len(after)}/{len(PARTS)}"
    told = {"number": case.number, "by": by, "count": count, "ticked": _named(after), "left": _named(left)}
    await outbox.tell_thread(
        session, event.case_id, "briefing_checked", f"event:{event.id}", now, **told, reason=reason
    )


def _named(parts: Iterable[str]) -> list[str]:
    return [PARTS[part] for part in parts]
