"""What a citizen of a case writes beside everything else."""

import pytest
from sqlmodel import select

from bot.hearing.actions.answering import clarify
from bot.hearing.actions.asides import take_message
from storage.db import Database
from storage.models import AnswerPart, OutboxRow, Stage
from tests.hearing.desk_talk import DeskTalk
from tests.hearing.visit import Visit


@pytest.mark.parametrize("step", [take_message, clarify])
@pytest.mark.parametrize("nothing", ["\u200b", "\u2800\u3164", "\u00ad", "\u2060\ufe0f", "　"])
async def test_what_nobody_can_read_is_not_passed_on(sqlite: Database, nothing: str, step: object) -> None:
    talk = DeskTalk(sqlite)
    await talk.a_case(Stage.RECEIVED)

    assert (await Visit(sqlite, talk.now).runs(step, nothing))[0] == "utter_answer_too_empty"
    async with sqlite.reading() as session:
        assert (await session.exec(select(AnswerPart))).all() == []
        assert not (await session.exec(select(OutboxRow).where(OutboxRow.kind == "thread"))).all()


async def test_an_emoji_is_passed_on(sqlite: Database) -> None:
    talk = DeskTalk(sqlite)
    await talk.a_case(Stage.RECEIVED)

    assert (await Visit(sqlite, talk.now).runs(take_message, "👍"))[0] == "utter_message_passed_on"
