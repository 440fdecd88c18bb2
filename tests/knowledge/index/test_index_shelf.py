"""Segments on disk: believed only when they are whole, and never missed."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.entries import CASE, ORGANISATION
from knowledge.index.catalogue import Catalogue, settled
from knowledge.index.keys import word_key
from knowledge.index.rows import FIELDS
from knowledge.index.scoring import Limits
from knowledge.index.shelf import MANIFEST, Kept, Shelf, analyser
from tests.knowledge.index_entries import TEXTS, answers, case, catalogue_of, organisation

CASES = [case(f"c{at}", text, theme="防災・防犯" if at % 2 else "") for at, text in enumerate(TEXTS)]
GROUPS = [organisation("o1", "NPO法人つるみ川の会", wards=("鶴見区",)), organisation("o2", "ヨコハマ図書")]


def kept(cases: Catalogue, groups: Catalogue, change: int = 7) -> Kept:
    """Return two catalogues as the shelf takes them."""
    both = {CASE: cases, ORGANISATION: groups}
    segments = {kind: [part.segment for part in one.parts] for kind, one in both.items()}
    return Kept(change, f"case c{change}", segments, {kind: one.usual for kind, one in both.items()})


def opened(found: Kept | None, kind: str = CASE) -> Catalogue:
    assert found
    return Catalogue(kind, found.segments[kind], found.usual[kind])


def folders(directory: Path) -> set[str]:
    return {one.name for one in directory.iterdir()} - {MANIFEST}


def settle(catalogue: Catalogue) -> None:
    before = catalogue.standing()
    catalogue.replace(before, settled(before))


@pytest.fixture
def cases() -> Catalogue:
    return catalogue_of(CASES)


@pytest.fixture
def groups() -> Catalogue:
    return catalogue_of(GROUPS, ORGANISATION)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "not" / "yet" / "there"


@pytest.fixture
def shelf(directory: Path, cases: Catalogue, groups: Catalogue) -> Shelf:
    """A shelf on which both catalogues are kept."""
    shelf = Shelf(directory)
    assert shelf.save(kept(cases, groups))
    return shelf


# ── there and back


def test_what_was_kept_answers_as_before(shelf, directory, cases, groups):
    found = Shelf(directory).load()
    assert (found.change, found.mark) == (7, "case c7")
    assert found.usual == {CASE: cases.usual, ORGANISATION: groups.usual}
    assert answers(opened(found)) == answers(cases)
    assert opened(found).spelt_like("ウォーキンク") == cases.spelt_like("ウォーキンク") != []
    named = [one.form for one in opened(found, ORGANISATION).named_like(["ツルミ川"], Limits(), 5)]
    assert named == [one.form for one in groups.named_like(["ツルミ川"], Limits(), 5)] != []


def test_what_was_kept_can_be_changed(shelf, directory, cases):
    again = opened(Shelf(directory).load())
    for one in (cases, again):
        one.change([case("c1", "商店街の蛍"), case("new", "川の図書")], ["c2"])
        settle(one)
    assert answers(again) == answers(cases)


def test_nothing_can_be_kept_too(directory):
    nothing = catalogue_of([])
    assert Shelf(directory).save(kept(nothing, nothing, 0))
    found = Shelf(directory).load()
    assert (found.change, found.segments) == (0, {CASE: [], ORGANISATION: []})


def test_segments_that_did_not_change_stay_as_they_are_and_others_are_swept(shelf, directory, cases, groups):
    before = folders(directory)
    at = {file: file.stat().st_mtime_ns for file in directory.glob("*/*")}
    assert shelf.save(kept(cases, groups))
    assert folders(directory) == before
    assert {file: file.stat().st_mtime_ns for file in directory.glob("*/*")} == at

    cases.change([case("new", "商店街の蛍")], ["c0"])
    settle(cases)
    assert shelf.save(kept(cases, groups, 8))

    assert len(folders(directory)) == len(before & folders(directory)) + 1 == 2
    assert answers(opened(Shelf(directory).load())) == answers(cases)


def test_a_process_that_read_the_shelf_leaves_what_it_read(shelf, directory, cases):
    before = folders(directory)
    reader = Shelf(directory)
    assert reader.save(reader.load())
    assert folders(directory) == before
    assert answers(opened(Shelf(directory).load())) == answers(cases)


def test_what_was_read_and_given_up_is_never_taken_for_something_new(shelf, directory, groups):
    for at in range(8):
        reader = Shelf(directory)
        reader.load()
        fresh = catalogue_of([case(f"n{at}", "川"), *CASES[: at % 8]])
        assert reader.save(kept(fresh, groups))
        assert answers(opened(Shelf(directory).load())) == answers(fresh)


def test_nothing_of_an_erased_entry_is_left_on_disk(directory, groups):
    gone = case("gone-4711", "蒸気機関車の停車場", theme="消えた主題")
    cases = catalogue_of([*CASES, gone])
    shelf = Shelf(directory)
    shelf.save(kept(cases, groups))
    keys = {key for name in FIELDS for key in gone.keys[name].tolist()}
    keys -= {key for row in (*CASES, *GROUPS) for name in FIELDS for key in row.keys[name].tolist()}
    keys |= {word_key("gone-4711"), word_key("消えた主題")}
    traces = [b"gone-4711", "蒸気".encode(), *(np.int64(key).tobytes() for key in keys)]
    assert all(any(trace in file.read_bytes() for file in directory.glob("*/*")) for trace in traces)

    cases.change([], ["gone-4711"])
    settle(cases)
    shelf.save(kept(cases, groups))

    assert not [trace for trace in traces for file in directory.rglob("*.*") if trace in file.read_bytes()]


# ── what is not believed


def an_array(directory: Path, name: str = "words.docs.npy") -> Path:
    return max(directory.glob(f"*/{name}"), key=lambda file: file.stat().st_size)


def manifest(directory: Path, **changed: object) -> None:
    file = directory / MANIFEST
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | changed), "utf-8")


def shorten(file: Path, left: float) -> None:
    file.write_bytes(file.read_bytes()[: int(file.stat().st_size * left)])


def replace_bytes(file: Path, old: bytes, new: bytes) -> None:
    assert old in file.read_bytes()
    file.write_bytes(file.read_bytes().replace(old, new, 1))


def exchange(one: Path, other: Path) -> None:
    mine, others = one.read_bytes(), other.read_bytes()
    one.write_bytes(others), other.write_bytes(mine)


DAMAGE: dict[str, Callable[[Path], object]] = {
    "nothing there": shutil.rmtree,
    "an empty folder": lambda there: [shutil.rmtree(there), there.mkdir()],
    "a file in the folder's place": lambda there: [shutil.rmtree(there), there.write_text("")],
    "a manifest cut off": lambda there: shorten(there / MANIFEST, 0.6),
    "an empty manifest": lambda there: (there / MANIFEST).write_text(""),
    "a manifest that is no JSON": lambda there: (there / MANIFEST).write_bytes(b"\xff{"),
    "a manifest of something else": lambda there: (there / MANIFEST).write_text("[1, 2]"),
    "a manifest of nothing": lambda there: (there / MANIFEST).write_text("null"),
    "a manifest without its change": lambda there: (there / MANIFEST).write_text(json.dumps({"analyser": analyser()})),
    "a manifest that is a folder": lambda there: [(there / MANIFEST).unlink(), (there / MANIFEST).mkdir()],
    "a manifest that was edited": lambda there: manifest(there, change=8),
    "another analyser": lambda there: manifest(there, analyser="0123 sudachipy 0.5"),
    "a kind that is called otherwise": lambda there: replace_bytes(there / MANIFEST, b'"case"', b'"cbse"'),
    "a missing file": lambda there: an_array(there).unlink(),
    "a missing folder": lambda there: shutil.rmtree(an_array(there).parent),
    "an array cut off": lambda there: shorten(an_array(there), 0.95),
    "an array with its head only": lambda there: shorten(an_array(there), 0.3),
    "an empty array": lambda there: shorten(an_array(there), 0),
    "an array that is longer": lambda there: an_array(there).write_bytes(an_array(there).read_bytes() + b"\0"),
    "an array of another kind": lambda there: replace_bytes(an_array(there, "words.keys.npy"), b"<i8", b"<f8"),
    "an array read from its other end": lambda there: replace_bytes(an_array(there, "owners.npy"), b"<u4", b">u4"),
    "two arrays in each other's place": lambda there: exchange(an_array(there), an_array(there, "pairs.docs.npy")),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_what_is_damaged_is_not_believed_and_the_next_save_mends_it(shelf, directory, cases, groups, damage):
    damage(directory)
    later = Shelf(directory)
    assert later.load() is None

    if directory.is_dir() or not directory.exists():
        assert later.save(kept(cases, groups)) is not (directory / MANIFEST).is_dir()
    if (directory / MANIFEST).is_file():
        assert answers(opened(later.load())) == answers(cases)


@given(data=st.data(), flip=st.integers(1, 255))
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_flipped_byte_is_believed(shelf, directory, cases, data, flip):
    """Only what says the same may stand in the manifest: another kind of space."""
    file = data.draw(st.sampled_from(sorted(directory.rglob("*.*"), key=lambda file: (file.name, file.stat().st_size))))
    whole = file.read_bytes()
    at = data.draw(st.integers(0, len(whole) - 1))
    file.write_bytes(whole[:at] + bytes([whole[at] ^ flip]) + whole[at + 1 :])
    found = Shelf(directory).load()
    file.write_bytes(whole)
    if found is not None:
        assert file.name == MANIFEST
        assert (found.change, found.mark, found.usual[CASE]) == (7, "case c7", cases.usual)
        assert answers(opened(found)) == answers(cases)


def test_a_segment_that_was_damaged_after_it_was_read_is_not_blessed(shelf, directory):
    reader = Shelf(directory)
    found = reader.load()
    replace_bytes(an_array(directory, "column.theme.npy"), np.int64(0).tobytes(), np.int64(7).tobytes())
    reader.save(found)
    assert Shelf(directory).load() is None


# ── crashes, and folders that can't be written


def test_what_a_crash_left_is_no_harm_and_is_swept(shelf, directory, cases, groups):
    folder, file, unnamed = (directory / name for name in (f"{uuid4().hex}.part", f"{uuid4().hex}.part", uuid4().hex))
    for one in (folder, unnamed):
        one.mkdir()
        (one / "words.docs.npy").write_bytes(b"half")
    file.write_text('{"analyser"')

    assert answers(opened(Shelf(directory).load())) == answers(cases)
    assert shelf.save(kept(cases, groups))

    assert not [one for one in (folder, file, unnamed) if one.exists()]
    assert len(folders(directory)) == 2


def test_files_of_others_in_the_folder_are_left_alone(shelf, directory, cases, groups):
    (directory / "tsunagi.db").write_text("the database")
    (directory / "backups").mkdir()
    assert shelf.save(kept(cases, groups))
    assert (directory / "tsunagi.db").read_text() == "the database"
    assert (directory / "backups").is_dir()


@pytest.mark.parametrize("place", [".", "below"])
def test_a_folder_that_cannot_be_written_is_done_without(tmp_path, cases, groups, place):
    (tmp_path / "file").write_text("in the way")
    shelf = Shelf(tmp_path / "file" / place)
    assert shelf.save(kept(cases, groups)) is False
    assert shelf.load() is None
    assert (tmp_path / "file").read_text() == "in the way"


def test_a_manifest_that_cannot_be_replaced_is_told_and_later_made_up_for(shelf, directory, cases, groups):
    (directory / MANIFEST).unlink()
    (directory / MANIFEST).mkdir()
    assert shelf.save(kept(cases, groups, 8)) is False

    (directory / MANIFEST).rmdir()
    assert shelf.save(kept(cases, groups, 9))
    assert Shelf(directory).load().change == 9


# ── several processes


def test_a_reader_goes_on_though_another_process_has_swept_its_files(shelf, directory, cases, groups):
    reading = opened(Shelf(directory).load())
    before = answers(reading)
    old = folders(directory)

    other = catalogue_of(CASES[:3])
    assert Shelf(directory).save(kept(other, catalogue_of(GROUPS, ORGANISATION)))

    assert not old & folders(directory)
    assert answers(reading) == before == answers(cases)
    assert reading.spelt_like("ウォーキンク") == cases.spelt_like("ウォーキンク")
    reading.change([case("new", "川")], ["c1"])
    settle(reading)
    cases.change([case("new", "川")], ["c1"])
    assert answers(reading) == answers(cases)


def test_segments_that_another_process_swept_are_written_again(shelf, directory, cases, groups):
    assert Shelf(directory).save(kept(catalogue_of([]), catalogue_of([])))
    assert folders(directory) == set()
    assert shelf.save(kept(cases, groups))
    assert answers(opened(Shelf(directory).load())) == answers(cases)
