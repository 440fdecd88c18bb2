"""Privacy mode `confidential`: LINE carries only the news that something came, with a link to the centre's own page.

The government's guideline for LINE (2021-04-30) asks that consultations don't stay with LINE. Buttons, dates and
receipt numbers stay: nobody wrote them.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.line import messages
from bot.line.messages import Json
from bot.phrases import phrase
from storage.models import Case, Proposal, ProposalState

Page = Callable[[int], str]  # from a proposal to the address of its page
# News that hold what somebody wrote: a coordinator, or the citizen.
HELD_BACK = frozenset({
    "reply", "asked", "referred", "hearing_notes", "hearing_dates", "hearing_fixed", "hypothesis", "plan",
    "dialogue_invited", "dialogue_changed", "publication_ask",
})  # fmt: skip
DRAWN = frozenset({"summary", "answer", "my_data", "next_milestone"})  # of a turn: drawn from the record


async def news(
    session: AsyncSession, kind: str, payload: Mapping[str, Any], drawn: list[Json], page: Page
) -> list[Json]:
    """Return a link instead of drawn messages that hold somebody's words. Their buttons stay."""
    if kind not in HELD_BACK or not drawn:
        return drawn
    found = select(Case).where(or_(col(Case.number) == payload.get("number"), col(Case.id) == payload.get("case")))
    case = (await session.exec(found)).one()
    return [*_link(case, page), *_answers(drawn)]


async def said(session: AsyncSession, number: str, page: Page) -> list[Json]:
    """Return a link instead of what a turn says, if a coordinator wrote some of it."""
    return _link((await session.exec(select(Case).where(Case.number == number))).one(), page)


async def drawn(session: AsyncSession, custom: Mapping[str, Any], page: Page) -> list[Json]:
    """Return links instead of what would be drawn from the record."""
    if custom["kind"] == "next_milestone":
        return _link(await session.get_one(Case, custom["case"]), page)
    if custom["kind"] != "my_data":
        return messages.text(phrase("form_link", link=page(custom["proposal"])))
    kept = select(Proposal.id, Case.number).join(Case, col(Case.proposal_id) == Proposal.id, isouter=True)
    kept = kept.where(Proposal.citizen_id == custom["citizen"], Proposal.state != ProposalState.WITHDRAWN)
    rows = (await session.exec(kept.order_by(col(Proposal.id)))).all()
    lines = [f"{_title(number)}\n{page(id or 0)}" for id, number in rows]
    return messages.text("\n\n".join([phrase("data_elsewhere"), *lines, phrase("data_end")]))


def _title(number: str | None) -> str:
    return phrase("data_case", number=number) if number else phrase("data_draft")


def _link(case: Case, page: Page) -> list[Json]:
    return messages.text(phrase("arrived", number=case.number, link=page(case.proposal_id or 0)))


def _answers(drawn: list[Json]) -> list[Json]:
    """Return the buttons of the drawn messages, on a card that stays and as quick replies."""
    actions = list({action["data"]: action for action in _postbacks(drawn)}.values())
    if not actions:
        return []
    told = {"type": "text", "text": phrase("arrived_answer"), "wrap": True}
    buttons = [{"type": "button", "style": "secondary", "height": "sm", "action": action} for action in actions]
    bubble = {"type": "bubble", "body": _box([told]), "footer": _box(buttons)}
    items = [{"type": "action", "action": action} for action in actions]
    card = {"type": "flex", "altText": phrase("arrived_answer"), "contents": bubble}
    return [card | {"quickReply": {"items": items}}]


def _postbacks(part: Any) -> Iterator[Json]:
    if isinstance(part, dict) and part.get("type") == "postback":
        yield part
    elif isinstance(part, (dict, list)):
        for inner in part.values() if isinstance(part, dict) else part:
            yield from _postbacks(inner)


def _box(contents: list[Json]) -> Json:
    return {"type": "box", "layout": "vertical", "spacing": "sm", "contents": contents}
