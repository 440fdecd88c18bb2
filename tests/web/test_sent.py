"""A reply's file at its address: whole for who was given it, and for nobody else, nor later, nor once it is erased."""

from datetime import UTC, date, datetime, timedelta
from urllib.parse import quote

import pytest
from sqlmodel import delete
from starlette.applications import Starlette
from starlette.routing import Route

from bot.desk.talk.enclosures import key_of, until
from bot.web.consultation.links import Links
from bot.web.consultation.sent import Sent
from storage.db import Database
from storage.models import Attachment, Citizen
from tests.web.visitor import Page, Visitor

NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)
LINKS = Links(b"a key")
KEY = key_of(12, "F0FILE")
CONTENT = b"\x89PNG\r\n\x1a\n<script>alert(1)</script>"


class Post:
    """The address of a file, and a clock."""

    def __init__(self, db: Database) -> None:
        self.db, self.now = db, NOW
        sent = Sent(db, LINKS, lambda: self.now)
        self.visitor = Visitor(Starlette(routes=[Route("/sent/{part}", sent.show)]))

    async def keeps(self, media_type: str = "image/png", event: int | None = 12) -> None:
        async with self.db.transaction() as session:
            session.add(citizen := Citizen(created_at=NOW))
            await session.flush()
            session.add(
                Attachment(
                    citizen_id=citizen.id or 0, event_id=event, line_message_id=KEY, kind="image", name="山田さん.png",
                    media_type=media_type, size=len(CONTENT), content=CONTENT, created_at=NOW,
                )
            )  # fmt: skip

    async def opens(self, part: str = "", method: str = "GET") -> Page:
        part = part or LINKS.file(KEY, until(NOW))
        return await self.visitor.goes(f"/sent/{part}", method=method)


@pytest.fixture
def post(sqlite: Database) -> Post:
    return Post(sqlite)


@pytest.mark.parametrize(
    ("media_type", "how", "ending"),
    [
        ("image/png", "inline", "写真-1.png"), ("image/jpeg", "inline", "写真-1.jpg"),
        ("image/gif", "inline", "写真-1.gif"), ("application/pdf", "attachment", "資料-1.pdf"),
    ],
)  # fmt: skip
async def test_a_file_is_handed_out_as_what_it_is_and_runs_nothing(
    post: Post, media_type: str, how: str, ending: str
) -> None:
    await post.keeps(media_type)

    page = await post.opens()

    assert (page.status, page.body, page.headers["content-type"]) == (200, CONTENT, media_type)
    assert page.headers["content-disposition"].startswith(f'{how}; filename="file-1.')
    assert page.headers["content-disposition"].endswith(f"filename*=UTF-8''{quote(ending)}")
    assert page.headers["x-content-type-options"] == "nosniff"
    assert page.headers["cache-control"] == "private, no-store"
    assert page.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "山田" not in str(page.headers)


async def test_a_link_works_to_the_end_of_its_last_day(post: Post) -> None:
    await post.keeps()
    post.now = datetime(2026, 12, 25, 14, 59, 59, tzinfo=UTC)
    assert (await post.opens()).status == 200

    post.now += timedelta(seconds=1)
    page = await post.opens()

    assert page.status == 410
    assert "いまは開けません" in page.seen.words
    assert page.headers["cache-control"] == "no-store"


async def test_an_erased_file_is_gone(post: Post) -> None:
    await post.keeps()
    async with post.db.transaction() as session:
        await session.exec(delete(Attachment))

    page = await post.opens()

    assert (page.status, CONTENT in page.body) == (410, False)


async def test_what_a_citizen_sent_is_not_handed_out(post: Post) -> None:
    await post.keeps(event=None)
    assert (await post.opens()).status == 410


async def test_an_address_is_good_for_its_own_file_and_day_alone(post: Post) -> None:
    await post.keeps()
    good = LINKS.file(KEY, until(NOW))
    event, file, last, mark = good.split("-")
    wrong = [
        f"13-{file}-{last}-{mark}", f"{event}-F0OTHER-{last}-{mark}", f"{event}-{file}-20991231-{mark}",
        f"{event}-{file}-{last}-{'A' * 26}", f"{event}-{file}-{last}-{mark[:-1]}", f"{event}-{file}-{last}", "x",
        good.lower(), Links(b"another key").file(KEY, until(NOW)), f"{good}0", "０" + good[1:],
    ]  # fmt: skip

    assert {(await post.opens(quote(part))).status for part in wrong} == {404}
    assert LINKS.read_file(good) == (KEY, date(2026, 12, 25))


def test_a_case_s_address_opens_no_file_and_a_file_s_no_case() -> None:
    assert LINKS.read_file(LINKS.address(12)) is None
    assert LINKS.read(LINKS.file(KEY, until(NOW))) is None


async def test_only_looking_is_possible(post: Post) -> None:
    await post.keeps()
    assert ((await post.opens(method="HEAD")).status, (await post.opens(method="POST")).status) == (200, 405)
