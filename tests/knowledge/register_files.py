"""Files laid out like the official ones, with made-up corporations."""

import csv
import io
from pathlib import Path

from knowledge.importing.official.corporate_numbers import COLUMNS


def number(base: int) -> str:
    """Return the made-up corporate number of 12 digits, with its check digit (国税庁's published rule)."""
    digits = f"{base:012d}"
    odd, even = sum(map(int, digits[-1::-2])), sum(map(int, digits[-2::-2]))
    return f"{9 - (odd + even * 2) % 9}{digits}"


ONE, TWO, THREE = number(900000000001), number(900000000002), number(900000000003)


def corporation(corporate_number: str, name: str, **said: str) -> list[str]:
    """Return a line of the corporate-number file."""
    row = dict.fromkeys(COLUMNS, "")
    row |= {
        "一連番号": "1", "法人番号": corporate_number, "処理区分": "01", "訂正区分": "0", "更新年月日": "2026-03-31",
        "商号又は名称": name, "法人種別": "399", "都道府県名": "神奈川県", "市区町村名": "横浜市鶴見区",
        "丁目番地等": "見本町１丁目２番３号", "最新履歴": "1", "検索対象除外": "0",
    }  # fmt: skip
    return list((row | said).values())


def written(path: Path, *lines: list[str], encoding: str = "cp932") -> Path:
    """Write lines as the agencies do, every cell quoted."""
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(lines)
    path.write_bytes(text.getvalue().encode(encoding))
    return path
