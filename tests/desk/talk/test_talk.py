"""What coordinators and citizens say to each other, and what stays inside."""

import pytest

from bot.desk.consultation import staffing
from bot.desk.record.sight import for_citizen
from bot.desk.talk import talk
from bot.desk.team import team
from bot.errors import Refused
from storage.models import Case, Citizen, Role, Stage
from tests.desk.case_desk import CITY, MAIN, SUB, Desk


async def _case(desk: Desk, number: str) -> Case:
    async with desk.database.reading() as session:
        return await session.get_one(Case, (await desk.sees(number)).id)


async def _sets(desk: Desk, **values: bool | str | None) -> None:
    async with desk.database.transaction() as session:
        citizen = await session.get_one(Citizen, 1)
        for name, value in values.items():
            setattr(citizen, name, value)
        session.add(citizen)


async def test_a_reply_goes_out_once_and_the_thread_shows_how_it_went(desk: Desk) -> None:
    number = await desk.case(stage=Stage.HEARING)

    for _ in range(2):
        event = await desk.does(talk.reply, number, "来週お話しできますか？", by=MAIN, cause="slack:view:1")
    (row,) = await desk.sent("line", "reply")
    for _ in range(2):
        await desk.does(talk.reply_went, row.payload["case"], row.payload["event"], "sent")

    assert row.payload["text"] == "来週お話しできますか？"
    assert (row.payload["number"], row.payload["event"]) == (number, event.id)
    assert (await desk.said_in_thread())[-2:] == ["reply_queued", "reply_sent"]
    assert [line.action for line in (await desk.sees(number)).history][-2:] == ["reply", "reply_sent"]


@pytest.mark.parametrize("how", ["blocked", "failed"])
async def test_a_reply_that_did_not_arrive_is_shown_to_who_wrote_it(small_desk: Desk, how: talk.How) -> None:
    number = await small_desk.case(stage=Stage.HEARING)
    event = await small_desk.does(talk.reply, number, "お電話ください", by=MAIN)

    await small_desk.does(talk.reply_went, event.case_id, event.id, how)

    note = (await small_desk.sent("slack", "thread"))[-1].payload
    assert (note["say"], note["to"], note["text"]) == (f"reply_{how}", MAIN, "お電話ください")


async def test_only_the_people_of_a_case_reply_and_others_say_why_they_stand_in(desk: Desk) -> None:
    number = await desk.case(stage=Stage.HEARING)
    for by in (MAIN, SUB, CITY):
        await desk.does(talk.reply, number, f"{by}です", by=by)

    with pytest.raises(Refused, match=MAIN):
        await desk.does(talk.reply, number, "代わりに", by="UOTHER", reason="　")
    event = await desk.does(talk.reply, number, "代わりに", by="UOTHER", reason="担当が休みのため")

    assert len(await desk.sent("line", "reply")) == 4
    note = (await desk.sent("slack", "thread"))[-1].payload
    assert (note["say"], note["by"], note["reason"]) == ("reply_queued", "UOTHER", "担当が休みのため")
    why = (await desk.sees(number)).history[-1]
    assert (why.action, why.words, why.after) == ("stood_in", ("担当が休みのため",), {"reply": event.id})
    async with desk.database.reading() as session:
        shown = await for_citizen(session, await session.get_one(Case, event.case_id))
    assert "担当が休みのため" not in str(shown)


async def test_anybody_answers_for_a_case_nobody_has_yet(small_desk: Desk) -> None:
    number = await small_desk.case()

    await small_desk.does(talk.reply, number, "受け取りました", by="UOTHER")

    assert len(await small_desk.sent("line", "reply")) == 1


async def test_a_reply_is_as_long_as_line_lets_it_be(small_desk: Desk) -> None:
    number = await small_desk.case()
    await small_desk.does(talk.reply, number, "🌱" * 2_500, by=MAIN)

    with pytest.raises(Refused, match="5,001 文字"):
        await small_desk.does(talk.reply, number, "🌱" * 2_500 + "。", by=MAIN)
    with pytest.raises(Refused, match="空でした"):
        await small_desk.does(talk.reply, number, "　\n", by=MAIN)

    assert len(await small_desk.sent("line")) == 1


async def test_who_came_by_phone_cannot_be_answered_on_line(small_desk: Desk) -> None:
    number = await small_desk.case(line=False)
    with pytest.raises(Refused, match="LINE でつながっていません。何も送っていません"):
        await small_desk.does(talk.reply, number, "こんにちは", by=MAIN)


async def test_an_answer_arrives_where_notices_are_stopped_news_of_steps_does_not(small_desk: Desk) -> None:
    number = await small_desk.case()
    await _sets(small_desk, notices=False)

    await small_desk.does(talk.reply, number, "お返事です", by=MAIN)
    await small_desk.does(team.staff, number, city_staff=CITY, by=MAIN)

    assert await small_desk.told_citizen() == ["reply"]
    assert (await small_desk.sees(number)).reach == "muted"
    await _sets(small_desk, following=False)
    assert (await small_desk.sees(number)).reach == "blocked"


async def test_what_a_citizen_adds_is_before_the_team_verbatim_and_once(desk: Desk) -> None:
    number = await desk.case(stage=Stage.HEARING)
    case = await _case(desk, number)
    said = ["*太字*ではなく <そのまま> です", "［写真］"]

    for _ in range(2):
        await desk.does(talk.citizen_wrote, case, said, key="line:01H")

    notes = [row.payload for row in await desk.sent("slack", "thread") if row.payload["say"] == "citizen_wrote"]
    assert [note["words"] for note in notes] == [said]
    last = (await desk.sees(number)).history[-1]
    assert (last.by, last.words) == ("citizen", tuple(said))


async def test_nothing_internal_is_in_what_the_citizen_may_see(desk: Desk) -> None:
    number = await desk.case(stage=Stage.CLOSED)
    await desk.does(talk.reply, number, "ありがとうございました", by=MAIN)
    await desk.does(talk.citizen_wrote, await _case(desk, number), ["こちらこそ"], key="line:1")

    async with desk.database.reading() as session:
        seen = await for_citizen(session, await _case(desk, number))

    assert [line.action for line in seen] == [
        "opened",
        "claim",
        "join",
        "staff",
        "advance",
        "advance",
        "advance",
        "close",
        "reply",
        "citizen_wrote",
    ]
    assert [line.words for line in seen if line.words] == [("ありがとうございました",), ("こちらこそ",)]
    assert {line.by for line in seen} == {"citizen", "staff"}
    assert not [who for who in (MAIN, SUB, "UCITY") if who in str(seen)]


async def test_what_colleagues_tell_each_other_never_leaves(desk: Desk) -> None:
    number = await desk.case(stage=Stage.HEARING)
    await desk.hires(UNEW=Role.COORDINATOR)

    await desk.does(team.hand_over, number, to="UNEW", reason="内緒の理由", summary="内緒の要点", by=MAIN)
    await desk.does(team.release, number, by="UNEW")
    await desk.does(staffing.join, number, by="UNEW")
    await desk.advances(number, by=SUB)

    assert "内緒" not in str([row.payload for row in await desk.sent("line")])
    assert not [row for row in await desk.sent("line") if "UNEW" in str(row.payload) or MAIN in str(row.payload)]
