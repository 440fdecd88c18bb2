"""What a stage has written down, what it lacks, and what was waived with a reason."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.record import record
from bot.desk.record.kinds import Requirement
from bot.desk.record.moves import KINDS, Action, kind_of
from bot.desk.record.record import Event
from knowledge.language.blanks import has_words
from storage.models import Case, Evidence

WRITTEN: dict[str, tuple[str, Requirement]] = {
    need.key: (stage, need)
    for kind in KINDS.values()
    for stage, needs in kind.required.items()
    for need in needs
    if not need.slot
}


async def store(session: AsyncSession, case: Case, given: Mapping[str, str], *, by: str, now: datetime) -> None:
    """Keep what was written. An empty field leaves the evidence as it is; the same words change nothing."""
    known = await stated(session, case)
    new = {key: storable(text) for key, text in given.items() if has_words(text)}
    new = {key: text for key, text in new.items() if key not in known or known[key].text != text}
    if not new:
        return
    # The words stand in the event's `words`, where an erasure finds them.
    await record.change(
        session, case, Action.NOTE, by=by, at=now, words=list(new.values()), noted={"evidence": list(new)}
    )
    for key, text in new.items():
        row = known.get(key) or Evidence(case_id=case.id or 0, stage=WRITTEN[key][0], key=key, at=now)
        row.text, row.waived, row.by, row.at = text, None, by, now
        session.add(row)
    await session.flush()


async def waive(
    session: AsyncSession, case: Case, needs: Sequence[Requirement], reason: str, *, by: str, now: datetime
) -> None:
    """Record for each missing piece why it isn't needed."""
    known = await stated(session, case)
    await record.append(
        session, case, Event.REASON, by=by, at=now, words=[reason], after={"waived": [need.key for need in needs]}
    )
    for need in needs:
        row = known.get(need.key) or Evidence(case_id=case.id or 0, stage=case.stage, key=need.key, at=now)
        row.waived, row.by, row.at = storable(reason), by, now
        session.add(row)
    await session.flush()


async def ask_again(session: AsyncSession, case: Case, key: str) -> None:
    """Mark a piece as missing again, since its text is about something older. The history keeps the text."""
    row = (await stated(session, case)).get(key)
    if row is not None:
        row.text, row.waived = "", None
        session.add(row)
        await session.flush()


async def lacking(session: AsyncSession, case: Case) -> list[Requirement]:
    """Return what the case's stage still needs before the next, in the order of the table."""
    return missing(case, await stated(session, case))


def missing(case: Case, known: Mapping[str, Evidence]) -> list[Requirement]:
    """Return the same from evidence that was read already."""
    return [need for need in kind_of(case).required.get(case.stage, ()) if not _met(case, need, known.get(need.key))]


async def stated(session: AsyncSession, case: Case) -> dict[str, Evidence]:
    """Return the case's evidence by key."""
    found = select(Evidence).where(Evidence.case_id == case.id).order_by(Evidence.id)  # type: ignore[arg-type]
    return {row.key: row for row in (await session.exec(found)).all()}


def _met(case: Case, need: Requirement, row: Evidence | None) -> bool:
    if row is not None and row.waived:
        return True
    return bool(getattr(case, need.key)) if need.slot else bool(row and row.text)


def storable(text: str) -> str:
    """Return the text without what PostgreSQL can't keep: NUL and half characters."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def joined(words: str, more: str) -> str:
    """Return words with more of them on a line of their own, as they can be kept."""
    return storable(f"{words}\n{more}".strip())
