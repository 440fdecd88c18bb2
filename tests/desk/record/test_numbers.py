"""Case numbers across the year's end, in parallel, and as people type them."""

import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.record.numbers import fiscal_year, next_number, read_number
from storage.db import Database
from storage.models import Counter

JST = timezone(timedelta(hours=9))
MARCH = datetime(2027, 3, 31, 23, 59, tzinfo=JST)


async def _next(database: Database, now: datetime) -> str:
    async with database.transaction() as session:
        return await next_number(session, now)


async def test_numbers_begin_anew_on_the_first_of_april(database: Database) -> None:
    april = MARCH + timedelta(minutes=1)

    given = [await _next(database, now) for now in (MARCH, MARCH, april, april, MARCH)]

    assert given == ["2026-0001", "2026-0002", "2027-0001", "2027-0002", "2026-0003"]


async def test_many_at_once_get_a_number_each(database: Database) -> None:
    given = await asyncio.gather(*(_next(database, MARCH) for _ in range(12)))

    assert sorted(given) == [f"2026-{n:04d}" for n in range(1, 13)]


async def test_a_number_that_was_not_kept_leaves_no_gap(database: Database) -> None:
    async with database.reading() as session:
        assert await next_number(session, MARCH) == "2026-0001"

    assert await _next(database, MARCH) == "2026-0001"


async def test_after_9999_the_number_grows(database: Database) -> None:
    async with database.transaction() as session:
        session.add(Counter(name="case:2026", value=9998))

    assert [await _next(database, MARCH), await _next(database, MARCH)] == ["2026-9999", "2026-10000"]


def test_the_year_is_told_by_the_clock_in_yokohama() -> None:
    assert fiscal_year(datetime(2027, 3, 31, 14, 59, tzinfo=UTC)) == 2026
    assert fiscal_year(datetime(2027, 3, 31, 15, 0, tzinfo=UTC)) == 2027


AS_IN_SLACK = ("*2026-0042*", "`2026-0042`", "「2026-0042」", "No.2026-0042", "2026 0042", "2026_0042", "2026−0042")


@pytest.mark.parametrize(
    "typed",
    ["2026-0042", " 2026-42 ", "２０２６－００４２", "2026ー42", "#2026-0042", "受付番号：2026-0042", "No.2026-0042",
     "第2026-0042号", "「2026-0042」です", "2026―0042", "2026～0042", "2026一0042", "2026 0042", "20260042",
     "2026-0042\0", "2026- 42", *AS_IN_SLACK],
)  # fmt: skip
def test_a_number_is_understood_as_people_type_it(typed: str) -> None:
    assert read_number(typed) == "2026-0042"


@pytest.mark.parametrize("typed", ["mine", "2026-11-25", "2026-0042 2026-0043", "12026-0042", "045-671-0613", "42"])
def test_other_words_stay_words(typed: str) -> None:
    assert read_number(typed) == typed


@given(
    year=st.integers(2020, 2099), number=st.integers(1, 12_345),
    before=st.sampled_from(["", "受付番号：", "No.", "第", "（"]), after=st.sampled_from(["", "号", "です。", "）"]),
    dash=st.sampled_from("-－‐‑–—―−ーｰ～ "), wide=st.booleans(),
)  # fmt: skip
def test_a_number_is_found_whatever_stands_around_it(
    year: int, number: int, before: str, after: str, dash: str, wide: bool
) -> None:
    digits = f"{year}{dash}{number:04d}"
    typed = digits.translate({code: code + 0xFEE0 for code in range(0x30, 0x3A)}) if wide else digits

    assert read_number(f"{before}{typed}{after}") == f"{year}-{number:04d}"
