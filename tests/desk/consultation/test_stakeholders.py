"""④ 関係する主体: from candidate to a role, who carries it out, and who must be told that others do."""

import pytest

from bot.desk.consultation import advance
from bot.desk.consultation.realisation import stakeholders
from bot.desk.record.kinds import MoveNotAllowed
from bot.desk.record.marks import mark
from bot.desk.record.sight import as_json
from bot.errors import Refused
from storage.models import Organisation, Stage, Stakeholder, StakeholderState
from tests.desk.case_desk import MAIN, SUB, Desk

ASKED, WILLING, DECLINED = StakeholderState.ASKED, StakeholderState.WILLING, StakeholderState.DECLINED


async def a_case(desk: Desk) -> str:
    return await desk.case(stage=Stage.REALISATION)


async def adds(desk: Desk, number: str, name: str) -> Stakeholder:
    return await desk.does(stakeholders.add, number, name=name, by=MAIN)


async def moves(desk: Desk, number: str, one: Stakeholder, state: StakeholderState, **values: str) -> None:
    known = next(party for party in (await desk.sees(number)).work.stakeholders if party.id == one.id)
    given = {"role": known.role, "contact": known.contact, "remark": known.note, "by": MAIN} | values
    await desk.does(stakeholders.change, number, one.id, state=state, **given)


async def written(desk: Desk, number: str, key: str = "stakeholders") -> str:
    return next((line.text for line in (await desk.sees(number)).evidence if line.key == key), "")


async def lacks(desk: Desk, number: str) -> set[str]:
    return {need.key for need in (await desk.sees(number)).lacking}


async def test_a_party_goes_from_candidate_to_a_role_and_every_step_is_in_the_history(desk: Desk) -> None:
    number = await a_case(desk)
    hall = await adds(desk, number, "みなと町内会")

    await moves(desk, number, hall, ASKED, contact="045-000-1111")
    await moves(desk, number, hall, WILLING, role="会場")

    view = await desk.sees(number)
    (party,) = view.work.stakeholders
    assert (party.state, party.role, party.contact) == (WILLING, "会場", "045-000-1111")
    assert party.asked_at == party.answered_at == desk.now
    steps = [(line.before.get("state"), line.after.get("state"), line.words) for line in view.history[-3:]]
    assert steps == [
        (None, "candidate", ("みなと町内会",)),
        ("candidate", "asked", ("みなと町内会", "045-000-1111")),
        ("asked", "willing", ("みなと町内会", "会場")),
    ]
    assert view.history[-1].after["said"] == ["name", "role"]
    assert (await desk.said_in_thread())[-1] == "party_willing"


async def test_who_agreed_with_a_role_is_the_evidence_and_goes_with_them(desk: Desk) -> None:
    number = await a_case(desk)
    hall, shops = await adds(desk, number, "みなと町内会"), await adds(desk, number, "商店会")
    await moves(desk, number, hall, WILLING)
    assert "stakeholders" in await lacks(desk, number)  # willing, but to do what?

    await moves(desk, number, hall, WILLING, role="会場")
    await moves(desk, number, shops, WILLING, role="広報")
    assert await written(desk, number) == "みなと町内会：会場\n商店会：広報"
    assert "stakeholders" not in await lacks(desk, number)

    await moves(desk, number, shops, DECLINED)
    assert await written(desk, number) == "みなと町内会：会場"
    await moves(desk, number, hall, ASKED)
    assert await written(desk, number) == ""
    assert "stakeholders" in await lacks(desk, number)


async def test_what_somebody_wrote_as_evidence_by_hand_is_not_written_over(desk: Desk) -> None:
    number = await a_case(desk)
    await desk.writes(number, "stakeholders", "区役所が取りまとめる", by=SUB)

    await moves(desk, number, await adds(desk, number, "商店会"), WILLING, role="広報")

    assert await written(desk, number) == "区役所が取りまとめる"


async def test_an_organisation_of_the_library_comes_by_its_id(desk: Desk) -> None:
    number = await a_case(desk)
    async with desk.database.transaction() as session:
        session.add(Organisation(id="o1", name="つるみ食堂の会", updated_at=desk.now))

    party = await desk.does(stakeholders.add, number, organisation_id="o1", by=MAIN)

    assert (party.name, party.organisation_id) == ("つるみ食堂の会", "o1")
    with pytest.raises(Refused, match="すでに一覧に"):
        await adds(desk, number, "つるみ食堂の会")
    with pytest.raises(Refused, match="名前がありません"):
        await adds(desk, number, " \0 ")


async def test_of_two_who_change_the_same_party_the_second_is_told_who_was_first(desk: Desk) -> None:
    number = await a_case(desk)
    party = await adds(desk, number, "商店会")
    seen = mark((await desk.sees(number)).work.stakeholders[0])
    await moves(desk, number, party, ASKED, by=SUB)

    with pytest.raises(Refused, match=f"<@{SUB}> さんが同じところを変えました"):
        await moves(desk, number, party, DECLINED, seen=seen)

    assert (await desk.sees(number)).work.stakeholders[0].state == ASKED


