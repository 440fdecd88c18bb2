"""What was done last counts, whatever comes last: LINE brings events again, later, when nobody said 200 in time."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from bot.desk.consultation.intake import proposals, short_answers
from bot.desk.consultation.intake.proposals import Said
from knowledge.language.blanks import has_words, trimmed
from storage.models import Citizen, Proposal
from tests.hearing.talking import Talk


async def draft(talk: Talk) -> Proposal:
    async with talk.db.reading() as session:
        return (await session.exec(select(Proposal))).one()


async def is_asked(talk: Talk, question: str, **known: str) -> None:
    async with talk.db.transaction() as session:
        proposal = (await session.exec(select(Proposal))).one()
        proposal.question, proposal.mode = question, known.pop("mode", "")
        for name, value in known.items():
            setattr(proposal, name, value)


async def follows(talk: Talk) -> bool:
    async with talk.db.reading() as session:
        return (await session.exec(select(Citizen))).one().following


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
async def test_of_two_edits_the_later_stands_in_whatever_order_they_come(talk: Talk, order: Sequence[int]) -> None:
    first = await talk.sends("text", text="空き屋")
    await talk.goes_on(1)
    at = talk.now
    for n in order:
        await talk.edits(first, f"空き家 {n}", at=at + timedelta(seconds=n))
    await talk.goes_on(2)

    assert await talk.answers() == {"overview": "空き家 2"}


async def test_the_newest_wording_of_a_message_stands_in_every_order(talk: Talk) -> None:
    for n, order in enumerate(permutations(range(1, 5))):
        async with talk.db.transaction() as session:
            whose, key = (await session.exec(select(Proposal.id))).one(), f"m{n}"
            await proposals.keep(session, whose, "overview", Said(key, talk.now, "0", line_message_id=key))
            for late in order:
                at = talk.now + timedelta(seconds=late)
                await proposals.reword(session, Said(f"{key}:{late}", at, str(late), line_message_id=key))

    assert await talk.answers() == {"overview": "\n".join("4" * 24)}


SAID = st.text(st.sampled_from("山田花子 一二"), min_size=1, max_size=4).filter(has_words)


@given(st.lists(SAID, min_size=1, max_size=4, unique=True), st.data())
def test_a_name_is_what_its_messages_say_without_the_one_taken_back(told: list[str], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(told) - 1))
    name, rest = " ".join(map(trimmed, told)), [trimmed(words) for n, words in enumerate(told) if n != at]

    assert short_answers.changed("name", name, told, at) == (" ".join(rest) or None)


async def test_an_edit_in_which_there_is_nothing_to_read_changes_nothing(talk: Talk) -> None:
    first = await talk.sends("text", text="空き家")
    await talk.goes_on(1)
    await talk.edits(first, "\u200b")
    await talk.goes_on(1)

    assert await talk.answers() == {"overview": "空き家"}


@pytest.mark.parametrize(
    ("question", "typed", "edited", "kept"),
    [
        ("ward", "鶴見区", "港北区", "港北区"),
        ("ward", "鶴見区", "札幌の西区", None),
        ("party", "個人です", "市民団体", "group"),
        ("name", "山田花子", "山田華子", "山田華子"),
    ],
)
async def test_an_edited_short_answer_is_understood_anew(
    talk: Talk, question: str, typed: str, edited: str, kept: str | None
) -> None:
    await is_asked(talk, question)
    first = await talk.sends("text", text=typed)
    await talk.goes_on(1)
    await talk.edits(first, edited)
    await talk.goes_on(1)

    assert getattr(await draft(talk), question) == kept


async def test_each_half_of_a_name_is_edited_and_taken_back_by_itself(talk: Talk) -> None:
    await is_asked(talk, "name", ward="鶴見区", party="person")
    first, second = await talk.sends("text", text="山田"), await talk.sends("text", text="花子")
    talk.now += timedelta(seconds=5)
    await talk.goes_on(2)
    await talk.edits(first, "山本")
    await talk.goes_on(1)
    assert (await draft(talk)).name == "山本 花子"

    await talk.unsends(second)
    await talk.goes_on(1)
    assert (await draft(talk)).name == "山本"


@pytest.mark.parametrize(
    ("question", "old", "new", "kept"),
    [("name", "山田", "佐藤", "佐藤"), ("ward", "鶴見区", "港北区", "港北区"), ("party", "個人", "企業", "company")],
)
async def test_taking_back_an_old_answer_leaves_the_new_one(
    talk: Talk, question: str, old: str, new: str, kept: str
) -> None:
    await is_asked(talk, question)
    first = await talk.sends("text", text=old)
    await talk.goes_on(1)
    await is_asked(talk, question, mode="correct")
    second = await talk.sends("text", text=new)
    await talk.goes_on(1)
    await talk.unsends(first)
    await talk.goes_on(1)
    assert getattr(await draft(talk), question) == kept

    await talk.unsends(second)
    await talk.goes_on(1)
    assert getattr(await draft(talk), question) is None


async def test_an_old_follow_does_not_bring_back_somebody_who_left(talk: Talk) -> None:
    at = talk.now
    await talk.happens("unfollow", at=at + timedelta(minutes=5))
    await talk.happens("follow", at=at + timedelta(minutes=1))
    await talk.goes_on(2)

    assert not await follows(talk)


async def test_an_old_unfollow_does_not_silence_somebody_who_writes(talk: Talk) -> None:
    left = talk.now
    await talk.writes("空き家を使いたい")
    await talk.happens("unfollow", at=left)
    await talk.goes_on(2)

    assert await follows(talk)
