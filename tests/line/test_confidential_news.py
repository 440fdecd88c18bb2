"""PRIVACY_MODE=confidential: of what people wrote LINE gets a link; dates, numbers and buttons stay."""

import json
import re
from collections.abc import Mapping
from datetime import date, timedelta
from types import ModuleType
from typing import Any

import pytest
from sqlmodel import select

from bot.desk.record.telling import WORDS_OF, Phrase
from bot.line import confidential
from bot.line.drawing import draw
from bot.line.messages import Json
from bot.line.news import NEWS
from bot.phrases import phrases
from storage.db import Database
from storage.models import (
    AnswerPart,
    Case,
    CheckIn,
    Delivery,
    Hypothesis,
    Meeting,
    Nudge,
    OutboxRow,
    PlanTask,
    Proposal,
    ProposalState,
)
from tests.line.desk_rows import AT, NUMBER, a_case, judged

SECRET = "母の介護のことで悩んでいる"
TEXT: dict[str, Any] = {"title": SECRET, "summary": "", "body": SECRET, "ward": "", "theme": "", "organisations": []}
# What goes out with whose words in it, and what it is drawn with.
WRITTEN: dict[str, Mapping[str, Any]] = {
    "reply": {"text": SECRET}, "asked": {"text": SECRET}, "referred": {"door": SECRET},
    "hearing_notes": {"text": SECRET},
    "hearing_dates": {"meeting": 1}, "hearing_fixed": {"meeting": 1}, "dialogue_invited": {"meeting": 1},
    "dialogue_changed": {"meeting": 1}, "hypothesis": {"hypothesis": 1, "case": 1}, "plan": {"case": 1},
    "publication_ask": {"publication": 1, "digest": "d", "text": TEXT},
}  # fmt: skip
WORDLESS = {"publication_published", "reminders"}  # of the news; reminders are told apart below
FREE = {"text", "door", "place", "agenda", "remark", "title"}  # values that somebody wrote


def page(proposal: int) -> str:
    return f"https://centre.example/status/{proposal}-SECRETMARK"


@pytest.fixture
async def case(sqlite: Database) -> Case:
    """A case in which everything that a person can write says the same thing."""
    case = await a_case(sqlite)
    of_case: dict[str, Any] = {"case_id": case.id, "by": "UA", "at": AT}
    meeting = {"kind": "hearing", "state": "fixed", "starts_at": AT, "place": SECRET, "agenda": SECRET}
    options = [(AT + timedelta(days=n)).isoformat() for n in range(2)]
    async with sqlite.transaction() as session:
        session.add(Meeting(**of_case, **meeting, options=options))
        session.add(Hypothesis(**of_case, version=1, text=SECRET))
        session.add(PlanTask(**of_case, title=SECRET, due_on=date(2026, 12, 24), milestone=True))
        session.add(AnswerPart(proposal_id=case.proposal_id, question="overview", text=SECRET, message_key="m1",
                               said_at=AT))  # fmt: skip
    return case


async def drawn(db: Database, kind: str, payload: Mapping[str, Any], *, where: Any = page) -> list[Json]:
    whole = {"citizen": 1, "number": NUMBER, **payload}
    if kind == "hypothesis":  # knows its case by the id
        del whole["number"]
    async with db.reading() as session:
        row = OutboxRow(key="k", dest="line", conv="c", kind=kind, retry_uuid="u", payload=whole, next_at=AT,
                        created_at=AT)  # fmt: skip
        return await draw(session, row, where)


def words(messages: list[Json]) -> str:
    return json.dumps(messages, ensure_ascii=False)


def taps(messages: list[Json]) -> set[str]:
    return set(re.findall(r'"data": "(tap=[^"]+)"', words(messages)))


@pytest.mark.parametrize("kind", WRITTEN)
async def test_words_stay_on_the_page_and_the_buttons_come_along(
    sqlite: Database, case: Case, conformance: ModuleType, kind: str
) -> None:
    openly = await drawn(sqlite, kind, WRITTEN[kind], where=None)
    held = judged(conformance, await drawn(sqlite, kind, WRITTEN[kind]))

    assert SECRET in words(openly)
    assert SECRET not in words(held)
    assert page(case.proposal_id) in held[0]["text"]
    assert "返信が届きました" in held[0]["text"]
    assert NUMBER in held[0]["text"]
    assert taps(held) == taps(openly)


@pytest.mark.parametrize("kind", ["hearing_dates", "dialogue_invited", "hypothesis", "publication_ask"])
async def test_what_asks_for_an_answer_keeps_buttons_that_stay(sqlite: Database, case: Case, kind: str) -> None:
    card = (await drawn(sqlite, kind, WRITTEN[kind]))[-1]

    stay = [button["action"] for button in card["contents"]["footer"]["contents"]]
    assert len(stay) >= 3
    assert [item["action"] for item in card["quickReply"]["items"]] == stay


