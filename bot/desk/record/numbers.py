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
    """Return a number as we write it, from one as people type it: ２０２６ー４２ is 2026-0042."""
    plain = normalize("NFKC", typed).strip()
    match = re.fullmatch(r"\W*(?:no\b|番号)?\W*(\d{4})\s*[-ー‐‑–—−_\s]\s*(\d+)\W*", plain, re.IGNORECASE)
    return f"{match[1]}-{int(match[2]):04d}" if match else plain
