"""Brings people's files into the knowledge base."""

import asyncio
import time
from datetime import datetime
from pathlib import Path

from sqlmodel.ext.asyncio.session import AsyncSession

from knowledge import changes
from knowledge.importing.checked import Checked, How, ImportReport, Key, Told, check
from knowledge.importing.formats import BadRow, FileNotUnderstood
from knowledge.importing.writing import Writing
from storage.db import Database

__all__ = ["BadRow", "FileNotUnderstood", "How", "ImportReport", "check", "import_file", "import_shipped", "write"]

DATA = Path(__file__).parents[1] / "data"
SHIPPED = {
    "wards.jsonl": "ward-fact",
    "schemes.jsonl": "scheme",
    "sample_cases.jsonl": "case",
    "sample_organisations.jsonl": "organisation",
}
PAUSE = 0.05  # seconds between batches


async def import_file(
    session: AsyncSession,
    path: Path,
    kind: str,
    *,
    now: datetime,
    dry_run: bool = False,
    how: How | None = None,
    on_row: Told | None = None,
) -> ImportReport:
    """Add and change entries by their ids; what the file doesn't name stays as it is.

    Kinds: case, organisation, ward-fact, scheme. A bad row is reported, the others go in. `dry_run`
    reports and writes nothing; `on_row` is told the rows done so far. Raises FileNotUnderstood.
    """
    with await asyncio.to_thread(check, path, kind, how) as checked:
        work = Writing(checked, now=now, dry_run=dry_run)
        written: dict[Key, None] = {}
        for read, part in checked.batches():
            written.update(dict.fromkeys(await work.store(session, part)))
            work.done(read, on_row)
        if not dry_run:
            await changes.note(session, kind, (":".join(key) for key in written), now=now)
        return checked.report


async def write(
    db: Database, checked: Checked, *, now: datetime, dry_run: bool = False, on_row: Told | None = None
) -> ImportReport:
    """Write what was checked in short transactions, so that a hub beside it is never kept waiting.

    A write that was interrupted leaves whole batches behind; the same again adds the rest.
    """
    work = Writing(checked, now=now, dry_run=dry_run)
    for read, part in checked.batches():
        began = time.monotonic()
        async with db.reading() if dry_run else db.transaction() as session:
            written = await work.store(session, part)
            if not dry_run:
                await changes.note(session, checked.kind, (":".join(key) for key in written), now=now)
        work.done(read, on_row)
        if db.is_sqlite and not dry_run:
            # Waiting writers only look now and then whether the file is free.
            await asyncio.sleep(max(PAUSE, time.monotonic() - began))
    return checked.report


async def import_shipped(session: AsyncSession, now: datetime) -> dict[str, ImportReport]:
    """Load what ships with the project: the wards, the schemes, and cases and organisations marked 見本."""
    return {kind: await import_file(session, DATA / name, kind, now=now) for name, kind in SHIPPED.items()}
