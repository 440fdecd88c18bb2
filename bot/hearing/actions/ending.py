"""The end of a hearing: look it over, send it, or take it back."""

from bot.desk.consultation.heard import citizen_wrote
from bot.desk.consultation.intake import proposals, received
from bot.desk.consultation.privacy import forget_proposal
from bot.desk.record.answers import ORDER, REVIEW, answers
from bot.hearing.actions.turn import Turn, step
from bot.phrases import label, phrase
from bot.when import day
from storage.models import QUESTIONS, ProposalState


@step("action_ask_review")
async def review(turn: Turn) -> None:
    """Show all answers with なおす on each, and 送信する."""
    if turn.proposal:
        turn.show("summary", proposal=turn.proposal.id)
        turn.say("utter_review")


@step("action_show_answer")
async def show_answer(turn: Turn) -> None:
    """Show one answer whole."""
    question = turn.args.get("question")
    if turn.proposal and question in ORDER:
        turn.show("answer", proposal=turn.proposal.id, question=question)
    else:
        turn.say("utter_nothing_to_resume")


@step("action_submit", once=True)
async def submit(turn: Turn) -> None:
    """Make the draft a case: receipt number, what happens next, and by when."""
    if (proposal := turn.proposal) is None:
        return await _already_sent(turn)
    early = turn.args.get("early") == "yes"
    if not turn.standing.given.get(QUESTIONS[0]) or (proposal.question != REVIEW and not early):
        if not turn.standing.given.get(QUESTIONS[0]):
            proposals.ask(proposal, QUESTIONS[0])
        return turn.say("utter_not_ready", label=label(proposal.question or QUESTIONS[0]))
    await proposals.set_beside(turn.session, proposal.id)
    proposals.stamp(proposal, turn.key, turn.now)
    proposal.state, proposal.sent_at, proposal.question = ProposalState.SENT, turn.now, None
    given = await answers(turn.session, proposal.id)
    case = await received.open_case(turn.session, proposal, given, by="citizen", now=turn.now)
    turn.standing.proposal, turn.standing.case = None, case
    turn.citizen.conversation += 1
    return turn.say("utter_submitted", number=case.number, promised=day(case.promised_by or turn.now))


@step("action_withdraw")
async def withdraw(turn: Turn) -> None:
    """Ask whether they really want it."""
    if turn.proposal or turn.case:
        response = "utter_withdraw_confirm" if turn.proposal else "utter_withdraw_case_confirm"
        turn.say(response, number=turn.case.number if turn.case else "")
    else:
        turn.say("utter_nothing_to_resume")


@step("action_confirm_withdraw", once=True)
async def confirm_withdraw(turn: Turn) -> None:
    """Erase the draft. A case that was sent can be ended by the coordinators only."""
    if turn.proposal:
        await forget_proposal(turn.session, turn.proposal)
        turn.proposal.turn_key = turn.key
        turn.standing.proposal = None
        turn.citizen.conversation += 1
        return turn.say("utter_withdrawn")
    if turn.case:
        await citizen_wrote(turn.session, turn.case, [phrase("wish_to_withdraw")], key=turn.key, now=turn.now)
        return turn.say("utter_withdraw_passed_on", number=turn.case.number)
    return turn.say("utter_nothing_to_resume")


async def _already_sent(turn: Turn) -> None:
    if turn.case:
        return turn.say("utter_already_submitted", number=turn.case.number)
    return turn.say("utter_nothing_to_resume")
