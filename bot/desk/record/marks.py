"""Marks of what a form shows. If somebody has changed it since, the form is refused, and they are named."""

import json
from hashlib import sha256
from typing import Any

from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.record import record
from bot.desk.record.moves import Action
from bot.desk.record.refusals import refuse, who
from storage.models import Case


def mark(*shown: SQLModel | None) -> str:
    """Return a short mark of these rows. It changes when anything in them changes; `none` stands for no rows."""
    rows = [row.model_dump() for row in shown if row is not None]
    if not rows:
        return "none"
    return sha256(json.dumps(rows, default=str).encode()).hexdigest()[:16]


async def refuse_stale(
    session: AsyncSession,
    case: Case,
    seen: str | int | None,
    now: str | int,
    *actions: Action,
    sentence: str = "changed_meanwhile",
    by: str | None = None,
    **values: Any,
) -> None:
    """Refuse a form if its mark `seen` differs from the mark `now`. Without a mark nothing is compared.

    The sentence names `by`, or who did one of the `actions` last.
    """
    if seen in (None, now):
        return
    last = await record.last_event(session, case, *actions) if actions else None
    raise refuse(sentence, who=who(last.by if last else by), **values)
