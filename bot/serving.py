"""The hub process: everything that must be right before the first request, then the server."""

import asyncio
import logging
import signal
import socket
from datetime import UTC, datetime

from bot import logs
from bot.errors import BotError
from bot.machine.opening import bring_up, only_hub
from bot.settings import Settings, unknown

log = logging.getLogger(__name__)
DRAIN = 10  # seconds for requests in flight at the end


class CannotServe(BotError):
    """The hub can't start; the sentence says why and what to do."""


def run(settings: Settings) -> int:
    """Serve until a signal comes; return the exit code.

    Raises CannotOpen, SchemaNewerThanCode, CannotServe, and TableWrong for a table of reminders with faults.
    """
    logs.configure()
    for doubt in unknown():
        log.warning("%s It was left out.", doubt)
    _check_tables()
    with only_hub(settings.database_url):
        bring_up(settings.database_url)
        asyncio.run(_know_something(settings.database_url))
        with _listening(settings.host, settings.port) as listening:
            return _serve(settings, listening)


def _check_tables() -> None:
    from bot.app import reminders

    reminders()


def _serve(settings: Settings, listening: socket.socket) -> int:
    import uvicorn

    from bot.app import create

    server = uvicorn.Server(
        uvicorn.Config(
            create(settings),
            log_config=None,
            access_log=False,
            server_header=False,
            http="h11",
            proxy_headers=True,  # who visits the form, as the reverse proxy says it; nobody else is believed
            forwarded_allow_ips=settings.trusted_proxies,
            timeout_graceful_shutdown=DRAIN,
        )
    )
    # The server raises the signal that ended it once more when all is closed; by then there is nothing left to end.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    log.info("listening", extra={"host": settings.host, "port": listening.getsockname()[1]})
    server.run(sockets=[listening])
    if not server.started:
        raise CannotServe("The hub could not start; the log line above says where it failed. What is stored is safe.")
    return 0


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise CannotServe(
            f"Nothing can listen on {host} port {port} ({error.strerror}): another process may use it. "
            "Stop that one, or set PORT (and HOST) to a free address."
        ) from None
    return listening


async def _know_something(url: str) -> None:
    """Fill an empty knowledge base with what ships, so that the first case finds something."""
    from knowledge.importing import exports, importers
    from storage.db import Database

    db = Database(url)
    try:
        async with db.transaction() as session:
            if any((await exports.stats(session)).values()):
                return
            reports = await importers.import_shipped(session, datetime.now(UTC))
    finally:
        await db.close()
    log.info("the knowledge that ships was imported", extra={kind: one.added for kind, one in reports.items()})
