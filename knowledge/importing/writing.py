"""Checked rows compared with what is known, and written where they differ."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, tuple_, update
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from knowledge.importing.checked import Checked, Key, Told, key_of
from knowledge.importing.columns import ORIGINAL, SAID_ABOUT, Shape
from knowledge.importing.folding import near
from knowledge.importing.official.corporate_numbers import is_corporate_number

NEAR = "{column}「{name}」は「{first}」に似ていますが、別の項目として入りました。"


class Spellings:
    """The ids that are known. One that a person could take for another's is told once: one of the two may be a slip."""

    def __init__(self, shape: Shape, notes: list[str]) -> None:
        self.shape, self.notes = shape, notes
        self.first: dict[str, str] | None = None  # by what they have in common
        self.told: set[str] = set()

    async def compare(self, session: AsyncSession, names: Sequence[str]) -> None:
        """Tell which of some new ids are nearly one that is known; a corporate number has a check digit for that."""
        for name in [name for name in names if not is_corporate_number(name) and near(name)]:
            if self.first is None:
                self.first = await self._known(session)
            first = self.first.setdefault(near(name), name)
            if first != name and name not in self.told:
                self.told.add(name)
                self.notes.append(NEAR.format(column=self.shape.spelt, name=name, first=first))

    async def _known(self, session: AsyncSession) -> dict[str, str]:
        column = getattr(self.shape.table, self.shape.spelt)
        known = (await session.exec(select(column).distinct().order_by(column.desc()))).all()
        return {near(name): name for name in known if not is_corporate_number(name)}


class Writing:
    """The rows of one file on their way into their table."""

    def __init__(self, checked: Checked, *, now: datetime, dry_run: bool) -> None:
        self.shape, self.report, self.twice = checked.shape, checked.report, checked.twice
        self.now, self.dry_run, self.rows = now, dry_run, 0
        self.unwritten: dict[Key, dict[str, Any]] = {}  # in a dry run: entries that a later row may change again
        self.spellings = Spellings(checked.shape, checked.report.notes)

    def done(self, read: int, on_row: Told | None) -> None:
        """Tell how many rows of the file are done."""
        self.rows += read
        if on_row:
            on_row(self.rows)

    async def store(self, session: AsyncSession, part: Sequence[dict[str, Any]]) -> list[Key]:
        """Compare a batch with what is there and write what differs; a key named twice keeps its last row.

        Returns the keys of what differs.
        """
        keys = list(dict.fromkeys(key_of(self.shape, row) for row in part))
        known = await _known(session, self.shape, keys)
        known |= {key: self.unwritten[key] for key in keys if key in self.unwritten}
        new: dict[Key, dict[str, Any]] = {}
        differs: dict[Key, dict[str, Any]] = {}
        for row in part:
            key = key_of(self.shape, row)
            after = self._compared(row, known.get(key))
            if after is not None:
                (new if key not in known or key in new else differs)[key] = known[key] = after
        await self.spellings.compare(session, [row[self.shape.spelt] for row in new.values()])
        if self.dry_run:
            both = {**new, **differs}
            self.unwritten |= {key: row for key, row in both.items() if hash(key) in self.twice}
        else:
            await _write(session, self.shape, new, differs, self.now)
        return [*new, *differs]

    def _compared(self, row: dict[str, Any], before: dict[str, Any] | None) -> dict[str, Any] | None:
        """Count a row and return the entry as it will be, or None when it stays as it is."""
        if before is None and "extra" not in row:  # the older state of an organisation that nobody knows
            self.report.skipped += 1
            return None
        after = _after(self.shape, row, before, self.now)
        if before == after:
            self.report.unchanged += 1
            return None
        if before is None:
            self.report.added += 1
        else:
            self.report.changed += 1
        return after


async def _write(
    session: AsyncSession,
    shape: Shape,
    new: Mapping[Key, dict[str, Any]],
    differs: Mapping[Key, dict[str, Any]],
    now: datetime,
) -> None:
    if new:  # nulls included: else rows with different nulls become statements of their own
        every = insert(shape.table).execution_options(render_nulls=True)
        await session.exec(every, params=[{**row, "updated_at": now} for row in new.values()])
    if differs:  # each by its primary key, which a shape's key is
        await session.exec(update(shape.table), params=[{**row, "updated_at": now} for row in differs.values()])


async def _known(session: AsyncSession, shape: Shape, keys: Sequence[Key]) -> dict[Key, dict[str, Any]]:
    table = shape.table
    columns = [getattr(table, name) for name in shape.key]
    query = select(table).where(tuple_(*columns).in_(keys)).execution_options(populate_existing=True)
    found = (await session.exec(query)).all() if keys else []
    names = [name for name in table.model_fields if name != "updated_at"]
    return {
        tuple(getattr(row, name) for name in shape.key): {name: getattr(row, name) for name in names} for row in found
    }


def _after(shape: Shape, row: dict[str, Any], before: dict[str, Any] | None, now: datetime) -> dict[str, Any]:
    """Return the entry as it will be; columns the file doesn't have keep their values.

    A retired entry comes back only when the file says so (`retired` or `closed` is no).
    """
    after = dict(before or {name: made(name, None) for name, made in shape.columns.items()})
    after |= {name: value for name, value in row.items() if name != "extra"}
    told_anew = {ORIGINAL.format(name) for name in row}  # what was written before is no longer beside it
    kept = {name: value for name, value in (before["extra"] if before else {}).items() if name not in told_anew}
    extra = kept | row.get("extra", {})
    after["extra"] = {name: value for name, value in extra.items() if value is not None}
    if "former" in row:
        after["aliases"] = _aliases(after, before)
    if "retired" in shape.columns:
        was = before["retired_at"] if before else None
        after["retired_at"] = {None: was, True: was or now, False: None}[row.get("retired")]
    return {name: value for name, value in after.items() if name not in SAID_ABOUT}


def _aliases(after: dict[str, Any], before: dict[str, Any] | None) -> list[str]:
    """Return the other names, with those it had: old names are what people type."""
    names = [*after["aliases"], *([before["name"]] if before else []), *after["former"]]
    return [name for name in dict.fromkeys(names) if name != after["name"]]
