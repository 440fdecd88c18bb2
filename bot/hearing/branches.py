"""What came × where the citizen stands → what is done: the table of a citizen's turn, read from the top."""

from collections.abc import Callable
from enum import StrEnum

from bot.hearing import confidential
from bot.hearing.arrived import Arrived
from knowledge.language.blanks import has_words


class Branch(StrEnum):
    """What is done with a message."""

    LEAVE = "leave"  # nothing
    TAP = "tap"  # it is the citizen's word on something the desk put to them
    FORM = "form"  # the web form's address is handed out
    TO_DESK = "to_desk"  # the coordinators get it, and the answer repeats no word of it
    LATE = "late"  # it belongs to the answer before
    REPEAT = "repeat"  # the open question, or the state of the case, is said once more
    TALK = "talk"  # Rasa answers


def anything(_: Arrived) -> bool:
    return True


def taken_back(one: Arrived) -> bool:
    return one.is_taken_back


def an_answer_to_the_desk(one: Arrived) -> bool:
    return one.tap is not None


def agreement(one: Arrived) -> bool:
    return confidential.agrees(one.incoming)


def words_of_their_own(one: Arrived) -> bool:
    return not one.is_command and has_words(one.incoming.words)


def about_the_draft(one: Arrived) -> bool:
    return not one.is_command or confidential.is_about_the_draft(one.incoming)


def again_or_an_old_button(one: Arrived) -> bool:
    return one.is_applied or one.is_stale


def in_confidence(one: Arrived) -> bool:
    return one.in_confidence


def in_confidence_at_a_form(one: Arrived) -> bool:
    return one.in_confidence and one.has_draft


def in_confidence_with_a_case(one: Arrived) -> bool:
    return one.in_confidence and one.standing.case is not None


def before_the_next_question(one: Arrived) -> bool:
    return one.is_early


Says = Callable[[Arrived], bool]
anywhere = anything  # the same answer, for the other column of the table

TABLE: tuple[tuple[Says, Says, Branch], ...] = (
    # what came             where the citizen stands   what is done
    (taken_back, anywhere, Branch.LEAVE),
    (an_answer_to_the_desk, anywhere, Branch.TAP),
    (agreement, in_confidence, Branch.FORM),
    (about_the_draft, in_confidence_at_a_form, Branch.FORM),
    (words_of_their_own, in_confidence_with_a_case, Branch.TO_DESK),
    (words_of_their_own, before_the_next_question, Branch.LATE),
    (again_or_an_old_button, anywhere, Branch.REPEAT),
    (anything, anywhere, Branch.TALK),
)


def branch_of(arrived: Arrived) -> Branch:
    """Return what is done with a message: the first line of the table that holds."""
    return next(branch for came, stands, branch in TABLE if came(arrived) and stands(arrived))
