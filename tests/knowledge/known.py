"""What a centre knows, kept as an import keeps it, and the processes that search it from one directory."""

import os
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlmodel import col, delete

from knowledge import changes
from knowledge.index.keys import text_pairs, word_key
from knowledge.search import Library
from storage.db import Database
from storage.models.knowledge import KnowledgeChange, Organisation, PastCase

NOW = datetime(2026, 4, 1, 3, tzinfo=UTC)
Known = PastCase | Organisation


def case(id: str, title: str, **more: Any) -> PastCase:
    return PastCase(id=id, title=title, updated_at=NOW, **{"published": True, **more})


def organisation(id: str, name: str, **more: Any) -> Organisation:
    return Organisation(id=id, name=name, updated_at=NOW, **more)


def kind_of(row: Known) -> str:
    return "case" if isinstance(row, PastCase) else "organisation"


async def keep(database: Database, *rows: Known) -> None:
    async with database.transaction() as session:
        for table, kind in ((PastCase, "case"), (Organisation, "organisation")):
            these = {row.id: type(row)(**row.model_dump()) for row in rows if isinstance(row, table)}
            await session.exec(delete(table).where(col(table.id).in_(these)))
            session.add_all(these.values())
            await session.flush()
            await changes.note(session, kind, these, now=NOW)


async def erase(database: Database, row: Known) -> None:
    async with database.transaction() as session:
        await session.delete(await session.get_one(type(row), row.id))
        await changes.note(session, kind_of(row), [row.id], now=NOW)


async def restore(database: Database, rows: Sequence[Known], numbers: Sequence[int]) -> None:
    """Put another day's content in the place of everything, as a backup does: the log counts on from there."""
    async with database.transaction() as session:
        for table in (PastCase, Organisation, KnowledgeChange):
            await session.exec(delete(table))
        for row, number in zip(rows, numbers, strict=True):
            session.add(type(row)(**row.model_dump()))
            session.add(KnowledgeChange(id=number, kind=kind_of(row), entry_id=row.id, at=NOW))


class Processes:
    """Libraries of several processes on one database and one directory, and how often any of them built."""

    def __init__(self, database: Database, directory: Path) -> None:
        self.database, self.directory = database, directory
        self.told: list[tuple[int, int]] = []
        self._open: list[Library] = []

    def opens(self, directory: Path | None = None) -> Library:
        library = Library(
            self.database, directory or self.directory, on_build=lambda done, total: self.told.append((done, total))
        )
        self._open.append(library)
        return library

    async def close(self, library: Library | None = None) -> None:
        """Close a library, or all that are open still."""
        for one in [library] if library else list(self._open):
            self._open.remove(one)
            await one.close()

    def built(self) -> int:
        """Return how many catalogues were built since this was asked last."""
        count = sum(1 for done, total in self.told if done >= total)
        self.told.clear()
        return count

    def holds(self, *traces: str) -> list[str]:
        """Return which words or ids any file of the directory holds: as text, as a word, as a pair of characters."""
        content = b""
        for folder, _, files in os.walk(self.directory):  # which passes over what vanishes meanwhile
            for name in files:
                with suppress(FileNotFoundError):  # another process takes away what it replaced
                    content += Path(folder, name).read_bytes()
        return [one for one in traces if any(form in content for form in _forms(one))]


def _forms(trace: str) -> list[bytes]:
    numbers = [word_key(trace), *text_pairs(trace).tolist()]
    return [trace.encode(), *(number.to_bytes(8, "little") for number in numbers)]


async def ids(library: Library, words: str) -> list[str]:
    return [hit.id for hit in await library.similar(words)]
