"""Moving about in the hearing: begin, go back, correct, add, pause, resume."""

from bot.desk.consultation.intake import proposals
from bot.desk.record.answers import ORDER
from bot.hearing.actions.turn import Turn, no_draft, step
from bot.phrases import label, phrase
from storage.models import QUESTIONS, PartState, Proposal, Stage


@step("action_start")
async def start(turn: Turn) -> None:
    """Say what is stored and ask for consent. If there is a draft or an open case, offer to go on with it instead."""
    if turn.proposal:
        turn.say("utter_draft_open")
    elif turn.case and turn.case.stage != Stage.CLOSED and not _wants_another(turn):
        turn.say("utter_case_open", number=turn.case.number)
    else:
        turn.say("utter_consent")


@step("action_agree", once=True)
async def agree(turn: Turn) -> None:
    """Store the consent with its version and open the first question."""
    if turn.proposal is None:
        version = phrase("consent_version")
        turn.standing.proposal = await proposals.begin(turn.session, turn.citizen.id or 0, version, turn.key, turn.now)
        turn.say("utter_agreed")


@step("action_go_back", once=True)
async def go_back(turn: Turn) -> None:
    """Open the question before this one; its answer stays until a new one comes."""
    if (proposal := turn.proposal) is None:
        return no_draft(turn)
    previous = await proposals.previous(turn.session, proposal)
    proposals.stamp(proposal, turn.key, turn.now)
    if previous is None:
        return turn.say("utter_nothing_before")
    return _reopen(turn, proposal, previous, "utter_went_back", "correct")


@step("action_correct", once=True)
async def correct(turn: Turn) -> None:
    """Open one answer again, or offer those that can be."""
    _choose_or_reopen(turn, "correct", "utter_choose_correction", "utter_correcting")


@step("action_add_more", once=True)
async def add_more(turn: Turn) -> None:
    """Add to an answer. A message about which we asked where it belongs goes there at once."""
    proposal, question = turn.proposal, turn.args.get("question")
    waiting = await proposals.doubtful(turn.session, proposal.id) if proposal else []
    if not waiting or question not in QUESTIONS or proposal is None:
        return _choose_or_reopen(turn, "add", "utter_choose_addition", "utter_adding")
    for part in waiting:
        part.question, part.state = question, PartState.KEPT
        turn.session.add(part)
    proposals.stamp(proposal, turn.key, turn.now)
    return turn.say("utter_answer_added", label=label(question))


@step("action_pause", once=True)
async def pause(turn: Turn) -> None:
    """Let the citizen go; everything so far is kept."""
    if turn.proposal is None:
        return no_draft(turn)
    proposals.stamp(turn.proposal, turn.key, turn.now)
    turn.proposal.paused_at = turn.now
    return turn.say("utter_paused")


@step("action_resume")
async def resume(turn: Turn) -> None:
    """Welcome the citizen back; the form repeats the open question."""
    if turn.proposal is None:
        return no_draft(turn)
    if turn.proposal.paused_at:
        turn.proposal.paused_at = None
        turn.say("utter_resumed")
    return None


def _wants_another(turn: Turn) -> bool:
    """Tell whether the citizen has said, by button or in words, that they mean a new consultation."""
    other = phrase("another_one").split()
    return turn.args.get("anew") == "yes" or any(part in turn.incoming.words for part in other)


def _choose_or_reopen(turn: Turn, mode: str, choose: str, reopened: str) -> None:
    if (proposal := turn.proposal) is None:
        return no_draft(turn)
    proposals.stamp(proposal, turn.key, turn.now)
    question = turn.args.get("question")
    if question in ORDER:
        return _reopen(turn, proposal, question, reopened, mode)
    return turn.say(choose)


def _reopen(turn: Turn, proposal: Proposal, question: str, response: str, mode: str) -> None:
    has_answer = bool(turn.standing.given.get(question) or getattr(proposal, question, None))
    proposals.ask(proposal, question, mode=mode if has_answer else "")
    stay = [{"title": phrase("keep_as_is"), "payload": "/skip"}] if has_answer else []
    turn.say(response, buttons=stay, label=label(question))
    if has_answer:
        turn.show("answer", proposal=proposal.id, question=question, open=True)
