"""Dates as people write them: a day, a month, a year or a fiscal year, each in one form that can be compared."""

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

FIRST_YEAR, LAST_YEAR = 1800, 2200
# The year before the first of an era (元号法 and the notices of 改元). An era is also written as one sign or letter.
ERAS = {"明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018}
LETTERS = dict(zip("MTSHR", ERAS, strict=True)) | {era[0]: era for era in ERAS}
NUMERALS = {numeral: str(number) for number, numeral in enumerate("〇一二三四五六七八九")}
_ERA = f"(?P<era>{'|'.join([*ERAS, *LETTERS])})"
_YEAR = rf"(?:{_ERA}(?P<of_era>元|\d{{1,2}})|(?:西暦|FY)?(?P<western>\d{{4}}))"
_WRITTEN = re.compile(
    rf"{_YEAR}(?:(?P<fiscal>年度)(?P<year_end>末)?|年(?P<december>末)|年|\.0"
    rf"|(?P<gap>年|[./-])(?P<month>\d{{1,2}})(?:(?:月|(?P=gap))(?P<day>\d{{1,2}})日?|月(?P<month_end>末日?)?)?)?"
)
_DIGITS = re.compile(rf"(?:{_ERA}(?P<of_era>\d\d)|(?P<western>\d{{4}}))(?P<month>\d\d)(?P<day>\d\d)?")
_AFTER = re.compile(r"(T?\d{1,2}:\d\d(:\d\d(\.\d+)?)?|現在|時点|付け?)$")
_GAPS = re.compile(r"\s+")
_BRACKETS = re.compile(r"\(([^()]*)\)")
_WEEKDAY = re.compile("[月火水木金土日](曜日?)?|祝|現在|時点")
_TENS = re.compile("([一二三四五六七八九])?十([一二三四五六七八九])?")
# A spreadsheet writes both January and October so, when it takes the text for a number.
_TWO_MONTHS = re.compile(r"\d{4}\.1")


@dataclass(frozen=True)
class Period:
    """What a date names, in the one form it has here, and the last day of it."""

    key: str  # 2024-04-01, 2024-04, 2024 or 2024年度
    last: date


@lru_cache(4096)  # a list of figures has few dates
def read(said: str) -> Period | None:
    """Return what a text names, or None when it names no date, two, or one that doesn't exist."""
    plain = _plain(said)
    period = _read(_BRACKETS.sub("", plain))
    beside = [one for one in _BRACKETS.findall(plain) if not _WEEKDAY.fullmatch(one)]
    if period and all((other := _read(one)) and other.key[:4] == period.key[:4] for one in beside):
        return period
    return None


def last_day(said: str) -> date:
    """Return the day a figure is true of, to put figures in order; what can't be read is older than all others."""
    period = read(said)
    return period.last if period else date.min


def _plain(said: str) -> str:
    """Return the text in one width and with plain digits."""
    text = _GAPS.sub(" ", unicodedata.normalize("NFKC", said)).strip()
    text = _GAPS.sub("", re.sub(r" (?=\d{1,2}:\d\d)", "T", text)).upper()
    text = _TENS.sub(lambda hit: f"{NUMERALS.get(hit[1], '1')}{NUMERALS.get(hit[2], '0')}", text)
    return "".join(NUMERALS.get(sign, sign) for sign in text)


def _read(plain: str) -> Period | None:
    while (shorter := _AFTER.sub("", plain)) != plain:
        plain = shorter
    hit = None if _TWO_MONTHS.fullmatch(plain) else _DIGITS.fullmatch(plain) or _WRITTEN.fullmatch(plain)
    parts = hit.groupdict() if hit else {}
    year = _year(parts) if parts else 0
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    if plain.startswith("FY"):
        parts["fiscal"] = "FY"
    try:
        return _period(year, parts)
    except ValueError:  # the 30th of February
        return None


def _year(parts: dict[str, str | None]) -> int:
    if western := parts["western"]:
        return int(western)
    era, number = parts["era"] or "", parts["of_era"] or ""
    return ERAS[LETTERS.get(era, era)] + (1 if number == "元" else int(number))


def _period(year: int, parts: dict[str, str | None]) -> Period:
    """Return a fiscal year from April (地方自治法 第208条), a year, a month or a day."""
    if parts.get("fiscal"):
        end = date(year + 1, 3, 31)
        return _day(end) if parts["year_end"] else Period(f"{year}年度", end)
    if not parts["month"]:
        end = date(year, 12, 31)
        return _day(end) if parts["december"] else Period(f"{year}", end)
    month = int(parts["month"])
    if parts["day"]:
        return _day(date(year, month, int(parts["day"])))
    end = date(year, month, 1).replace(day=monthrange(year, month)[1])
    return _day(end) if parts.get("month_end") else Period(f"{end:%Y-%m}", end)


def _day(day: date) -> Period:
    return Period(day.isoformat(), day)
