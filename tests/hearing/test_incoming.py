import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.hearing.incoming import Incoming

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)


def read(**event: Any) -> Incoming:
    whole = {"type": "message", "source": {"type": "user", "userId": "U1"}, **event}
    return Incoming.read("line:1", json.dumps(whole).encode(), NOW)


def ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


@pytest.mark.parametrize(
    ("message", "words"),
    [
        ({"type": "text", "text": " 空き家を\n使いたい "}, " 空き家を\n使いたい "),
        ({"type": "image"}, "［写真］"),
        ({"type": "file", "fileName": "企画書.pdf"}, "［ファイル］ 企画書.pdf"),
        ({"type": "location", "title": "公園", "address": "鶴見区", "latitude": 35.5, "longitude": 139.6},
         "［位置情報］ 公園 鶴見区 (35.5, 139.6)"),
        ({"type": "sticker", "keywords": ["うれしい", "拍手", "花", "多い"]}, "［スタンプ］ うれしい 拍手 花"),
        ({"type": "sticker"}, "［スタンプ］"),
        ({"type": "hologram"}, "［その他のメッセージ］"),
    ],
)  # fmt: skip
def test_every_kind_of_message_leaves_something_in_the_answer(message: dict[str, Any], words: str) -> None:
    assert read(message=message).words == words


def test_text_without_a_quote_token_is_not_lost() -> None:
    assert read(message={"type": "text", "id": "5", "text": "こんにちは"}).said().text == "こんにちは"


def test_what_databases_refuse_is_taken_out() -> None:
    assert read(message={"type": "text", "text": "a\x00b\ud800c"}).words == "abc"


def test_a_button_says_what_it_does_and_for_which_question() -> None:
    data = "p=12&q=background&do=%2Fcorrect_answer%7B%22question%22%3A+%22overview%22%7D"
    tapped = read(type="postback", postback={"data": data})

    assert tapped.do == '/correct_answer{"question": "overview"}'
    assert tapped.args == {"question": "overview"}
    assert tapped.drawn_for == {"p": "12", "q": "background"}
    assert tapped.words == ""


def test_a_button_with_words_counts_as_typed() -> None:
    assert read(type="postback", postback={"data": "p=1&q=party&do=%E5%80%8B%E4%BA%BA"}).words == "個人"


@pytest.mark.parametrize(
    ("stamp", "redelivered", "written"),
    [
        (ms(NOW - timedelta(seconds=2)), False, NOW - timedelta(seconds=2)),
        (ms(NOW - timedelta(hours=2)), True, NOW - timedelta(hours=2)),
        (ms(NOW - timedelta(hours=2)), False, NOW),  # a wrong clock
        (None, False, NOW),
        ("soon", False, NOW),
        (1e30, False, NOW),
    ],
)
def test_when_it_was_written(stamp: Any, redelivered: bool, written: datetime) -> None:
    event = read(message={"type": "text", "text": "a"}, timestamp=stamp, deliveryContext={"isRedelivery": redelivered})

    assert event.at == written


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "source", "message", "postback", "data", "text", "userId", "id"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(["type", "source", "message", "postback", "timestamp", "unsend"]), JSON))
def test_no_event_is_too_odd_to_be_read(event: dict[str, Any]) -> None:
    incoming = Incoming.read("k", json.dumps(event).encode(), NOW)

    assert isinstance(incoming.words, str)
    assert isinstance(incoming.args, dict)
