"""Consultations that came twice: from the same citizen, or in nearly the same words from another."""

import math

from rapidfuzz import fuzz
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from knowledge.asking.question import Question
from knowledge.asking.ranking import rank
from knowledge.entries import CONSULTATION, Entry
from knowledge.following import Follower, live
from knowledge.hits import Twin
from knowledge.language.text import fold, words
from storage.db import Database
from storage.models import Case

CANDIDATES = 10
SAME_CITIZEN, ANYBODY = 0.5, 0.85  # how alike two must be; set on pairs rewritten by hand in the tests
ENOUGH = 30  # characters; shorter texts (「相談したいです」) are the same for many people


async def twins(db: Database, index: Follower, number: str) -> list[Twin]:
    """Return the cases that may be the same consultation as this one, the most alike first.

    A case whose words were erased is never found.
    """
    async with db.reading() as session:
        mine = dict(await live(session, CONSULTATION, ids=[number])).get(number)
        own = await _of_citizen(session, number)
    if mine is None:
        return []
    asked, catalogue = Question(_whole(mine)), index.catalogues[CONSULTATION]
    ranked, _ = await index.run(lambda: rank(asked, catalogue, CANDIDATES))
    candidates = {one.id for one in ranked} | own - {number}
    async with db.reading() as session:
        there = {one: entry for one, entry in await live(session, CONSULTATION, ids=sorted(candidates)) if entry}
        query = select(Case.number, Case.stage).where(col(Case.number).in_(there))
        stages = dict((await session.exec(query)).all())
    found = await index.run(
        lambda: [Twin(one, stages[one], one in own, likeness(mine, there[one])) for one in there if one != number]
    )
    anybody = ANYBODY if len(_whole(mine)) >= ENOUGH else math.inf
    close = [twin for twin in found if twin.likeness >= (SAME_CITIZEN if twin.same_citizen else anybody)]
    return sorted(close, key=lambda twin: (-twin.likeness, twin.number))


def likeness(one: Entry, other: Entry) -> float:
    """Say how alike two consultations are: letter by letter, or as the same words in another order."""
    mine, theirs = _whole(one), _whole(other)
    as_written = fuzz.ratio(fold(mine), fold(theirs))
    forms = [" ".join(word.form for word in words(text)) for text in (mine, theirs)]
    as_words = fuzz.token_sort_ratio(*forms) if all(forms) else 0.0
    return max(as_written, as_words) / 100


def _whole(entry: Entry) -> str:
    return "\n".join(text for text in entry.fields.values() if text)


async def _of_citizen(session: AsyncSession, number: str) -> set[str]:
    citizen = select(Case.citizen_id).where(Case.number == number, col(Case.citizen_id).is_not(None))
    return set((await session.exec(select(Case.number).where(col(Case.citizen_id).in_(citizen)))).all())
