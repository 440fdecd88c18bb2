"""事例を公開する: an editor who wrote none of it puts a text the citizen agreed to into the library."""

from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.consultation.publishing import editors, publication
from bot.desk.consultation.publishing.publication import Text
from bot.desk.record import record, telling
from bot.desk.record.moves import Action
from bot.desk.record.refusals import refuse
from bot.phrases import phrase
from knowledge import changes
from knowledge.entries import CASE
from storage.models import Audience, Case, PastCase, Proposal, Publication, PublicationState

PUBLISHED = "publication_published"  # the news with the page's address
PARTY = "party"  # the column of an entry's extra that 主体: is looked for in


async def publish(
    session: AsyncSession, number: str, *, seen: str | None, site: str, by: str, now: datetime
) -> Publication:
    """Make the text an entry that everybody can find. The citizen must have agreed to every word of it.

    Two people read it: who wrote the text or works on the case is refused.

    `site` is where the hub is reached from outside, for the address the citizen is told.
    """
    case, row, text = await publication.hold_seen(session, number, Action.PUBLISH, seen)
    await refuse_early(session, case, row, by)
    if row.digest != text.digest:
        raise refuse("publication_without_consent")
    entry = await _enter(session, case, text, now)
    row.state, row.entry_id, row.editor = PublicationState.PUBLISHED, entry, by
    row.published_at, row.withdrawn_at = now, None
    session.add(row)
    event = await record.change(
        session, case, Action.PUBLISH, by=by, at=now, audience=Audience.CITIZEN,
        noted={"entry": entry, "digest": text.digest},
    )  # fmt: skip
    page = f"{site.rstrip('/')}{page_of(entry)}"
    told = await telling.citizen(session, case, event, PUBLISHED, now, publication=row.id, page=page)
    await telling.thread(session, case, event, PUBLISHED, now, page=page, told=told)
    await changes.note(session, CASE, [entry], now=now)
    return row


async def refuse_early(session: AsyncSession, case: Case, row: Publication, by: str) -> None:
    """Refuse, before anybody reads the text once more, what can't be published: now, at all, or by this person."""
    if row.state == PublicationState.PUBLISHED:
        raise refuse("publication_public_already")
    if row.state != PublicationState.AGREED:
        raise refuse("publication_without_consent")
    await editors.refuse_bound(session, case, by)


def entry_of(number: str) -> str:
    """Return the id of a case's entry in the library."""
    return f"case-{number}"


def page_of(entry: str) -> str:
    """Return the path of an entry's public page."""
    return f"/cases/{entry}"


async def _enter(session: AsyncSession, case: Case, text: Text, now: datetime) -> str:
    entry_id = entry_of(case.number)
    entry = await session.get(PastCase, entry_id) or PastCase(id=entry_id, title="", updated_at=now)
    entry.title, entry.summary, entry.body, entry.ward, entry.theme = (
        text.title, text.summary, text.body, text.ward, text.theme,
    )  # fmt: skip
    entry.organisations, entry.year, entry.source = (
        list(text.organisations),
        int(case.number[:4]),
        phrase("publication_source"),
    )
    entry.published, entry.sample, entry.retired_at, entry.updated_at = True, False, None, now
    entry.extra = await _proposer(session, case, entry.extra)
    session.add(entry)
    await session.flush()
    return entry_id


async def _proposer(session: AsyncSession, case: Case, extra: dict[str, Any]) -> dict[str, Any]:
    """Return an entry's extra columns with the kind of party that proposed it: it is filtered by, never shown."""
    party = (await session.get_one(Proposal, case.proposal_id)).party
    return extra | {PARTY: party} if party else {name: value for name, value in extra.items() if name != PARTY}
