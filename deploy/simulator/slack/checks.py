"""What Slack refuses in blocks and views, with its words for it.

Numbers: docs.slack.dev, reference of blocks, block elements, composition objects and views.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

Json = dict[str, Any]
MESSAGE_BLOCKS, VIEW_BLOCKS, BLOCKS_TEXT, TEXT = 50, 100, 13_000, 40_000
IDS = 255


def blocks(value: Any, most: int = MESSAGE_BLOCKS, at: str = "/blocks", home: bool = True) -> list[str]:
    """Slack's complaints about a list of blocks; an empty list means it takes them."""
    if not isinstance(value, list):
        return [_say("must be an array", at)]
    found = [_say(f"no more than {most} items allowed", at)] if len(value) > most else []
    for i, block in enumerate(value):
        found += _block(block, f"{at}/{i}")
    ids = [b["block_id"] for b in value if isinstance(b, dict) and b.get("block_id")]
    if len(set(ids)) < len(ids):
        found.append(_say("`block_id` must be unique", at))
    return found


def view(value: Any, kinds: tuple[str, ...] = ("modal",)) -> list[str]:
    """Slack's complaints about a modal or home."""
    if not isinstance(value, dict):
        return [_say("must be an object", "/view")]
    found = (
        [] if value.get("type") in kinds else [_say("unsupported type: must be " + " or ".join(kinds), "/view/type")]
    )
    if value.get("type") == "modal":
        found += _text(value, "title", "/view", 24, plain=True)
        for key in ("submit", "close"):
            found += _text(value, key, "/view", 24, plain=True, needed=False)
        inputs = any(isinstance(b, dict) and b.get("type") == "input" for b in value.get("blocks") or [])
        if inputs and not value.get("submit"):
            found.append(_say("missing required field: submit", "/view"))
    for key, most in (("private_metadata", 3000), ("callback_id", IDS), ("external_id", IDS)):
        if len(value.get(key) or "") > most:
            found.append(_say(f"must be less than {most + 1} characters", f"/view/{key}"))
    found += [_say("unknown field", f"/view/{key}") for key in value if key not in VIEW_KEYS]
    return found + blocks(value.get("blocks"), VIEW_BLOCKS, "/view/blocks")


def words(value: Any) -> int:
    """The characters of text in blocks, which Slack bounds in total."""
    if isinstance(value, list):
        return sum(map(words, value))
    if not isinstance(value, dict):
        return 0
    own = len(value["text"]) if isinstance(value.get("text"), str) else 0
    return own + sum(words(v) for v in value.values())


def _say(what: str, where: str) -> str:
    return f"[ERROR] {what} [json-pointer:{where}]"


def _block(block: Any, at: str) -> Iterator[str]:
    kind = block.get("type") if isinstance(block, dict) else None
    if kind not in BLOCKS:
        yield _say(f"unsupported type: {kind}", f"{at}/type")
        return
    check, keys = BLOCKS[kind]
    yield from check(block, at)
    yield from (_say("unknown field", f"{at}/{key}") for key in block if key not in keys | {"type", "block_id"})
    yield from _length(block, "block_id", at, IDS, least=0)
    ids = list(_action_ids(block))
    if len(set(ids)) < len(ids):
        yield _say("`action_id` must be unique within a block", at)


def _action_ids(node: Any) -> Iterator[str]:
    for item in node.values() if isinstance(node, dict) else node if isinstance(node, list) else []:
        yield from _action_ids(item)
    if isinstance(node, dict) and isinstance(node.get("action_id"), str):
        yield node["action_id"]


def _length(value: Json, key: str, at: str, most: int, *, least: int = 1, needed: bool = False) -> Iterator[str]:
    found = value.get(key)
    if found is None:
        if needed:
            yield _say(f"missing required field: {key}", at)
    elif not isinstance(found, str):
        yield _say("must be a string", f"{at}/{key}")
    elif len(found) > most:
        yield _say(f"must be less than {most + 1} characters", f"{at}/{key}")
    elif len(found) < least:
        yield _say("must be more than 0 characters", f"{at}/{key}")


def _text(value: Json, key: str, at: str, most: int, *, plain: bool = False, needed: bool = True) -> Iterator[str]:
    text = value.get(key)
    if text is None:
        if needed:
            yield _say(f"missing required field: {key}", at)
        return
    kinds = ("plain_text",) if plain else ("plain_text", "mrkdwn")
    if not isinstance(text, dict) or text.get("type") not in kinds:
        yield _say("must be a " + " or ".join(kinds) + " object", f"{at}/{key}")
        return
    yield from _length(text, "text", f"{at}/{key}", most, needed=True)
    allowed = {"type", "text", "emoji"} if text["type"] == "plain_text" else {"type", "text", "verbatim"}
    yield from (_say("unknown field", f"{at}/{key}/{k}") for k in text if k not in allowed)


