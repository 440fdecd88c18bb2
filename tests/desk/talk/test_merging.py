"""The same consultation came twice: one case ends in the other, both keep their numbers, no word is lost."""

import asyncio

import pytest
from sqlmodel import select

from bot.desk.consultation import heard, privacy, staffing
from bot.desk.consultation.intake import received
from bot.desk.consultation.publishing import closing
from bot.desk.talk import merging
from bot.desk.team import team
from bot.errors import Refused
from knowledge import consultations
from storage.models import Case, Citizen, KnowledgeChange, OutboxRow, Stage
from tests.desk.case_desk import CITY, MAIN, SUB, Desk


async def _two(desk: Desk, *, same: bool = True) -> tuple[str, str]:
    """Two open cases, from the same citizen or from two."""
    alice = await desk.citizen()
    other = alice if same else await desk.citizen("Ubob")
    return await desk.opens(await desk.proposal(alice)), await desk.opens(await desk.proposal(other))


async def _merges(desk: Desk, number: str, into: str, *, other_citizen: bool = False) -> None:
    await desk.does(merging.merge, number, into=into, other_citizen=other_citizen, by=MAIN)


async def _writes(desk: Desk, number: str, text: str, key: str = "line:1") -> None:
    async with desk.database.transaction() as session:
        case = await session.get_one(Case, (await desk.sees(number)).id)
        await heard.citizen_wrote(session, case, [text], key=key, now=desk.now)


async def test_both_numbers_are_kept_in_both_histories_and_told(desk: Desk) -> None:
    twin, heir = await _two(desk)

    await _merges(desk, twin, heir)

    ended, goes_on = await desk.sees(twin), await desk.sees(heir)
    assert (ended.stage, ended.merged_into) == (Stage.CLOSED, heir)
    assert ended.history[-1].after == {"merged_into": heir, "stage": "closed"}
    assert (goes_on.stage, goes_on.history[-1].after) == (Stage.RECEIVED, {"merged": twin})
    (told,) = await desk.sent("line")
    assert (told.kind, told.payload["number"], told.payload["into"]) == ("merged", twin, heir)
    threads = [(row.payload["case"], row.payload["say"]) for row in await desk.sent("slack", "thread")]
    assert threads == [(ended.id, "merged"), (goes_on.id, "merged_here")]


async def test_what_is_written_later_reaches_those_who_have_the_other_case(desk: Desk) -> None:
    twin, heir = await _two(desk, same=False)
    await _merges(desk, twin, heir, other_citizen=True)

    for _ in range(2):
        await _writes(desk, twin, "場所が見つかりました")

    note = (await desk.sent("slack", "thread"))[-1].payload
    view = await desk.sees(heir)
    assert (note["case"], note["say"], note["merged"]) == (view.id, "citizen_wrote_merged", twin)
    assert note["words"] == ["場所が見つかりました"]
    assert [line.action for line in view.history].count("citizen_wrote") == 1
    assert (await desk.sees(twin)).history[-1].words == ("場所が見つかりました",)


async def test_who_is_erased_is_erased_from_the_other_thread_too(desk: Desk) -> None:
    twin, heir = await _two(desk, same=False)
    await _merges(desk, twin, heir, other_citizen=True)
    await _writes(desk, twin, "わたしの秘密")

    async with desk.database.transaction() as session:
        who = (await session.exec(select(Citizen).where(Citizen.line_user_id == "Ualice"))).one()
        await privacy.erase(session, who, now=desk.now)

    async with desk.database.reading() as session:
        rows = (await session.exec(select(OutboxRow))).all()
    assert "わたしの秘密" not in str([row.payload for row in rows])
    assert "わたしの秘密" not in str((await desk.sees(heir)).history)


@pytest.mark.parametrize(("into", "words"), [("itself", "同じ番号"), ("2026-0999", "見つかりません")])
async def test_it_needs_another_case(small_desk: Desk, into: str, words: str) -> None:
    number = await small_desk.case()

    with pytest.raises(Refused, match=words):
        await _merges(small_desk, number, number if into == "itself" else into)

    assert (await small_desk.sees(number)).stage is Stage.RECEIVED


async def test_a_chain_is_never_made(small_desk: Desk) -> None:
    first, second = await _two(small_desk)
    third = await small_desk.opens(await small_desk.proposal())
    await _merges(small_desk, first, second)

    with pytest.raises(Refused, match=f"統合先には {second}"):
        await _merges(small_desk, third, first)
    with pytest.raises(Refused, match="終了"):
        await _merges(small_desk, first, third)

    await _merges(small_desk, second, third)
    await _writes(small_desk, first, "まだ続きがあります")
    assert (await small_desk.sent("slack", "thread"))[-1].payload["case"] == (await small_desk.sees(third)).id


async def test_an_ended_case_takes_none_in(small_desk: Desk) -> None:
    twin, heir = await _two(small_desk)
    await small_desk.does(closing.close, heir, reason="完了", learnings="", by=MAIN)

    with pytest.raises(Refused, match="終了しています"):
        await _merges(small_desk, twin, heir)


async def test_two_people_are_merged_only_knowingly(desk: Desk) -> None:
    twin, heir = await _two(desk, same=False)

    with pytest.raises(Refused, match="別の方からの相談"):
        await _merges(desk, twin, heir)
    assert (await desk.sees(twin)).stage is Stage.RECEIVED
    await _merges(desk, twin, heir, other_citizen=True)

    assert (await desk.sees(twin)).merged_into == heir


async def test_a_team_keeps_its_case_when_another_ends_in_it(small_desk: Desk) -> None:
    twin, heir = await _two(small_desk)
    await small_desk.does(received.claim, heir, by=MAIN)
    await small_desk.does(staffing.join, heir, by=SUB)
    await small_desk.does(team.staff, heir, city_staff=CITY, by=MAIN)

    await _merges(small_desk, twin, heir)

    view = await small_desk.sees(heir)
    assert (view.main, view.sub, view.city_staff, view.stage) == (MAIN, SUB, CITY, Stage.HEARING)


async def test_two_who_merge_crosswise_do_not_wait_for_each_other(desk: Desk) -> None:
    one, other = await _two(desk)

    done = await asyncio.gather(_merges(desk, one, other), _merges(desk, other, one), return_exceptions=True)

    assert sorted(type(result).__name__ for result in done if result)[:1] in (["MoveNotAllowed"], ["Refused"])
    assert sorted([bool((await desk.sees(n)).merged_into) for n in (one, other)]) == [False, True]


async def test_a_merged_case_is_found_no_more_and_is_nobodys_twin(desk: Desk) -> None:
    twin, heir = await _two(desk)
    await _merges(desk, twin, heir)

    async with desk.database.reading() as session:
        found = dict(await consultations.read(session, ids=[twin, heir]))
        noted = (await session.exec(select(KnowledgeChange))).all()

    assert found[twin] is None
    assert found[heir] is not None
    assert noted[-1].entry_id == twin
