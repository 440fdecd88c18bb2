"""What a catalogue knows by name, by spelling and by ear, and how much a word tells."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.index import catalogue as module
from knowledge.index.catalogue import Catalogue, settled
from knowledge.index.keys import word_keys
from knowledge.index.rows import bits
from knowledge.index.scoring import Limits
from tests.knowledge.index_entries import ANYWHERE, TEXTS, Story, alike, case, catalogue_of, organisation

CLUB, BOOKS, BAND = (
    organisation("o1", "NPO法人つるみ川の会", "つるみ川", wards=("鶴見区",)),
    organisation("o2", "株式会社ヨコハマ図書", wards=("中区",)),
    organisation("o3", "つるみ合唱団"),
)
RIVER, FIREFLY, LIBRARY = case("a", "川の清掃"), case("b", "川に蛍を呼びもどす"), case("c", "空き家を図書室にする")


@pytest.fixture
def small(monkeypatch):
    """A handful of entries makes many segments, and some of them one."""
    for name, value in {"FRESH": 3, "FEW": 3, "SMALL": 9, "AT_ONCE": 4}.items():
        monkeypatch.setattr(module, name, value)


def named(catalogue: Catalogue, *forms: str, limits: Limits = ANYWHERE) -> list[tuple[str, str]]:
    return [(one.id, one.form) for one in catalogue.named_like(forms, limits, 10)]


def test_the_name_that_shares_most_pairs_comes_first():
    catalogue = catalogue_of([CLUB, BOOKS, BAND], "organisation")
    assert named(catalogue, "ツルミ川") == [("o1", "ツルミ川"), ("o1", "ツルミ川ノ会"), ("o3", "ツルミ合唱団")]
    assert named(catalogue, "ヨコハマ図所")[0] == ("o2", "ヨコハマ図書")
    assert named(catalogue, "無") == named(catalogue) == []
    assert len(catalogue.named_like(["ツルミ川"], ANYWHERE, 2)) == 2


def test_names_are_let_through_as_their_entries_are():
    catalogue = catalogue_of([CLUB, BOOKS, BAND], "organisation")
    here = Limits(place=bits(("鶴見区",)))
    assert {entry_id for entry_id, _ in named(catalogue, "ツルミ合唱団", limits=here)} == {"o1"}
    assert [one.place for one in catalogue.named_like(["ツルミ川"], here, 1)] == [bits(("鶴見区",))]


def test_names_follow_the_changes():
    catalogue = catalogue_of([CLUB, BOOKS, BAND], "organisation")
    catalogue.change([organisation("o1", "ほどがや坂の会")], ["o3"])
    assert named(catalogue, "ツルミ川", "ツルミ合唱団") == []
    assert named(catalogue, "ホドガヤ坂")[0] == ("o1", "ホドガヤ坂ノ会")
    catalogue.change([BAND], [])
    assert [entry_id for entry_id, _ in named(catalogue, "ツルミ合唱団")] == ["o3"]


ids = st.sampled_from([f"e{at}" for at in range(9)])
names = st.builds(
    organisation, ids, st.sampled_from(["つるみ川の会", "つるみ合唱団", "横浜図書", "川の図書", "あ", "ああああ", "。"])
)


@given(st.lists(st.tuples(st.lists(names, max_size=3), st.sets(ids, max_size=2)), max_size=8))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_after_any_changes_the_same_names_are_near(small, steps):
    story = Story(Catalogue("organisation"))
    for rows, gone in steps:
        story.change(rows, gone)
    other = alike(story.catalogue, list(story.rows.values()))
    for asked in ("ツルミ川", "図書", "ア", "アア"):
        assert sorted(named(story.catalogue, asked)) == sorted(named(other, asked))


def test_words_that_are_spelt_alike_follow_the_changes():
    catalogue = catalogue_of([case("a", "商店街のウォーキング"), case("b", "ウォーター")])
    assert catalogue.spelt_like("ウォーキンク") == ["ウォーキング", "ウォーター"]
    catalogue.change([case("c", "ウォーキンゲ")], ["a"])
    before = catalogue.standing()
    catalogue.replace(before, settled(before))
    assert "ウォーキング" not in catalogue.spelt_like("ウォーキンク")
    assert "ウォーター" in catalogue.spelt_like("ウォーキンク")
    assert catalogue.spelt_like("空") == catalogue.spelt_like("") == []


def test_readings_follow_the_changes():
    catalogue = catalogue_of([FIREFLY, LIBRARY])
    assert catalogue.reads(["ホタル", "トショ", "ツナミ", ""]) == [True, True, False, False]
    catalogue.change([case("d", "津波")], ["b"])
    before = catalogue.standing()
    catalogue.replace(before, settled(before))
    assert catalogue.reads(["ホタル", "トショ", "ツナミ"]) == [False, True, True]
    assert catalogue.reads([]) == []


# ── how much a word tells


def test_a_rare_word_tells_more_than_a_common_one_and_one_that_nobody_has_most():
    catalogue = catalogue_of([RIVER, FIREFLY, LIBRARY, case("d", "川")])
    firefly, river = catalogue.information("words", "蛍"), catalogue.information("words", "川")
    assert catalogue.rarest > firefly > river > 0
    assert catalogue.information("words", "ない") == 0
    assert catalogue.holds("words", "蛍")
    assert not catalogue.holds("words", "ない")


def test_one_word_tells_as_much_as_among_many(small):
    catalogue = catalogue_of([RIVER, FIREFLY, LIBRARY, *(case(f"e{at}", TEXTS[at % 8]) for at in range(30))])
    said = ["川", "蛍", "ない", "図書"]
    told = catalogue.informations("words", word_keys(said)).tolist()
    assert told == pytest.approx([catalogue.information("words", word) for word in said])
    assert catalogue.informations("words", np.array([], np.int64)).tolist() == []
