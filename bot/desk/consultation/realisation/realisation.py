"""④ 実現支援: who takes part, where they talk, who carries it out, and how."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.record import record
from bot.desk.record.evidence import WRITTEN, stated, storable
from bot.desk.record.moves import Action
from knowledge.language.blanks import trimmed
from storage.models import Audience, Case, CaseEvent, Evidence

EVIDENCE = 2_900  # characters: the field of 次の段階へ that shows it takes 3,000


async def note(
    session: AsyncSession,
    case: Case,
    action: Action,
    *,
    by: str,
    now: datetime,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any],
    words: Mapping[str, str] | None = None,
    audience: Audience = Audience.INTERNAL,
    cause: str | None = None,
) -> CaseEvent:
    """Write down a piece of the stage's work, before and after; MoveNotAllowed where the stage has no such work.

    `words` are what people wrote, each under its key; the history keeps the keys under `said`.
    """
    said = {key: text for key, text in (words or {}).items() if text}
    noted = {**after, **({"said": list(said)} if said else {})}
    event = await record.change(
        session, case, action, by=by, at=now, cause=cause, audience=audience, words=list(said.values()), noted=noted
    )
    event.before = {**event.before, **(before or {})}
    session.add(event)
    await session.flush()
    return event


async def keep(session: AsyncSession, case: Case, key: str, was: str, text: str, *, by: str, now: datetime) -> None:
    """Write into a piece of evidence what the rows say now. Text that somebody wrote there by hand stays.

    `was` is what the rows said before. If they say nothing now, the stage lacks this evidence again.
    """
    row = (await stated(session, case)).get(key)
    if row is None:
        row = Evidence(case_id=case.id or 0, stage=WRITTEN[key][0], key=key, at=now)
    if row.text == text or row.text not in ("", was):
        return
    row.text, row.by, row.at = text, by, now
    row.waived = None if text else row.waived
    session.add(row)
    await session.flush()


def rewritten(key: str, old: str, new: str) -> dict[str, str]:
    """Return the words before and after as the history keeps them; none where they are the same."""
    return {} if old == new else {f"{key}.before": old, key: new}


def cleaned(text: str) -> str:
    """Return the words as they are kept: without blanks around them and what a database can't hold."""
    return trimmed(storable(text))


def listed(lines: Sequence[str], between: str = "\n") -> str:
    """Return the lines as evidence, cut to what its field can show. It says how many lines are left out."""
    kept, size = 0, 0
    for line in lines:
        size += len(line) + len(between)
        if size > EVIDENCE:
            break
        kept += 1
    more = [f"ほか {len(lines) - kept} 件"] if kept < len(lines) else []
    return between.join([*lines[:kept], *more])
