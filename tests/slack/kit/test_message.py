"""What a message of Slack's says to its reader."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack.kit import markup, message
from bot.slack.kit.blocks import escape

NAMES = {"U0TARO": "山田 太郎", "C0INTAKE": "受付"}


def rich(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"blocks": [{"type": "rich_text", "elements": list(elements)}]}


def section(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text_section", "elements": list(elements)}


def text(said: str, **style: bool) -> dict[str, Any]:
    return {"type": "text", "text": said} | ({"style": style} if style else {})


def test_of_a_message_that_a_person_wrote_its_blocks_are_read() -> None:
    items = [section(text("机")), section(text("椅子 "), {"type": "emoji", "name": "chair", "unicode": "1fa91"})]
    given_ = rich(
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

    assert message.said(given_ | {"text": "*else*"}, NAMES) == (
        "これは太字です *_~ :bow: <@U0TARO>\n1. 机\n2. 椅子 🪑\n　・机\n> 一行\n> 二行\nif a < b:\n"
        "@山田 太郎@here#受付@（名前のわからない人）頁 (https://example.jp)#fff1月1日"
    )
    assert message.named(given_) == {"U0TARO", "C0INTAKE"}


@pytest.mark.parametrize(
    ("element", "sign"),
    [
        ({"name": "bow", "unicode": "1f647"}, "🙇"), ({"name": "wave", "skin_tone": 2}, "👋🏻"),
        ({"name": "newer_than_the_table", "unicode": "1fae9"}, "🫩"), ({"name": "centre-logo"}, ":centre-logo:"),
        ({"name": "wave", "unicode": "no code"}, "👋"),
    ],
)  # fmt: skip
def test_an_emoji_of_a_message_is_its_sign(element: dict[str, Any], sign: str) -> None:
    assert message.said(rich(section({"type": "emoji"} | element)), {}) == sign


def test_what_a_message_passes_on_is_read_too_and_a_preview_of_a_link_is_not() -> None:
    passed_on = {"is_share": True, "text": "<@U0TARO> が :bow:"}
    given_ = {"text": "見てください", "attachments": [passed_on, {"from_url": "https://example.jp", "text": "見出し"}]}

    assert message.said(given_, NAMES) == "見てください\n\n@山田 太郎 が 🙇"
    assert message.said({"text": "", "attachments": [passed_on]}, NAMES) == "@山田 太郎 が 🙇"
    assert message.named(given_) == {"U0TARO"}


def test_of_a_message_that_an_app_wrote_its_blocks_are_read_and_not_the_text_for_old_phones() -> None:
    mrkdwn = {"type": "mrkdwn", "text": "*お名前*\n<@U0TARO> &amp; 会"}
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": "相談フォーム :memo:"}},
        {"type": "section", "text": mrkdwn, "fields": [{"type": "mrkdwn", "text": "区"}, mrkdwn | {"text": "_鶴見_"}],
         "accessory": {"type": "button", "text": {"type": "plain_text", "text": "開く"}}},
        {"type": "divider"},
        {"type": "context", "elements": [{"type": "image", "alt_text": "x"}, {"type": "plain_text", "text": "9時"}]},
        {"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "押す"}}]},
        {"type": "markdown", "text": "# 見出し"},
    ]  # fmt: skip
    given_ = {"text": "この内容は表示できません", "blocks": blocks}

    assert message.said(given_, NAMES) == "相談フォーム 📝\nお名前\n@山田 太郎 & 会\n区\n鶴見\n9時\n# 見出し"
    assert message.named(given_) == {"U0TARO"}
    assert message.said(given_ | {"blocks": blocks[2:3]}, NAMES) == "この内容は表示できません"


def test_a_message_of_attachments_alone_says_what_stands_in_them() -> None:
    shown = [
        {"pretext": "届きました", "title": "<https://e.jp|件名>", "text": "*本文*", "fallback": "-"},
        {"fallback": "予備"},
    ]

    assert message.said({"text": "", "attachments": shown}, NAMES) == "届きました\n件名 (https://e.jp)\n本文\n\n予備"


def test_files_of_a_message_are_named_since_they_stay_in_slack() -> None:
    files = [{"id": "F1", "name": "見取り図 &amp; 案.pdf"}, {"id": "F2", "title": "写真"}]

    assert message.said({"text": "こちらです", "files": files}, {}) == (
        "こちらです\n\n［ファイル］見取り図 & 案.pdf\n［ファイル］写真"
    )


@pytest.mark.parametrize(
    "odd", [{}, {"text": None}, {"blocks": [{}], "text": "x"}, {"blocks": None, "attachments": None}]
)
def test_an_odd_message_is_no_fault(odd: dict[str, Any]) -> None:
    assert message.said(odd, {}) == (odd.get("text") or "")


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
@settings(deadline=None)  # the names of emoji are read at the first use
def test_text_and_blocks_of_one_message_are_read_alike_and_as_they_were_written(runs: list[Run]) -> None:
    read = "".join(shown for _, _, shown in runs)

    assert markup.seen("".join(marked for marked, _, _ in runs), NAMES) == read
    assert message.said(rich(section(*(element for _, element, _ in runs))), NAMES) == read
