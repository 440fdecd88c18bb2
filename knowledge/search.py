"""The library, one in each process: it follows the database and answers what is alike."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from knowledge import twins, votes
from knowledge.asking import corrections
from knowledge.asking.explain import LOW, band
from knowledge.asking.listing import newest, reasons, ward_of
from knowledge.asking.question import Near, Question, read, without_unknown
from knowledge.asking.ranking import Ranked, limits_of, rank
from knowledge.asking.reasons import Match
from knowledge.entries import CASE, CONSULTATION, ORGANISATION, Entry
from knowledge.following import Follower, Progress, live
from knowledge.hits import Answer, Hit, Twin, explained, hit_of
from knowledge.language.wards import match
from knowledge.votes import Tally
from storage.db import Database

__all__ = ["Answer", "Hit", "Library", "Match", "Near", "Twin"]

KINDS = (CASE, ORGANISATION)
SPARE = 5  # ranked beyond what is shown: some may have no reason, or have gone
NEAREST = 3

Found = list[tuple[Ranked, Entry]]


class Library:
    """What the centre knows, searchable.

    The index belongs to one thread of its own: it is never changed while it is searched, and the
    event loop waits for the database only.
    """

    def __init__(
        self,
        db: Database,
        directory: Path | None = None,
        *,
        use_votes: bool = True,
        on_build: Progress | None = None,
    ) -> None:
        self._db, self._use_votes = db, use_votes
        self._index = Follower(db, directory, on_build)

    async def similar(self, words: str, **how: Any) -> list[Hit]:
        """Return the entries most like the words, best first; nothing alike is an empty list. Asked like answer()."""
        return (await self.answer(words, **how)).hits

    async def answer(
        self,
        words: str,
        *,
        kind: str | None = None,
        limit: int = 5,
        ward: str | None = None,
        published_only: bool = False,
        near: Near | None = None,
        without: Collection[str] = (),
        about: str = "",
    ) -> Answer:
        """Return what is alike, how the words may have been meant, and the nearest entries if nothing is alike.

        The words may hold filters (区:鶴見 テーマ:防災 主体:企業 種別:団体); the arguments win over them. Filters
        alone, and a ward's name alone, find the entries that are so, the newest first.
        `without` are ids that are never hits, such as the case's own; `about` is the case that asks.
        """
        asked = read(words)
        if near is None and not about:  # only typed searches have filters; the words of a case have none
            asked = without_unknown(asked)
        is_filtered = bool(asked.ward or asked.theme or asked.party or asked.kind)
        place = (match(ward).ward or ward) if ward else asked.ward
        asked = replace(asked, ward=place, kind=kind or asked.kind, published_only=published_only)
        if limit < 1 or not (asked.text or is_filtered):
            return Answer([], unknown=asked.unknown)
        if not asked.text:
            return Answer(await self._listed(asked, limit, without, about), unknown=asked.unknown)
        asked = replace(asked, near=near or asked.near)
        hits, others, meant = await self._find(asked, limit, without, about)
        named = ward_of(asked.text, found_nothing=not hits)
        if named and asked.ward in (None, named):
            here, known = replace(asked, ward=named), {*without, *(hit.id for hit in hits)}
            hits, meant = hits[:limit], ""
            hits += await self._listed(here, limit - len(hits), known, about, below=hits[-1].score if hits else 1.0)
        elsewhere: list[Hit] = []
        if not hits and (asked.ward or asked.theme or asked.party):
            anywhere = replace(asked, ward=None, theme=None, party=None)
            elsewhere = (await self._find(anywhere, NEAREST, without, about))[0]
        nearest = [] if hits else (elsewhere or others)[:NEAREST]
        return Answer(hits[:limit], meant, nearest, is_elsewhere=bool(elsewhere), unknown=asked.unknown)

    async def twins(self, number: str) -> list[Twin]:
        """Return the cases that may be the same consultation as this one, the most alike first."""
        await self._index.refresh()
        return await twins.twins(self._db, self._index, number)

    async def refresh(self) -> None:
        """Bring the index to the newest change; the first call reads or builds it."""
        await self._index.refresh()

    async def close(self) -> None:
        """Write what isn't on disk yet, and give the threads back."""
        await self._index.close()

    async def _find(
        self, asked: Question, limit: int, without: Collection[str], about: str
    ) -> tuple[list[Hit], list[Hit], str]:
        await self._index.refresh()
        kinds = (asked.kind,) if asked.kind in (*KINDS, CONSULTATION) else KINDS
        catalogues = [self._index.catalogues[kind] for kind in kinds]
        wide = limit + len(without) + SPARE
        ranked = await self._index.run(lambda: [rank(asked, one, wide) for one in catalogues])
        hits: list[Hit] = []
        others: list[Hit] = []
        for kind, (places, wanted) in zip(kinds, ranked, strict=True):
            places = [one for one in places if one.id not in without]
            async with self._db.reading() as session:
                found = await _found(session, kind, places, asked.published_only)
                said = await self._votes(session, kind, found, about)
            met, missed = await self._index.run(
                lambda wanted=wanted, found=found, said=said: explained(asked, wanted, found, said)  # type: ignore[misc]
            )
            hits += met
            others += missed
        # Points of different kinds can't be compared, so what is hardly alike goes last whatever its points.
        hits.sort(key=lambda hit: (len(kinds) > 1 and hit.band == LOW, -hit.score))
        return hits, others, corrections.meant(asked.text, [one for _, wanted in ranked for one in wanted])

    async def _listed(
        self, asked: Question, limit: int, without: Collection[str], about: str, below: float = 1.0
    ) -> list[Hit]:
        """Return what the filters alone find, the newest first, of each kind in turn."""
        await self._index.refresh()
        kinds = [kind for kind in KINDS if asked.kind in (None, kind)]
        limits = limits_of(replace(asked, text=""))
        listed: list[list[Hit]] = []
        for kind in kinds:
            fits = await self._index.run(partial(self._index.catalogues[kind].fitting, limits)) - set(without)
            async with self._db.reading() as session:
                first = [Ranked(one, below) for one in await newest(session, kind, fits, limit)]
                found = await _found(session, kind, first, asked.published_only)
                said = await self._votes(session, kind, found, about)
            listed.append([hit_of(below, entry, reasons(asked), band(1), said.get(entry.id)) for _, entry in found])
        return [hit for turn in zip_longest(*listed) for hit in turn if hit][:limit]

    async def _votes(self, session: AsyncSession, kind: str, found: Found, about: str) -> dict[str, Tally]:
        if not self._use_votes:
            return {}
        return await votes.tally(session, kind, [entry.id for _, entry in found], about)


async def _found(session: AsyncSession, kind: str, ranked: Sequence[Ranked], published: bool) -> Found:
    """Read the ranked entries from the database, which has the last word on what may be shown."""
    there = dict(await live(session, kind, ids=[one.id for one in ranked]))
    found = [(one, entry) for one in ranked if (entry := there.get(one.id))]
    return [(one, entry) for one, entry in found if entry.published or not published]
