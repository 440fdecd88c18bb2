"""Brings people's files into the knowledge base."""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import insert, tuple_, update
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from knowledge import changes
from knowledge.columns import SHAPES, BadValue, Shape, values
from knowledge.formats import BadRow, FileNotUnderstood, Row, rows
from storage.db import Database

__all__ = ["BadRow", "FileNotUnderstood", "ImportReport", "import_file", "import_in_batches", "import_shipped"]

DATA = Path(__file__).with_name("data")
SHIPPED = {
    "wards.jsonl": "ward-fact",
    "schemes.jsonl": "scheme",
    "sample_cases.jsonl": "case",
    "sample_organisations.jsonl": "organisation",
}
BATCH = 500
PAUSE = 0.05  # seconds between batches
Key = tuple[str, ...]
Touched = dict[Key, dict[str, Any]]
Part = list[tuple[int, Row | BadRow]]


@dataclass
class ImportReport:
    """What became of a file's rows."""

    read: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    bad: list[BadRow] = field(default_factory=list)


async def import_file(
    session: AsyncSession,
    path: Path,
    kind: str,
    *,
    now: datetime,
    dry_run: bool = False,
    on_row: Callable[[int], None] | None = None,
) -> ImportReport:
    """Add and change entries by their ids; what the file doesn't name stays as it is.

    Kinds: case, organisation, ward-fact, scheme. A bad row is reported, the others go in. `dry_run`
    reports and writes nothing; `on_row` is told the rows read so far. Raises FileNotUnderstood.
    """
    shape, report, touched = _shape(kind), ImportReport(), Touched()
    source = rows(path)
    while part := await asyncio.to_thread(_next, source):
        report.read += len(part)
        await _store(session, shape, _good(part, shape, report), report, touched, now=now, dry_run=dry_run)
        if on_row:
            on_row(report.read)
    if not dry_run:
        await changes.note(session, kind, (":".join(key) for key in touched), now=now)
    return report


async def import_in_batches(
    db: Database,
    path: Path,
    kind: str,
    *,
    now: datetime,
    dry_run: bool = False,
    on_row: Callable[[int], None] | None = None,
) -> ImportReport:
    """Import like import_file beside a running hub: the file is read whole first, then written in short transactions.

    An import that was interrupted leaves whole batches behind; the same import again adds the rest.
    """
    shape, report, touched = _shape(kind), ImportReport(), Touched()
    for read, good in await asyncio.to_thread(_checked, path, shape, report):
        async with db.reading() if dry_run else db.transaction() as session:
            began = time.monotonic()
            written = await _store(session, shape, good, report, touched, now=now, dry_run=dry_run)
            if not dry_run:
                await changes.note(session, kind, (":".join(key) for key in written), now=now)
        report.read += read
        if on_row:
            on_row(report.read)
        if db.is_sqlite and not dry_run:
            # Waiting writers only look now and then whether the file is free.
            await asyncio.sleep(max(PAUSE, time.monotonic() - began))
    return report


async def import_shipped(session: AsyncSession, now: datetime) -> dict[str, ImportReport]:
    """Load what ships with the project: the wards, the schemes, and cases and organisations marked 見本."""
    return {kind: await import_file(session, DATA / name, kind, now=now) for name, kind in SHIPPED.items()}


def _shape(kind: str) -> Shape:
    if kind not in SHAPES:
        raise FileNotUnderstood(f"種別「{kind}」はありません。{'・'.join(SHAPES)} のいずれかにしてください。")
    return SHAPES[kind]


def _checked(path: Path, shape: Shape, report: ImportReport) -> list[tuple[int, list[dict[str, Any]]]]:
    """Read a whole file: per batch how many rows it had, and the good ones."""
    source = rows(path)
    return [(len(part), _good(part, shape, report)) for part in iter(lambda: _next(source), [])]


def _next(source: Iterator[tuple[int, Row | BadRow]]) -> Part:
    return list(islice(source, BATCH))


def _good(part: Part, shape: Shape, report: ImportReport) -> list[dict[str, Any]]:
    good = []
    for line, row in part:
        if isinstance(row, BadRow):
            report.bad.append(row)
            continue
        try:
            good.append(values(row, shape))
        except BadValue as error:
            report.bad.append(BadRow(line, str(error)))
    return good


async def _store(
    session: AsyncSession,
    shape: Shape,
    good: Sequence[dict[str, Any]],
    report: ImportReport,
    touched: Touched,
    *,
    now: datetime,
    dry_run: bool,
) -> list[Key]:
    """Compare a batch with what is there and write what differs; a key named twice keeps its last row.

    Returns the keys of what differs.
    """
    keys = {_key(shape, row): None for row in good}
    known = {**await _known(session, shape, list(keys)), **{key: touched[key] for key in keys if key in touched}}
    new: dict[Key, dict[str, Any]] = {}
    differs: dict[Key, dict[str, Any]] = {}
    for row in good:
        key, before = _key(shape, row), known.get(_key(shape, row))
        after = _after(shape, row, before, now)
        if before == after:
            report.unchanged += 1
            continue
        report.added, report.changed = report.added + (before is None), report.changed + (before is not None)
        (new if before is None or key in new else differs)[key] = after
        known[key] = touched[key] = after
    if dry_run:
        return [*new, *differs]
    if new:
        await session.exec(insert(shape.table), params=[{**row, "updated_at": now} for row in new.values()])
    if differs:  # each by its primary key, which a shape's key is
        await session.exec(update(shape.table), params=[{**row, "updated_at": now} for row in differs.values()])
    return [*new, *differs]


def _key(shape: Shape, row: dict[str, Any]) -> Key:
    return tuple(row[name] for name in shape.key)


async def _known(session: AsyncSession, shape: Shape, keys: Sequence[Key]) -> dict[Key, dict[str, Any]]:
    table = shape.table
    columns = [getattr(table, name) for name in shape.key]
    found = (await session.exec(select(table).where(tuple_(*columns).in_(keys)))).all() if keys else []
    names = [name for name in table.model_fields if name != "updated_at"]
    return {
        tuple(getattr(row, name) for name in shape.key): {name: getattr(row, name) for name in names} for row in found
    }


def _after(shape: Shape, row: dict[str, Any], before: dict[str, Any] | None, now: datetime) -> dict[str, Any]:
    """Return the entry as it will be; columns the file doesn't have keep their values.

    A retired entry comes back only when the file says so (`retired` or `closed` is no).
    """
    blank = {name: shape.columns[name](name, None) for name in shape.columns if name != "retired"}
    after = {**blank, "extra": {}, **(before or {}), **{name: row[name] for name in row if name != "retired"}}
    if "retired" in shape.columns:
        was = before["retired_at"] if before else None
        after["retired_at"] = {None: was, True: was or now, False: None}[row.get("retired")]
    return after
