"""Six digits on LINE join a case that was phoned in; anything else goes on as before. And a second consultation."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest
from sqlmodel import col, select

from bot.delivery.inbox import InboxWorker
from bot.desk.consultation.intake import linking, received
from bot.desk.consultation.publishing import closing
from bot.desk.talk import asking, merging
from bot.hearing import standing, taps
from bot.hearing.actions.asides import status
from bot.hearing.actions.moving import start
from bot.hearing.rasa import Rasa
from bot.hearing.taps.kinds import Tap
from bot.hearing.turn import Turns
from storage.db import Database
from storage.models import Case, Channel, Citizen, OutboxRow, Proposal, ProposalState
from tests.hearing.talking import Talk
from tests.hearing.visit import Visit
from tests.stand_ins.rasa import serving

BEGUN = "asks"  # how the stand-in for Rasa answers


class Call(Talk):
    """Somebody who phoned and now writes on LINE."""

    async def phones(self) -> tuple[str, str]:
        """A case taken in by phone, and its code."""
        async with self.db.transaction() as session:
            number = await _case(session, None, self.now)
            return number, await linking.make_code(session, number, by="UREC", now=self.now)

    async def case(self, number: str) -> Case:
        async with self.db.reading() as session:
            return (await session.exec(select(Case).where(Case.number == number))).one()

    async def wrong(self, code: str, times: int = 1) -> None:
        for n in range(times):
            await self.types(f"{(int(code) + n + 1) % 1_000_000:06}")
            await self.goes_on(1, seconds=1)


async def _case(session: object, citizen: Citizen | None, now: datetime) -> str:
    proposal = Proposal(
        citizen_id=citizen and citizen.id,
        channel=Channel.LINE if citizen else Channel.PHONE,
        state=ProposalState.SENT,
        created_at=now,
        updated_at=now,
    )
    session.add(proposal)  # type: ignore[attr-defined]
    await session.flush()  # type: ignore[attr-defined]
    opened = await received.open_case(session, proposal, {}, by="UREC", now=now)  # type: ignore[arg-type]
    return opened.number


@pytest.fixture
async def talk(database: Database) -> AsyncIterator[Call]:
    talk = Call(database)
    async with serving(talk.rasa) as (session, url):
        talk.worker = InboxWorker(database, {"line": Turns(database, Rasa(session, url, ""), talk.clock)}, talk.clock)
        yield talk


async def test_the_code_is_enough_and_the_notice_follows(talk: Call) -> None:
    number, code = await talk.phones()

    await talk.types(code)
    await talk.goes_on(1)

    said = (await talk.said())[-1]
    assert number in said
    assert "3年間" in said
    assert "削除する" in said
    assert (await talk.case(number)).citizen_id is not None
    assert talk.rasa.heard == []


async def test_full_width_digits_are_the_same_code(talk: Call) -> None:
    number, code = await talk.phones()

    await talk.types(code.translate(str.maketrans("0123456789", "０１２３４５６７８９")))
    await talk.goes_on(1)

    assert (await talk.case(number)).citizen_id is not None


async def test_a_number_that_is_no_code_goes_on_as_before(talk: Call) -> None:
    _, code = await talk.phones()

    await talk.wrong(code)

    assert len(talk.rasa.heard) == 1
    assert (await talk.said())[-1].startswith(BEGUN)


async def test_the_sixth_number_of_a_day_is_not_looked_up_even_when_it_is_right(talk: Call) -> None:
    number, code = await talk.phones()
    await talk.wrong(code, linking.TRIES)

    await talk.types(code)
    await talk.goes_on(1)
    assert (await talk.case(number)).citizen_id is None
    assert talk.rasa.heard[-1] == code

    talk.now += timedelta(days=1, hours=1)
    await talk.types(code)
    await talk.goes_on(1)
    assert (await talk.case(number)).citizen_id is not None


async def test_the_fifth_is_looked_up_also_when_rasa_was_down_in_between(talk: Call) -> None:
    number, code = await talk.phones()
    talk.rasa.troubles = ["refused"] * 6
    await talk.types("000000" if code != "000000" else "111111")
    await talk.goes_on(8)
    await talk.wrong(code, linking.TRIES - 2)

    await talk.types(code)
    await talk.goes_on(1)

    assert (await talk.case(number)).citizen_id is not None


async def test_a_code_that_counts_no_more_says_so_and_names_no_case(talk: Call) -> None:
    number, code = await talk.phones()
    talk.now += linking.LIFE + timedelta(minutes=1)

    await talk.types(code)
    await talk.goes_on(1)

    assert "使える日を過ぎています" in (await talk.said())[-1]
    assert number not in (await talk.said())[-1]


async def test_a_used_code_says_so_to_others_and_is_kind_to_its_own(talk: Call) -> None:
    number, code = await talk.phones()
    for _ in range(2):
        await talk.types(code)
        await talk.goes_on(1)
    assert "もうつながっています" in (await talk.said())[-1]

    assert "もう使われています" in await _sends(talk, code, "Usomebody")
    assert number not in await _sends(talk, code, "Usomebody")


async def _sends(talk: Call, code: str, who: str) -> str:
    async with talk.db.transaction() as session:
        there = await standing.by_line_id(session, who, talk.now)
        said = await taps.answer(Tap(session, there, {"tap": "link", "code": code}, f"line:{who}", talk.now))
    return str(said[0]["text"])


async def test_a_forged_tap_is_limited_like_a_typed_number(talk: Call) -> None:
    number, code = await talk.phones()
    for n in range(linking.TRIES):
        async with talk.db.transaction() as session:
            there = await standing.by_line_id(session, "Uforger", talk.now)
            await taps.answer(Tap(session, there, {"tap": "link", "code": f"x{n}"}, f"line:f{n}", talk.now))

    assert "いまは使えません" in await _sends(talk, code, "Uforger")
    assert (await talk.case(number)).citizen_id is None


async def test_in_a_hearing_six_digits_are_an_answer(talk: Call) -> None:
    number, code = await talk.phones()
    await talk.writes("/agree")
    await talk.goes_on(1)

    await talk.types(code)
    await talk.goes_on(1)

    assert talk.rasa.heard[-1] == code
    assert (await talk.case(number)).citizen_id is None


# ── a citizen who has a case


@pytest.fixture
async def visit(database: Database) -> Visit:
    visit = Visit(database, datetime(2026, 11, 24, 12).astimezone())
    async with database.transaction() as session:
        there = await standing.by_line_id(session, "U1", visit.now)
        await _case(session, there.citizen, visit.now)
    return visit


async def test_an_open_case_is_offered_before_another_one_begins(visit: Visit) -> None:
    response, said = await visit.runs(start)

    assert (response, said["number"]) == ("utter_case_open", "2026-0001")
    assert (await visit.runs(start, anew="yes"))[0] == "utter_consent"


@pytest.mark.parametrize("typed", ["新しく相談する", "別の相談をはじめる", "もう一つ相談したい", "新しい相談"])
async def test_who_types_that_they_mean_another_begins_it(visit: Visit, typed: str) -> None:
    assert (await visit.runs(start, typed))[0] == "utter_consent"


async def test_an_ended_case_is_in_nobodys_way(visit: Visit) -> None:
    async with visit.db.transaction() as session:
        await closing.close(session, "2026-0001", reason="完了", learnings="", by="UMAIN", now=visit.now)

    assert (await visit.runs(start))[0] == "utter_consent"


async def test_words_go_to_the_case_that_was_asked_about(visit: Visit) -> None:
    async with visit.db.transaction() as session:
        there = await standing.by_line_id(session, "U1", visit.now)
        newer = await _case(session, there.citizen, visit.now)
        assert (await standing.of(session, there.citizen)).case.number == newer  # type: ignore[union-attr]
        await asking.ask(session, "2026-0001", about="members", text="何人？", by="UMAIN", now=visit.now)

        assert (await standing.of(session, there.citizen)).case.number == "2026-0001"  # type: ignore[union-attr]


async def test_a_merged_case_stands_and_is_told_of_as_the_one_it_went_into(visit: Visit) -> None:
    async with visit.db.transaction() as session:
        there = await standing.by_line_id(session, "U1", visit.now)
        heir = await _case(session, there.citizen, visit.now)
        await merging.merge(session, "2026-0001", into=heir, other_citizen=False, by="UMAIN", now=visit.now)
        assert (await standing.of(session, there.citizen)).case.number == heir  # type: ignore[union-attr]

    response, said = await visit.runs(status)
    assert (response, said["number"]) == ("utter_status_received", heir)


async def test_who_was_merged_into_another_persons_case_keeps_theirs_and_hears_how_it_stands(visit: Visit) -> None:
    async with visit.db.transaction() as session:
        other = await standing.by_line_id(session, "U2", visit.now)
        heir = await _case(session, other.citizen, visit.now)
        await merging.merge(session, "2026-0001", into=heir, other_citizen=True, by="UMAIN", now=visit.now)
        there = await standing.by_line_id(session, "U1", visit.now)
        assert there.case.number == "2026-0001"  # type: ignore[union-attr]

    assert (await visit.runs(status))[0] == "utter_status_received"
    async with visit.db.reading() as session:
        told = (await session.exec(select(OutboxRow).where(col(OutboxRow.kind) == "merged"))).one()
    assert (told.payload["number"], told.payload["into"]) == ("2026-0001", heir)
