"""How fast we may write to Slack: about one post a second in a channel, a few in a row; a card once a second."""

import asyncio

from bot.errors import DeliveryError

MANY = 1_000  # channels or cards, after which those whose turn has passed are forgotten
LONGEST = 10.0  # seconds a send may wait for its turn; after them the row goes back to its queue


class Pace:
    """Turns of each channel, as a token bucket."""

    def __init__(self, per_second: float = 1.0, burst: int = 3) -> None:
        self._step = 1 / per_second
        self._slack = self._step * (burst - 1)
        self._next: dict[str, float] = {}  # when the channel's next regular turn is
        self._rests: dict[str, float] = {}  # until when Slack asked us to leave the channel alone

    async def turn(self, channel: str) -> None:
        """Wait for the channel's next turn, or raise DeliveryError when it is too far away."""
        now = asyncio.get_running_loop().time()
        due = max(self._next.get(channel, 0.0), now - self._slack)
        if due - now > LONGEST:
            raise DeliveryError("the channel is busy", after=due - now, hold=channel)
        if len(self._next) >= MANY:
            self._next = {one: at for one, at in self._next.items() if at > now}
        self._next[channel] = due + self._step
        await asyncio.sleep(max(0.0, due - now))
        if (left := self._rests.get(channel, 0.0) - asyncio.get_running_loop().time()) > 0:
            raise DeliveryError("Slack asked to wait meanwhile", after=left, hold=channel)

    def rest(self, channel: str, seconds: float) -> None:
        """Give no turn for as long as Slack asked."""
        now = asyncio.get_running_loop().time()
        self._rests = {one: until for one, until in self._rests.items() if until > now} | {channel: now + seconds}
        self._next[channel] = max(self._next.get(channel, 0.0), now + seconds + self._slack)
