"""Buttons stay on the screen: each says which question it was drawn for."""

from bot.hearing.incoming import Incoming
from storage.models import Proposal

# A tap on these means the question they stood under; on another question it would do harm.
OF_ONE_QUESTION = ("/skip", "/go_back", "/answer_as_is")
# A tap on these is about one proposal.
OF_ONE_PROPOSAL = ("/submit", "/correct_answer", "/add_more", "/confirm_withdraw", "/show_answer")
# After "is this an answer?" these don't decide it.
NO_DECISION = ("/answer_as_is", "/add_more", "/resume", "/show_answer", "/submit", "/help")


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


def offered_instead(incoming: Incoming) -> bool:
    """Tell whether a tap says that the doubtful message was a command after all."""
    return incoming.do.startswith("/") and not incoming.do.startswith(NO_DECISION)
