"""Photos and files are fetched within limits."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web
from linebot.v3.messaging import AsyncApiClient, AsyncMessagingApiBlob, Configuration
from sqlmodel import select

from bot.delivery.outbox import put
from bot.delivery.postman import Postman
from bot.line import content
from storage.db import Database
from storage.models import Attachment, Citizen, Delivery, OutboxRow

NOW = datetime(2026, 6, 15, 3, tzinfo=UTC)


class Store:
    """LINE's content server: `kind` says what it gives; `given` counts the bytes."""

    kind, given, asked = "photo", 0, ""

    async def serve(self, request: web.Request) -> web.StreamResponse:
        self.asked = request.headers["Authorization"]
        if self.kind in ("202", "404", "500"):
            return web.Response(status=int(self.kind))
        if self.kind == "told":
            self.given += 5000
            return web.Response(body=b"x" * 5000)
        if self.kind == "photo":
            return web.Response(body=b"jpeg", content_type="image/jpeg")
        answer = web.StreamResponse()
        await answer.prepare(request)
        while True:  # a film without an end
            await answer.write(b"x" * 1000)
            self.given += 1000


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    store = Store()
    app = web.Application()
    app.router.add_get("/v2/bot/message/m1/content", store.serve)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    store.url = f"http://127.0.0.1:{runner.addresses[0][1]}"  # type: ignore[attr-defined]
    yield store
    await runner.cleanup()


async def fetched(db: Database, store: Any, *waits: timedelta) -> tuple[OutboxRow, Attachment]:
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


async def test_a_photo_is_kept_with_its_type(sqlite: Database, store: Store) -> None:
    row, photo = await fetched(sqlite, store)

    assert (photo.content, photo.media_type, photo.size, photo.problem) == (b"jpeg", "image/jpeg", 4, None)
    assert (row.status, store.asked) == (Delivery.DONE, "Bearer token")


@pytest.mark.parametrize("kind", ["endless", "told"])
async def test_what_is_too_large_is_not_read_to_its_end(
    sqlite: Database, store: Store, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(content, "LARGEST", 4000)
    store.kind = kind

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
    sqlite: Database, store: Store, kind: str, waits: list[timedelta], status: str, problem: str | None
) -> None:
    store.kind = kind

    row, film = await fetched(sqlite, store, *waits)

    assert (row.status, film.problem) == (status, problem)


def test_in_production_content_comes_from_line_s_own_data_server() -> None:
    assert Configuration(access_token="token").host is None
    assert content.CONTENT_HOST == "https://api-data.line.me"
