"""Log lines as JSON: a sentence and ids, never a person's words."""

import logging
import sys
import traceback
from types import TracebackType
from typing import Any

from pythonjsonlogger.json import JsonFormatter

QUIET = ("aiohttp", "slack_sdk", "sqlalchemy", "linebot", "alembic", "apscheduler", "uvicorn", "asyncio", "httpx")
QUOTING = ("slack_bolt", "rasa_sdk")  # their messages may hold whole requests
ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class WordlessFormatter(JsonFormatter):
    """A line of JSON; of an exception it keeps types and places, since its message may quote a citizen."""

    def formatException(self, ei: ExcInfo) -> str:
        """Return the chain of exception types with the files and lines they came through."""
        lines, error = [], ei[1]
        while error is not None:
            frames = reversed(traceback.extract_tb(error.__traceback__))
            lines.append(" < ".join([_named(error), *(f"{one.filename}:{one.lineno} {one.name}" for one in frames)]))
            error = error.__cause__ or error.__context__
        return " | from ".join(lines)


def configure(stream: Any = None) -> None:
    """Send every log line to stderr, or to the stream."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        WordlessFormatter(
            "%(asctime)s %(levelname)s %(name)s %(message)s",
            rename_fields={"asctime": "at", "levelname": "level", "name": "from"},
            json_ensure_ascii=False,
        )
    )
    handler.addFilter(_without_quotes)  # on the handler: Bolt's loggers copy their level from the root
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


def _without_quotes(record: logging.LogRecord) -> bool:
    """Let only errors of the libraries that quote requests through, without their message."""
    if record.name.split(".")[0] not in QUOTING:
        return True
    record.msg, record.args = "an error inside the library", ()
    return record.levelno >= logging.ERROR


def _named(error: BaseException) -> str:
    said = f" ({error.strerror})" if isinstance(error, OSError) and error.strerror else ""
    return type(error).__name__ + said
