"""What is due for one person goes into one message, whichever way it comes together."""

from datetime import timedelta

from bot.delivery import quota
from bot.delivery.quota import Quota
from bot.nudges import gathering
from storage.db import Database
from storage.models import OutboxRow
from tests.nudges.centre import MORNING, Centre


async def queued(database: Database, *letters: gathering.Letter) -> dict[int, list[str]]:
    async with database.transaction() as session:
        return await gathering.queue(session, letters, MORNING)


async def waiting(centre: Centre, dest: str) -> list[OutboxRow]:
    return [row for row in await centre.sent(dest) if row.kind in ("direct", quota.REMINDERS)]


async def test_what_is_due_now_and_in_a_moment_is_one_message(database: Database) -> None:
    now = gathering.to_person("UCITY", [1], MORNING)
    soon = gathering.to_person("UCITY", [2, 3], MORNING + timedelta(minutes=5))

    said = await queued(database, now, soon)

    (row,) = await waiting(Centre(database), "slack")
    assert row.payload["nudges"] == [1, 2, 3]
    assert said == {id_: [row.key] for id_ in (1, 2, 3)}


async def test_a_push_that_waits_goes_when_the_most_urgent_of_it_may(database: Database) -> None:
    low = Quota(98, 100)
    await queued(database, gathering.to_citizen(7, [1], "hearing", low, MORNING))
    await queued(database, gathering.to_citizen(7, [2], "unfinished", low, MORNING))

    (row,) = await waiting(Centre(database), "line")

    assert (row.payload["nudges"], row.payload["rank"]) == ([1, 2], "hearing")
