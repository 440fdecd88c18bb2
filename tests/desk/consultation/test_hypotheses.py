"""③ a direction is put to the citizen in versions, and their word on the newest one counts."""

import asyncio

import pytest
from sqlmodel import select

from bot.desk.consultation import heard, privacy
from bot.desk.consultation.advance import advance
from bot.desk.consultation.direction import direction
from bot.desk.consultation.direction.hypotheses import LONGEST, propose
from bot.desk.record.sight import for_citizen
from bot.desk.talk import talk
from bot.errors import Refused
from storage.models import AnswerPart, Case, Citizen, Hypothesis, Stage, Word
from tests.desk.case_desk import MAIN, SUB, Desk

FIRST = "商店街の空き店舗で、月2回の子ども食堂をひらく案です。"


async def _answers(desk: Desk, id: int | None, word: Word, key: str = "k1") -> direction.Answered:
    citizen = await _citizen(desk)
    done: direction.Answered = await desk.does(direction.answer, citizen, id, word, key=key)
    return done


async def _citizen(desk: Desk) -> Citizen:
    async with desk.database.reading() as session:
        return (await session.exec(select(Citizen))).one()


async def _writes(desk: Desk, number: str, text: str, key: str) -> None:
    async with desk.database.transaction() as session:
        case = (await session.exec(select(Case).where(Case.number == number))).one()
        part = AnswerPart(
            proposal_id=case.proposal_id, question="message", text=text, message_key=key, line_message_id=key,
            said_at=desk.now,
        )  # fmt: skip
        session.add(part)
        await heard.citizen_wrote(session, case, [text], key=key, now=desk.now)


async def _word(desk: Desk, number: str) -> str:
    return {line.key: line.text for line in (await desk.sees(number)).evidence}.get("citizen_word", "")


async def test_a_version_goes_to_the_citizen_once_with_its_number(desk: Desk) -> None:
    number = await desk.case(stage=Stage.DIRECTION)
    for _ in range(2):
        made = await desk.does(propose, number, FIRST, by=MAIN, seen=0, cause="slack:1")

    assert made.version == 1
    (row,) = await desk.sent("line", "hypothesis")
    assert row.payload["hypothesis"] == made.id
    assert FIRST not in str(row.payload)  # it is drawn when it is sent
    note = (await desk.sent("slack", "thread"))[-1].payload
    assert (note["say"], note["version"], note["told"]) == ("proposed", 1, True)
    async with desk.database.reading() as session:
        case = (await session.exec(select(Case).where(Case.number == number))).one()
        assert (await for_citizen(session, case))[-1].words == (FIRST,)


async def test_the_citizen_s_word_is_kept_shown_and_is_the_evidence(desk: Desk) -> None:
    number = await desk.case(stage=Stage.DIRECTION)
    made = await desk.does(propose, number, FIRST, by=MAIN)

    done = await _answers(desk, made.id, Word.AGREE)

    version = (await desk.sees(number)).work.hypothesis
    assert (done.how, done.version) == ("agree", 1)
    assert version is not None
    assert (version.answer, version.answered_at) == ("agree", desk.now)
    assert await _word(desk, number) == "第1版：これで進めたい"
    assert (await desk.said_in_thread())[-1] == "hypothesis_answered"
    assert "citizen_word" not in [need.key for need in (await desk.sees(number)).lacking]


async def test_who_wants_to_talk_writes_and_the_words_stay_with_the_version(desk: Desk) -> None:
    number = await desk.case(stage=Stage.DIRECTION)
    made = await desk.does(propose, number, FIRST, by=MAIN)
    await _writes(desk, number, "先に書いたこと", "m0")
    await _answers(desk, made.id, Word.TALK)
    await _writes(desk, number, "月1回ではだめですか", "m1")
    await _writes(desk, number, "手伝いが足りません", "m2")

    version = (await desk.sees(number)).work.hypothesis
    assert version is not None
    assert version.words == "月1回ではだめですか\n手伝いが足りません"
    assert (await desk.said_in_thread()).count("citizen_wrote") == 3

    async with desk.database.transaction() as session:
        await privacy.unsend(session, "m2", now=desk.now)
    version = (await desk.sees(number)).work.hypothesis
    assert version is not None
    assert version.words == f"月1回ではだめですか\n{privacy.TAKEN_BACK}"


