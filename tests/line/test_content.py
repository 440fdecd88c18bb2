"""Photos and files are fetched within limits."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from linebot.v3.messaging import AsyncApiClient, AsyncMessagingApiBlob, Configuration
from sqlmodel import select

from bot.delivery.outbox import put
from bot.delivery.postman import Postman
from bot.line import content
from storage.db import Database
from storage.models import Attachment, Citizen, Delivery, OutboxRow
from tests.stand_ins.edge import served
from tests.stand_ins.line import Line

NOW = datetime(2026, 6, 15, 3, tzinfo=UTC)


@pytest.fixture
async def store() -> AsyncIterator[Line]:
    """LINE's content server."""
    line = Line()
    async with served(line.routes()) as line.url:
        yield line


async def fetched(db: Database, store: Line, *waits: timedelta) -> tuple[OutboxRow, Attachment]:
    """Try once after each wait; what became of it."""
    now = NOW
    async with db.transaction() as session:
        session.add(citizen := Citizen(line_user_id="L1", created_at=NOW))
        await session.flush()
        session.add(photo := Attachment(citizen_id=citizen.id, line_message_id="m1", kind="image", created_at=NOW))
        await session.flush()
        payload = {"attachment": photo.id}
        await put(session, dest="content", conv="c", kind="content", key="k", payload=payload, now=NOW)
    async with AsyncApiClient(Configuration(host=store.url, access_token="token")) as client:
        transport = content.ContentTransport(db, AsyncMessagingApiBlob(client), lambda: now)
        postman = Postman(db, {"content": transport}, lambda: now)
        for wait in waits or [timedelta()]:
            now += wait
            for row in await postman.claim(1, now):
                await postman.work(row)
    async with db.reading() as session:
        row = (await session.exec(select(OutboxRow).where(OutboxRow.key == "k"))).one()
        return row, (await session.exec(select(Attachment))).one()


async def test_a_photo_is_kept_with_its_type(sqlite: Database, store: Line) -> None:
    row, photo = await fetched(sqlite, store)

    assert (photo.content, photo.media_type, photo.size, photo.problem) == (b"jpeg", "image/jpeg", 4, None)
    assert (row.status, store.asked_as) == (Delivery.DONE, "Bearer token")


@pytest.mark.parametrize("kind", ["endless", "large"])
async def test_what_is_too_large_is_not_read_to_its_end(
    sqlite: Database, store: Line, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(content, "LARGEST", 4000)
    store.content = kind

    row, film = await fetched(sqlite, store)

    assert (row.status, film.problem, film.content) == (Delivery.DONE, "too_large", None)
    assert film.size >= 4001


@pytest.mark.parametrize(
    ("kind", "waits", "status", "problem"),
    [
        ("202", [timedelta(), timedelta(minutes=59)], Delivery.NEW, None),
        ("202", [timedelta(), timedelta(minutes=61)], Delivery.DEAD, "not_fetched"),
        ("404", [timedelta()], Delivery.DEAD, "not_fetched"),
        ("500", [timedelta()], Delivery.NEW, None),
    ],
)
async def test_what_does_not_come_is_awaited_or_given_up(
    sqlite: Database, store: Line, kind: str, waits: list[timedelta], status: str, problem: str | None
) -> None:
    store.content = kind

    row, film = await fetched(sqlite, store, *waits)

    assert (row.status, film.problem) == (status, problem)


def test_in_production_content_comes_from_line_s_own_data_server() -> None:
    assert Configuration(access_token="token").host is None
    assert content.CONTENT_HOST == "https://api-data.line.me"
