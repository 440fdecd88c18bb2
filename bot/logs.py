"""Log lines as JSON: a sentence and ids, never a person's words."""

import json
import logging
import sys
import traceback
from datetime import date
from enum import Enum
from pathlib import PurePath
from typing import Any
from uuid import UUID

import structlog
from structlog.contextvars import merge_contextvars
from structlog.processors import EventRenamer, JSONRenderer, TimeStamper
from structlog.stdlib import ExtraAdder, ProcessorFormatter, add_log_level, add_logger_name
from structlog.typing import EventDict, Processor

QUIET = ("aiohttp", "slack_sdk", "sqlalchemy", "linebot", "alembic", "apscheduler", "uvicorn", "asyncio", "httpx")
QUOTING = ("slack_bolt", "rasa_sdk")  # their messages may hold whole requests
KEPT = ("at", "level", "from", "message", "exc_info")
PLAIN = (date, Enum, PurePath, UUID)  # what says an id or a time as text; anything else may hold words


def configure(stream: Any = None) -> None:
    """Send every log line to stderr, or to the stream."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_formatter())
    handler.addFilter(_without_quotes)  # on the handler: Bolt's loggers copy their level from the root
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False  # no line shows them
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(  # its own loggers would print tracebacks with words: they take the same way
        processors=[structlog.stdlib.filter_by_level, EventRenamer("message"), ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.stdlib.BoundLogger,
        logger_factory=structlog.stdlib.LoggerFactory(),
    )


def _formatter() -> ProcessorFormatter:
    """Give lines of the standard library and of structlog the same form."""
    stamped = TimeStamper("iso", key="at")
    made: list[Processor] = [merge_contextvars, stamped, add_log_level, add_logger_name, _wordless, _in_order]
    # The sentence takes its name before the extras come: one of them may be called `event`.
    named: list[Processor] = [EventRenamer("message"), ExtraAdder()]
    return ProcessorFormatter(foreign_pre_chain=named, processors=[*made, JSONRenderer(_line)])


def _wordless(_logger: Any, _method: str, line: EventDict) -> EventDict:
    """Keep only types and places of an exception, since its message may quote a citizen."""
    if found := line.pop("exc_info", None):
        line["exc_info"] = _places(found)
    return line


def _places(found: Any) -> str:
    """Return the chain of exception types with the files and lines they came through."""
    error = found if isinstance(found, BaseException) else (sys.exc_info() if found is True else found)[1]
    lines = []
    while error is not None:
        frames = reversed(traceback.extract_tb(error.__traceback__))
        lines.append(" < ".join([_named(error), *(f"{one.filename}:{one.lineno} {one.name}" for one in frames)]))
        error = error.__cause__ or error.__context__
    return " | from ".join(lines)


def _in_order(_logger: Any, _method: str, line: EventDict) -> EventDict:
    """Put what every line has first; no extra takes its place."""
    del line["_record"], line["_from_structlog"]
    level, name = line.pop("level").upper(), line.pop("logger")
    head = {"at": line.pop("at"), "level": level, "from": name, "message": line.pop("message")}
    return {**head, **line, **head}


def _plain(value: Any) -> str:
    return str(value) if isinstance(value, PLAIN) else type(value).__name__


ENCODER = json.JSONEncoder(ensure_ascii=False, default=_plain, skipkeys=True)  # made once: json.dumps makes one a line


def _line(line: EventDict, **_options: Any) -> str:
    """Return the line as JSON; without its extras when one of them can't be written."""
    try:
        return ENCODER.encode(line)
    except (TypeError, ValueError, RecursionError):
        return ENCODER.encode({name: value for name, value in line.items() if name in KEPT})


def _without_quotes(record: logging.LogRecord) -> bool:
    """Of libraries that quote requests, let only errors through, and without their message."""
    if record.name.split(".")[0] not in QUOTING:
        return True
    record.msg, record.args = "an error inside the library", ()
    return record.levelno >= logging.ERROR


def _named(error: BaseException) -> str:
    said = f" ({error.strerror})" if isinstance(error, OSError) and error.strerror else ""
    return type(error).__name__ + said
