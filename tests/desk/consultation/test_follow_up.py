"""⑤ the centre asks after 1, 3, 6 and 12 months; trouble leads back to the same people, at once."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from bot.desk.consultation import heard, privacy
from bot.desk.consultation.follow_up import check_ins, follow_up
from bot.desk.consultation.follow_up.follow_up import Asking, ask, due, revise
from bot.desk.consultation.publishing import closing
from bot.desk.record.kinds import MoveNotAllowed
from bot.errors import Refused
from bot.when import TOKYO
from storage.models import AnswerPart, Case, CheckIn, HowItGoes, Stage
from tests.desk.case_desk import CITY, MAIN, SUB, Desk


async def _rows(desk: Desk, number: str) -> list[CheckIn]:
    return follow_up.current((await desk.sees(number)).work.check_ins)


async def _plan(desk: Desk, number: str) -> list[tuple[int, bool]]:
    """The months of the newest round, and whether each is still to come."""
    return [(row.months, row.dropped_at is None and row.answered_at is None) for row in await _rows(desk, number)]


async def _answers(desk: Desk, row: CheckIn, how: HowItGoes, key: str = "k1") -> check_ins.Answered:
    citizen = await desk.asker(row.case_id)
    done: check_ins.Answered = await desk.does(check_ins.answer, citizen, row.id, how, key=key)
    return done


async def _writes(desk: Desk, number: str, text: str, key: str) -> None:
    async with desk.database.transaction() as session:
        case = (await session.exec(select(Case).where(Case.number == number))).one()
        session.add(
            AnswerPart(
                proposal_id=case.proposal_id, question="message", text=text, message_key=key, line_message_id=key,
                said_at=desk.now,
            )
        )  # fmt: skip
        await heard.citizen_wrote(session, case, [text], key=key, now=desk.now)


async def _evidence(desk: Desk, number: str) -> str:
    return {line.key: line.text for line in (await desk.sees(number)).evidence}.get("check_in", "")


@pytest.mark.parametrize(
    ("start", "months", "when"),
    [
        ((2026, 11, 24), 1, "2026-12-24"),
        ((2026, 11, 30), 1, "2027-01-04"),  # 12/30: the centre is closed until 1/3
        ((2026, 10, 31), 1, "2026-11-30"),
        ((2027, 11, 30), 3, "2028-02-29"),
        ((2026, 12, 15), 12, "2027-12-15"),
    ],
)
def test_it_is_asked_at_ten_on_an_open_day(start: tuple[int, int, int], months: int, when: str) -> None:
    found = due(datetime(*start, 15, tzinfo=TOKYO), months)
    assert found.isoformat() == f"{when}T10:00:00+09:00"


def test_where_a_ward_s_desk_is_closed_it_is_asked_a_day_later(rests: Callable[[str, str], None]) -> None:
    rests("鶴見区", "2026-12-24")
    start = datetime(2026, 11, 24, 15, tzinfo=TOKYO)

    assert [f"{due(start, 1, ward):%m-%d}" for ward in (None, "鶴見区", "西区")] == ["12-24", "12-25", "12-24"]


async def test_coming_to_the_fifth_stage_plans_a_round(desk: Desk) -> None:
    number = await desk.case(stage=Stage.FOLLOW_UP)

    rows = await _rows(desk, number)
    assert [(row.months, row.round) for row in rows] == [(1, 1), (3, 1), (6, 1), (12, 1)]
    assert rows[0].due_at == datetime(2026, 12, 24, 10, tzinfo=TOKYO)


async def test_the_citizen_is_asked_once_and_once_more(desk: Desk) -> None:
    number = await desk.case(stage=Stage.FOLLOW_UP)
    row = (await _rows(desk, number))[0]

    asked = [await desk.does(ask, row.id) for _ in range(2)]
    asked += [await desk.does(ask, row.id, again=True) for _ in range(2)]

    assert asked == [Asking.LINE, Asking.OVER, Asking.LINE, Asking.OVER]
    assert (await _rows(desk, number))[0].asked_at == desk.now
    assert [line.action for line in (await desk.sees(number)).history].count("check_in_asked") == 2


async def test_who_cannot_be_asked_on_line_is_somebody_s_task(desk: Desk) -> None:
    number = await desk.case(stage=Stage.FOLLOW_UP, line=False)
    row = (await _rows(desk, number))[0]

    assert await desk.does(ask, row.id) is Asking.PHONE
    assert (await _rows(desk, number))[0].asked_at is None

    await desk.does(check_ins.note_answer, number, row.id, HowItGoes.FINE, "盛況とのこと", by=SUB)
    assert await desk.does(ask, row.id) is Asking.OVER
    assert await _evidence(desk, number) == "1か月後：順調（11月24日(火)）"
    assert (await _rows(desk, number))[0].words == "盛況とのこと"
    note = (await desk.sent("slack", "thread"))[-1].payload
    assert (note["say"], note["to"], note["text"]) == ("check_in_fine", SUB, "盛況とのこと")


async def test_all_is_well_and_a_word_more(desk: Desk) -> None:
    number = await desk.case(stage=Stage.FOLLOW_UP)
    row = (await _rows(desk, number))[0]
    await desk.does(ask, row.id)

    assert (await _answers(desk, row, HowItGoes.FINE)).how == "fine"
    await _writes(desk, number, "毎回20人来ます", "m1")
    desk.now += timedelta(days=4)
    await _writes(desk, number, "別の話です", "m2")

    assert (await _rows(desk, number))[0].words == "毎回20人来ます"
    assert await _plan(desk, number) == [(1, False), (3, True), (6, True), (12, True)]
    assert (await _answers(desk, row, HowItGoes.FINE, "k2")).how == "same"
    await desk.does(closing.close, number, reason=None, learnings="", by=MAIN)
    async with desk.database.transaction() as session:
        await privacy.unsend(session, "m1", now=desk.now)
    assert (await _rows(desk, number))[0].words == privacy.TAKEN_BACK


async def test_trouble_reopens_the_fourth_stage_with_the_same_pair(desk: Desk) -> None:
    number = await desk.case(stage=Stage.FOLLOW_UP)
    row = (await _rows(desk, number))[1]
    await desk.does(ask, row.id)

    done = await _answers(desk, row, HowItGoes.TROUBLE)
    await _writes(desk, number, "場所が使えなくなりました", "m1")

    case = await desk.sees(number)
    assert done.how == "trouble"
    assert (case.stage, case.main, case.sub) == (Stage.REALISATION, MAIN, SUB)
    (back,) = [line for line in case.history if line.action == "reopen"]
    assert (back.by, back.before["stage"], back.after["stage"]) == ("citizen", "follow_up", "realisation")
    assert {row.payload["to"] for row in await desk.sent("slack", "direct")} >= {MAIN, SUB, CITY}
    assert "check_in_trouble" in await desk.said_in_thread()
    assert (await _rows(desk, number))[1].words == "場所が使えなくなりました"
    assert await _plan(desk, number) == [(1, False), (3, False), (6, False), (12, False)]
    assert (await _answers(desk, row, HowItGoes.FINE, "k2")).how == "past"
    assert await desk.does(ask, (await _rows(desk, number))[0].id) is Asking.OVER


async def test_after_trouble_a_new_round_is_planned_and_asks_for_its_own_result(desk: Desk) -> None:
    number = await desk.case(stage=Stage.FOLLOW_UP)
    await _answers(desk, (await _rows(desk, number))[0], HowItGoes.TROUBLE)
    await desk.advances(number)

    rows = await _rows(desk, number)
    assert [(row.round, row.months, row.answer) for row in rows] == [(2, m, None) for m in (1, 3, 6, 12)]
    assert await _evidence(desk, number) == ""
    with pytest.raises(Refused, match="「フォローの結果」"):
        await desk.does(closing.close, number, reason=None, learnings="", by=MAIN)


async def test_the_end_is_told_to_who_may_close(desk: Desk) -> None:
    number = await desk.case(stage=Stage.FOLLOW_UP)
    row = (await _rows(desk, number))[0]
    await desk.does(ask, row.id)

    await _answers(desk, row, HowItGoes.OVER)

    assert (await desk.said_in_thread())[-1] == "check_in_over"
    assert await _plan(desk, number) == [(1, False), (3, False), (6, False), (12, False)]
    await desk.does(closing.close, number, reason=None, learnings="", by=MAIN)
    assert (await desk.sees(number)).stage is Stage.CLOSED


async def test_an_older_question_and_somebody_else_s_change_nothing(desk: Desk) -> None:
    number = await desk.case(stage=Stage.FOLLOW_UP)
    first, second, *_ = await _rows(desk, number)
    for row in (first, second):
        await desk.does(ask, row.id)
    other = await desk.citizen("Ubob")

    assert (await _answers(desk, first, HowItGoes.TROUBLE)).how == "older"
    assert (await desk.does(check_ins.answer, other, second.id, HowItGoes.TROUBLE, key="k")).how == "unknown"
    assert (await desk.sees(number)).stage is Stage.FOLLOW_UP


async def test_the_months_of_one_case_are_changed_and_what_was_asked_stays(desk: Desk) -> None:
    number = await desk.case(stage=Stage.FOLLOW_UP)
    await desk.does(ask, (await _rows(desk, number))[0].id)

    await desk.does(revise, number, [3, 9], by=SUB)
    assert await _plan(desk, number) == [(1, True), (3, True), (6, False), (9, True), (12, False)]
    await desk.does(revise, number, [1, 3, 6, 9], by=SUB)
    assert (6, True) in await _plan(desk, number)
    assert await desk.does(revise, number, [1, 3, 6, 9], by=SUB) is None
    await desk.does(revise, number, [1, 3, 6, 9], stop=True, by=MAIN)
    assert await _plan(desk, number) == [(1, True), (3, False), (6, False), (9, False), (12, False)]

    lines = [line for line in (await desk.sees(number)).history if line.action == "check_in"]
    assert [(line.before["months"], line.after["months"]) for line in lines] == [
        ([1, 3, 6, 12], [1, 3, 9]),
        ([1, 3, 9], [1, 3, 6, 9]),
        ([1, 3, 6, 9], [1]),
    ]
    assert (await desk.said_in_thread())[-1] == "check_ins_stopped"


async def test_the_next_round_keeps_to_the_case_s_own_months(small_desk: Desk) -> None:
    number = await small_desk.case(stage=Stage.FOLLOW_UP)
    await small_desk.does(revise, number, [2, 4], by=MAIN)
    await small_desk.does(follow_up.reopen, number, reason="会場が決まらない", by=MAIN)
    await small_desk.advances(number)

    assert await _plan(small_desk, number) == [(2, True), (4, True)]


@pytest.mark.parametrize(
    ("months", "why"),
    [([0], "1 から 60"), ([61], "1 から 60"), (list(range(1, 10)), "8 個まで"), ([2], "過ぎています")],
)
async def test_months_that_cannot_be_are_refused(small_desk: Desk, months: list[int], why: str) -> None:
    number = await small_desk.case(stage=Stage.FOLLOW_UP)
    small_desk.now += timedelta(days=80)
    with pytest.raises(Refused, match=why):
        await small_desk.does(revise, number, months, by=MAIN)
    assert len(await _rows(small_desk, number)) == 4


async def test_staff_take_it_back_with_a_reason_that_stays_inside(desk: Desk) -> None:
    number = await desk.case(stage=Stage.FOLLOW_UP)
    with pytest.raises(Refused, match="理由が空"):
        await desk.does(follow_up.reopen, number, reason=" ", by=MAIN)

    await desk.does(follow_up.reopen, number, reason="会場が使えなくなった", by=MAIN)

    case = await desk.sees(number)
    assert case.stage is Stage.REALISATION
    assert case.history[-1].words == ("会場が使えなくなった",)
    (told,) = await desk.sent("line", "reopened")
    assert "会場" not in str(told.payload)
    assert {row.payload["to"] for row in await desk.sent("slack", "direct")} >= {SUB, CITY}
    with pytest.raises(MoveNotAllowed):
        await desk.does(follow_up.reopen, number, reason="もう一度", by=SUB)


async def test_trouble_heard_on_the_phone_reopens_too(small_desk: Desk) -> None:
    number = await small_desk.case(stage=Stage.FOLLOW_UP, line=False)
    row = (await _rows(small_desk, number))[0]
    await small_desk.does(check_ins.note_answer, number, row.id, HowItGoes.TROUBLE, "人手がない", by=MAIN)

    case = await small_desk.sees(number)
    assert case.stage is Stage.REALISATION
    assert await small_desk.sent("line") == []
    with pytest.raises(MoveNotAllowed):
        await small_desk.does(check_ins.note_answer, number, row.id, HowItGoes.FINE, by=MAIN)


async def test_an_answer_to_what_is_not_planned_is_refused(small_desk: Desk) -> None:
    number = await small_desk.case(stage=Stage.FOLLOW_UP)
    with pytest.raises(Refused, match="いまの予定にありません"):
        await small_desk.does(check_ins.note_answer, number, 99, HowItGoes.FINE, by=MAIN)
