"""What the listeners work with, and one request of a person as one transaction."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery import ledger
from bot.desk.record import sight
from bot.desk.record.moves import Action, move
from bot.desk.record.sight import CaseView
from bot.desk.team import staff
from bot.errors import BotError
from bot.slack.door.courtesy import Courtesy
from knowledge.search import Library
from storage.db import Database


class Repeated(BotError):
    """Slack sent the same request again; it has been applied. `changed`: a form, filled in differently by now."""

    def __init__(self, *, changed: bool) -> None:
        super().__init__("this request was applied before")
        self.changed = changed


@dataclass(frozen=True)
class Press:
    """One request of one person: who, when, the key that makes it count once, and the cases it names."""

    by: str
    now: datetime
    key: str
    cases: frozenset[str] = frozenset()  # numbers: a ward's own staff may only touch theirs
    form: str = ""  # a mark of what was filled in, if it is a form


@dataclass(frozen=True)
class Desk:
    """What the app gives to the listeners."""

    db: Database
    library: Library
    clock: Callable[[], datetime]
    intake_channel: str
    auto_enrol: bool
    wake: Callable[[], None]  # there may be messages to send
    plan: Callable[[AsyncSession, Collection[int], datetime], Awaitable[int]]  # bring cases' reminders up to date
    site: str = ""  # where the hub is reached from outside
    courtesy: Courtesy = field(default_factory=Courtesy)

    @asynccontextmanager
    async def change(self, press: Press, action: Action) -> AsyncIterator[AsyncSession]:
        """Give the session of this request's only transaction, to somebody who may.

        Raises Repeated when the request was applied before, NotAllowed with who may.
        """
        async with self.guest(press) as session:
            await staff.allow(session, press.by, action, press.cases)
            yield session

    @asynccontextmanager
    async def guest(self, press: Press) -> AsyncIterator[AsyncSession]:
        """Give the session of this request's only transaction to anybody: the use case checks that they were asked.

        Raises Repeated when the request was applied before.
        """
        async with self.db.transaction(accept=True) as session:
            before = await ledger.once(session, "slack", press.key, press.now, press.form)
            if before is not None:
                raise Repeated(changed=before != press.form)
            yield session
        self.courtesy.then(self.wake)

    async def case(self, press: Press, number: str, action: Action) -> CaseView:
        """Return a case to somebody who may do `action` with it; raises NotAllowed, or MoveNotAllowed in its stage."""
        async with self.look(press, action) as session:
            view = await sight.view(session, number)
        move(view.stage, action)
        return view

    @asynccontextmanager
    async def look(self, press: Press, action: Action = Action.LOOK) -> AsyncIterator[AsyncSession]:
        """Give a session for reading to somebody who may do `action`; raises NotAllowed with who may."""
        async with self.db.reading() as session:
            await staff.allow(session, press.by, action, press.cases)
            yield session
