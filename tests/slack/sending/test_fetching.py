"""The way of a reply's files from Slack to the citizen's queue, with the real postman and a Slack that misbehaves."""

from collections.abc import AsyncIterator
from datetime import timedelta

import aiohttp
import pytest
from sqlmodel import col, select

from bot.delivery import ledger
from bot.delivery.postman import Postman
from bot.desk.consultation import privacy
from bot.desk.talk import enclosures, talk
from bot.desk.talk.enclosures import Chosen
from bot.slack.sending.fetching import FileTransport
from storage.models import Attachment, Citizen, Delivery, OutboxRow
from tests.photos import heic
from tests.slack.slack_office import NOW, Office

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
FILE = "F0PHOTO"


class Post:
    """The postman for files, whose clock a test turns."""

    def __init__(self, office: Office, http: aiohttp.ClientSession) -> None:
        self.office, self.now = office, NOW
        self.transport = FileTransport(office.client, http, lambda: self.now)
        self.postman = Postman(office.db, {"files": self.transport}, lambda: self.now)

    async def queues(self, content: bytes = PNG, mimetype: str = "image/png", **more: object) -> None:
        """A case, and a reply with one file."""
        case = await self.office.case()
        self.office.slack.chooses(FILE, "会場.png", mimetype, content, **more)
        async with self.office.db.transaction() as session:
            await talk.reply(session, case.number, "会場です", by="UA", now=NOW, files=[Chosen(FILE, "会場.png")])

    async def goes(self, after: float = 0.0) -> None:
        self.now += timedelta(seconds=after)
        for row in await self.postman.claim(8, self.now):
            await self.postman.work(row)

    async def rows(self, dest: str) -> list[OutboxRow]:
        async with self.office.db.reading() as session:
            found = select(OutboxRow).where(OutboxRow.dest == dest).order_by(col(OutboxRow.id))
            return list((await session.exec(found)).all())

    async def kept(self) -> list[Attachment]:
        async with self.office.db.reading() as session:
            return list((await session.exec(select(Attachment))).all())

    async def to_line(self) -> list[OutboxRow]:
        return [row for row in await self.rows("line") if enclosures.ENCLOSURE in row.payload]

    async def said(self) -> list[str]:
        return [row.payload["say"] for row in await self.rows("slack") if row.kind == "thread"]


@pytest.fixture
async def mail(office: Office) -> AsyncIterator[Post]:
    async with aiohttp.ClientSession() as http:
        yield Post(office, http)


async def test_a_file_is_kept_and_queued_for_the_citizen_at_once(mail: Post) -> None:
    await mail.queues()
    await mail.goes()

    (file,), (row,) = await mail.kept(), await mail.to_line()
    assert (file.content, file.media_type, file.name, file.size) == (PNG, "image/png", "会場.png", len(PNG))
    assert (file.line_message_id, row.kind) == (row.payload[enclosures.ENCLOSURE], "reply")
    assert mail.office.slack.asked_as == ["Bearer xoxb-1"]
    assert [row.status for row in await mail.rows("files")] == [Delivery.DONE]


async def test_a_phone_s_photo_reaches_the_citizen_as_a_picture(mail: Post) -> None:
    await mail.queues(heic(), "image/heic")
    await mail.goes()

    (file,), (_,) = await mail.kept(), await mail.to_line()
    assert (file.name, file.media_type, file.content[:3]) == ("会場.png.jpg", "image/jpeg", b"\xff\xd8\xff")


async def test_who_dies_after_the_download_leaves_one_message(mail: Post) -> None:
    await mail.queues()
    (row,) = await mail.postman.claim(8, mail.now)
    await mail.transport.send(row)  # and the process ends before anything is written down

    assert await mail.kept() == []
    await mail.goes(after=61)

    assert (len(await mail.kept()), len(await mail.to_line())) == (1, 1)
    assert len(mail.office.slack.asked_as) == 2


