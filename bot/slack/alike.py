"""What the library finds for a case: cases and organisations apart, so that neither hides the other."""

from collections.abc import Sequence

from bot.cases.sight import CaseView
from bot.slack.card import Hit, question_of
from bot.slack.desk import Finder
from knowledge.question import Near

KINDS = ("case", "organisation")


async def alike(library: Finder, view: CaseView, each: int) -> Sequence[Hit]:
    """Return up to `each` cases and as many organisations, best first; a case never finds itself."""
    question, near = question_of(view), Near(view.ward, view.theme, view.party)
    found = [
        await library.answer(question, kind=kind, limit=each, near=near, without=(view.number,), about=view.number)
        for kind in KINDS
    ]
    return [hit for answer in found for hit in answer.hits]
