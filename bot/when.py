"""Dates as people here read them."""

from datetime import datetime
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")
_WEEKDAYS = "月火水木金土日"


def day(moment: datetime) -> str:
    """Return 11月25日(水) in Tokyo."""
    local = moment.astimezone(TOKYO)
    return f"{local.month}月{local.day}日({_WEEKDAYS[local.weekday()]})"


def clock(moment: datetime) -> str:
    """Return 11月25日(水) 14:05 in Tokyo."""
    return f"{day(moment)} {moment.astimezone(TOKYO):%H:%M}"
