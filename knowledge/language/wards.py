"""The 18 wards of Yokohama: found in running text, and recognised when somebody types one."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from knowledge.language import elsewhere
from knowledge.language.text import NO_NOUN, fold, is_kana, katakana, pieces, sound

Piece = tuple[int, int, str]

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
# What makes a name without 区 that of something else: a person, a river, a city and what is known of it.
_NO_WARD = "(?!区|市|川|口|さん|様|さま|氏|君|くん|ちゃん|先生|殿|と(?:申|いいま|言いま|呼))"
_NO_CITY = "(?!金沢(?:大学|駅|城|港|箔|カレー|21世紀))"
_OURS = re.compile(r"(?:横浜市?|よこはまし?|神奈川県)(?:内)?(?:の|にある)?[\s・(]*$")
_HOLDER = re.compile("(?:代表|会長|理事長|事務局長?|担当者?|先生|友人|知人|店主|夫|妻|(?:氏名|名前)[は:])の?$")
_AND = re.compile(r"[\s・と]*")
_CLAUSE = re.compile(r"[\n。!?、,]+")
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
    return re.compile(f"(?P<full>{'|'.join(full)})|{_NO_CITY}(?P<short>{'|'.join(SHORT)}){_NO_WARD}")


def hiragana(text: str) -> str:
    """Return the text with every katakana as hiragana."""
    return "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in text)


def find(text: str) -> list[str]:
    """Return the wards named in running text, in the order they come; 「鶴見」 counts, 「中」 alone doesn't.

    A name counts where nothing says that a person or another place is meant: neither 鶴見和子 nor 札幌の西区.
    """
    plain = _plain(text)
    return list(dict.fromkeys(ward for clause in _CLAUSE.split(plain) for ward in _in_clause(clause, plain)))


def _in_clause(clause: str, text: str) -> Iterator[str]:
    ended = 0  # where the last ward of ours did
    for hit in _PATTERN.finditer(clause):
        ward = _canonical(hit["full"]) if hit["full"] else hit["short"] + "区"
        cut = pieces(clause)
        follows = ended and _AND.fullmatch(clause, ended, hit.start())  # 西区・中区: what follows ours is ours
        if (follows or _is_ours(ward, hit, text, cut)) and (hit["full"] or not _is_a_person(hit, cut)):
            ended = hit.end()
            yield ward


def _is_ours(ward: str, hit: re.Match[str], text: str, cut: Sequence[Piece]) -> bool:
    """Tell whether nothing says that the name is a part of another one, or in another place."""
    before, after = hit.string[: hit.start()], hit.string[hit.end() :]
    if _OURS.search(before):
        return True
    begins = any(start == hit.start() for start, _, _ in cut)  # 八幡西区 is one word
    elsewhere_named = elsewhere.is_meant(before, after) or elsewhere.is_spoken_of(ward.removesuffix("区"), text)
    return begins and not elsewhere_named and not _follows_a_place(before, cut)


def _follows_a_place(before: str, cut: Sequence[Piece]) -> bool:
    """Tell whether another place stands right before, also with の: 安佐の南区."""
    ends = {len(before), len(before.removesuffix("の"))}
    return any(kind.startswith("地名") and end in ends for _, end, kind in cut)


def _is_a_person(hit: re.Match[str], cut: Sequence[Piece]) -> bool:
    """Tell whether a given name follows, after a blank too, or what a person is stands before: 代表の鶴見."""
    follows = len(hit.string) - len(hit.string[hit.end() :].lstrip())
    given = any(kind == "人名-名" and start == follows for start, _, kind in cut)
    return given or bool(_HOLDER.search(hit.string[: hit.start()]))


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
    name = _BEFORE.sub("", _bare(typed))
    if ward := _mistyped(name):
        return WardMatch(ward, [])
    return WardMatch(None, [ward for ward, _ in _ranked(name)][:3])


def _mistyped(name: str) -> str | None:
    """Return the one ward that sounds like it (鶴身区), or is one slip away in kana (つるめ).

    A noun (みなと) isn't mistyped, and other kanji are other places (青山区, 金沢市, 江南区).
    """
    if not 2 < len(name) <= LONGEST_NAME or elsewhere.has(name):
        return None
    if not is_kana(name):
        return _BY_READING.get(sound(name).removesuffix("ク")) if name.endswith("区") else None
    cut = pieces(name)
    is_noun = len(cut) == 1 and cut[0][2] != NO_NOUN
    near = [ward for ward, reading in READINGS.items() if OSA.distance(katakana(name), reading, score_cutoff=1) < 2]
    return near[0] if len(near) == 1 and len(READINGS[near[0]]) > 2 and not is_noun else None


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
