"""Rasa's tracker as a projection of the database: what it should be, and how to get it there."""

from typing import Any

from bot.cases.answers import ORDER, REVIEW, settled
from bot.hearing.rasa import Rasa
from storage.models import Proposal

RECORDED = "recorded"  # a slot says that there is an answer, never which
HEARING, CASE = "hearing_form", "case_form"
Event = dict[str, Any]
LISTEN: Event = {"event": "action", "name": "action_listen"}


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


async def align(rasa: Rasa, conversation: str, loop: str | None, slots: dict[str, str | None]) -> None:
    """Bring the tracker to the given state if it isn't there: lost, restored, or changed beside it."""
    tracker = await rasa.tracker(conversation)
    if _agrees(tracker, loop, slots):
        return
    events: list[Event] = [{"event": "active_loop", "name": loop}]
    events += [{"event": "slot", "name": name, "value": value} for name, value in slots.items()]
    await rasa.append(conversation, [*events, LISTEN])


def _agrees(tracker: dict[str, Any], loop: str | None, slots: dict[str, str | None]) -> bool:
    active = tracker.get("active_loop") or {}
    known = tracker.get("slots") or {}
    if active.get("name") != loop or active.get("rejected"):
        return False
    watched = (*ORDER, "requested_slot") if loop == HEARING else ("requested_slot",) if loop else ()
    return all(known.get(name) == slots[name] for name in watched)
