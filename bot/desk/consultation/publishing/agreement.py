"""Whether the citizen agrees to the text about their case: it is asked, given, refused, or taken back at any time."""

from dataclasses import asdict
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery import outbox
from bot.desk.consultation.publishing import publication
from bot.desk.consultation.publishing.publication import is_public, text_of
from bot.desk.record import record, telling
from bot.desk.record.moves import Action
from bot.desk.record.record import Event
from bot.desk.record.refusals import refuse
from bot.desk.record.telling import Reach
from bot.desk.talk.length import units
from knowledge import changes
from knowledge.entries import CASE
from knowledge.language.blanks import has_words
from storage.models import Case, Citizen, Delivery, OutboxRow, PastCase, Proposal, Publication, PublicationState

ASK = "publication_ask"  # the news that shows the text
LONGEST = 16_000  # UTF-16 units of the whole text: with what is said around it, it fills four messages of LINE's five


class Wish(StrEnum):
    """What a citizen answers."""

    AGREE = "agree"  # 公開してよい
    REFUSE = "refuse"  # 公開しない
    MEND = "mend"  # 直してほしい
    STOP = "stop"  # 公開をやめる


class Outcome(StrEnum):
    """What became of it."""

    AGREED = "agreed"
    REFUSED = "refused"
    MENDING = "mending"
    STOPPED = "stopped"  # it was public before and isn't any more
    OUTDATED = "outdated"  # the text was changed after this one was shown
    NOTHING = "nothing"  # the answer was known already, or the case isn't theirs


async def ask(session: AsyncSession, number: str, *, seen: str | None, by: str, now: datetime) -> Publication:
    """Show the citizen the exact text on LINE and ask whether it may be published."""
    case, row, text = await publication.hold_seen(session, number, Action.DRAFT, seen)
    if await telling.reach(session, case) is not Reach.LINE:
        raise refuse("publication_no_line")
    if units(text.whole) > LONGEST:
        raise refuse("publication_too_long", units=f"{units(text.whole):,}", limit=f"{LONGEST:,}")
    if row.digest == text.digest and row.state in (PublicationState.AGREED, PublicationState.PUBLISHED):
        raise refuse("publication_agreed_already")
    row.state, row.digest, row.asked_at, row.answered_at = PublicationState.ASKED, text.digest, now, None
    session.add(row)
    event = await record.change(session, case, Action.DRAFT, by=by, at=now, noted={"asked": text.digest})
    await telling.citizen(session, case, event, ASK, now, publication=row.id, digest=text.digest, text=asdict(text))
    await telling.thread(session, case, event, "publication_asked", now)
    return row


async def note_consent(
    session: AsyncSession, number: str, how: str, *, seen: str | None, by: str, now: datetime
) -> Publication:
    """Write down a consent to exactly this text that was given by phone or on paper: who gave it, when, to whom."""
    case, row, text = await publication.hold_seen(session, number, Action.DRAFT, seen)
    if await telling.reach(session, case) is Reach.LINE:
        raise refuse("publication_has_line")
    if not has_words(how):
        raise refuse("publication_without_how")
    row.digest, row.asked_at = text.digest, None
    await _decide(session, case, row, PublicationState.AGREED, Event.CONSENT_NOTED, by=by, now=now, how=how)
    return row


async def answer(
    session: AsyncSession, citizen: Citizen, row_id: int, shown: str, wish: Wish, *, key: str, now: datetime
) -> tuple[Outcome, str]:
    """Keep the citizen's answer about the text they were shown. Return what became of it, and the case's number.

    A digest says which text it was: an answer to an older text changes nothing, but 公開をやめる always counts.
    """
    found = await _theirs(session, citizen, row_id)
    if found is None:
        return Outcome.NOTHING, ""
    case = await record.hold(session, found.number)
    if (row := await publication.row_of(session, case)) is None:
        return Outcome.NOTHING, case.number
    if wish is Wish.STOP:
        return await _stop(session, case, row, key=key, now=now), case.number
    if not shown or shown != row.digest or shown != text_of(row).digest:
        return Outcome.OUTDATED, case.number
    return await _answered(session, case, row, wish, key=key, now=now), case.number


async def stop_all(session: AsyncSession, citizen: Citizen, *, key: str, now: datetime) -> list[str]:
    """Withdraw every public text of a citizen, and return the numbers of the cases."""
    stopped = []
    for case, _ in await public_of(session, citizen):
        held = await record.hold(session, case.number)
        row = await publication.row_of(session, held)
        if row and await _stop(session, held, row, key=f"{key}:{case.number}", now=now) is Outcome.STOPPED:
            stopped.append(case.number)
    return stopped


async def stop(session: AsyncSession, number: str, how: str, *, by: str, now: datetime) -> None:
    """Withdraw a case's public text, because the citizen asked for it by phone or on paper."""
    case = await record.hold(session, number)
    row = await publication.row_of(session, case)
    if row is None or not is_public(row):
        raise refuse("publication_not_public")
    if not has_words(how):
        raise refuse("publication_without_how")
    await _withdraw(session, case, row, by=by, now=now, how=how)


async def public_of(session: AsyncSession, citizen: Citizen) -> list[tuple[Case, Publication]]:
    """Return the citizen's cases that everybody can read, oldest first."""
    found = await session.exec(
        select(Case, Publication)
        .join(Publication, col(Publication.case_id) == Case.id)
        .join(Proposal, col(Proposal.id) == Case.proposal_id)
        .where(_is_theirs(citizen), col(Publication.published_at).is_not(None))
        .order_by(col(Case.id))
    )
    return [(case, row) for case, row in found.all() if is_public(row)]


