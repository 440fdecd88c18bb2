"""Log lines: ids, types and places; never what a person wrote."""

import io
import json
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import structlog
from structlog.contextvars import bound_contextvars

from bot import logs


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    written = io.StringIO()
    logs.configure(written)
    yield written
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()


def last(stream: io.StringIO) -> dict[str, Any]:
    line: dict[str, Any] = json.loads(stream.getvalue().splitlines()[-1])
    return line


def test_a_line_is_json_with_its_ids(stream: io.StringIO):
    logging.getLogger("bot").info("case claimed", extra={"case": 17})

    line = last(stream)
    assert (line["message"], line["case"], line["level"], line["from"]) == ("case claimed", 17, "INFO", "bot")
    assert list(line) == ["at", "level", "from", "message", "case"]


def test_the_time_says_its_zone(stream: io.StringIO):
    logging.getLogger("bot").info("case claimed")

    assert timedelta(0) <= datetime.now(UTC) - datetime.fromisoformat(last(stream)["at"]) < timedelta(minutes=1)


@pytest.mark.parametrize("name", ["event", "at", "level", "from", "logger"])
def test_an_extra_never_takes_the_place_of_what_every_line_has(stream: io.StringIO, name: str):
    logging.getLogger("bot").warning("an answer was cut short", extra={name: "line:1"})

    line = last(stream)
    assert (line["message"], line["level"], line["from"]) == ("an answer was cut short", "WARNING", "bot")
    assert line["at"] != "line:1"
    assert line.get("event") == ("line:1" if name == "event" else None)


def test_bound_ids_come_out_with_every_line_and_the_line_s_own_win(stream: io.StringIO):
    with bound_contextvars(case=17, row=3):
        logging.getLogger("bot").info("case claimed", extra={"row": 4})
        assert (last(stream)["case"], last(stream)["row"]) == (17, 4)

    logging.getLogger("bot").info("case closed")
    assert "case" not in last(stream)


def test_a_line_of_a_library_has_the_same_form(stream: io.StringIO):
    logging.getLogger("apscheduler.jobs").warning("%s left after %d s", "a client", 5)
    logging.getLogger("apscheduler.jobs").info("too quiet to be heard")

    [line] = map(json.loads, stream.getvalue().splitlines())
    assert line == {
        "at": line["at"], "level": "WARNING", "from": "apscheduler.jobs", "message": "a client left after 5 s"
    }  # fmt: skip


def test_a_line_of_structlog_itself_has_the_same_form(stream: io.StringIO, capsys: pytest.CaptureFixture[str]):
    log = structlog.get_logger("somebody").bind(case=17)
    try:
        raise ValueError("田中です")
    except ValueError:
        log.exception("row failed", row=3)
    log.debug("too quiet to be heard")

    [line] = map(json.loads, stream.getvalue().splitlines())
    assert list(line) == ["at", "level", "from", "message", "case", "row", "exc_info"]
    assert (line["level"], line["from"], line["case"], line["row"]) == ("ERROR", "somebody", 17, 3)
    assert line["exc_info"].startswith("ValueError < ")
    assert capsys.readouterr() == ("", "")


ROUND: list[Any] = []
ROUND.append(ROUND)


@pytest.mark.parametrize(
    ("extra", "told"),
    [
        (UUID(int=7), "00000000-0000-0000-0000-000000000007"),
        (datetime(2026, 11, 23, tzinfo=UTC), "2026-11-23 00:00:00+00:00"),
        (ValueError("田中です"), "ValueError"),
        ({"田中です"}, "set"),
        (b"\xff", "bytes"),
        ({(1, 2): 3, "row": 4}, {"row": 4}),
        (ROUND, None),
    ],
)
def test_what_is_no_json_breaks_no_line_and_is_told_without_words(stream: io.StringIO, extra: Any, told: Any):
    logging.getLogger("bot").info("case claimed", extra={"what": extra})

    assert last(stream)["message"] == "case claimed"
    assert last(stream).get("what") == told
    assert "田中" not in stream.getvalue()


def test_an_exception_keeps_its_type_and_place_and_loses_its_words(stream: io.StringIO):
    try:
        try:
            raise ValueError("田中です、電話は045-000-0000")
        except ValueError as error:
            raise RuntimeError("田中さんの件") from error
    except RuntimeError:
        logging.getLogger("bot").exception("row failed", extra={"row": 3})

    assert "田中" not in stream.getvalue()
    assert "RuntimeError" in stream.getvalue()
    assert "ValueError" in stream.getvalue()
    assert "test_logs.py" in stream.getvalue()


def test_libraries_that_quote_requests_are_not_quoted(stream: io.StringIO):
    logging.getLogger("slack_bolt.AsyncApp").warning("Unhandled request ({'text': '田中です'})")
    logging.getLogger("slack_bolt.AsyncApp").error("Failed: 田中です")

    assert "田中" not in stream.getvalue()
    assert len(stream.getvalue().splitlines()) == 1
