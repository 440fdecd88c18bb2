"""What staff said of hits they were shown, and how that counts when the same entries are shown again."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Subquery
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import col, func, not_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from storage.models.knowledge import MatchVote, Organisation, PastCase

CASE = "case"  # the other kind is an organisation


@dataclass(frozen=True)
class Tally:
    """How many people found an entry useful or wrong, each counted once and by what they said last.

    `here` is what was said for one case. True: useful; False: wrong; None: nothing, or the same number of both.
    """

    useful: int
    wrong: int
    here: bool | None


async def cast(
    session: AsyncSession, *, kind: str, entry_id: str, about: str, by: str, useful: bool, now: datetime
) -> None:
    """Keep what a person says of an entry in one case. It replaces what they said of it before."""
    insert: Any = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    said = insert(MatchVote).values(kind=kind, entry_id=entry_id, about=about, by=by, useful=useful, at=now)
    await session.exec(
        said.on_conflict_do_update(
            index_elements=["kind", "entry_id", "about", "by"],
            set_={"useful": said.excluded.useful, "at": said.excluded.at},
            where=col(MatchVote.useful) != said.excluded.useful,
        )
    )


async def tally(session: AsyncSession, kind: str, ids: Iterable[str], about: str = "") -> dict[str, Tally]:
    """Return how the votes on these entries add up; an entry nobody voted on is left out.

    A person who voted in several cases counts once, with their newest vote, so that one eager person doesn't
    decide. Without a case (`about` is empty) nothing was said here: commands have no case in common.
    """
    wanted = list(ids)
    if not wanted:
        return {}
    votes = _numbered(kind, wanted)
    newest, here = votes.c.age == 1, votes.c.about == about
    sides = votes.c.useful, not_(votes.c.useful)
    counts = (func.count().filter(among, side) for among in (newest, here) for side in sides)
    rows = await session.exec(select(votes.c.entry_id, *counts).group_by(votes.c.entry_id))
    return {
        one: Tally(useful, wrong, _sided(useful_here, wrong_here) if about else None)
        for one, useful, wrong, useful_here, wrong_here in rows.all()
    }


async def said(session: AsyncSession, *, about: str, by: str) -> dict[tuple[str, str], bool]:
    """Return what a person said of the hits of one case, by kind and id; nothing where there is no case."""
    query = select(MatchVote).where(MatchVote.about == about, MatchVote.by == by)
    votes = (await session.exec(query)).all() if about else []
    return {(vote.kind, vote.entry_id): vote.useful for vote in votes}


async def title(session: AsyncSession, kind: str, entry_id: str) -> str:
    """Return what an entry is called; nothing when it is gone or retired."""
    if kind == CASE:
        query = select(PastCase.title).where(PastCase.id == entry_id, col(PastCase.retired_at).is_(None))
    else:
        query = select(Organisation.name).where(Organisation.id == entry_id, col(Organisation.retired_at).is_(None))
    return (await session.exec(query)).first() or ""


def _numbered(kind: str, ids: list[str]) -> Subquery:
    """The votes on these entries, each with its place among those of its person: 1 is the newest."""
    age = func.row_number().over(
        partition_by=(col(MatchVote.entry_id), col(MatchVote.by)),
        order_by=(col(MatchVote.at).desc(), col(MatchVote.id).desc()),
    )
    found = select(MatchVote.entry_id, MatchVote.about, MatchVote.useful, age.label("age"))
    return found.where(MatchVote.kind == kind, col(MatchVote.entry_id).in_(ids)).subquery()


def _sided(useful: int, wrong: int) -> bool | None:
    return None if useful == wrong else useful > wrong