async def test_a_row_that_is_settled_twice_leaves_one_message(mail: Post) -> None:
    await mail.queues()
    (row,) = await mail.postman.claim(8, mail.now)
    receipt = await mail.transport.send(row)
    for _ in range(2):
        async with mail.office.db.transaction() as session:
            await mail.transport.sent(session, row, receipt, mail.now)

    assert (len(await mail.kept()), len(await mail.to_line())) == (1, 1)


@pytest.mark.parametrize("trouble", ["500", "503", "429"])
async def test_a_download_that_fails_is_tried_again(mail: Post, trouble: str) -> None:
    await mail.queues()
    mail.office.slack.troubles["download"] = [trouble]

    await mail.goes()
    assert await mail.to_line() == []
    await mail.goes(after=40)

    assert len(await mail.to_line()) == 1


@pytest.mark.parametrize(
    ("content", "more", "trouble", "say"),
    [
        (b"<html>", {}, "", "file_wrong_kind"),
        (b"%PDF-1.7", {}, "", "file_wrong_kind"),  # though it may be sent: it isn't what it calls itself
        (PNG, {"mimetype": "text/html"}, "", "file_wrong_kind"),
        (PNG, {"is_external": True}, "", "file_wrong_kind"),
        (PNG, {"size": 10 * 1024 * 1024 + 1}, "", "file_too_large"),
        (PNG + b"0" * 10 * 1024 * 1024, {"size": 9}, "", "file_too_large"),
        (PNG, {"mode": "tombstone"}, "", "file_gone"),
        (PNG, {}, "404", "file_gone"),
        (PNG, {}, "302", "file_not_allowed"),
        (PNG, {}, "403", "file_not_allowed"),
        (PNG, {"url_private_download": "https://evil.example/x"}, "", "file_not_allowed"),
        (PNG, {"url_private_download": "https://slack.com.evil.example/x"}, "", "file_not_allowed"),
        (PNG, {"url_private_download": "http://files.slack.com/x"}, "", "file_not_allowed"),
    ],
)
async def test_what_cannot_be_had_is_told_in_the_thread_and_the_words_go_all_the_same(
    mail: Post, content: bytes, more: dict[str, object], trouble: str, say: str
) -> None:
    await mail.queues(content, **{"mimetype": "image/png"} | more)  # type: ignore[arg-type]
    mail.office.slack.troubles["download"] = [trouble] if trouble else []

    await mail.goes()
    await mail.goes(after=60)

    assert (await mail.said())[-1] == say
    assert (await mail.kept(), await mail.to_line()) == ([], [])
    assert [row.status for row in await mail.rows("files")] == [Delivery.DONE]
    assert [row.payload["text"] for row in await mail.rows("line")] == ["会場です"]


async def test_a_file_that_was_deleted_in_slack_is_told(mail: Post) -> None:
    await mail.queues()
    mail.office.slack.troubles["files.info"] = ["file_deleted"]

    await mail.goes()

    assert (await mail.said())[-1] == "file_gone"


async def test_a_missing_right_is_told_to_the_admins_too_and_taken_up_again(mail: Post) -> None:
    await mail.queues()
    mail.office.slack.troubles["files.info"] = ["missing_scope"]
    await mail.goes()

    (row,) = await mail.rows("files")
    assert (row.status, (await mail.said())[-1]) == (Delivery.DEAD, "file_not_fetched")
    assert "dead_letter" in [row.payload.get("say") for row in await mail.rows("slack")]
    async with mail.office.db.transaction() as session:
        await ledger.retry(session, "outbox", row.id or 0, mail.now)
    await mail.goes()

    assert len(await mail.to_line()) == 1


async def test_what_is_erased_while_a_file_is_on_its_way_stays_erased(mail: Post) -> None:
    await mail.queues()
    (row,) = await mail.postman.claim(8, mail.now)
    async with mail.office.db.transaction() as session:
        await privacy.erase(session, await session.get_one(Citizen, 1), now=mail.now)
    await mail.postman.work(row)

    assert (await mail.kept(), await mail.to_line()) == ([], [])
    assert "会場" not in str([row.payload for row in await mail.rows("files")])
