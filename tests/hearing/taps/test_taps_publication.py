"""公開してよい, 公開しない, 直してほしい, 公開をやめる: tapped or typed, and never on other words than those shown."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlmodel import col, select, update

from bot.delivery.accept import Arrival
from bot.delivery.inbox import InboxWorker
from bot.desk.consultation.intake import received
from bot.desk.consultation.publishing import agreement, closing, publication, publishing
from bot.desk.consultation.publishing.agreement import Wish
from bot.desk.consultation.publishing.publication import Text
from bot.hearing.endpoint import Actions
from bot.hearing.rasa import Rasa
from bot.hearing.turn import Turns
from bot.phrases import phrase
from storage.db import Database
from storage.models import (
    AnswerPart,
    Citizen,
    Delivery,
    OutboxRow,
    PastCase,
    Proposal,
    ProposalState,
    Publication,
    PublicationState,
)
from tests.hearing.arriving import arrives
from tests.stand_ins.rasa import TOKEN, RasaStandIn, serving

TEXT = Text("空き店舗の食堂", "要約です", "駅前の空き店舗で")


class Talk:
    """A citizen whose case has ended, the real inbox and turns, and Rasa's stand-in."""

    def __init__(self, db: Database) -> None:
        self.db, self.now, self._n = db, datetime(2026, 11, 24, 3, tzinfo=UTC), 0
        self.rasa = RasaStandIn(Actions(db, self.clock, TOKEN))
        self.worker: InboxWorker

    def clock(self) -> datetime:
        return self.now

    async def ends_a_case(self, overview: str = "食堂を開きたい") -> str:
        """A case of this citizen from the proposal to its end."""
        async with self.db.transaction() as session:
            known = (await session.exec(select(Citizen))).one_or_none()
            citizen = known or Citizen(line_user_id="U1", created_at=self.now)
            session.add(citizen)
            await session.flush()
            proposal = Proposal(
                citizen_id=citizen.id, state=ProposalState.SENT, created_at=self.now, updated_at=self.now
            )
            session.add(proposal)
            await session.flush()
            self._n += 1
            session.add(
                AnswerPart(
                    proposal_id=proposal.id, question="overview", text=overview, message_key=f"a{self._n}",
                    said_at=self.now,
                )
            )  # fmt: skip
            case = await received.open_case(session, proposal, {}, by="citizen", now=self.now)
            await closing.close(session, case.number, reason="完了", by="UMAIN", now=self.now)
            return case.number

    async def is_asked(self, number: str, text: Text = TEXT, *, on_screen: bool = True) -> str:
        """The desk shows a text; returns what its buttons have in common."""
        async with self.db.transaction() as session:
            await publication.save(session, number, text, seen=None, by="UMAIN", now=self.now)
            row = await agreement.ask(session, number, seen=None, by="UMAIN", now=self.now)
            if on_screen:
                await session.exec(update(OutboxRow).values(status=Delivery.DONE))
            return urlencode({"tap": "publication", "n": row.id, "d": row.digest})

    async def is_published(self, number: str) -> None:
        async with self.db.transaction() as session:
            await publishing.publish(session, number, seen=None, site="https://e.jp", by="ULEAD", now=self.now)

    async def taps(self, buttons: str, wish: Wish | str) -> str:
        return await self._hears({"postback": {"data": f"{buttons}&do={wish}"}})

    async def types(self, text: str) -> str:
        return await self._hears({"message": {"type": "text", "text": text}})

    async def _hears(self, what: dict[str, Any]) -> str:
        """One event, and the last thing that was said to it."""
        self._n += 1
        self.now += timedelta(seconds=1)
        if "message" in what:
            what["message"]["id"] = str(self._n)
        event = {
            "type": next(iter(what)), "timestamp": self.now.timestamp() * 1000, "replyToken": f"t{self._n}",
            "source": {"type": "user", "userId": "U1"}, **what,
        }  # fmt: skip
        await arrives(self.db, self.clock, Arrival("line", f"line:{self._n}", "line:U1", json.dumps(event).encode()))
        for row in await self.worker.claim(8, self.now):
            await self.worker.work(row)
        async with self.db.reading() as session:
            turn = await session.exec(select(OutboxRow).where(OutboxRow.key == f"line:{self._n}:turn"))
            return str(turn.one().payload["messages"][-1]["text"])

    async def state(self, number: str = "") -> str:
        async with self.db.reading() as session:
            rows = (await session.exec(select(Publication).order_by(col(Publication.id)))).all()
        return rows[int(number[-4:]) - 1 if number else 0].state

    async def notes(self, case: int = 1) -> list[str]:
        async with self.db.reading() as session:
            found = select(OutboxRow).where(OutboxRow.kind == "thread", OutboxRow.conv == f"case:{case}")
            return [row.payload["say"] for row in (await session.exec(found.order_by(col(OutboxRow.id)))).all()]


@pytest.fixture
async def talk(sqlite: Database) -> AsyncIterator[Talk]:
    talk = Talk(sqlite)
    async with serving(talk.rasa) as (session, url):
        talk.worker = InboxWorker(sqlite, {"line": Turns(sqlite, Rasa(session, url, ""), talk.clock)}, talk.clock)
        yield talk


