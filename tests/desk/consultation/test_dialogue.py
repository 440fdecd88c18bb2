"""④ 対話の場: set, moved, called off, answered, and what it came to."""

import asyncio
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from bot.desk.consultation import privacy
from bot.desk.consultation.realisation import dialogue, invitations, minutes, stakeholders
from bot.desk.consultation.realisation.dialogue import Wanted
from bot.desk.consultation.realisation.invitations import CITIZEN, OutOfDate, party, stamp_of
from bot.desk.record.refusals import WrongFields
from bot.desk.record.sight import as_json
from bot.errors import Refused
from storage.models import (
    Answer,
    Audience,
    CaseEvent,
    Citizen,
    Evidence,
    Meeting,
    MeetingState,
    OutboxRow,
    PlanTask,
    Stage,
    Stakeholder,
    StakeholderState,
)
from tests.desk.case_desk import CITY, MAIN, NOON, SUB, Desk

STARTS = datetime(2026, 12, 1, 14, tzinfo=NOON.tzinfo)  # a Tuesday
EVERYBODY = (MAIN, SUB, CITY, CITIZEN)
TEXT = """話したこと
・会場は二つ見た

【決まったこと】
・自治会館で月1回

宿題：
・会場を予約する
・　ちらしを作る
・
連絡は林さんへ"""


async def arranges(desk: Desk, number: str, starts_at: datetime = STARTS, **changes: Any) -> Meeting:
    given = {"place": "協働ラボ", "agenda": "会場のこと", "invited": EVERYBODY}
    values = {key: changes.pop(key, value) for key, value in given.items()}
    return await desk.does(dialogue.arrange, number, Wanted(starts_at, **values), **({"by": MAIN} | changes))


async def answers(desk: Desk, number: str, meeting: Meeting, who: str, said: Answer, **more: Any) -> Meeting:
    given = {"stamp": stamp_of(meeting), "by": who} | more
    return await desk.does(invitations.answer, number, meeting.id, said, **given)


async def said(desk: Desk, number: str) -> dict[str, str | None]:
    work = (await desk.sees(number)).work
    return {one.who: one.answer for one in work.invited(work.meetings[-1])}


async def directs(desk: Desk) -> list[tuple[str, str]]:
    return [(row.payload["to"], row.payload["say"]) for row in await desk.sent("slack", "direct")
            if row.payload["say"].startswith("dialogue")]  # fmt: skip


async def told(desk: Desk) -> list[str]:
    return [kind for kind in await desk.told_citizen() if kind.startswith("dialogue")]


@pytest.fixture
async def number(desk: Desk) -> str:
    return await desk.case(stage=Stage.REALISATION)


async def test_a_dialogue_is_set_and_everybody_is_asked(desk: Desk, number: str) -> None:
    hall = await desk.does(stakeholders.add, number, name="みなと町内会", by=MAIN)

    meeting = await arranges(desk, number, invited=(*EVERYBODY, party(hall.id)))

    assert (meeting.state, meeting.starts_at, meeting.place) == (MeetingState.FIXED, STARTS, "協働ラボ")
    assert await said(desk, number) == {
        MAIN: Answer.YES, SUB: None, CITY: None, CITIZEN: None, party(hall.id): None,  # who sets it comes
    }  # fmt: skip
    assert await directs(desk) == [(SUB, "dialogue_invited"), (CITY, "dialogue_invited")]
    assert await told(desk) == ["dialogue_invited"]
    note = (await desk.sent("slack", "thread"))[-1].payload
    assert (note["say"], note["outside"], note["told"]) == ("dialogue_set", ["みなと町内会"], True)
    assert (await desk.sees(number)).history[-1].audience is Audience.CITIZEN


