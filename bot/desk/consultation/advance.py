"""次の段階へ: a case moves on when its stage has what it needs, or a reason says why not."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.consultation.follow_up import follow_up
from bot.desk.consultation.realisation import stakeholders
from bot.desk.record import evidence as facts
from bot.desk.record import record, telling
from bot.desk.record.evidence import lacking
from bot.desk.record.marks import refuse_stale
from bot.desk.record.moves import REQUIRED, STAGE_LABEL, Action, move
from bot.desk.record.refusals import quoted, refuse
from bot.desk.record.telling import ADVANCED, Note
from knowledge.language.blanks import trimmed
from storage.models import Audience, Case, Stage

__all__ = ["advance", "lacking"]


async def advance(
    session: AsyncSession,
    number: str,
    *,
    evidence: Mapping[str, str],
    waived: str | None,
    by: str,
    now: datetime,
    seen: str | None = None,
) -> Case:
    """Store the evidence given and move on; what is missing is refused by name, unless `waived` says why.

    `seen` is the stage that the person's modal was drawn for. A modal of an earlier stage must not move the case.
    A refusal rolls the evidence back with the caller's transaction, so the modal must keep its fields.
    """
    case = await record.hold(session, number)
    target = move(Stage(case.stage), Action.ADVANCE)
    await _refuse_old_modal(session, case, evidence, seen)
    await facts.store(session, case, evidence, by=by, now=now)
    missing = await lacking(session, case)
    reason = trimmed(waived or "")
    if missing and not reason:
        raise refuse("lacking", missing=quoted([need.label for need in missing]))
    if missing:
        await facts.waive(session, case, missing, reason, by=by, now=now)
    event = await record.change(session, case, Action.ADVANCE, by=by, at=now, audience=Audience.CITIZEN)
    if target is Stage.FOLLOW_UP:
        await follow_up.plan(session, case, now)
    told = await telling.citizen(session, case, event, ADVANCED[target], now)
    await telling.thread(
        session,
        case,
        event,
        Note.ADVANCED,
        now,
        stage=str(target),
        waived=[need.label for need in missing],
        reason=reason if missing else "",
        told=told,
    )
    if target is Stage.FOLLOW_UP:
        await stakeholders.close_the_loop(session, case, event, now)
    return case


async def _refuse_old_modal(session: AsyncSession, case: Case, evidence: Mapping[str, str], seen: str | None) -> None:
    stage = Stage(case.stage)
    written = {need.key for need in REQUIRED[stage] if not need.slot}
    drawn_for = seen if written.issuperset(evidence) else "another stage"
    await refuse_stale(
        session, case, drawn_for, case.stage, Action.ADVANCE, Action.CLAIM,
        sentence="drawn_before", stage=STAGE_LABEL[stage],
    )  # fmt: skip