def said(key: str, number: str) -> str:
    return phrase(f"publication_said_{key}", number=number)


@pytest.mark.parametrize(
    ("wish", "words", "key", "state"),
    [
        (Wish.AGREE, "公開してよい", "agreed", PublicationState.AGREED),
        (Wish.REFUSE, "公開しない", "refused", PublicationState.REFUSED),
        (Wish.MEND, "直してほしい", "mending", PublicationState.DRAFT),
    ],
)
@pytest.mark.parametrize("typed", [False, True])
async def test_each_answer_is_taken_tapped_or_typed(
    talk: Talk, wish: Wish, words: str, key: str, state: str, typed: bool
) -> None:
    number = await talk.ends_a_case()
    buttons = await talk.is_asked(number)

    answer = await (talk.types(words) if typed else talk.taps(buttons, wish))

    assert answer == said(key, number)
    assert await talk.state() == state
    assert talk.rasa.heard == []


async def test_a_button_of_an_older_text_explains_itself_and_changes_nothing(talk: Talk) -> None:
    number = await talk.ends_a_case()
    old = await talk.is_asked(number)
    await talk.is_asked(number, Text("新しい件名"))

    assert await talk.taps(old, Wish.AGREE) == said("outdated", number)
    assert await talk.state() == PublicationState.ASKED


async def test_a_second_tap_answers_kindly(talk: Talk) -> None:
    number = await talk.ends_a_case()
    buttons = await talk.is_asked(number)
    await talk.taps(buttons, Wish.AGREE)

    assert await talk.taps(buttons, Wish.AGREE) == said("nothing", number)


@pytest.mark.parametrize(
    ("args", "wish"),
    [
        ("tap=publication&n=999&d=x", "agree"), ("tap=publication&n=x", "agree"), ("tap=publication&n=1&d=x", "other"),
        ("tap=publication&n=٣", "stop"), ("tap=publication&n=" + "9" * 30, "stop"), ("tap=publication", "agree"),
    ],
)  # fmt: skip
async def test_what_a_button_carries_is_never_trusted(talk: Talk, args: str, wish: str) -> None:
    await talk.is_asked(await talk.ends_a_case())

    assert await talk.taps(args, wish) == phrase("old_button")
    assert await talk.state() == PublicationState.ASKED


async def test_words_typed_before_the_text_is_on_the_screen_are_no_consent(talk: Talk) -> None:
    await talk.is_asked(await talk.ends_a_case(), on_screen=False)

    await talk.types("公開してよい")

    assert await talk.state() == PublicationState.ASKED
    assert talk.rasa.heard == ["公開してよい"]


async def test_a_text_that_may_have_been_cut_needs_its_buttons(talk: Talk) -> None:
    await talk.is_asked(await talk.ends_a_case())
    async with talk.db.transaction() as session:
        await session.exec(update(OutboxRow).where(col(OutboxRow.kind) == agreement.ASK).values(sent_as="along"))

    await talk.types("公開してよい")

    assert await talk.state() == PublicationState.ASKED


async def test_words_typed_when_nothing_is_asked_are_not_for_us(talk: Talk) -> None:
    await talk.ends_a_case()

    for words in ("公開してよい", "公開をやめる"):
        await talk.types(words)

    assert talk.rasa.heard == ["公開してよい", "公開をやめる"]


async def test_what_is_to_be_mended_goes_to_the_thread_of_this_case(talk: Talk) -> None:
    number = await talk.ends_a_case()
    await talk.ends_a_case("べつの相談")
    await talk.taps(await talk.is_asked(number), Wish.MEND)

    async with talk.db.transaction() as session:
        from bot.hearing.standing import by_line_id

        standing = await by_line_id(session, "U1", talk.now)

    assert standing.case is not None
    assert standing.case.number == number
    assert (await talk.notes())[-1] == "publication_mending_wished"


@pytest.mark.parametrize("typed", [False, True])
async def test_publication_is_stopped_by_the_button_or_by_words(talk: Talk, typed: bool) -> None:
    number = await talk.ends_a_case()
    buttons = await talk.is_asked(number)
    await talk.taps(buttons, Wish.AGREE)
    await talk.is_published(number)

    answer = await (talk.types(" 公開をやめる ") if typed else talk.taps("tap=publication&n=1", Wish.STOP))

    assert answer == said("stopped", number)
    assert await talk.state() == PublicationState.WITHDRAWN
    async with talk.db.reading() as session:
        assert (await session.get_one(PastCase, f"case-{number}")).retired_at == talk.now
    assert (await talk.notes())[-1] == "publication_consent_withdrawn"


async def test_typed_words_stop_everything_that_is_public_also_during_a_new_hearing(talk: Talk) -> None:
    numbers = [await talk.ends_a_case("食堂"), await talk.ends_a_case("花壇")]
    for number in numbers:
        await talk.taps(await talk.is_asked(number), Wish.AGREE)
        await talk.is_published(number)
    await talk._hears({"postback": {"data": "do=/agree"}})

    assert await talk.types("公開をやめる") == said("stopped", "・".join(numbers))
    assert [await talk.state(number) for number in numbers] == [PublicationState.WITHDRAWN] * 2
