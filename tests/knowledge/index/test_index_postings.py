"""A field of the index against what a plain dictionary of BM25 strengths says."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.index.postings import FULL, K1, NARROW, STEPS, B, Postings, built, merged, of_keys, points

said = st.lists(st.integers(1, 6), max_size=9)  # the keys of one entry, each as often as it is said
entries = st.lists(said, max_size=7)
NOBODY = 7
EVERY_KEY = np.arange(1, NOBODY + 1)
STEP = FULL * 1.00001  # what eight bits can't tell apart


def field(rows: list[list[int]], average: float = 4.0) -> Postings:
    return built([np.array(row, np.int64) for row in rows], average)


def strengths(rows: list[list[int]], average: float) -> dict[tuple[int, int], float]:
    """Return BM25's term frequency part by key and entry, as the paper writes it."""
    return {
        (key, at): often * (K1 + 1) / (often + K1 * (1 - B + B * len(row) / max(average, 1.0)))
        for at, row in enumerate(rows)
        for key, often in Counter(row).items()
    }


def content(postings: Postings) -> list[list[object]]:
    return [part.tolist() for part in (postings.keys, postings.starts, postings.docs, postings.steps)]


@given(entries, st.floats(0.0, 40.0))
def test_every_key_knows_its_entries_and_how_strongly(rows, average):
    expected = strengths(rows, average)
    postings = field(rows, average)
    for key in EVERY_KEY.tolist():
        docs, steps = postings.of(key)
        assert docs.tolist() == [at for at, row in enumerate(rows) if key in row]
        for at, step in zip(docs.tolist(), steps.tolist(), strict=True):
            assert 1 <= step <= STEPS
            assert step * FULL == pytest.approx(expected[key, at], abs=STEP if step == 1 else STEP / 2)
    assert postings.counts(EVERY_KEY).tolist() == [postings.count(key) for key in EVERY_KEY.tolist()]


@given(entries, st.lists(st.tuples(st.integers(1, NOBODY), st.floats(0.0, 9.0, width=32)), max_size=5))
def test_points_are_weight_times_strength_for_each_that_has_the_key(rows, asked):
    expected = strengths(rows, 4.0)
    wanted = sorted(
        (at, weight * expected[key, at]) for key, weight in asked for at in range(len(rows)) if (key, at) in expected
    )
    keys, weights = np.array([key for key, _ in asked], np.int64), np.array([w for _, w in asked], np.float32)

    docs, given_ = points(field(rows), keys, weights)

    assert sorted(docs.tolist()) == [at for at, _ in wanted]
    found = np.bincount(docs, given_, len(rows))
    summed = np.bincount([at for at, _ in wanted] or np.empty(0, int), [worth for _, worth in wanted], len(rows))
    assert found == pytest.approx(summed, abs=STEP * float(sum(weights)) + 1e-6)


@given(entries)
def test_rows_that_stand_one_after_the_other_give_the_same_field(rows):
    keys = np.array([key for row in rows for key in row], np.int64)
    assert content(of_keys(keys, np.array([len(row) for row in rows], np.int64), 4.0)) == content(field(rows))


@given(st.lists(st.lists(st.tuples(said, st.booleans()), max_size=5), max_size=4))
def test_merged_is_what_is_built_from_those_that_stay(parts):
    """Whatever is empty, gone, or has one key only."""
    staying, given_ = [], []
    for part in parts:
        stays = np.array([stay for _, stay in part], bool)
        moved = np.where(stays, len(staying) + np.cumsum(stays) - 1, -1)
        given_.append((field([row for row, _ in part]), moved))
        staying += [row for row, stay in part if stay]

    assert content(merged(given_)) == content(field(staying))


@pytest.mark.parametrize(
    ("rows", "stays"),
    [
        ([], []),
        ([[]], [True]),
        ([[1, 2], [2]], [False, False]),
        ([[3], [3], [3, 3]], [False, True, True]),
        ([[1], [2]], [True, False]),
    ],
    ids=["none", "one that says nothing", "all gone", "one key only", "a key that nobody has any more"],
)
def test_merged_at_its_edges(rows, stays):
    moved = np.where(stays, np.cumsum(stays) - 1, -1).astype(np.int64)
    alone = field([row for row, stay in zip(rows, stays, strict=True) if stay])
    assert content(merged([(field(rows), moved)])) == content(alone)
    assert merged([(field(rows), moved)]).keys.dtype == np.int64


def test_a_field_of_nothing_answers():
    for nothing in (field([]), field([[], []]), merged([])):
        assert nothing.counts(EVERY_KEY).tolist() == [0] * NOBODY
        assert nothing.places(EVERY_KEY).tolist() == [-1] * NOBODY
        assert nothing.count(1) == 0
        assert points(nothing, EVERY_KEY, np.ones(NOBODY, np.float32))[0].tolist() == []


def test_saying_it_again_counts_less_each_time_and_a_long_text_counts_less():
    (once, thrice, often), (long,) = field([[1], [1] * 3, [1] * 9]).of(1)[1], field([[1, *[2] * 40]]).of(1)[1]
    assert long < once < thrice
    assert thrice - once > int(often) - int(thrice)


@pytest.mark.parametrize(("count", "bits"), [(NARROW, 16), (NARROW + 1, 32)])
def test_numbers_take_no_more_bits_than_the_entries_need(count, bits):
    lengths = np.ones(count, np.int64)
    whole = of_keys(np.arange(count) % 2, lengths, 1.0)
    half = of_keys(np.arange(count // 2) % 2, lengths[: count // 2], 1.0)
    places = np.arange(count)

    together = merged([(half, places[: count // 2]), (half, places[count // 2 : count // 2 * 2]), *last(count)])

    for field_ in (whole, together):
        assert field_.docs.dtype == np.dtype(f"uint{bits}")
        assert field_.of((count - 1) % 2)[0].tolist()[-1] == count - 1
    assert content(together) == content(whole)


def last(count: int) -> list[tuple[Postings, np.ndarray]]:
    """The entry that two halves of an odd number leave over."""
    return [(of_keys(np.array([0]), np.ones(1, np.int64), 1.0), np.array([count - 1]))] if count % 2 else []
