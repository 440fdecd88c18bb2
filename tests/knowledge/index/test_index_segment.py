"""A segment: the same in arrays as out of them, and without a trace of what has gone."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.index import segment
from knowledge.index.keys import name_pairs, word_key
from knowledge.index.rows import FIELDS, Row
from knowledge.index.segment import arrays, averages, merged, of_arrays
from knowledge.index.strings import Strings
from tests.knowledge.index_entries import TEXTS, case, organisation, segment_of

CASES = tuple(case(f"c{at}", text, published=at % 2 == 0) for at, text in enumerate(TEXTS))
GROUPS = (
    organisation("o1", "NPO法人つるみ川の会", "つるみ川", wards=("鶴見区",)),
    organisation("o2", "株式会社ヨコハマ図書"),
    organisation("o3", "。", ""),
)


def same(one: segment.Segment, other: segment.Segment) -> bool:
    mine, others = arrays(one), arrays(other)
    return mine.keys() == others.keys() and all(np.array_equal(mine[name], others[name]) for name in mine)


@pytest.mark.parametrize("rows", [CASES, GROUPS, CASES[:1], (*CASES, *GROUPS), ()], ids=len)
def test_a_segment_comes_back_from_its_arrays(rows):
    found = of_arrays(arrays(segment_of(*rows)))
    assert same(found, segment_of(*rows))
    assert list(found.ids) == [row.id for row in rows]
    assert list(found.names) == [name for row in rows for name in row.names]
    assert set(found.forms) == {form for row in rows for form in row.spelt}
    assert [found.place(row.id) for row in rows] == list(range(len(rows)))
    assert found.place("nobody") is None
    assert len(found) == len(rows)


@pytest.mark.parametrize("name", sorted(arrays(segment_of(*CASES))))
def test_a_segment_without_one_of_its_arrays_is_none(name):
    left = {key: array for key, array in arrays(segment_of(*CASES)).items() if key != name}
    if name.startswith("column."):
        assert name.removeprefix("column.") not in of_arrays(left).columns
    else:
        with pytest.raises(KeyError):
            of_arrays(left)


def test_names_stand_with_their_owners():
    found = segment_of(*GROUPS, CASES[0])
    assert list(zip(found.names, found.owners.tolist(), strict=True)) == [
        ("ツルミ川ノ会", 0), ("ツルミ川", 0), ("ヨコハマ図書", 1),
    ]  # fmt: skip


@given(st.lists(st.lists(st.tuples(st.sampled_from((*CASES, *GROUPS)), st.booleans()), max_size=5), min_size=1))
@settings(deadline=None)
def test_merged_is_what_is_built_from_those_that_live(parts):
    """But for the words' order, which tells nothing."""
    living = [row for part in parts for row, lives in part if lives]
    segments = [segment_of(*(row for row, _ in part)) for part in parts]
    alive = [np.array([lives for _, lives in part], bool) for part in parts]
    one = merged(list(zip(segments, alive, strict=True)))
    other = segment_of(*living)
    assert sorted(one.forms) == sorted(other.forms)
    mine, others = arrays(one), arrays(other)
    exactly = [name for name in mine if not name.startswith(("forms", "by_spelling"))]
    assert all(np.array_equal(mine[name], others[name]) for name in exactly)
    assert mine["by_spelling.keys"].tolist() == others["by_spelling.keys"].tolist()


def test_every_array_has_a_name_of_its_own():
    found = segment_of(*CASES, *GROUPS)
    texts, columns = (found.ids, found.names, found.forms), found.columns.values()
    fields = (*found.fields.values(), found.by_name, found.by_spelling)
    inside = [found.owners, found.by_id, found.id_at, *columns]
    inside += [getattr(one, part) for one in texts for part in ("blob", "starts")]
    inside += [getattr(one, part) for one in fields for part in ("keys", "starts", "docs", "steps")]
    assert {id(array) for array in arrays(found).values()} == {id(array) for array in inside}


# ── forgetting

GONE = (
    case("gone-4711", "蒸気機関車の停車場", theme="消えた主題", party="消えた主体"),
    organisation("gone-4712", "消滅合唱団", "ウタウカイ"),
)
STAYING = (*CASES, *GROUPS)


def only(of: Sequence[Row], *, field: str) -> set[int]:
    """Return the keys of a field that none of those who stay has."""
    mine = {key for row in of for key in row.keys[field].tolist()}
    return mine - {key for row in STAYING for key in row.keys[field].tolist()}


def test_nothing_is_left_of_an_entry_that_only_the_dead_knew():
    mixed = segment_of(*STAYING[:4], *GONE, *STAYING[4:])
    alive = np.array([not one.startswith("gone") for one in mixed.ids])
    left = merged([(mixed, alive)])
    kept = arrays(left)

    texts = [one.id for one in GONE] + [form for one in GONE for form in (*one.spelt, *one.names)]
    blobs = b"\0".join(array.tobytes() for name, array in kept.items() if name.endswith(".blob"))
    assert "蒸気".encode() in b"".join(array.tobytes() for array in arrays(mixed).values())
    assert not [text for text in texts if text.encode() in blobs]
    for name in FIELDS:
        assert only(GONE, field=name)
        assert not only(GONE, field=name) & set(left.fields[name].keys.tolist())
    assert not {word_key(one.id) for one in GONE} & set(left.by_id.tolist())
    assert word_key("消えた主題") not in left.columns["theme"]
    assert word_key("消えた主体") not in left.columns["party"]
    said = [name for row in STAYING for name in row.names], [form for row in STAYING for form in row.spelt]
    assert set(left.by_name.keys.tolist()) == set(name_pairs(said[0]).tolist())
    assert set(left.by_spelling.keys.tolist()) == set(name_pairs(said[1]).tolist())
    assert [left.place(one.id) for one in GONE] == [None, None]


def test_what_somebody_else_says_too_is_not_forgotten():
    mixed = segment_of(case("a", "川の清掃"), case("b", "川に蛍"))
    left = merged([(mixed, np.array([False, True]))])
    assert sorted(left.forms) == []  # words of one character are never corrected
    assert left.fields["words"].count(word_key("川")) == 1
    assert left.fields["words"].count(word_key("清掃")) == 0


def test_usual_lengths_are_the_mean_and_at_least_one():
    usual = averages([organisation("a", "川"), organisation("b", "川 川 蛍 川 川")])
    assert usual["words"] == 3
    assert averages([]) == averages([case("a", "")]) == dict.fromkeys(FIELDS, 1.0)


# ── strings


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=5)))
def test_strings_come_back_as_they_were(texts):
    kept = Strings.of(texts)
    assert list(kept) == texts
    assert len(kept) == len(texts)
