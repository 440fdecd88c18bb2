"""③ each judges alone, then all conclude; what was thought before stays in the history."""

import asyncio
from typing import Any

import pytest

from bot.desk.consultation.advance import advance
from bot.desk.consultation.direction import assessments
from bot.desk.consultation.direction.assessments import (
    JOINT,
    Judgement,
    assess,
    conclude,
    joint_mark,
    waiting_for,
)
from bot.desk.record.kinds import MoveNotAllowed
from bot.errors import Refused
from storage.models import Stage
from tests.desk.case_desk import CITY, MAIN, SUB, Desk

ALL = {
    "feasibility": Judgement(3, "空き店舗の持ち主が前向き", "不動産会社の話"),
    "effect": Judgement(4, "孤食が減る"),
    "alternatives": Judgement(3, "自治会館も使える", "自治会館で月2回"),
}


async def _levels(desk: Desk, number: str, by: str) -> dict[str, int]:
    rows = (await desk.sees(number)).work.assessments
    return {key: row.level for key, row in assessments.of(rows, by).items()}


async def test_members_judge_apart_and_who_is_missing_is_known(desk: Desk) -> None:
    number = await desk.case(stage=Stage.DIRECTION)

    await desk.does(assess, number, ALL, by=MAIN)
    await desk.does(assess, number, {"effect": Judgement(2, "周りに似た場所がある")}, by=CITY)

    case = await desk.sees(number)
    assert await _levels(desk, number, MAIN) == {"feasibility": 3, "effect": 4, "alternatives": 3}
    assert waiting_for(case.work.assessments, [MAIN, SUB, CITY]) == {
        SUB: ["feasibility", "effect", "alternatives"],
        CITY: ["feasibility", "alternatives"],
    }
    notes = [row.payload for row in await desk.sent("slack", "thread") if row.payload["say"] == "assessed"]
    assert [note["to"] for note in notes] == [[SUB, CITY], [SUB, CITY]]
    assert "孤食" not in str(notes)  # nobody is led by what another thinks
    assert case.evidence[-1].key not in ALL


async def test_when_everybody_has_judged_the_thread_says_so(desk: Desk) -> None:
    number = await desk.case(stage=Stage.DIRECTION)
    for member in (MAIN, SUB, CITY):
        await desk.does(assess, number, ALL, by=member)

    assert (await desk.said_in_thread())[-3:] == ["assessed", "assessed", "assessed_all"]


async def test_a_correction_keeps_what_was_before(desk: Desk) -> None:
    number = await desk.case(stage=Stage.DIRECTION)
    for level, reason in ((3, "できそう"), (2, "消防の許可がいる"), (2, "消防の許可がいる")):
        await desk.does(assess, number, {"feasibility": Judgement(level, reason)}, by=SUB)

    lines = [line for line in (await desk.sees(number)).history if line.action == "assess"]
    assert [(line.before, line.after["feasibility"], line.words) for line in lines] == [
        ({}, 3, ("できそう",)),
        ({"feasibility": 3}, 2, ("消防の許可がいる",)),
    ]
    assert all(line.by == line.after["of"] == SUB for line in lines)


async def test_the_joint_conclusion_is_the_evidence_and_lets_the_case_go_on(desk: Desk) -> None:
    number = await desk.case(stage=Stage.DIRECTION)
    with pytest.raises(Refused, match="「実現可能性」「期待される効果」「代替案の有無」「相談者の意向」 がまだ"):
        await desk.does(advance, number, evidence={}, waived=None, by=MAIN)

    await desk.does(conclude, number, ALL, by=SUB)
    await desk.writes(number, "citizen_word", "進めたい", by=MAIN)
    await desk.does(advance, number, evidence={}, waived=None, by=MAIN)

    case = await desk.sees(number)
    assert case.stage is Stage.REALISATION
    texts = {line.key: line.text for line in case.evidence}
    assert texts["feasibility"] == "できそう\n空き店舗の持ち主が前向き\n不動産会社の話"
    assert texts["alternatives"] == "ほかの案がある\n自治会館も使える\n自治会館で月2回"
    assert await _levels(desk, number, JOINT) == {"feasibility": 3, "effect": 4, "alternatives": 3}
    assert {row.noted_by for row in case.work.assessments} == {SUB}


