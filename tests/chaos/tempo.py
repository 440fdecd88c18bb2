"""The hub's waits, all of them shorter by the same factor, so that a minute's lease needn't be waited for."""

from datetime import timedelta
from typing import Any

import aiohttp

from bot import app, clock, errors
from bot.delivery import breaker, claims
from bot.hearing.rasa import Rasa
from bot.line import transport as line
from bot.slack.sending import pace as slack
from tests import pace

FASTER = 8.0 / pace.slowness()  # a slower machine needs longer leases: what is at work must not lose its own
SOON = 0.2  # seconds: a jump of the clock lasts one or two, and must not pass unseen


def hurry(factor: float) -> None:
    """Divide every lease, timeout and pause by `factor`; how they stand to each other stays as it is."""
    claims.LEASE = claims.LEASE / factor
    claims.WORK_LIMIT = claims.WORK_LIMIT / factor
    breaker.RESTS = breaker.RESTS / factor
    line.TIMEOUT = aiohttp.ClientTimeout(total=10 / factor, connect=4 / factor)
    Rasa.__init__.__kwdefaults__ = {"timeout": 10 / factor}
    slack.Pace.__init__.__defaults__ = (factor, 3)
    slack.LONGEST = slack.LONGEST / factor
    clock.ASK = SOON
    _shorten_backoff(factor)
    _shorten_try_later(factor)
    _hurry_slack(10 / factor)


def _shorten_backoff(factor: float) -> None:
    real = claims.backoff

    def backoff(attempts: int) -> timedelta:
        return real(attempts) / factor

    claims.backoff = backoff


def _shorten_try_later(factor: float) -> None:
    real: Any = errors.TryLater.__init__

    def init(self: errors.TryLater, reason: str, *, after: float = 5.0) -> None:
        real(self, reason, after=after / factor)

    errors.TryLater.__init__ = init  # type: ignore[method-assign]


def _hurry_slack(seconds: float) -> None:
    real: Any = app._slack_client

    def client(*args: Any) -> Any:
        made = real(*args)
        made.timeout = seconds  # the SDK's type is int; aiohttp takes both
        return made

    app._slack_client = client  # type: ignore[assignment]
