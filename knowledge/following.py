"""The index of one process: read from disk or built, then kept at the newest change of the database."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from knowledge import changes, consultations, entries
from knowledge.entries import CASE, CONSULTATION, ORGANISATION, Entry
from knowledge.index.catalogue import Catalogue, settled
from knowledge.index.rows import rows
from knowledge.index.segment import Segment
from knowledge.index.shelf import Kept, Shelf
from storage.db import Database
from storage.models.knowledge import Organisation, PastCase

log = logging.getLogger(__name__)
KEPT = (CASE, ORGANISATION)  # on disk; what citizens told stays in memory
KINDS = (*KEPT, CONSULTATION)
BATCH = 500
MANY = 2_000  # changes followed one by one; with more of them, and more than there are entries, a new build is quicker
TIDY_AFTER = 1_000  # changes not on disk yet
HELD = 0.05  # seconds until a directory that another process holds is tried again
ERASED_WITHIN = 30.0  # seconds until nothing of an erased entry is left on disk
Result = TypeVar("Result")
Progress = Callable[[int, int], None]  # entries done, entries in all


class Follower:
    """The catalogues of every kind, changed by one thread only."""

    def __init__(self, db: Database, directory: Path | None = None, on_build: Progress | None = None) -> None:
        self._db = db
        self._shelf = Shelf(directory) if directory else None
        self._on_build = on_build
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="library")
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="library-shelf")
        self._following = asyncio.Lock()
        self.catalogues: dict[str, Catalogue] = {}
        self._seen = -1  # the last change in the index; -1: not built yet
        self._mark = ""
        self._unkept = 0  # changes since the shelf was written
        self._keeping = asyncio.Lock()  # one tidying at a time
        self._tidying: asyncio.Task[None] | None = None
        self._closing = asyncio.Event()

    async def run(self, work: Callable[[], Result]) -> Result:
        """Do something with the catalogues in their thread."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def refresh(self) -> None:
        """Bring the index to the newest change; the first call reads it from disk or builds it."""
        async with self._following:
            async with self._db.reading() as session:
                newest, mark = await changes.newest(session)
                if (newest, mark) == (self._seen, self._mark):
                    return
                known = self._seen >= 0 and await changes.mark(session, self._seen) == self._mark
            if (not known and not await self._from_disk()) or not await self._follow(newest):
                await self._build()
            self._seen, self._mark = newest, mark
            self._plan()

    async def tidy(self) -> None:
        """Write what changed to disk, without a trace of what was erased; searches and changes go on meanwhile."""
        async with self._keeping:
            if self._seen >= 0:
                await self.refresh()  # else words that another process has erased from disk would come back
                await self._tidy()

    async def _tidy(self) -> None:
        async with self._following:
            if not (self._unkept or self._has_dead()):
                return
            state, self._unkept = (self._seen, self._mark), 0
            before = {kind: await self.run(self.catalogues[kind].standing) for kind in KEPT}
            usual = {kind: self.catalogues[kind].usual for kind in KEPT}
            mine = dict(self.catalogues)
        whole = {kind: await self._write(partial(settled, parts)) for kind, parts in before.items()}
        after = await self._mapped(Kept(*state, whole, usual))
        async with self._following:
            for kind, parts in before.items():
                if self.catalogues[kind] is mine[kind]:  # not built anew meanwhile
                    await self.run(partial(mine[kind].replace, parts, after[kind]))

    async def _mapped(self, made: Kept) -> Mapping[str, list[Segment]]:
        """Keep segments on disk, and return them as read from there, so that only searched parts take memory."""
        if self._shelf is None:
            return made.segments
        async with self._held(self._shelf):
            if not await self._has_newer(self._shelf, made) and not await self._write(partial(self._shelf.save, made)):
                return made.segments
            kept = await self._write(self._shelf.load)
        same = kept is not None and (kept.change, kept.mark) == (made.change, made.mark)
        return kept.segments if kept and same else made.segments

    async def _has_newer(self, shelf: Shelf, made: Kept) -> bool:
        """Tell whether another process has kept a later state: an older one must not bring back what was erased."""
        change, mark = await self._write(shelf.state)
        if change <= made.change:
            return False
        async with self._db.reading() as session:
            return await changes.mark(session, change) == mark

    @asynccontextmanager
    async def _held(self, shelf: Shelf) -> AsyncIterator[None]:
        """Hold the directory against other processes; where it can't be written nobody else writes it either."""
        lock = None
        try:
            while (lock := await self._write(shelf.hold)) is None:  # noqa: ASYNC110  another process tells us nothing
                await asyncio.sleep(HELD)
        except OSError as error:
            log.info("the search index's directory can't be held", extra={"error": type(error).__name__})
        try:
            yield
        finally:
            if lock:
                lock.close()

    async def close(self) -> None:
        """Write what isn't on disk yet, and give the threads back."""
        self._closing.set()
        try:
            if self._tidying:
                await asyncio.wait([self._tidying])  # what it has begun isn't done twice
            await self.tidy()
        except SQLAlchemyError as error:  # the database is gone already: the next start goes on from what is kept
            log.warning("the search index was not kept at the end", extra={"error": type(error).__name__})
        finally:
            self._thread.shutdown(wait=False)
            self._writer.shutdown(wait=False)

    # ── building

    async def _from_disk(self) -> bool:
        """Take the index from disk if it is the state of a change this database has; then the rest is followed."""
        if self._shelf is None:
            return False
        async with self._held(self._shelf):
            kept = await self._write(self._shelf.load)
        if kept is None:
            return False
        async with self._db.reading() as session:
            if await changes.mark(session, kept.change) != kept.mark:
                log.info("the search index on disk is another database's: it is built anew")
                return False
        self._seen, self._mark = kept.change, kept.mark
        self.catalogues = {kind: Catalogue(kind, kept.segments[kind], kept.usual[kind]) for kind in KEPT}
        self.catalogues[CONSULTATION] = await self._built(CONSULTATION)
        return True

    async def _build(self) -> None:
        self._seen = -1
        fresh = {kind: await self._built(kind) for kind in KINDS}
        self.catalogues = fresh
        self._unkept = TIDY_AFTER

    async def _built(self, kind: str) -> Catalogue:
        made, last, done = Catalogue(kind), "", 0
        async with self._db.reading() as session:
            total = await _count(session, kind)
        while True:
            async with self._db.reading() as session:
                found = await live(session, kind, after=last)
            if not found:
                break
            last = found[-1][0]
            ready = [entry for _, entry in found if entry]
            await self.run(partial(_add, made, ready))
            done += len(found)
            if self._on_build and kind in KEPT:
                self._on_build(done, total)
        await self.run(made.built)
        return made

    async def _follow(self, newest: int) -> bool:
        """Bring in what changed; False when there is so much of it that a new build is quicker."""
        async with self._db.reading() as session:
            changed = await changes.since(session, self._seen, newest)
        if len(changed) > max(MANY, sum(one.count for one in self.catalogues.values())):
            return False
        for kind, catalogue in self.catalogues.items():
            ids = sorted(one for of, one in changed if of == kind)
            for start in range(0, len(ids), BATCH):
                await self._bring(catalogue, ids[start : start + BATCH])
        self._unkept += len(changed)
        return True

    async def _bring(self, catalogue: Catalogue, ids: Sequence[str]) -> None:
        async with self._db.reading() as session:
            found = await live(session, catalogue.kind, ids=ids)
        ready = [entry for _, entry in found if entry]
        gone = set(ids) - {entry.id for entry in ready}
        await self.run(lambda: catalogue.change(rows(ready), gone))

    # ── keeping

    def _has_dead(self) -> bool:
        return any(self.catalogues[kind].has_dead() for kind in KEPT)

    def _plan(self) -> None:
        """Tidy soon when much changed, and shortly after something was erased or replaced."""
        if self._due() is not None and (self._tidying is None or self._tidying.done()) and not self._closing.is_set():
            self._tidying = asyncio.create_task(self._tidy_when_due())

    def _due(self) -> float | None:
        return 0.0 if self._unkept >= TIDY_AFTER else ERASED_WITHIN if self._has_dead() else None

    async def _tidy_when_due(self) -> None:
        while not self._closing.is_set() and (wait := self._due()) is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._closing.wait(), wait)
            await self.tidy()

    async def _write(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._writer, work)


def _add(catalogue: Catalogue, found: Sequence[Entry]) -> None:
    for one in rows(found):
        catalogue.add(one)


async def live(
    session: AsyncSession, kind: str, *, after: str = "", ids: Sequence[str] | None = None
) -> list[tuple[str, Entry | None]]:
    """Return entries in the order of their ids, each with its id; None for one that was retired or erased."""
    if kind == CONSULTATION:
        return await consultations.read(session, after=after, ids=ids, limit=BATCH)
    table: Any = PastCase if kind == CASE else Organisation
    query: Any = select(table)
    if ids is not None:
        query = query.where(col(table.id).in_(ids))
    else:
        query = query.where(col(table.id) > after).order_by(col(table.id)).limit(BATCH)
    made: Any = entries.of_case if kind == CASE else entries.of_organisation
    return [(one.id, None if one.retired_at else made(one)) for one in (await session.exec(query)).all()]


async def _count(session: AsyncSession, kind: str) -> int:
    if kind == CONSULTATION:
        return 0
    table: Any = PastCase if kind == CASE else Organisation
    return int((await session.exec(select(func.count()).select_from(table))).one())
