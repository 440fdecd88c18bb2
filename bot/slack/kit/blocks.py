"""Small builders of Block Kit that know Slack's limits and keep people's words verbatim.

What a person wrote goes into plain_text or rich_text only: neither reads mentions, links or marks from it.
Limits: https://docs.slack.dev/reference/block-kit
"""

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

import regex

from knowledge.language import signs

Block = dict[str, Any]

SECTION, HEADER, BUTTON, OPTION, TITLE = 3000, 150, 75, 75, 24
MESSAGE_BLOCKS, VIEW_BLOCKS, MESSAGE_TEXT = 50, 100, 10_000  # with more, Slack answers msg_blocks_too_long
_UNSEEN = regex.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


def clean(text: str) -> str:
    """Return the words as they can be shown: no control or text-direction characters, no broken halves."""
    whole = "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text.replace("\r\n", "\n"))
    return unicodedata.normalize("NFC", _UNSEEN.sub("", whole))


def cut(text: str, limit: int, mark: str = "…") -> str:
    """Return at most `limit` characters of the words, never half of a visible one, and say when some are missing."""
    return signs.cut(clean(text), limit, mark)


def escape(text: str) -> str:
    """Return the words so that mrkdwn reads no mention, channel or link in them."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(blocks: Any) -> Any:
    """Return blocks that came from Slack as they were sent: it hands their texts back with & < > as entities."""
    if isinstance(blocks, list):
        return [unescape(block) for block in blocks]
    if isinstance(blocks, dict):
        return {key: _words(value) if key == "text" else unescape(value) for key, value in blocks.items()}
    return blocks


def _words(text: Any) -> Any:
    if not isinstance(text, str):
        return unescape(text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def plain(text: str, limit: int = SECTION) -> Block:
    """A text in which nothing is read as a mark, an emoji code or a mention."""
    return {"type": "plain_text", "text": cut(text, limit) or " ", "emoji": False}


def header(text: str) -> Block:
    """A big line."""
    return {"type": "header", "text": plain(text, HEADER)}


def section(text: str, accessory: Block | None = None) -> Block:
    """A paragraph, verbatim."""
    return {"type": "section", "text": plain(text)} | ({"accessory": accessory} if accessory else {})


def context(*texts: str) -> Block:
    """Small grey lines, at most ten."""
    return {"type": "context", "elements": [plain(text) for text in texts[:10]]}


def divider() -> Block:
    """A thin line."""
    return {"type": "divider"}


def word(text: str, *, bold: bool = False) -> Block:
    """A run of a rich text, verbatim."""
    return {"type": "text", "text": clean(text) or " "} | ({"style": {"bold": True}} if bold else {})


def person(slack_id: str) -> Block:
    """A staff member's name, as Slack draws it."""
    return {"type": "user", "user_id": slack_id}


def rich(*runs: Block) -> Block:
    """A paragraph of runs."""
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(runs)}]}


def titled(title: str, text: str) -> Block:
    """A bold line and, under it, words verbatim."""
    return rich(word(f"{title}\n", bold=True), word(text))


def fields(pairs: Iterable[tuple[str, Block]]) -> Block:
    """Lines of a bold label and a value."""
    runs: list[Block] = []
    for label, value in pairs:
        runs += [word(f"{'' if not runs else chr(10)}{label}　", bold=True), value]
    return rich(*runs)


def button(text: str, action_id: str, value: str, style: str | None = None) -> Block:
    """A button; `style` is primary or danger."""
    made = {"type": "button", "text": plain(text, BUTTON), "action_id": action_id, "value": value[:2000]}
    return made | ({"style": style} if style else {})


def actions(*buttons: Block) -> Block:
    """A row of 1 to 25 buttons."""
    if not 1 <= len(buttons) <= 25:
        raise ValueError("a row holds 1 to 25 buttons")
    return {"type": "actions", "elements": list(buttons)}


def option(text: str, value: str) -> Block:
    """A choice of a select."""
    return {"text": plain(text, OPTION), "value": value}