def _list(
    value: Json, key: str, at: str, most: int, check: Callable[..., Iterator[str]], needed: bool = True
) -> Iterator[str]:
    found = value.get(key)
    if found is None and not needed:
        return
    if not isinstance(found, list):
        yield _say(f"missing required field: {key}", at)
    elif not 1 <= len(found) <= most:
        yield _say(
            "no fewer than 1 items required" if not found else f"no more than {most} items allowed", f"{at}/{key}"
        )
    else:
        for i, item in enumerate(found):
            yield from check(item, f"{at}/{key}/{i}")


def _section(b: Json, at: str) -> Iterator[str]:
    if "text" not in b and "fields" not in b:
        yield _say("missing required field: text or fields", at)
    yield from _text(b, "text", at, 3000, needed=False)
    yield from _list(b, "fields", at, 10, lambda f, here: _text({"f": f}, "f", here, 2000), needed=False)
    if "accessory" in b:
        yield from _element(b["accessory"], f"{at}/accessory", SECTION)


def _actions(b: Json, at: str) -> Iterator[str]:
    yield from _list(b, "elements", at, 25, lambda e, here: _element(e, here, ACTIONS))


def _context(b: Json, at: str) -> Iterator[str]:
    def item(e: Any, here: str) -> Iterator[str]:
        if isinstance(e, dict) and e.get("type") == "image":
            yield from _image(e, here)
        else:
            yield from _text({"e": e}, "e", here, 3000)

    yield from _list(b, "elements", at, 10, item)


def _header(b: Json, at: str) -> Iterator[str]:
    yield from _text(b, "text", at, 150, plain=True)


def _image(b: Json, at: str) -> Iterator[str]:
    yield from _length(b, "alt_text", at, 2000, needed=True)
    if "slack_file" not in b:
        yield from _length(b, "image_url", at, 3000, needed=True)
    yield from _text(b, "title", at, 2000, plain=True, needed=False)


def _input(b: Json, at: str) -> Iterator[str]:
    yield from _text(b, "label", at, 2000, plain=True)
    yield from _text(b, "hint", at, 2000, plain=True, needed=False)
    yield from _element(b.get("element"), f"{at}/element", INPUTS)


def _rich_text(b: Json, at: str) -> Iterator[str]:
    def part(e: Any, here: str) -> Iterator[str]:
        if not isinstance(e, dict) or e.get("type") not in RICH:
            yield _say("unsupported rich text element", here)

    if not isinstance(b.get("elements"), list) or not b["elements"]:
        yield _say("missing required field: elements", at)
    else:
        for i, element in enumerate(b["elements"]):
            yield from part(element, f"{at}/elements/{i}")


def _markdown(b: Json, at: str) -> Iterator[str]:
    yield from _length(b, "text", at, 12_000, needed=True)


def _free(b: Json, at: str) -> Iterator[str]:
    yield from ()


def _element(e: Any, at: str, allowed: set[str]) -> Iterator[str]:
    kind = e.get("type") if isinstance(e, dict) else None
    if kind not in allowed:
        yield _say(f"unsupported type: {kind}", f"{at}/type")
        return
    if kind == "image":
        yield from _image(e, at)
        return
    yield from _length(e, "action_id", at, IDS)
    yield from _text(e, "placeholder", at, 150, plain=True, needed=False)
    if "confirm" in e:
        yield from _confirm(e["confirm"], f"{at}/confirm")
    yield from ELEMENTS[kind](e, at)


def _confirm(c: Any, at: str) -> Iterator[str]:
    c = c if isinstance(c, dict) else {}
    yield from _text(c, "title", at, 100, plain=True)
    yield from _text(c, "text", at, 300)
    yield from _text(c, "confirm", at, 30, plain=True)
    yield from _text(c, "deny", at, 30, plain=True)


def _button(e: Json, at: str) -> Iterator[str]:
    yield from _text(e, "text", at, 75, plain=True)
    yield from _length(e, "value", at, 2000)
    yield from _length(e, "url", at, 3000)
    if "style" in e and e["style"] not in ("primary", "danger"):
        yield _say("must be one of primary, danger", f"{at}/style")


