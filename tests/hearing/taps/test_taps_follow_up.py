"""How it goes: tapped or typed, and what follows from it at once."""

import pytest

from bot.desk.consultation.follow_up import follow_up
from bot.desk.consultation.follow_up.follow_up import Asking
from bot.desk.record import record
from bot.phrases import phrase
from storage.db import Database
from storage.models import CheckIn, Stage
from tests.hearing.desk_talk import DeskTalk, said_in_thread


@pytest.fixture
def talk(database: Database) -> DeskTalk:
    return DeskTalk(database)


async def _asked(talk: DeskTalk, number: str, times: int = 1) -> list[int]:
    """Plan a round and ask so many times; returns the askings."""
    async with talk.db.transaction() as session:
        case = await record.hold(session, number)
        await follow_up.plan(session, case, talk.now)
        ids = [row.id or 0 for row in await follow_up.planned(session, case)]
        for id in ids[:times]:
            assert await follow_up.ask(session, id, talk.now) is Asking.LINE
    return ids


@pytest.mark.parametrize(("how", "stage"), [("fine", "follow_up"), ("trouble", "realisation"), ("over", "follow_up")])
async def test_a_tap_is_answered_kept_and_has_its_consequence(talk: DeskTalk, how: str, stage: str) -> None:
    number = await talk.a_case(Stage.FOLLOW_UP)
    (first, *_) = await _asked(talk, number)

    assert await talk.taps(tap="check_in", c=first, a=how) == phrase(f"check_in_{how}")

    assert (await talk.row(CheckIn, first)).answer == how
    assert (await talk.case(number)).stage == stage
    async with talk.db.reading() as session:
        assert f"check_in_{how}" in await said_in_thread(session)
    assert "お預かりしています" in await talk.taps(tap="check_in", c=first, a=how)


@pytest.mark.parametrize(("words", "how"), [("順調", "fine"), ("困りごと。", "trouble"), ("終了", "over")])
async def test_the_same_words_typed_are_a_tap(talk: DeskTalk, words: str, how: str) -> None:
    (first, *_) = await _asked(talk, await talk.a_case(Stage.FOLLOW_UP))

    assert await talk.types(words) == phrase(f"check_in_{how}")
    assert (await talk.row(CheckIn, first)).answer == how


async def test_words_are_no_answer_where_nothing_was_asked(talk: DeskTalk) -> None:
    ids = await _asked(talk, await talk.a_case(Stage.FOLLOW_UP), times=0)
    await talk.types("順調")

    assert (await talk.row(CheckIn, ids[0])).answer is None


async def test_old_buttons_answer_kindly_and_change_nothing(talk: DeskTalk) -> None:
    number = await talk.a_case(Stage.FOLLOW_UP)
    first, second, *_ = await _asked(talk, number, times=2)

    assert await talk.taps(tap="check_in", c=first, a="trouble") == phrase("check_in_older")
    await talk.taps(tap="check_in", c=second, a="trouble")
    assert await talk.taps(tap="check_in", c=second, a="fine") == phrase("check_in_past")
    assert [(await talk.row(CheckIn, id)).answer for id in (first, second)] == [None, "trouble"]


@pytest.mark.parametrize("args", [{"c": "1", "a": "trouble"}, {"c": "", "a": "fine"}, {"c": "1", "a": "bad"}])
async def test_ids_are_never_trusted(talk: DeskTalk, args: dict[str, str]) -> None:
    number = await talk.a_case(Stage.FOLLOW_UP, line_id="U2")
    await _asked(talk, number)
    await talk.a_case(Stage.FOLLOW_UP)

    assert await talk.taps(tap="check_in", **args) == phrase("old_button")
    assert (await talk.case(number)).stage == Stage.FOLLOW_UP
