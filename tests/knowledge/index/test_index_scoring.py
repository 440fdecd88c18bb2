"""Points of a segment's entries, what is let through, and which are the best."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from knowledge.index import scoring
from knowledge.index.keys import word_key
from knowledge.index.rows import ALIKE, READINGS, WORDS, bits
from knowledge.index.scoring import Ask, Limits, best, scores
from tests.knowledge.index_entries import asking, case, segment_of

points = st.sampled_from([0.0, 0.25, 1.0, 1.5, 7.0])


def by_sorting(found: np.ndarray, limit: int) -> list[tuple[float, int]]:
    ranked = sorted((-float(score), at) for at, score in enumerate(found) if score > 0)
    return [(-score, at) for score, at in ranked[:limit]]


@pytest.fixture
def small_blocks(monkeypatch):
    """Blocks of three, so that a few dozen entries are many."""
    monkeypatch.setattr(scoring, "BLOCK", 3)


@given(arrays(np.float32, st.integers(0, 90), elements=points, fill=st.nothing()), st.integers(0, 100))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_best_are_those_that_sorting_finds(small_blocks, found, limit):
    assert best(found, limit) == by_sorting(found, limit)


@pytest.mark.parametrize("size", [0, 1, 511, 512, 4_096, 4_097, 5_000, 4_608, 30_011])
@pytest.mark.parametrize("kinds", [1, 3, 100_000], ids=["all equal", "many equals", "hardly any equals"])
@pytest.mark.parametrize("zeros", [0.0, 0.5, 0.999])
def test_the_best_of_many_are_those_that_sorting_finds(size, kinds, zeros):
    chance = np.random.default_rng(size + kinds)
    found = (1 + chance.integers(0, kinds, size)).astype(np.float32) * (chance.random(size) >= zeros)
    for limit in (0, 1, 10, 513, size + 1):
        assert best(found, limit) == by_sorting(found, limit)


def test_of_nothing_nothing_is_best():
    assert best(np.zeros(9_000, np.float32), 5) == []


# ── what is let through

HERE, THERE = bits(("鶴見区",)), bits(("栄区",))
RIVER = segment_of(
    case("a", "川の清掃", wards=("鶴見区", "神奈川区"), theme="環境・みどり", party="団体"),
    case("b", "川の清掃", wards=("栄区",), theme="環境・みどり", party="企業", published=False),
    case("c", "川の清掃", theme="防災・防犯"),
    case("d", "蛍", wards=("鶴見区",), theme="環境・みどり", party="団体"),
)
ALL = np.ones(4, bool)


def found(limits: Limits, alive: np.ndarray = ALL, ask: Ask | None = None) -> str:
    """Return the ids that get points, in their order."""
    scored = scores(RIVER, alive, ask or asking("川"), limits)
    return "".join(RIVER.ids[at] for at in np.flatnonzero(scored).tolist())


@pytest.mark.parametrize(
    ("limits", "ids"),
    [
        (Limits(), "abc"),
        (Limits(place=HERE), "a"),
        (Limits(place=HERE | THERE), "ab"),
        (Limits(place=bits(("中区",))), ""),
        (Limits(theme=word_key("環境・みどり")), "ab"),
        (Limits(party=word_key("企業")), "b"),
        (Limits(published=True), "ac"),
        (Limits(theme=word_key("環境・みどり"), published=True), "a"),
        (Limits(place=THERE, party=word_key("団体")), ""),
        (Limits(theme=word_key("ない")), ""),
    ],
)
def test_only_what_the_question_allows_is_found(limits, ids):
    assert found(limits) == ids
    assert found(limits, np.array([False, True, True, True])) == ids.replace("a", "")
    assert found(limits, np.zeros(4, bool)) == ""


@pytest.mark.parametrize(
    ("column", "value", "nearer"),
    [
        ("place", HERE, "a"),
        ("place", HERE | THERE, "ab"),
        ("theme", word_key("防災・防犯"), "c"),
        ("party", word_key("団体"), "a"),
    ],
)
def test_who_stands_near_gets_something_on_top_if_anything_was_met(column, value, nearer):
    far = scores(RIVER, ALL, asking("川"), Limits())
    near = scores(RIVER, ALL, asking("川"), Limits(near=((column, value, 0.5),)))
    gained = {RIVER.ids[at]: round(float(more), 5) for at, more in enumerate(near - far) if more}
    assert gained == dict.fromkeys(nearer, 0.5)
    assert far[3] == near[3] == 0


def test_nearness_does_not_let_anything_through():
    limits = Limits(theme=word_key("防災・防犯"), near=(("place", HERE, 9.0),))
    assert found(limits) == "c"


# ── what counts

TWICE = segment_of(case("both", "蛍の川"), case("heard", "ホタル"), case("neither", "津波"))
WRITTEN, HEARD = (WORDS, word_key("蛍"), 1.0), (READINGS, word_key("ホタル"), 0.4)


def worth(ask: Ask) -> list[float]:
    return scores(TWICE, np.ones(3, bool), ask, Limits()).tolist()


def test_of_the_ways_to_say_a_word_only_the_best_that_was_met_counts():
    written, heard, either = (worth(Ask(either=[ways])) for ways in ([WRITTEN], [HEARD], [HEARD, WRITTEN]))
    assert written[0] > heard[0] > 0 == written[2] == heard[2]
    assert either == [max(pair) for pair in zip(written, heard, strict=True)]


@given(st.lists(st.tuples(st.sampled_from("川食蛍家"), st.floats(0.25, 2.0, width=32)), max_size=4))
@settings(deadline=None)
def test_a_better_way_stands_whatever_the_weaker_ones_give(ways):
    """Of ways that meet many entries or few, overlapping or not, the last that an entry has."""
    segment = segment_of(
        *[case(str(at), text) for at, text in enumerate(("川 食", "川", "蛍 川", "食 家", "家 川 蛍 食"))]
    )
    keyed = [(WORDS, word_key(word), weight) for word, weight in ways]
    alone = np.array([scores(segment, np.ones(5, bool), Ask(either=[[way]]), Limits()) for way in keyed])
    last = [next((row[at] for row in alone[::-1] if row[at]), 0.0) for at in range(5)]
    found = scores(segment, np.ones(5, bool), Ask(either=[keyed]), Limits())
    assert found == pytest.approx(np.array(last, np.float32), abs=1e-5)


def test_words_are_added_up_each_once():
    river = [(ALIKE, word_key("ない"), 0.2), (WORDS, word_key("川"), 0.7)]
    apart = [worth(Ask(either=[ways])) for ways in ([HEARD, WRITTEN], river)]
    assert worth(Ask(either=[[HEARD, WRITTEN], river])) == pytest.approx(np.sum(apart, 0))
    assert worth(Ask(either=[[WRITTEN, WRITTEN]])) == worth(Ask(either=[[WRITTEN]]))


def test_what_is_met_either_way_is_added_to_what_is_met_anyway():
    every = worth(asking("川"))
    both = worth(Ask(asking("川").every, [[HEARD, WRITTEN]]))
    assert both == pytest.approx(np.add(every, worth(Ask(either=[[HEARD, WRITTEN]]))))


@pytest.mark.parametrize("ask", [Ask(), Ask(either=[[]]), asking(""), asking("ない"), Ask(either=[[(WORDS, 1, 1.0)]])])
def test_a_question_that_meets_nothing_is_worth_nothing(ask):
    assert worth(ask) == [0, 0, 0]
