"""What a cell of a workbook shows: the number formats behind which a value and what people read of it differ."""

import math
import operator
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from openpyxl.utils.datetime import WINDOWS_EPOCH, from_excel  # type: ignore[import-untyped]  # ships no types

# Excel's built-in formats in Japanese, which a file names by number and without their code (ECMA-376 Part 1, 18.8.30).
JAPANESE = {
    27: "[$-411]ge.m.d", 28: '[$-411]ggge"年"m"月"d"日"', 29: '[$-411]ggge"年"m"月"d"日"', 30: "m/d/yy",
    31: 'yyyy"年"m"月"d"日"', 32: 'h"時"mm"分"', 33: 'h"時"mm"分"ss"秒"', 34: 'yyyy"年"m"月"', 35: 'm"月"d"日"',
    36: "[$-411]ge.m.d", 50: "[$-411]ge.m.d", 51: '[$-411]ggge"年"m"月"d"日"', 52: 'yyyy"年"m"月"', 53: 'm"月"d"日"',
    54: '[$-411]ggge"年"m"月"d"日"', 55: 'yyyy"年"m"月"', 56: 'm"月"d"日"', 57: "[$-411]ge.m.d",
    58: '[$-411]ggge"年"m"月"d"日"',
}  # fmt: skip
_LITERAL = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|[_*].')
# A section's pieces: words, a condition or colour, a sign as it is, one that is only a blank, a place for a digit.
_PIECE = re.compile(r'"([^"]*)"|\[([^\]]*)\]|\\(.)|[_*].|(.)', re.DOTALL)
_SECTION = re.compile(r'(?:"[^"]*"|\[[^\]]*\]|\\.|[^;])*')
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?[0-9.]+)\]")
_HOLDS: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq, "<>": operator.ne,
}  # fmt: skip
_SCALED = re.compile(r"[0#?](,+)(?![0#?,])")  # a comma behind the last digit leaves out three of them
_ESCAPED = re.compile("_x(005F|00[01][0-9A-Fa-f])_")  # a control character, as a workbook writes it (ST_Xstring)


def shown(value: Any, code: str, epoch: datetime = WINDOWS_EPOCH) -> Any:
    """Return a cell's value as its format shows it: 00123, 231-0023, 25.3%, 30:15, a month where no day is shown."""
    code = code or "General"
    if isinstance(value, str):
        return _ESCAPED.sub(lambda hit: chr(int(hit[1], 16)), value)
    if isinstance(value, (datetime, date)):
        return _dated(value, _letters(code))
    if isinstance(value, timedelta):
        return _lasting(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _numbered(value, code, epoch)
    return value


def escaped(text: str) -> str:
    """Return words as a workbook keeps them: what looks like one of its escapes is escaped itself."""
    return re.sub("_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text)


def _letters(code: str) -> set[str]:
    return set(_LITERAL.sub("", code.split(";")[0]).lower())


def _dated(value: datetime | date, letters: set[str]) -> Any:
    if letters & set("hs") or not letters & set("yegd"):
        return value
    if "d" in letters:  # a moment a second before midnight is shown as its day
        return datetime.combine(value, time()) if isinstance(value, datetime) else value
    return f"{value:%Y-%m}" if "m" in letters else f"{value:%Y}"


def _lasting(value: timedelta) -> str:
    """Return how long something lasts in hours, also where it is more than a day."""
    seconds = round(abs(value).total_seconds())
    minutes, rest = divmod(seconds, 60)
    said = f"{minutes // 60}:{minutes % 60:02}" + (f":{rest:02}" if rest else "")
    return f"-{said}" if value < timedelta() else said


def _numbered(value: int | float, code: str, epoch: datetime) -> Any:
    if not math.isfinite(value) or "general" in code.lower():
        return value
    section = _section(value, code)
    bare = _LITERAL.sub("", section).lower()
    if "%" in bare:
        return f"{(Decimal(str(value)) * 100).normalize():f}%"
    if set(bare) & set("ge") and not set(bare) & set("0#?"):  # 令和6年: a day of which only the year is shown
        return _dated(from_excel(value, epoch), set(bare))
    if scaled := _SCALED.search(bare):
        places = re.search(r"\.([0#?]+)", bare)
        return float(round(Decimal(str(value)) / 1000 ** len(scaled[1]), len(places[1]) if places else 0))
    return _in_places(value, section) if value == int(value) else value


def _section(value: float, code: str) -> str:
    """Return the part of a format that is for a value: by its conditions, or else by its sign."""
    sections = [hit[0] for hit in _SECTION.finditer(code) if hit[0]]
    conditions = [_CONDITION.search(one) for one in sections]
    if any(conditions):
        meets = (one for one, said in zip(sections, conditions, strict=True) if _meets(value, said))
        return next(meets, sections[-1])
    place = 1 if value < 0 else 2 if value == 0 else 0
    return sections[place] if place < len(sections) else sections[0] if sections else ""


def _meets(value: float, said: re.Match[str] | None) -> bool:
    return said is None or _HOLDS[said[1]](value, float(said[2]))


def _in_places(value: int | float, section: str) -> Any:
    """Return a whole number with its zeros, and with the signs that stand before or among its digits."""
    pieces = [_piece(hit) for hit in _PIECE.finditer(section)]
    places = [at for at, (_, is_place) in enumerate(pieces) if is_place]
    if value < 0 or not places or any(sign in (",", ".", "E", "e", "/") for sign, _ in pieces):
        return value
    among = any(sign and not is_place for sign, is_place in pieces[places[0] : places[-1]])
    zeros = sum(sign == "0" for sign, is_place in pieces if is_place)
    if not among and zeros < 2:
        return value
    digits = list(str(int(value)))
    made = [sign for sign, _ in pieces]
    for at in reversed(places):
        made[at] = digits.pop() if digits else "0" if made[at] == "0" else ""
    made[places[0]] = "".join(digits) + made[places[0]]
    return "".join(made).strip()


def _piece(hit: re.Match[str]) -> tuple[str, bool]:
    """Return what a piece of a format shows, and whether a digit stands in its place."""
    words, _, escape, sign = hit.groups()
    return words or escape or sign or "", bool(sign) and sign in "0#?"
