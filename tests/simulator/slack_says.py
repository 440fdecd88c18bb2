"""What Slack answers, as tests ask for it."""

from collections.abc import Awaitable
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError


async def refused(call: Awaitable[Any]) -> Any:
    """Return what a call was refused with."""
    with pytest.raises(SlackApiError) as caught:
        await call
    return caught.value.response
