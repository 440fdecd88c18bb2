"""Who phoned joins their LINE with the case by six digits: once, for a fortnight, and never by trying."""

from datetime import timedelta
from typing import Any

import pytest

from bot.desk.consultation.intake import linking
from bot.desk.consultation.intake.linking import Link
from bot.desk.consultation.publishing import closing
from bot.desk.record.telling import Reach
from bot.desk.talk import talk
from bot.errors import Refused
from storage.models import Case, Citizen, LinkCode, Proposal
from tests.desk.case_desk import MAIN, NOON, Desk


async def _phoned(desk: Desk) -> tuple[str, str]:
    """A case without LINE and its code."""
    number = await desk.case(line=False)
    return number, await desk.does(linking.make_code, number, by="UREC")


async def _sends(desk: Desk, code: str, citizen: Citizen, key: str = "line:1") -> Any:
    return await desk.does(linking.attach, code, citizen, key=key)


async def test_the_code_joins_case_proposal_and_line(desk: Desk) -> None:
    number, code = await _phoned(desk)
    alice = await desk.citizen()

    assert await _sends(desk, code, alice) == (number, Link.DONE)

    view = await desk.sees(number)
    assert view.reach is Reach.LINE
    assert [line.action for line in view.history] == ["opened", "code_made", "linked"]
    assert (await desk.said_in_thread())[-1] == "linked"
    async with desk.database.reading() as session:
        proposal = await session.get_one(Proposal, (await session.get_one(Case, view.id)).proposal_id)
    assert proposal.citizen_id == alice.id
    await desk.does(talk.reply, number, "これからはLINEで", by=MAIN)
    assert await desk.told_citizen() == ["reply"]


async def test_a_code_counts_once(desk: Desk) -> None:
    number, code = await _phoned(desk)
    alice, bob = await desk.citizen(), await desk.citizen("Ubob")
    await _sends(desk, code, alice)

    assert await _sends(desk, code, bob, "line:2") == (number, Link.USED)
    assert await _sends(desk, code, alice, "line:3") == (number, Link.YOURS)

    assert [line.action for line in (await desk.sees(number)).history].count("linked") == 1


async def test_a_code_lasts_a_fortnight_and_a_new_one_ends_the_old(desk: Desk) -> None:
    number, old = await _phoned(desk)
    desk.now += timedelta(hours=1)
    code = await desk.does(linking.make_code, number, by="UREC")
    alice = await desk.citizen()

    assert (await _sends(desk, old, alice))[1] is Link.EXPIRED
    desk.now += linking.LIFE
    assert (await _sends(desk, code, alice))[1] is Link.EXPIRED

    assert (await desk.sees(number)).reach is Reach.NONE


async def test_a_code_is_forgotten_a_month_after_its_end(small_desk: Desk) -> None:
    number, old = await _phoned(small_desk)
    small_desk.now += linking.LIFE + linking.REMEMBERED + timedelta(days=1)

    code = await small_desk.does(linking.make_code, number, by="UREC")

    async with small_desk.database.reading() as session:
        assert await session.get(LinkCode, old) is None
        assert (await session.get_one(LinkCode, code)).expires_at == small_desk.now + linking.LIFE


async def test_a_case_with_line_or_one_that_has_ended_gets_no_code(small_desk: Desk) -> None:
    on_line = await small_desk.case()
    with pytest.raises(Refused, match="もうLINEでつながって"):
        await small_desk.does(linking.make_code, on_line, by="UREC")

    phoned = await small_desk.opens(await small_desk.proposal())
    await small_desk.does(closing.close, phoned, reason="取り下げ", learnings="", by=MAIN)
    with pytest.raises(Refused, match="終了しているため"):
        await small_desk.does(linking.make_code, phoned, by="UREC")


async def test_the_code_itself_is_in_no_history_and_no_message(small_desk: Desk) -> None:
    number, code = await _phoned(small_desk)

    view = await small_desk.sees(number)

    assert code not in str([(line.before, line.after, line.words) for line in view.history])
    assert code not in str([row.payload for row in await small_desk.sent("slack")])


async def test_after_five_tries_of_a_day_nothing_is_looked_up(desk: Desk) -> None:
    alice = await desk.citizen()
    for n in range(linking.TRIES):
        await desk.does(linking.note_try, alice, f"line:{n}")
    await desk.does(linking.note_try, alice, "line:4")  # the same message, worked on again

    assert await desk.does(linking.may_try, alice)
    await desk.does(linking.note_try, alice, "line:5")
    assert not await desk.does(linking.may_try, alice)
    assert await desk.does(linking.may_try, await desk.citizen("Ubob"))

    desk.now += timedelta(days=1, minutes=1)
    assert await desk.does(linking.may_try, alice)


@pytest.mark.parametrize("typed", ["012345", "０１２３４５", " 012 345\n", "０１２　３４５"])
def test_six_digits_are_read_in_any_width(typed: str) -> None:
    assert linking.read_code(typed) == "012345"


@pytest.mark.parametrize("typed", ["", "01234", "0123456", "番号は012345", "012-345", "٠١٢٣٤٥", "相談したい"])
def test_anything_else_is_no_code(typed: str) -> None:
    assert linking.read_code(typed) is None


async def test_a_code_nobody_was_given_is_an_error_of_the_caller(small_desk: Desk) -> None:
    alice = await small_desk.citizen()

    assert not await small_desk.does(_is_code, "000000")
    with pytest.raises(KeyError):
        await _sends(small_desk, "000000", alice)


async def _is_code(session: Any, code: str, now: Any) -> bool:
    assert now >= NOON
    return await linking.is_code(session, code)
