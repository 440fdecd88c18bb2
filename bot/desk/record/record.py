"""One case and its history: read it, change it once, write down who did what."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from sqlmodel import col, select, update
from sqlmodel.ext.asyncio.session import AsyncSession
from sqlmodel.sql.expression import SelectOfScalar

from bot.delivery.outbox import redraw_card
from bot.desk.record.moves import ACTION_LABEL, KINDS, Action, kind_of
from bot.desk.record.numbers import next_number, read_number
from bot.desk.record.refusals import sentence, who
from bot.errors import Refused
from storage.models import Audience, Case, CaseEvent, Proposal, Stage


class Event(StrEnum):
    """What happens to a case beside the actions of staff."""

    OPENED = "opened"
    CITIZEN_WROTE = "citizen_wrote"
    REASON = "reason"  # why something was waived or closed: internal words beside a visible step
    CONSENTED = "consented"  # to the publication of a text, known by its digest
    CONSENT_REFUSED = "consent_refused"
    CONSENT_NOTED = "consent_noted"  # given by phone or on paper
    CONSENT_WITHDRAWN = "consent_withdrawn"
    MENDING_WISHED = "mending_wished"  # what is to be mended comes in their next words
    STOOD_IN = "stood_in"  # why somebody without a place in the case wrote to its citizen
    REPLY_SENT = "reply_sent"
    REPLY_BLOCKED = "reply_blocked"
    REPLY_FAILED = "reply_failed"
    FILE_SENT = "file_sent"  # that went with a reply
    FILE_BLOCKED = "file_blocked"
    FILE_FAILED = "file_failed"
    CODE_MADE = "code_made"  # with it the citizen can join their LINE with the case
    LINKED = "linked"
    ANSWERED = "answered"  # the one question that was put to the citizen
    MERGED_HERE = "merged_here"  # another case ended in this one
    RECOMMENDED = "recommended"
    DECLINED = "declined"
    AWAY = "away"  # the main: the sub acts
    BACK = "back"
    HYPOTHESIS_ANSWERED = "hypothesis_answered"
    GUEST_WROTE = "guest_wrote"
    GUEST_LEFT = "guest_left"
    CHECK_IN_ASKED = "check_in_asked"
    CHECK_IN_ANSWERED = "check_in_answered"
    NUDGE_DONE = "nudge_done"  # somebody says that they saw to it
    NUDGE_LATER = "nudge_later"
    NUDGE_SET = "nudge_set"  # stopped, moved or taken up again for this case


EVENT_LABEL: dict[str, str] = {
    **{str(action): label for action, label in ACTION_LABEL.items()},
    Event.OPENED: "受付",
    Event.CITIZEN_WROTE: "相談者からのメッセージ",
    Event.REASON: "理由の記録",
    Event.CONSENTED: "事例の公開に同意",
    Event.CONSENT_REFUSED: "事例を公開しない",
    Event.CONSENT_NOTED: "公開の同意を記録（電話・書面）",
    Event.CONSENT_WITHDRAWN: "公開をやめる",
    Event.MENDING_WISHED: "事例の文を直してほしい",
    Event.STOOD_IN: "代理で返信した理由",
    Event.REPLY_SENT: "返信が届いた",
    Event.REPLY_BLOCKED: "返信が届かなかった（ブロック）",
    Event.REPLY_FAILED: "返信を送れなかった",
    Event.FILE_SENT: "返信のファイルが届いた",
    Event.FILE_BLOCKED: "返信のファイルが届かなかった（ブロック）",
    Event.FILE_FAILED: "返信のファイルを送れなかった",
    Event.CODE_MADE: "LINEの番号を出した",
    Event.LINKED: "LINEとつながった",
    Event.ANSWERED: "質問への返事",
    Event.MERGED_HERE: "別の案件を統合した",
    Event.RECOMMENDED: "担当に推薦した",
    Event.DECLINED: "担当を辞退した",
    Event.AWAY: "メインの不在（サブが代行）",
    Event.BACK: "メインが戻った",
    Event.HYPOTHESIS_ANSWERED: "案への答え",
    Event.GUEST_WROTE: "関係者の意見",
    Event.GUEST_LEFT: "関係者の終了",
    Event.CHECK_IN_ASKED: "フォローのおたずね",
    Event.CHECK_IN_ANSWERED: "フォローへの答え",
    Event.NUDGE_DONE: "お知らせに対応した",
    Event.NUDGE_LATER: "お知らせをあとに回した",
    Event.NUDGE_SET: "お知らせの予定を変えた",
}


class Line(Protocol):
    """A line of a history, stored or seen."""

    @property
    def at(self) -> datetime: ...
    @property
    def action(self) -> str: ...
    @property
    def after(self) -> Mapping[str, Any]: ...


class CaseNotFound(Refused):
    """No case has this number."""


class Overtaken(Refused):
    """Somebody else changed the case between our look and our change; they are named."""


async def open_new(
    session: AsyncSession, kind: str, *, by: str, now: datetime, noted: Mapping[str, Any] | None = None, **columns: Any
) -> Case:
    """Open a record of a kind in its first stage: with the year's next number, a first line of history, and a card.

    `columns` are further columns of its row; `noted` is kept in the history besides.
    """
    first = next(iter(KINDS[kind].stages))
    case = Case(
        kind=kind, number=await next_number(session, now), stage=first, stage_since=now, opened_at=now, **columns
    )
    session.add(case)
    await session.flush()
    after = {"stage": str(first), **(noted or {})}
    await append(session, case, Event.OPENED, by=by, at=now, audience=Audience.CITIZEN, after=after)
    await redraw_card(session, _id(case), now)
    return case


async def get(session: AsyncSession, number: str) -> Case:
    """Return the case with this number as the database has it now, or raise CaseNotFound."""
    return await _read(session, number, lambda found: found)


async def hold(session: AsyncSession, number: str, action: Action | None = None) -> Case:
    """Return the case for a change: others who want to change it wait until this transaction ends.

    Raises CaseNotFound, and MoveNotAllowed where its stage knows no such `action`. The second of two who press at once
    then sees what the first did.
    """
    case = await _read(session, number, lambda found: found.with_for_update(key_share=True))
    if action is not None:
        kind_of(case).move(case.stage, action)
    return case


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
    """Do what the moves of its kind say and set `changes`, once; history gets before and after, the card is redrawn.

    `changes` are columns of the case (main, sub, city_staff), `noted` more to remember in the history. Raises
    MoveNotAllowed, or Overtaken when the case isn't as it was read.
    """
    after: dict[str, Any] = {name: new for name, new in changes.items() if getattr(case, name) != new}
    stage = kind_of(case).move(case.stage, action)
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

    A line that the citizen may see holds only words that the citizen wrote or was sent.
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


async def ward_of(session: AsyncSession, case_id: int | None) -> str | None:
    """Return the ward of a case. The opening hours of that ward count for it."""
    found = select(Proposal.ward).join(Case, col(Case.proposal_id) == Proposal.id).where(Case.id == case_id)
    return (await session.exec(found)).first()


async def happened(session: AsyncSession, cause: str) -> CaseEvent | None:
    """Return the line that this cause has already made, if any, so that a replay adds nothing."""
    return (await session.exec(select(CaseEvent).where(CaseEvent.cause == cause))).first()


async def last_event(session: AsyncSession, case: Case, *actions: Action | Event) -> CaseEvent | None:
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