@pytest.mark.parametrize("again", ["渡辺文庫", "渡邉文庫", "渡邊󠄀文庫", "渡辺文庫 "])
async def test_one_name_in_another_spelling_is_one_party(small_desk: Desk, again: str) -> None:
    number = await a_case(small_desk)
    await adds(small_desk, number, "渡辺文庫")

    with pytest.raises(Refused, match="同じ名前"):
        await adds(small_desk, number, again)


async def test_the_same_again_changes_nothing(desk: Desk) -> None:
    number = await a_case(desk)
    party = await adds(desk, number, "商店会")
    before = (await desk.sees(number)).version

    await moves(desk, number, party, StakeholderState.CANDIDATE)

    assert (await desk.sees(number)).version == before


async def test_a_party_of_another_case_cannot_be_changed(desk: Desk) -> None:
    mine = await a_case(desk)
    party = await adds(desk, mine, "商店会")
    other = await desk.case(stage=Stage.REALISATION, line=False)

    with pytest.raises(Refused, match="見つかりません"):
        await desk.does(stakeholders.change, other, party.id, state=WILLING, role="", contact="", remark="", by=MAIN)


async def test_before_realisation_there_are_no_parties(desk: Desk) -> None:
    number = await desk.case(stage=Stage.HEARING)

    with pytest.raises(MoveNotAllowed):
        await adds(desk, number, "商店会")


async def test_those_who_agreed_or_words_are_the_body(desk: Desk) -> None:
    number = await a_case(desk)
    hall, shops = await adds(desk, number, "みなと町内会"), await adds(desk, number, "商店会")
    await moves(desk, number, hall, WILLING)

    with pytest.raises(Refused, match="承諾した主体だけ"):
        await desk.does(stakeholders.decide_body, number, [shops.id], "", by=MAIN)
    await desk.does(stakeholders.decide_body, number, [hall.id], "実行委員会", by=MAIN)
    assert await written(desk, number, "body") == "みなと町内会、実行委員会"
    await desk.does(stakeholders.decide_body, number, [], "実行委員会", by=SUB)

    assert await written(desk, number, "body") == "実行委員会"
    assert (await desk.sees(number)).history[-1].words == ("みなと町内会、実行委員会", "実行委員会")
    assert (await desk.said_in_thread())[-2:] == ["body_decided", "body_decided"]


async def test_when_the_case_goes_on_somebody_is_asked_to_tell_the_others(desk: Desk) -> None:
    number = await a_case(desk)
    hall = await adds(desk, number, "みなと町内会")
    await adds(desk, number, "商店会")
    await moves(desk, number, hall, WILLING, role="会場")
    await desk.does(stakeholders.decide_body, number, [hall.id], "", by=MAIN)

    await desk.does(advance.advance, number, evidence={}, waived="先に始まった", by=MAIN)

    assert (await desk.said_in_thread())[-1] == "not_in_body"
    async with desk.database.reading() as session:
        case = await stakeholders.record.get(session, number)
        assert [one.name for one in await stakeholders.told_by_nobody(session, case)] == ["商店会"]


async def test_nobody_is_asked_to_tell_anybody_when_all_take_part(desk: Desk) -> None:
    number = await a_case(desk)
    hall = await adds(desk, number, "みなと町内会")
    await moves(desk, number, hall, WILLING, role="会場")
    await desk.does(stakeholders.decide_body, number, [hall.id], "", by=MAIN)

    await desk.does(advance.advance, number, evidence={}, waived="先に始まった", by=MAIN)

    assert "not_in_body" not in await desk.said_in_thread()


@pytest.mark.parametrize(
    ("body", "left"),
    [
        ("", ["鶴見会", "北鶴見会", "大学"]),
        ("北鶴見会", ["鶴見会", "大学"]),
        ("鶴見会", ["北鶴見会", "大学"]),
        ("鶴見会と北鶴見会の実行委員会", ["大学"]),
        ("北鶴見会館、横浜国立大学", ["鶴見会", "北鶴見会", "大学"]),
        ("（鶴⾒会）", ["北鶴見会", "大学"]),
    ],
)
def test_a_longer_name_is_not_taken_for_a_shorter_one(body: str, left: list[str]) -> None:
    parties = [Stakeholder(id=n, name=name) for n, name in enumerate(["鶴見会", "北鶴見会", "大学", ""])]

    assert [one.name for one in stakeholders.left_out(parties, body)] == left


async def test_a_case_as_json_holds_the_parties(desk: Desk) -> None:
    number = await a_case(desk)
    await moves(desk, number, await adds(desk, number, "商店会"), WILLING, role="広報")

    work = as_json(await desk.sees(number))["work"]

    assert [(one["name"], one["state"], one["role"]) for one in work["stakeholders"]] == [("商店会", "willing", "広報")]
    assert set(work) == {
        "meetings", "assessments", "hypotheses", "guests", "stakeholders", "tasks", "check_ins", "publication",
    }  # fmt: skip
