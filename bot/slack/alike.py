"""What the library finds for a case: cases and organisations apart, so that neither hides the other."""

from collections.abc import Sequence

from bot.cases.sight import CaseView
from bot.slack.card import question_of
from bot.slack.desk import Finder
from bot.slack.hits import HITS, Hit
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


async def published(library: Finder, view: CaseView, each: int = HITS) -> Sequence[Hit]:
    """Return cases that everybody may see, for people from outside."""
    near = Near(view.ward, view.theme, view.party)
    answer = await library.answer(
        question_of(view), kind="case", limit=each, published_only=True, near=near, without=(view.number,)
    )
    return answer.hits
