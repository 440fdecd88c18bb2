"""What can be seen of cases: one whole, and lists."""

import json
from datetime import timedelta

from bot.desk.consultation.intake import received
from bot.desk.record import lines, sight
from bot.desk.talk import talk
from bot.tables.calendars import reply_by
from storage.models import QUESTIONS, Attachment, Stage
from tests.desk.case_desk import CITY, MAIN, NOON, SUB, Desk


async def _numbers(desk: Desk, which: lines.Which, by: str = MAIN) -> list[str]:
    async with desk.database.reading() as session:
        return [line.number for line in (await lines.lists(session, which, by=by, now=desk.now)).lines]


async def test_a_case_is_seen_whole(desk: Desk) -> None:
    number = await desk.case(stage=Stage.HEARING)
    async with desk.database.transaction() as session:
        for name, at in (("proposal_id", (await desk.sees(number)).id), ("case_id", (await desk.sees(number)).id)):
            session.add(Attachment(citizen_id=1, line_message_id=name, kind="image", created_at=NOON, **{name: at}))

    case = await desk.sees(number)

    assert case.answers == {question: f"{question}の回答です" for question in QUESTIONS}
    assert (case.ward, case.party, case.name, case.contact) == ("鶴見区", "group", "みなと会", "045-000-0000")
    assert (case.channel, case.reach, case.promised_by) == ("line", "line", reply_by(NOON, "鶴見区"))
    assert [need.key for need in case.lacking] == ["briefing", "hearing_notes"]
    assert [line.kind for line in case.attachments] == ["image", "image"]


async def test_a_case_as_json_has_what_is_promised(desk: Desk) -> None:
    shown = json.loads(json.dumps(sight.as_json(await desk.sees(await desk.case(stage=Stage.HEARING)))))

    assert {key: shown[key] for key in ("number", "stage", "main", "sub", "city_staff")} == {
        "number": "2026-0001",
        "stage": "hearing",
        "main": MAIN,
        "sub": SUB,
        "city_staff": CITY,
    }
    assert list(shown["answers"]) == list(QUESTIONS)
    assert [line["action"] for line in shown["history"]] == ["opened", "claim", "join", "staff"]
    assert shown["history"][1]["after"] == {"main": MAIN, "stage": "hearing"}


async def test_lists_show_mine_unclaimed_and_stalled(desk: Desk) -> None:
    citizen = await desk.citizen()
    first, second, third = [await desk.opens(await desk.proposal(citizen)) for _ in range(3)]
    await desk.does(received.claim, first, by=MAIN)
    await desk.does(received.refer, third, door="区役所へ", by=MAIN)
    desk.now = NOON + timedelta(days=13)
    await desk.does(talk.reply, first, "お元気ですか", by=MAIN)
    desk.now = NOON + timedelta(days=14, minutes=1)

    assert await _numbers(desk, "mine") == [first]
    assert await _numbers(desk, "mine", by=SUB) == []
    assert await _numbers(desk, "unclaimed") == [second]
    assert await _numbers(desk, "stalled") == [second]
