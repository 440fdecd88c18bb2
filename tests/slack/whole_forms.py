"""Modals as Slack sends them back: every kind of field, its own value or what a person chose."""

import hashlib
import json
from datetime import datetime
from typing import Any

from tests.slack.slack_office import Office
from tests.slack.slack_stand_in import Answer, Person

Json = dict[str, Any]
SEVERAL = ("multi_static_select", "checkboxes")


def fields(view: Json) -> dict[str, Json]:
    """The fields by their plain names: what stands behind ~ only keeps what was typed from coming back."""
    return {b["block_id"].partition("~")[0]: b for b in view["blocks"] if b["type"] == "input"}


async def fill(person: Person, view: Json, *, under: str = "", **values: Any) -> Answer:
    """Submit a modal with these values; a field that isn't named keeps what it starts with."""
    known = fields(view)
    assert set(values) <= set(known), f"the modal has {sorted(known)}"
    state = {b["block_id"]: {b["element"]["action_id"]: _state(b["element"], values.get(key))}
             for key, b in known.items()}  # fmt: skip
    shown = {"id": "V1", "hash": hashlib.sha256(json.dumps([view, str(values)]).encode()).hexdigest()} | view
    shown |= {"state": {"values": state}, "previous_view_id": under or None}
    return await person.sends(person._interaction("view_submission") | {"view": shown})


async def press_in(office: Office, person: Person, view: Json, action_id: str, place: int = 0) -> Answer:
    """Press the n-th button of a kind in a modal, which travels along as Slack sends it."""
    value = buttons(view, action_id)[place]["value"]
    sent = view | {"id": "V1", "hash": "1.a", "state": {"values": {}}, "submit": None, "team_id": "T1"}
    return office.judged(await person.presses(action_id, value, channel=None, container={"type": "view"}, view=sent))


def buttons(view: Json, action_id: str) -> list[Json]:
    """The buttons of a kind, wherever they stand."""
    found = [e for b in view["blocks"] for e in [*b.get("elements", []), b.get("accessory") or {}]]
    return [e for e in found if e.get("action_id") == action_id]


def opened(office: Office) -> Json:
    """The modal that was shown last."""
    shown = [c.body["view"] for c in office.slack.calls if c.method in ("views.open", "views.push", "views.update")]
    last: Json = shown[-1]
    return last


def _state(element: Json, value: Any) -> Json:
    kind = element["type"]
    options = {one["value"]: one for one in element.get("options", [])}
    if kind == "datetimepicker":
        chosen = int(value.timestamp()) if isinstance(value, datetime) else element.get("initial_date_time")
        return {"type": kind, "selected_date_time": chosen}
    if kind == "datepicker":
        return {"type": kind, "selected_date": value or element.get("initial_date")}
    if kind == "users_select":
        return {"type": kind, "selected_user": element.get("initial_user") if value is None else value}
    if kind == "multi_users_select":
        return {"type": kind, "selected_users": element.get("initial_users", []) if value is None else value}
    if kind in SEVERAL:
        kept = [one["value"] for one in element.get("initial_options", [])]
        return {"type": kind, "selected_options": [options[one] for one in (kept if value is None else value)]}
    if kind in ("static_select", "radio_buttons"):
        return {"type": kind, "selected_option": options[value] if value else element.get("initial_option")}
    return {"type": kind, "value": element.get("initial_value") if value is None else value}