@pytest.mark.parametrize(
    "starts_at",
    [
        NOON - timedelta(hours=1),
        datetime(2026, 12, 30, 14, tzinfo=NOON.tzinfo),
        datetime(2026, 12, 5, 18, tzinfo=NOON.tzinfo),  # a Saturday evening
        datetime(2026, 12, 1, 20, tzinfo=NOON.tzinfo),
    ],
)
async def test_a_time_the_centre_is_not_open_is_refused_at_its_field(
    desk: Desk, number: str, starts_at: datetime
) -> None:
    with pytest.raises(WrongFields) as refused:
        await arranges(desk, number, starts_at)

    assert list(refused.value.faults) == ["starts"]
    assert (await desk.sees(number)).work.meetings == ()


async def test_a_dialogue_has_a_place(desk: Desk, number: str) -> None:
    with pytest.raises(WrongFields) as refused:
        await arranges(desk, number, place=" ")

    assert list(refused.value.faults) == ["detail"]


async def test_everybody_answers_for_themselves(desk: Desk, number: str) -> None:
    meeting = await arranges(desk, number)

    await answers(desk, number, meeting, SUB, Answer.NO)
    await answers(desk, number, meeting, CITY, Answer.MAYBE)
    await answers(desk, number, meeting, CITIZEN, Answer.YES, cause="line:1")

    assert await said(desk, number) == {MAIN: "yes", SUB: "no", CITY: "maybe", CITIZEN: "yes"}
    last = (await desk.sees(number)).history[-1]
    assert (last.by, last.before["answer"], last.after["answer"]) == (CITIZEN, None, "yes")
    assert (await desk.said_in_thread())[-1] == "dialogue_citizen_yes"


async def test_the_same_answer_again_changes_nothing_and_another_is_kept(desk: Desk, number: str) -> None:
    meeting = await arranges(desk, number)
    await answers(desk, number, meeting, SUB, Answer.YES)
    lines = len((await desk.sees(number)).history)

    await answers(desk, number, meeting, SUB, Answer.YES)
    assert len((await desk.sees(number)).history) == lines
    await answers(desk, number, meeting, SUB, Answer.NO)

    assert (await said(desk, number))[SUB] == "no"


async def test_who_was_not_asked_cannot_answer(desk: Desk, number: str) -> None:
    meeting = await arranges(desk, number)

    with pytest.raises(OutOfDate) as refused:
        await answers(desk, number, meeting, "USTRANGER", Answer.YES)

    assert refused.value.why == "uninvited"


async def test_two_who_answer_at_once_are_both_heard(desk: Desk, number: str) -> None:
    meeting = await arranges(desk, number)

    await asyncio.gather(*(answers(desk, number, meeting, who, Answer.YES) for who in (SUB, CITY, CITIZEN)))

    assert set((await said(desk, number)).values()) == {"yes"}


async def test_another_time_asks_everybody_again_and_an_answer_to_the_old_one_counts_no_more(
    desk: Desk, number: str
) -> None:
    before = await arranges(desk, number)
    await answers(desk, number, before, SUB, Answer.YES)

    after = await arranges(desk, number, STARTS + timedelta(days=1))

    assert after.id == before.id
    assert await said(desk, number) == {MAIN: "yes", SUB: None, CITY: None, CITIZEN: None}
    assert await told(desk) == ["dialogue_invited", "dialogue_changed"]
    assert (SUB, "dialogue_changed") in await directs(desk)
    with pytest.raises(OutOfDate) as refused:
        await desk.does(invitations.answer, number, after.id, Answer.YES, stamp=str(int(STARTS.timestamp())), by=SUB)
    assert refused.value.why == "moved"
    note = (await desk.sent("slack", "thread"))[-1].payload
    assert (note["say"], note["was"]) == ("dialogue_moved", "12月1日(火) 14:00")
    line = (await desk.sees(number)).history[-1]
    times = [datetime.fromisoformat(value["starts_at"]) for value in (line.before, line.after)]
    assert times == [STARTS, STARTS + timedelta(days=1)]


