"""How fast this machine is just now, and what that makes of the deadlines in the tests: nothing else knows."""

import hashlib
import time
from functools import cache

USUAL = 0.04  # seconds the work below takes on the machine whose time the deadlines are written in
PATIENCE = 4.0  # the machine may become so much slower after we measured; a wait that succeeds costs nothing
SLOWEST = 10.0  # beyond this something else is wrong


def within(seconds: float) -> float:
    """Return how long to wait here for what takes less than `seconds` on the usual machine."""
    return seconds * PATIENCE * slowness()


@cache
def slowness() -> float:
    """Return how many times slower than the usual machine this one is, measured once; at least 1."""
    began, digest = time.perf_counter(), b""
    for _ in range(100_000):
        digest = hashlib.sha256(digest).digest()
    return min(max(1.0, (time.perf_counter() - began) / USUAL), SLOWEST)
