"""What goes to Slack beside the first card: a second one for the ward, its week, many cards at once, a picture."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select, update

from bot.delivery.postman import Postman
from bot.desk.consultation import privacy
from bot.desk.consultation.intake import received
from bot.desk.day import burst, weekly
from bot.desk.day.figures import Standing
from bot.slack import words
from bot.slack.kit.blocks import visible
from bot.slack.sending import stats_picture
from bot.slack.sending.pace import Pace
from bot.slack.sending.transport import SlackTransport
from storage.models import Case, Citizen, Delivery, OutboxRow, Proposal
from tests.slack.person import CHANNEL
from tests.slack.slack_office import NOW, Office, Shelf

TSURUMI = "C0TSURUMI"


@dataclass
class Mail:
    """The postmen of an office with a channel for one ward."""

    office: Office
    now: datetime

    def __post_init__(self) -> None:
        self.transport = SlackTransport(
            self.office.client, self.office.db, Shelf(), CHANNEL, lambda: self.now, {"鶴見区": TSURUMI, "西区": CHANNEL}
        )
        self.transport._slack._pace = Pace(per_second=1e6)
        self.postmen = [
            Postman(self.office.db, {dest: self.transport}, lambda: self.now) for dest in ("slack", "digest")
        ]

    async def goes(self, times: int = 1, room: int = 50) -> None:
        """Some rounds, a second between them."""
        for _ in range(times):
            self.now += timedelta(seconds=1)
            for postman in self.postmen:
                for row in await postman.claim(room, self.now):
                    await postman.work(row)

    async def rows(self, kind: str) -> list[OutboxRow]:
        async with self.office.db.reading() as session:
            return list((await session.exec(select(OutboxRow).where(OutboxRow.kind == kind))).all())

    def posted(self, channel: str) -> list[dict[str, Any]]:
        return [m for m in self.office.slack.messages if m["channel"] == channel and "blocks" in m]


@pytest.fixture
async def mail(office: Office) -> Mail:
    return Mail(office, datetime.now(UTC))


async def from_ward(mail: Mail, case: Case, ward: str) -> None:
    async with mail.office.db.transaction() as session:
        await session.exec(update(Proposal).where(col(Proposal.id) == case.proposal_id).values(ward=ward))


async def test_a_case_has_a_second_card_in_its_ward_s_channel(mail: Mail) -> None:
    case = await mail.office.case()
    await mail.goes(2)

    [first], [second] = mail.posted(CHANNEL), mail.posted(TSURUMI)
    now = await mail.office.now(case)
    assert (now.channel_id, now.card_ts) == (CHANNEL, first["ts"])
    assert (now.ward_channel_id, now.ward_card_ts) == (TSURUMI, second["ts"])
    assert second["metadata"]["event_payload"] != first["metadata"]["event_payload"]
    assert "話し合いのスレッド" in visible(second["blocks"])
    assert f"'channel_id': '{CHANNEL}'" in str(second["blocks"])
    assert "話し合いのスレッド" not in visible(first["blocks"])
    assert "case.claim" in str(second["blocks"])


async def test_both_are_redrawn_after_a_change_each_once(mail: Mail) -> None:
    case = await mail.office.case()
    await mail.goes(2)
    async with mail.office.db.transaction() as session:
        await received.claim(session, case.number, by="U0TANAKA", now=NOW)

    await mail.goes(3)

    updates = mail.office.slack.of("chat.update")
    assert sorted(call["channel"] for call in updates) == sorted([CHANNEL, TSURUMI])
    assert all("②ヒアリング" in visible(call["blocks"]) for call in updates)
    assert len(mail.posted(TSURUMI)) == 1
    thread = [m for m in mail.office.slack.messages if m.get("thread_ts")]
    assert {m["channel"] for m in thread} == {CHANNEL}  # what is said stays in one place


@pytest.mark.parametrize("ward", ["港北区", "西区"])
async def test_no_second_card_where_the_ward_has_no_channel_of_its_own(mail: Mail, ward: str) -> None:
    case = await mail.office.case()
    await from_ward(mail, case, ward)

    await mail.goes(3)

    assert len(mail.office.slack.messages) == 1
    assert await mail.rows("ward_card") == []


@pytest.mark.parametrize("trouble", ["accepted, 500", "500"])
async def test_after_an_unclear_post_there_is_one_second_card(mail: Mail, trouble: str) -> None:
    case = await mail.office.case()
    await mail.goes()
    mail.office.slack.troubles["chat.postMessage"] = [trouble]
    await mail.goes()
    mail.now += timedelta(seconds=60)

    await mail.goes()

    [second] = mail.posted(TSURUMI)
    assert (await mail.office.now(case)).ward_card_ts == second["ts"]


async def test_a_ward_s_channel_we_are_not_in_holds_up_nothing(mail: Mail) -> None:
    case = await mail.office.case()
    await mail.goes()
    mail.office.slack.troubles["chat.postMessage"] = ["not_in_channel"]
    await mail.goes()
    async with mail.office.db.transaction() as session:
        await received.claim(session, case.number, by="U0TANAKA", now=NOW)

    await mail.goes(3)

    assert [row.status for row in await mail.rows("card")] == [Delivery.DONE]
    assert any(m.get("thread_ts") for m in mail.office.slack.messages)


async def test_erased_words_leave_the_second_card_even_when_the_first_is_stuck(mail: Mail) -> None:
    case = await mail.office.case()
    await mail.goes(2)
    async with mail.office.db.transaction() as session:
        row = (await session.exec(select(OutboxRow).where(OutboxRow.kind == "card"))).one()
        row.status = Delivery.DEAD
    async with mail.office.db.transaction() as session:
        await privacy.erase(session, await session.get_one(Citizen, case.citizen_id), now=mail.now)
    mail.office.slack.troubles["chat.update"] = ["cant_update_message"]

    await mail.goes(3)

    last = [call for call in mail.office.slack.of("chat.update") if call["channel"] == TSURUMI][-1]
    assert "空き店舗" not in visible(last["blocks"]).split("似ている事例")[0]


async def test_a_ward_s_week_goes_to_its_channel(mail: Mail) -> None:
    case = await mail.office.case()
    await mail.goes(2)
    monday = weekly.due(NOW + timedelta(days=7))
    assert monday is not None
    async with mail.office.db.transaction() as session:
        assert await weekly.weekly(session, monday) == 1

    await mail.goes()

    _, digest = mail.posted(TSURUMI)
    assert digest["text"] == "鶴見区 先週のまとめ"
    shown = visible(digest["blocks"])
    assert f"{words.home.WEEK_SECTION['opened']}　1 件" in shown
    assert case.number in shown
    assert "山田花子" not in shown


async def many_cases(mail: Mail, count: int) -> list[str]:
    return [(await mail.office.case(on_line=False)).number for _ in range(count)]


async def test_many_cards_at_once_become_a_message_and_follow(mail: Mail) -> None:
    numbers = await many_cases(mail, burst.MANY + 20)

    await mail.goes(room=1)
    [first, digest] = mail.posted(CHANNEL)

    assert numbers[0] in visible(first["blocks"])
    assert digest["text"] == words.home.BURST_ABOUT.format(count=burst.MANY + 19)
    shown = visible(digest["blocks"])
    assert all(number in shown for number in numbers[1:])
    assert "鶴見区・高齢者・福祉" in shown
    assert "空き店舗" not in shown

    await mail.goes(burst.MANY + 20, room=1)
    cards = [m for m in mail.posted(CHANNEL) if m["metadata"]["event_type"] == "case_card"]
    assert [m["text"].split()[0] for m in cards] == numbers
    assert len(await mail.rows("burst")) == 1


async def test_a_case_is_claimed_from_the_message_before_its_card_is_there(mail: Mail) -> None:
    tanaka = await mail.office.staff("U0TANAKA")
    numbers = await many_cases(mail, burst.MANY + 5)
    await mail.goes(room=1)
    digest = mail.posted(CHANNEL)[1]
    claims = [b for row in digest["blocks"] if row["type"] == "actions" for b in row["elements"]
              if b["action_id"] == "case.claim"]  # fmt: skip

    await tanaka.presses("case.claim", claims[-1]["value"])
    await mail.goes(4)

    assert claims[-1]["value"] == numbers[-1]
    card = next(m for m in mail.posted(CHANNEL) if m["text"].startswith(numbers[-1]))
    assert "②ヒアリング" in visible(card["blocks"])
    assert any("U0TANAKA" in str(m["blocks"]) for m in mail.posted(CHANNEL) if m.get("thread_ts") == card["ts"])


async def test_a_few_cards_need_no_message(mail: Mail) -> None:
    await many_cases(mail, burst.MANY)

    await mail.goes(burst.MANY, room=1)

    assert await mail.rows("burst") == []


async def test_cases_that_a_message_named_call_for_no_second_one(mail: Mail) -> None:
    await many_cases(mail, burst.MANY + 5)
    await mail.goes(room=1)
    mail.now += timedelta(minutes=2)

    await mail.goes(room=1)

    assert len(await mail.rows("burst")) == 1


async def test_a_hundred_cases_are_one_message_slack_takes(mail: Mail) -> None:
    numbers = await many_cases(mail, 120)

    await mail.goes(room=1)

    shown = visible(mail.posted(CHANNEL)[1]["blocks"])
    assert numbers[-1] in shown
    assert len(shown) < 10_000


async def stats_of(mail: Mail, channel: str = "C9") -> None:
    tanaka = await mail.office.staff("U0TANAKA")
    await tanaka.types("/stats")
    async with mail.office.db.transaction() as session:
        row = (await session.exec(select(OutboxRow).where(OutboxRow.kind == "picture"))).one()
        row.payload = row.payload | {"channel": channel}


async def test_the_picture_follows_where_stats_were_typed(mail: Mail) -> None:
    await stats_of(mail)
    await mail.goes()

    [asked] = mail.office.slack.of("files.getUploadURLExternal")
    [done] = mail.office.slack.of("files.completeUploadExternal")
    assert asked["filename"].endswith(".png")
    assert int(asked["length"]) > 10_000
    assert done["channel_id"] == "C9"
    assert [row.status for row in await mail.rows("picture")] == [Delivery.DONE]


async def test_after_an_unclear_upload_there_is_one_picture(mail: Mail) -> None:
    await stats_of(mail)
    mail.office.slack.troubles["files.completeUploadExternal"] = ["accepted, 500"]
    await mail.goes()
    mail.now += timedelta(seconds=60)

    await mail.goes()

    assert len([m for m in mail.office.slack.messages if m.get("files")]) == 1


async def test_where_we_are_not_the_person_is_told_how(mail: Mail) -> None:
    await stats_of(mail)
    mail.office.slack.troubles["files.completeUploadExternal"] = ["not_in_channel"]

    await mail.goes(2)

    [told] = mail.posted("U0TANAKA")
    assert "/invite" in visible(told["blocks"])
    assert await mail.rows("notice") == []  # no dead letter for a channel nobody invited us to


async def test_the_picture_is_drawn_with_japanese_glyphs_and_no_formulas() -> None:
    counts = Standing(by_ward={"鶴見区": 3, "$x^2$": 1, "": 2}, by_stage={"received": 6}, by_theme={"福祉": 6})

    drawn = await asyncio.to_thread(stats_picture.png, counts)  # a missing glyph is a warning, so an error

    assert drawn.startswith(b"\x89PNG")
    assert len(drawn) > 10_000
