"""Posts exactly once: before a second try we look for the first one, and post directly after looking."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery import claims
from bot.slack.sending.posting import Poster
from storage.models import OutboxRow


class Once(Poster):
    """Posts rows of the outbox; finds a message again by its key, and a file by its name."""

    def __init__(self, client: AsyncWebClient, clock: Callable[[], datetime]) -> None:
        super().__init__(client)
        self._clock = clock

    async def earlier(
        self, row: OutboxRow, channel: str, thread: str | None = None, *, look: bool = True
    ) -> str | None:
        """Wait for the channel's turn, then return the ts of an earlier try whose answer was lost.

        With None the row may be posted at once. Raises TryLater when the claim has become too short for that.
        """
        since = row.first_try_at or row.created_at
        return await self._looked(row, channel, look, lambda: self.find(channel, row.retry_uuid, since, thread))

    async def earlier_file(
        self, row: OutboxRow, channel: str, name: str, thread: str | None, *, look: bool = True
    ) -> str | None:
        """Do the same for a file, and return its id."""
        return await self._looked(row, channel, look, lambda: self.find_file(channel, name, thread))

    async def _looked(
        self, row: OutboxRow, channel: str, look: bool, find: Callable[[], Awaitable[str | None]]
    ) -> str | None:
        await self.turn(channel)
        found = await find() if look and claims.tried_before(row) else None
        claims.hold_for_a_call(row, self._clock())
        return found
