"""A modal as Slack sends it: every field with its state, filled in or as it was drawn."""

import hashlib
import json
from datetime import datetime
from typing import Any

from tests.slack.slack_stand_in import Answer, Person

Json = dict[str, Any]


async def fills_in(person: Person, view: Json, **values: Any) -> Answer:
    """Submit an opened modal; a time is a datetime, boxes a list of values, a choice its value."""
    fields = {block["block_id"]: block["element"] for block in view["blocks"] if block["type"] == "input"}
    assert set(values) <= set(fields), f"the modal has {sorted(fields)}"
    typed = {key: {element["action_id"]: _state(element, values.get(key))} for key, element in fields.items()}
    shown = {"id": "V1", "hash": hashlib.sha256(json.dumps([view, str(values)]).encode()).hexdigest()} | view
    return await person.sends(person._interaction("view_submission") | {"view": shown | {"state": {"values": typed}}})


def _state(element: Json, value: Any) -> Json:
    kind = element["type"]
    if kind == "datetimepicker":
        chosen = int(value.timestamp()) if isinstance(value, datetime) else element.get("initial_date_time")
        return {"type": kind, "selected_date_time": chosen}
    if kind == "checkboxes":
        wanted = [o["value"] for o in element.get("initial_options", [])] if value is None else value
        return {"type": kind, "selected_options": [o for o in element["options"] if o["value"] in wanted]}
    if kind == "radio_buttons":
        picked = next((o for o in element["options"] if o["value"] == value), element.get("initial_option"))
        assert value is None or picked["value"] == value, f"there is no choice {value}"
        return {"type": kind, "selected_option": picked}
    return {"type": kind, "value": element.get("initial_value") if value is None else value}
