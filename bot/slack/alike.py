"""What the library finds for a case: cases and organisations apart, so that neither hides the other."""

from collections.abc import Sequence

from bot.cases.sight import CaseView
from bot.slack.card import Hit, question_of
from bot.slack.desk import Finder

KINDS = ("case", "organisation")


async def alike(library: Finder, view: CaseView, each: int) -> Sequence[Hit]:
    """Return up to `each` cases and as many organisations, best first."""
    question = question_of(view)
    return [hit for kind in KINDS for hit in await library.similar(question, kind=kind, limit=each)]
