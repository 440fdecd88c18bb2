"""Segments kept on disk, so that a start reads instead of analysing; never the only copy of anything.

A manifest names the segments and the change they are the state of. It is replaced as a whole, after
the segments are there, and any number of processes may read what it names; who reads or writes it holds
the directory meanwhile, so that nobody sweeps what another is at. What is torn, altered or
made by another analyser or dictionary is not believed: the caller builds anew from the database.
"""

import fcntl
import hashlib
import json
import logging
import os
import re
import shutil
import sys
import zlib
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

import numpy as np

from knowledge.index import segment
from knowledge.index.segment import Segment

log = logging.getLogger(__name__)
MANIFEST, LOCK = "manifest.json", "lock"
OURS = re.compile(r"[0-9a-f]{32}(\.part)?")
BLOCK = 1 << 20
KNOWLEDGE = Path(__file__).parents[1]
# The files that decide which keys an entry has, and how they are kept. When one changes, the index is built anew.
ANALYSER = ("entries.py", "language/*.py", "language/*.txt", "index/*.py")


@dataclass(frozen=True)
class Kept:
    """What the directory holds: the last change in it, that change's mark, and each kind's segments."""

    change: int
    mark: str
    segments: Mapping[str, list[Segment]]
    usual: Mapping[str, dict[str, float]]


@cache
def analyser() -> str:
    """Return the version of the analyser: of the dictionary, and of every file that decides what is indexed."""
    files = [file for pattern in ANALYSER for file in sorted(KNOWLEDGE.glob(pattern))]
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16]
    return f"{digest} sudachipy {version('sudachipy')} core {version('sudachidict-core')} {sys.byteorder}"


class Shelf:
    """One directory. If it can't be written, the log says so, and the index works without it."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._there: list[tuple[Segment, str, Mapping[str, int]]] = []  # kept already: folders, checksums

    def hold(self) -> IO[bytes] | None:
        """Take the directory until the file is closed; None when another process has it. Raises OSError."""
        self._directory.mkdir(parents=True, exist_ok=True)
        lock = (self._directory / LOCK).open("ab")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            return None
        return lock

    def state(self) -> tuple[int, str]:
        """Return the change that is kept, and its mark; (0, "") when this code would not believe it."""
        try:
            manifest = json.loads((self._directory / MANIFEST).read_text("utf-8"))
            if manifest["analyser"] == analyser() and manifest.pop("sum") == _sum_of(manifest):
                return int(manifest["change"]), str(manifest["mark"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            pass
        return 0, ""

    def load(self) -> Kept | None:
        """Return what is kept, each array read when it is first needed; None when there is nothing to believe."""
        try:
            manifest = json.loads((self._directory / MANIFEST).read_text("utf-8"))
            if manifest["analyser"] != analyser():
                log.info("the search index was made by another analyser or dictionary: it is built anew")
                return None
            if manifest.pop("sum") != _sum_of(manifest):
                raise Damaged(MANIFEST)
            segments = {
                kind: [self._opened(name, sums) for name, sums in kept["segments"].items()]
                for kind, kept in manifest["kinds"].items()
            }
            usual = {kind: kept["usual"] for kind, kept in manifest["kinds"].items()}
            return Kept(manifest["change"], manifest["mark"], segments, usual)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, AttributeError, Damaged) as error:
            log.warning("the search index on disk is damaged: it is built anew", extra={"error": type(error).__name__})
            return None

    def save(self, kept: Kept) -> bool:
        """Keep segments, those that are there already as they are; tell whether it worked."""
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            kinds: dict[str, dict[str, Any]] = {
                kind: {"usual": kept.usual[kind], "segments": dict(map(self._written, segments))}
                for kind, segments in kept.segments.items()
            }
            manifest = {"analyser": analyser(), "change": kept.change, "mark": kept.mark, "kinds": kinds}
            part = self._directory / f"{uuid4().hex}.part"
            part.write_text(json.dumps(manifest | {"sum": _sum_of(manifest)}), "utf-8")
            os.replace(part, self._directory / MANIFEST)
            used = {name for kind in kinds.values() for name in kind["segments"]}
            self._there = [there for there in self._there if there[1] in used]
            self._sweep(used)
        except OSError as error:
            log.warning("the search index can't be kept on disk; it works without", extra={"error": str(error)})
            return False
        return True

    def _opened(self, name: str, sums: Mapping[str, int]) -> Segment:
        folder = self._directory / name
        arrays = {}
        for part, total in sums.items():
            if _sum(folder / f"{part}.npy") != total:
                raise Damaged(part)
            arrays[part] = np.load(folder / f"{part}.npy", mmap_mode="r").view(np.ndarray)
        found = segment.of_arrays(arrays)
        self._there.append((found, name, sums))
        return found

    def _written(self, one: Segment) -> tuple[str, Mapping[str, int]]:
        for there, name, sums in self._there:
            if there is one and (self._directory / name).exists():
                return name, sums
        name = uuid4().hex
        part = self._directory / f"{name}.part"
        part.mkdir()
        for array_name, array in segment.arrays(one).items():
            np.save(part / f"{array_name}.npy", array)
        sums = {file.stem: _sum(file) for file in part.glob("*.npy")}
        part.rename(self._directory / name)
        self._there.append((one, name, sums))
        return name, sums

    def _sweep(self, used: set[str]) -> None:
        """Delete segments that no manifest names any more. A process that reads one can go on reading it."""
        for entry in self._directory.iterdir():
            if entry.name in used or not OURS.fullmatch(entry.name):
                continue  # only folders of ours: INDEX_DIR may have been set to a folder of other files
            with suppress(OSError):
                shutil.rmtree(entry) if entry.is_dir() else entry.unlink()


class Damaged(Exception):
    """An array isn't what was written."""


def _sum_of(manifest: Mapping[str, Any]) -> int:
    return zlib.crc32(json.dumps(manifest).encode())


def _sum(file: Path) -> int:
    """Return a file's checksum; read, not mapped, so that what is never searched takes no memory."""
    total = 0
    with file.open("rb") as read:
        while block := read.read(BLOCK):
            total = zlib.crc32(block, total)
    return total