def test_everything_that_holds_words_is_held_back() -> None:
    with_words = {key for key, said in phrases().items() if FREE & set(re.findall(r"{(\w+)}", said))}

    assert with_words & set(Phrase) <= confidential.HELD_BACK
    assert set(WRITTEN) == confidential.HELD_BACK
    assert set(NEWS) <= confidential.HELD_BACK | WORDLESS


@pytest.mark.parametrize("kind", ["claimed", "staffed", "advanced_direction", "closed", "holding"])
async def test_the_centre_s_own_sentences_are_said_as_ever(sqlite: Database, case: Case, kind: str) -> None:
    assert await drawn(sqlite, kind, {}) == await drawn(sqlite, kind, {}, where=None)


async def test_a_check_in_is_asked_as_ever(sqlite: Database, case: Case) -> None:
    async with sqlite.transaction() as session:
        held = await session.get_one(Case, case.id)
        held.stage = "follow_up"
        session.add(CheckIn(id=1, case_id=case.id or 0, months=1, due_at=AT, asked_at=AT))
        session.add(Nudge(id=1, rule="check_in", case_id=case.id, subject="check_in:1", subject_id=1, due_at=AT,
                          status=Delivery.DONE))  # fmt: skip

    asked = await drawn(sqlite, "reminders", {"citizen": case.citizen_id, "nudges": [1], "at": AT.isoformat()})
    assert [item["action"]["label"] for item in asked[0]["quickReply"]["items"]] == ["順調", "困りごと", "終了"]


# ── a turn


async def test_what_a_tap_is_answered_with_is_held_back_too(sqlite: Database, case: Case) -> None:
    said = {"messages": [{"text": f"場所：{SECRET}", WORDS_OF: NUMBER}, {"text": "またどうぞ"}]}
    link, rest = await drawn(sqlite, "turn", said)

    assert page(case.proposal_id) in link["text"]
    assert SECRET not in words([link, rest])
    assert rest["text"] == "またどうぞ"


@pytest.mark.parametrize(
    "custom",
    [
        {"kind": "my_data", "citizen": 1}, {"kind": "summary", "proposal": 1}, {"kind": "next_milestone", "case": 1},
        {"kind": "answer", "proposal": 1, "question": "overview"},
    ],
)  # fmt: skip
async def test_what_is_kept_is_read_on_the_page(
    sqlite: Database, case: Case, conformance: ModuleType, custom: dict[str, Any]
) -> None:
    asked = {"messages": [{"custom": custom}]}
    openly, held = await drawn(sqlite, "turn", asked, where=None), await drawn(sqlite, "turn", asked)

    assert SECRET in words(openly)
    assert SECRET not in words(judged(conformance, held))
    assert page(case.proposal_id) in words(held)


async def test_my_data_leads_to_every_consultation_but_those_taken_back(sqlite: Database, case: Case) -> None:
    async with sqlite.transaction() as session:
        for state in (ProposalState.DRAFT, ProposalState.WITHDRAWN):
            session.add(Proposal(citizen_id=case.citizen_id, state=state, created_at=AT, updated_at=AT))

    (told,) = await drawn(sqlite, "turn", {"messages": [{"custom": {"kind": "my_data", "citizen": 1}}]})
    assert [n for n in (1, 2, 3) if page(n) in told["text"]] == [1, 2]


async def test_news_that_waited_goes_along_as_a_link(sqlite: Database, case: Case) -> None:
    waited = {"kind": "reply", "payload": {"number": NUMBER, "text": SECRET}}
    messages = await drawn(sqlite, "turn", {"messages": [{"text": "はい"}], "along": [waited]})

    assert page(case.proposal_id) in messages[0]["text"]
    assert SECRET not in words(messages)


@pytest.mark.parametrize(("rule", "subject"), [("hearing_day_before", "meeting"), ("milestone_near", "plan_task")])
async def test_a_reminder_names_the_day_and_not_what_somebody_wrote(
    sqlite: Database, case: Case, rule: str, subject: str
) -> None:
    async with sqlite.transaction() as session:
        after = AT + timedelta(hours=1)
        session.add(Nudge(case_id=case.id, rule=rule, subject=f"{subject}:1", subject_id=1, due_at=AT, fact_at=after,
                          status=Delivery.DONE))  # fmt: skip
        held = (await session.exec(select(Meeting))).one()
        held.starts_at = after
    due = {"nudges": [1], "at": AT.isoformat()}
    openly, held = [await drawn(sqlite, "reminders", due, where=where) for where in (None, page)]

    assert SECRET in words(openly)
    assert SECRET not in words(held)
    assert "12月2日(水)" in words(held)
