"""Photos and files are fetched within limits."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import copy
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from linebot.v3.messaging import AsyncApiClient, AsyncMessagingApiBlob, Configuration
from sqlmodel import col, select

from bot.delivery.outbox import put
from bot.delivery.postman import Postman
from bot.desk.consultation.intake import received
from bot.line import content, drawing
from bot.slack.kit.notes import note
from storage.db import Database
from storage.models import Attachment, Citizen, Delivery, OutboxRow, Proposal, ProposalState
from tests import databases
from tests.stand_ins.edge import served
from tests.stand_ins.line import Line

NOW = datetime(2026, 6, 15, 3, tzinfo=UTC)
ANSWERS = ("photo", "large", "202", "400", "404", "410", "500", "503")  # what LINE may say when content is asked for


@pytest.fixture
async def store() -> AsyncIterator[Line]:
    """LINE's content server."""
    line = Line()
    async with served(line.routes()) as line.url:
        yield line


async def sent_by_a_citizen(db: Database, kind: str = "image") -> Proposal:
    """Something whose content waits to be fetched; the draft it came with."""
    async with db.transaction() as session:
        session.add(citizen := Citizen(line_user_id="L1", created_at=NOW))
        await session.flush()
        session.add(draft := Proposal(citizen_id=citizen.id, created_at=NOW, updated_at=NOW))
        await session.flush()
        sent = Attachment(citizen_id=citizen.id, proposal_id=draft.id, line_message_id="m1", kind=kind, created_at=NOW)
        session.add(sent)
        await session.flush()
        payload = {"attachment": sent.id}
        await put(session, dest="content", conv="content:m1", kind="content", key="k", payload=payload, now=NOW)
        return draft


async def fetched(db: Database, store: Line, *waits: timedelta) -> tuple[OutboxRow, Attachment]:
    """Try once after each wait; what became of it."""
    await sent_by_a_citizen(db)
    return await tried(db, store, *waits)


async def tried(db: Database, store: Line, *waits: timedelta) -> tuple[OutboxRow, Attachment]:
    """What became of the row after a try after each wait."""
    now = NOW
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


async def opens(db: Database, draft: Proposal) -> None:
    """The citizen sends the proposal."""
    async with db.transaction() as session:
        sent = await session.get_one(Proposal, draft.id)
        sent.state = ProposalState.SENT
        await received.open_case(session, sent, {}, by="citizen", now=NOW)


async def told(db: Database, dest: str) -> list[str]:
    """What is said of it, to the citizen (line) or in the thread (slack)."""
    async with db.reading() as session:
        aside = ("card", "file", "notice")
        found = select(OutboxRow).where(OutboxRow.dest == dest, col(OutboxRow.kind).not_in(aside))
        rows = (await session.exec(found.order_by(col(OutboxRow.id)))).all()
        if dest == "line":
            return [message["text"] for row in rows for message in await drawing.draw(session, row)]
        runs = [note(row.payload["say"], row.payload)[0]["elements"][0]["elements"] for row in rows]
        return ["".join(run.get("text", "") for run in of_one) for of_one in runs]


@pytest.mark.parametrize("is_open", [True, False])
@pytest.mark.parametrize(
    ("status", "kind", "waits", "to_citizen", "to_thread"),
    [
        ("large", "video", [timedelta()], "お送りいただいた動画は、大きすぎて", "動画（1MB）は、大きすぎて"),
        ("404", "image", [timedelta()], "お送りいただいた写真を、うまく", "写真を、LINEから受け取れません"),
        ("202", "video", [timedelta(), timedelta(minutes=61)], "お送りいただいた動画を", "動画を、LINEから"),
        ("410", "file", [timedelta()], "お送りいただいたファイルを", "ファイルを、LINEから"),
        ("400", "audio", [timedelta()], "お送りいただいた音声を", "音声を、LINEから"),
    ],
)
async def test_of_what_can_t_be_had_the_citizen_and_the_thread_are_told(
    sqlite: Database,
    store: Line,
    monkeypatch: pytest.MonkeyPatch,
    is_open: bool,
    status: str,
    kind: str,
    waits: list[timedelta],
    to_citizen: str,
    to_thread: str,
) -> None:
    monkeypatch.setattr(content, "LARGEST", 4000)
    store.content = status
    draft = await sent_by_a_citizen(sqlite, kind)
    if is_open:
        await opens(sqlite, draft)

    await tried(sqlite, store, *waits)

    (said,) = await told(sqlite, "line")
    assert said.startswith(to_citizen)
    assert "もう一度お送りください" in said
    if not is_open:
        await opens(sqlite, draft)
    assert [to_thread in line for line in await told(sqlite, "slack")].count(True) == 1


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    answers=st.lists(st.sampled_from(ANSWERS), min_size=1, max_size=5),
    opens_at=st.integers(0, 3),
)
async def test_whatever_line_answers_it_is_kept_or_everybody_is_told_once(
    migrated_file: Path, tmp_path: Path, store: Line, answers: list[str], opens_at: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(content, "LARGEST", 4000)
        db = await databases.opened(f"sqlite:///{copy(migrated_file, tmp_path / f'{uuid4().hex}.db')}")
        draft = await sent_by_a_citizen(db)
        for at, store.content in enumerate(answers):
            if at == opens_at:
                await opens(db, draft)
            row, sent = await tried(db, store, timedelta(minutes=20 * at))
        if opens_at >= len(answers):
            await opens(db, draft)

        is_over = row.status != Delivery.NEW
        given_up = is_over and sent.content is None
        assert (len(await told(db, "line")), len(await told(db, "slack"))) == (given_up, given_up)
        assert (sent.problem is not None) is given_up
        await db.close()


async def test_what_comes_at_a_later_try_is_shown_after_all(sqlite: Database, store: Line) -> None:
    store.content = "404"
    row, _ = await fetched(sqlite, store)
    async with sqlite.transaction() as session:
        again = await session.get_one(OutboxRow, row.id)
        again.status, again.attempts, again.next_at = Delivery.NEW, 0, NOW
    store.content = "photo"

    _, photo = await tried(sqlite, store, timedelta())

    assert (photo.content, photo.problem) == (b"jpeg", None)


def test_in_production_content_comes_from_line_s_own_data_server() -> None:
    assert Configuration(access_token="token").host is None
    assert content.CONTENT_HOST == "https://api-data.line.me"
