"""A turn that meets a Rasa that refuses, is silent, or answers into the void: applied once, in order, told once."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from arriving import arrives
from rasa_stand_in import TOKEN, RasaStandIn, serving
from sqlmodel import select
from starlette.requests import Request

from bot.delivery.accept import Arrival
from bot.delivery.inbox import InboxWorker
from bot.desk.consultation import privacy
from bot.desk.record.answers import answers
from bot.hearing.endpoint import Actions
from bot.hearing.rasa import Rasa
from bot.hearing.turn import Turns
from storage.db import Database
from storage.models import InboxRow, OutboxRow, Proposal


class Talk:
    """One citizen, the real inbox and turns, and the stand-in; time passes when a test says so."""

    def __init__(self, db: Database) -> None:
        self.db, self.now = db, datetime(2026, 11, 24, 3, tzinfo=UTC)
        actions = Actions(db, self.clock, TOKEN)
        self.rasa = RasaStandIn(actions)
        self.worker: InboxWorker
        self._n = 0

    def clock(self) -> datetime:
        return self.now

    async def writes(self, *texts: str) -> None:
        """Messages in a row; what has a slash in front is a tapped button."""
        for text in texts:
            tapped = text.startswith("/")
            await self._arrives({"postback": {"data": f"do={text}"}} if tapped else _message(text))

    async def types(self, text: str) -> None:
        """A message, whatever it begins with."""
        await self._arrives(_message(text))

    async def _arrives(self, what: dict[str, Any]) -> None:
        self._n += 1
        self.now += timedelta(seconds=1)
        if "message" in what:
            what["message"]["id"] = str(self._n)
        event = {
            "type": next(iter(what)),
            "timestamp": self.now.timestamp() * 1000,
            "replyToken": f"t{self._n}",
            "source": {"type": "user", "userId": "U1"},
            **what,
        }
        await arrives(self.db, self.clock, Arrival("line", f"line:{self._n}", "line:U1", json.dumps(event).encode()))

    async def goes_on(self, rounds: int = 8, seconds: float = 30) -> None:
        """Work on what is due, some seconds apart; every question is on the screen at once."""
        for _ in range(rounds):
            for row in await self.worker.claim(8, self.now):
                await self.worker.work(row)
            async with self.db.transaction() as session:
                for proposal in (await session.exec(select(Proposal))).all():
                    proposal.asked_at = proposal.asked_at or self.now
                for sent in (await session.exec(select(OutboxRow))).all():
                    sent.status = "done"
            self.now += timedelta(seconds=seconds)

    async def answers(self) -> dict[str, str]:
        async with self.db.reading() as session:
            given = await answers(session, (await session.exec(select(Proposal.id))).one())
        return {question: words for question, words in given.items() if words}

    async def said(self) -> list[str]:
        """The kinds of what went to the citizen, with the question that was asked."""
        async with self.db.reading() as session:
            rows = (await session.exec(select(OutboxRow).order_by(OutboxRow.id))).all()  # type: ignore[arg-type]
        return [row.payload["messages"][-1]["text"] if row.kind == "turn" else row.kind for row in rows]

    async def inbox(self) -> list[str]:
        async with self.db.reading() as session:
            return [row.status for row in (await session.exec(select(InboxRow).order_by(InboxRow.id))).all()]  # type: ignore[arg-type]


def _message(text: str) -> dict[str, Any]:
    return {"message": {"type": "text", "text": text}}


@pytest.fixture
async def talk(database: Database) -> AsyncIterator[Talk]:
    talk = Talk(database)
    async with serving(talk.rasa) as (session, url):
        talk.worker = InboxWorker(database, {"line": Turns(database, Rasa(session, url, ""), talk.clock)}, talk.clock)
        await talk.writes("/agree")
        await talk.goes_on(1)
        yield talk


async def test_while_rasa_is_down_messages_wait_in_order_and_the_citizen_is_told_once(talk: Talk) -> None:
    talk.rasa.troubles = ["refused"] * 4
    await talk.writes("空き家を使いたい")
    await talk.goes_on(2)
    await talk.writes("近所に増えたので")
    await talk.goes_on()

    # Both were written before the second question could be on the screen.
    assert await talk.answers() == {"overview": "空き家を使いたい\n近所に増えたので"}
    assert (await talk.said()).count("holding") == 1
    assert set(await talk.inbox()) == {"done"}


async def test_an_answer_that_was_applied_is_not_applied_again(talk: Talk) -> None:
    talk.rasa.troubles = ["lost"]
    await talk.writes("空き家を使いたい")
    await talk.goes_on()

    assert talk.rasa.heard[-2:] == ["空き家を使いたい", "/resume"]
    assert await talk.answers() == {"overview": "空き家を使いたい"}
    assert (await talk.said())[-1] == "asks background"


async def test_a_step_back_that_was_applied_goes_one_step_only(talk: Talk) -> None:
    await talk.writes("空き家を使いたい")
    await talk.goes_on(1)
    await talk.writes("近所に増えたので")
    await talk.goes_on(1)
    talk.rasa.troubles = ["lost"]
    await talk.writes("/go_back")
    await talk.goes_on()

    assert (await talk.said())[-1] == "asks background"


async def test_silence_is_a_failure_and_is_tried_again(talk: Talk) -> None:
    talk.rasa.troubles = ["silent", "silent"]
    await talk.writes("空き家を使いたい")
    await talk.goes_on()

    assert await talk.answers() == {"overview": "空き家を使いたい"}
    assert (await talk.said())[-1] == "asks background"


async def test_an_answer_that_was_cut_short_still_ends_with_the_question(talk: Talk) -> None:
    talk.rasa.troubles = ["cut"]
    await talk.writes("空き家を使いたい")
    await talk.goes_on(1)

    assert talk.rasa.heard[-2:] == ["空き家を使いたい", "/resume"]
    assert (await talk.said())[-1] == "asks background"
    assert await talk.answers() == {"overview": "空き家を使いたい"}


async def test_a_message_taken_back_before_its_turn_is_never_kept(talk: Talk) -> None:
    await talk.writes("秘密の住所")
    async with talk.db.transaction() as session:
        await privacy.unsend(session, "2", now=talk.now)
    await talk.goes_on()

    assert await talk.answers() == {}
    assert "秘密の住所" not in talk.rasa.heard


async def test_a_lost_tracker_is_put_right_before_the_turn(talk: Talk) -> None:
    await talk.writes("空き家を使いたい")
    await talk.goes_on(1)
    talk.rasa.state = {"active_loop": {}, "slots": {}}
    await talk.writes("近所に増えたので")
    await talk.goes_on(1)

    assert talk.rasa.state["active_loop"] == {"name": "hearing_form"}
    assert (await talk.answers())["background"] == "近所に増えたので"


async def test_what_was_said_is_not_left_in_the_inbox(talk: Talk) -> None:
    await talk.writes("空き家を使いたい")
    await talk.goes_on(1)

    async with talk.db.reading() as session:
        assert {row.body for row in (await session.exec(select(InboxRow))).all()} == {b""}


@pytest.mark.parametrize("token", ["", "wrong"])
async def test_without_the_shared_token_nobody_gets_an_action(talk: Talk, token: str) -> None:
    headers = [(b"authorization", f"Bearer {token}".encode())]
    request = Request({"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": headers})

    assert (await talk.rasa.actions(request)).status_code == 401


async def test_a_doubtful_message_survives_other_taps_and_is_sent_with_the_rest(talk: Talk) -> None:
    await talk.writes("空き家を使いたい")
    await talk.goes_on(1)
    await talk.writes("/pause")
    await talk.goes_on(1)
    await talk.writes("きっかけは近所の空き家です")  # after a pause: asked back
    await talk.goes_on(1)
    await talk.writes("/help", "/resume")
    await talk.goes_on(2)
    assert (await talk.answers()).get("background") is None

    await talk.writes("/answer_as_is")
    await talk.goes_on(1)
    assert (await talk.answers())["background"] == "きっかけは近所の空き家です"


async def test_a_name_that_was_doubtful_becomes_the_name(talk: Talk) -> None:
    await talk.writes("鶴見区の空き家を使いたい")
    await talk.goes_on(1)
    for _ in range(5):  # the other four, and who is asking; the ward was named
        await talk.writes("/skip")
        await talk.goes_on(1)
    await talk.writes("/pause")
    await talk.goes_on(1)
    await talk.writes("山田花子")
    await talk.goes_on(1)
    await talk.writes("/answer_as_is")
    await talk.goes_on(1)

    async with talk.db.reading() as session:
        proposal = (await session.exec(select(Proposal))).one()
    assert (proposal.name, proposal.question) == ("山田花子", "contact")


async def test_what_is_told_beside_the_ward_joins_the_first_answer(talk: Talk) -> None:
    await talk.writes("空き家を使いたい")
    await talk.goes_on(1)
    for _ in range(4):
        await talk.writes("/skip")
        await talk.goes_on(1)
    await talk.writes("鶴見区と、となりの町でも食物アレルギーの事故がありました")
    await talk.goes_on(1)

    async with talk.db.reading() as session:
        proposal = (await session.exec(select(Proposal))).one()
    assert (proposal.ward, proposal.question) == ("鶴見区", "party")
    assert "食物アレルギー" in (await talk.answers())["overview"]


@pytest.mark.parametrize("typed", ["/confirm_erase", " /confirm_erase", "\u3000/confirm_erase"])
async def test_a_typed_slash_is_never_a_command(talk: Talk, typed: str) -> None:
    await talk.types(typed)
    await talk.goes_on(1)

    assert not talk.rasa.heard[-1].strip().startswith("/")
    assert (await talk.answers())["overview"] == typed
