"""Every field of LINE's webhooks has its fate, and the fate is what happens to it."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.hearing import fates
from bot.hearing.content import WORDLESS
from bot.hearing.fates import LEFT, SHOWN, TABLE, WORDS, Fate
from bot.hearing.incoming import Incoming
from knowledge.language.blanks import has_words
from tests.conftest import CONFORMANCE

Json = dict[str, Any]
SPECIFICATION = CONFORMANCE / "specs" / "line" / "webhook.yml"
NOW = datetime(2026, 11, 30, 3, tzinfo=UTC)
KINDS = ("text", "image", "video", "audio", "file", "location", "sticker")
FATE = {(at, field): fate for at, fate, fields in TABLE for field in fields.split()}
SIGNS = st.characters(exclude_categories=("Cs",), exclude_characters="\x00")
SOME = st.text(SIGNS, min_size=1, max_size=12).filter(has_words)


@pytest.fixture(scope="module")
def schemas() -> Json:
    """What LINE publishes of its webhooks."""
    if not SPECIFICATION.is_file():
        pytest.skip("the conformance kit is not beside the project")
    schemas: Json = yaml.safe_load(SPECIFICATION.read_text("utf-8"))["components"]["schemas"]
    return schemas


def own_fields(schema: Json) -> Json:
    """The fields that an object has besides those of its parent."""
    return {k: v for part in (schema, *schema.get("allOf", ())) for k, v in part.get("properties", {}).items()}


def reads(message: Json, **event: Any) -> Incoming:
    whole = {"type": "message", "source": {"type": "user", "userId": "U1"}, "message": {"id": "5", **message}, **event}
    return Incoming.read("line:1", json.dumps(whole).encode(), NOW)


def test_each_field_that_line_names_has_one_fate_and_no_other_has(schemas: Json) -> None:
    named = [(at, field) for at, schema in schemas.items() for field in own_fields(schema)]

    assert sorted((at, field) for at, _, fields in TABLE for field in fields.split()) == sorted(named)


def test_each_kind_of_message_has_a_name_for_what_it_is(schemas: Json) -> None:
    kinds = schemas["MessageContent"]["discriminator"]["mapping"]

    assert set(kinds) == set(KINDS)
    assert set(kinds) - {"text"} == set(WORDLESS) - {"emoji"}


def value(fate: Fate, field: str, schema: Json) -> st.SearchStrategy[Any]:
    """Something that may stand in a field; what is left says so."""
    kind = schema.get("type")
    if kind == "array":
        return st.lists(value(fate, field, schema["items"]), max_size=3)
    if kind in ("integer", "number"):
        return st.integers(0, 180)
    if kind != "string":
        return st.just({})
    return SOME if fate in (WORDS, SHOWN) else st.just(f"left:{field}")


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_a_field_s_fate_is_what_happens_to_it(schemas: Json, kind: str, data: st.DataObject) -> None:
    at = f"{kind.capitalize()}MessageContent"
    given_fields = {
        field: data.draw(value(FATE[at, field], field, schema), label=field)
        for field, schema in own_fields(schemas[at]).items()
        if data.draw(st.booleans(), label=f"with {field}")
    }
    read = reads({"type": kind, **given_fields})

    own = [given_fields[field] for field in given_fields if FATE[at, field] is WORDS]
    shown = [given_fields[field] for field in given_fields if FATE[at, field] is SHOWN]
    assert read.words == own[0] if own else all(part in read.words for part in flat(shown))
    assert "left:" not in read.words
    assert (read.content == "text") is (bool(own) or kind == "text")


def flat(values: list[Any]) -> list[str]:
    return [str(part) for one in values for part in (one if isinstance(one, list) else [one])]


def test_a_kind_that_line_adds_later_loses_no_words() -> None:
    assert (reads({"type": "hologram", "text": "空き家"}).content, reads({"type": "hologram"}).content) == (
        "text",
        "hologram",
    )
    assert reads({"type": "hologram", "text": "空き家"}).words == "空き家"
    assert reads({"type": "image", "text": "駅前です"}).words == "［写真］ 駅前です"
    assert reads({"type": "image", "text": "駅前です"}).content == "image"


def test_the_words_of_a_message_sticker_are_the_answer() -> None:
    sticker = {"type": "sticker", "stickerResourceType": "MESSAGE", "keywords": ["Smile"], "text": "空き家で子ども食堂"}

    assert (reads(sticker).words, reads(sticker).said().kind) == ("空き家で子ども食堂", "text")
    assert reads(sticker | {"text": "\u3000\u200b"}).words == "［スタンプ］ Smile"


PICTURES = ("(happy)", "(絵文字)", "$", "(𠮷)")


@given(st.lists(st.tuples(st.just(False), SOME) | st.tuples(st.just(True), st.sampled_from(PICTURES)), min_size=1))
def test_a_text_of_nothing_but_line_s_pictures_is_no_words(pieces: list[tuple[bool, str]]) -> None:
    text, emojis = "", []
    for is_picture, piece in pieces:
        if is_picture:
            emojis.append({"index": units(text), "length": units(piece), "productId": "5ac1", "emojiId": "001"})
        text += piece
    assume(has_words(text))
    read = reads({"type": "text", "text": text, "emojis": emojis})

    has_own = not all(is_picture for is_picture, _ in pieces)
    assert (read.content, read.words) == (("text", text) if has_own else ("emoji", f"［絵文字］ {text}"))


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize(
    "emojis",
    [
        None,
        "x",
        [None],
        [{}],
        [{"index": -1, "length": 3}],
        [{"index": "0", "length": 3}],
        [{"index": 99, "length": 9}],
    ],
)
def test_odd_emojis_take_no_words_away(emojis: Any) -> None:
    assert reads({"type": "text", "text": "空き家", "emojis": emojis}).said().text == "空き家"


def test_what_is_shown_of_a_message_is_known_by_its_kind() -> None:
    assert fates.shown("location") == ("title", "address", "latitude", "longitude")
    assert fates.shown("hologram") == ()
    assert LEFT not in {FATE[f"{kind.capitalize()}MessageContent", f] for kind in KINDS for f in fates.shown(kind)}