def asks(key: str, label: str, element: Block, *, optional: bool = False, hint: str = "") -> Block:
    """A labelled input; its block and its element are both found by `key`."""
    made = {
        "type": "input",
        "block_id": key,
        "label": plain(label, 2000),
        "optional": optional,
        "element": element | {"action_id": key},
    }
    return made | ({"hint": plain(hint, 2000)} if hint else {})


def text_input(*, lines: bool = False, initial: str = "", most: int = 3000) -> Block:
    """A field to type into; `lines` for more than one line."""
    made = {"type": "plain_text_input", "multiline": lines, "max_length": most}
    return made | ({"initial_value": initial[:most]} if initial else {})


def file_input(endings: Sequence[str], most: int) -> Block:
    """A choice of 1 to `most` files from a person's own device; what they really are isn't looked at."""
    return {"type": "file_input", "filetypes": list(endings), "max_files": most}


def user_select(placeholder: str) -> Block:
    """A choice of one person of the workspace."""
    return {"type": "users_select", "placeholder": plain(placeholder, 150)}


def people_select(placeholder: str, chosen: Sequence[str] = ()) -> Block:
    """A choice of several people of the workspace."""
    made = {"type": "multi_users_select", "placeholder": plain(placeholder, 150)}
    return made | ({"initial_users": list(chosen)} if chosen else {})


def date_picker(initial: str = "") -> Block:
    """A day; `initial` as 2026-12-01."""
    return {"type": "datepicker"} | ({"initial_date": initial} if initial else {})


def datetime_picker(initial: int = 0) -> Block:
    """A day and time; `initial` in seconds since 1970. Slack shows and takes it in the person's own zone."""
    return {"type": "datetimepicker"} | ({"initial_date_time": initial} if initial else {})


def checkboxes(options: Sequence[Block], chosen: Sequence[str] = ()) -> Block:
    """Boxes to tick, 1 to 10; `chosen` are the values ticked already."""
    ticked = [one for one in options if one["value"] in chosen]
    return {"type": "checkboxes", "options": list(options)[:10]} | ({"initial_options": ticked} if ticked else {})


def radio(options: Sequence[Block], chosen: str = "") -> Block:
    """A choice of one of 1 to 10, all visible."""
    picked = next((one for one in options if one["value"] == chosen), None)
    return {"type": "radio_buttons", "options": list(options)[:10]} | ({"initial_option": picked} if picked else {})


def choices(options: Sequence[Block], placeholder: str) -> Block:
    """A choice of several of 1 to 100 options."""
    return {"type": "multi_static_select", "placeholder": plain(placeholder, 150), "options": list(options)[:100]}


def link(url: str, text: str) -> Block:
    """A run of a rich text that leads somewhere of ours."""
    return {"type": "link", "url": url, "text": clean(text)}


def select(options: Sequence[Block], placeholder: str) -> Block:
    """A choice of one of 1 to 100 options."""
    return {"type": "static_select", "placeholder": plain(placeholder, 150), "options": list(options)[:100]}


def modal(
    callback_id: str, title: str, blocks: Sequence[Block], *, close: str, submit: str = "", metadata: str = ""
) -> Block:
    """A modal of at most 100 blocks; `metadata` holds numbers and ids only."""
    made = {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title, TITLE),
        "close": plain(close, TITLE),
        "blocks": list(blocks)[:VIEW_BLOCKS],
        "private_metadata": metadata,
    }
    return made | ({"submit": plain(submit, TITLE)} if submit else {})


def pieces(text: str, size: int = 2900) -> list[str]:
    """Return the words in pieces that fit a block each; nothing is lost between them.

    What people see as one sign stays whole, unless it is longer than a piece.
    """
    found, piece = [], ""
    whole = signs.CLUSTER.findall(clean(text))
    for cluster in (sign[at : at + size] for sign in whole for at in range(0, len(sign), size)):
        if len(piece) + len(cluster) > size and piece:
            found.append(piece)
            piece = ""
        piece += cluster
    return [*found, piece] if piece or not found else found


def visible(blocks: Any) -> str:
    """Return every text in the blocks, joined: what a person can read, for counting."""
    if isinstance(blocks, list):
        return "".join(visible(block) for block in blocks)
    if isinstance(blocks, dict):
        return "".join(v if k == "text" and isinstance(v, str) else visible(v) for k, v in blocks.items())
    return ""
