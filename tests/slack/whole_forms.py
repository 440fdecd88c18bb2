"""Modals of an office: the one that was shown last, its buttons, and the way back to us."""

from typing import Any

from tests.slack.person import Answer, Person
from tests.slack.slack_office import Office

Json = dict[str, Any]


async def fill(person: Person, view: Json, *, under: str = "", **values: Any) -> Answer:
    """Submit a modal with these values; a field that isn't named keeps what it starts with."""
    return await person.submits(view, under=under, **values)


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
