"""Text, themes, names: different spellings become one."""

import threading
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack.kit import blocks
from knowledge.importing import columns
from knowledge.index.keys import sound_keys, text_pairs, word_key
from knowledge.language import names, synonyms
from knowledge.language import text as text_module
from knowledge.language.text import clean, fold, parts, spoken, words
from knowledge.language.themes import THEMES, theme_of


def forms(text: str) -> list[str]:
    return [word.form for word in words(text)]


@pytest.mark.parametrize("other", ["子供", "子ども", "こども", "ｺﾄﾞﾓ"])
def test_spellings_of_a_word_share_their_normal_form(other):
    assert forms(other) == ["子供"]


def test_function_words_are_left_out():
    assert forms("商店街で食堂を開きたいです。") == ["商店", "街", "食堂", "開く"]


def test_pairs_of_characters_leave_out_plain_hiragana_and_stop_at_signs():
    assert text_pairs("空き家のため。").tolist() == text_pairs("空き\nき家\n家の").tolist()
    assert len(text_pairs("空き家のため")) == 3
    assert text_pairs("家").tolist() == [ord("家") << 21]


def test_sounds_are_the_same_however_a_word_is_written():
    assert spoken(parts("公園。清掃")) == ["コウエン", "セイソウ"]
    assert spoken(parts("こうえんの清掃。")) == ["コウエンノセイソウ"]
    assert set(sound_keys(["コウエン"]).tolist()) < set(sound_keys(spoken(parts("こうえんの清掃"))).tolist())
    assert len(sound_keys(["ア", "アイ", "アイウ", ""])) == 3


@given(st.lists(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=4), max_size=4))
@settings(deadline=None)
def test_packed_sounds_are_different_for_different_characters(readings):
    keys = sound_keys(readings).tolist()
    threes = {one[at : at + 3] for one in readings for at in range(max(1, len(one) - 2)) if one}
    assert len(set(keys)) == len(threes)
    assert all(0 <= key < 1 << 63 for key in [*keys, word_key("".join(readings))])


@given(st.text(max_size=80))
@settings(max_examples=150, deadline=None)
def test_any_text_can_be_cut(text):
    assert all(word.form and "\x00" not in word.form for word in words(text))
    assert all(key > 0 for key in text_pairs(text).tolist())
    assert names.folded(text) is not None
    assert theme_of(text) in (*THEMES, "その他")


SCOTLAND = "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"
FAMILY, KEYCAP, PERSIAN = "👨\u200d👩\u200d👧", "1\ufe0f\u20e3", "می\u200cخواهم"
WHOLE = [FAMILY, KEYCAP, SCOTLAND, PERSIAN, "❤\ufe0f", "👍🏽", "🇯🇵", "葛\U000e0100", "क\u094d\u200dष"]


@pytest.mark.parametrize("sign", WHOLE)
def test_what_is_drawn_as_one_sign_stays_whole(sign):
    assert clean(sign) == columns.text("title", sign) == blocks.clean(sign) == sign


@pytest.mark.parametrize(
    ("text", "kept"),
    [("空\u200bき家", "空き家"), ("\ufeff空\u00adき\u2060家", "空き家"), ("空き\0家", "空き 家"),
     ("\ud83d空き家", "空き家"), ("空き家\u2028二軒", "空き家 二軒"), ("\u202e空き家\u2066", "空き家")],
)  # fmt: skip
def test_what_nobody_sees_is_left_out(text, kept):
    assert clean(text) == kept


@given(st.text())
@settings(deadline=None)
def test_only_what_is_never_drawn_is_left_out(text):
    left = [sign for sign in text if sign not in clean(text)]
    assert {unicodedata.category(sign) for sign in left} <= {"Cc", "Cf", "Cs", "Zl", "Zp", "Cn"}
    assert clean(clean(text)) == clean(text)
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize("text", ["あ" * 10_000, "ﷺ" * 10_000, "\ud800" * 10_000, "\x00" * 10_000, "子ども " * 3_000])
def test_long_and_broken_text_is_cut_in_pieces(text):
    assert len(words(text)) <= 10_000
    assert len(fold(text)) <= 40_000


def test_threads_cut_text_side_by_side():
    found = []
    threads = [threading.Thread(target=lambda n=n: found.append(forms(f"空き家を{n}軒"))) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert all(said[0] == "空き家" for said in found)


@pytest.mark.parametrize(
    ("text", "theme"),
    [
        ("ひとり親の子どもの居場所をつくりたい", "子ども・若者"),
        ("認知症カフェと高齢者の見守り", "高齢者・福祉"),
        ("津波からの避難と備蓄", "防災・防犯"),
        ("公園の花壇とごみ拾い", "環境・みどり"),
        ("空き家と商店街のにぎわい", "まちづくり・空き家"),
        ("日本語教室と外国籍の住民", "多文化共生"),
        ("音楽とアートの祭り", "文化・スポーツ"),
        ("健康体操と医療の相談", "健康・医療"),
        ("生涯学習の講座を大学と", "教育・学び"),
        ("よろしくお願いします", "その他"),
    ],
)
def test_a_theme_is_read_from_the_words(text, theme):
    assert theme_of(text) == theme


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("特定非営利活動法人　つながり", "NPO法人つながり"),
        ("（株）ヨコハマ・サポート", "株式会社よこはまサポート"),
        ("ｳｪｰﾌﾞ横浜", "ウエーブ横浜"),
        ("一般社団法人データー", "データ"),
    ],
)
def test_names_are_one_without_legal_form_width_and_kana_kind(one, other):
    assert names.folded(one) == names.folded(other)


def test_a_short_name_inside_a_long_question_counts_less():
    asked = names.folded("エヌピーオー教育かながわフォーラム")
    short, longer = names.likenesses(asked, [names.folded("カナガワ"), names.folded("教育フォーラム")])
    assert short < longer


def test_the_synonym_file_is_read_line_by_line_with_remarks():
    groups = synonyms.read("空き家, 空き店舗 # 遊休施設\n\n# メモ\n家\n空家、空き家")
    assert groups == {"空き家": ("d1", "d5"), "空き店舗": ("d1",), "空家": ("d5",)}


def test_words_of_one_entry_of_the_dictionary_keep_their_own_spelling(monkeypatch):
    monkeypatch.setattr(text_module, "ASKED", 3)
    for written in ("サーバー", "サーバーーー", "サーバー", "空き家", "ｻｰﾊﾞｰとサーバーーー"):
        assert "".join(word.surface for word in parts(written)) == fold(written)


@given(
    st.sampled_from(["大学", "渡邉会", "みどりのわ", "NPOつなぐ"]),
    st.sampled_from(["と", "、", "（", "「", "\n", "の"]),
)
@settings(deadline=None)
def test_a_name_stands_by_itself_beside_signs_and_particles(name, between):
    assert names.without(name, fold(f"商店会{between}{name}{between}が")) == fold(f"商店会{between}\n{between}が")
    assert names.without(name, fold(f"国立{name}院")) == fold(f"国立{name}院") or name == "みどりのわ"


@given(st.lists(st.text("あa ", max_size=3), min_size=1, max_size=5), st.sampled_from(["\n", "\r\n", "\r"]))
def test_a_line_ends_in_one_way_whatever_system_wrote_it(lines: list[str], end: str) -> None:
    assert clean(end.join(lines)) == "\n".join(lines)
