"""Answers: keep what was said, ask back when it could be something else, and move on."""

from bot.desk.consultation.intake import proposals
from bot.desk.consultation.intake.proposals import Said
from bot.desk.record.answers import FIELDS, MESSAGE, REVIEW, answers
from bot.desk.talk import talk
from bot.hearing.actions.fields import belongs_beside, take_field
from bot.hearing.actions.turn import Turn, no_draft, step
from bot.phrases import label
from knowledge.language import wards
from knowledge.language.blanks import has_words
from knowledge.language.signs import cut
from storage.models import QUESTIONS, AnswerPart, PartState, Proposal

SHOWN = 20  # characters of a message that is asked about
TELL_DESK = "tell_desk"  # the other thing a message may be: words for the coordinator who wrote last


@step("validate_hearing_form")
async def take_answer(turn: Turn) -> None:
    """Record the message as the answer to the open question, and open the next question."""
    proposal = turn.proposal
    if proposal is None or proposal.turn_key == turn.key:
        return
    said = turn.incoming.said()
    if not has_words(said.text):
        turn.say("utter_answer_too_empty")
    elif turn.standing.is_answering_the_desk or await _quotes_the_desk(turn):
        await _doubt(turn, proposal, said, TELL_DESK)
    elif proposal.question == REVIEW:
        await _where_to(turn, proposal, said)
    elif proposal.paused_at:
        await _doubt(turn, proposal, said, "")
    elif proposal.question in FIELDS:
        await take_field(turn, proposal, said)
    else:
        await _answer(turn, proposal, said)
    proposals.stamp(proposal, turn.key, turn.now)


@step("action_clarify", once=True)
async def clarify(turn: Turn) -> None:
    """Keep a message that may be a command, and ask."""
    said = turn.incoming.said()
    if not has_words(said.text):
        turn.say("utter_answer_too_empty")
    elif turn.proposal:
        await _doubt(turn, turn.proposal, said, turn.was)
        turn.proposal.turn_key = turn.key
    elif turn.case:
        await proposals.keep(turn.session, turn.case.proposal_id, MESSAGE, said, PartState.DOUBTFUL, turn.was)
        turn.say(
            "utter_clarify_message", words=cut(said.text, SHOWN), command=_command(turn.was), payload=f"/{turn.was}"
        )


@step("action_answer_as_is", once=True)
async def answer_as_is(turn: Turn) -> None:
    """The doubtful messages were meant as they are: record them where they were asked."""
    if turn.proposal is None:
        return await _tell_desk(turn, turn.case.proposal_id if turn.case else None)
    waiting = await proposals.doubtful(turn.session, turn.proposal.id)
    if not waiting:
        return turn.say("utter_nothing_to_record")
    for part in waiting:
        await _as_answer(turn, turn.proposal, part)
    proposals.stamp(turn.proposal, turn.key, turn.now)
    return turn.say("utter_recorded_as_answer")


@step("action_tell_desk", once=True)
async def tell_desk(turn: Turn) -> None:
    """The doubtful messages were for the coordinator."""
    await _tell_desk(turn, turn.proposal.id if turn.proposal else turn.case.proposal_id if turn.case else None)
    if turn.proposal:
        proposals.stamp(turn.proposal, turn.key, turn.now)
        turn.proposal.asked_at = turn.proposal.before = None  # now the newest on the screen


@step("action_skip", once=True)
async def skip(turn: Turn) -> None:
    """Pass over the open question; the first of the five can't be."""
    if (proposal := turn.proposal) is None:
        return no_draft(turn)
    if proposal.question == QUESTIONS[0] and not turn.standing.given.get(QUESTIONS[0]):
        return turn.say("utter_cannot_skip", label=label(QUESTIONS[0]))
    passed = proposal.question or REVIEW
    await proposals.pass_over(turn.session, proposal)
    await find_ward(turn, proposal)
    proposals.stamp(proposal, turn.key, turn.now)
    if proposal.skipped.get(passed) and passed != REVIEW:
        turn.say("utter_skipped", label=label(passed))
    return None


async def find_ward(turn: Turn, proposal: Proposal) -> None:
    """When the ward is asked next, look for it in the answers. If they name exactly one ward, it isn't asked."""
    if proposal.question != "ward" or proposal.mode:
        return
    given = await answers(turn.session, proposal.id)
    named = wards.find("\n".join(given.values()))
    if len(named) == 1:
        proposal.ward = named[0]
        before = proposal.before  # a message that is still on its way belongs to the answer, not to the ward
        await proposals.move_on(turn.session, proposal)
        proposal.before = before
        turn.say("utter_ward_found", ward=named[0])


async def _answer(turn: Turn, proposal: Proposal, said: Said) -> None:
    question = proposal.question or QUESTIONS[0]
    await proposals.answer(turn.session, proposal, said)
    words_to_come = proposal.mode == "correct" or not await proposals.has_words(turn.session, proposal, question)
    if said.is_wordless and words_to_come:
        proposal.before = None
        return turn.say("utter_media_recorded", label=label(question))
    await proposals.move_on(turn.session, proposal)
    return await find_ward(turn, proposal)


async def _as_answer(turn: Turn, proposal: Proposal, part: AnswerPart) -> None:
    """Make a doubtful message an answer: to one of the four fields, or to one of the five questions."""
    if part.question in FIELDS:
        proposals.ask(proposal, part.question)
        said = Said(part.message_key, part.said_at, part.text, part.kind, part.line_message_id)
        part.state = PartState.KEPT
        part.question = QUESTIONS[0] if belongs_beside(part.question, said) else part.question
        await take_field(turn, proposal, said)
    else:
        await proposals.take_as_answer(turn.session, proposal, part)
        await proposals.move_on(turn.session, proposal)
        await find_ward(turn, proposal)


async def _quotes_the_desk(turn: Turn) -> bool:
    """Tell whether the citizen answers, with LINE's リプライ, something a coordinator wrote, however long ago."""
    return turn.case is not None and await talk.said(turn.session, turn.citizen.id, turn.incoming.quotes)


async def _tell_desk(turn: Turn, proposal_id: int | None) -> None:
    waiting = await proposals.doubtful(turn.session, proposal_id)
    if turn.case is None or not waiting:
        return turn.say("utter_nothing_to_record")
    await turn.pass_on(*waiting)
    return turn.say("utter_message_passed_on", number=turn.case.number)


async def _doubt(turn: Turn, proposal: Proposal, said: Said, was: str) -> None:
    """Keep the message as it is and ask what it was meant to be. If nothing is offered, it can be recorded as it is."""
    question = proposal.question if proposal.question in (*QUESTIONS, *FIELDS) else QUESTIONS[0]
    await proposals.keep(turn.session, proposal.id, question, said, PartState.DOUBTFUL, was)
    offer = was or "resume"
    turn.say("utter_clarify", words=cut(said.text, SHOWN), command=_command(offer), payload=f"/{offer}")


async def _where_to(turn: Turn, proposal: Proposal, said: Said) -> None:
    """Words after the last question belong to one of the answers; ask which."""
    await proposals.keep(turn.session, proposal.id, QUESTIONS[0], said, PartState.DOUBTFUL)
    turn.say("utter_choose_addition")


def _command(intent: str) -> str:
    return label(f"command_{intent}")
