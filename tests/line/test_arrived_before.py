"""A repetition that LINE refuses, since the message is there already: it is there since the first attempt."""

from datetime import UTC, datetime, timedelta

import pytest
from linebot.v3.messaging import ApiException

from bot.delivery import claims
from bot.line.transport import _judged
from storage.models import OutboxRow

FIRST = datetime(2026, 11, 24, 3, tzinfo=UTC)
AGAIN = FIRST + timedelta(seconds=30)


@pytest.mark.parametrize(("status", "body"), [(409, "accepted already"), (400, "Invalid reply token")])
def test_what_arrived_before_is_on_the_screen_since_the_first_attempt(status: int, body: str) -> None:
    row = OutboxRow(
        key="k", dest="line", conv="line:1", kind="turn", retry_uuid="u", attempts=2, sent_as="reply",
        first_try_at=FIRST, next_at=AGAIN, created_at=FIRST, lease_until=AGAIN + claims.LEASE,
    )  # fmt: skip
    refused = ApiException(status=status)
    refused.body = body

    assert _judged(row, refused, AGAIN).started_at == FIRST
