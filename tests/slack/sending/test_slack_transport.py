"""The way to Slack, with the real postman and a Slack that answers badly."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from sqlmodel import select

from bot.delivery import outbox
from bot.delivery.breaker import TRIPS_AFTER
from bot.desk.consultation import heard, privacy, staffing
from bot.desk.consultation.intake import received
from bot.desk.record import files
from bot.desk.talk import unseen
from bot.errors import DeliveryError
from bot.slack.kit.blocks import visible
from bot.slack.sending.once import Once
from bot.slack.sending.pace import Pace
from storage.models import Attachment, Case, Citizen, Delivery, OutboxRow
from tests import pace
from tests.slack.person import CHANNEL
from tests.slack.post import Post
from tests.slack.slack_office import NOW, Office


@pytest.fixture
async def mail(office: Office) -> Post:
    return Post(office, datetime.now(UTC))  # Slack's stand-in stamps with the real time


async def test_a_card_is_posted_once_and_its_place_kept(mail: Post) -> None:
    case = await mail.office.case()
    await mail.goes()

    posted = mail.office.slack.of("chat.postMessage")
    now = await mail.office.now(case)
    assert len(posted) == 1
    assert (now.channel_id, now.card_ts) == (CHANNEL, mail.office.slack.messages[0]["ts"])
    assert posted[0]["text"] == f"{case.number} ①受付 鶴見区"
    assert posted[0]["metadata"]["event_type"] == "case_card"
    assert posted[0]["metadata"]["event_payload"] == {"k": (await mail.rows())[0].retry_uuid}
    assert (posted[0]["unfurl_links"], posted[0]["unfurl_media"], posted[0]["parse"]) == (False, False, "none")
    assert "山田花子" not in posted[0]["text"]
    shown = visible(posted[0]["blocks"])
    assert "【見本】商店街のこども食堂" in shown
    assert "つるみ食堂の会" in shown


async def test_changes_within_a_second_are_one_redraw_that_shows_the_last(mail: Post) -> None:
    case = await mail.office.case()
    await mail.goes()

    async def changes(by: str) -> None:
        async with mail.office.db.transaction() as session:
            await (received.claim if by == "U0TANAKA" else staffing.join)(session, case.number, by=by, now=mail.now)

    await changes("U0TANAKA")
    (card,) = await mail.postman.claim(1, mail.now)
    drawing = asyncio.create_task(mail.postman.work(card))
    await asyncio.sleep(0.1)
    await changes("U0SATO")
    await drawing
    await mail.goes()

    (drawn,) = mail.office.slack.of("chat.update")
    assert "U0SATO" in str(drawn["blocks"])
    assert [row.status for row in await mail.rows() if row.kind == "card"] == [Delivery.DONE]


async def test_changes_redraw_the_same_card(mail: Post) -> None:
    case = await mail.office.case()
    await mail.goes()
    async with mail.office.db.transaction() as session:
        await received.claim(session, case.number, by="U0TANAKA", now=NOW)

    await mail.goes(after=1)
    await mail.goes(after=1)

    assert [call.method for call in mail.office.slack.calls] == ["chat.postMessage", "chat.update", "chat.postMessage"]
    assert mail.office.slack.of("chat.update")[0]["ts"] == mail.office.slack.messages[0]["ts"]
    assert "②ヒアリング" in visible(mail.office.slack.of("chat.update")[0]["blocks"])
    note = mail.office.slack.messages[1]
    assert note["thread_ts"] == mail.office.slack.messages[0]["ts"]
    assert "U0TANAKA" in str(note["blocks"])


@pytest.mark.parametrize("trouble", ["accepted, 500", "500"])
async def test_after_an_unclear_post_there_is_exactly_one_card(mail: Post, trouble: str) -> None:
    case = await mail.office.case()
    mail.office.slack.troubles["chat.postMessage"] = [trouble]

    await mail.goes()
    assert (await mail.office.now(case)).card_ts is None
    await mail.goes(after=30)

    cards = mail.office.slack.messages
    assert len(cards) == 1
    assert (await mail.office.now(case)).card_ts == cards[0]["ts"]
    assert len(mail.office.slack.of("conversations.history")) == 1
    assert (await mail.rows())[0].status == Delivery.DONE


async def test_a_hub_whose_clock_is_ahead_of_slacks_finds_what_it_posted(mail: Post) -> None:
    await mail.office.case()
    mail.office.slack.troubles["chat.postMessage"] = ["accepted, 500"]

    await mail.goes()
    mail.office.slack.messages[0]["ts"] = f"{mail.now.timestamp() - 1800:.6f}"
    await mail.goes(after=30)

    assert len(mail.office.slack.messages) == 1


async def test_after_an_unclear_note_there_is_exactly_one(mail: Post) -> None:
    await card_and_note(mail)
    mail.office.slack.troubles["chat.postMessage"] = ["accepted, 500"]

    await mail.goes(after=1)
    await mail.goes(after=30)

    assert len(mail.office.slack.messages) == 2
    assert [row.status for row in await mail.rows() if row.dest == "slack"] == [Delivery.DONE] * 2
    assert len(mail.office.slack.of("conversations.replies")) == 1


async def test_a_note_taken_while_slack_was_known_to_be_down_is_there_once(mail: Post) -> None:
    await card_and_note(mail)
    breaker = mail.postman._breakers["slack"]
    for _ in range(TRIPS_AFTER):
        breaker.failed(mail.now)
    mail.office.slack.troubles["chat.postMessage"] = ["accepted, 500"]  # an attempt that isn't counted

    await mail.goes(after=31)
    assert (await mail.rows())[-1].attempts == 0
    mail.office.slack.troubles["conversations.replies"] = ["429"]  # nor is this one
    await mail.goes(after=31)
    mail.postman._transports["slack"]._slack._pace = Pace()  # type: ignore[attr-defined]  # time stands still here
    await mail.goes(after=10)

    assert len(mail.office.slack.messages) == 2
    assert (await mail.rows())[-1].status == Delivery.DONE


async def test_who_stood_still_while_waiting_for_the_channel_posts_nothing(mail: Post) -> None:
    await mail.office.case()

    async def stands_still(_channel: str) -> None:
        mail.now += timedelta(seconds=61)

    slack: Once = mail.postman._transports["slack"]._slack  # type: ignore[attr-defined]
    with patch.object(slack, "turn", stands_still):
        await mail.goes()
    assert mail.office.slack.messages == []
    await mail.goes(after=1)

    assert len(mail.office.slack.messages) == 1
    assert mail.office.slack.of("conversations.history") == []  # it was never tried


async def test_a_429_is_waited_out_and_costs_no_attempt(mail: Post) -> None:
    await mail.office.case()
    mail.office.slack.troubles["chat.postMessage"] = ["429"]

    await mail.goes()
    await mail.goes(after=5)
    assert len(mail.office.slack.of("chat.postMessage")) == 1
    mail.postman._transports["slack"]._slack._pace = Pace()  # type: ignore[attr-defined]  # time stands still here
    await mail.goes(after=3)

    assert len(mail.office.slack.messages) == 1
    assert (await mail.rows())[0].attempts == 1


async def test_a_card_that_was_deleted_is_posted_again_and_linked(mail: Post) -> None:
    case = await mail.office.case()
    await mail.goes()
    mail.office.slack.messages.clear()
    mail.office.slack.troubles["chat.update"] = ["message_not_found"]
    async with mail.office.db.transaction() as session:
        await outbox.redraw_card(session, case.id or 0, mail.now)

    await mail.goes(after=1)

    assert len(mail.office.slack.messages) == 1
    assert (await mail.office.now(case)).card_ts == mail.office.slack.messages[0]["ts"]


async def test_a_channel_we_are_not_in_is_a_dead_letter(mail: Post) -> None:
    await mail.office.case()
    mail.office.slack.troubles["chat.postMessage"] = ["not_in_channel"]

    await mail.goes()

    rows = await mail.rows()
    assert rows[0].status == Delivery.DEAD
    assert rows[1].payload["say"] == "dead_letter"
    await mail.goes(after=1)
    assert "届けられなかった" in visible(mail.office.slack.messages[0]["blocks"])


async def test_a_note_waits_for_its_card(mail: Post) -> None:
    case = await mail.office.case()
    async with mail.office.db.transaction() as session:
        await outbox.tell_thread(session, case.id or 0, "joined", "x", mail.now, sub="U0SATO", by="U0SATO")
        card = (await session.exec(select(OutboxRow).where(OutboxRow.kind == "card"))).one()
        card.status = Delivery.DEAD

    await mail.goes()
    await mail.goes(after=40)

    assert mail.office.slack.calls == []
    assert (await mail.rows())[1].status == Delivery.NEW


async def test_what_a_citizen_wrote_calls_the_team_and_means_nothing_to_slack(mail: Post) -> None:
    case = await mail.office.case()
    words = ["<!channel> <@U1> *太字* &lt; `x`", "二つめ"]
    async with mail.office.db.transaction() as session:
        await received.claim(session, case.number, by="U0TANAKA", now=NOW)
    async with mail.office.db.transaction() as session:
        now = await session.get_one(Case, case.id)
        await heard.citizen_wrote(session, now, words, key="m1", now=NOW)
    for _ in range(3):
        await mail.goes(after=1)

    note = mail.office.slack.messages[-1]
    assert "\n".join(words) in visible(note["blocks"])
    assert '"user_id": "U0TANAKA"' in str(note["blocks"]).replace("'", '"')
    assert "mrkdwn" not in str(note["blocks"])
    assert "太字" not in note["text"]
    assert "太字" not in str(note["metadata"])
    [answer] = note["blocks"][-1]["elements"]  # an answer typed beside it would reach nobody
    assert (answer["action_id"], answer["value"]) == ("case.reply", case.number)


async def test_a_whisper_reaches_one_person_in_the_thread_and_nobody_is_no_fault(mail: Post) -> None:
    case = await mail.office.case()
    async with mail.office.db.transaction() as session:
        now = await session.get_one(Case, case.id)
        await unseen.warn(session, now, CHANNEL, "1700000000.000100", by="U0TANAKA", now=NOW)
    await mail.goes(after=1)

    [shown] = mail.office.slack.of("chat.postEphemeral")
    assert (shown["user"], shown["channel"], shown["thread_ts"]) == ("U0TANAKA", CHANNEL, "1700000000.000100")
    assert "届きません" in visible(shown["blocks"])
    async with mail.office.db.transaction() as session:
        now = await session.get_one(Case, case.id)
        await unseen.warn(session, now, CHANNEL, "1700000000.000100", by="U0GONE", now=NOW)
    gone = {"ok": False, "error": "user_not_in_channel"}
    with patch.object(mail.office.slack, "chat_postEphemeral", lambda _body: gone, create=True):
        await mail.goes(after=1)
    assert [row.status for row in await mail.rows() if row.kind == "whisper"] == [Delivery.DONE, Delivery.DONE]


async def test_posts_of_one_channel_keep_slacks_pace() -> None:
    step = pace.within(0.05)
    slack, loop = Pace(per_second=1 / step, burst=3), asyncio.get_running_loop()
    start = loop.time()
    for _ in range(3):
        await slack.turn("C1")
    burst = loop.time() - start
    for _ in range(4):
        await slack.turn("C1")
    await slack.turn("C2")

    assert burst < 0.9 * step
    assert 3.8 * step <= loop.time() - start < 12 * step


async def test_who_waits_for_a_channel_waits_on_when_slack_asks_for_more() -> None:
    slack = Pace(per_second=20, burst=1)
    await slack.turn("C1")
    waiting = asyncio.create_task(slack.turn("C1"))
    await asyncio.sleep(0)
    slack.rest("C1", 5)

    with pytest.raises(DeliveryError) as asked:
        await waiting
    assert asked.value.hold == "C1"
    assert asked.value.after == pytest.approx(5, abs=1)


async def card_and_note(mail: Post) -> Any:
    case = await mail.office.case()
    await mail.goes()
    async with mail.office.db.transaction() as session:
        await outbox.tell_thread(session, case.id or 0, "joined", "x", mail.now, sub="U0SATO", by="U0SATO")
    return case


async def a_photo(mail: Post) -> Case:
    """A case with a photo that has been downloaded."""
    case = await mail.office.case()
    async with mail.office.db.transaction() as session:
        citizen = Citizen(line_user_id="U1", created_at=NOW)
        session.add(citizen)
        await session.flush()
        photo = Attachment(
            citizen_id=citizen.id or 0, proposal_id=case.proposal_id, line_message_id="77", kind="image",
            media_type="image/jpeg", content=b"JPEG", size=4, created_at=NOW,
        )  # fmt: skip
        session.add(photo)
        await session.flush()
        await files.arrived(session, photo, NOW)
    return case


async def test_a_photo_is_shown_in_the_thread_under_a_name_of_ours(mail: Post) -> None:
    case = await a_photo(mail)
    await mail.goes()
    await mail.goes(after=10)

    assert [file["name"] for file in mail.office.slack.files.values()] == [f"{case.number}-1.jpg"]
    assert [m["thread_ts"] for m in mail.office.slack.messages if m.get("files")] == [
        mail.office.slack.messages[0]["ts"]
    ]


async def test_a_photo_whose_answer_was_lost_is_shown_once(mail: Post) -> None:
    await a_photo(mail)
    mail.office.slack.troubles["files.completeUploadExternal"] = ["accepted, 500"]
    await mail.goes()
    for _ in range(3):
        await mail.goes(after=20)

    assert len([m for m in mail.office.slack.messages if m.get("files")]) == 1
    assert (await mail.rows())[-1].status == Delivery.DONE


async def test_a_photo_that_was_taken_back_goes_from_slack(mail: Post) -> None:
    await a_photo(mail)
    await mail.goes()
    await mail.goes(after=10)
    async with mail.office.db.transaction() as session:
        await privacy.unsend(session, "77", now=NOW)
    await mail.goes(after=1)

    assert mail.office.slack.files == {}
