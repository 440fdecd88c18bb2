"""The table of a citizen's turn: what came × where they stand → what is done."""

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.hearing.arrived import Arrived
from bot.hearing.branches import TABLE, Branch, branch_of
from bot.hearing.incoming import Incoming
from bot.hearing.standing import Standing
from storage.models import Case, Citizen, Proposal

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)


def wrote(text: str) -> Incoming:
    return _read({"type": "message", "message": {"type": "text", "id": "1", "text": text}})


def tapped(do: str, question: str = "background") -> Incoming:
    return _read({"type": "postback", "postback": {"data": urlencode({"p": "7", "q": question, "do": do})}})


def _read(event: dict[str, Any]) -> Incoming:
    return Incoming.read("k", json.dumps({"source": {"userId": "U1"}, **event}).encode(), NOW)


def stands(*, draft: bool = False, case: bool = False) -> Standing:
    proposal = Proposal(id=7, question="background", created_at=NOW, updated_at=NOW) if draft else None
    found = Case(id=1, number="2026-0001", stage_since=NOW, opened_at=NOW) if case else None
    return Standing(Citizen(id=3, created_at=NOW), proposal, found, {})


WORDS, AGREES = "空き家で子ども食堂", "同意してはじめる"
STORIES = [
    (Arrived(wrote(WORDS), stands(), is_taken_back=True, tap={"tap": "x"}), Branch.LEAVE),
    (Arrived(wrote("これで進めたい"), stands(case=True), tap={"tap": "word"}), Branch.TAP),
    (Arrived(wrote(AGREES), stands(), in_confidence=True), Branch.FORM),
    (Arrived(wrote(AGREES), stands()), Branch.TALK),
    (Arrived(wrote(WORDS), stands(), in_confidence=True, has_draft=True), Branch.FORM),
    (Arrived(tapped("/resume"), stands(), in_confidence=True, has_draft=True, is_command=True), Branch.FORM),
    (Arrived(tapped("/ask_person"), stands(), in_confidence=True, has_draft=True, is_command=True), Branch.TALK),
    (Arrived(wrote(WORDS), stands(case=True), in_confidence=True), Branch.TO_DESK),
    (Arrived(wrote("状況を見る"), stands(case=True), in_confidence=True, is_command=True), Branch.TALK),
    (Arrived(wrote(WORDS), stands(draft=True), is_early=True), Branch.LATE),
    (Arrived(wrote("\u200b"), stands(draft=True), is_early=True), Branch.TALK),
    (Arrived(wrote("\u200b"), stands(case=True), in_confidence=True), Branch.TALK),
    (Arrived(wrote("戻る"), stands(draft=True), is_early=True, is_command=True), Branch.TALK),
    (Arrived(wrote(WORDS), stands(draft=True), is_applied=True), Branch.REPEAT),
    (Arrived(tapped("/skip", "overview"), stands(draft=True)), Branch.REPEAT),
    (Arrived(tapped("/skip"), stands(draft=True)), Branch.TALK),
    (Arrived(wrote(WORDS), stands()), Branch.TALK),
]


@pytest.mark.parametrize(("arrived", "branch"), STORIES)
def test_a_message_takes_its_branch(arrived: Arrived, branch: Branch) -> None:
    assert branch_of(arrived) is branch


def test_every_line_of_the_table_is_taken_by_a_story() -> None:
    taken = [next(line for line in TABLE if line[0](one) and line[1](one)) for one, _ in STORIES]

    assert [line for line in TABLE if line not in taken] == []


def test_rasa_is_asked_for_a_reading_only_where_it_decides() -> None:
    assert Arrived(wrote(WORDS), stands(draft=True), is_early=True).must_be_read
    assert Arrived(wrote(WORDS), stands(case=True), in_confidence=True).must_be_read
    assert not Arrived(wrote(WORDS), stands(draft=True)).must_be_read
    assert not Arrived(wrote(WORDS), stands(), in_confidence=True).must_be_read
