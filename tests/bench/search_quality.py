"""How well we find: nDCG@10 on the development sets, beside the peers, and on the project's own judged set."""

import gzip
import json
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from search_systems import PARTS, SHARED, Document, Ours, System, peers, remember_texts, without

from knowledge.entries import of_case
from knowledge.importing.columns import SHAPES, values
from storage.models import PastCase

OWN = Path(__file__).parents[1] / "data"
SETS = {"cases": "cases_jaquad_dev.json.gz", "orgs": "orgs_dev.json.gz"}
PEERS = {"cases": ("bm25_a", "bm25_c", "fts5"), "orgs": ("rf_fold", "fts5", "bm25_a", "wratio")}
SLOW = {"wratio": 250}  # queries are enough for what takes a second each
K = 10
Grades = Mapping[str, float]
Run = Mapping[str, Sequence[str]]  # what was found for each question, best first


@dataclass(frozen=True)
class Judged:
    """Questions by kind, what is searched, and how relevant each answer is."""

    documents: Sequence[Document]
    questions: Mapping[str, Mapping[str, str]]  # kind → id → words
    grades: Mapping[str, Grades]
    is_official: bool = False  # scored by the function that lies beside the development sets


def tables(ablation: bool) -> Iterator[str]:
    """Yield the tables as Markdown, a block at a time: ours beside the peers, or beside itself without a part."""
    remember_texts()
    for kind in SETS if SHARED.exists() else ():
        judged = development(kind)
        yield f"\n{kind}: {len(judged.documents):,} documents\n" + "\n".join(_beside(kind, judged, ablation))
    judged = own()
    yield f"\nown set: {len(judged.documents)} cases\n" + "\n".join(_beside("own", judged, ablation))


def development(kind: str) -> Judged:
    """Return a development set: each question in its variants, or by its type."""
    with gzip.open(SHARED / SETS[kind], "rt", encoding="utf-8") as file:
        found = json.load(file)
    questions: dict[str, dict[str, str]] = {}
    for name, question in found["queries"].items():
        for variant, words in question.items() if kind == "cases" else [(question["type"], question["clean"])]:
            questions.setdefault(variant, {})[name] = words
    return Judged(found["docs"], questions, found["qrels"], is_official=True)


def own() -> Judged:
    """Return the project's own set: proposals (their five answers) and short questions, each grade the mean of two."""
    cases, proposals, queries = (_lines(f"search_{name}.jsonl") for name in ("cases", "proposals", "queries"))
    readings = [{one["id"]: one["grades"] for one in _lines(f"judgements_{reader}.jsonl")} for reader in "ab"]
    grades = {
        name: {
            case: sum(one[name].get(case, 0) for one in readings) / 2
            for case in {**readings[0][name], **readings[1][name]}
        }
        for name in readings[0]
    }
    questions = {
        "proposals": {one["id"]: "\n\n".join(filter(None, one["answers"].values())) for one in proposals},
        "short": {one["id"]: one["text"] for one in queries},
    }
    return Judged(cases, questions, grades)


def _lines(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (OWN / name).read_text("utf-8").splitlines()]


def _beside(kind: str, judged: Judged, ablation: bool) -> Iterator[str]:
    variants = list(judged.questions)
    yield "| system | macro | " + " | ".join(variants) + " |"
    yield "|---" * (len(variants) + 2) + "|"
    ours = _asked(stored(judged)) if kind == "own" else _indexed(Ours(kind), judged)
    yield _row("**ours**", ours, judged)
    for part in PARTS if ablation else ():
        with without(part):
            yield _row(f"ours without {part}", ours, judged)
    if SHARED.exists() and not ablation:
        for name in PEERS.get(kind, PEERS["cases"]):
            peer: System = peers()[name]("orgs" if kind == "orgs" else "cases")
            made = _numbered(peer, judged) if kind == "own" else _indexed(peer, judged)
            yield _row(name, made, judged, SLOW.get(name))


def _indexed(system: System, judged: Judged) -> Callable[[str], list[str]]:
    system.index(judged.documents)
    return _asked(system)


def _asked(system: System) -> Callable[[str], list[str]]:
    return lambda words: [str(one) for one in system.search(words, K)]


def stored(judged: Judged) -> Ours:
    """Index whole cases, as they are stored: title, summary, body, theme, schemes and organisations."""
    ours = Ours("cases")
    rows = [values(one, SHAPES["case"])[0] for one in judged.documents]
    ours.take([of_case(PastCase(**{name: row[name] for name in row if name in PastCase.model_fields})) for row in rows])
    return ours


def _numbered(system: System, judged: Judged) -> Callable[[str], list[str]]:
    """Give a peer the same texts under numbers, which are all it knows."""
    ids = [one["id"] for one in judged.documents]
    system.index([
        {"id": at, "title": one["title"], "body": "\n".join((one["summary"], one["body"], one["theme"],
                                                              *one["schemes"], *one["organisations"]))}
        for at, one in enumerate(judged.documents)
    ])  # fmt: skip
    return lambda words: [ids[at] for at in system.search(words, K)]


def _row(name: str, search: Callable[[str], list[str]], judged: Judged, limit: int | None = None) -> str:
    scored = _official if judged.is_official else _own_score
    asked = [list(questions.items())[:limit] for questions in judged.questions.values()]
    scores = [scored({one: search(words) for one, words in some}, judged.grades) for some in asked]
    return f"| {name} | {_mean(scores):.3f} | " + " | ".join(f"{score:.3f}" for score in scores) + " |"


def _official(run: Run, grades: Mapping[str, Grades]) -> float:
    """Return what the development sets' own eval.py makes of what was found."""
    return float(_evaluation().score(run, grades)["ndcg"])


@cache
def _evaluation() -> ModuleType:
    spec = spec_from_file_location("search_eval", SHARED / "eval.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _own_score(run: Run, grades: Mapping[str, Grades]) -> float:
    """Return the mean nDCG of the own set: its ids are words and its grades halves, which eval.py doesn't take."""
    return _mean([ndcg(found, grades[one]) for one, found in run.items() if any(grades[one].values())])


def ndcg(found: Sequence[str], grades: Grades) -> float:
    """Return nDCG@10 with gain 2^grade - 1 (Järvelin & Kekäläinen, 2002)."""
    gained = sum((2 ** grades.get(one, 0) - 1) / math.log2(at + 2) for at, one in enumerate(found[:K]))
    best = sorted(grades.values(), reverse=True)[:K]
    return gained / sum((2**grade - 1) / math.log2(at + 2) for at, grade in enumerate(best))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / max(1, len(values))
