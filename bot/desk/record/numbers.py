"""Case numbers: fiscal year and running number, such as 2026-0042."""

import re
from datetime import datetime
from unicodedata import normalize

from sqlalchemy import text
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.when import TOKYO

# One statement, the same on both databases: two at once get two numbers, a rolled back one leaves no gap.
_COUNT = text(
    "INSERT INTO counter (name, value) VALUES (:name, 1)"
    " ON CONFLICT (name) DO UPDATE SET value = counter.value + 1 RETURNING value"
)
# Between year and number: any dash, what people take for one (also 一, one in kanji), a blank, or nothing.
_TYPED = re.compile(r"(?<![\d-])(\d{4})(?:\s*[-\u2010-\u2015\u2212ー一~_/ ]\s*(\d{1,9})|(\d{4}))(?![-/]?\d)")


async def next_number(session: AsyncSession, now: datetime) -> str:
    """Return the next number of the fiscal year that `now` falls into; past 9999 it just grows."""
    year = fiscal_year(now)
    value = await session.scalar(_COUNT, {"name": f"case:{year}"})
    return f"{year}-{value:04d}"


def fiscal_year(now: datetime) -> int:
    """Return the fiscal year, which begins on 1 April in Tokyo."""
    local = now.astimezone(TOKYO)
    return local.year if local.month >= 4 else local.year - 1


def read_number(typed: str) -> str:
    """Return the one number in a text as we write it, from one as people type or copy it: ２０２６ー４２ is 2026-0042.

    What holds none, or several, stays as it is.
    """
    plain = normalize("NFKC", typed).replace("\0", "").strip()
    found = _TYPED.findall(plain)
    if len(found) != 1:
        return plain
    year, number, joined = found[0]
    return f"{int(year)}-{int(number or joined):04d}"
