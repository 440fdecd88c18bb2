"""The 18 wards of Yokohama: found in running text, and recognised when somebody types one."""

import re
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from knowledge.language.text import fold, katakana

WHOLE_CITY = "市全域"
READINGS = {
    "鶴見区": "ツルミ", "神奈川区": "カナガワ", "西区": "ニシ", "中区": "ナカ", "南区": "ミナミ",
    "港南区": "コウナン", "保土ケ谷区": "ホドガヤ", "旭区": "アサヒ", "磯子区": "イソゴ", "金沢区": "カナザワ",
    "港北区": "コウホク", "緑区": "ミドリ", "青葉区": "アオバ", "都筑区": "ツヅキ", "戸塚区": "トツカ",
    "栄区": "サカエ", "泉区": "イズミ", "瀬谷区": "セヤ",
}  # fmt: skip
WARDS = tuple(READINGS)

# Without 区 the others are everyday words, a prefecture, or names of people and places elsewhere.
SHORT = ("鶴見", "港南", "保土ケ谷", "磯子", "金沢", "港北", "都筑", "戸塚", "瀬谷")
NOT_A_WARD = "(?!区|市|川|さん|様|氏|君|先生)"
OTHER_CITIES = "札幌|仙台|さいたま|千葉|川崎|相模原|新潟|静岡|浜松|名古屋|京都|大阪|堺|神戸|岡山|広島|北九州|福岡|熊本"
_ROMAJI = {
    "tsurumi": "鶴見区", "kanagawa": "神奈川区", "nishi": "西区", "naka": "中区", "minami": "南区",
    "konan": "港南区", "hodogaya": "保土ケ谷区", "asahi": "旭区", "isogo": "磯子区", "kanazawa": "金沢区",
    "kohoku": "港北区", "midori": "緑区", "aoba": "青葉区", "tsuzuki": "都筑区", "totsuka": "戸塚区",
    "sakae": "栄区", "izumi": "泉区", "seya": "瀬谷区",
}  # fmt: skip
_CITY_WORDS = re.compile(
    r"(横浜|市|全|域|体|区|内|じゅう|中|どこでも|の|すべて|全部|18|十八)*(全|市内|横浜市|どこでも|すべて)(横浜|市|域|体|区|内|部|の)*"
)
_BEFORE = re.compile(r"^(神奈川県)?(横浜市|よこはまし|横浜)(?=.)")
_AFTER = re.compile(r"[\s、。,.!?]+|(です|だ|かな|あたり|付近)[\s、。,.!?]*$")
_MISSPELT = {"都築": "都筑区", "保土谷": "保土ケ谷区", "程ケ谷": "保土ケ谷区", "瀬屋": "瀬谷区"}
CLOSE, CLEAR_LEAD = 65, 15  # RapidFuzz ratios, set by hand on typed examples
LONGEST_NAME = 20


@dataclass(frozen=True)
class WardMatch:
    """The ward that was meant, or None and at most three it could be."""

    ward: str | None
    candidates: list[str]


def _plain(text: str) -> str:
    """Fold spellings of ward names: widths, ヶ/ケ/が, ー."""
    return re.sub("[ヶが](?=谷)", "ケ", fold(text)).replace("ー", "")


def _pattern() -> re.Pattern[str]:
    kana = [katakana_name + "区" for katakana_name in READINGS.values()]
    full = sorted((*WARDS, *kana, *(hiragana(name) for name in kana)), key=len, reverse=True)
    short = "|".join(SHORT)
    return re.compile(f"(?P<other>{OTHER_CITIES})市(?:{'|'.join(full)})|(?P<full>{'|'.join(full)})"
                      f"|(?P<short>{short}){NOT_A_WARD}")  # fmt: skip


def hiragana(text: str) -> str:
    """Return the text with every katakana as hiragana."""
    return "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in text)


def find(text: str) -> list[str]:
    """Return the wards named in running text, in the order they come; 「鶴見」 counts, 「中」 alone doesn't."""
    found: dict[str, None] = {}
    for hit in _PATTERN.finditer(_plain(text)):
        if hit["full"]:
            found[_canonical(hit["full"])] = None
        elif hit["short"]:
            found[hit["short"] + "区"] = None
    return list(found)


def _canonical(name: str) -> str:
    return _BY_READING.get(katakana(name).removesuffix("区"), name)


def exact(text: str) -> str | None:
    """Return the ward or 市全域 that the text as a whole names, however it is spelt; else None."""
    plain = _bare(text)
    if len(plain) > LONGEST_NAME:
        return None
    if _CITY_WORDS.fullmatch(plain) or plain in ("横浜", "よこはま"):
        return WHOLE_CITY
    name = _BEFORE.sub("", plain)
    for spelt in (name, re.sub("(区|く|ク|-?ku)$", "", name)):
        if spelt + "区" in READINGS:
            return spelt + "区"
        if ward := _BY_READING.get(katakana(spelt)) or _ROMAJI.get(spelt) or _MISSPELT.get(spelt):
            return ward
    return None


def _bare(text: str) -> str:
    return _AFTER.sub("", _plain(text))


def match(typed: str) -> WardMatch:
    """Say which ward somebody meant who typed a name, allowing kana, typos and a missing 区."""
    if ward := exact(typed):
        return WardMatch(ward, [])
    named = find(typed)
    if named:
        return WardMatch(named[0], []) if len(named) == 1 else WardMatch(None, named[:3])
    ranked = _ranked(_BEFORE.sub("", _bare(typed)))
    best, second = ([score for _, score in ranked] + [0, 0])[:2]
    if best >= CLOSE and best - second >= CLEAR_LEAD:
        return WardMatch(ranked[0][0], [])
    return WardMatch(None, [ward for ward, _ in ranked[:3]])


def _ranked(plain: str) -> list[tuple[str, float]]:
    """The wards that resemble what was typed, best first: the better of spelling, reading and romaji."""
    if not plain or len(plain) > LONGEST_NAME:
        return []
    best: dict[str, float] = {}
    for spelt in {plain, katakana(plain), plain.removesuffix("区"), katakana(plain).removesuffix("ク")}:
        for name, score, _ in process.extract(spelt, _SPELLINGS, scorer=fuzz.ratio, score_cutoff=45, limit=6):
            best[_SPELLINGS_OF[name]] = max(best.get(_SPELLINGS_OF[name], 0), score)
    return sorted(best.items(), key=lambda pair: -pair[1])


_BY_READING = {reading: ward for ward, reading in READINGS.items()}
_PATTERN = _pattern()
_SPELLINGS_OF = {
    **{ward: ward for ward in WARDS},
    **{ward.removesuffix("区"): ward for ward in WARDS if len(ward) > 2},
    **_BY_READING,
    **_ROMAJI,
}
_SPELLINGS = list(_SPELLINGS_OF)
