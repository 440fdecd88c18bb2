"""How fast we find, and what it costs: time, memory and disk at several sizes, beside the peers that stand them."""

import asyncio
import gzip
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from search_quality import OWN
from search_systems import SHARED, Document, Ours, entry, peers

from knowledge.asking.question import read
from knowledge.asking.ranking import rank
from knowledge.entries import CASE, ORGANISATION
from knowledge.following import BATCH
from knowledge.index.catalogue import Catalogue
from knowledge.index.rows import cores, rows
from knowledge.index.shelf import Kept, Shelf

LENGTH = 240  # characters of a document
SHORT, LONG = 200, 60  # queries
NAMES = 92_000  # organisations of a prefecture
PEERS = {
    1_000: ("wratio", "fts5", "bm25_a"),
    10_000: ("wratio", "fts5", "bm25_a"),
    100_000: ("wratio", "fts5", "bm25_a"),
}
PATIENT = 10_000  # entries up to which the peers are asked with five answers: beyond, one takes seconds to minutes
FEW = 10  # queries for a peer that takes half a second each
Times = list[float]


def tables(sizes: Sequence[int]) -> Iterator[str]:
    """Yield the table as Markdown, a row at a time; each size is built and opened in processes of its own."""
    yield "\n| what | entries | p50 / p95 ms | build s | open s | RSS MB | disk MB |\n|---|---|---|---|---|---|---|"
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            for step in ("build", "open"):
                yield from _apart(step, str(size), folder)
        for name in PEERS.get(size, ()) if SHARED.exists() else ():
            yield from _apart("peer", str(size), name)
    yield from _apart("names", str(NAMES))
    yield from asyncio.run(fresh())


