"""The index of a process: read from disk, built, followed, and never the only copy of anything."""

import asyncio
import json
import logging
import shutil
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from knowledge import following
from storage.db import Database
from tests.knowledge.citizens import tells
from tests.knowledge.known import NOW, Processes, case, erase, ids, keep, organisation, restore

GARDEN = case("c-garden", "公園の花壇を手入れする", body="緑化ボランティアが集まる")
KITCHEN = case("c-kitchen", "団地の集会所で子ども食堂")
MUSIC = organisation("o-music", "浜風合奏団", extra={"summary": "防災訓練で演奏する"})
LAMP = case("c-lamp", "灯台を守る", body="蛍光塗料")


@pytest.fixture
async def town(database: Database, tmp_path: Path) -> AsyncIterator[Processes]:
    """Three entries, and processes that share a directory."""
    await keep(database, GARDEN, KITCHEN, MUSIC)
    town = Processes(database, tmp_path / "index")
    yield town
    await town.close()


@pytest.fixture
async def small_town(sqlite: Database, tmp_path: Path) -> AsyncIterator[Processes]:
    """The same on SQLite alone, for what doesn't depend on the database."""
    await keep(sqlite, GARDEN, KITCHEN, MUSIC)
    town = Processes(sqlite, tmp_path / "index")
    yield town
    await town.close()


