import json
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest

from bot.hearing.incoming import Incoming
from storage.models import Proposal

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)


def tap(do: str, p: str = "7", q: str = "background") -> Incoming:
    event = {
        "type": "postback",
        "source": {"userId": "U1"},
        "postback": {"data": urlencode({"p": p, "q": q, "do": do})},
    }
    return Incoming.read("k", json.dumps(event).encode(), NOW)


def at(question: str, number: int = 7) -> Proposal:
    return Proposal(id=number, question=question, created_at=NOW, updated_at=NOW)


@pytest.mark.parametrize(
    ("do", "drawn_for", "open_question", "stale"),
    [
        ("/skip", "background", "background", False),
        ("/skip", "background", "members", True),
        ("個人", "party", "party", False),
        ("個人", "party", "name", True),
        ("/help", "background", "members", False),  # never does harm
        ("/submit", "review", "members", False),  # about the proposal, not the question
    ],
)
def test_a_button_of_an_earlier_question_is_stale(do: str, drawn_for: str, open_question: str, stale: bool) -> None:
    assert tap(do, q=drawn_for).is_stale(at(open_question)) is stale


def test_a_button_of_another_proposal_is_stale() -> None:
    assert tap("/submit", q="review").is_stale(at("review", number=8))
    assert tap("/submit", q="review").is_stale(None)


@pytest.mark.parametrize("data", ["", "action=buy&itemid=111", "p=7&q=background", "do="])
def test_a_button_that_isn_t_ours_is_no_answer(data: str) -> None:
    event = {"type": "postback", "source": {"userId": "U1"}, "postback": {"data": data}}
    assert Incoming.read("k", json.dumps(event).encode(), NOW).is_stale(at("background"))


def test_a_typed_word_is_never_stale() -> None:
    event = {"type": "message", "message": {"type": "text", "text": "戻る"}, "source": {"userId": "U1"}}
    assert not Incoming.read("k", json.dumps(event).encode(), NOW).is_stale(at("members"))


@pytest.mark.parametrize(
    ("do", "intent"),
    [("/status_query", "status_query"), ('/add_more{"question": "overview"}', "add_more"), ("個人", "")],
)
def test_a_button_names_its_command(do: str, intent: str) -> None:
    assert tap(do).intent == intent