def _apart(*step: str) -> list[str]:
    """Take a step in a process of its own, so that its memory is its own, and return the rows it prints."""
    done = subprocess.run([sys.executable, __file__, *step], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def documents(size: int) -> Iterator[Document]:
    """Yield documents of about 240 characters, put together from real sentences where those lie beside the project."""
    pool, chance = sentences(), random.Random(7)  # noqa: S311  the same documents every time
    for at in range(size):
        body = ""
        while len(body) < LENGTH:
            body += chance.choice(pool)
        yield {"id": at, "title": "", "body": body[: LENGTH + 40]}


def sentences() -> list[str]:
    """Return sentences to put documents and questions together from."""
    if SHARED.exists():
        with gzip.open(SHARED / "cases_jaquad_dev.json.gz", "rt", encoding="utf-8") as file:
            texts = [one["body"] for one in json.load(file)["docs"]]
    else:
        texts = [json.loads(line)["body"] for line in (OWN / "search_cases.jsonl").read_text("utf-8").splitlines()]
    return [f"{part}。" for text in texts for part in text.split("。") if 15 < len(part) < 120]


def questions() -> tuple[list[str], list[str]]:
    """Return short questions (two telling words) and long ones (five answers, about 390 characters)."""
    from knowledge.language.text import words

    pool, chance = sentences(), random.Random(11)  # noqa: S311
    short = []
    while len(short) < SHORT:
        said = sorted({word.surface for word in words(chance.choice(pool)) if len(word.surface) > 1}, key=len)
        if len(said) > 2:
            short.append(" ".join(said[-2:]))
    return short, ["\n".join(chance.sample(pool, 8))[:390] for _ in range(LONG)]


def build(size: int, folder: Path) -> None:
    """Index from nothing, keep it on disk, and time it."""
    catalogue, began = Catalogue(CASE), time.perf_counter()
    entries = map(entry, documents(size))
    while some := list(islice(entries, BATCH)):
        for one in rows(some):
            catalogue.add(one)
    catalogue.built()
    took = time.perf_counter() - began
    segments = {CASE: [part.segment for part in catalogue.parts], ORGANISATION: []}
    Shelf(folder).save(Kept(0, "", segments, {CASE: catalogue.usual, ORGANISATION: catalogue.usual}))
    disk = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    print(f"| ours, built from nothing on {cores()} cores | {size:,} | | {took:.1f} | | {rss()} | {disk / 1e6:.0f} |")


def opened(size: int, folder: Path) -> None:
    """Open what is on disk and ask it."""
    began = time.perf_counter()
    kept = Shelf(folder).load()
    assert kept is not None
    catalogue = Catalogue(CASE, kept.segments[CASE], kept.usual[CASE])
    took = time.perf_counter() - began
    short, long = questions()

    def ask(words: str) -> Any:
        return rank(read(words), catalogue, 10)

    for name, asked in (("short question", short), ("five answers", long)):
        print(f"| ours, {name} | {size:,} | {both(timed(ask, asked))} | | {took:.2f} | {rss()} | |")


def beside(size: int, name: str) -> None:
    """Ask a peer the same; its memory includes the texts and the runtime, as ours does."""
    short, long = questions()
    texts = list(documents(size))
    peer, began = peers()[name]("cases"), time.perf_counter()
    peer.index(texts)
    took = time.perf_counter() - began
    for kind, asked in (("short question", short), ("five answers", long)):
        if kind == "five answers" and size > PATIENT:
            continue
        found = timed(lambda words: peer.search(words, 10), asked[:FEW] if name == "wratio" else asked)
        print(f"| {name}, {kind} | {size:,} | {both(found)} | {took:.1f} | | {rss()} | |")


def names(size: int) -> None:
    """Ask for organisations among so many names, made from the parts of real ones."""
    if not SHARED.exists():
        return
    with gzip.open(SHARED / "orgs_dev.json.gz", "rt", encoding="utf-8") as file:
        found = json.load(file)
    chance, real = random.Random(13), found["docs"]  # noqa: S311
    made = [*real, *(_mixed(chance, real, len(real) + at) for at in range(size - len(real)))]
    asked = [one["clean"] for one in found["queries"].values()]
    ours, began = Ours("orgs"), time.perf_counter()
    ours.index(made)
    took = time.perf_counter() - began
    waits = timed(lambda q: rank(read(q), ours.catalogue, 10), asked)
    print(f"| ours, organisation | {size:,} | {both(waits)} | {took:.1f} | | {rss()} | |")
    peer = peers()["rf_fold"]("orgs")
    peer.index(made)
    print(f"| rf_fold, organisation | {size:,} | {both(timed(lambda q: peer.search(q, 10), asked[:100]))} | | | | |")


def _mixed(chance: random.Random, real: Sequence[Document], number: int) -> Document:
    one, other = chance.choice(real), chance.choice(real)
    name, kana = (one[key][: len(one[key]) // 2] + other[key][len(other[key]) // 2 :] for key in ("name", "kana"))
    return {"id": number, "name": name, "kana": kana, "city": one["city"], "previous_names": []}


async def fresh() -> Iterator[str]:
    """Time one entry from its commit in the database to the answer that holds it, beside 10,000 others."""
    from knowledge import changes
    from knowledge.search import Library
    from storage.db import Database, migrating
    from storage.models import PastCase
    from storage.schema import upgrade

    now, waits = datetime.now(UTC), []
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.db"
        with migrating(url) as connection:
            upgrade(connection)
        db = Database(url)
        async with db.transaction() as session:
            for one in documents(10_000):
                session.add(PastCase(id=str(one["id"]), title=one["body"][:30], body=one["body"], updated_at=now))
            await changes.note(session, "case", ["0"], now=now)
        library = Library(db, Path(folder) / "index")
        await library.refresh()
        for at in range(100):
            async with db.transaction() as session:
                session.add(PastCase(id=f"new-{at}", title=f"灯台守の会{at}", updated_at=now))
                await changes.note(session, "case", [f"new-{at}"], now=now)
            began = time.perf_counter()
            assert (await library.similar(f"灯台守の会{at}", kind="case", limit=1))[0].id == f"new-{at}"
            waits.append(time.perf_counter() - began)
        await library.close()
        await db.close()
    return iter([f"| ours, an entry added and found (database, reasons) | 10,000 | {both(waits)} | | | {rss()} | |"])


def timed(ask: Callable[[str], Any], asked: Sequence[str]) -> Times:
    """Time each question, once warm."""
    ask(asked[0])
    found = []
    for one in asked:
        began = time.perf_counter()
        ask(one)
        found.append(time.perf_counter() - began)
    return found


def both(found: Times) -> str:
    """Return p50 and p95 in milliseconds."""
    found = sorted(found)
    return f"{found[len(found) // 2] * 1e3:.2f} / {found[int(len(found) * 0.95)] * 1e3:.2f}"


def rss() -> str:
    """Return this process's resident memory in MB."""
    return f"{int(Path('/proc/self/statm').read_text().split()[1]) * os.sysconf('SC_PAGE_SIZE') / 1e6:.0f}"


if __name__ == "__main__":
    step, size, *place = sys.argv[1:]
    {"build": lambda: build(int(size), Path(place[0])), "open": lambda: opened(int(size), Path(place[0])),
     "peer": lambda: beside(int(size), place[0]), "names": lambda: names(int(size))}[step]()  # fmt: skip
