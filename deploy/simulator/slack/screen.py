"""Blocks as Slack keeps them, and what they show: ids filled in, inputs with their state, words."""

import secrets
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]
VALUES = {
    "static_select": "selected_option", "external_select": "selected_option", "radio_buttons": "selected_option",
    "overflow": "selected_option", "multi_static_select": "selected_options", "checkboxes": "selected_options",
    "multi_external_select": "selected_options", "users_select": "selected_user",
    "multi_users_select": "selected_users", "conversations_select": "selected_conversation",
    "multi_conversations_select": "selected_conversations", "channels_select": "selected_channel",
    "multi_channels_select": "selected_channels", "datepicker": "selected_date", "timepicker": "selected_time",
    "datetimepicker": "selected_date_time", "file_input": "files",
}  # fmt: skip


def kept(blocks: list[Json]) -> list[Json]:
    """Blocks as Slack stores them: every block_id and action_id is there."""
    return [_completed({"block_id": secrets.token_urlsafe(4), **block}) for block in blocks]


def _completed(node: Any) -> Any:
    if isinstance(node, list):
        return [_completed(item) for item in node]
    if not isinstance(node, dict):
        return node
    made = {key: _completed(value) for key, value in node.items()}
    if made.get("type") == "plain_text":
        made.setdefault("emoji", True)
    if made.get("type") == "mrkdwn":
        made.setdefault("verbatim", False)
    if made.get("type") == "button" or made.get("type") in VALUES or str(made.get("type")).endswith("_input"):
        made.setdefault("action_id", secrets.token_urlsafe(4))
    return made


def elements(blocks: list[Json]) -> Iterator[tuple[Json, Json]]:
    """Every interactive element with its block, in reading order."""
    for block in blocks:
        inside = block.get("elements", []) if block["type"] == "actions" else []
        for element in [*inside, block.get("accessory"), block.get("element")]:
            if isinstance(element, dict) and "action_id" in element:
                yield block, element


def value_key(element: Json) -> str:
    """The name under which an element's value travels."""
    return VALUES.get(element["type"], "value")


def initial(element: Json) -> Json:
    """An element's value before anyone touched it."""
    key = value_key(element)
    start = element.get(key.replace("selected_", "initial_") if key != "value" else "initial_value")
    if start is None and element["type"] in ("checkboxes", "file_input"):
        start = []
    return {"type": element["type"], key: start}


def chosen(element: Json, value: Any) -> Json:
    """An element's value from what a person gave: an option's value or words, a list, a text."""
    key = value_key(element)
    options = [*element.get("options", []), *(o for g in element.get("option_groups", []) for o in g["options"])]
    if key == "selected_option":
        value = option(options, value) if value not in (None, "") else None
    elif key == "selected_options":
        value = [option(options, one) for one in value or []]
    elif key == "value":
        value = None if value in (None, "") else str(value)
    return {"type": element["type"], key: value or ([] if element["type"] in ("checkboxes", "file_input") else None)}


def option(options: list[Json], value: Any) -> Json:
    """One of the options, by value or by its words; KeyError when there is no such option."""
    if isinstance(value, dict):
        return value
    for one in options:
        if value in (one["value"], one["text"]["text"]):
            return {k: one[k] for k in ("text", "value")}
    raise KeyError(f"{value!r} is not among {[o['text']['text'] for o in options]}")


def state(blocks: list[Json], given: Json) -> Json:
    """state.values: by block and action; `given` overrides what the elements start with."""
    values: Json = {}
    for block, element in elements(blocks):
        if element["type"] not in ("button", "overflow"):
            typed = given.get(block["block_id"], {}).get(element["action_id"])
            values.setdefault(block["block_id"], {})[element["action_id"]] = typed or initial(element)
    return {"values": values}


def words(node: Any) -> Iterator[str]:
    """Every word that can be read in a message or view, in order."""
    if isinstance(node, list):
        for item in node:
            yield from words(item)
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("text", "name", "alt_text", "initial_value") and isinstance(value, str):
                yield value
            elif key not in ("metadata", "state", "bot_profile"):
                yield from words(value)
