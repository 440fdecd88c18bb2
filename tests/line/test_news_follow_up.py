"""How does it go: one message with three quick replies."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.cases import received
from bot.line.news.follow_up import NEWS, check_in
from storage.db import Database
from storage.models import CheckIn, Proposal, ProposalState, Stage

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)


@pytest.mark.parametrize("again", [False, True])
def test_it_is_asked_with_three_answers_to_tap(conformance: Any, again: bool) -> None:
    drawn = check_in("2026-0042", 17, again=again)

    request = {"to": "U1", "messages": drawn, "notificationDisabled": False}
    assert conformance.line_request("/v2/bot/message/push", request) == []
    assert "2026-0042" in drawn[0]["text"]
    assert ("先日" in drawn[0]["text"]) is again
    tapped = [item["action"] for item in drawn[0]["quickReply"]["items"]]
    assert [(one["label"], one["data"]) for one in tapped] == [
        ("順調", "tap=check_in&c=17&a=fine"),
        ("困りごと", "tap=check_in&c=17&a=trouble"),
        ("終了", "tap=check_in&c=17&a=over"),
    ]


@pytest.mark.parametrize(
    ("stage", "changed", "messages"),
    [
        (Stage.FOLLOW_UP, {}, 1),
        (Stage.FOLLOW_UP, {"answered_at": NOW}, 0),
        (Stage.FOLLOW_UP, {"dropped_at": NOW}, 0),
        (Stage.REALISATION, {}, 0),
    ],
)
async def test_what_is_settled_before_it_went_out_is_not_asked(
    sqlite: Database, stage: Stage, changed: dict[str, Any], messages: int
) -> None:
    async with sqlite.transaction() as session:
        proposal = Proposal(state=ProposalState.SENT, created_at=NOW, updated_at=NOW)
        session.add(proposal)
        await session.flush()
        case = await received.open_case(session, proposal, theme="", by="system", now=NOW, promised_by=None)
        case.stage = stage
        row = CheckIn(case_id=case.id or 0, months=1, due_at=NOW, asked_at=NOW, **changed)
        session.add(row)
        await session.flush()

        assert len(await NEWS["check_in"](session, {"check_in": row.id})) == messages
