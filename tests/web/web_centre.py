"""The form and the pages of what was sent over a database, and somebody's way through them."""

from datetime import UTC, datetime

from sqlmodel import func, select
from starlette.applications import Starlette
from starlette.routing import Route

from bot.web.consultation.form import Form
from bot.web.consultation.links import Links
from bot.web.consultation.status import Status
from bot.web.guard import Guard
from storage.db import Database
from storage.models import Case
from tests.web.served import Visitor

NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)
KEY = b"a key"
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
SAID = {
    "overview": "空き店舗で子ども食堂を開きたい", "background": "孤食が多い", "members": "友人3人",
    "history": "食事会を2回", "schemes": "分からない",
}  # fmt: skip


class Centre:
    """The pages over a database, without LINE and Slack."""

    def __init__(self, db: Database) -> None:
        self.db, self.links, self.woken, self.now = db, Links(KEY), 0, NOW

    def app(self) -> Starlette:
        guard, site = Guard(KEY, secure=False), "http://centre.example"
        form = Form(self.db, guard, self.links, lambda: self.now, self.wake, site)
        status = Status(self.db, guard, self.links, lambda: self.now, self.wake, site)
        both = ["GET", "POST"]
        return Starlette(routes=[
            Route("/form", form.begin, methods=both), Route("/form/{part}", form.draft, methods=both),
            Route("/status", status.find, methods=both), Route("/status/{part}", status.show, methods=both),
        ])  # fmt: skip

    def wake(self) -> None:
        self.woken += 1

    async def one(self, table: type) -> object:
        async with self.db.reading() as session:
            return (await session.exec(select(table))).one()

    async def count(self, table: type) -> int:
        async with self.db.reading() as session:
            return (await session.exec(select(func.count()).select_from(table))).one()


async def begins(visitor: Visitor) -> str:
    """From the first page to the questions; returns the draft's own address."""
    return (await visitor.fills_in("/form")).goes_to


async def a_case(visitor: Visitor, centre: Centre, **more: str) -> tuple[str, Case]:
    draft = await begins(visitor)
    sent = await visitor.fills_in(draft, files={}, wish="send", **SAID, **more)
    return sent.goes_to, await centre.one(Case)