async def test_an_open_criterion_may_be_left_out_and_it_is_written_down_by_whom(desk: Desk) -> None:
    number = await desk.case(stage=Stage.DIRECTION)
    await desk.does(conclude, number, {key: ALL[key] for key in ("feasibility", "effect")}, by=MAIN)

    await desk.does(advance, number, evidence={}, waived="時間がないため", by="ULEAD")

    case = await desk.sees(number)
    assert {line.key: (line.waived, line.by) for line in case.evidence if line.waived} == {
        "alternatives": ("時間がないため", "ULEAD"),
        "citizen_word": ("時間がないため", "ULEAD"),
    }
    (left_out,) = [line for line in case.history if line.action == "reason"]
    assert (left_out.by, left_out.after["waived"]) == ("ULEAD", ["alternatives", "citizen_word"])
    note = (await desk.sent("slack", "thread"))[-1].payload
    assert (note["by"], note["waived"]) == ("ULEAD", ["代替案の有無", "相談者の意向"])


async def test_two_conclude_at_once_and_the_second_is_told_who_was_first(desk: Desk) -> None:
    number = await desk.case(stage=Stage.DIRECTION)
    seen = joint_mark((await desk.sees(number)).work.assessments)
    one, other = {"effect": Judgement(4, "大きい")}, {"effect": Judgement(1, "小さい")}

    done = await asyncio.gather(
        desk.does(conclude, number, one, by=MAIN, seen=seen),
        desk.does(conclude, number, other, by=SUB, seen=seen),
        return_exceptions=True,
    )

    (refused,) = [str(result) for result in done if isinstance(result, Refused)]
    assert "さんが合同の結論を書きかえました" in refused
    assert MAIN in refused or SUB in refused
    assert len(await _levels(desk, number, JOINT)) == 1


async def test_who_looked_before_overwrites_nothing(small_desk: Desk) -> None:
    number = await small_desk.case(stage=Stage.DIRECTION)
    await small_desk.does(conclude, number, {"effect": ALL["effect"]}, by=MAIN)
    seen = joint_mark((await small_desk.sees(number)).work.assessments)

    await small_desk.does(conclude, number, {"effect": Judgement(1, "やはり小さい")}, by=SUB, seen=seen)

    history = (await small_desk.sees(number)).history
    assert [line.before for line in history if line.action == "assess"] == [{}, {"effect": 4}]


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({}, "1つも選ばれていません"),
        ({"effect": Judgement(0, "よい")}, "「期待される効果」 は、理由や根拠だけ"),
        ({"effect": Judgement(3, " ")}, "「期待される効果」 の理由が空"),
        ({"alternatives": Judgement(3, "ある", " ")}, "1つ以上"),
        ({"alternatives": Judgement(1, "", "")}, "「代替案の有無」 の理由が空"),
    ],
)
async def test_a_judgement_is_whole(small_desk: Desk, given: dict[str, Any], why: str) -> None:
    number = await small_desk.case(stage=Stage.DIRECTION)
    for use_case in (assess, conclude):
        with pytest.raises(Refused, match=why):
            await small_desk.does(use_case, number, given, by=MAIN)
    assert (await small_desk.sees(number)).work.assessments == ()


async def test_no_alternative_needs_a_reason_only(small_desk: Desk) -> None:
    number = await small_desk.case(stage=Stage.DIRECTION)
    await small_desk.does(conclude, number, {"alternatives": Judgement(1, "ほかに場所がない")}, by=MAIN)

    assert (await small_desk.sees(number)).evidence[-1].text == "なし\nほかに場所がない"


@pytest.mark.parametrize("stage", [Stage.HEARING, Stage.REALISATION, Stage.CLOSED])
async def test_only_the_third_stage_weighs(small_desk: Desk, stage: Stage) -> None:
    number = await small_desk.case(stage=stage)
    with pytest.raises(MoveNotAllowed):
        await small_desk.does(assess, number, ALL, by=MAIN)
