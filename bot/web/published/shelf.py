"""The published cases as the public finds them: by words, ward and theme, a page at a time, or one by its id."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Mapped
from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from knowledge.entries import CASE
from knowledge.search import Answer, Library
from storage.models import PastCase

PAGE = 20
MOST_FOUND = 200  # that a search looks at
LONGEST = 200  # characters of a search


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for."""

    words: str = ""
    ward: str = ""
    theme: str = ""

    @property
    def is_everything(self) -> bool:
        """Tell whether nothing in particular is looked for."""
        return not (self.words or self.ward or self.theme)


@dataclass(frozen=True)
class Found:
    """Cases in their order, how the words may have been meant, and whether they only come near."""

    cases: list[PastCase]
    meant: str = ""
    only_near: bool = False
    why: dict[str, list[str]] = field(default_factory=dict)  # by id: the words that met
    unknown: tuple[str, ...] = ()  # typed as filters, naming nothing


class Shelf:
    """The cases the public may see: published, not taken back; made-up samples only while there is no real case."""

    def __init__(self, library: Library, *, samples: bool) -> None:
        self._library, self._samples = library, samples

    async def find(self, session: AsyncSession, wanted: Wanted) -> Found:
        """Return every case that fits: the most alike first for words, else the newest."""
        if not wanted.words:
            query = select(PastCase).where(*self._fits(wanted))
            newest = (col(PastCase.year).desc().nulls_last(), col(PastCase.updated_at).desc(), col(PastCase.id))
            return Found(list((await session.exec(query.order_by(*newest))).all()))
        answer = await self._library.answer(wanted.words[:LONGEST], kind=CASE, published_only=True, limit=MOST_FOUND)
        return await self._read(session, wanted, answer)

    async def one(self, session: AsyncSession, entry_id: str) -> PastCase | None:
        """Return the case that may be seen under this id."""
        return (await session.exec(select(PastCase).where(PastCase.id == entry_id, *self._visible()))).first()

    async def is_gone(self, session: AsyncSession, entry_id: str) -> bool:
        """Tell whether a case was public once and was taken back."""
        was = (PastCase.id == entry_id, col(PastCase.published), col(PastCase.retired_at).is_not(None))
        return (await session.exec(select(PastCase.id).where(*was, ~col(PastCase.sample)))).first() is not None

    async def choices(self, session: AsyncSession) -> tuple[list[str], list[str]]:
        """Return the wards and themes that there are cases of."""
        return await self._most(session, col(PastCase.ward)), await self._most(session, col(PastCase.theme))

    async def _read(self, session: AsyncSession, wanted: Wanted, answer: Answer) -> Found:
        hits = answer.hits or answer.nearest
        fits = (*self._fits(wanted), col(PastCase.id).in_([hit.id for hit in hits]))
        there = {row.id: row for row in (await session.exec(select(PastCase).where(*fits))).all()}
        why = {hit.id: list(dict.fromkeys(match.matched for match in hit.why if match.matched)) for hit in hits}
        cases = [there[hit.id] for hit in hits if hit.id in there]
        return Found(cases, answer.meant, only_near=not answer.hits and bool(cases), why=why, unknown=answer.unknown)

    def _visible(self) -> list[ColumnElement[bool]]:
        seen: list[ColumnElement[bool]] = [col(PastCase.published).is_(True), col(PastCase.retired_at).is_(None)]
        return seen if self._samples else [*seen, col(PastCase.sample).is_(False)]

    def _fits(self, wanted: Wanted) -> list[ColumnElement[bool]]:
        fits = self._visible()
        fits += [col(PastCase.ward) == wanted.ward] if wanted.ward else []
        return [*fits, col(PastCase.theme) == wanted.theme] if wanted.theme else fits

    async def _most(self, session: AsyncSession, column: Mapped[str]) -> list[str]:
        """The values of a column, those of most cases first."""
        query = select(column).where(*self._visible(), column != "").group_by(column)
        return list((await session.exec(query.order_by(func.count().desc(), column))).all())


def page_of(cases: Sequence[PastCase], number: int) -> tuple[Sequence[PastCase], int, int]:
    """Return the cases of a page, the page's number (the nearest that exists), and how many pages there are."""
    pages = max(1, -(-len(cases) // PAGE))
    number = min(max(number, 1), pages)
    return cases[(number - 1) * PAGE : number * PAGE], number, pages
