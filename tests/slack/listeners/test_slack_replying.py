"""Who writes in a thread whose citizen waits is told that the citizen doesn't see it; none of the words is kept."""

from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from bot.desk.consultation import heard
from bot.desk.record import record
from bot.desk.record.moves import Action
from bot.desk.talk import unseen
from storage.models import Case, OutboxRow
from tests.slack.person import CHANNEL, Person, says_in_thread
from tests.slack.slack_office import NOW, Office

THREAD = "1700000000.000100"


async def asked(office: Office, case: Case, words: str = "いつ来ればいいですか") -> None:
    """The citizen of a case that has its card asks something."""
    async with office.db.transaction() as session:
        now = await session.get_one(Case, case.id)
        now.channel_id, now.card_ts = CHANNEL, THREAD
        await heard.citizen_wrote(session, now, [words], key=f"line:{words}", now=NOW)


async def warned(office: Office) -> list[dict[str, Any]]:
    async with office.db.reading() as session:
        found = select(OutboxRow.payload).where(OutboxRow.kind == "whisper").order_by(col(OutboxRow.id))
        return list((await session.exec(found)).all())


async def test_who_answers_in_the_thread_is_told_once_a_day(office: Office) -> None:
    case, tanaka = await office.case(), await office.staff("U0TANAKA")
    await asked(office, case)

    for text in ("火曜日はどうですか", "水曜日でも"):
        assert (await says_in_thread(tanaka, text, THREAD)).status == 200

    [told] = await warned(office)
    place = {"channel": CHANNEL, "thread": THREAD, "to": "U0TANAKA"}
    assert told == place | {"say": "unseen", "number": case.number}
    assert "曜日" not in str(told)


async def test_another_day_and_another_person_are_told_too(office: Office) -> None:
    case = await office.case()
    await asked(office, case)
    async with office.db.transaction() as session:
        now = await session.get_one(Case, case.id)
        for who, when in (("U1", NOW), ("U1", NOW), ("U2", NOW), ("U1", NOW + timedelta(days=1))):
            await unseen.warn(session, now, CHANNEL, THREAD, by=who, now=when)

    assert [one["to"] for one in await warned(office)] == ["U1", "U2", "U1"]


@pytest.mark.parametrize(
    ("event", "why"),
    [
        ({"thread_ts": None}, "said in the channel"),
        ({"thread_ts": "1700000000.999999"}, "no case's thread"),
        ({"bot_id": "B0BOT"}, "an app's own message"),
        ({"subtype": "message_changed"}, "a change"),
        ({"channel": "C0ELSEWHERE"}, "another channel"),
    ],
)
async def test_nothing_else_is_taken_for_an_answer(office: Office, event: dict[str, Any], why: str) -> None:
    await asked(office, await office.case())
    tanaka = await office.staff("U0TANAKA")

    await says_in_thread(tanaka, "はい", THREAD, **event)

    assert await warned(office) == [], why


async def test_nobody_waits_after_an_answer_and_strangers_are_left_alone(office: Office) -> None:
    case, tanaka = await office.case(), await office.staff("U0TANAKA")
    await asked(office, case)
    await says_in_thread(Person(office.app, "U0STRANGER"), "はい", THREAD)
    async with office.db.transaction() as session:
        now = await session.get_one(Case, case.id)
        await record.append(session, now, Action.REPLY, by="U0TANAKA", at=NOW, words=["火曜日に"])

    await says_in_thread(tanaka, "送りました", THREAD)

    assert await warned(office) == []
