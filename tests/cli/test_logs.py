"""Log lines: ids, types and places; never what a person wrote."""

import io
import json
import logging
from collections.abc import Iterator

import pytest

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


def test_a_line_is_json_with_its_ids(stream: io.StringIO):
    logging.getLogger("bot").info("case claimed", extra={"case": 17})

    line = json.loads(stream.getvalue())
    assert (line["message"], line["case"], line["level"], line["from"]) == ("case claimed", 17, "INFO", "bot")


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