async def kept(town: Processes) -> None:
    """A process came, built, and went."""
    library = town.opens()
    await library.refresh()
    await town.close(library)
    assert town.built() == 2


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settling takes its time, as it does for many entries."""

    def settled(*args: Any) -> Any:
        time.sleep(0.1)
        return whole(*args)

    whole = following.settled
    monkeypatch.setattr(following, "settled", settled)


async def eventually(holds: Callable[[], bool]) -> None:
    for _ in range(500):
        if holds():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it never came")


# ── read, not built


async def test_the_next_process_reads_what_the_first_has_built(town: Processes) -> None:
    first = town.opens()
    before = [await first.similar(words) for words in ("花壇", "子ども食堂", "浜風合奏団", "防災")]
    await town.close(first)
    assert town.built() == 2

    second = town.opens()
    after = [await second.similar(words) for words in ("花壇", "子ども食堂", "浜風合奏団", "防災")]

    assert town.built() == 0
    assert after == before
    assert all(after)


async def test_the_next_process_follows_what_changed_meanwhile(town: Processes) -> None:
    await kept(town)
    await keep(town.database, LAMP, case("c-garden", "畑を手入れする"))
    await erase(town.database, MUSIC)

    library = town.opens()

    assert await ids(library, "灯台") == ["c-lamp"]
    assert await ids(library, "畑") == ["c-garden"]
    assert await ids(library, "花壇") == []
    assert await ids(library, "浜風合奏団") == []
    assert town.built() == 0


async def test_a_process_that_goes_at_once_has_kept_what_it_built(small_town: Processes, slow: None) -> None:
    library = small_town.opens()
    await library.refresh()
    await asyncio.sleep(0.03)  # its tidying has begun
    await small_town.close(library)
    small_town.built()

    assert await ids(small_town.opens(), "花壇") == ["c-garden"]
    assert small_town.built() == 0


async def test_more_changes_than_are_worth_following_are_built_anew(small_town: Processes) -> None:
    library = small_town.opens()
    await library.refresh()
    small_town.built()

    await keep(small_town.database, *(case(f"n{n}", f"蛍{n}") for n in range(following.MANY)), KITCHEN)
    assert "n7" in await ids(library, "蛍7")
    assert await ids(library, "花壇") == ["c-garden"]
    assert small_town.built() == 2

    await keep(small_town.database, case("n7", "灯台"))
    assert await ids(library, "灯台") == ["n7"]
    assert small_town.built() == 0


# ── another content


@pytest.mark.parametrize("running", [True, False], ids=["a running process", "the next process"])
@pytest.mark.parametrize("numbers", [(3,), (9,), (1,)], ids=["same number", "higher", "lower"])
async def test_a_restored_backup_is_noticed(town: Processes, numbers: tuple[int], running: bool) -> None:
    library = town.opens()
    await library.refresh()
    if not running:
        await town.close(library)
        library = town.opens()
    town.built()

    await restore(town.database, [LAMP], numbers)

    assert await ids(library, "灯台") == ["c-lamp"]
    assert await ids(library, "花壇") == []
    assert await ids(library, "浜風合奏団") == []
    assert town.built()
    await town.close(library)
    assert town.holds("c-garden", "花壇", "浜風") == []


async def test_two_libraries_share_a_directory_and_both_stay_right(town: Processes) -> None:
    here, there = town.opens(), town.opens()
    await asyncio.gather(here.refresh(), there.refresh())
    for turn, one in enumerate((here, there, here, there)):
        await keep(town.database, case(f"t{turn}", f"灯台{turn}"), case("c-garden", f"{turn}番目の畑"))
        await one._index.tidy()
        for library in (here, there):
            assert f"t{turn}" in await ids(library, f"灯台{turn}")
            assert await ids(library, "畑") == ["c-garden"]
    await town.close(here)
    await town.close(there)
    town.built()

    third = town.opens()

    assert set(await ids(third, "灯台")) == {"t0", "t1", "t2", "t3"}
    assert await ids(third, "子ども食堂") == ["c-kitchen"]
    assert town.built() == 0


# ── what is gone is gone

TRACES = ("c-lamp", "灯台", "蛍光", "o-lamp", "シンカイ")
GONE = [
    (LAMP, None),
    (LAMP, case("c-lamp", "灯台を守る", body="蛍光塗料", retired_at=NOW)),
    (organisation("o-lamp", "シンカイ灯台の会", extra={"summary": "蛍光塗料"}), None),
]


@pytest.mark.parametrize(("row", "retired"), GONE, ids=["erased case", "retired case", "erased organisation"])
async def test_what_is_erased_is_gone_at_the_next_question_and_from_disk(town: Processes, row, retired) -> None:
    await keep(town.database, row)
    here, there = town.opens(), town.opens()
    assert await ids(here, "灯台") == await ids(there, "灯台") == [row.id]
    await here._index.tidy()
    assert town.holds(*TRACES)

    await (keep(town.database, retired) if retired else erase(town.database, row))

    assert await ids(here, "灯台") == await ids(there, "灯台") == []
    await here._index.tidy()
    assert town.holds(*TRACES) == []
    await town.close()
    assert town.holds(*TRACES) == []
    assert town.holds("c-garden", "花壇") == ["c-garden", "花壇"]


async def test_the_words_a_case_had_before_are_gone_too(town: Processes) -> None:
    await keep(town.database, LAMP)
    library = town.opens()
    await library.refresh()
    await library._index.tidy()

    await keep(town.database, case("c-lamp", "港を守る"))
    await town.close()

    assert town.holds("灯台", "蛍光", "c-lamp", "港") == ["c-lamp", "港"]


async def test_soon_after_an_erasure_its_words_leave_the_disk_by_themselves(
    small_town: Processes, monkeypatch: pytest.MonkeyPatch, slow: None
) -> None:
    monkeypatch.setattr(following, "ERASED_WITHIN", 0.05)
    await keep(small_town.database, LAMP)
    library = small_town.opens()
    await library.refresh()
    await eventually(lambda: small_town.holds("灯台") == ["灯台"])

    await erase(small_town.database, GARDEN)
    await library.refresh()
    await asyncio.sleep(0.1)  # the tidying for that one is at work
    await erase(small_town.database, LAMP)
    await library.refresh()

    await eventually(lambda: small_town.holds("花壇", *TRACES) == [])


async def test_a_process_nobody_asked_does_not_bring_back_what_another_has_erased(town: Processes) -> None:
    await keep(town.database, LAMP)
    here, idle = town.opens(), town.opens()
    await asyncio.gather(here.refresh(), idle.refresh())
    await keep(town.database, case("c-new", "竹細工"))
    await idle.refresh()
    await erase(town.database, LAMP)
    await here.refresh()
    await town.close(here)
    assert town.holds(*TRACES) == []

    await town.close(idle)

    assert town.holds(*TRACES) == []


async def test_what_citizens_told_is_found_and_never_on_disk(town: Processes) -> None:
    number = await tells(town.database, overview="灯台のふもとで蛍光の灯籠を流したい")
    library = town.opens()
    found = [hit.id for hit in await library.similar("灯籠", kind="consultation")]
    await library._index.tidy()
    await tells(town.database, overview="灯台の絵を描きたい")
    await library.refresh()
    await town.close(library)

    assert found == [number]
    assert town.holds(number, number[:5], "灯台", "灯籠", "蛍光") == []
    assert town.holds("花壇") == ["花壇"]
    again = [hit.id for hit in await town.opens().similar("灯籠", kind="consultation")]
    assert again == [number]


# ── what goes wrong


def arrays(directory: Path) -> list[Path]:
    return sorted(file for file in directory.glob("*/*.npy") if file.stat().st_size > 200)


def manifest(directory: Path) -> Path:
    return directory / "manifest.json"


def altered(file: Path) -> bytes:
    content = bytearray(file.read_bytes())
    content[-3] ^= 0x40
    return bytes(content)


def of_another_analyser(directory: Path) -> None:
    told = json.loads(manifest(directory).read_text("utf-8"))
    manifest(directory).write_text(json.dumps(told | {"analyser": "of yesterday"}), "utf-8")


DAMAGE: dict[str, Callable[[Path], object]] = {
    "an array is empty": lambda d: arrays(d)[0].write_bytes(b""),
    "an array is torn": lambda d: arrays(d)[0].write_bytes(arrays(d)[0].read_bytes()[:-9]),
    "an array is something else": lambda d: arrays(d)[0].write_bytes(b"not an array" * 99),
    "a bit of an array has turned": lambda d: arrays(d)[0].write_bytes(altered(arrays(d)[0])),
    "an array is missing": lambda d: arrays(d)[0].unlink(),
    "a segment is missing": lambda d: shutil.rmtree(arrays(d)[0].parent),
    "the manifest is empty": lambda d: manifest(d).write_bytes(b""),
    "the manifest is torn": lambda d: manifest(d).write_bytes(manifest(d).read_bytes()[:-20]),
    "the manifest is something else": lambda d: manifest(d).write_text("[1, 2]", "utf-8"),
    "the manifest is no text": lambda d: manifest(d).write_bytes(b"\xff\xfe\x00"),
    "the manifest is gone": lambda d: manifest(d).unlink(),
    "the analyser is another": of_another_analyser,
}


@pytest.mark.parametrize("harm", DAMAGE.values(), ids=DAMAGE)
async def test_a_damaged_directory_heals(small_town: Processes, harm: Callable[[Path], object]) -> None:
    await kept(small_town)
    harm(small_town.directory)

    library = small_town.opens()

    assert await ids(library, "花壇") == ["c-garden"]
    assert small_town.built() == 2
    await small_town.close(library)
    assert await ids(small_town.opens(), "浜風合奏団") == ["o-music"]
    assert small_town.built() == 0


async def test_a_directory_that_cannot_be_written_costs_a_line_in_the_log(
    small_town: Processes, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "a file").write_text("no directory")
    library = small_town.opens(tmp_path / "a file" / "index")

    with caplog.at_level(logging.WARNING):
        assert await ids(library, "花壇") == ["c-garden"]
        await library._index.tidy()
        await keep(small_town.database, LAMP)
        assert await ids(library, "灯台") == ["c-lamp"]
        await small_town.close(library)

    assert "works without" in caplog.text
    assert "花壇" not in caplog.text


async def test_a_crash_between_the_steps_of_saving_is_as_if_nothing_was_saved(town: Processes) -> None:
    await kept(town)
    before = town.directory.with_name("before")
    shutil.copytree(town.directory, before)
    await keep(town.database, LAMP)
    await erase(town.database, GARDEN)
    await town.close(await refreshed(town))
    new = [one for one in town.directory.iterdir() if not (before / one.name).exists()]
    for one in new:  # the new segments are there, one of them half, the manifest still names the old
        shutil.copytree(one, before / one.name)
    shutil.copytree(new[0], before / f"{'0' * 32}.part")
    arrays(before)[0].with_name("half.npy").write_bytes(b"\x93NUM")
    (before / f"{'1' * 32}.part").write_text('{"analyser": ')
    shutil.rmtree(town.directory)
    before.rename(town.directory)
    town.built()

    library = town.opens()

    assert await ids(library, "灯台") == ["c-lamp"]
    assert await ids(library, "花壇") == []
    assert town.built() == 0
    await town.close(library)
    assert not list(town.directory.rglob("*.part"))
    assert town.holds("花壇") == []


async def refreshed(town: Processes):
    library = town.opens()
    await library.refresh()
    return library


# ── at the same time


async def test_tidying_while_much_is_asked_and_changed_loses_nothing(town: Processes, slow: None) -> None:
    library = town.opens()
    await library.refresh()

    async def changes_come() -> None:
        for turn in range(12):
            await keep(town.database, *(case(f"n{turn}-{n}", f"灯台{turn}") for n in range(64)), GARDEN)
            await library.refresh()

    async def tidies() -> None:
        for _ in range(2):
            await library._index.tidy()

    async def asks() -> list[list[str]]:
        return [await ids(library, "子ども食堂") for _ in range(20)]

    answers, *_ = await asyncio.gather(asks(), changes_come(), tidies(), tidies())

    assert answers == [["c-kitchen"]] * 20
    assert await everything(library) == {"case": 2 + 12 * 64, "organisation": 1}
    assert await ids(library, "花壇") == ["c-garden"]
    await town.close(library)
    town.built()
    third = town.opens()
    await third.refresh()
    assert await everything(third) == {"case": 2 + 12 * 64, "organisation": 1}
    assert town.built() == 0


@pytest.mark.parametrize("changed", [GARDEN, KITCHEN, LAMP], ids=lambda row: row.id)
async def test_what_changes_while_it_is_tidied_stays_found(small_town: Processes, slow: None, changed) -> None:
    library = small_town.opens()
    await library.refresh()
    tidying = asyncio.create_task(library._index.tidy())
    await asyncio.sleep(0.05)

    await keep(small_town.database, case(changed.id, "灯台"))
    await library.refresh()
    await tidying

    assert await ids(library, "灯台") == [changed.id]
    others = {"花壇": GARDEN.id, "子ども食堂": KITCHEN.id, "浜風合奏団": MUSIC.id}
    for words, id in others.items():
        assert await ids(library, words) == ([] if id == changed.id else [id])


async def everything(library) -> dict[str, int]:
    return {kind: library._index.catalogues[kind].count for kind in following.KEPT}
