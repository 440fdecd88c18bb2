"""What a citizen takes back goes everywhere it went, whenever they ask and whatever is under way."""

import json
from typing import Any

import pytest
from sqlmodel import col, select

from bot.delivery import claims, outbox
from bot.delivery.outbox import Receipt
from bot.delivery.postman import Postman
from bot.delivery.retention import KEYS_KEPT, WORDS_KEPT, purge
from bot.desk.consultation import heard, privacy, staffing
from bot.desk.consultation.intake import received
from bot.desk.record.record import hold
from bot.desk.team import team
from bot.errors import DeliveryError
from storage.db import Database
from storage.models import AnswerPart, Attachment, Citizen, Delivery, InboxRow, OutboxRow, PartState
from tests.desk.case_desk import CITY, MAIN, NOON, SUB, Desk

SECRET = "秘密の住所"


class Slack:
    """A destination that takes every message, once it is allowed to answer."""

    def __init__(self) -> None:
        self.trouble: Exception | None = None

    def choose(self, row: OutboxRow, now: Any) -> None: ...

    async def send(self, row: OutboxRow) -> Receipt:
        if self.trouble is not None:
            raise self.trouble
        return Receipt(NOON, f"ts-{row.key}")

    async def sent(self, *_: Any) -> None: ...

    async def failed(self, *_: Any) -> None: ...


