"""Ids and names of columns: what looks the same is the same, what nearly does is near."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.importing.folding import folded, near, nearest, plain

UNSEEN = "\u200b\u200d\u2060\ufeff\u00ad\u3164\u2800\ufe0f\U000e0100"


@pytest.mark.parametrize(
    "said",
    ["R5-001", "Ｒ５－００１", "R5\u200b-001", "\ufeffR5-001", " R5-001　", "R5–001", "R5−001", "R5ー001", "R5‐001"],
)
def test_what_looks_the_same_is_the_same_id(said):
    assert plain(said) == "R5-001"


@pytest.mark.parametrize("said", ["id", "\u200bid", "ＩＤ", "Id ", "i d", "\ufeffＩｄ"])
def test_what_looks_the_same_is_the_same_column(said):
    assert folded(said) == "id"


@pytest.mark.parametrize("said", ["r5-001", "R5_001", "R5 001", "R5-1", "R5/001", "R05-001", "R5-001.0"])
def test_what_a_person_could_take_for_it_is_near_and_not_the_same(said):
    assert near(said) == near("R5-001")
    assert plain(said) != "R5-001"


def test_a_slip_of_a_name_is_told_from_another_name():
    assert [nearest(name, ["title", "ward", "schemes"]) for name in ("titel", "wards", "scheme", "memo", "備考")] == [
        "title", "ward", "schemes", None, None,
    ]  # fmt: skip


@given(name=st.text(st.characters(exclude_categories=["Cs"]), max_size=12), data=st.data())
def test_signs_that_nobody_sees_make_no_difference(name, data):
    place = data.draw(st.integers(0, len(name)))
    spoilt = name[:place] + data.draw(st.sampled_from(UNSEEN)) + name[place:]
    assert plain(plain(name)) == plain(name)
    assert folded(folded(name)) == folded(name)
    if name.isascii():
        assert (plain(spoilt), folded(spoilt), near(spoilt)) == (plain(name), folded(name), near(name))
