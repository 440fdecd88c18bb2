"""The one door to the database; the only place that commits."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, create_engine, event, func, select
from sqlalchemy.engine import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlmodel.ext.asyncio.session import AsyncSession

from storage import near

ACCEPT_WAIT_MS = 1_000  # a webhook must be answered within LINE's 2 s
WORK_WAIT_MS = 5_000
QUIET = 0.02  # seconds between accepts; with longer pauses nobody needs to wait
LONGEST_YIELD = 0.25  # seconds of waiting, at most: a flood must not stop the work on the messages it brought
POOL = {"pool_size": 15, "max_overflow": 0}  # opened when first needed, then kept, so that a rush opens none


def driver_url(url: str, *, sync: bool = False) -> URL:
    """Return the URL with our driver; people write plain sqlite:/// and postgresql://."""
    made = make_url(url)
    backend = made.get_backend_name()
    if backend == "sqlite":
        return made.set(drivername="sqlite" if sync else "sqlite+aiosqlite")
    if backend in ("postgresql", "postgres"):
        return made.set(drivername="postgresql+psycopg")
    raise ValueError(f"DATABASE_URL must start with sqlite:/// or postgresql://, not {backend}://")


class Precedence:
    """Knows of the webhooks being accepted, which go before everything else this process does."""

    def __init__(self) -> None:
        self._urgent = 0
        self._calm = asyncio.Event()
        self._calm.set()
        self._last, self._gap = -QUIET, QUIET  # when the last accept ended, and how long after the one before it began

    async def calm(self) -> bool:
        """Wait while accepts follow each other closely; False when that took too long to wait for."""
        end = _now() + LONGEST_YIELD
        while self._urgent or max(_now() - self._last, self._gap) < QUIET:
            if _now() > end:
                return False
            await asyncio.sleep(QUIET / 4)
        return True

    @asynccontextmanager
    async def enter(self, urgent: bool) -> AsyncIterator[None]:
        """Begin to write. PostgreSQL takes many writers."""
        with self._announced(urgent):
            yield

    @contextmanager
    def _announced(self, urgent: bool) -> Iterator[None]:
        if not urgent:
            yield
            return
        self._gap = _now() - self._last
        self._urgent += 1
        self._calm.clear()
        try:
            yield
        finally:
            self._urgent -= 1
            self._last = _now()
            if not self._urgent:
                self._calm.set()


def _now() -> float:
    return asyncio.get_running_loop().time()


class WriteGate(Precedence):
    """Lets one writer in at a time, since SQLite has only one; accepts go before everything else."""

    def __init__(self) -> None:
        super().__init__()
        self._free = asyncio.Lock()

    @asynccontextmanager
    async def enter(self, urgent: bool) -> AsyncIterator[None]:
        """Begin when nobody else writes; if not urgent, also wait until no accept waits."""
        with self._announced(urgent):
            while True:
                if not urgent:
                    await self._calm.wait()
                await self._free.acquire()
                if urgent or self._calm.is_set():
                    break
                self._free.release()  # an accept came while this writer waited in line
            try:
                yield
            finally:
                self._free.release()


class Database:
    """Sessions on SQLite (one process) or PostgreSQL (any number of replicas)."""

    def __init__(self, url: str) -> None:
        target = driver_url(url)
        self.is_sqlite = target.get_backend_name() == "sqlite"
        self._gate = WriteGate() if self.is_sqlite else Precedence()
        if self.is_sqlite:
            self._accepts = self._works = _sqlite(target, "IMMEDIATE")
            self._reads = _sqlite(target, "DEFERRED")
        else:
            self._accepts = _postgres(target, ACCEPT_WAIT_MS)
            self._works = self._reads = _postgres(target, WORK_WAIT_MS)

    @asynccontextmanager
    async def transaction(self, *, accept: bool = False) -> AsyncIterator[AsyncSession]:
        """Give a session whose changes are committed at the end, or none of them.

        `accept` marks a webhook's write: it goes before waiting workers and gives up after 1 s.
        """
        async with self._gate.enter(accept), self._session(self._accepts if accept else self._works) as session:
            yield session

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """Give a session for reading; its changes are never kept."""
        async with AsyncSession(self._reads, expire_on_commit=False) as session:
            yield session

    async def calm(self) -> bool:
        """Let accepts go first: wait while there are some, and tell whether it became quiet within a moment."""
        return await self._gate.calm()

    async def now(self) -> datetime | None:
        """Return the time all hubs of this database share, in UTC; None on SQLite, which has no clock of its own."""
        if self.is_sqlite:
            return None
        async with self._reads.connect() as connection:
            told: datetime = (await connection.execute(select(func.clock_timestamp()))).scalar_one()
        return told

    async def close(self) -> None:
        """Return every connection."""
        for engine in {self._accepts, self._works, self._reads}:
            await engine.dispose()

    @asynccontextmanager
    async def _session(self, engine: AsyncEngine) -> AsyncIterator[AsyncSession]:
        async with AsyncSession(engine, expire_on_commit=False) as session:
            yield session
            await session.commit()


@contextmanager
def migrating(url: str) -> Iterator[Connection]:
    """Give a plain connection for schema changes, committed as a whole at the end."""
    engine = create_engine(driver_url(url, sync=True), hide_parameters=True)
    if engine.dialect.name == "sqlite":
        _pragmas(engine)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def _sqlite(url: URL, begin: str) -> AsyncEngine:
    engine = create_async_engine(url, hide_parameters=True, **POOL, connect_args={"async_creator_fn": near.connect})
    _pragmas(engine.sync_engine)

    @event.listens_for(engine.sync_engine, "begin")
    def start(connection: Connection) -> None:
        # A deferred transaction that later writes fails at once when another writer came between.
        connection.exec_driver_sql(f"BEGIN {begin}")

    return engine


def _pragmas(engine: Any) -> None:
    @event.listens_for(engine, "connect")
    def settle(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",  # a 200 means it is on disk
            f"busy_timeout={ACCEPT_WAIT_MS}",
            "foreign_keys=ON",
            "secure_delete=ON",  # erased words leave no trace in free pages
            "journal_size_limit=67108864",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()


def _postgres(url: URL, wait_ms: int) -> AsyncEngine:
    options = (
        f"-c statement_timeout={wait_ms} -c lock_timeout={min(wait_ms, 2_000)}"
        " -c idle_in_transaction_session_timeout=10000 -c timezone=UTC"
    )
    return create_async_engine(
        url, hide_parameters=True, pool_pre_ping=True, **POOL, connect_args={"options": options, "connect_timeout": 5}
    )
