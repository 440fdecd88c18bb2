"""The checker itself: histories written by hand, each with one thing wrong, and one that is right."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.chaos.checker import report, violations
from tests.chaos.history import Call, Effect, Event, History, Line, Row, Sending, Turn

A, B, ALICE, BOB = "m00001", "m00002", "UALICE", "UBOB"
PURPOSES = ("answer", "note")


def good() -> History:
    """Alice writes twice, the second time LINE brings it twice; everything follows once and in order."""
    history = History(canaries=("ひみつ",))
    history.events = {mark: Event(mark, ALICE, PURPOSES) for mark in (A, B)}
    history.sendings = [Sending(A, 0, 1, 503), Sending(A, 2, 3, 200), Sending(B, 4, 5, 200), Sending(B, 6, 7, 200)]
    history.rows = [Row("inbox", A, "done", 1), Row("inbox", B, "done", 2), Row("outbox", f"line:{A}:turn", "done", 1)]
    history.effects = [Effect(purpose, mark, ALICE, at) for at, mark in ((3, A), (5, B)) for purpose in PURPOSES]
    history.turns = [Turn(A, ALICE, 2.0, 2.5), Turn(B, ALICE, 4.0, 4.5)]
    history.talk = [(ALICE, "holding"), (ALICE, "turn"), (BOB, "holding"), (ALICE, "news"), (ALICE, "holding")]
    history.calls = [Call("hub0", "k", 1.0, wait=1.0), Call("hub0", "k", 2.5), Call("hub1", "k", 1.1)]
    history.posts = ["k", "l"]
    history.lines = [Line("1", "opened", {}, {"stage": "received"}), Line("1", "claim", {"main": None}, {"main": "U1"})]
    history.cases = {"1": {"stage": "received", "main": "U1"}}
    history.written = {"hub0.log": "the hub is ready"}
    return history


def test_a_good_history_has_nothing_wrong() -> None:
    assert violations(good()) == []


def test_what_was_never_accepted_is_no_promise() -> None:
    history = good()
    history.events["m00003"] = Event("m00003", ALICE, PURPOSES)
    history.sendings += [Sending("m00003", 8, 9, 503), Sending("m00003", 9, 11, 0)]

    assert violations(history) == []


def test_what_died_visibly_is_not_lost() -> None:
    history = good()
    history.rows[1] = Row("inbox", B, "dead", 2, told=True)
    history.effects = [e for e in history.effects if e.cause == A]

    assert violations(history) == []


def swapped(history: History) -> None:
    history.effects = [replace(e, at=-e.at) for e in history.effects]


def without_row(history: History) -> None:
    del history.rows[1]


def renumbered(history: History) -> None:
    history.rows = [replace(row, order=-row.order) for row in history.rows]
    swapped(history)


BAD: list[tuple[str, str, Callable[[History], object]]] = [
    ("lost", "no row", without_row),
    ("lost", "no effect", lambda h: h.effects.pop()),
    ("lost", "still waiting", lambda h: h.rows.append(Row("outbox", "k", "new", 2))),
    ("lost", "died in silence", lambda h: h.rows.append(Row("outbox", "k", "dead", 2))),
    ("doubled", "twice on the screen", lambda h: h.effects.append(Effect("answer", B, ALICE, 6))),
    ("doubled", "twice in Slack", lambda h: h.posts.append("k")),
    ("doubled", "put off twice", lambda h: h.talk.append((ALICE, "holding"))),
    ("out of order", "the second first", swapped),
    ("out of order", "stored in the wrong order", renumbered),
    ("out of order", "two turns at once", lambda h: h.turns.append(Turn(B, ALICE, 2.2, 2.4))),
    ("astray", "somebody else's", lambda h: h.effects.append(Effect("line", B, BOB, 6))),
    ("astray", "from nowhere", lambda h: h.effects.append(Effect("answer", "m00009", ALICE, 6))),
    ("unrecorded", "changed in silence", lambda h: h.cases["1"].update(main="U2")),
    ("unrecorded", "a line that isn't true", lambda h: h.lines.append(Line("1", "x", {"main": "U9"}, {"main": "U1"}))),
    ("leaked", "words in a log", lambda h: h.written.update({"hub0.log": "ひみつの話"})),
    ("unwell", "no answer", lambda h: h.unwell.append("hub0")),
    ("impatient", "asked again at once", lambda h: h.calls.append(Call("hub0", "k", 1.5))),
]


@pytest.mark.parametrize(("kind", "what", "spoil"), BAD, ids=[what for _, what, _ in BAD])
def test_what_is_wrong_is_found(kind: str, what: str, spoil: Callable[[History], object]) -> None:
    history = good()

    spoil(history)

    assert {found.kind for found in violations(history)} == {kind}, what


def test_a_report_counts_what_was_found() -> None:
    history = good()
    history.posts.append("k")
    history.injected["kill -9"] += 2

    told = report(history, violations(history))

    assert "0 lost, 1 doubled, 0 out of order, 0 others" in told
    assert "2 × kill -9" in told