def _option(o: Any, at: str) -> Iterator[str]:
    o = o if isinstance(o, dict) else {}
    yield from _text(o, "text", at, 75)
    yield from _length(o, "value", at, 150, needed=True)
    yield from _text(o, "description", at, 75, needed=False)


def _options(most: int) -> Callable[[Json, str], Iterator[str]]:
    def check(e: Json, at: str) -> Iterator[str]:
        if "option_groups" in e:
            yield from _list(e, "option_groups", at, 100, group)
        else:
            yield from _list(e, "options", at, most, _option)
            values = [o.get("value") for o in e.get("options") or [] if isinstance(o, dict)]
            if len(set(map(str, values))) < len(values):
                yield _say("option values must be unique", f"{at}/options")
        yield from _initial(e, at)

    def group(g: Any, at: str) -> Iterator[str]:
        yield from _text(g, "label", at, 75, plain=True)
        yield from _list(g, "options", at, most, _option)

    return check


def _initial(e: Json, at: str) -> Iterator[str]:
    """An initial option must be exactly one of the options."""
    options = [
        *(e.get("options") or []),
        *(o for g in e.get("option_groups") or [] for o in g.get("options") or []),
    ]
    values = {o.get("value") for o in options if isinstance(o, dict)}
    chosen = [e["initial_option"]] if e.get("initial_option") else e.get("initial_options") or []
    if any(not isinstance(o, dict) or o.get("value") not in values for o in chosen):
        yield _say("initial option must be one of the options", at)


def _plain_input(e: Json, at: str) -> Iterator[str]:
    yield from _length(e, "initial_value", at, 3000, least=0)
    for key in ("min_length", "max_length"):
        if key in e and not (isinstance(e[key], int) and 0 <= e[key] <= 3000):
            yield _say("must be between 0 and 3000", f"{at}/{key}")


def _date(e: Json, at: str) -> Iterator[str]:
    if e.get("initial_date") and not re.fullmatch(r"\d{4}-\d\d-\d\d", e["initial_date"]):
        yield _say("must be a date: YYYY-MM-DD", f"{at}/initial_date")


def _file_input(e: Json, at: str) -> Iterator[str]:
    if not 1 <= e.get("max_files", 10) <= 10:
        yield _say("must be between 1 and 10", f"{at}/max_files")
    if "filetypes" in e and not (isinstance(e["filetypes"], list) and all(isinstance(t, str) for t in e["filetypes"])):
        yield _say("must be an array of strings", f"{at}/filetypes")


PEOPLE = {
    f"{many}{what}_select" for many in ("", "multi_") for what in ("users", "conversations", "channels", "external")
}
ELEMENTS: dict[str, Callable[[Json, str], Iterator[str]]] = {
    "button": _button, "static_select": _options(100), "multi_static_select": _options(100), "overflow": _options(5),
    "checkboxes": _options(10), "radio_buttons": _options(10), "datepicker": _date, "timepicker": _free,
    "datetimepicker": _free, "plain_text_input": _plain_input, "email_text_input": _plain_input,
    "url_text_input": _plain_input, "number_input": _free, "rich_text_input": _free, "file_input": _file_input,
    **dict.fromkeys(PEOPLE, _free),
}  # fmt: skip
INPUTS = set(ELEMENTS) - {"button", "overflow"}
ACTIONS = {k for k in ELEMENTS if not k.endswith("_input")} | {"rich_text_input"}
SECTION = (ACTIONS | {"image"}) - {"datetimepicker", "rich_text_input"}
RICH = {"rich_text_section", "rich_text_list", "rich_text_preformatted", "rich_text_quote"}
VIEW_KEYS = {"type", "title", "submit", "close", "blocks", "private_metadata", "callback_id", "external_id",
             "clear_on_close", "notify_on_close", "submit_disabled"}  # fmt: skip
BLOCKS: dict[str, tuple[Callable[[Json, str], Iterator[str]], set[str]]] = {
    "section": (_section, {"text", "fields", "accessory", "expand"}), "actions": (_actions, {"elements"}),
    "context": (_context, {"elements"}), "header": (_header, {"text"}), "divider": (_free, set()),
    "image": (_image, {"image_url", "alt_text", "title", "slack_file"}),
    "input": (_input, {"label", "element", "hint", "optional", "dispatch_action"}),
    "rich_text": (_rich_text, {"elements"}), "markdown": (_markdown, {"text"}),
    "file": (_free, {"external_id", "source"}),
}  # fmt: skip
