"""What nobody said to be an answer stands beside the answers: shown before sending, and left out on a tap."""

from typing import Any

from sqlmodel import col, select

from bot.desk.consultation.intake import proposals
from bot.desk.record import sight
from bot.desk.record.answers import asides
from bot.line import drawing
from bot.phrases import phrase
from storage.models import AnswerPart, Case, PartState, Proposal
from tests.hearing.talking import Talk

QUESTION = "お金はかかるんですか"


async def doubted(talk: Talk) -> None:
    """A citizen takes a rest, asks something that is asked back, and goes on without deciding."""
    await talk.writes("空き家を使いたい")
    await talk.goes_on(1)
    await talk.writes("/pause")
    await talk.goes_on(1)
    await talk.writes(QUESTION)
    await talk.goes_on(1)
    await talk.writes("/resume")
    await talk.goes_on(1)
    await talk.writes("近所に空き家が多い")
    await talk.goes_on(1)


async def summary(talk: Talk) -> tuple[str, list[str]]:
    """What the summary shows, and the data of its はずす."""
    async with talk.db.reading() as session:
        proposal = (await session.exec(select(Proposal).order_by(col(Proposal.id).desc()))).first()
        assert proposal is not None
        drawn = await drawing._summary(session, {"proposal": proposal.id}, {})
    buttons = [action for action in _actions(drawn) if action["label"] == phrase("leave_out")]
    return str(drawn), [button["data"] for button in buttons]


def _actions(drawn: Any) -> list[dict[str, Any]]:
    if isinstance(drawn, list):
        return [found for one in drawn for found in _actions(one)]
    if not isinstance(drawn, dict):
        return []
    own = [drawn] if drawn.get("type") == "postback" else []
    return own + [found for one in drawn.values() for found in _actions(one)]


async def test_a_question_to_us_is_in_no_answer_and_is_not_lost(talk: Talk) -> None:
    await doubted(talk)

    assert await talk.answers() == {"overview": "空き家を使いたい", "background": "近所に空き家が多い"}
    shown, [data] = await summary(talk)
    assert QUESTION in shown
    assert data.startswith("tap=aside&n=")


async def test_the_coordinators_read_it_beside_the_answers(talk: Talk) -> None:
    await doubted(talk)
    await talk.writes('/submit{"early":"yes"}')
    await talk.goes_on(1)

    async with talk.db.reading() as session:
        case = (await session.exec(select(Case))).one()
        view = await sight.view_of(session, case)
    assert view.asides == (QUESTION,)
    assert QUESTION not in "".join(view.answers.values())
    assert sight.as_json(view)["asides"] == [QUESTION]


async def test_what_is_left_out_doesn_t_go_to_the_desk_and_old_buttons_do_nothing(talk: Talk) -> None:
    await doubted(talk)
    _, [data] = await summary(talk)

    await talk._arrives({"postback": {"data": data}})
    await talk.goes_on(1)
    assert (await talk.said())[-1] == phrase("left_out")
    assert (await summary(talk))[1] == []
    await talk._arrives({"postback": {"data": data}})
    await talk.goes_on(1)
    assert (await talk.said())[-1] == phrase("old_button")


async def test_only_one_s_own_draft_can_be_changed(talk: Talk) -> None:
    await doubted(talk)
    async with talk.db.transaction() as session:
        proposal = (await session.exec(select(Proposal))).one()
        [part] = await asides(session, proposal.id)
        assert await proposals.leave_out(session, (proposal.citizen_id or 0) + 1, part.id or 0) is None
        assert await proposals.leave_out(session, proposal.citizen_id, (part.id or 0) + 1) is None
        assert (await session.get_one(AnswerPart, part.id)).state == PartState.KEPT


async def test_before_it_is_decided_it_is_shown_and_decided_it_becomes_the_answer(talk: Talk) -> None:
    await talk.writes("空き家を使いたい")
    await talk.goes_on(1)
    await talk.writes("/pause")
    await talk.goes_on(1)
    await talk.writes("きっかけは近所の空き家です")
    await talk.goes_on(1)
    assert "きっかけは近所の空き家です" in (await summary(talk))[0]

    await talk.writes("/answer_as_is")
    await talk.goes_on(1)

    assert (await talk.answers())["background"] == "きっかけは近所の空き家です"
    assert (await summary(talk))[1] == []
