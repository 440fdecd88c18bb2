"""From a history to what is wrong with it: lost, doubled, out of order, and what else was promised. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from tests.chaos.history import Effect, History, Row

GRACE = 0.05  # seconds a clock may differ when a wait is measured


@dataclass(frozen=True)
class Violation:
    """A promise that was broken."""

    kind: str
    what: str


def violations(history: History) -> list[Violation]:
    """Return every broken promise of a history whose end was waited for; the invariants are in docs/chaos.md."""
    checks = (lost, doubled, out_of_order, audited, astray, leaked, alive, patient)
    return [found for check in checks for found in check(history)]


def lost(history: History) -> Iterator[Violation]:
    """I1: what was answered with 200 is on record, is finished or visibly dead, and all that follows is there."""
    inbox = {row.key: row for row in history.rows if row.box == "inbox"}
    there = Counter((e.purpose, e.cause) for e in history.effects)
    for mark in history.accepted():
        row = inbox.get(mark)
        if row is None:
            yield Violation("lost", f"{mark} was accepted and isn't in the inbox")
        elif row.status == "done":
            for purpose in history.events[mark].purposes:
                if not there[purpose, mark]:
                    yield Violation("lost", f"{mark} has no {purpose}")
    for row in history.rows:
        if row.status == "new":
            yield Violation("lost", f"{row.box} {row.key} is still waiting")
        elif row.status == "dead" and not row.told:
            yield Violation("lost", f"{row.box} {row.key} died and nobody was told")


def doubled(history: History) -> Iterator[Violation]:
    """I2: nothing follows twice, nothing is posted twice, and one outage brings one holding message."""
    for (purpose, cause), times in Counter((e.purpose, e.cause) for e in history.effects).items():
        if times > 1:
            yield Violation("doubled", f"{cause} has {times} × {purpose}")
    for key, times in Counter(history.posts).items():
        if times > 1:
            yield Violation("doubled", f"Slack shows {key} {times} times")
    for owner, kinds in _by_owner(history.talk).items():
        if any(a == b == "holding" for a, b in pairwise(k for k in kinds if k != "news")):
            yield Violation("doubled", f"{owner} was put off twice without an answer between")


def out_of_order(history: History) -> Iterator[Violation]:
    """I3: what one person did earlier has its effects earlier, and is over before the next begins."""
    accepted, order = history.accepted(), {r.key: r.order for r in history.rows if r.box == "inbox"}
    streams: dict[tuple[str, str], list[Effect]] = defaultdict(list)
    for effect in sorted(history.effects, key=lambda e: e.at):
        if effect.cause in order:
            streams[effect.purpose.partition(":")[0], effect.owner].append(effect)
    for (purpose, owner), effects in streams.items():
        for first, second in pairwise(effects):
            a, b = first.cause, second.cause
            if order[b] < order[a]:
                yield Violation("out of order", f"{purpose} of {b} came after that of {a} for {owner}")
    for a, b in ((a, b) for a in accepted for b in accepted if a in order and b in order):
        same = history.events[a].owner == history.events[b].owner
        if same and accepted[a][1] < accepted[b][0] and order[a] > order[b]:
            yield Violation("out of order", f"{a} was accepted before {b} was sent, and stands behind it")
    yield from _at_once(history)


def audited(history: History) -> Iterator[Violation]:
    """I4: every change of a case has its line, and the lines lead to what the case says of itself."""
    told: dict[str, dict[str, object]] = defaultdict(dict)
    for line in history.lines:
        for name, before in line.before.items():
            if told[line.case].get(name) != before:
                yield Violation("unrecorded", f"{line.case}: {line.action} says that {name} was {before}")
        told[line.case] |= line.after
    for number, says in history.cases.items():
        for name, value in says.items():
            if told[number].get(name) != value:
                yield Violation("unrecorded", f"{number} has {name} {value} and no line says so")


def astray(history: History) -> Iterator[Violation]:
    """I5: nothing reaches anybody it isn't meant for, and nothing comes from nowhere."""
    for effect in history.effects:
        event = history.events.get(effect.cause)
        if event is None:
            yield Violation("astray", f"{effect.purpose} of {effect.cause}, which nobody sent")
        elif event.owner != effect.owner:
            yield Violation("astray", f"{effect.purpose} of {effect.cause} reached {effect.owner}")


def leaked(history: History) -> Iterator[Violation]:
    """I6: words of citizens stand in no log, no metadata and no figure."""
    for place, text in history.written.items():
        for word in history.canaries:
            if word in text:
                yield Violation("leaked", f"{word} stands in {place}")


def alive(history: History) -> Iterator[Violation]:
    """I7: every hub is well in the end."""
    for hub in history.unwell:
        yield Violation("unwell", hub)


def patient(history: History) -> Iterator[Violation]:
    """Who asks to wait isn't asked again before; a wait in which a hub's own clock was set has no measure."""
    calls: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    for call in sorted(history.calls, key=lambda c: c.at):
        calls[call.hub, call.key].append((call.at, call.wait))
    for (hub, key), times in calls.items():
        for (at, wait), (again, _) in pairwise(times):
            jumped = any(hub.startswith(f"{whose}.") and at - GRACE < when < again for whose, when in history.jumps)
            if wait and again < at + wait - GRACE and not jumped:
                yield Violation("impatient", f"{hub} sent {key} again after {again - at:.2f} of {wait} s")


def _at_once(history: History) -> Iterator[Violation]:
    turns = sorted(history.turns, key=lambda t: (t.owner, t.began))
    for first, second in pairwise(turns):
        other = first.owner == second.owner and first.mark != second.mark
        if other and second.began < first.ended:
            yield Violation("out of order", f"{second.mark} began while Rasa was at {first.mark}")


def _by_owner(talk: list[tuple[str, str]]) -> dict[str, list[str]]:
    kinds: dict[str, list[str]] = defaultdict(list)
    for owner, kind in talk:
        kinds[owner].append(kind)
    return kinds


def report(history: History, found: list[Violation]) -> str:
    """Return the figures of a run and what was found, for people."""
    accepted = history.accepted()
    counts = Counter(v.kind for v in found)
    lines = [
        f"{len(accepted)} events accepted, {len(history.sendings)} sendings, {len(history.effects)} effects, "
        f"{len(history.posts)} posts in Slack, {_dead(history.rows)} dead letters",
        "broken on purpose: " + (", ".join(f"{n} × {k}" for k, n in sorted(history.injected.items())) or "nothing"),
        f"{counts['lost']} lost, {counts['doubled']} doubled, {counts['out of order']} out of order, "
        f"{len(found) - sum(counts[k] for k in ('lost', 'doubled', 'out of order'))} others",
    ]
    return "\n".join([*lines, *(f"  {v.kind}: {v.what}" for v in found[:30])])


def _dead(rows: list[Row]) -> int:
    return sum(row.status == "dead" for row in rows)
