"""What people send besides plain words: it is kept as what it is, where it belongs."""

import pytest
from sqlmodel import select

from bot.desk.consultation import privacy
from bot.desk.consultation.intake import received
from bot.desk.record.telling import Note
from bot.desk.talk import talk as desk
from storage.models import AnswerPart, Attachment, CaseEvent, OutboxRow, Proposal, ProposalState
from tests.hearing.talking import Talk, a_case

STICKER = {"stickerResourceType": "MESSAGE", "keywords": ["Smile"], "text": "空き家で子ども食堂"}


async def test_a_message_sticker_is_an_answer_like_any_other(talk: Talk) -> None:
    await talk.sends("sticker", **STICKER)
    await talk.goes_on(1)

    assert await talk.answers() == {"overview": "空き家で子ども食堂"}
    assert (await talk.said())[-1] == "asks background"


@pytest.mark.parametrize(
    ("kind", "fields", "kept"),
    [
        ("sticker", {"keywords": ["Smile"]}, "［スタンプ］ Smile"),
        ("text", {"text": "(ok)", "emojis": [{"index": 0, "length": 4}]}, "［絵文字］ (ok)"),
        ("hologram", {}, "［その他のメッセージ］"),
    ],
)
async def test_what_has_no_words_is_kept_and_words_are_still_asked_for(
    talk: Talk, kind: str, fields: dict[str, object], kept: str
) -> None:
    await talk.sends(kind, **fields)
    await talk.goes_on(1)

    assert await talk.answers() == {"overview": kept}
    assert (await talk.said())[-1] == "asks overview"


@pytest.mark.parametrize(
    ("kind", "fields", "label"),
    [
        ("sticker", {"keywords": ["スキップ"]}, "［スタンプ］"),
        ("file", {"fileName": "取り消す.pdf"}, "［ファイル］"),
        ("location", {"title": "ヘルプ"}, "［位置情報］"),
        ("text", {"text": "(戻る)", "emojis": [{"index": 0, "length": 4}]}, "［絵文字］"),
    ],
)
async def test_what_something_is_called_is_no_command(
    talk: Talk, kind: str, fields: dict[str, object], label: str
) -> None:
    await talk.sends(kind, **fields)
    await talk.goes_on(1)

    assert talk.rasa.heard[-1] == label


async def test_an_edited_answer_stands_where_the_old_one_stood(talk: Talk) -> None:
    first = await talk.sends("text", text="空き屋を使いたい")
    await talk.sends("text", text="駅の近くです")
    await talk.goes_on(2)
    await talk.edits(first, "空き家を使いたい")
    await talk.goes_on(1)

    assert await talk.answers() == {"overview": "空き家を使いたい", "background": "駅の近くです"}

    await talk.unsends(first)
    await talk.goes_on(1)

    assert await talk.answers() == {"background": "駅の近くです"}
    async with talk.db.reading() as session:
        parts = (await session.exec(select(AnswerPart).where(AnswerPart.line_message_id == first))).all()
    assert {part.text for part in parts} == {privacy.TAKEN_BACK}


async def test_an_edit_of_what_was_taken_back_keeps_nothing(talk: Talk) -> None:
    first = await talk.sends("text", text="秘密の住所")
    await talk.unsends(first)
    await talk.edits(first, "もっと秘密の住所")
    await talk.goes_on(3)

    assert await talk.answers() == {}


async def test_an_edited_name_is_the_name(talk: Talk) -> None:
    async with talk.db.transaction() as session:
        draft = (await session.exec(select(Proposal))).one()
        draft.question, draft.ward, draft.party = "name", "鶴見区", "person"
    first = await talk.sends("text", text="山田花子")
    await talk.goes_on(1)
    await talk.edits(first, "山田華子")
    await talk.goes_on(1)

    async with talk.db.reading() as session:
        assert (await session.exec(select(Proposal.name))).one() == "山田華子"


async def test_the_desk_reads_an_edited_message_anew(talk: Talk) -> None:
    first = await talk.sends("text", text="空き屋を使いたい")
    await talk.goes_on(1)
    async with talk.db.transaction() as session:
        draft = (await session.exec(select(Proposal))).one()
        draft.state, draft.question = ProposalState.SENT, None
        await received.open_case(session, draft, {}, by="citizen", now=talk.now)
    await talk.edits(first, "空き家を使いたい")
    await talk.goes_on(1)

    async with talk.db.reading() as session:
        said = (await session.exec(select(CaseEvent).where(CaseEvent.by == "citizen"))).all()
        notes = [row.payload["say"] for row in (await session.exec(select(OutboxRow))).all() if row.kind == "thread"]
    assert said[-1].words == ["空き家を使いたい"]
    assert Note.CITIZEN_WROTE in notes


async def test_an_answer_that_quotes_the_desk_is_asked_whose_it_is(talk: Talk) -> None:
    async with talk.db.transaction() as session:
        case = await a_case(session)
        await desk.reply(session, case.number, "来週はいかがですか", by="U0ALICE", now=talk.now)
        await received.claim(session, case.number, by="U0ALICE", now=talk.now)
        for row in (await session.exec(select(OutboxRow).where(OutboxRow.kind == "reply"))).all():
            row.ext_id = "from-the-desk"
        draft = (await session.exec(select(Proposal).where(Proposal.state == ProposalState.DRAFT))).one()
        draft.asked_at = talk.now  # the open question is newer than what the desk wrote
    await talk.sends("text", text="来週で大丈夫です", quotedMessageId="from-the-desk")
    await talk.goes_on(1)

    async with talk.db.reading() as session:
        part = (await session.exec(select(AnswerPart))).one()
    assert (part.text, part.state, part.offered) == ("来週で大丈夫です", "doubtful", "tell_desk")


async def test_an_answer_that_quotes_anything_else_is_an_answer(talk: Talk) -> None:
    await talk.sends("text", text="空き家を使いたい", quotedMessageId="5")
    await talk.goes_on(1)

    assert await talk.answers() == {"overview": "空き家を使いたい"}


async def test_a_photo_that_another_server_has_is_not_fetched_and_that_is_said(talk: Talk) -> None:
    elsewhere = {"type": "external", "originalContentUrl": "https://example.com/a.jpg"}
    await talk.sends("image", contentProvider=elsewhere)
    await talk.goes_on(1)

    async with talk.db.reading() as session:
        rows = (await session.exec(select(OutboxRow))).all()
        photo = (await session.exec(select(Attachment))).one()
    assert photo.problem == "not_fetched"
    assert {row.dest for row in rows} == {"line"}
    assert "media_not_fetched" in {row.kind for row in rows}
