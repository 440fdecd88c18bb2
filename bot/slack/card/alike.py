"""What the library finds for a case: cases and organisations apart, so that neither hides the other."""

from collections.abc import Sequence

from bot.desk.consultation.publishing.publishing import entry_of
from bot.desk.record.sight import CaseView
from bot.slack.card.card import question_of
from bot.slack.kit.hits import HITS
from knowledge.asking.question import Near
from knowledge.hits import Hit
from knowledge.search import Library

KINDS = ("case", "organisation")


async def alike(library: Library, view: CaseView, each: int) -> Sequence[Hit]:
    """Return up to `each` cases and as many organisations, best first; a case never finds itself."""
    question, near = question_of(view), Near(view.ward, view.theme, view.party)
    if not question:
        return []
    found = [
        await library.answer(question, kind=kind, limit=each, near=near, without=_itself(view), about=view.number)
        for kind in KINDS
    ]
    return [hit for answer in found for hit in answer.hits]


async def published(library: Library, view: CaseView, each: int = HITS) -> Sequence[Hit]:
    """Return cases that everybody may see, for people from outside; a case never finds itself."""
    near = Near(view.ward, view.theme, view.party)
    answer = await library.answer(
        question_of(view), kind="case", limit=each, published_only=True, near=near, without=_itself(view)
    )
    return answer.hits


def _itself(view: CaseView) -> tuple[str, str]:
    """Return what a case is known by: as a consultation, and as the entry it may have become."""
    return view.number, entry_of(view.number)
