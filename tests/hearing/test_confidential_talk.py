"""PRIVACY_MODE=confidential: nothing is asked or repeated in the talk; who would be asked gets the form's address."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from bot.delivery.accept import Arrival
from bot.delivery.inbox import InboxWorker
from bot.desk.consultation.intake import forms, received
from bot.desk.record.answers import answers
from bot.hearing.confidential import FormAt
from bot.hearing.endpoint import Actions
from bot.hearing.rasa import Rasa
from bot.hearing.turn import Turns
from storage.db import Database
from storage.models import AnswerPart, Attachment, Case, CaseEvent, Channel, Consent, OutboxRow, Proposal
from tests.hearing.arriving import arrives
from tests.stand_ins.rasa import TOKEN, RasaStandIn, serving

IDEA = "近所のひとり暮らしの方を訪ねたい"


def form(proposal: int) -> str:
    return f"https://centre.example/form/{proposal}"


class Talk:
    """A citizen on LINE, the real inbox and turns; Rasa is asked only for what is a command."""

    def __init__(self, db: Database) -> None:
        self.db, self.now, self._n = db, datetime(2026, 11, 24, 3, tzinfo=UTC), 0
        self.rasa = RasaStandIn(Actions(db, self.clock, TOKEN))
        self.in_mode(form)

    def clock(self) -> datetime:
        return self.now

    def in_mode(self, form_at: FormAt | None) -> None:
        """Work on what comes with or without a form to send people to."""
        self.form_at = form_at

    async def taps(self, command: str) -> str:
        return await self._answered({"type": "postback", "postback": {"data": f"do=/{command}"}})

    async def writes(self, text: str) -> str:
        message = {"type": "text", "text": text, "id": f"m{self._n}"}
        return await self._answered({"type": "message", "message": message})

    async def photo(self, place: int, of: int) -> str:
        """One of several photos that are sent at once."""
        image_set = {"id": "S1", "index": place, "total": of}
        message = {"type": "image", "id": f"S1-{place}", "imageSet": image_set}
        return await self._answered({"type": "message", "message": message}, together="S1")

    async def sends(self) -> Case:
        """What the web form does when the citizen sends it."""
        async with self.db.transaction() as session:
            proposal = (await session.exec(select(Proposal))).one()
            return await forms.send(session, proposal, {}, now=self.now)

    async def all(self, table: type[Any]) -> list[Any]:
        async with self.db.reading() as session:
            return list((await session.exec(select(table).order_by(table.id))).all())

    async def _answered(self, what: dict[str, Any], together: str | None = None) -> str:
        """Let it arrive and be worked on; returns all that is said back."""
        self._n, self.now = self._n + 1, self.now + timedelta(minutes=1)
        key, source = f"line:{self._n}", {"type": "user", "userId": "U1"}
        event = {"timestamp": self.now.timestamp() * 1000, "replyToken": key, "source": source, **what}
        arrival = Arrival("line", key, "line:U1", json.dumps(event).encode(), together)
        await arrives(self.db, self.clock, arrival)
        turns = Turns(self.db, Rasa(self.session, self.url, ""), self.clock, self.form_at)
        worker = InboxWorker(self.db, {"line": turns}, self.clock)
        for row in await worker.claim(8, self.now):
            await worker.work(row)
        async with self.db.reading() as session:
            said = (await session.exec(select(OutboxRow).where(col(OutboxRow.key).startswith(f"{key}:")))).all()
        return "\n".join(message["text"] for row in said for message in row.payload["messages"])


@pytest.fixture
async def talk(sqlite: Database) -> AsyncIterator[Talk]:
    talk = Talk(sqlite)
    async with serving(talk.rasa) as (talk.session, talk.url):
        yield talk


@pytest.mark.parametrize("how", ["button", "words"])
async def test_who_agrees_is_handed_a_form_and_asked_nothing(talk: Talk, how: str) -> None:
    said = await (talk.taps("agree") if how == "button" else talk.writes("同意してはじめる"))

    (draft,) = await talk.all(Proposal)
    (consent,) = await talk.all(Consent)
    assert form(draft.id) in said
    assert (draft.channel, draft.question, draft.consent_id) == (Channel.WEB, None, consent.id)
    assert talk.rasa.heard == []


@pytest.mark.parametrize(
    "act", ["/agree", "/resume", "/submit", "/skip", "/status_query", "再開する", "送信する", "状況を見る", IDEA]
)
async def test_until_it_is_sent_everything_leads_to_the_same_form(talk: Talk, act: str) -> None:
    await talk.taps("agree")
    said = await (talk.taps(act[1:]) if act[0] == "/" else talk.writes(act))

    (draft,) = await talk.all(Proposal)
    assert form(draft.id) in said
    assert IDEA not in said
    assert await talk.all(AnswerPart) == []
    assert talk.rasa.heard == []


async def test_what_isn_t_about_the_draft_is_rasa_s_as_ever(talk: Talk) -> None:
    await talk.taps("agree")
    await talk.taps("my_data")

    assert talk.rasa.heard == ["/my_data"]


async def test_words_after_sending_reach_the_desk_and_are_not_repeated(talk: Talk) -> None:
    await talk.taps("agree")
    case = await talk.sends()
    said = await talk.writes(IDEA)

    assert IDEA not in said
    assert form(case.proposal_id) in said
    assert "LINEにも残ります" in said
    written = [event for event in await talk.all(CaseEvent) if event.action == "citizen_wrote"]
    assert [event.words for event in written] == [[IDEA]]
    notes = [row.payload for row in await talk.all(OutboxRow) if row.kind == "thread"]
    assert [note["words"] for note in notes if note["say"] == "citizen_wrote"] == [[IDEA]]


async def test_photos_sent_at_once_after_sending_are_one_message_to_the_desk(talk: Talk) -> None:
    await talk.taps("agree")
    await talk.sends()
    before = len([row for row in await talk.all(OutboxRow) if row.kind == "turn"])
    for place in (2, 1):
        await talk.photo(place, of=2)

    assert len([row for row in await talk.all(OutboxRow) if row.kind == "turn"]) == before + 1
    assert [photo.line_message_id for photo in await talk.all(Attachment)] == ["S1-1", "S1-2"]
    assert sorted(part.text for part in await talk.all(AnswerPart)) == ["［写真］ 1/2", "［写真］ 2/2"]


async def test_a_hearing_begun_in_the_talk_goes_on_in_the_form_with_its_answers(talk: Talk) -> None:
    talk.in_mode(None)
    await talk.taps("agree")
    await talk.writes(IDEA)
    talk.in_mode(form)
    said = await talk.writes("まちの会合で頼まれて")

    (draft,) = await talk.all(Proposal)
    assert form(draft.id) in said
    assert draft.channel == Channel.WEB
    async with talk.db.reading() as session:
        assert (await answers(session, draft.id))["overview"] == IDEA


async def test_a_second_consultation_gets_a_form_of_its_own(talk: Talk) -> None:
    await talk.taps("agree")
    first = await talk.sends()
    said = await talk.taps("agree")

    second = (await talk.all(Proposal))[-1]
    assert second.id != first.proposal_id
    assert form(second.id) in said


async def test_in_the_standard_mode_the_talk_asks(talk: Talk) -> None:
    talk.in_mode(None)
    said = await talk.taps("agree")

    (draft,) = await talk.all(Proposal)
    assert said == "asks overview"
    assert (draft.channel, draft.question) == (Channel.LINE, "overview")


async def test_a_claimed_case_s_citizen_still_hears_where_words_belong(talk: Talk) -> None:
    await talk.taps("agree")
    case = await talk.sends()
    async with talk.db.transaction() as session:
        await received.claim(session, case.number, by="UMAIN", now=talk.now)
    said = await talk.writes("土曜がよいです")

    assert "土曜" not in said
    assert case.number in said
