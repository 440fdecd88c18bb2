"""The fields of a modal as Slack sends them back: what a person chose, or what each started with."""

import hashlib
import json
from datetime import datetime
from typing import Any

Json = dict[str, Any]


def fields(view: Json) -> dict[str, Json]:
    """The fields by their plain names: what stands behind ~ only keeps what was typed from coming back."""
    return {b["block_id"].partition("~")[0]: b for b in view["blocks"] if b["type"] == "input"}


def filled(view: Json, values: Json, under: str = "") -> Json:
    """Return a modal with the state of every field; as in Slack, what is shown anew has a new hash."""
    known = fields(view)
    assert set(values) <= set(known), f"the modal has {sorted(known)}"
    state = {b["block_id"]: {b["element"]["action_id"]: _state(b["element"], values.get(key))}
             for key, b in known.items()}  # fmt: skip
    shown = {"id": "V1", "hash": hashlib.sha256(json.dumps([view, str(values)]).encode()).hexdigest()} | view
    return shown | {"state": {"values": state}, "previous_view_id": under or None}


def _state(element: Json, value: Any) -> Json:
    kind = element["type"]
    options = {one["value"]: one for one in element.get("options", [])}
    if kind == "datetimepicker":
        chosen = int(value.timestamp()) if isinstance(value, datetime) else element.get("initial_date_time")
        return {"type": kind, "selected_date_time": chosen}
    if kind == "datepicker":
        return {"type": kind, "selected_date": value or element.get("initial_date")}
    if kind == "file_input":
        return {"type": kind, "files": value or []}
    if kind == "users_select":
        return {"type": kind, "selected_user": element.get("initial_user") if value is None else value}
    if kind == "multi_users_select":
        return {"type": kind, "selected_users": element.get("initial_users", []) if value is None else value}
    if kind in ("multi_static_select", "checkboxes"):
        kept = [one["value"] for one in element.get("initial_options", [])]
        return {"type": kind, "selected_options": [options[one] for one in (kept if value is None else value)]}
    if kind in ("static_select", "radio_buttons"):
        return {"type": kind, "selected_option": options[value] if value else element.get("initial_option")}
    return {"type": kind, "value": element.get("initial_value") if value is None else value}
