"""② the hearing: dates that can be kept, one answer of the citizen, notes that are corrected and never lost."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from bot.desk.consultation import privacy, staffing
from bot.desk.consultation.hearing import appointments, briefing, hearing
from bot.desk.consultation.hearing.appointments import Outcome
from bot.desk.consultation.hearing.briefing import PARTS
from bot.desk.consultation.hearing.hearing import Wish
from bot.desk.consultation.intake import received
from bot.desk.record.marks import mark
from bot.desk.record.refusals import WrongFields
from bot.errors import Refused
from storage.models import Audience, Citizen, Meeting, MeetingState, Stage
from tests.desk.case_desk import CITY, MAIN, NOON, SUB, Desk

PLACE = "協働ラボ"
TIMES = tuple(NOON + timedelta(days=n, hours=2) for n in (7, 8, 9))  # 14:00


async def a_briefed_case(desk: Desk, *, line: bool = True) -> str:
    number = await desk.case(stage=Stage.HEARING, line=line)
    await desk.does(briefing.check, number, ticked=list(PARTS), seen=(), reason="", by=MAIN)
    return number


def wish(*times: datetime, **more: str) -> Wish:
    named = {f"option{n}": time for n, time in enumerate(times, 1)}
    return Wish(named, **{"place": PLACE, **more})


async def proposes(desk: Desk, number: str, *times: datetime, **more: str) -> Meeting:
    made: Meeting = await desk.does(hearing.propose, number, wish(*(times or TIMES), **more), by=MAIN)
    return made


async def chooses(desk: Desk, meeting: Meeting, n: int, who: str = "Ualice") -> Outcome:
    async with desk.database.transaction() as session:
        citizen = (await session.exec(select(Citizen).where(Citizen.line_user_id == who))).one()
        outcome, _ = await appointments.choose(session, citizen, meeting.id or 0, n, key=f"tap:{n}", now=desk.now)
        return outcome


async def wants_another(desk: Desk, meeting: Meeting) -> Outcome:
    asker = await desk.asker(meeting.case_id)
    outcome, _ = await desk.does(appointments.wish_other_day, asker, meeting.id or 0)
    return Outcome(outcome)


async def states(desk: Desk, number: str) -> list[str]:
    return [meeting.state for meeting in (await desk.sees(number)).work.meetings]


async def told_alone(desk: Desk, say: str) -> list[str]:
    return [row.payload["to"] for row in await desk.sent("slack", "direct") if row.payload["say"] == say]


async def thread(desk: Desk, say: str) -> dict[str, Any]:
    return [row.payload for row in await desk.sent("slack", "thread") if row.payload["say"] == say][-1]


async def test_three_dates_are_offered_and_the_citizen_takes_one(desk: Desk) -> None:
    number = await a_briefed_case(desk)
    meeting = await proposes(desk, number)
    assert (await desk.told_citizen())[-1] == "hearing_dates"
    assert (await thread(desk, "hearing_proposed"))["times"][0] == "12月1日(火) 14:00"

    assert await chooses(desk, meeting, 1) is Outcome.FIXED

    case = await desk.sees(number)
    fixed = case.work.meetings[-1]
    assert (fixed.state, fixed.starts_at, fixed.place) == (MeetingState.FIXED, TIMES[1], PLACE)
    said = await thread(desk, "hearing_fixed")
    assert (said["by"], said["at"], said["place"]) == ("citizen", "12月2日(水) 14:00", PLACE)
    assert await told_alone(desk, "hearing_fixed") == [MAIN, SUB, CITY]
    line = case.history[-1]
    assert (line.by, line.action, line.before) == ("citizen", "meet", {"meeting_state": "proposed"})
    assert line.after["meeting_state"] == "fixed"


async def test_a_second_tap_changes_nothing(desk: Desk) -> None:
    number = await a_briefed_case(desk)
    meeting = await proposes(desk, number)
    await chooses(desk, meeting, 1)

    assert [await chooses(desk, meeting, n) for n in (1, 0)] == [Outcome.ALREADY] * 2

    assert (await desk.sees(number)).work.meetings[-1].starts_at == TIMES[1]
    assert (await desk.said_in_thread()).count("hearing_fixed") == 1


async def test_two_taps_at_once_fix_one_date(desk: Desk) -> None:
    number = await a_briefed_case(desk)
    meeting = await proposes(desk, number)

    outcomes = await asyncio.gather(chooses(desk, meeting, 0), chooses(desk, meeting, 2))

    assert sorted(outcomes) == [Outcome.ALREADY, Outcome.FIXED]
    assert (await desk.said_in_thread()).count("hearing_fixed") == 1


async def test_a_new_offer_replaces_the_old_whose_buttons_say_so(desk: Desk) -> None:
    number = await a_briefed_case(desk)
    old = await proposes(desk, number)
    new = await proposes(desk, number, TIMES[2])

    assert await chooses(desk, old, 0) is Outcome.GONE
    assert await wants_another(desk, old) is Outcome.GONE
    assert await chooses(desk, new, 0) is Outcome.FIXED
    assert await states(desk, number) == ["cancelled", "fixed"]


async def test_a_date_that_stood_is_named_when_it_is_moved(desk: Desk) -> None:
    number = await a_briefed_case(desk)
    await desk.does(hearing.agree, number, wish(TIMES[0]), by=MAIN)

    await proposes(desk, number, TIMES[1])

    assert (await desk.sent("line", "hearing_dates"))[-1].payload["was"] == "12月1日(火) 14:00"


async def test_another_day_is_wished_for_once_and_the_offer_stands(desk: Desk) -> None:
    number = await a_briefed_case(desk)
    meeting = await proposes(desk, number)

    assert [await wants_another(desk, meeting) for _ in range(2)] == [Outcome.ASKED] * 2

    assert (await desk.said_in_thread()).count("hearing_other_day") == 1
    assert await chooses(desk, meeting, 0) is Outcome.FIXED


async def test_nobody_answers_for_somebody_else(desk: Desk) -> None:
    number = await a_briefed_case(desk)
    meeting = await proposes(desk, number)
    await desk.citizen("Umallory")

    assert await chooses(desk, meeting, 0, who="Umallory") is Outcome.GONE
    assert await chooses(desk, Meeting(id=999, case_id=1, kind="hearing", state="proposed", by="", at=NOON), 0) is (
        Outcome.GONE
    )
    assert await chooses(desk, meeting, 7) is Outcome.GONE
    assert await states(desk, number) == ["proposed"]


async def test_a_time_that_has_passed_is_not_taken(desk: Desk) -> None:
    number = await a_briefed_case(desk)
    meeting = await proposes(desk, number)
    desk.now = TIMES[0]

    assert await chooses(desk, meeting, 0) is Outcome.PAST
    assert await chooses(desk, meeting, 1) is Outcome.FIXED


@pytest.mark.parametrize(
    ("times", "faults"),
    [
        ((NOON - timedelta(days=1), TIMES[0]), {"option1": "もう過ぎて"}),
        ((TIMES[0], NOON.replace(hour=21) + timedelta(days=1)), {"option2": "9:00〜20:00"}),
        ((NOON.replace(hour=17) + timedelta(days=4),), {"option1": "9:00〜17:00"}),  # a Saturday
        ((datetime(2026, 12, 30, 14, tzinfo=NOON.tzinfo),), {"option1": "休館日"}),
        ((TIMES[0], TIMES[1], TIMES[0]), {"option3": "2回"}),
        ((NOON - timedelta(days=1), NOON.replace(hour=8) + timedelta(days=1)), {"option1": "過ぎ", "option2": "開館"}),
    ],
)
async def test_what_cannot_be_kept_is_refused_at_its_field(
    small_desk: Desk, times: tuple[datetime, ...], faults: dict[str, str]
) -> None:
    number = await a_briefed_case(small_desk)

    with pytest.raises(WrongFields) as no:
        await proposes(small_desk, number, *times)

    assert set(no.value.faults) == set(faults)
    assert all(words in no.value.faults[field] for field, words in faults.items())
    assert await states(small_desk, number) == []


async def test_without_the_briefing_a_date_needs_a_reason(desk: Desk) -> None:
    number = await desk.case(stage=Stage.HEARING)

    with pytest.raises(WrongFields, match="「事前資料」"):
        await proposes(desk, number)
    await proposes(desk, number, reason="急ぎのため")

    case = await desk.sees(number)
    assert [(e.key, e.waived) for e in case.evidence] == [("briefing", "急ぎのため")]
    assert (await thread(desk, "hearing_proposed"))["reason"] == "急ぎのため"


@pytest.mark.parametrize(("given", "field"), [(wish(), "option1"), (wish(TIMES[0], place=" "), "place")])
async def test_an_offer_needs_a_time_and_a_place(small_desk: Desk, given: Wish, field: str) -> None:
    number = await a_briefed_case(small_desk)

    with pytest.raises(WrongFields) as no:
        await small_desk.does(hearing.propose, number, given, by=MAIN)

    assert set(no.value.faults) == {field}


@pytest.mark.parametrize(("times", "field"), [((), "option1"), (TIMES[:2], "option2")])
async def test_what_was_agreed_is_one_time(small_desk: Desk, times: tuple[datetime, ...], field: str) -> None:
    number = await a_briefed_case(small_desk)

    with pytest.raises(WrongFields) as no:
        await small_desk.does(hearing.agree, number, wish(*times), by=MAIN)

    assert set(no.value.faults) == {field}


async def test_a_date_agreed_by_phone_is_confirmed_where_line_reaches(desk: Desk) -> None:
    number = await a_briefed_case(desk)

    await desk.does(hearing.agree, number, wish(TIMES[0]), by=MAIN)

    assert (await desk.told_citizen())[-1] == "hearing_fixed"
    assert (await thread(desk, "hearing_fixed"))["told"] is True
    assert await told_alone(desk, "hearing_fixed") == [SUB, CITY]


async def test_without_line_nothing_is_offered_but_a_date_can_stand(desk: Desk) -> None:
    number = await a_briefed_case(desk, line=False)

    with pytest.raises(Refused, match="決まった日時を記録する"):
        await proposes(desk, number)
    await desk.does(hearing.agree, number, wish(TIMES[0]), by=MAIN)

    assert await desk.told_citizen() == []
    assert (await thread(desk, "hearing_fixed"))["told"] is False


async def test_who_stopped_the_notices_still_hears_of_the_date(small_desk: Desk) -> None:
    number = await a_briefed_case(small_desk)
    async with small_desk.database.transaction() as session:
        (await session.exec(select(Citizen))).one().notices = False

    await proposes(small_desk, number)

    assert (await small_desk.told_citizen())[-1] == "hearing_dates"


async def test_a_date_is_called_off(desk: Desk) -> None:
    number = await a_briefed_case(desk)
    with pytest.raises(Refused, match="取りやめる日程がありません"):
        await desk.does(hearing.cancel, number, by=MAIN)
    meeting = await proposes(desk, number)

    await desk.does(hearing.cancel, number, reason="担当の体調", by=MAIN)

    assert await states(desk, number) == ["cancelled"]
    assert await chooses(desk, meeting, 0) is Outcome.GONE
    assert (await desk.told_citizen())[-1] == "hearing_cancelled"
    assert (await thread(desk, "hearing_cancelled"))["reason"] == "担当の体調"


async def test_a_screen_that_was_drawn_before_the_citizen_answered_does_no_harm(desk: Desk) -> None:
    number = await a_briefed_case(desk)
    meeting = await proposes(desk, number)
    seen = mark(meeting)
    await chooses(desk, meeting, 0)

    with pytest.raises(Refused, match="相談者 さんが日程か記録を変えました"):
        await desk.does(hearing.propose, number, wish(TIMES[2]), seen=seen, by=MAIN)

    assert await states(desk, number) == ["fixed"]


async def test_two_coordinators_with_the_same_screen_make_one_date(desk: Desk) -> None:
    number = await a_briefed_case(desk)

    async def agrees(by: str, time: datetime) -> Any:
        return await desk.does(hearing.agree, number, wish(time), seen="none", by=by)

    made = await asyncio.gather(agrees(MAIN, TIMES[0]), agrees(SUB, TIMES[1]), return_exceptions=True)

    assert sum(isinstance(one, Refused) for one in made) == 1
    assert await states(desk, number) == ["fixed"]


async def writes(desk: Desk, number: str, text: str, *, shown: bool = False, **more: Any) -> None:
    await desk.does(hearing.write_notes, number, text=text, open_to_citizen=shown, by=MAIN, **more)


async def a_fixed_hearing(desk: Desk) -> str:
    number = await a_briefed_case(desk)
    await desk.does(hearing.agree, number, wish(TIMES[0]), by=MAIN)
    return number


async def test_notes_are_the_evidence_and_stay_inside(desk: Desk) -> None:
    number = await a_fixed_hearing(desk)

    await writes(desk, number, "空き店舗を見に行く")

    case = await desk.sees(number)
    assert await states(desk, number) == ["held"]
    assert {e.key: e.text for e in case.evidence}["hearing_notes"] == "空き店舗を見に行く"
    assert "hearing_notes" not in await desk.told_citizen()
    assert case.lacking == ()
    assert (await thread(desk, "hearing_noted"))["text"] == "空き店舗を見に行く"


async def test_notes_marked_for_the_citizen_are_sent(desk: Desk) -> None:
    number = await a_fixed_hearing(desk)

    await writes(desk, number, "空き店舗を見に行く", shown=True)

    sent = (await desk.sent("line", "hearing_notes"))[-1]
    assert sent.payload["text"] == "空き店舗を見に行く"
    line = (await desk.sees(number)).history[-1]
    assert (line.audience, line.words) == (Audience.CITIZEN, ("空き店舗を見に行く",))


async def test_a_correction_keeps_the_old_words_in_the_history(desk: Desk) -> None:
    number = await a_fixed_hearing(desk)
    await writes(desk, number, "8月に開く")
    before = len((await desk.sees(number)).history)

    await writes(desk, number, "8月に開く")  # nothing new
    assert len((await desk.sees(number)).history) == before
    await writes(desk, number, "9月に開く")

    case = await desk.sees(number)
    assert [line.words for line in case.history if line.action == "note"][-2:] == [("8月に開く",), ("9月に開く",)]
    assert case.work.meetings[-1].minutes == "9月に開く"


async def test_notes_over_newer_notes_are_refused(small_desk: Desk) -> None:
    number = await a_fixed_hearing(small_desk)
    seen = mark((await small_desk.sees(number)).work.meetings[-1])
    await writes(small_desk, number, "先に書いた", seen=seen)

    with pytest.raises(Refused, match="日程か記録を変えました"):
        await writes(small_desk, number, "あとから書いた", seen=seen)


@pytest.mark.parametrize("text", [" \n", "■ 話し合ったこと\n"])
async def test_an_empty_template_is_no_record(small_desk: Desk, text: str) -> None:
    number = await a_fixed_hearing(small_desk)

    with pytest.raises(Refused, match="まだ書かれていません"):
        await writes(small_desk, number, text, template="■ 話し合ったこと")


async def test_notes_need_a_date(small_desk: Desk) -> None:
    number = await a_briefed_case(small_desk)
    await proposes(small_desk, number)

    with pytest.raises(Refused, match="まだ決まっていません"):
        await writes(small_desk, number, "聞いた")


async def test_a_second_hearing_leaves_the_first_s_notes(small_desk: Desk) -> None:
    number = await a_fixed_hearing(small_desk)
    await writes(small_desk, number, "1回目")

    await proposes(small_desk, number, TIMES[2])

    assert await states(small_desk, number) == ["held", "proposed"]
    assert (await small_desk.sent("line", "hearing_dates"))[-1].payload["was"] == ""


async def test_odd_characters_are_kept_as_far_as_a_database_can(desk: Desk) -> None:
    number = await a_briefed_case(desk)

    await desk.does(hearing.agree, number, wish(TIMES[0], place="NUL\0", remark="半分の\ud83d"), by=MAIN)
    await writes(desk, number, "NUL\0と半分の\ud83d文字", shown=True)

    meeting = (await desk.sees(number)).work.meetings[-1]
    assert (meeting.place, meeting.minutes) == ("NUL", "NULと半分の?文字")


async def test_an_erasure_empties_the_words_and_leaves_the_times(desk: Desk) -> None:
    number = await a_fixed_hearing(desk)
    await writes(desk, number, "家族のこと", shown=True)
    async with desk.database.transaction() as session:
        citizen = (await session.exec(select(Citizen))).one()
        await privacy.erase(session, citizen, now=desk.now)

    case = await desk.sees(number)
    meeting = case.work.meetings[-1]
    assert (meeting.place, meeting.agenda, meeting.minutes, meeting.starts_at) == ("", "", "", TIMES[0])
    kept = [row.payload for row in (*await desk.sent("slack"), *await desk.sent("line"))]
    assert not [one for one in kept if "家族のこと" in str(one) or PLACE in str(one)]


async def test_a_date_belongs_to_hearing_and_direction(small_desk: Desk) -> None:
    number = await small_desk.case()
    with pytest.raises(Refused, match="①受付"):
        await proposes(small_desk, number)
    await small_desk.does(received.claim, number, by=MAIN)
    await small_desk.does(staffing.join, number, by=SUB)

    await proposes(small_desk, number, reason="急ぎ")
    assert await states(small_desk, number) == ["proposed"]
