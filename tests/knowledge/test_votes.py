"""What staff said of hits, kept once a person, entry and case, and added up once a person."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select

from knowledge import votes
from knowledge.votes import Tally
from storage.db import Database
from storage.models import MatchVote, Organisation, PastCase

NOON = datetime(2026, 6, 15, 3, tzinfo=UTC)
FOR, AGAINST = True, False


@dataclass
class Box:
    """A ballot box; each vote comes a minute after the one before."""

    db: Database
    now: datetime = NOON

    async def says(self, by: str, useful: bool, entry: str = "c1", about: str = "", kind: str = "case") -> None:
        self.now += timedelta(minutes=1)
        async with self.db.transaction() as session:
            await votes.cast(session, kind=kind, entry_id=entry, about=about, by=by, useful=useful, now=self.now)

    async def tally(self, *ids: str, about: str = "", kind: str = "case") -> dict[str, Tally]:
        async with self.db.reading() as session:
            return await votes.tally(session, kind, ids or ("c1",), about)

    async def rows(self) -> list[MatchVote]:
        async with self.db.reading() as session:
            return list((await session.exec(select(MatchVote).order_by(col(MatchVote.id)))).all())


@pytest.fixture
def box(database: Database) -> Box:
    return Box(database)


async def test_a_later_vote_replaces_the_earlier_one(box: Box) -> None:
    await box.says("U1", FOR, about="2026-0001")
    await box.says("U1", AGAINST, about="2026-0001")

    (row,) = await box.rows()
    assert (row.kind, row.entry_id, row.about, row.by, row.useful) == ("case", "c1", "2026-0001", "U1", AGAINST)
    assert row.at == box.now
    assert await box.tally() == {"c1": Tally(0, 1, None)}


async def test_pressing_the_same_twice_changes_nothing(box: Box) -> None:
    await box.says("U1", FOR)
    before = await box.rows()

    await box.says("U1", FOR)

    assert await box.rows() == before


async def test_a_person_counts_once_with_their_newest_vote(box: Box) -> None:
    for number in ("2026-0001", "2026-0002", "2026-0003"):
        await box.says("UEAGER", FOR, about=number)
    await box.says("U2", AGAINST, about="2026-0001")
    assert await box.tally() == {"c1": Tally(1, 1, None)}

    await box.says("UEAGER", AGAINST, about="2026-0002")

    assert await box.tally() == {"c1": Tally(0, 2, None)}
    assert len(await box.rows()) == 4


@pytest.mark.parametrize(
    ("said", "here"),
    [
        ([], None),
        ([FOR], True),
        ([AGAINST], False),
        ([FOR, AGAINST], None),
        ([FOR, AGAINST, AGAINST], False),
        ([FOR, FOR, AGAINST], True),
    ],
)
async def test_here_is_what_was_said_for_this_very_case(box: Box, said: list[bool], here: bool | None) -> None:
    await box.says("UELSEWHERE", FOR, about="2026-0009")
    for who, useful in enumerate(said):
        await box.says(f"U{who}", useful, about="2026-0001")

    tally = (await box.tally(about="2026-0001"))["c1"]

    assert tally.here is here
    assert (tally.useful, tally.wrong) == (said.count(FOR) + 1, said.count(AGAINST))


async def test_what_somebody_said_of_this_case_stays_though_they_said_otherwise_later(box: Box) -> None:
    await box.says("U1", FOR, about="2026-0001")
    await box.says("U1", AGAINST, about="2026-0002")

    assert await box.tally(about="2026-0001") == {"c1": Tally(0, 1, True)}


async def test_a_command_has_no_here(box: Box) -> None:
    await box.says("U1", FOR)

    assert await box.tally(about="") == {"c1": Tally(1, 0, None)}


async def test_only_entries_with_votes_are_told_and_kinds_are_kept_apart(box: Box) -> None:
    await box.says("U1", FOR, "同じ")
    await box.says("U1", AGAINST, "同じ", kind="organisation")

    assert await box.tally("同じ", "none") == {"同じ": Tally(1, 0, None)}
    assert await box.tally("同じ", kind="organisation") == {"同じ": Tally(0, 1, None)}
    async with box.db.reading() as session:
        assert await votes.tally(session, "case", []) == {}


async def test_a_person_finds_what_they_said_of_a_case_and_of_no_other(box: Box) -> None:
    await box.says("U1", FOR, "c1", "2026-0001")
    await box.says("U1", AGAINST, "o|1", "2026-0001", "organisation")
    await box.says("U1", FOR, "c2", "2026-0002")
    await box.says("U1", FOR, "c3")
    await box.says("U2", AGAINST, "c1", "2026-0001")

    async with box.db.reading() as session:
        here = await votes.said(session, about="2026-0001", by="U1")
        nowhere = await votes.said(session, about="", by="U1")

    assert here == {("case", "c1"): FOR, ("organisation", "o|1"): AGAINST}
    assert nowhere == {}


async def test_many_who_vote_at_once_are_all_counted_once(box: Box) -> None:
    people = [f"U{who}" for who in range(6)] * 2

    await asyncio.gather(*(box.says(by, FOR, about="2026-0001") for by in people))

    assert await box.tally(about="2026-0001") == {"c1": Tally(6, 0, True)}


async def test_an_entry_is_called_by_its_title_or_name_while_it_can_be_shown(database: Database) -> None:
    async with database.transaction() as session:
        session.add(PastCase(id="1", title="子ども食堂", updated_at=NOON))
        session.add(PastCase(id="2", title="消えた例", updated_at=NOON, retired_at=NOON))
        session.add(Organisation(id="1", name="つるみ食堂の会", updated_at=NOON))

    async with database.reading() as session:
        asked = (("case", "1"), ("organisation", "1"), ("case", "2"), ("organisation", "2"))
        called = [await votes.title(session, kind, one) for kind, one in asked]

    assert called == ["子ども食堂", "つるみ食堂の会", "", ""]
