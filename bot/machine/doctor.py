"""`tsunagi doctor`: one look at everything the hub needs, each with what to do."""

import shutil
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.machine import outside
from bot.machine.outside import Finding, bad, good
from bot.settings import Settings, SettingsWrong, database_url, load, unknown

__all__ = ["Finding", "examine"]
ROOM = 1_000_000_000  # bytes: photos, the write-ahead log and a backup need some
PRAGMAS = {"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"}  # 2 is FULL: a 200 means it is on disk


async def examine(tell: Callable[[Finding], None]) -> list[Finding]:
    """Look at everything, telling each finding as it comes; nothing is changed anywhere."""
    findings = []
    async for finding in _findings():
        tell(finding)
        findings.append(finding)
    return findings


async def _findings() -> AsyncIterator[Finding]:
    settings, finding = _settings()
    yield finding
    for doubt in unknown():
        yield bad("settings", doubt)
    yield _database()
    yield _disk()
    yield _zone()
    if settings is None:
        return
    yield _production(settings)
    async for finding in outside.examine(settings):
        yield finding


def _settings() -> tuple[Settings | None, Finding]:
    try:
        settings = load()
    except SettingsWrong as error:
        return None, bad("settings", f"{error}\n  Rasa, LINE and Slack can be checked when these are right.")
    if settings.made_up:
        return settings, bad("settings", f"{', '.join(settings.made_up)} still as in .env.example: put your own values")
    return settings, good("settings", "complete")


def _database() -> Finding:
    from sqlalchemy.exc import SQLAlchemyError

    from bot.machine.opening import CannotOpen, file_of
    from storage.schema import SchemaNewerThanCode

    try:
        url = database_url()
        file = file_of(url)
        if file and not file.exists():
            return bad("database", f"there is none at {file} yet: start the hub or run `tsunagi db upgrade`")
        return _schema(url)
    except SettingsWrong:
        return bad("database", "DATABASE_URL is malformed, see above")
    except (SchemaNewerThanCode, CannotOpen) as error:
        return bad("database", str(error))
    except (SQLAlchemyError, OSError) as error:
        told = str(getattr(error, "orig", None) or type(error).__name__).splitlines()[0]
        return bad("database", f"it does not answer ({told}): check DATABASE_URL and that its server runs")


def _schema(url: str) -> Finding:
    from bot.machine.opening import connection_to
    from storage.schema import is_current, refuse_newer

    with connection_to(url) as connection:
        refuse_newer(connection)
        if not is_current(connection):
            return bad("database", "its schema is older than this tsunagi: `tsunagi backup`, then `tsunagi db upgrade`")
        if connection.dialect.name != "sqlite":
            told = connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
            off = outside.clock(datetime.now(UTC) - told, "the database server's")  # whose time all hubs keep
            found = f"PostgreSQL {connection.dialect.server_version_info}, schema up to date"
            return good("database", found) if off.good else off
        for name, wanted in PRAGMAS.items():
            if (found := str(connection.exec_driver_sql(f"PRAGMA {name}").scalar())) != wanted:
                return bad("database", f"SQLite's {name} is {found}, not {wanted}: move the file to a local disk")
    return good("database", "SQLite answers with its safe settings, schema up to date")


def _disk() -> Finding:
    from bot.machine.opening import file_of

    try:
        file = file_of(database_url())
    except SettingsWrong:
        file = None
    place = file.parent if file and file.parent.is_dir() else Path.cwd()
    free = shutil.disk_usage(place).free
    told = f"{free / 1e9:.1f} GB free at {place}"
    return good("disk", told) if free > ROOM else bad("disk", f"only {told}: the hub needs 1 GB; make room")


def _zone() -> Finding:
    try:
        ZoneInfo("Asia/Tokyo")
    except ZoneInfoNotFoundError:
        return bad("time zone", "Asia/Tokyo is unknown here: install the system's tzdata package")
    return good("time zone", "Asia/Tokyo is known")


def _production(settings: Settings) -> Finding:
    if settings.tsunagi_env != "production":
        simulated = bool(settings.line_api_url or settings.slack_api_url)
        told = "development with a simulator" if simulated else "development"
        return good("mode", f"{told}; set TSUNAGI_ENV=production for real citizens")
    if not settings.public_url.startswith("https://"):
        return bad("mode", "production needs an https:// PUBLIC_URL: LINE and Slack call no other")
    return good("mode", "production, no simulator")
