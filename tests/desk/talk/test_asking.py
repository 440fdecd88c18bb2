"""One question to the citizen at a time, its result and its answer in sight of the coordinators."""

import pytest

from bot.desk.consultation import heard
from bot.desk.consultation.intake import proposals
from bot.desk.consultation.intake.proposals import Said
from bot.desk.record.answers import MESSAGE
from bot.desk.record.sight import for_citizen
from bot.desk.talk import asking, questions, talk
from bot.errors import Refused
from storage.models import Case, Stage
from tests.desk.case_desk import MAIN, Desk


async def _asks(desk: Desk, number: str, about: str = "members", text: str = "何人で始めますか？") -> None:
    await desk.does(asking.ask, number, about=about, text=text, by="UREC")


async def _writes(desk: Desk, number: str, text: str, key: str) -> None:
    async with desk.database.transaction() as session:
        case = await session.get_one(Case, (await desk.sees(number)).id)
        await proposals.keep(session, case.proposal_id, MESSAGE, Said(key, desk.now, text))
        await heard.citizen_wrote(session, case, [text], key=key, now=desk.now)


async def test_a_question_goes_out_is_shown_and_answered_by_the_next_message(desk: Desk) -> None:
    number = await desk.case()

    await _asks(desk, number)
    (row,) = await desk.sent("line", "asked")
    await desk.does(talk.reply_went, row.payload["case"], row.payload["event"], "sent")
    assert questions.open_in((await desk.sees(number)).history) == "members"
    await _writes(desk, number, "三人です", "line:1")
    await _writes(desk, number, "もう一人増えました", "line:2")

    assert (row.payload["number"], row.payload["text"]) == (number, "何人で始めますか？")
    assert await desk.said_in_thread() == ["asked", "reply_sent", "citizen_wrote", "citizen_wrote"]
    view = await desk.sees(number)
    assert [line.action for line in view.history] == [
        "opened", "ask", "reply_sent", "citizen_wrote", "answered", "citizen_wrote",
    ]  # fmt: skip
    assert questions.open_in(view.history) is None
    assert view.answers["members"].endswith("三人です")  # it stands with what they had said to it
    assert "もう一人" not in str(view.answers)
    assert (view.stage, view.history[1].after) == (Stage.RECEIVED, {"about": "members"})


async def test_only_one_question_is_open_at_a_time(desk: Desk) -> None:
    number = await desk.case()
    await _asks(desk, number)

    with pytest.raises(Refused, match="返事を待っています"):
        await _asks(desk, number, about="history")
    await _writes(desk, number, "三人です", "line:1")
    await _asks(desk, number, about="history", text="いつからですか？")

    assert [row.payload["text"] for row in await desk.sent("line", "asked")] == [
        "何人で始めますか？",
        "いつからですか？",
    ]


@pytest.mark.parametrize("how", ["blocked", "failed"])
async def test_a_question_that_did_not_arrive_is_open_no_more(small_desk: Desk, how: talk.How) -> None:
    number = await small_desk.case()
    await _asks(small_desk, number)
    (row,) = await small_desk.sent("line", "asked")

    await small_desk.does(talk.reply_went, row.payload["case"], row.payload["event"], how)

    assert (await small_desk.said_in_thread())[-1] == f"reply_{how}"
    await _asks(small_desk, number)


async def test_a_repeated_request_asks_once(small_desk: Desk) -> None:
    number = await small_desk.case()

    for _ in range(2):
        await small_desk.does(asking.ask, number, about="members", text="何人？", by=MAIN, cause="slack:view:1")

    assert len(await small_desk.sent("line", "asked")) == 1


async def test_nothing_is_asked_where_nobody_can_answer_or_nothing_is_said(small_desk: Desk) -> None:
    phoned = await small_desk.case(line=False)
    with pytest.raises(Refused, match="LINE でつながっていません"):
        await _asks(small_desk, phoned)

    number = await small_desk.opens(await small_desk.proposal(await small_desk.citizen()))
    with pytest.raises(Refused, match="空でした"):
        await _asks(small_desk, number, text="　")
    with pytest.raises(Refused, match="どれについて"):
        await _asks(small_desk, number, about="name")

    assert await small_desk.sent("line") == []


async def test_a_closed_case_is_asked_nothing(small_desk: Desk) -> None:
    number = await small_desk.case(stage=Stage.CLOSED)

    with pytest.raises(Refused, match="不足を聞く"):
        await _asks(small_desk, number)


async def test_the_citizen_may_see_question_and_answer(small_desk: Desk) -> None:
    number = await small_desk.case()
    await _asks(small_desk, number)
    await _writes(small_desk, number, "三人です", "line:1")

    async with small_desk.database.reading() as session:
        lines = await for_citizen(session, await session.get_one(Case, (await small_desk.sees(number)).id))

    assert [line.words for line in lines if line.words] == [("何人で始めますか？",), ("三人です",)]
