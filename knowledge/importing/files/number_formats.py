"""What a cell of a workbook shows: the number formats behind which a value and what people read of it differ."""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

# Excel's built-in formats in Japanese, which a file names by number and without their code (ECMA-376 Part 1, 18.8.30).
JAPANESE = {
    27: "[$-411]ge.m.d", 28: '[$-411]ggge"年"m"月"d"日"', 29: '[$-411]ggge"年"m"月"d"日"', 30: "m/d/yy",
    31: 'yyyy"年"m"月"d"日"', 32: 'h"時"mm"分"', 33: 'h"時"mm"分"ss"秒"', 34: 'yyyy"年"m"月"', 35: 'm"月"d"日"',
    36: "[$-411]ge.m.d", 50: "[$-411]ge.m.d", 51: '[$-411]ggge"年"m"月"d"日"', 52: 'yyyy"年"m"月"', 53: 'm"月"d"日"',
    54: '[$-411]ggge"年"m"月"d"日"', 55: 'yyyy"年"m"月"', 56: 'm"月"d"日"', 57: "[$-411]ge.m.d",
    58: '[$-411]ggge"年"m"月"d"日"',
}  # fmt: skip
_LITERAL = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.')
_NUMBER = re.compile(r'(?:"([^"]*)")?(0{2,})(?:"([^"]*)")?')  # 00000, "R5-"000
_ESCAPED = re.compile("_x00([01][0-9A-Fa-f])_")  # a control character, as a workbook writes it (ST_Xstring)


def shown(value: Any, code: str) -> Any:
    """Return a cell's value as its format shows it: 00123, 25.3%, and a month where no day is shown."""
    code = (code or "General").split(";")[0]
    if isinstance(value, str):
        return _ESCAPED.sub(lambda hit: chr(int(hit[1], 16)), value)
    if isinstance(value, (datetime, date)):
        return _dated(value, set(_LITERAL.sub("", code).lower()))
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _numbered(value, code)
    return value


def _dated(value: datetime | date, letters: set[str]) -> Any:
    if letters & set("dhs") or not letters & set("yeg"):
        return value
    return f"{value:%Y-%m}" if "m" in letters else f"{value:%Y}"


def _numbered(value: int | float, code: str) -> Any:
    if "%" in _LITERAL.sub("", code):
        return f"{(Decimal(str(value)) * 100).normalize():f}%"
    hit = _NUMBER.fullmatch(code)
    if hit and value == int(value) >= 0:
        return f"{hit[1] or ''}{int(value):0{len(hit[2])}}{hit[3] or ''}"
    return value
