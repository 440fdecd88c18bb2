"""The exact text as the citizen sees it, with its three answers; and the page with the way back."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

import pytest
from sqlmodel import select

from bot.delivery.outbox import put
from bot.desk.consultation.intake import received
from bot.desk.consultation.publishing import agreement, closing, publication, publishing
from bot.desk.consultation.publishing.agreement import Wish
from bot.desk.consultation.publishing.publication import Text
from bot.line.drawing import draw
from storage.db import Database
from storage.models import AnswerPart, Citizen, OutboxRow, Proposal, ProposalState

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)
TEXT = Text("空き店舗の食堂", "要約です", "駅前の\n空き店舗で", "鶴見区", "福祉", ("商店会", "社協"))


async def asked(db: Database, text: Text = TEXT) -> OutboxRow:
    """A closed case whose text was sent off to its citizen."""
    async with db.transaction() as session:
        citizen = Citizen(line_user_id="U1", created_at=NOW)
        session.add(citizen)
        await session.flush()
        told = {"created_at": NOW, "updated_at": NOW, "sent_at": NOW}
        proposal = Proposal(citizen_id=citizen.id, state=ProposalState.SENT, name="山田花子", **told)
        session.add(proposal)
        await session.flush()
        session.add(AnswerPart(proposal_id=proposal.id, question="overview", text="食堂", message_key="1", said_at=NOW))
        case = await received.open_case(session, proposal, {"overview": "福祉"}, by="citizen", now=NOW)
        await closing.close(session, case.number, reason="完了", by="UMAIN", now=NOW)
        await publication.save(session, case.number, text, seen=None, by="UMAIN", now=NOW)
        await agreement.ask(session, case.number, seen=None, by="UMAIN", now=NOW)
        return (await session.exec(select(OutboxRow).where(OutboxRow.kind == agreement.ASK))).one()


async def drawn(db: Database, row: OutboxRow) -> list[dict[str, Any]]:
    async with db.reading() as session:
        return await draw(session, row)


def taps(message: dict[str, Any]) -> list[dict[str, str]]:
    buttons = message["contents"]["footer"]["contents"]
    return [{key: value[0] for key, value in parse_qs(button["action"]["data"]).items()} for button in buttons]


async def test_the_text_is_shown_whole_and_asks_for_a_word_on_these_very_words(
    sqlite: Database, conformance: Any
) -> None:
    row = await asked(sqlite)

    shown, question = await drawn(sqlite, row)

    for said in ("2026-0001", TEXT.title, TEXT.summary, TEXT.body, "鶴見区", "福祉", "商店会\n社協"):
        assert said in shown["text"]
    assert [button["action"]["label"] for button in question["contents"]["footer"]["contents"]] == [
        "公開してよい", "公開しない", "直してほしい",
    ]  # fmt: skip
    assert [tap["do"] for tap in taps(question)] == [Wish.AGREE, Wish.REFUSE, Wish.MEND]
    assert {(tap["tap"], tap["d"]) for tap in taps(question)} == {("publication", TEXT.digest)}
    assert TEXT.title not in question["altText"]
    assert judged(conformance, [shown, question]) == []


@pytest.mark.parametrize("sign", ["あ", "🙂", "👨‍👩‍👧"])
async def test_the_longest_text_comes_over_several_messages_and_nothing_is_lost(
    sqlite: Database, conformance: Any, sign: str
) -> None:
    size = len(sign.encode("utf-16-le")) // 2
    body = sign * ((agreement.LONGEST - 100) // size)

    messages = await drawn(sqlite, await asked(sqlite, Text("長い", body=body)))

    assert 1 < len(messages) <= 5
    assert body in "".join(message["text"] for message in messages[:-1])
    assert judged(conformance, messages) == []


async def test_a_text_that_was_changed_before_it_left_is_the_one_its_buttons_are_for(sqlite: Database) -> None:
    row = await asked(sqlite)
    async with sqlite.transaction() as session:
        await publication.save(session, "2026-0001", Text("べつの件名"), seen=None, by="UMAIN", now=NOW)

    shown, question = await drawn(sqlite, row)

    assert TEXT.title in shown["text"]
    assert "べつの件名" not in shown["text"]
    assert taps(question)[0]["d"] == TEXT.digest


async def test_the_published_page_comes_with_the_way_to_stop_it(sqlite: Database, conformance: Any) -> None:
    async with sqlite.transaction() as session:
        await put(
            session, dest="line", conv="line:1:news", kind=publishing.PUBLISHED, key="k", now=NOW,
            payload={"citizen": 1, "number": "2026-0001", "publication": 7, "page": "https://example.jp/cases/case-1"},
        )  # fmt: skip
        row = (await session.exec(select(OutboxRow))).one()

    told, way_back = await drawn(sqlite, row)

    assert "https://example.jp/cases/case-1" in told["text"]
    assert taps(way_back) == [{"tap": "publication", "n": "7", "do": "stop"}]
    assert way_back["contents"]["footer"]["contents"][0]["action"]["label"] == "公開をやめる"
    assert judged(conformance, [told, way_back]) == []


async def test_my_data_tells_what_is_public_and_how_that_ends(sqlite: Database) -> None:
    await asked(sqlite)
    shows = OutboxRow(
        key="m", dest="line", conv="line:1", kind="turn", retry_uuid="u", created_at=NOW, next_at=NOW,
        payload={"citizen": 1, "messages": [{"custom": {"kind": "my_data", "citizen": 1}}]},
    )  # fmt: skip
    assert "公開中の事例" not in str(await drawn(sqlite, shows))
    async with sqlite.transaction() as session:
        citizen = (await session.exec(select(Citizen))).one()
        await agreement.answer(session, citizen, 1, TEXT.digest, Wish.AGREE, key="t", now=NOW)
        await publishing.publish(session, "2026-0001", seen=None, site="https://example.jp", by="ULEAD", now=NOW)

    assert f"公開中の事例：{TEXT.title}（「公開をやめる」" in str(await drawn(sqlite, shows))


def judged(conformance: Any, messages: list[dict[str, Any]]) -> list[str]:
    found: list[str] = conformance.line_request(
        "/v2/bot/message/push", {"to": "U1", "messages": messages, "notificationDisabled": False}
    )
    return found
