"""The whole simulated world, in memory."""

import asyncio
import time
from collections.abc import Coroutine
from typing import Any

from deploy.simulator.config import Config
from deploy.simulator.faults import Faults
from deploy.simulator.hub import Hub
from deploy.simulator.line.phones import Phones
from deploy.simulator.live import Live
from deploy.simulator.slack.workspace import Workspace
from deploy.simulator.wire import Wire

Json = dict[str, Any]


class World:
    """Both platforms, their people, the wire between them and the hub, and the trouble to come."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.live = Live()
        self.wire = Wire(lambda: self.live.changed("wire"))
        self.hub = Hub(self.wire)
        self.faults = Faults()
        self.phones = Phones(config)
        self.workspace = Workspace(config, self.now)
        self.ahead = 0.0  # seconds that the simulated world is ahead of the real one
        self.crowd: Json = {}  # how far the hundred citizens are
        self._running: set[asyncio.Task[Any]] = set()

    def now(self) -> float:
        """The time on both platforms, in seconds since 1970."""
        return time.time() + self.ahead

    def start(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Do something beside the answer, as the platforms do; ended when the world ends."""
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def close(self) -> None:
        """End what still runs and close the way to the hub."""
        for task in list(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        await self.hub.close()
