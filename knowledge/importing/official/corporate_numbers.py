"""The file of all corporations that the National Tax Agency publishes (国税庁 法人番号公表サイト, 基本3情報).

Its columns and codes are as public readers of the format list them, and as the agency's page of downloads
(https://www.houjin-bangou.nta.go.jp/download/) describes the files: no line of names;
30 columns in this order; 処理区分 99 is a deletion; 最新履歴 is 1 for the state of today and 0 for an older one;
検索対象除外 is 1 for what the agency's own search leaves out. The file of all corporations (zenkoku, or one
prefecture) has states of today only, the daily differences have older ones too. Both come as ZIP, in Shift_JIS or
Unicode.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from knowledge.importing.cells import BadValue, text
from knowledge.importing.formats import FileNotUnderstood, Header, Row
from knowledge.importing.layouts import Layout, begins_with

COLUMNS = (
    "一連番号", "法人番号", "処理区分", "訂正区分", "更新年月日", "変更年月日",
    "商号又は名称", "商号又は名称イメージID", "法人種別", "都道府県名", "市区町村名", "丁目番地等",
    "所在地イメージID", "都道府県コード", "市区町村コード", "郵便番号", "国外所在地", "国外所在地イメージID",
    "登記記録の閉鎖等年月日", "登記記録の閉鎖等の事由", "承継先法人番号", "変更事由の詳細", "法人番号指定年月日",
    "最新履歴", "商号又は名称(英語表記)", "都道府県(英語表記)", "市区町村丁目番地等(英語表記)",
    "国外所在地(英語表記)", "フリガナ", "検索対象除外",
)  # fmt: skip
DELETED = "99"
SOURCE = "国税庁法人番号公表サイト"
_READ = (
    "法人番号", "処理区分", "更新年月日", "商号又は名称", "法人種別", "市区町村名", "丁目番地等", "郵便番号",
    "国外所在地", "登記記録の閉鎖等年月日", "商号又は名称(英語表記)", "フリガナ", "検索対象除外",
)  # fmt: skip
_NUMBER = re.compile(r"[1-9]\d{12}", re.ASCII)


def is_corporate_number(number: str) -> bool:
    """Say whether these are 13 digits whose first is the check digit of the others."""
    if not _NUMBER.fullmatch(number):
        return False
    weighed = sum(int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(number[1:])))
    return int(number[0]) == 9 - weighed % 9


def corporate_number(name: str, value: object) -> str:
    """Return a cell as a corporate number, whatever the width of its digits; raises BadValue."""
    number = unicodedata.normalize("NFKC", text(name, value))
    if not is_corporate_number(number):
        raise BadValue(f"{name} が13桁の正しい番号ではありません（検査数字が合いません）")
    return number


class CorporateNumbers(Layout):
    """Every corporation of Japan or of a prefecture."""

    name = "corporate-number"

    def fits(self, cells: Sequence[str]) -> bool:
        """Recognise the file by its first line."""
        return len(cells) == len(COLUMNS) and is_corporate_number(cells[1])

    def head(self, cells: Sequence[str]) -> Header:
        if not self.fits(cells):
            raise FileNotUnderstood(
                "法人番号公表サイトのCSVではありません（1行目は30列で、2列目が法人番号のはずです）。"
            )
        return Header(list(COLUMNS), is_row=True)

    def lies_in(self, row: Row, place: str) -> bool:
        return begins_with(_domestic(row), place)

    def is_older(self, row: Row) -> bool:
        return text("最新履歴", row.get("最新履歴")) == "0"

    def ours(self, row: Row) -> Row:
        said = {name: text(name, row.get(name)) for name in _READ}
        number = corporate_number("法人番号", said["法人番号"])
        if self.is_older(row):
            return {"id": number, "former": [said["商号又は名称"]]}
        organisation = {
            "id": number,
            "name": said["商号又は名称"],
            "kana": said["フリガナ"],
            "ward": said["市区町村名"],
            "address": _domestic(row) + said["丁目番地等"] or said["国外所在地"],
            "kind": said["法人種別"],
            "source": f"{SOURCE}（{said['更新年月日']}更新）",
            "郵便番号": said["郵便番号"],
            "英語表記": said["商号又は名称(英語表記)"],
        }
        known = {name: value for name, value in organisation.items() if value}  # what it leaves open stays as it is
        return known | {"retired": _is_gone(said), "former": []}


def _domestic(row: Row) -> str:
    return text("都道府県名", row.get("都道府県名")) + text("市区町村名", row.get("市区町村名"))


def _is_gone(said: Mapping[str, str]) -> bool:
    return said["処理区分"] == DELETED or said["登記記録の閉鎖等年月日"] != "" or said["検索対象除外"] == "1"
