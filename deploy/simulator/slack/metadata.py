"""Metadata of messages: what apps tell each other under a message. Slack checks its shape and keeps it."""

import re
from typing import Any

Json = dict[str, Any]
EVENT_TYPE = re.compile(r"[A-Za-z0-9_-]+")  # no periods or other punctuation: such metadata is ignored, with a warning


def is_formed(metadata: Any) -> bool:
    """Tell whether it is an event with its payload, or entities (work objects), or both."""
    if not isinstance(metadata, dict):
        return False
    event, entities = metadata.get("event_type"), metadata.get("entities")
    needs_event = event is not None or "event_payload" in metadata or not entities
    if needs_event and not (isinstance(event, str) and event and isinstance(metadata.get("event_payload"), dict)):
        return False
    return entities is None or (isinstance(entities, list) and all(map(_is_entity, entities)))


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
    event = message["metadata"].get("event_type")
    rest = {key: value for key, value in message.items() if key != "metadata"}
    return rest | ({"metadata": {"event_type": event}} if event else {})


def _is_entity(entity: Any) -> bool:
    if not isinstance(entity, dict) or not isinstance(entity.get("entity_payload"), dict):
        return False
    reference = entity.get("external_ref")
    named = isinstance(reference, dict) and bool(reference.get("id"))
    return named and bool(entity.get("entity_type")) and bool(entity.get("url"))
