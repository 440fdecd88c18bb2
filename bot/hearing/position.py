"""Where a conversation stands, as the database has it. Rasa is told with each message, and its tracker follows."""

from bot.desk.record.answers import ORDER, REVIEW, settled
from storage.models import Proposal

RECORDED = "recorded"  # a slot says that there is an answer, never which
HEARING, CASE = "hearing_form", "case_form"


def slots_of(proposal: Proposal | None, given: dict[str, str], *, case_open: bool) -> dict[str, str | None]:
    """Return every slot as the database has it, with the question that is open."""
    done = settled(proposal, given) if proposal else set()
    slots: dict[str, str | None] = {q: RECORDED if q in done else None for q in ORDER}
    slots |= {REVIEW: None, "message": None}
    open_question = proposal.question if proposal else "message" if case_open else None
    if open_question in slots:
        slots[open_question] = None
    return slots | {"requested_slot": open_question}


def loop_of(proposal: Proposal | None, *, case_open: bool) -> str | None:
    """Return the form the citizen is in."""
    return HEARING if proposal else CASE if case_open else None
