"""④ 関係する主体: from candidate to a role, and which of them carries it out."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.consultation.realisation.realisation import cleaned, keep, listed, note
from bot.desk.record import record, telling
from bot.desk.record.evidence import stated
from bot.desk.record.marks import mark, refuse_stale
from bot.desk.record.moves import Action
from bot.desk.record.refusals import refuse
from knowledge.language import names
from knowledge.language.text import fold
from storage.models import Case, CaseEvent, Organisation, Stakeholder, StakeholderState

WILLING = StakeholderState.WILLING
_ANSWERED: dict[str, str] = {StakeholderState.WILLING: "party_willing", StakeholderState.DECLINED: "party_declined"}
_WORDS = ("role", "contact", "note")


async def add(
    session: AsyncSession, number: str, *, name: str = "", organisation_id: str = "", by: str, now: datetime
) -> Stakeholder:
    """Put a party on the list as a candidate: by name, or an organisation of the library."""
    case = await record.hold(session, number, Action.STAKEHOLDERS)
    organisation = await session.get(Organisation, organisation_id) if organisation_id else None
    name = cleaned(organisation.name if organisation else name)
    if not name:
        raise refuse("party_without_name")
    if any(fold(one.name) == fold(name) for one in await of(session, case)):
        raise refuse("party_known")
    party = Stakeholder(
        case_id=case.id or 0,
        name=name,
        organisation_id=organisation.id if organisation else None,
        state=StakeholderState.CANDIDATE,
        by=by,
        at=now,
    )
    session.add(party)
    await session.flush()
    after = {"stakeholder": party.id, "state": party.state}
    await note(session, case, Action.STAKEHOLDERS, by=by, now=now, after=after, words={"name": name})
    return party


async def change(
    session: AsyncSession,
    number: str,
    party_id: int,
    *,
    state: StakeholderState,
    role: str,
    contact: str,
    remark: str,
    by: str,
    now: datetime,
    seen: str | None = None,
) -> Stakeholder:
    """Write down what a party has said so far. Once it has agreed, its role counts as evidence."""
    case = await record.hold(session, number, Action.STAKEHOLDERS)
    party = await _party(session, case, party_id)
    await refuse_stale(session, case, seen, mark(party), Action.STAKEHOLDERS)
    was, old, said = party.state, describe(await of(session, case)), {"name": party.name}
    for key, text in zip(_WORDS, map(cleaned, (role, contact, remark)), strict=True):
        if text != getattr(party, key):
            said |= {f"{key}.before": getattr(party, key), key: text}
            setattr(party, key, text)
    if state == was and len(said) == 1:
        return party
    _stands(party, state, now)
    session.add(party)
    before, after = {"stakeholder": party.id, "state": was}, {"stakeholder": party.id, "state": party.state}
    event = await note(session, case, Action.STAKEHOLDERS, by=by, now=now, before=before, after=after, words=said)
    await keep(session, case, "stakeholders", old, describe(await of(session, case)), by=by, now=now)
    if state != was:
        await _tell(session, case, event, party, now)
    return party


async def decide_body(
    session: AsyncSession, number: str, party_ids: Collection[int], written: str, *, by: str, now: datetime
) -> str:
    """Decide who carries it out: some of those who agreed, or a name typed in. Return it as the evidence says it."""
    case = await record.hold(session, number, Action.STAKEHOLDERS)
    chosen = [one for one in await of(session, case) if one.id in party_ids]
    if any(one.state != WILLING for one in chosen) or len(chosen) != len(set(party_ids)):
        raise refuse("body_not_willing")
    body = "、".join([*(one.name for one in chosen), *filter(None, [cleaned(written)])])
    if not body:
        raise refuse("evidence_empty", label="実施主体")
    known = (await stated(session, case)).get("body")
    old = known.text if known else ""
    if body == old:
        return body
    event = await note(
        session,
        case,
        Action.STAKEHOLDERS,
        by=by,
        now=now,
        after={"body": [one.id for one in chosen]},
        words={"body.before": old, "body": body},
    )
    await keep(session, case, "body", old, body, by=by, now=now)
    await telling.thread(session, case, event, "body_decided", now, body=body)
    return body


async def close_the_loop(session: AsyncSession, case: Case, event: CaseEvent, now: datetime) -> None:
    """④ → ⑤: tell the coordinators which parties still have to hear that others carry it out."""
    if await told_by_nobody(session, case):
        await telling.thread(session, case, event, "not_in_body", now)


async def told_by_nobody(session: AsyncSession, case: Case) -> list[Stakeholder]:
    """Return the parties of a case that aren't among those who carry it out."""
    known = (await stated(session, case)).get("body")
    return left_out(await of(session, case), known.text if known else "")


async def of(session: AsyncSession, case: Case) -> Sequence[Stakeholder]:
    """Return the parties of a case, oldest first."""
    found = select(Stakeholder).where(Stakeholder.case_id == case.id).order_by(col(Stakeholder.id))
    return (await session.exec(found)).all()


def describe(parties: Iterable[Stakeholder]) -> str:
    """Return who agreed and as what, a line each: the evidence of the stage."""
    return listed([f"{one.name}：{one.role}" for one in parties if one.state == WILLING and one.role])


def left_out(parties: Iterable[Stakeholder], body: str) -> list[Stakeholder]:
    """Return the parties that the text for the 実施主体 doesn't name. A name inside a longer one doesn't count."""
    named, out = fold(body), []
    for one in sorted((one for one in parties if one.name), key=lambda one: -len(one.name)):
        without = names.without(one.name, named)
        if without == named:
            out.append(one)
        named = without
    return sorted(out, key=lambda one: one.id or 0)


def _stands(party: Stakeholder, state: StakeholderState, now: datetime) -> None:
    if state == party.state:
        return
    party.state = state
    if state == StakeholderState.CANDIDATE:
        party.asked_at = party.answered_at = None
    elif state == StakeholderState.ASKED:
        party.asked_at, party.answered_at = now, None
    else:
        party.asked_at, party.answered_at = party.asked_at or now, now


async def _tell(session: AsyncSession, case: Case, event: CaseEvent, party: Stakeholder, now: datetime) -> None:
    """Tell the colleagues of an answer. That a party is being asked stands on the card only."""
    if party.state in _ANSWERED:
        await telling.thread(session, case, event, _ANSWERED[party.state], now, name=party.name, role=party.role)


async def _party(session: AsyncSession, case: Case, party_id: int) -> Stakeholder:
    party = await session.get(Stakeholder, party_id, populate_existing=True)
    if party is None or party.case_id != case.id:
        raise refuse("party_gone")
    return party
