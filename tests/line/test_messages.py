from typing import Any

import pytest
import regex
from hypothesis import example, given
from hypothesis import strategies as st

from bot.line import messages
from knowledge.language.blanks import has_words
from knowledge.language.wards import WARDS, WHOLE_CITY
from storage.models import QUESTIONS

DRAWN = {"proposal": 12, "question": "review"}
FIELDS = {"ward": "鶴見区", "party": "個人", "name": "", "contact": ""}


def push(drawn: list[dict[str, Any]]) -> dict[str, Any]:
    return {"to": "U1", "messages": drawn, "notificationDisabled": False}


def labels(drawn: list[dict[str, Any]]) -> list[str]:
    return [item["action"]["label"] for item in drawn[-1]["quickReply"]["items"]]


def test_a_number_is_dialled_and_nothing_comes_back() -> None:
    said = [{"text": "お電話でもどうぞ。", "buttons": [{"title": "電話する", "payload": "tel:0456714732"}]}]

    [message] = messages.turn(said, {"proposal": 7})

    [item] = message["quickReply"]["items"]
    assert item["action"] == {"type": "uri", "label": "電話する", "uri": "tel:0456714732"}


def test_buttons_of_a_turn_stand_under_its_last_message_each_once() -> None:
    help_ = {"title": "ヘルプ", "payload": "/help"}
    drawn = messages.turn(
        [
            {"text": "場所は…", "buttons": [help_]},
            {"text": "質問 2/5", "buttons": [{"title": "戻る", "payload": "/go_back"}, help_]},
        ],
        DRAWN,
    )

    assert "quickReply" not in drawn[0]
    assert labels(drawn) == ["ヘルプ", "戻る"]
    assert drawn[-1]["quickReply"]["items"][1]["action"]["data"] == "p=12&q=review&do=%2Fgo_back"


def test_the_summary_shows_every_answer_with_a_way_to_correct_it() -> None:
    given_ = {q: f"{q}の答え" for q in QUESTIONS}
    shown = str(messages.summary(given_, FIELDS, DRAWN))

    for words in [*given_.values(), "鶴見区", "送信する", "（回答なし）"]:
        assert words in shown
    assert shown.count("correct_answer") == 9


def test_a_long_answer_is_behind_read_on_and_never_cut_in_silence() -> None:
    shown = str(messages.summary({**dict.fromkeys(QUESTIONS, ""), "overview": "あ" * 1001}, FIELDS, DRAWN))

    assert "続きを見る" in shown
    assert "あ" * 1000 + "…" in shown


@pytest.mark.parametrize("words", ["あ" * 5000, "👨‍👩‍👧" * 700, "a" * 5001, "短い"])
def test_five_answers_of_any_size_fit_line(conformance: Any, words: str) -> None:
    drawn = messages.summary(dict.fromkeys(QUESTIONS, words), {**FIELDS, "name": words}, DRAWN)

    assert conformance.line_request("/v2/bot/message/push", push(drawn)) == []
    assert len(drawn) <= messages.MOST_MESSAGES


def test_every_ward_can_be_tapped(conformance: Any) -> None:
    drawn = messages.with_buttons(
        [messages.ward_choice([*WARDS, WHOLE_CITY], DRAWN)], [{"title": "スキップ", "payload": "/skip"}], DRAWN
    )

    assert conformance.line_request("/v2/bot/message/push", push(drawn)) == []
    assert all(ward in str(drawn) for ward in [*WARDS, WHOLE_CITY])


@given(st.text(min_size=1, max_size=300), st.integers(5, 40))
@example("が" + "\u0301" * 9, 5)  # marks without end on one sign
def test_pieces_lose_nothing_and_cut_no_character(words: str, most: int) -> None:
    pieces = messages.pieces(words, most)

    assert "".join(pieces) == "".join(regex.findall(r"\X", words))
    assert all(len(p.encode("utf-16-le", "surrogatepass")) // 2 <= most for p in pieces)


def test_a_text_that_fills_more_than_five_messages_says_so() -> None:
    drawn = messages.turn([{"text": "あ" * 26_000}], DRAWN)

    assert len(drawn) == 5
    assert "記録されています" in drawn[-1]["text"]


@given(st.integers(0, 6), st.sampled_from(["👨‍👩‍👧‍👦", "か\u3099", "🇯🇵"]))
def test_an_answer_in_the_summary_is_cut_between_signs(before: int, sign: str) -> None:
    answer = "あ" * (messages.SHOWN - before) + sign * 4
    (bubble,) = messages.summary({"overview": answer}, {}, DRAWN)
    shown = bubble["contents"]["body"]["contents"][3]["text"]

    assert regex.fullmatch(rf"あ*(?:{sign})*…?", shown)
    assert len(shown) <= messages.SHOWN + 1


@example("あ" + "\n" * messages.TEXT_UNITS)
@given(st.text(st.sampled_from("あ\n\u200b 　"), max_size=20))
def test_no_message_is_without_words_since_line_refuses_it(words: str) -> None:
    assert all(has_words(message["text"]) for message in messages.text(words))
