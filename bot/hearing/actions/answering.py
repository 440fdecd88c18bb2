"""Answers: keep what was said, ask back when it could be a command, and move on."""

from bot.cases import proposals
from bot.cases.answers import FIELDS, MESSAGE, REVIEW, answers
from bot.cases.proposals import Said
from bot.hearing.actions.fields import take_field
from bot.hearing.actions.turn import Turn, no_draft, step
from bot.hearing.incoming import WORDLESS
from bot.phrases import label
from knowledge import wards
from storage.models import QUESTIONS, PartState, Proposal


@step("validate_hearing_form")
async def take_answer(turn: Turn) -> None:
    """Record the message as the answer to the open question and open the next."""
    proposal = turn.proposal
    if proposal is None or proposal.turn_key == turn.key:
        return
    said = turn.incoming.said()
    if not said.text.strip():
        turn.say("utter_answer_too_empty")
    elif proposal.question == REVIEW:
        await _where_to(turn, proposal, said)
    elif proposal.paused_at:
        await _doubt(turn, proposal, said)
    elif proposal.question in FIELDS:
        await take_field(turn, proposal, said)
    else:
        await _answer(turn, proposal, said)
    proposals.stamp(proposal, turn.key, turn.now)


@step("action_clarify", once=True)
async def clarify(turn: Turn) -> None:
    """Keep a message that may be a command, and ask."""
    said = turn.incoming.said()
    if turn.proposal:
        await _doubt(turn, turn.proposal, said)
        turn.proposal.turn_key = turn.key
    elif turn.case:
        await proposals.keep(turn.session, turn.case.proposal_id, MESSAGE, said, PartState.DOUBTFUL)
        turn.say("utter_clarify_message", words=_short(said.text), command=_command(turn.was), payload=f"/{turn.was}")


@step("action_skip", once=True)
async def skip(turn: Turn) -> None:
    """Pass over the open question; the first of the five can't be."""
    if (proposal := turn.proposal) is None:
        return no_draft(turn)
    needs_words = proposal.question == QUESTIONS[0] and not turn.standing.given.get(QUESTIONS[0])
    if needs_words:
        return turn.say("utter_cannot_skip", label=label(QUESTIONS[0]))
    passed = proposal.question or REVIEW
    await proposals.pass_over(turn.session, proposal)
    await find_ward(turn, proposal)
    proposals.stamp(proposal, turn.key, turn.now)
    if passed != REVIEW:
        turn.say("utter_skipped", label=label(passed))
    return None


async def find_ward(turn: Turn, proposal: Proposal) -> None:
    """When the ward is next, look for it in the answers; exactly one named ward needs no question."""
    if proposal.question != "ward" or proposal.mode:
        return
    given = await answers(turn.session, proposal.id)
    named = wards.find("\n".join(given.values()))
    if len(named) == 1:
        proposal.ward = named[0]
        await proposals.move_on(turn.session, proposal)
        turn.say("utter_ward_found", ward=named[0])


async def _answer(turn: Turn, proposal: Proposal, said: Said) -> None:
    question = proposal.question or QUESTIONS[0]
    await proposals.answer(turn.session, proposal, said)
    if said.kind in WORDLESS and not await proposals.has_words(turn.session, proposal, question):
        proposal.before = None
        return turn.say("utter_media_recorded", label=label(question))
    await proposals.move_on(turn.session, proposal)
    return await find_ward(turn, proposal)


async def _doubt(turn: Turn, proposal: Proposal, said: Said) -> None:
    await proposals.keep(turn.session, proposal.id, proposal.question or QUESTIONS[0], said, PartState.DOUBTFUL)
    was = turn.was or "resume"
    turn.say("utter_clarify", words=_short(said.text), command=_command(was), payload=f"/{was}")


async def _where_to(turn: Turn, proposal: Proposal, said: Said) -> None:
    """Words after the last question belong to one of the answers; ask which."""
    await proposals.keep(turn.session, proposal.id, QUESTIONS[0], said, PartState.DOUBTFUL)
    turn.say("utter_choose_addition")


def _command(intent: str) -> str:
    return label(f"command_{intent}")


def _short(words: str) -> str:
    return words if len(words) <= 20 else words[:19] + "…"
