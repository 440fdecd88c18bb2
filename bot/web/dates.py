"""Dates as the readers of a page write them, in Tokyo."""

from collections.abc import Mapping
from datetime import datetime

from bot.when import TOKYO


def day(t: Mapping[str, str], moment: datetime) -> str:
    """Return 11月25日(水), or what the words of a language make of it."""
    local = moment.astimezone(TOKYO)
    weekday, month = t["weekdays"].split()[local.weekday()], t["months"].split()[local.month - 1]
    return t["date"].format(weekday=weekday, day=local.day, month=month)


def clock(t: Mapping[str, str], moment: datetime) -> str:
    """Return the day and 14:05."""
    return t["moment"].format(date=day(t, moment), time=f"{moment.astimezone(TOKYO):%H:%M}")
