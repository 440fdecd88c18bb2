"""Dates as people here read them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")
_WEEKDAYS = "月火水木金土日"


def day(when: date | None) -> str:
    """Return 11月25日(水), in Tokyo where it is a moment; nothing where there is none."""
    if when is None:
        return ""
    local = when.astimezone(TOKYO) if isinstance(when, datetime) else when
    return f"{local.month}月{local.day}日({_WEEKDAYS[local.weekday()]})"


def clock(moment: datetime | None) -> str:
    """Return 11月25日(水) 14:05 in Tokyo; nothing where there is no moment."""
    return f"{day(moment)} {moment.astimezone(TOKYO):%H:%M}" if moment else ""
