"""Metadata of messages: what apps tell each other under a message. Slack checks its shape and keeps it."""

import re
from typing import Any

Json = dict[str, Any]
EVENT_TYPE = re.compile(r"[A-Za-z0-9_-]+")  # no periods or other punctuation: such metadata is ignored, with a warning


def is_formed(metadata: Any) -> bool:
    """Tell whether it is an event with its payload."""
    event = metadata.get("event_type") if isinstance(metadata, dict) else None
    return isinstance(event, str) and event != "" and isinstance(metadata.get("event_payload"), dict)


def is_ignored(metadata: Json | None) -> bool:
    """Tell whether Slack posts the message without it, and only warns: the event's type has other characters."""
    event = (metadata or {}).get("event_type")
    return event is not None and not EVENT_TYPE.fullmatch(event)


def warned(args: Json) -> Json:
    """What an answer says beside the rest when metadata was ignored."""
    if not is_ignored(args.get("metadata")):
        return {}
    warning = "invalid_metadata_schema"
    return {"warning": warning, "response_metadata": {"warnings": [warning]}}


def without_payload(message: Json) -> Json:
    """A message for who didn't ask for all metadata: only the type of the event is there."""
    if "metadata" not in message:
        return message
    return message | {"metadata": {"event_type": message["metadata"]["event_type"]}}
