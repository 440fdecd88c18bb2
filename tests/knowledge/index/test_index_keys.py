"""Words and pieces of text as numbers, whatever somebody writes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.entries import CASE, Entry
from knowledge.index import rows as analysis
from knowledge.index.keys import GAP, name_pairs, pairs_of, sound_keys, sounds_of, text_pairs, word_key, word_keys
from knowledge.index.rows import FIELDS, PLACES, bits, rows
from knowledge.index.segment import arrays
from knowledge.index.strings import Strings
from knowledge.language import names
from knowledge.language.text import fold, parts, spoken, words
from tests.knowledge.index_entries import case, organisation, row, segment_of

ODD = {
    "nothing": "",
    "NUL": "\0",
    "a NUL inside": "空\0家",
    "a lone surrogate": "\ud83d",
    "surrogates inside": "空\udc00き\ud800家",
    "emoji": "👩‍👩‍👧 🎉 空き家🏠",
    "beyond the first plane": "𠮷野家",
    "signs": "。、！「」～——",
    "a character that becomes eighteen": "ﷺ",
    "line ends": "空\u2028き\r\n家\x85",
    "10,000 of one": "家" * 10_000,
    "10,000 NULs": "\0" * 10_000,
    "10,000 surrogates": "\ud800" * 10_000,
    "10,000 emoji": "🎉" * 10_000,
}
odd = pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
form = st.text(st.characters(exclude_characters="\0"), max_size=6)  # what folding leaves has no NUL


@given(st.lists(form, max_size=5))
def test_a_name_has_one_pair_more_than_characters(forms):
    keys = name_pairs(forms)
    assert len(keys) == sum(len(one) + 1 for one in forms)
    assert keys.tolist() == [key for one in forms for key in name_pairs([one]).tolist()]


@given(form, form)
def test_the_pairs_of_a_name_tell_its_ends_and_its_order(one, other):
    assert (name_pairs([one]).tolist() == name_pairs([other]).tolist()) == (one == other)


@odd
def test_any_text_becomes_positive_keys(text):
    assert word_key(text) > 0
    assert (text_pairs(text) > 0).all()
    assert (sound_keys(spoken(parts(text))) > 0).all()


@given(st.lists(st.text("空き家のアイーa_ 🏠𠮷", max_size=6), min_size=1, max_size=6))
def test_many_texts_at_once_are_cut_as_each_alone(texts):
    assert [keys.tolist() for keys in pairs_of(list(map(fold, texts)))] == [text_pairs(one).tolist() for one in texts]
    chained = [GAP.join(one.split()) for one in texts]
    assert [keys.tolist() for keys in sounds_of(chained)] == [sound_keys(one.split()).tolist() for one in texts]


def test_sounds_are_threes_and_shorter_readings_themselves():
    threes = sound_keys(["アキヤ"]).tolist() + sound_keys(["キヤサ"]).tolist()
    assert sound_keys(["アキヤサ"]).tolist() == threes
    assert sound_keys(["ア", "アキ", ""]).tolist() == [ord("ア"), ord("ア") << 21 | ord("キ")]


@pytest.mark.parametrize("cores", [1, 2])
def test_many_entries_are_analysed_as_each_alone_and_in_their_order(monkeypatch, cores):
    monkeypatch.setattr(analysis, "TOGETHER", 3)
    monkeypatch.setattr(analysis, "cores", lambda: cores)
    entries = [Entry(str(at), CASE, text, "", "", {"件名": text}) for at, text in enumerate([*ODD.values(), "空き家"])]
    for made, alone in zip(rows(entries), map(row, entries), strict=True):
        assert (made.id, made.spelt) == (alone.id, alone.spelt)
        assert {name: made.keys[name].tolist() for name in FIELDS} == {
            name: alone.keys[name].tolist() for name in FIELDS
        }
    assert list(rows([])) == []


@odd
def test_what_is_folded_of_any_text_can_be_spelt(text):
    forms = [names.folded(text), *[word.form for word in words(text)]]
    assert len(name_pairs(forms)) == sum(len(one) + 1 for one in forms)
    assert list(Strings.of(forms)) == forms


@odd
def test_any_text_can_be_an_entry(text):
    made = case("a", text, theme=text, party=text), organisation("b", text)
    assert all(set(one.keys) == set(FIELDS) for one in made)
    assert all((keys > 0).all() for one in made for keys in one.keys.values())


@given(st.text(max_size=20))
@settings(max_examples=60, deadline=None)
def test_a_row_of_any_text_can_be_kept(text):
    found = segment_of(case("a", text), organisation("b", text, text + "の会"))
    assert list(found.ids) == ["a", "b"]
    assert all(isinstance(one, np.ndarray) for one in arrays(found).values())


def test_a_word_has_the_same_key_in_every_process():
    assert word_key("空き家") == 0x2A4936659B75FAF7
    assert word_keys(["空き家", "川"]).tolist() == [word_key("空き家"), word_key("川")]
    assert word_keys([]).dtype == np.int64


@given(st.lists(st.text(max_size=5), unique=True, max_size=30))
def test_different_words_have_different_keys(said):
    assert len(np.unique(word_keys(said))) == len(said)


@pytest.mark.parametrize(
    ("wards", "number"),
    [((), 0), (("鶴見区",), 1), (("神奈川区", "鶴見区", "鶴見区"), 3), (("市全域",), 1 << 18), (("川崎市",), 0)],
)
def test_wards_are_a_bit_each(wards, number):
    assert bits(wards) == number


def test_all_wards_together_fit_their_column():
    assert bits(PLACES) == (1 << 19) - 1 <= np.iinfo(np.uint32).max
