"""What the database says in the end, added to the history; read by the test, not by the hub."""

from dataclasses import replace
from typing import Any

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.db import Database
from storage.models import AnswerPart, Case, CaseEvent, Citizen, Delivery, InboxRow, OutboxRow, Proposal
from tests.chaos.edge_slack import THREAD
from tests.chaos.history import MARK, Effect, History, Line, Row

SAYS = ("stage", "main", "sub")  # of a case, what its history must lead to


async def add_what_is_stored(history: History, db: Database, names: dict[str, str]) -> None:
    """Complete a history; `names` gives the mark of an inbox key."""
    async with db.reading() as session:
        await _boxes(session, history, names)
        await _cases(session, history)
        await _answers(session, history)
    earlier = set(names.values()) - set(history.events)
    history.effects[:] = [e for e in history.effects if e.cause not in earlier]


async def waiting(db: Database) -> int:
    """Count the rows that are still to be worked on."""
    async with db.reading() as session:
        boxes = (InboxRow, OutboxRow)
        return sum([len((await session.exec(select(b.id).where(b.status == Delivery.NEW))).all()) for b in boxes])


async def _boxes(session: AsyncSession, history: History, names: dict[str, str]) -> None:
    noticed = set((await session.exec(select(OutboxRow.key).where(OutboxRow.kind == "notice"))).all())
    tables: dict[str, Any] = {"inbox": InboxRow, "outbox": OutboxRow}
    for box, table in tables.items():
        for row in (await session.exec(select(table).order_by(col(table.id)))).all():
            told = any(key.startswith(f"{box}:{row.id}:dead:") for key in noticed)
            mark = names.get(row.key.partition("#")[0], row.key)
            if box == "outbox" or mark in history.events:
                history.rows.append(Row(box, mark, row.status, row.id or 0, told))


async def _cases(session: AsyncSession, history: History) -> None:
    found = select(Case, Citizen.line_user_id).join(Citizen, col(Citizen.id) == Case.citizen_id)
    ours = {event.owner for event in history.events.values()}
    owners, threads = {}, {}
    for case, owner in (await session.exec(found)).all():
        if owner not in ours:
            continue
        owners[case.id], threads[f"{THREAD}{case.card_ts}"] = (case.number, owner or ""), owner or ""
        history.cases[case.number] = {name: getattr(case, name) for name in SAYS}
    for line in (await session.exec(select(CaseEvent).order_by(col(CaseEvent.id)))).all():
        if line.case_id not in owners:
            continue
        number, owner = owners[line.case_id]
        history.lines.append(Line(number, line.action, _told(line.before), _told(line.after)))
        cause = f"press:{number}" if line.action == "claim" else next(iter(MARK.findall(line.cause or "")), "")
        purpose = "claim" if line.action == "claim" else "line"
        if cause in history.events:
            history.effects.append(Effect(purpose, cause, owner, line.id or 0))
    history.effects[:] = [replace(e, owner=threads.get(e.owner, e.owner)) for e in history.effects]


async def _answers(session: AsyncSession, history: History) -> None:
    found = select(AnswerPart, Citizen.line_user_id).join(Proposal, col(Proposal.id) == AnswerPart.proposal_id)
    found = found.join(Citizen, col(Citizen.id) == Proposal.citizen_id).order_by(col(AnswerPart.id))
    for part, owner in (await session.exec(found)).all():
        mark = next(iter(MARK.findall(part.message_key)), "")
        if mark in history.events:
            history.effects.append(Effect(f"part:{part.question}", mark, owner or "", part.id or 0))


def _told(changes: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in changes.items() if name in SAYS}
