"""What citizens see on LINE: pure functions from our values to LINE's JSON, within LINE's limits.

Limits are those of the Messaging API reference: 5 messages a call, 5,000 UTF-16 units a text, 13 quick
replies with labels of 20 characters, alternative texts of 1,500, 30 KB a bubble.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

import regex

from bot.desk.talk.length import units
from bot.phrases import label, phrase
from knowledge.language.blanks import has_words
from knowledge.language.signs import cut

Json = dict[str, Any]
MOST_MESSAGES = 5
TEXT_UNITS = 5_000
MOST_BUTTONS = 13
LABEL = 20  # graphemes
DATA = 300  # characters of a postback
BUBBLE_BYTES = 28_000  # of LINE's 30 KB, counted as ASCII-escaped JSON, the larger way to count
SHOWN = 1_000  # characters of an answer in the summary; the rest is behind 続きを見る


def turn(said: Sequence[Mapping[str, Any]], drawn: Mapping[str, Any]) -> list[Json]:
    """Draw what was said in a turn: texts, drawn things, and all buttons under the last message."""
    messages: list[Json] = []
    buttons: list[Mapping[str, str]] = []
    for item in said:
        buttons += item.get("buttons", [])
        messages += item["drawn"] if "drawn" in item else text(item["text"]) if item.get("text") else []
    return with_buttons(_at_most(messages), buttons, drawn)


def text(words: str) -> list[Json]:
    """Return a text as one message, or several when it is longer than LINE takes. LINE refuses one without words."""
    return [{"type": "text", "text": piece} for piece in pieces(words, TEXT_UNITS) if has_words(piece)]


def pieces(words: str, most: int) -> list[str]:
    """Cut a text into pieces of at most `most` UTF-16 units. A sign that fits into one piece is never cut in two."""
    out, current, size = [], "", 0
    for grapheme in (part for whole in regex.findall(r"\X", words) for part in _whole_or_cut(whole, most)):
        more = units(grapheme)
        if size + more > most and current:
            out.append(current)
            current, size = "", 0
        current, size = current + grapheme, size + more
    return [*out, current] if current else out


def _whole_or_cut(grapheme: str, most: int) -> Iterable[str]:
    return (grapheme,) if units(grapheme) <= most else grapheme


def with_buttons(messages: list[Json], buttons: Iterable[Mapping[str, str]], drawn: Mapping[str, Any]) -> list[Json]:
    """Put the buttons under the last message, the only place where LINE shows them; each once."""
    distinct: dict[str, Mapping[str, str]] = {}
    for button in buttons:  # of two buttons that do the same, the first one fits the moment better (次へ, not スキップ)
        distinct.setdefault(button["payload"], button)
    items = [
        {"type": "action", "action": _action(button["title"], button["payload"], drawn)}
        for button in list(distinct.values())[:MOST_BUTTONS]
    ]
    if items and messages:
        messages = [*messages[:-1], {**messages[-1], "quickReply": {"items": items}}]
    return messages


def _action(title: str, payload: str, drawn: Mapping[str, Any]) -> Json:
    """A telephone number is dialled; everything else comes back to us."""
    if payload.startswith("tel:"):
        return {"type": "uri", "label": shorten(title, LABEL), "uri": payload}
    return postback(title, payload, drawn)


def postback(title: str, payload: str, drawn: Mapping[str, Any]) -> Json:
    """Return a button with the proposal and question it was drawn for. A tap shows its words in the talk."""
    fields = {"p": drawn.get("proposal"), "q": drawn.get("question"), "do": payload}
    data = urlencode({k: v for k, v in fields.items() if v is not None})
    shown = shorten(title, LABEL)
    return {"type": "postback", "label": shown, "data": data[:DATA], "displayText": shown}


def shorten(words: str, most: int) -> str:
    """Cut words for a label, visibly."""
    graphemes = regex.findall(r"\X", words)
    return words if len(graphemes) <= most else "".join(graphemes[: most - 1]) + "…"


def summary(
    given: Mapping[str, str],
    fields: Mapping[str, str],
    drawn: Mapping[str, Any],
    beside: Sequence[tuple[int | None, str]] = (),
) -> list[Json]:
    """Draw all answers with なおす on each, what stands beside them with はずす, and 送信する.

    Long ones go over several bubbles.
    """
    rows = [_row(question, words, drawn) for question, words in {**given, **fields}.items()]
    rows += [_aside(part, words) for part, words in beside]
    bubbles = _packed([[_heading()], *rows])
    bubbles[-1]["footer"] = _box([
        {**_button(phrase("submit"), "/submit", drawn), "style": "primary", "color": "#067A3C"},
        _button(phrase("add_more"), "/add_more", drawn),
    ])  # fmt: skip
    return [{"type": "flex", "altText": phrase("summary_alt"), "contents": bubble} for bubble in bubbles]


def answer(question: str, words: str, *, is_open: bool) -> list[Json]:
    """Show one answer whole; while its question is open again, say how to leave it as it is."""
    key = "answer_open" if is_open else "answer_now"
    return text(phrase(key, label=label(question), answer=words or phrase("no_answer")))


def ward_choice(wards: Sequence[str], drawn: Mapping[str, Any]) -> Json:
    """Draw every ward as a button, three in a row: more than quick replies can hold."""
    rows = [
        {
            "type": "box", "layout": "horizontal", "spacing": "sm",
            "contents": [{**_button(ward, ward, drawn), "style": "secondary"} for ward in wards[i : i + 3]],
        }
        for i in range(0, len(wards), 3)
    ]  # fmt: skip
    return {
        "type": "flex", "altText": phrase("wards_alt"),
        "contents": {"type": "bubble", "size": "giga", "body": _box(rows, spacing="sm")},
    }  # fmt: skip


def _row(question: str, words: str, drawn: Mapping[str, Any]) -> list[Json]:
    correct = _button(phrase("correct"), f'/correct_answer{{"question": "{question}"}}', drawn)
    row = _titled(label(question), words, correct)
    more = _button(phrase("read_on"), f'/show_answer{{"question": "{question}"}}', drawn)
    return [*row, more] if len(words) > SHOWN else row


def _titled(title: str, words: str, button: Json) -> list[Json]:
    """A title with its button beside it, and the words below."""
    shown = words or phrase("no_answer")
    begun = cut(f"{shown}…", SHOWN + 1) if len(shown) > SHOWN else shown
    return [
        {"type": "separator", "margin": "md"},
        {
            "type": "box", "layout": "horizontal", "margin": "md",
            "contents": [
                {"type": "text", "text": title, "weight": "bold", "size": "sm", "color": "#1A6B3C",
                 "wrap": True, "flex": 5, "gravity": "center"},
                {**button, "flex": 2},
            ],
        },
        {"type": "text", "text": begun, "wrap": True, "size": "md",
         "color": "#333333" if words else "#6B6B6B"},
    ]  # fmt: skip


def _aside(part: int | None, words: str) -> list[Json]:
    left_out = {
        "type": "postback", "label": phrase("leave_out"), "displayText": phrase("leave_out"),
        "data": urlencode({"tap": "aside", "n": part}),
    }  # fmt: skip
    return _titled(phrase("aside"), words, {"type": "button", "height": "sm", "action": left_out})


def _packed(rows: Sequence[list[Json]]) -> list[Json]:
    """Fill bubbles with rows, in their order, each bubble up to its limit of bytes."""
    bubbles: list[list[Json]] = [[]]
    for row in rows:
        if bubbles[-1] and _weight([*bubbles[-1], *row]) > BUBBLE_BYTES:
            bubbles.append([])
        bubbles[-1] += row
    return [{"type": "bubble", "size": "giga", "body": _box(rows)} for rows in bubbles]


def _weight(contents: list[Json]) -> int:
    return len(json.dumps(contents, separators=(",", ":")))


def _heading() -> Json:
    return {"type": "text", "text": phrase("summary_title"), "weight": "bold", "size": "lg", "wrap": True}


def _button(title: str, payload: str, drawn: Mapping[str, Any]) -> Json:
    return {"type": "button", "height": "sm", "action": postback(title, payload, drawn)}


def _box(contents: Sequence[Json], spacing: str = "sm") -> Json:
    return {"type": "box", "layout": "vertical", "spacing": spacing, "contents": list(contents)}


def fitting(messages: list[Json], most: int) -> list[Json]:
    """Return at most so many messages. If there are more, the last one says so; nothing is cut in silence."""
    if len(messages) <= most:
        return messages
    return [*messages[: most - 1], *text(phrase("rest_is_kept"))] if most > 0 else []


def _at_most(messages: list[Json]) -> list[Json]:
    """LINE takes five messages a call."""
    return fitting(messages, MOST_MESSAGES)
