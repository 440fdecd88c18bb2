"""Waiting for something outside that tells nobody: another process, a screen."""

import asyncio
import inspect
import time
from collections.abc import Callable
from typing import Any

from tests import pace


async def until(true: Callable[[], Any], what: str, seconds: float, pause: Callable[[], float] = lambda: 0.03) -> Any:
    """Look again and again, and return what is true in the end; it may be a coroutine function."""
    end = time.monotonic() + pace.within(seconds)
    while True:
        found = true()
        if found := await found if inspect.isawaitable(found) else found:
            return found
        assert time.monotonic() < end, f"{what} never came"
        await asyncio.sleep(pause())
