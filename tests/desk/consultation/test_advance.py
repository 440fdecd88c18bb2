"""次の段階へ and 終了する: with evidence, or with a reason."""

import asyncio
import re

import pytest

from bot.desk.consultation.advance import advance
from bot.desk.consultation.intake import received
from bot.desk.consultation.publishing import closing
from bot.desk.record.kinds import MoveNotAllowed
from bot.errors import Refused
from storage.models import Case, Stage
from tests.desk.case_desk import MAIN, SUB, Desk

HEARD = {"briefing": "地域の資料", "hearing_notes": "駅前の空き店舗が候補"}


async def _goes_on(desk: Desk, number: str, **values: object) -> None:
    await desk.does(advance, number, **{"evidence": {}, "waived": None, "by": MAIN, **values})


async def test_a_case_goes_all_the_way_with_its_evidence(desk: Desk) -> None:
    number = await desk.case(stage=Stage.HEARING)

    await desk.writes(number, "briefing", "地域の資料", by=MAIN)
    await desk.writes(number, "hearing_notes", "駅前の空き店舗が候補", by=SUB)
    await _goes_on(desk, number)
    for key in ("feasibility", "effect", "alternatives", "citizen_word"):
        await desk.writes(number, key, "話し合った", by=MAIN)
    await _goes_on(desk, number)
    await desk.writes(number, "stakeholders", "商店会", by=MAIN)
    await desk.writes(number, "dialogue", "協働ラボ", by=MAIN)
    await desk.writes(number, "body", "実行委員会", by=MAIN)
    await desk.writes(number, "plan", "4月に開く", by=MAIN)
    await _goes_on(desk, number)
    await desk.writes(number, "check_in", "順調", by=MAIN)
    await desk.does(closing.close, number, reason=None, learnings="商店会と早くつながる", by=MAIN)

    case = await desk.sees(number)
    assert case.stage is Stage.CLOSED
    assert case.closed_at == desk.now
    assert [line.key for line in case.evidence][:2] == ["briefing", "hearing_notes"]
    assert await desk.told_citizen() == [
        "claimed",
        "joined",
        "staffed",
        "advanced_direction",
        "advanced_realisation",
        "advanced_follow_up",
        "closed",
    ]


async def test_what_is_missing_is_named_and_the_stage_stays(desk: Desk) -> None:
    number = await desk.case()
    await desk.does(received.claim, number, by=MAIN)

    with pytest.raises(Refused, match="「サブ」「市職員」「ヒアリング記録」 がまだ") as refused:
        await _goes_on(desk, number, evidence={"briefing": "資料"}, waived="  ")

    assert "「メイン」" not in str(refused.value)
    assert (await desk.sees(number)).stage is Stage.HEARING


async def test_what_is_missing_may_be_waived_with_a_reason_which_stays(desk: Desk) -> None:
    number = await desk.case()
    await desk.does(received.claim, number, by=MAIN)

    await _goes_on(desk, number, evidence={"briefing": "資料"}, waived="急ぎのため")

    case = await desk.sees(number)
    assert case.stage is Stage.DIRECTION
    assert {line.key: line.waived for line in case.evidence} == {
        "briefing": None,
        "sub": "急ぎのため",
        "city_staff": "急ぎのため",
        "hearing_notes": "急ぎのため",
    }
    note = (await desk.sent("slack", "thread"))[-1].payload
    assert note["waived"] == ["サブ", "市職員", "ヒアリング記録"]
    assert "急ぎ" not in str([row.payload for row in await desk.sent("line")])


async def test_a_correction_keeps_the_words_before_it_in_the_history(desk: Desk) -> None:
    number = await desk.case(stage=Stage.HEARING)
    for text in ("はじめの記録", "なおした記録", "なおした記録"):
        await desk.writes(number, "hearing_notes", text, by=MAIN)

    case = await desk.sees(number)
    assert [line.text for line in case.evidence] == ["なおした記録"]
    assert [line.words for line in case.history if line.action == "note"] == [("はじめの記録",), ("なおした記録",)]


async def test_evidence_may_hold_whatever_people_paste(desk: Desk) -> None:
    number = await desk.case(stage=Stage.HEARING)

    await desk.writes(number, "hearing_notes", "NUL\0と半分の\ud83d文字", by=MAIN)

    assert (await desk.sees(number)).evidence[0].text == "NULと半分の?文字"


async def test_two_modals_of_one_stage_move_the_case_one_stage(desk: Desk) -> None:
    number = await desk.case(stage=Stage.HEARING)

    done = await asyncio.gather(
        _goes_on(desk, number, waived="急ぎ", seen="hearing", by=MAIN),
        _goes_on(desk, number, waived="急ぎ", seen="hearing", by=SUB),
        return_exceptions=True,
    )

    (refused,) = [str(result) for result in done if result]
    assert re.search(f"<@({MAIN}|{SUB})> さんが案件を「③方向性」へ", refused)
    assert (await desk.sees(number)).stage is Stage.DIRECTION


async def test_a_modal_drawn_for_an_earlier_stage_explains_itself(small_desk: Desk) -> None:
    number = await small_desk.case(stage=Stage.DIRECTION)
    with pytest.raises(Refused, match=f"<@{MAIN}> さんが案件を「③方向性」へ"):
        await _goes_on(small_desk, number, evidence=HEARD, waived="急ぎ", by=SUB)


@pytest.mark.parametrize("stage", [Stage.RECEIVED, Stage.FOLLOW_UP, Stage.CLOSED])
async def test_some_stages_have_no_next(small_desk: Desk, stage: Stage) -> None:
    number = await small_desk.case(stage=stage)
    with pytest.raises(MoveNotAllowed):
        await _goes_on(small_desk, number, waived="急ぎ")


async def test_follow_up_ends_with_its_result_or_a_reason(small_desk: Desk) -> None:
    number = await small_desk.case(stage=Stage.FOLLOW_UP)
    with pytest.raises(Refused, match="「フォローの結果」"):
        await small_desk.does(closing.close, number, reason=" ", learnings="", by=MAIN)

    await small_desk.does(closing.close, number, reason="連絡がつかない", learnings="", by=MAIN)

    case = await small_desk.sees(number)
    assert {line.key: line.waived for line in case.evidence}["check_in"] == "連絡がつかない"


async def test_an_early_end_needs_a_reason_that_stays_inside(small_desk: Desk) -> None:
    number = await small_desk.case(stage=Stage.DIRECTION)
    with pytest.raises(Refused, match="終了する理由"):
        await small_desk.does(closing.close, number, reason=None, learnings="", by=MAIN)

    case: Case = await small_desk.does(closing.close, number, reason="他市の案件", learnings="早く聞く", by=MAIN)

    assert case.stage == Stage.CLOSED
    assert (await small_desk.sees(number)).history[-1].words == ("他市の案件", "早く聞く")
    (told,) = await small_desk.sent("line", "closed")
    assert "他市" not in str(told.payload)
