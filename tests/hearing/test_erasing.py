"""After an erasure nobody is known: not by the turn that answers it, nor by the boxes it went through."""

import pytest
from sqlmodel import SQLModel, select

from storage.models import Citizen, InboxRow, OutboxRow
from tests.hearing.talking import Talk


async def kept(talk: Talk, *tables: type[SQLModel]) -> str:
    async with talk.db.reading() as session:
        return str([(await session.exec(select(table))).all() for table in tables])


@pytest.mark.parametrize("troubles", [[], ["lost"], ["refused"]])
async def test_the_answer_to_an_erasure_makes_nobody_known_again(talk: Talk, troubles: list[str]) -> None:
    await talk.writes("空き家を使いたい")
    await talk.goes_on(1)
    assert "U1" in await kept(talk, Citizen, InboxRow, OutboxRow)
    talk.rasa.troubles = troubles
    await talk.writes("/confirm_erase")
    await talk.goes_on()

    assert set(await talk.inbox()) == {"done"}
    assert "U1" not in await kept(talk, Citizen, InboxRow)
    async with talk.db.reading() as session:
        knowing = [row for row in (await session.exec(select(OutboxRow))).all() if "U1" in str(row)]
    assert [(row.conv, row.payload["forget"]) for row in knowing] == [("line:erased:line:3", True)]


async def test_who_writes_again_after_an_erasure_is_new(talk: Talk) -> None:
    await talk.writes("/confirm_erase")
    await talk.goes_on(1)
    await talk.writes("/agree")
    await talk.goes_on(1)

    async with talk.db.reading() as session:
        known = (await session.exec(select(Citizen).order_by(Citizen.id))).all()  # type: ignore[arg-type]
    assert [citizen.line_user_id for citizen in known] == [None, "U1"]