async def asked_of(session: AsyncSession, citizen: Citizen) -> Publication | None:
    """Return the text that was sent to the citizen last, if they have not answered it yet."""
    found = await session.exec(
        select(Case, Publication)
        .join(Publication, col(Publication.case_id) == Case.id)
        .where(Case.citizen_id == citizen.id, Publication.state == PublicationState.ASKED)
        .order_by(col(Publication.asked_at).desc())
        .limit(1)
    )
    if (pair := found.first()) is None or not await _has_left(session, pair[0]):
        return None
    return pair[1]


async def retire(session: AsyncSession, citizen: Citizen, now: datetime) -> list[str]:
    """Take all of a citizen's cases out of the library, with every word; returns the ids to note in the change log."""
    found = await session.exec(
        select(Publication)
        .join(Case, col(Case.id) == Publication.case_id)
        .join(Proposal, col(Proposal.id) == Case.proposal_id)
        .where(_is_theirs(citizen))
        .order_by(col(Publication.id))
        .execution_options(populate_existing=True)
    )
    gone = []
    for row in found.all():
        gone += await _take_out(session, row, now) if is_public(row) else []
        row.state, row.withdrawn_at = PublicationState.WITHDRAWN, now
        session.add(row)
    await session.flush()
    return gone


async def _answered(
    session: AsyncSession, case: Case, row: Publication, wish: Wish, *, key: str, now: datetime
) -> Outcome:
    published = row.state == PublicationState.PUBLISHED
    if wish is Wish.AGREE:
        if published or row.state == PublicationState.AGREED:
            return Outcome.NOTHING
        await _decide(session, case, row, PublicationState.AGREED, Event.CONSENTED, now=now, key=key)
        return Outcome.AGREED
    if wish is Wish.REFUSE:
        if is_public(row):
            return await _stop(session, case, row, key=key, now=now)
        if row.state == PublicationState.REFUSED:
            return Outcome.NOTHING
        await _decide(session, case, row, PublicationState.REFUSED, Event.CONSENT_REFUSED, now=now, key=key)
        return Outcome.REFUSED
    state = PublicationState.PUBLISHED if published else PublicationState.DRAFT
    await _decide(session, case, row, state, Event.MENDING_WISHED, now=now, key=key)
    return Outcome.MENDING


async def _decide(
    session: AsyncSession, case: Case, row: Publication, state: PublicationState, what: Event, *,
    now: datetime, key: str | None = None, by: str = "citizen", how: str = "",
) -> None:  # fmt: skip
    """Keep a word on the text with its time and the text's digest, and show it to the desk."""
    before, row.state = row.state, state
    if what is not Event.MENDING_WISHED:
        row.answered_at = now
    session.add(row)
    event = await record.append(
        session, case, what, by=by, at=now, cause=key, words=[how] if how else [],
        before={"publication": before}, after={"publication": state, "digest": row.digest},
    )  # fmt: skip
    await outbox.redraw_card(session, event.case_id, now)
    await telling.thread(session, case, event, f"publication_{what}", now, how=how)


async def _stop(session: AsyncSession, case: Case, row: Publication, *, key: str, now: datetime) -> Outcome:
    if is_public(row):
        await _withdraw(session, case, row, by="citizen", now=now, key=key)
        return Outcome.STOPPED
    if row.state not in (PublicationState.ASKED, PublicationState.AGREED):
        return Outcome.NOTHING
    await _decide(session, case, row, PublicationState.REFUSED, Event.CONSENT_REFUSED, now=now, key=key)
    return Outcome.REFUSED


async def _withdraw(
    session: AsyncSession, case: Case, row: Publication, *, by: str, now: datetime, key: str | None = None,
    how: str = "",
) -> None:  # fmt: skip
    row.withdrawn_at = now
    await _decide(
        session, case, row, PublicationState.WITHDRAWN, Event.CONSENT_WITHDRAWN, by=by, now=now, key=key, how=how
    )
    await changes.note(session, CASE, await _take_out(session, row, now), now=now)


async def _take_out(session: AsyncSession, row: Publication, now: datetime) -> list[str]:
    """Empty the entry. Its page stays and says 「公開を終えました」."""
    entry = await session.get(PastCase, row.entry_id)
    if entry is None:
        return []
    entry.title = entry.summary = entry.body = entry.ward = entry.theme = ""
    entry.organisations, entry.extra, entry.retired_at, entry.updated_at = [], {}, now, now
    session.add(entry)
    await session.flush()
    return [entry.id]


async def _theirs(session: AsyncSession, citizen: Citizen, row_id: int) -> Case | None:
    found = await session.exec(
        select(Case)
        .join(Publication, col(Publication.case_id) == Case.id)
        .join(Proposal, col(Proposal.id) == Case.proposal_id)
        .where(Publication.id == row_id, _is_theirs(citizen))
    )
    return found.first()


def _is_theirs(citizen: Citizen) -> ColumnElement[bool]:
    """Tell whether it is this citizen's, also when the case has been erased after its time and names no citizen."""
    return or_(col(Case.citizen_id) == citizen.id, col(Proposal.citizen_id) == citizen.id)


async def _has_left(session: AsyncSession, case: Case) -> bool:
    """Tell whether the whole text was sent. Together with another answer it may have been too long for one call."""
    last = await record.last_event(session, case, Action.DRAFT)
    key = f"event:{last.id}:{ASK}" if last else ""
    found = await session.exec(select(OutboxRow.status, OutboxRow.sent_as).where(OutboxRow.key == key))
    status, sent_as = found.first() or (None, None)
    return status not in (Delivery.NEW, Delivery.DEAD) and sent_as != "along"
