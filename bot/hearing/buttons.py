"""Buttons stay on the screen: each says which question it was drawn for."""

from bot.hearing.incoming import Incoming
from storage.models import Proposal

# A tap on these means the question they stood under; on another question it would do harm.
OF_ONE_QUESTION = ("/skip", "/go_back", "/answer_as_is")
# A tap on these is about one proposal.
OF_ONE_PROPOSAL = ("/submit", "/correct_answer", "/add_more", "/confirm_withdraw", "/show_answer")


def is_stale(incoming: Incoming, proposal: Proposal | None) -> bool:
    """Tell whether a button belongs to a question or proposal that isn't open any more."""
    drawn = incoming.drawn_for
    if incoming.kind != "postback" or "p" not in drawn:
        return False
    about_question = incoming.do.startswith(OF_ONE_QUESTION) or not incoming.do.startswith("/")
    if not about_question and not incoming.do.startswith(OF_ONE_PROPOSAL):
        return False
    if proposal is None or drawn["p"] != str(proposal.id):
        return True
    return about_question and drawn.get("q") != proposal.question


def intent_of(incoming: Incoming) -> str:
    """Return the command a tapped button stands for, or nothing."""
    return incoming.do[1:].partition("{")[0] if incoming.kind == "postback" and incoming.do.startswith("/") else ""
