"""One case and its history: read it, change it once, write down who did what."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from bot.cases.moves import ACTION_LABEL, Action, move
from bot.cases.numbers import read_number
from bot.cases.refusals import sentence, who
from bot.delivery.outbox import redraw_card
from bot.errors import Refused
from storage.models import Audience, Case, CaseEvent, Stage


class Event(StrEnum):
    """What happens to a case beside the actions of staff."""

    OPENED = "opened"
    CITIZEN_WROTE = "citizen_wrote"
    REASON = "reason"  # why something was waived or closed: internal words beside a visible step
    REPLY_SENT = "reply_sent"
    REPLY_BLOCKED = "reply_blocked"
    REPLY_FAILED = "reply_failed"


EVENT_LABEL: dict[str, str] = {
    **{str(action): label for action, label in ACTION_LABEL.items()},
    Event.OPENED: "受付",
    Event.CITIZEN_WROTE: "相談者からのメッセージ",
    Event.REASON: "理由の記録",
    Event.REPLY_SENT: "返信が届いた",
    Event.REPLY_BLOCKED: "返信が届かなかった（ブロック）",
    Event.REPLY_FAILED: "返信を送れなかった",
}


class CaseNotFound(Refused):
    """No case has this number."""


class Overtaken(Refused):
    """Somebody else changed the case between our look and our change; they are named."""


async def get(session: AsyncSession, number: str) -> Case:
    """Return the case with this number as the database has it now, or raise CaseNotFound."""
    return await _read(session, number, lambda found: found)


async def hold(session: AsyncSession, number: str) -> Case:
    """Return the case for a change: others who want to change it wait until this transaction ends.

    Raises CaseNotFound. The second of two who press at once then sees what the first did.
    """
    return await _read(session, number, lambda found: found.with_for_update(key_share=True))


async def change(
    session: AsyncSession,
    case: Case,
    action: Action,
    *,
    by: str,
    at: datetime,
    cause: str | None = None,
    audience: Audience = Audience.INTERNAL,
    words: Sequence[str] = (),
    noted: Mapping[str, Any] | None = None,
    **changes: str | None,
) -> CaseEvent:
    """Do what MOVES says and set `changes`, once; history gets before and after, the card is redrawn.

    `changes` are columns of the case (main, sub, city_staff), `noted` more to remember in the history. Raises
    MoveNotAllowed, or Overtaken when the case isn't as it was read.
    """
    after: dict[str, Any] = {name: new for name, new in changes.items() if getattr(case, name) != new}
    stage = move(Stage(case.stage), action)
    if stage != case.stage:
        after["stage"] = str(stage)
    before = {name: getattr(case, name) for name in after}
    await _compare_and_set(session, case, after, at)
    event = await append(
        session,
        case,
        action,
        by=by,
        at=at,
        cause=cause,
        audience=audience,
        words=words,
        before=before,
        after={**after, **(noted or {})},
    )
    await redraw_card(session, _id(case), at)
    return event


async def append(
    session: AsyncSession,
    case: Case,
    action: Action | Event,
    *,
    by: str,
    at: datetime,
    cause: str | None = None,
    audience: Audience = Audience.INTERNAL,
    words: Sequence[str] = (),
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> CaseEvent:
    """Add a line to the history and return it, with its id.

    The words of a line for the citizen are words the citizen wrote or was sent, nothing else.
    """
    event = CaseEvent(
        case_id=_id(case),
        at=at,
        by=by,
        action=action,
        before=dict(before or {}),
        after=dict(after or {}),
        words=list(words),
        audience=audience,
        cause=cause,
    )
    session.add(event)
    await session.flush()
    return event


async def happened(session: AsyncSession, cause: str) -> CaseEvent | None:
    """Return what this cause already did, if anything: a replay adds nothing."""
    return (await session.exec(select(CaseEvent).where(CaseEvent.cause == cause))).first()


async def last_event(session: AsyncSession, case: Case, *actions: Action) -> CaseEvent | None:
    """Return the newest line of the history, of these actions if any are named."""
    found = select(CaseEvent).where(CaseEvent.case_id == case.id).order_by(col(CaseEvent.id).desc())
    if actions:
        found = found.where(col(CaseEvent.action).in_(actions))
    return (await session.exec(found.limit(1))).first()


async def _read(session: AsyncSession, number: str, so: Callable[[SelectOfScalar[Case]], SelectOfScalar[Case]]) -> Case:
    wanted = read_number(number)
    found = select(Case).where(Case.number == wanted).execution_options(populate_existing=True)
    case = (await session.exec(so(found))).first()
    if case is None:
        raise CaseNotFound(sentence("not_found", number=f"`{_harmless(wanted)}`"))
    return case


async def _compare_and_set(session: AsyncSession, case: Case, after: dict[str, Any], at: datetime) -> None:
    values = {**after, "version": case.version + 1}
    if "stage" in after:
        values["stage_since"] = at
        values["closed_at"] = at if after["stage"] == Stage.CLOSED else None
    same = (col(Case.id) == case.id, col(Case.version) == case.version)
    once = update(Case).where(*same).values(values).execution_options(synchronize_session=False)
    done = await session.exec(once)
    await session.refresh(case)
    if done.rowcount != 1:
        raise Overtaken(await _winner(session, case))


async def _winner(session: AsyncSession, case: Case) -> str:
    last = await last_event(session, case)
    by, action = (last.by, last.action) if last else ("system", "")
    return sentence("overtaken", who=who(by), action=EVENT_LABEL.get(action, action))


def _id(case: Case) -> int:
    assert case.id is not None, "a case is stored before anything happens to it"  # noqa: S101  narrows the type
    return case.id


def _harmless(typed: str) -> str:
    return "".join(letter for letter in typed if letter.isalnum() or letter == "-")[:20]
