"""The citizen taps, or types, what they make of a hypothesis."""

import pytest

from bot.desk.consultation.direction.hypotheses import propose
from bot.phrases import phrase
from storage.db import Database
from storage.models import Hypothesis, Proposal, Stage
from tests.hearing.desk_talk import MAIN, DeskTalk


@pytest.fixture
def talk(database: Database) -> DeskTalk:
    return DeskTalk(database)


async def _version(talk: DeskTalk, number: str, text: str = "月2回の案です。") -> int:
    async with talk.db.transaction() as session:
        return (await propose(session, number, text, by=MAIN, now=talk.now)).id or 0


async def test_a_tap_is_answered_and_kept(talk: DeskTalk) -> None:
    number = await talk.a_case(Stage.DIRECTION)
    version = await _version(talk, number)

    assert await talk.taps(tap="hypothesis", h=version, w="agree") == phrase("hypothesis_agree")
    assert "お預かりしています" in await talk.taps(tap="hypothesis", h=version, w="agree")
    assert (await talk.row(Hypothesis, version)).answer == "agree"


@pytest.mark.parametrize(
    ("words", "answer"), [("これで進めたい", "agree"), ("相談したい。", "talk"), (" 考えたい ", "think")]
)
async def test_the_same_words_typed_are_a_tap(talk: DeskTalk, words: str, answer: str) -> None:
    version = await _version(talk, await talk.a_case(Stage.DIRECTION))

    assert await talk.types(words) == phrase(f"hypothesis_{answer}")
    assert (await talk.row(Hypothesis, version)).answer == answer


async def test_other_words_and_words_beside_a_draft_are_no_tap(talk: DeskTalk) -> None:
    number = await talk.a_case(Stage.DIRECTION)
    version = await _version(talk, number)
    await talk.types("これで進めたいと思いますが、月1回にできますか")
    case = await talk.case(number)
    async with talk.db.transaction() as session:
        session.add(Proposal(citizen_id=case.citizen_id, question="overview", created_at=talk.now, updated_at=talk.now))
    await talk.types("これで進めたい")

    assert (await talk.row(Hypothesis, version)).answer is None


async def test_the_button_of_an_older_version_explains_itself(talk: DeskTalk) -> None:
    number = await talk.a_case(Stage.DIRECTION)
    first = await _version(talk, number)
    second = await _version(talk, number, "月1回の案です。")

    said = await talk.taps(tap="hypothesis", h=first, w="agree")

    assert said == phrase("hypothesis_older", version=2)
    assert "新しい案が届いています" in said
    assert await talk.types("これで進めたい") == phrase("hypothesis_agree")
    assert [(await talk.row(Hypothesis, id)).answer for id in (first, second)] == [None, "agree"]


async def test_a_mind_may_change_until_the_case_has_moved_on(talk: DeskTalk) -> None:
    number = await talk.a_case(Stage.DIRECTION)
    version = await _version(talk, number)
    await talk.taps(tap="hypothesis", h=version, w="think")
    assert await talk.taps(tap="hypothesis", h=version, w="agree") == phrase("hypothesis_agree")

    case = await talk.case(number)
    case.stage, case.stage_since = Stage.REALISATION, talk.now
    async with talk.db.transaction() as session:
        session.add(await session.merge(case))

    assert await talk.taps(tap="hypothesis", h=version, w="talk") == phrase("hypothesis_over")
    assert (await talk.row(Hypothesis, version)).answer == "agree"


@pytest.mark.parametrize(
    "args",
    [{"h": "1", "w": "agree"}, {"h": "9" * 30, "w": "agree"}, {"h": "x", "w": "agree"}, {"h": "1", "w": "no"}, {}],
)
async def test_ids_are_never_trusted(talk: DeskTalk, args: dict[str, str]) -> None:
    number = await talk.a_case(Stage.DIRECTION, line_id="U2")  # somebody else's
    version = await _version(talk, number)
    await talk.a_case(Stage.DIRECTION)

    assert await talk.taps(tap="hypothesis", **args) == phrase("old_button")
    assert (await talk.row(Hypothesis, version)).answer is None