async def test_a_new_version_asks_anew_and_the_old_one_explains_itself(desk: Desk) -> None:
    number = await desk.case(stage=Stage.DIRECTION)
    first = await desk.does(propose, number, FIRST, by=MAIN)
    await _answers(desk, first.id, Word.TALK)

    second = await desk.does(propose, number, "月1回からはじめる案です。", by=SUB, seen=1)

    assert await _word(desk, number) == ""
    assert "citizen_word" in [need.key for need in (await desk.sees(number)).lacking]
    late = await _answers(desk, first.id, Word.AGREE, "k2")
    assert (late.how, late.version) == ("older", 2)
    await _answers(desk, second.id, Word.AGREE, "k3")
    versions = (await desk.sees(number)).work.hypotheses
    assert [(v.version, v.answer, v.by) for v in versions] == [(1, "talk", MAIN), (2, "agree", SUB)]
    assert await _word(desk, number) == "第2版：これで進めたい"


async def test_a_mind_may_change_until_the_case_moves_on(desk: Desk) -> None:
    number = await desk.case(stage=Stage.DIRECTION)
    made = await desk.does(propose, number, FIRST, by=MAIN)
    await _answers(desk, made.id, Word.THINK, "k1")
    await _answers(desk, made.id, Word.AGREE, "k2")
    assert (await _answers(desk, made.id, Word.AGREE, "k3")).how == "same"
    assert [line.after["answer"] for line in (await desk.sees(number)).history if "answer" in line.after] == [
        "think",
        "agree",
    ]
    assert (await desk.sees(number)).history[-2].before == {"answer": "think"}

    desk.now = desk.now.replace(hour=13)
    await desk.does(advance, number, evidence={}, waived="話し合いずみ", by=MAIN)

    over = await _answers(desk, made.id, Word.TALK, "k4")
    assert (over.how, over.word) == ("over", "agree")
    assert await _word(desk, number) == "第1版：これで進めたい"


async def test_nobody_answers_for_another(desk: Desk) -> None:
    number = await desk.case(stage=Stage.DIRECTION)
    made = await desk.does(propose, number, FIRST, by=MAIN)
    other = await desk.citizen("Ubob")

    assert (await desk.does(direction.answer, other, made.id, Word.AGREE, key="k")).how == "unknown"
    assert (await desk.does(direction.answer, other, 999, Word.AGREE, key="k")).how == "unknown"
    version = (await desk.sees(number)).work.hypothesis
    assert version is not None
    assert version.answer is None


async def test_two_propose_at_once_and_one_wins(desk: Desk) -> None:
    number = await desk.case(stage=Stage.DIRECTION)
    done = await asyncio.gather(
        desk.does(propose, number, FIRST, by=MAIN, seen=0),
        desk.does(propose, number, "別の案です。", by=SUB, seen=0),
        return_exceptions=True,
    )

    (refused,) = [str(result) for result in done if isinstance(result, Refused)]
    assert "第1版を出しました" in refused
    assert len(await desk.sent("line", "hypothesis")) == 1


