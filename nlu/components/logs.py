"""Rasa's log lines without people's words: its error lines carry the text and the local variables of every frame."""

import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

# Rasa's own list of keys that may hold personal data (rasa/utils/log_utils.py).
PERSONAL = frozenset(
    {
        *("text", "response_text", "user_text", "slot_values", "parse_data_text", "parse_data_entities"),
        *("prediction_events", "tracker_latest_message", "prefilled_slots", "message", "response", "slot_candidates"),
        *("rasa_event", "rasa_events", "tracker_states", "current_states", "old_states", "successes"),
        *("current_entity", "next_entity", "states", "entity", "token_text", "user_message", "json_message"),
    }
)


def without_words(_logger: Any, method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drop what may be a citizen's words from a log line; an exception leaves its type and place."""
    for key in PERSONAL & line.keys():
        del line[key]
    if method == "exception" or line.get("exc_info"):
        line["error"] = _where(line.get("exc_info"))
        line["exc_info"] = False
    return line


def _where(given: Any) -> str:
    error = given if isinstance(given, BaseException) else sys.exc_info()[1]
    if error is None:
        return "unknown"
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f" at {trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace else ""
    return type(error).__name__ + place


def install() -> None:
    """Put `without_words` first in structlog's chain; in place, because loggers keep the list they were born with."""
    processors = structlog.get_config()["processors"]
    if without_words not in processors:
        processors.insert(0, without_words)