class Story:
    """A case of a citizen on LINE who wrote a secret, and the post that carries it."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.slack = desk, Slack()
        self.postman = Postman(desk.database, {"slack": self.slack, "line": self.slack}, lambda: desk.now)

    async def begins(self) -> None:
        self.citizen = await self.desk.citizen()
        proposal = await self.desk.proposal(self.citizen)
        number = await self.desk.opens(proposal)
        await self.goes()
        async with self.desk.database.transaction() as session:
            case = await hold(session, number)
            self.case, self.proposal = case.id, proposal.id
            await heard.citizen_wrote(session, case, [SECRET], key="line:m1", now=self.desk.now)
            session.add(
                AnswerPart(
                    proposal_id=self.proposal or 0, question="message", text=SECRET, message_key="line:m1",
                    line_message_id="1", said_at=NOON,
                )
            )  # fmt: skip

    async def goes(self, rounds: int = 6) -> None:
        for _ in range(rounds):
            for row in await self.postman.claim(8, self.desk.now):
                await self.postman.work(row)

    async def erases(self) -> None:
        async with self.desk.database.transaction() as session:
            await privacy.erase(session, await session.get_one(Citizen, self.citizen.id), now=self.desk.now)

    async def unsends(self, message: str = "1") -> None:
        await self.desk.does(privacy.unsend, message)

    async def shows_photo(self) -> None:
        """A photo with its row for Slack, as `files.show` queues it."""
        async with self.desk.database.transaction() as session:
            photo = Attachment(
                citizen_id=self.citizen.id or 0, proposal_id=self.proposal, line_message_id="p1", kind="image",
                content=b"JPEG", created_at=NOON,
            )  # fmt: skip
            session.add(photo)
            await session.flush()
            await privacy.files.arrived(session, photo, self.desk.now)

    async def rows(self, **having: str) -> list[OutboxRow]:
        async with self.desk.database.reading() as session:
            rows = (await session.exec(select(OutboxRow).order_by(col(OutboxRow.id)))).all()
        return [row for row in rows if all(getattr(row, name) == value for name, value in having.items())]

    async def note(self) -> OutboxRow:
        return next(row for row in await self.rows(kind="thread") if row.key.endswith("citizen_wrote"))

    async def blanked(self) -> list[str]:
        return [row.payload["ts"] for row in await self.rows(kind="blank", status=Delivery.DONE)]

    async def passes(self, time: Any) -> None:
        self.desk.now += time
        more = 1
        while more:
            async with self.desk.database.transaction() as session:
                more = await purge(session, self.desk.now)


@pytest.fixture
async def story(desk: Desk) -> Story:
    story = Story(desk)
    await story.begins()
    return story


@pytest.mark.parametrize("later", [WORDS_KEPT * 1.1, KEYS_KEPT * 2])
async def test_what_stood_in_slack_for_long_is_blanked_all_the_same(story: Story, later: Any) -> None:
    await story.shows_photo()
    await story.goes()
    await story.passes(later)
    place = await story.note()
    assert place.payload == {}

    await story.erases()
    await story.goes()

    assert place.ext_id in await story.blanked()
    gone = await story.rows(kind="delete_file", status=Delivery.DONE)
    assert [row.payload for row in gone] == [{"case": story.case, "file": "ts-file:p1"}]


async def test_a_blanked_note_leaves_nothing_behind(story: Story) -> None:
    await story.goes()
    await story.erases()
    await story.goes()
    await story.passes(KEYS_KEPT * 2)
    await story.passes(KEYS_KEPT)

    assert {row.kind for row in await story.rows(dest="slack")} <= {"card", "thread"}
    assert [row.payload for row in await story.rows(kind="thread")] == [{}]  # that all was erased


async def test_words_that_never_left_are_not_sent(story: Story) -> None:
    await story.unsends()
    assert (await story.note()).status == Delivery.CANCELLED
    await story.goes()
    assert await story.blanked() == []


@pytest.mark.parametrize("way", ["unsends", "erases"])
async def test_words_in_flight_are_blanked_when_they_land(story: Story, way: str) -> None:
    await story.shows_photo()
    flying = await story.postman.claim(8, story.desk.now)
    await getattr(story, way)(*(["p1"] if way == "unsends" else []))
    if way == "unsends":
        await story.unsends()
    for row in flying:
        await story.postman.work(row)
    await story.goes()

    assert (await story.note()).key.replace("event", "ts-event", 1) in await story.blanked()
    assert len(await story.rows(kind="delete_file", status=Delivery.DONE)) == 1
    assert SECRET not in str([row.payload for row in await story.rows()])


async def test_a_try_while_slack_was_down_counts_as_one(story: Story) -> None:
    await story.postman.claim(8, story.desk.now)
    async with story.desk.database.transaction() as session:
        row = await session.get_one(OutboxRow, (await story.note()).id)
        row.attempts, row.owner, row.lease_until = 0, None, None  # as the postman leaves it in an outage
    await story.unsends()
    assert (await story.note()).status == Delivery.NEW


@pytest.mark.parametrize("tries", [1, claims.MOST_ATTEMPTS])
async def test_words_that_may_have_landed_are_looked_for_without_them(story: Story, tries: int) -> None:
    story.slack.trouble = DeliveryError("no answer")
    for _ in range(tries):
        await story.goes(1)
        story.desk.now += 2 * claims.backoff(12)
    tried = await story.note()
    await story.unsends()
    waits = await story.note()
    assert (waits.status, waits.retry_uuid) == (tried.status, tried.retry_uuid)
    assert waits.payload == {"case": story.case, "say": "unsent", "forget": True}

    if waits.status == Delivery.DEAD:
        async with story.desk.database.transaction() as session:
            (await session.get_one(OutboxRow, waits.id)).status = Delivery.NEW  # as `tsunagi outbox retry` does
    story.slack.trouble = None
    story.desk.now += 2 * claims.backoff(12)
    await story.goes()
    assert f"ts-{waits.key}" in await story.blanked()


async def test_erasing_leaves_what_is_being_taken_away_alone(story: Story) -> None:
    await story.shows_photo()
    await story.goes()
    await story.unsends()
    await story.unsends("p1")
    await story.erases()
    await story.goes()

    assert f"ts-{(await story.note()).key}" in await story.blanked()
    assert [row.payload["file"] for row in await story.rows(kind="delete_file", status=Delivery.DONE)] == ["ts-file:p1"]


async def test_another_photo_after_one_that_was_taken_back_is_shown(story: Story) -> None:
    """SQLite gives the number of a deleted photo again."""
    await story.shows_photo()
    await story.goes()
    await story.unsends("p1")
    async with story.desk.database.transaction() as session:
        photo = Attachment(
            citizen_id=story.citizen.id or 0, proposal_id=story.proposal, line_message_id="p2", kind="image",
            content=b"JPEG", created_at=NOON,
        )  # fmt: skip
        session.add(photo)
        await session.flush()
        await privacy.files.arrived(session, photo, story.desk.now)
    assert [row.key for row in await story.rows(kind="file")] == ["file:p1", "file:p2"]


async def test_events_of_an_erased_citizen_are_emptied_but_for_the_one_at_work(desk: Desk) -> None:
    citizen = await desk.citizen("Ualice")
    await arrives(desk.database, claimed="new", waiting="new", died="dead", done="done", dropped="cancelled")
    async with desk.database.transaction() as session:
        (at_work,) = await claims.claim(session, InboxRow, "token", NOON, 1)
    async with desk.database.transaction() as session:
        await privacy.erase(session, await session.get_one(Citizen, citizen.id), now=NOON)

    rows = await arrived(desk.database)
    assert rows.pop(at_work.key) == ("line:Ualice", "new", b"secret", "token")
    assert set(rows.values()) == {("line:erased", "cancelled", b"", None), ("line:erased", "done", b"", None)}


async def test_events_of_others_stay(desk: Desk) -> None:
    citizen = await desk.citizen("Ubob")
    await arrives(desk.database, waiting="new", died="dead", done="done")
    before = await arrived(desk.database)
    async with desk.database.transaction() as session:
        await privacy.erase(session, await session.get_one(Citizen, citizen.id), now=NOON)
    assert await arrived(desk.database) == before


@pytest.mark.parametrize("status", [Delivery.NEW, Delivery.DONE])
@pytest.mark.parametrize("state", [PartState.KEPT, PartState.DOUBTFUL])
async def test_the_echo_of_a_message_goes_with_it(story: Story, status: Delivery, state: PartState) -> None:
    await answered(story, "line:m1", status, state)
    await story.unsends()
    await story.goes()

    (turn,) = await story.rows(kind="turn")
    asked_on = status == Delivery.DONE or state == PartState.KEPT  # the next question mustn't be lost
    assert (turn.payload, turn.status) == ({"citizen": story.citizen.id}, "done" if asked_on else "cancelled")


@pytest.mark.parametrize("status", [Delivery.NEW, Delivery.DONE, Delivery.DEAD])
async def test_erasing_empties_every_answer_of_ours(story: Story, status: Delivery) -> None:
    await answered(story, "line:m2", status, PartState.KEPT)
    await story.erases()

    (turn,) = await story.rows(kind="turn")
    assert turn.payload == {"citizen": story.citizen.id}
    assert turn.status == (Delivery.DONE if status == Delivery.DONE else Delivery.CANCELLED)
    assert "Ualice" not in json.dumps([row.payload for row in await story.rows()])


@pytest.mark.parametrize("arrives", [True, False])
async def test_the_last_answer_forgets_whom_it_went_to(story: Story, arrives: bool) -> None:
    story.slack.trouble = None if arrives else DeliveryError("blocked", permanent=True)
    payload = {"to": "Ualice", "messages": [{"text": "消去しました"}], outbox.FORGET: True}
    async with story.desk.database.transaction() as session:
        await outbox.put(
            session, dest="line", conv="line:erased:x", kind="turn", key="x:turn", payload=payload, now=story.desk.now
        )
    await story.goes()

    (turn,) = await story.rows(kind="turn")
    assert (turn.payload, turn.status) == ({}, Delivery.DONE if arrives else Delivery.CANCELLED)


async def answered(story: Story, key: str, status: Delivery, state: PartState) -> None:
    payload = {"citizen": story.citizen.id, "to": "Ualice", "messages": [{"text": f"「{SECRET}」"}]}
    async with story.desk.database.transaction() as session:
        conv = f"line:{story.citizen.id}"
        await outbox.put(
            session, dest="line", conv=conv, kind="turn", key=f"{key}:turn", payload=payload, now=story.desk.now
        )
        (await session.exec(select(OutboxRow).where(OutboxRow.kind == "turn"))).one().status = status
        (await session.exec(select(AnswerPart).where(AnswerPart.line_message_id == "1"))).one().state = state


async def arrives(database: Database, **events: str) -> None:
    async with database.transaction() as session:
        for key, status in events.items():
            session.add(
                InboxRow(
                    source="line", key=key, conv="line:Ualice", body=b"secret" if status in ("new", "dead") else b"",
                    status=status, received_at=NOON, next_at=NOON,
                )
            )  # fmt: skip
            await session.flush()


async def arrived(database: Database) -> dict[str, tuple[str, str, bytes, str | None]]:
    async with database.reading() as session:
        rows = (await session.exec(select(InboxRow))).all()
    return {row.key: (row.conv, row.status, row.body, row.owner) for row in rows}


async def test_what_colleagues_were_told_alone_is_taken_away_too(desk: Desk) -> None:
    citizen = await desk.citizen()
    number = await desk.opens(await desk.proposal(citizen))
    await desk.does(received.claim, number, by=MAIN)
    await desk.does(staffing.join, number, by=SUB)
    await desk.does(team.staff, number, city_staff=CITY, by=MAIN)
    async with desk.database.transaction() as session:
        told = (await session.exec(select(OutboxRow).where(OutboxRow.kind == "direct"))).all()
        told[0].ext_id, told[0].status = "D1/17.5", Delivery.DONE
        session.add(told[0])
        await privacy.erase(session, await session.get_one(Citizen, citizen.id), now=desk.now)

    blank = (await desk.sent("slack", "blank"))[-1]
    assert blank.payload == {"channel": "D1", "ts": "17.5"}