async def test_without_line_the_coordinator_writes_down_what_was_said(desk: Desk) -> None:
    number = await desk.case(stage=Stage.DIRECTION, line=False)
    with pytest.raises(Refused, match="まだありません"):
        await desk.does(direction.note_word, number, Word.AGREE, by=MAIN)
    await desk.does(propose, number, FIRST, by=MAIN)

    await desk.does(direction.note_word, number, Word.TALK, "回数を減らしたいとのこと", by=SUB, seen=1)

    case = await desk.sees(number)
    version = case.work.hypothesis
    assert version is not None
    assert (version.answer, version.words) == ("talk", "回数を減らしたいとのこと")
    assert await desk.sent("line") == []
    line = next(line for line in case.history if line.action == "hypothesis_answered")
    assert (line.by, line.words) == (SUB, ("相談したい", "回数を減らしたいとのこと"))
    async with desk.database.reading() as session:
        row = (await session.exec(select(Case).where(Case.number == number))).one()
        assert FIRST not in str(await for_citizen(session, row))  # it was never sent
    notes = {row.payload["say"]: row.payload for row in await desk.sent("slack", "thread")}
    assert notes["proposed"]["told"] is False
    assert notes["hypothesis_word_noted"]["answer"] == "相談したい"


@pytest.mark.parametrize("how", ["sent", "blocked", "failed"])
async def test_the_thread_shows_what_became_of_a_version(small_desk: Desk, how: talk.How) -> None:
    number = await small_desk.case(stage=Stage.DIRECTION)
    await small_desk.does(propose, number, FIRST, by=MAIN)
    (row,) = await small_desk.sent("line", "hypothesis")

    for _ in range(2):
        await small_desk.does(talk.reply_went, row.payload["case"], row.payload["event"], how)

    notes = [row.payload for row in await small_desk.sent("slack", "thread")][-2:]
    assert [(note["say"], note["version"]) for note in notes] == [("proposed", 1), (f"hypothesis_{how}", 1)]


@pytest.mark.parametrize(("changed", "asked"), [("notices", True), ("following", False)])
async def test_who_stopped_notices_is_asked_all_the_same_who_left_is_phoned(
    small_desk: Desk, changed: str, asked: bool
) -> None:
    number = await small_desk.case(stage=Stage.DIRECTION)
    async with small_desk.database.transaction() as session:
        citizen = await session.get_one(Citizen, 1)
        setattr(citizen, changed, False)
        session.add(citizen)

    await small_desk.does(propose, number, FIRST, by=MAIN)

    assert bool(await small_desk.sent("line", "hypothesis")) is asked
    assert (await small_desk.sent("slack", "thread"))[-1].payload["told"] is asked


async def test_a_word_on_an_old_version_or_stage_is_refused(small_desk: Desk) -> None:
    number = await small_desk.case(stage=Stage.DIRECTION)
    await small_desk.does(propose, number, FIRST, by=MAIN)
    await small_desk.does(propose, number, "第二の案です。", by=SUB)
    with pytest.raises(Refused, match=f"<@{SUB}> さんが方向性の案の第2版"):
        await small_desk.does(direction.note_word, number, Word.AGREE, by=MAIN, seen=1)

    small_desk.now = small_desk.now.replace(hour=13)
    await small_desk.does(advance, number, evidence={}, waived="急ぎ", by=MAIN)
    with pytest.raises(Refused, match="「④実現支援」へ進む前のもの"):
        await small_desk.does(direction.note_word, number, Word.AGREE, by=MAIN)


@pytest.mark.parametrize("text", ["", " \n", "あ" * (LONGEST + 1)])
async def test_nothing_and_too_much_is_not_sent(small_desk: Desk, text: str) -> None:
    number = await small_desk.case(stage=Stage.DIRECTION)
    with pytest.raises(Refused, match="何も送っていません"):
        await small_desk.does(propose, number, text, by=MAIN)


async def test_an_erased_citizen_leaves_versions_without_words(desk: Desk) -> None:
    number = await desk.case(stage=Stage.DIRECTION)
    made = await desk.does(propose, number, FIRST, by=MAIN)
    await _answers(desk, made.id, Word.TALK)
    async with desk.database.transaction() as session:
        await privacy.erase(session, await session.get_one(Citizen, 1), now=desk.now)

    async with desk.database.reading() as session:
        (row,) = (await session.exec(select(Hypothesis))).all()
    assert (row.text, row.words, row.answer) == ("", "", "talk")
    assert FIRST not in str((await desk.sees(number)).history)
    assert (await _answers(desk, made.id, Word.AGREE, "k9")).how == "unknown"