async def test_another_place_is_told_and_the_answers_stay(desk: Desk, number: str) -> None:
    meeting = await arranges(desk, number)
    await answers(desk, number, meeting, SUB, Answer.YES)

    await arranges(desk, number, place="オンライン（https://example.jp/r/1）")

    assert (await said(desk, number))[SUB] == "yes"
    assert await told(desk) == ["dialogue_invited", "dialogue_changed"]
    assert (await desk.sees(number)).history[-1].words == ("協働ラボ", "オンライン（https://example.jp/r/1）")


async def test_only_who_is_new_or_gone_is_told_when_nothing_else_changes(desk: Desk, number: str) -> None:
    await arranges(desk, number, invited=(MAIN, SUB, CITIZEN))

    await arranges(desk, number, invited=(MAIN, CITY))

    assert await directs(desk) == [
        (SUB, "dialogue_invited"), (CITY, "dialogue_invited"), (SUB, "dialogue_uninvited"),
    ]  # fmt: skip
    assert await told(desk) == ["dialogue_invited", "dialogue_uninvited"]
    assert set(await said(desk, number)) == {MAIN, CITY}


async def test_nothing_changed_tells_nobody(desk: Desk, number: str) -> None:
    await arranges(desk, number)
    before = (await desk.sees(number)).version

    await arranges(desk, number)

    assert (await desk.sees(number)).version == before
    assert await told(desk) == ["dialogue_invited"]


async def test_what_those_answer_who_are_asked_by_phone_is_written_for_them(desk: Desk) -> None:
    number = await desk.case(stage=Stage.REALISATION, line=False)
    hall = await desk.does(stakeholders.add, number, name="みなと町内会", by=MAIN)
    invited = (MAIN, CITIZEN, party(hall.id))
    await arranges(desk, number, invited=invited)
    note = (await desk.sent("slack", "thread"))[-1].payload
    assert note["told"] is False  # by phone, then

    await arranges(desk, number, invited=invited, answers={party(hall.id): "yes", CITIZEN: "maybe"})

    assert await said(desk, number) == {MAIN: "yes", CITIZEN: "maybe", party(hall.id): "yes"}
    assert await desk.sent("line") == []


async def test_of_two_who_change_it_at_once_the_second_hears_of_the_first(desk: Desk, number: str) -> None:
    await arranges(desk, number, seen="none")

    with pytest.raises(Refused, match=f"<@{MAIN}> さんが同じところを変えました"):
        await arranges(desk, number, STARTS + timedelta(days=2), seen="none", by=SUB)

    assert len((await desk.sees(number)).work.meetings) == 1


async def test_calling_it_off_tells_everybody_once(desk: Desk, number: str) -> None:
    meeting = await arranges(desk, number)

    await desk.does(dialogue.cancel, number, meeting.id, by=MAIN)
    with pytest.raises(Refused, match="取りやめ"):
        await desk.does(dialogue.cancel, number, meeting.id, by=SUB)

    assert (await directs(desk))[-2:] == [(SUB, "dialogue_cancelled"), (CITY, "dialogue_cancelled")]
    assert await told(desk) == ["dialogue_invited", "dialogue_cancelled"]
    with pytest.raises(OutOfDate) as refused:
        await answers(desk, number, meeting, SUB, Answer.YES)
    assert refused.value.why == "gone"
    await arranges(desk, number)  # a new one
    assert [one.state for one in (await desk.sees(number)).work.meetings] == ["cancelled", "fixed"]


# ── the minutes


async def writes(desk: Desk, number: str, meeting: Meeting, text: str = TEXT, **more: Any) -> list[str]:
    return await desk.does(minutes.write, number, meeting.id, text, **({"to_plan": True, "by": MAIN} | more))


def test_minutes_are_read_by_their_headings() -> None:
    assert minutes.homework(TEXT) == ["会場を予約する", "ちらしを作る"]
    assert minutes.gist(TEXT) == "・自治会館で月1回"
    assert minutes.gist("ざっくばらんに話した") == "ざっくばらんに話した"
    assert minutes.homework(minutes.TEMPLATE) == []
    assert len(minutes.gist("あ" * 500)) == 200


