"""What is alike to a case: a published case is an entry itself, and never its own neighbour."""

from typing import Any

from bot.desk.consultation.publishing.publishing import entry_of
from bot.desk.record import sight
from bot.slack.card.alike import alike, published
from knowledge import changes
from knowledge.search import Library
from storage.db import Database
from storage.models import PastCase
from tests.slack.slack_office import ANSWERS, NOW

OVERVIEW = ANSWERS["overview"]


async def test_a_published_case_never_finds_itself(office: Any, sqlite: Database) -> None:
    case = await office.case()
    own = entry_of(case.number)
    async with sqlite.transaction() as session:
        for entry in (own, "other"):
            session.add(PastCase(id=entry, title=OVERVIEW, published=True, updated_at=NOW))
        await session.flush()
        await changes.note(session, "case", [own, "other"], now=NOW)
    async with sqlite.reading() as session:
        view = await sight.view(session, case.number)
    library = Library(sqlite)

    for_staff, for_guests = await alike(library, view, 5), await published(library, view)
    await library.close()

    assert [hit.id for hit in for_staff] == [hit.id for hit in for_guests] == ["other"]
