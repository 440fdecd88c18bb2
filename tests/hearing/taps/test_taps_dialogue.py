"""A citizen answers whether they come to talk: by a button, by typing it, twice, too late, as somebody else."""

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from sqlmodel import col, select

from bot.desk.consultation.intake import proposals, received
from bot.desk.consultation.intake.proposals import Said
from bot.desk.consultation.realisation import dialogue
from bot.desk.consultation.realisation.dialogue import Wanted
from bot.desk.consultation.realisation.invitations import CITIZEN, stamp_of
from bot.hearing import taps
from bot.hearing.standing import by_line_id
from bot.hearing.taps.kinds import Tap
from bot.phrases import phrase
from storage.db import Database
from storage.models import QUESTIONS, Case, CaseEvent, Channel, Invitation, Meeting, Proposal, ProposalState, Stage

NOON = datetime(2026, 11, 24, 12, tzinfo=timezone(timedelta(hours=9)))
STARTS = NOON + timedelta(days=7, hours=2)


class Talk:
    """One citizen whose case is in ④, and a dialogue they are asked to."""

    def __init__(self, db: Database) -> None:
        self.db, self.now, self.number, self._n = db, NOON, "", 0

    async def begins(self) -> None:
        async with self.db.transaction() as session:
            citizen = (await by_line_id(session, "U1", NOON)).citizen
            proposal = Proposal(citizen_id=citizen.id, channel=Channel.LINE, state=ProposalState.SENT,
                                created_at=NOON, updated_at=NOON, sent_at=NOON)  # fmt: skip
            session.add(proposal)
            await session.flush()
            await proposals.keep(session, proposal.id, QUESTIONS[0], Said("m1", NOON, "子ども食堂"))
            case = await received.open_case(session, proposal, {}, by="citizen", now=NOON)
            case.stage, case.main, self.number = Stage.REALISATION, "UMAIN", case.number

    async def is_asked(self, starts_at: datetime = STARTS, *who: str) -> Meeting:
        async with self.db.transaction() as session:
            wanted = Wanted(starts_at, "協働ラボ", "会場のこと", who or (CITIZEN,))
            return await dialogue.arrange(session, self.number, wanted, by="UMAIN", now=NOON)

    async def taps(self, meeting: Meeting, answer: str = "yes", who: str = "U1", **args: str) -> str:
        """What is said to a tap."""
        self._n += 1
        given = {"tap": "dialogue_rsvp", "m": str(meeting.id), "a": answer, "t": stamp_of(meeting)} | args
        async with self.db.transaction() as session:
            standing = await by_line_id(session, who, self.now)
            said = await taps.answer(Tap(session, standing, given, f"line:{self._n}", self.now))
            return "\n".join(one["text"] for one in said)

    async def reads(self, words: str, who: str = "U1") -> Any:
        """What typed words are read as."""
        async with self.db.transaction() as session:
            return await taps.typed(session, await by_line_id(session, who, self.now), words, self.now)

    async def answer(self) -> str | None:
        async with self.db.reading() as session:
            return (await session.exec(select(Invitation).where(Invitation.who == CITIZEN))).one().answer

    async def history(self) -> list[CaseEvent]:
        async with self.db.reading() as session:
            return list((await session.exec(select(CaseEvent).order_by(col(CaseEvent.id)))).all())

    async def sets(self, row: type[Case] | type[Meeting], **values: Any) -> None:
        async with self.db.transaction() as session:
            found = (await session.exec(select(row))).one()
            for key, value in values.items():
                setattr(found, key, value)


@pytest.fixture
async def talk(database: Database) -> Talk:
    talk = Talk(database)
    await talk.begins()
    return talk


@pytest.mark.parametrize(
    ("answer", "words"), [("yes", "お待ちしています"), ("no", "伝えました"), ("maybe", "決まりましたら")]
)
async def test_an_answer_is_kept_and_thanked_for(talk: Talk, answer: str, words: str) -> None:
    meeting = await talk.is_asked()

    assert words in await talk.taps(meeting, answer)

    assert await talk.answer() == answer
    last = (await talk.history())[-1]
    assert (last.by, last.after["answer"]) == (CITIZEN, answer)


async def test_a_second_tap_answers_kindly_and_another_answer_is_taken(talk: Talk) -> None:
    meeting = await talk.is_asked()
    await talk.taps(meeting)
    lines = len(await talk.history())

    assert "お待ちしています" in await talk.taps(meeting)
    assert len(await talk.history()) == lines
    await talk.taps(meeting, "no")

    assert await talk.answer() == "no"


async def test_a_tap_for_the_old_time_changes_nothing(talk: Talk) -> None:
    old = await talk.is_asked()
    await talk.is_asked(STARTS + timedelta(days=1))

    assert await talk.taps(old) == phrase("dialogue_moved")

    assert await talk.answer() is None


async def test_somebody_else_cannot_answer_for_them(talk: Talk) -> None:
    meeting = await talk.is_asked()

    assert await talk.taps(meeting, who="U2") == phrase("dialogue_gone")

    assert await talk.answer() is None


async def test_who_isn_t_asked_any_more_changes_nothing(talk: Talk) -> None:
    meeting = await talk.is_asked()
    await talk.is_asked(STARTS, "UMAIN")

    assert await talk.taps(meeting) == phrase("dialogue_gone")


@pytest.mark.parametrize("row", [{"state": "cancelled"}, {"state": "held"}])
async def test_one_that_is_over_says_so(talk: Talk, row: dict[str, str]) -> None:
    meeting = await talk.is_asked()
    await talk.sets(Meeting, **row)

    assert await talk.taps(meeting) == phrase("dialogue_gone")
    assert await talk.reads("参加") is None


async def test_a_case_that_has_ended_says_so(talk: Talk) -> None:
    meeting = await talk.is_asked()
    await talk.sets(Case, stage=Stage.CLOSED)

    assert await talk.taps(meeting) == phrase("dialogue_gone")


@pytest.mark.parametrize("args", [{"m": "9" * 40}, {"m": "x"}, {"m": "-1"}, {"m": "٣"}, {"a": "perhaps"}, {"t": "0"}])
async def test_a_button_that_was_tampered_with_does_no_harm(talk: Talk, args: dict[str, str]) -> None:
    meeting = await talk.is_asked()

    assert await talk.taps(meeting, **args) in (phrase("dialogue_gone"), phrase("dialogue_moved"))

    assert await talk.answer() is None


@pytest.mark.parametrize(("words", "answer"), [("参加", "yes"), (" 不参加 ", "no"), ("未定", "maybe")])
async def test_the_same_words_typed_count(talk: Talk, words: str, answer: str) -> None:
    meeting = await talk.is_asked()

    read = await talk.reads(words)

    assert read == {"tap": "dialogue_rsvp", "m": str(meeting.id), "a": answer, "t": stamp_of(meeting)}


async def test_other_words_other_people_and_other_times_are_no_answer(talk: Talk) -> None:
    assert await talk.reads("参加") is None  # nobody has asked
    await talk.is_asked()

    assert await talk.reads("参加したいです") is None
    assert await talk.reads("参加", who="U2") is None
    talk.now = STARTS + timedelta(minutes=1)
    assert await talk.reads("参加") is None


async def test_while_a_draft_is_open_the_words_belong_to_it(talk: Talk) -> None:
    await talk.is_asked()
    async with talk.db.transaction() as session:
        citizen = (await by_line_id(session, "U1", NOON)).citizen
        session.add(Proposal(citizen_id=citizen.id, question="overview", created_at=NOON, updated_at=NOON))

    assert await talk.reads("参加") is None