async def test_the_minutes_are_the_evidence_and_the_homework_becomes_tasks(desk: Desk, number: str) -> None:
    meeting = await arranges(desk, number)

    await writes(desk, number, meeting)

    view = await desk.sees(number)
    assert view.work.meetings[-1].state == MeetingState.HELD
    evidence = {line.key: line.text for line in view.evidence}
    assert evidence["dialogue"] == "12月1日(火) 14:00　協働ラボ\n・自治会館で月1回"
    assert [(task.title, task.owner, task.due_on) for task in view.work.tasks] == [
        ("会場を予約する", MAIN, date(2026, 12, 8)),
        ("ちらしを作る", MAIN, date(2026, 12, 8)),
    ]
    assert "会場を予約する" in evidence["plan"]
    assert (await desk.said_in_thread())[-1] == "dialogue_held"


async def test_written_again_the_old_words_stay_in_the_history_and_no_task_comes_twice(desk: Desk, number: str) -> None:
    meeting = await arranges(desk, number)
    await writes(desk, number, meeting)

    assert await writes(desk, number, meeting, TEXT + "\n・保険に入る") == ["保険に入る"]

    view = await desk.sees(number)
    assert len(view.work.tasks) == 3
    rewritten = next(line for line in reversed(view.history) if line.action == "dialogue")
    assert rewritten.words == (TEXT, TEXT + "\n・保険に入る")


async def test_minutes_without_words_are_refused(desk: Desk, number: str) -> None:
    meeting = await arranges(desk, number)

    with pytest.raises(Refused, match="何も書かれていません"):
        await writes(desk, number, meeting, minutes.TEMPLATE)


async def test_without_the_tick_the_homework_stays_words(desk: Desk, number: str) -> None:
    await writes(desk, number, await arranges(desk, number), to_plan=False)

    assert (await desk.sees(number)).work.tasks == ()


def test_homework_is_due_on_a_day_the_centre_is_open() -> None:
    assert minutes.due_on(datetime(2026, 12, 16, 12, tzinfo=NOON.tzinfo)) == date(2027, 1, 4)


async def test_a_dialogue_as_json_has_its_invitations(desk: Desk, number: str) -> None:
    await arranges(desk, number)

    (meeting,) = as_json(await desk.sees(number))["work"]["meetings"][-1:]

    assert meeting["starts_at"].startswith("2026-12-01T05:00:00")
    assert [(one["who"], one["answer"]) for one in meeting["invitations"]] == [
        (MAIN, "yes"), (SUB, None), (CITY, None), (CITIZEN, None),
    ]  # fmt: skip


async def test_an_erasure_leaves_no_word_of_it_anywhere(desk: Desk, number: str) -> None:
    hall = await desk.does(stakeholders.add, number, name="ひみつ町内会", by=MAIN)
    given = {"role": "ひみつの会場", "contact": "ひみつの番号", "remark": "ひみつのメモ", "by": MAIN}
    await desk.does(stakeholders.change, number, hall.id, state=StakeholderState.WILLING, **given)
    await desk.does(stakeholders.decide_body, number, [hall.id], "", by=MAIN)
    meeting = await arranges(
        desk, number, place="ひみつの家", agenda="ひみつの話", invited=(*EVERYBODY, party(hall.id))
    )
    await writes(desk, number, meeting, "ひみつの話をした\n宿題\n・ひみつの宿題")

    async with desk.database.transaction() as session:
        await privacy.erase(session, (await session.exec(select(Citizen))).one(), now=desk.now)

    async with desk.database.reading() as session:
        for table in (CaseEvent, Evidence, Meeting, Stakeholder, PlanTask, OutboxRow):
            rows = (await session.exec(select(table))).all()
            assert "ひみつ" not in str([row.model_dump() for row in rows]), table
