"""The library: one per process, follows the database and answers what is alike."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from knowledge import changes, entries, names
from knowledge.asking import READING, SAME, SPELLING, Question, Wanted, read
from knowledge.entries import CASE, ORGANISATION, Entry
from knowledge.explain import Match, band, why
from knowledge.index import Catalogue
from knowledge.ranking import Ranked, rank
from knowledge.wards import match
from storage.db import Database
from storage.models.knowledge import Organisation, PastCase

__all__ = ["Hit", "Library", "Match"]

KINDS = (CASE, ORGANISATION)
BATCH = 500
Result = TypeVar("Result")
SAMPLE_MARK = "【見本】"
BY_NAME = 0.6  # from here on the name alone explains an organisation


@dataclass(frozen=True)
class Hit:
    """One entry that is alike, and why; a sample's title says 【見本】."""

    id: str
    kind: str
    title: str
    ward: str
    summary: str
    band: str
    score: float
    why: list[Match]
    sample: bool = False


class Library:
    """What the centre knows, searchable.

    The index belongs to one thread of its own: it is never changed while it is searched, and the
    event loop waits for the database only.
    """

    def __init__(self, db: Database) -> None:
        self._db = db
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="library")
        self._following = asyncio.Lock()
        self._catalogues: dict[str, Catalogue] = {}
        self._seen = -1  # the last change in the index; -1: not built yet

    async def similar(
        self,
        words: str,
        *,
        kind: str | None = None,
        limit: int = 5,
        ward: str | None = None,
        published_only: bool = False,
    ) -> list[Hit]:
        """Return the entries most like the words, best first; nothing alike is an empty list.

        The words may hold filters (区:鶴見 テーマ:防災 種別:団体); the arguments win over them.
        """
        asked = read(words)
        place = (match(ward).ward or ward) if ward else asked.ward
        asked = replace(asked, ward=place, kind=kind or asked.kind)
        if not asked.text or limit < 1:
            return []
        kinds = (asked.kind,) if asked.kind in KINDS else KINDS
        async with self._db.reading() as session:
            await self._refresh(session)
            shelves = [self._catalogues[one] for one in kinds]
            ranked = await self._run(lambda: [rank(asked, one, limit, published=published_only) for one in shelves])
            found = [
                await self._found(session, one, places, published_only)
                for one, (places, _) in zip(kinds, ranked, strict=True)
            ]
        said = [words for _, words in ranked]
        hits = await self._run(lambda: [h for w, f in zip(said, found, strict=True) for h in _explained(asked, w, f)])
        return sorted(hits, key=lambda hit: -hit.score)[:limit]

    async def refresh(self) -> None:
        """Bring the index to the newest change; the first call builds it."""
        async with self._db.reading() as session:
            await self._refresh(session)

    def close(self) -> None:
        """Give the thread back."""
        self._thread.shutdown(wait=False)

    async def _refresh(self, session: AsyncSession) -> None:
        async with self._following:
            newest = await changes.newest(session)
            if newest == self._seen:
                return
            if not 0 <= self._seen < newest:  # not built yet, or a backup was restored
                await self._build(session)
            else:
                await self._follow(session, newest)
            self._seen = newest

    async def _build(self, session: AsyncSession) -> None:
        self._seen = -1
        fresh = {kind: Catalogue(kind) for kind in KINDS}
        for kind, catalogue in fresh.items():
            last = ""
            while batch := await _rows(session, kind, after=last):
                last = batch[-1].id
                live = [_entry(row) for row in batch if row.retired_at is None]
                await self._run(partial(catalogue.apply, live, []))
        self._catalogues = fresh

    async def _follow(self, session: AsyncSession, newest: int) -> None:
        changed = await changes.since(session, self._seen, newest)
        for kind, catalogue in self._catalogues.items():
            ids = sorted(one for of, one in changed if of == kind)
            for start in range(0, len(ids), BATCH):
                part = ids[start : start + BATCH]
                rows = await _rows(session, kind, ids=part)
                live = [_entry(row) for row in rows if row.retired_at is None]
                gone = set(part) - {entry.id for entry in live}
                await self._run(partial(catalogue.apply, live, gone))

    async def _found(
        self, session: AsyncSession, kind: str, ranked: Sequence[Ranked], published: bool
    ) -> list[tuple[Ranked, Entry]]:
        """Read the ranked entries from the database, which has the last word on what may be shown."""
        rows = {row.id: row for row in await _rows(session, kind, ids=[one.id for one in ranked])}
        return [(one, _entry(row)) for one in ranked if (row := rows.get(one.id)) and _may_show(row, published)]

    async def _run(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


def _explained(asked: Question, words: Sequence[Wanted], found: Sequence[tuple[Ranked, Entry]]) -> list[Hit]:
    """Give each entry its reasons; one that shares neither a word nor a name isn't alike and is left out."""
    hits = []
    for one, entry in found:
        matches, coverage = why(asked.text, words, entry.fields)
        if one.name >= BY_NAME:
            matches, coverage = [_by_name(asked, entry)], max(one.name, coverage)
        if matches:
            hits.append(_hit(one, entry, matches, coverage))
    return hits


def _hit(one: Ranked, entry: Entry, matches: list[Match], coverage: float) -> Hit:
    title = SAMPLE_MARK + entry.title if entry.sample else entry.title
    score = round(min(1.0, one.score), 4)
    return Hit(entry.id, entry.kind, title, entry.ward, entry.summary, band(coverage), score, matches, entry.sample)


def _by_name(asked: Question, entry: Entry) -> Match:
    form = names.folded(asked.text)
    near = max(entry.names, key=lambda name: names.likeness(form, names.folded(name)))
    label = next((name for name, text in entry.fields.items() if near in text), "名称")
    if names.folded(near) != form:
        return Match(asked.text, near, SPELLING, label)
    return Match(asked.text, near, READING if label == "よみ" else SAME, label)


def _may_show(row: PastCase | Organisation, published: bool) -> bool:
    return row.retired_at is None and (not published or getattr(row, "published", True))


def _entry(row: PastCase | Organisation) -> Entry:
    return entries.of_case(row) if isinstance(row, PastCase) else entries.of_organisation(row)


async def _rows(
    session: AsyncSession, kind: str, *, after: str | None = None, ids: Sequence[str] | None = None
) -> Sequence[PastCase | Organisation]:
    table: Any = PastCase if kind == CASE else Organisation
    query: Any = select(table)
    if ids is not None:
        query = query.where(col(table.id).in_(ids))
    else:
        query = query.where(col(table.id) > (after or "")).order_by(col(table.id)).limit(BATCH)
    rows: Sequence[PastCase | Organisation] = (await session.exec(query)).all()
    return rows
