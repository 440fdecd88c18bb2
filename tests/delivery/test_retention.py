"""What must outlive its words: the places in Slack a citizen may want something taken away from."""

import pytest
from sqlmodel import select

from bot.delivery.outbox import take_back
from bot.delivery.retention import purge
from storage.models import Delivery, OutboxRow
from tests.delivery.delivery_desk import Clock, Desk

PLACED = {"thread": ("case:7", "blank"), "file": ("files:7", "delete_file")}


async def month_later(desk: Desk, clock: Clock) -> None:
    clock.turn(days=31)
    async with desk.db.transaction() as session:
        while await purge(session, clock()):
            pass


async def delivered(desk: Desk, kind: str, ext_id: str | None = "ts") -> None:
    await desk.queued(kind, dest="slack", conv=PLACED[kind][0], kind=kind)
    async with desk.db.transaction() as session:
        row = (await session.exec(select(OutboxRow).where(OutboxRow.key == kind))).one()
        row.status, row.ext_id, row.done_at = Delivery.DONE, ext_id, desk.clock()


@pytest.mark.parametrize("kind", PLACED)
async def test_a_place_in_a_thread_outlives_its_words(desk: Desk, clock: Clock, kind: str) -> None:
    await delivered(desk, kind)
    await month_later(desk, clock)
    row = await desk.outbox(kind)
    assert (row.payload, row.ext_id) == ({}, "ts")


@pytest.mark.parametrize("kind", PLACED)
async def test_what_has_no_place_goes(desk: Desk, clock: Clock, kind: str) -> None:
    await delivered(desk, kind, ext_id=None)
    await month_later(desk, clock)
    assert await desk.keys(OutboxRow) == []


@pytest.mark.parametrize("kind", PLACED)
async def test_once_taken_back_the_place_is_handed_on_and_the_row_goes(desk: Desk, clock: Clock, kind: str) -> None:
    await delivered(desk, kind)
    await month_later(desk, clock)
    for _ in range(2):
        async with desk.db.transaction() as session:
            row = (await session.exec(select(OutboxRow).where(OutboxRow.key == kind))).one()
            await take_back(session, row, clock())
    conv, way = PLACED[kind]
    queued = await desk.outbox(f"{way}:{kind}")
    assert (queued.kind, queued.conv, queued.payload["case"]) == (way, conv, 7)
    assert "ts" in queued.payload.values()

    await month_later(desk, clock)
    assert await desk.keys(OutboxRow) == [f"{way}:{kind}"]
