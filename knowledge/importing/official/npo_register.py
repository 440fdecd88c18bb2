"""The register of NPO corporations (内閣府 NPO法人ポータルサイト, 行政入力情報) and lists made like it.

The download (https://www.npo-homepage.go.jp/npoportal/download/all, gyousei_*.zip with one CSV in CP932) has a line
of names: 法人名称, 法人名称カナ, 所轄庁, 主たる事務所の所在地, 代表者氏名, 定款に記載された目的, 監督情報, 解散情報,
法人番号 and others, among them 活動分野１ to 活動分野２０ with a ○ where they apply. The names were compared with
public readers of the file; older ones and those of the portal's own pages are taken too.

Only the columns below are read. The representatives' names and telephone numbers in the register are personal data
that nobody needs to find an organisation, so they never get into the knowledge base.
"""

import re
from collections.abc import Mapping, Sequence
from hashlib import sha256

from knowledge.importing.cells import BadValue, text
from knowledge.importing.files.contents import Unreadable
from knowledge.importing.folding import folded
from knowledge.importing.formats import FileNotUnderstood, Header, Row
from knowledge.importing.layouts import Layout, begins_with, refuse_doubles
from knowledge.importing.official.corporate_numbers import corporate_number

SPELLINGS = {  # what we read: as the columns are called
    "number": ("法人番号", "法人番号(13桁)"),
    "name": ("法人名称", "特定非営利活動法人の名称", "法人の名称", "法人名", "団体名", "名称"),
    "kana": ("法人名称カナ", "法人名称(カナ)", "法人名称(フリガナ)", "法人名フリガナ", "法人名カナ", "フリガナ"),
    "authority": ("所轄庁", "所轄庁名"),
    "address": (
        "主たる事務所の所在地",
        "主たる事務所所在地",
        "主たる事務所",
        "事務所の所在地",
        "事務所所在地",
        "所在地",
    ),
    "purpose": ("定款に記載された目的", "定款の目的", "法人の目的", "設立の目的", "設立目的", "目的"),
    "field": ("活動分野", "活動の分野", "特定非営利活動の種類", "活動の種類"),
    "work": ("特定非営利活動に係る事業", "事業内容", "活動内容"),
    "certified": ("法人設立認証年月日", "設立認証年月日", "認証年月日"),
    "supervised": ("監督情報",),
    "dissolved": ("解散情報", "解散年月日", "解散日"),
    "url": ("法人情報URL", "ホームページURL", "ホームページ", "URL"),
}
# The 20 kinds of activity of the NPO law's appendix (特定非営利活動促進法 別表), in short.
FIELDS = (
    "保健・医療・福祉", "社会教育", "まちづくり", "観光", "農山漁村・中山間地域", "学術・文化・芸術・スポーツ",
    "環境の保全", "災害救援", "地域安全", "人権擁護・平和推進", "国際協力", "男女共同参画社会", "子どもの健全育成",
    "情報化社会", "科学技術の振興", "経済活動の活性化", "職業能力の開発・雇用機会の拡充", "消費者の保護",
    "団体の運営・活動に関する連絡・助言・援助", "条例で定める活動",
)  # fmt: skip
_MARKED = {f"活動分野{place}": field for place, field in enumerate(FIELDS, 1)}
SOURCE = "内閣府NPO法人ポータルサイト"
KIND = "特定非営利活動法人"
_OPTIONAL = {"kana": "kana", "purpose": "目的", "work": "活動内容", "certified": "設立認証年月日", "url": "url"}
_NEEDED = {"name", "address"}
_NOTHING = {"", "-", "ー", "―", "なし", "無", "×", "0"}
_WARD = re.compile(r"横浜市.{1,5}?区")
_CANCELLED = re.compile("認証.{0,2}取り?消")  # not 認定: that takes a tax privilege, not the corporation


class NpoRegister(Layout):
    """Every NPO corporation of Japan, of a prefecture or of a city."""

    name = "npo-register"

    def fits(self, cells: Sequence[str]) -> bool:
        """Recognise the register by what only it has: a name, an address and a purpose could be anybody's list."""
        found = _found(cells)
        return (
            found >= _NEEDED
            and bool(found & {"authority", "certified"})
            and "id" not in {folded(cell) for cell in cells}
        )

    def head(self, cells: Sequence[str]) -> Header:
        if not _found(cells) >= _NEEDED:
            raise FileNotUnderstood("NPO法人の一覧ではありません（1行目に法人名称と主たる事務所の所在地が必要です）。")
        refuse_doubles(cells)
        return Header(list(cells))

    def lies_in(self, row: Row, place: str) -> bool:
        said = _said(row)  # a dissolved corporation has no address any more, but its authority
        return begins_with(said["address"] or said["authority"], place)

    def ours(self, row: Row) -> Row:
        said, unread = _said(row), _unread(row)
        organisation = {
            "id": _id(said),
            "name": said["name"],
            "kana": said["kana"],
            "ward": _ward(said["address"]),
            "address": said["address"],
            "kind": KIND,
            "url": said["url"],
            "source": SOURCE,
            "目的": said["purpose"],
            "活動分野": _fields(row, said["field"]),
            "活動内容": said["work"],
            "所轄庁": said["authority"],
            "設立認証年月日": said["certified"],
        }
        known = {name: value for name, value in organisation.items() if value}
        return known | unread | {"retired": _is_gone(said), "former": []}


def _found(cells: Sequence[str]) -> set[str]:
    return {what for name in cells if (what := _OURS.get(folded(name)))}


def _said(row: Row) -> dict[str, str]:
    """Return the columns that are read, as text; of two that mean the same the first that says something.

    Raises BadValue when what an entry is known by, or whether it is gone, can't be read.
    """
    said = dict.fromkeys(SPELLINGS, "")
    for name, value in row.items():
        what = _OURS.get(folded(name))
        if what and not (what in _OPTIONAL and _is_unread(name, value)):
            said[what] = said[what] or text(name, value)
    return said


def _unread(row: Row) -> dict[str, Unreadable]:
    """Return the optional cells that can't be read, by the columns of ours that they would have filled."""
    cells = [(_OPTIONAL.get(_OURS.get(folded(name), "")), name, value) for name, value in row.items()]
    return {ours: Unreadable("欄が読めません") for ours, name, value in cells if ours and _is_unread(name, value)}


def _is_unread(name: str, value: object) -> bool:
    try:
        text(name, value)
    except BadValue:
        return True
    return False


def _id(said: Mapping[str, str]) -> str:
    """Return the corporate number, or what stays the same for as long as name and authority do."""
    if _is_told(said["number"]):
        return corporate_number("法人番号", said["number"])
    if not said["name"]:
        return ""
    return "npo-" + sha256(f"{folded(said['name'])}\n{folded(said['authority'])}".encode()).hexdigest()[:16]


def _fields(row: Row, named: str) -> str:
    """Return the fields of activity: in words, or told by a ○ in one of the 20 columns."""
    if _is_told(named):
        return named
    marks = {key: value for name, value in row.items() if (key := folded(name)) in _MARKED}
    return "、".join(field for key, field in _MARKED.items() if _is_told(text(key, marks.get(key))))


def _is_told(cell: str) -> bool:
    return folded(cell) not in _NOTHING


def _ward(address: str) -> str:
    hit = _WARD.search(folded(address))
    return hit[0] if hit else ""


def _is_gone(said: Mapping[str, str]) -> bool:
    return _is_told(said["dissolved"]) or bool(_CANCELLED.search(said["supervised"]))


_OURS = {folded(spelt): what for what, spellings in SPELLINGS.items() for spelt in spellings}
