"""A catalogue that is changed finds what one finds that was built from nothing."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.index import catalogue as module
from knowledge.index.catalogue import Catalogue, Part, settled
from knowledge.index.segment import arrays
from tests.knowledge.index_entries import ANYWHERE, TEXTS, Story, alike, asking, case, catalogue_of, found, segment_of

RIVER, FIREFLY, LIBRARY = case("a", "川の清掃"), case("b", "川に蛍を呼びもどす"), case("c", "空き家を図書室にする")


@pytest.fixture
def small(monkeypatch):
    """Everything that takes thousands of entries in production takes a handful."""
    for name, value in {"FRESH": 3, "FEW": 3, "SMALL": 9, "LARGE": 12, "LARGEST": 20, "AT_ONCE": 4}.items():
        monkeypatch.setattr(module, name, value)


# ── any sequence of changes


ids = st.sampled_from([f"e{at}" for at in range(9)])
rows = st.builds(case, ids, st.sampled_from(TEXTS), published=st.booleans())
changes = st.tuples(
    st.just("change"), st.lists(rows, max_size=5, unique_by=lambda row: row.id), st.sets(ids, max_size=3)
)
steps = st.lists(st.one_of(changes, changes, st.just(("stand",)), st.just(("settle",))), max_size=14)


@given(st.lists(rows, max_size=9, unique_by=lambda row: row.id), steps)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_after_any_changes_it_finds_what_a_new_one_finds(small, first, steps):
    story = Story(catalogue_of(first), {row.id: row for row in first})
    for name, *given_ in steps:
        getattr(story, name)(*given_)
        story.holds()
    story.settle()
    story.holds()

    story.stand()
    story.settle()
    story.holds()
    assert not story.catalogue.has_dead()
    living = {text for row in story.rows.values() for text in row.spelt}
    assert {form for part in story.catalogue.parts for form in part.segment.forms} == living


@given(st.lists(rows, min_size=1, max_size=30), st.integers(1, 40))
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_one_change_a_time_or_many_at_once_come_to_the_same(small, rows, size):
    story = Story(Catalogue("case"))
    for start in range(0, len(rows), size):
        story.change(rows[start : start + size], set())
    story.holds()
    assert len(story.catalogue.parts) <= len(rows)


# ── the same, told slowly


def test_a_new_catalogue_knows_nothing():
    nothing = Catalogue("case")
    nothing.built()
    nothing.change([], ["nobody"])
    assert (nothing.count, nothing.parts, nothing.has_dead()) == (0, [], False)
    assert found(nothing, "川") == nothing.spelt_like("ウォーキング") == nothing.named_like(["川"], ANYWHERE, 5) == []
    assert nothing.reads(["カワ"]) == [False]
    assert not nothing.holds("words", "川")
    assert nothing.information("words", "川") == 0


def test_the_best_of_all_segments_come_first_and_no_more_than_asked(small):
    catalogue = catalogue_of([case(f"e{at}", "川" if at % 4 else "川の蛍") for at in range(30)])
    assert len(catalogue.parts) > 1
    hits = catalogue.search(asking("蛍 川"), ANYWHERE, 10)
    assert [score for score, _ in hits] == sorted((score for score, _ in hits), reverse=True)
    assert {entry_id for _, entry_id in hits[:8]} == {f"e{at}" for at in range(0, 30, 4)}
    assert len(hits) == 10
    assert catalogue.search(asking("蛍"), ANYWHERE, 0) == []


def test_a_changed_entry_is_found_by_its_new_words_only():
    catalogue = catalogue_of([RIVER, LIBRARY])
    catalogue.change([case("a", "商店街のウォーキング")], [])
    assert (found(catalogue, "清掃"), found(catalogue, "ウォーキング")) == ([], ["a"])
    catalogue.change([RIVER], [])
    assert (found(catalogue, "清掃"), found(catalogue, "ウォーキング")) == (["a"], [])
    assert catalogue.count == 2


def test_of_one_entry_given_twice_the_later_counts():
    catalogue = catalogue_of([])
    catalogue.change([RIVER, case("a", "商店街")], ["a"])
    assert (found(catalogue, "清掃"), found(catalogue, "商店"), catalogue.count) == ([], ["a"], 1)


def test_who_is_gone_before_it_was_merged_leaves_nothing():
    catalogue = catalogue_of([RIVER])
    catalogue.change([FIREFLY], [])
    catalogue.change([], ["b"])
    assert found(catalogue, "蛍") == []
    assert len(catalogue.parts) == 1
    assert not catalogue.has_dead()


def test_many_small_segments_become_one(small):
    catalogue = catalogue_of([])
    for at in range(9):
        catalogue.change([case(f"e{at}", "川")], [])
    assert [len(part.segment) for part in catalogue.parts] == [9]


# ── settling while others go on changing


@pytest.mark.parametrize("more", [0, 1, 2, 40], ids=lambda more: f"{more} others came")
def test_what_was_changed_and_forgotten_meanwhile_stays_so(small, more):
    catalogue = catalogue_of([RIVER, FIREFLY, LIBRARY])
    before = catalogue.standing()
    after = settled(before)

    catalogue.change([case("a", "津波からの避難")], ["b"])
    for at in range(more):
        catalogue.change([case(f"e{at}", "商店街")], [])
    catalogue.replace(before, after)

    assert (found(catalogue, "清掃"), found(catalogue, "蛍")) == ([], [])
    assert (found(catalogue, "図書"), found(catalogue, "避難")) == (["c"], ["a"])
    assert catalogue.count == 2 + more


def test_an_entry_changed_while_settling_can_be_changed_again_afterwards():
    catalogue = catalogue_of([RIVER, LIBRARY])
    before = catalogue.standing()
    catalogue.change([case("a", "津波からの避難"), FIREFLY], [])
    catalogue.replace(before, settled(before))

    catalogue.change([case("d", "商店街")], [])

    assert (found(catalogue, "避難"), found(catalogue, "蛍"), found(catalogue, "商店")) == (["a"], ["b"], ["d"])
    catalogue.change([], ["a"])
    assert found(catalogue, "避難") == []
    assert catalogue.count == 3


def test_small_segments_that_are_being_settled_are_not_merged_away(small):
    catalogue = catalogue_of([RIVER])
    for at in range(6):
        catalogue.change([case(f"e{at}", "商店街")], [])
    before = catalogue.standing()
    after = settled(before)
    for at in range(6, 30):
        catalogue.change([case(f"e{at}", "商店街")], ["e0"])

    catalogue.replace(before, after)

    assert catalogue.count == 30
    assert sorted(catalogue.search(asking("商店"), ANYWHERE, 99)) == sorted(
        alike(catalogue, [case(f"e{at}", "商店街") for at in range(1, 30)]).search(asking("商店"), ANYWHERE, 99)
    )


def test_settling_that_was_given_up_hinders_nobody(small):
    catalogue = catalogue_of([RIVER])
    catalogue.standing()
    catalogue.change([FIREFLY], ["a"])
    before = catalogue.standing()
    catalogue.replace(before, settled(before))
    assert (found(catalogue, "川"), catalogue.has_dead()) == (["b"], False)


def parts_of(*sizes: int) -> list[Part]:
    made = [segment_of(*(case(f"{which}-{at}", "川") for at in range(size))) for which, size in enumerate(sizes)]
    return [Part(one, np.ones(len(one), bool)) for one in made]


@pytest.mark.parametrize(
    ("sizes", "left"),
    [([], []), ([3], [3]), ([3, 4, 5], [12]), ([13], [13]), ([13, 3, 14], [13, 14, 3]), ([9, 9, 9, 9], [18, 18])],
)
def test_settled_parts_are_few_and_not_too_large(small, sizes, left):
    parts = parts_of(*sizes)
    after = settled(parts)
    assert [len(one) for one in after] == left
    whole = [part.segment for part in parts if len(part.segment) > 12]
    assert [one for one in after if len(one) > 12 and any(one is same for same in whole)] == whole
    assert sorted(key for one in after for key in one.ids) == sorted(key for part in parts for key in part.segment.ids)


def test_a_large_segment_with_a_hole_is_written_anew_and_one_of_the_dead_goes(small):
    holed, dead = parts_of(13, 2)
    holed.alive[4] = dead.alive[:] = False
    (left,) = settled([holed, dead])
    assert len(left) == 12
    assert left.place("0-4") is None
    assert b"1-0" not in arrays(left)["ids.blob"].tobytes()
    assert settled([dead]) == []
