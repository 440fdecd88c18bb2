"""A citizen answers the dates offered to them: by a button, by typing its words, twice, too late, as somebody else."""

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from sqlmodel import col, select

from bot.desk.consultation import staffing
from bot.desk.consultation.hearing import hearing
from bot.desk.consultation.hearing.hearing import Wish
from bot.desk.consultation.intake import proposals, received
from bot.desk.consultation.intake.proposals import Said
from bot.hearing import taps
from bot.hearing.standing import by_line_id
from bot.hearing.taps.kinds import Tap
from storage.db import Database
from storage.models import QUESTIONS, Case, Channel, Meeting, OutboxRow, Proposal, ProposalState

NOON = datetime(2026, 11, 24, 12, tzinfo=timezone(timedelta(hours=9)))
TIMES = {f"option{n}": NOON + timedelta(days=n, hours=2) for n in (1, 2, 3)}
FIRST, OTHER = "11月25日(水) 14:00", "ほかの日がよい"


class Talk:
    """One citizen with a case whose coordinators have offered dates."""

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
            self.number = case.number
            await received.claim(session, case.number, by="UMAIN", now=NOON)
            await staffing.join(session, case.number, by="USUB", now=NOON)

    async def is_offered(self, **more: str) -> int:
        wish = Wish(TIMES, place="協働ラボ", reason="急ぎ", **more)
        async with self.db.transaction() as session:
            return (await hearing.propose(session, self.number, wish, by="UMAIN", now=NOON)).id or 0

    async def taps(self, who: str = "U1", **args: str) -> str:
        """What is said to a tap."""
        self._n += 1
        async with self.db.transaction() as session:
            standing = await by_line_id(session, who, self.now)
            tap = Tap(session, standing, {"tap": "hearing_date", **args}, f"line:{self._n}", self.now)
            return "\n".join(said["text"] for said in await taps.answer(tap))

    async def reads(self, words: str, who: str = "U1") -> Any:
        """What typed words are read as."""
        async with self.db.reading() as session:
            return await taps.typed(session, await by_line_id(session, who, self.now), words, self.now)

    async def meeting(self) -> Meeting:
        async with self.db.reading() as session:
            return (await session.exec(select(Meeting).order_by(Meeting.id.desc()))).first()  # type: ignore[union-attr,return-value]

    async def notes(self) -> list[str]:
        async with self.db.reading() as session:
            found = select(OutboxRow).where(OutboxRow.kind == "thread").order_by(col(OutboxRow.id))
            rows = (await session.exec(found)).all()
            return [row.payload["say"] for row in rows]


@pytest.fixture
async def talk(sqlite: Database) -> Talk:
    talk = Talk(sqlite)
    await talk.begins()
    return talk


async def test_a_tapped_time_is_confirmed_with_place_and_how_to_change_it(talk: Talk) -> None:
    m = str(await talk.is_offered(remark="図面をお持ちください"))

    said = await talk.taps(m=m, n="0")

    assert FIRST in said
    assert "協働ラボ" in said
    assert "変えたいとき" in said
    assert "図面をお持ちください" in said
    assert (await talk.meeting()).state == "fixed"
    assert "hearing_fixed" in await talk.notes()


async def test_a_second_tap_answers_kindly_and_changes_nothing(talk: Talk) -> None:
    m = str(await talk.is_offered())
    await talk.taps(m=m, n="0")

    said = await talk.taps(m=m, n="1")

    assert f"{FIRST} に決まっています" in said
    assert (await talk.meeting()).starts_at == TIMES["option1"]
    assert (await talk.notes()).count("hearing_fixed") == 1


async def test_another_day_is_asked_for_in_words(talk: Talk) -> None:
    m = str(await talk.is_offered())

    assert "ここに書いてください" in await talk.taps(m=m, n="other")
    assert "まだ選べます" in await talk.taps(m=m, n="other")

    assert (await talk.meeting()).state == "proposed"
    assert (await talk.notes()).count("hearing_other_day") == 1
    assert FIRST in await talk.taps(m=m, n="0")


@pytest.mark.parametrize("n", ["0", "other"])
async def test_buttons_of_a_replaced_offer_explain_themselves(talk: Talk, n: str) -> None:
    old = str(await talk.is_offered())
    await talk.is_offered()

    assert "いまは選べません" in await talk.taps(m=old, n=n)
    assert (await talk.meeting()).state == "proposed"


@pytest.mark.parametrize(
    "args",
    [{}, {"m": "x", "n": "0"}, {"m": "99999", "n": "0"}, {"m": "1", "n": "7"}, {"m": "1", "n": "-1"},
     {"m": "1"}, {"m": "9" * 40, "n": "other"}, {"m": "²", "n": "²"}],
)  # fmt: skip
async def test_what_came_back_odd_changes_nothing(talk: Talk, args: dict[str, str]) -> None:
    await talk.is_offered()

    assert "いまは選べません" in await talk.taps(**args)
    assert (await talk.meeting()).state == "proposed"


async def test_somebody_else_s_tap_changes_nothing(talk: Talk) -> None:
    m = str(await talk.is_offered())

    assert "いまは選べません" in await talk.taps("U2", m=m, n="0")
    assert (await talk.meeting()).state == "proposed"


async def test_a_time_that_has_passed_is_said_to_have(talk: Talk) -> None:
    m = str(await talk.is_offered())
    talk.now = NOON + timedelta(days=1, hours=3)

    assert "過ぎてしまいました" in await talk.taps(m=m, n="0")


async def test_a_case_that_has_moved_on_takes_no_date(talk: Talk) -> None:
    m = str(await talk.is_offered())
    async with talk.db.transaction() as session:
        (await session.exec(select(Case))).one().stage = "realisation"

    assert "いまは選べません" in await talk.taps(m=m, n="0")


@pytest.mark.parametrize(
    ("words", "n"),
    [(FIRST, "0"), ("１１月２５日（水）１４：００", "0"), (f" {OTHER}\n", "other"), ("11月27日(金) 14:00", "2")],
)
async def test_the_words_of_a_button_typed_count_as_its_tap(talk: Talk, words: str, n: str) -> None:
    m = str(await talk.is_offered())

    assert await talk.reads(words) == {"tap": "hearing_date", "m": m, "n": n}


@pytest.mark.parametrize("words", ["11月25日がいいです", "はい", "", "ほかの日"])
async def test_other_words_go_to_the_coordinators(talk: Talk, words: str) -> None:
    await talk.is_offered()

    assert await talk.reads(words) is None


async def test_without_an_open_offer_or_with_a_draft_words_are_words(talk: Talk) -> None:
    assert await talk.reads(FIRST) is None
    m = str(await talk.is_offered())
    assert await talk.reads(FIRST, "U2") is None
    async with talk.db.transaction() as session:
        citizen = (await by_line_id(session, "U1", NOON)).citizen
        session.add(Proposal(citizen_id=citizen.id, state=ProposalState.DRAFT, created_at=NOON, updated_at=NOON))

    assert await talk.reads(FIRST) is None
    assert FIRST in await talk.taps(m=m, n="0")  # the button still means what it says
    assert await talk.reads(FIRST) is None
