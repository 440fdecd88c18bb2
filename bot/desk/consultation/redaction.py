"""The mask: it marks and covers what looks like personal data, for guests and in texts for the public.

It can be wrong in both ways: mark what is harmless, and miss a name. So an editor always sees what it found.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.desk.consultation.spelling import level
from knowledge.language.blanks import trimmed
from knowledge.language.kanji import KANJI
from knowledge.language.text import people


class Kind(StrEnum):
    """What a marked place looks like."""

    NAME = "氏名"
    PHONE = "電話"
    EMAIL = "メール"
    ADDRESS = "住所"
    LINK = "リンク"
    ACCOUNT = "アカウント"
    AGE = "年齢・生年月日"


@dataclass(frozen=True)
class Span:
    """One marked place of a text."""

    start: int
    end: int
    kind: Kind


@dataclass(frozen=True)
class Piece:
    """A piece of a text as it was written; with a kind it is covered."""

    words: str
    kind: Kind | None = None


Spelling = tuple[Kind, re.Pattern[str]]
_MARK = re.compile("【(?:" + "|".join(Kind) + ")】")
_NUMERALS = str.maketrans("〇一二三四五六七八九", "0123456789")
_BETWEEN = r"[-ー()\[\]./・_ \tの]"  # what people put between the groups of a number
_BROKEN = r"[-ー]\n|\n[-ー]"  # a number goes on in the next line where a dash stands at the break
_LONG_NUMBER = re.compile(rf"(?:\+|\((?=[0-9]{{2,5}}\)))?[0-9](?:(?:{_BETWEEN}{{0,3}}|{_BROKEN})[0-9]){{8,}}")
_NAMED_NUMBER = re.compile(
    rf"(?:電話|でんわ|tel|fax|ファックス|ファクス|携帯|内線)[^0-9\n]{{0,8}}([0-9](?:{_BETWEEN}{{0,2}}[0-9]){{3,}})",
    re.IGNORECASE,
)
_MOMENT = re.compile(r"(?:19|20)[0-9]{2}([-/.])[0-9]{1,2}\1[0-9]{1,2}[ \t]+[0-9]{1,2}")
# An address as it is, with blanks in it, and as people hide it from programs: (at), アットマーク, ★.
_AT = (
    r"(?:[ \t]{0,2}@[ \t\n]{0,2}|[ \t]?[(\[{<]\s?(?:at|アット(?:マーク)?|あっと(?:まーく)?)\s?[)\]}>][ \t]?"
    r"|[ \t]?アットマーク[ \t]?|[★☆●◎■◆※])"
)
_DOT = r"(?:\.|。(?=[a-z])|[ \t]?[(\[{<]\s?(?:dot|ドット|どっと)\s?[)\]}>][ \t]?|[ \t]?ドット[ \t]?)"
_LABEL = rf"[a-z0-9{KANJI}ぁ-ゖァ-ヺー-]{{1,63}}"
# The last part of a name of a domain: letters, or one in Japanese (IANA, root zone database).
_TOP = r"(?:[a-z]{2,63}(?![a-z0-9-])|xn--[a-z0-9-]{1,59}|みんな|コム|クラウド|ストア|セール|ファッション|ポイント)"
_HIDDEN_EMAIL = rf"[a-z0-9._%+'-]{{1,64}}{_AT}(?:{_LABEL}{_DOT}){{1,5}}{_TOP}"
_TENS = "〇一二三四五六七八九十百"
_DATE = r"(?:(?:19|20)[0-9]{2}|(?:明治|大正|昭和|平成|令和|[mtshr])[0-9元]{1,2})[年./-][0-9]{1,2}[月./-][0-9]{1,2}日?"
_PERSONAL_SITE = (
    r"(?:twitter|x|instagram|facebook|fb|line|lin|ameblo|note|tiktok|youtube|youtu|linkedin|threads|lit|linktr)\."
)
# A name in one way of writing with all its parts: 山ノ内, ファム・ティ・ラン, Nguyen Van An.
_WHOLE = "|".join((
    rf"[{KANJI}](?:[ノツケ]?[{KANJI}]){{0,4}}",
    r"(?:[ァ-ヺー]{1,10}[・= ]){0,3}[ァ-ヺー]{2,8}",
    r"[ぁ-ゖ]{2,5}",
    r"(?:[a-zß-ÿ']{1,15}[ .-]){0,2}[a-zß-ÿ']{2,15}",
))  # fmt: skip
_LATIN = r"[a-zß-ÿ']{2,15}(?:[ ][a-zß-ÿ']{2,15})?"
# Each pattern with the group that is covered. The text is compared in one width and in small letters.
_PATTERNS: tuple[tuple[Kind, re.Pattern[str], int], ...] = (
    (Kind.EMAIL, re.compile(r"[a-z0-9._%+'-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,5}"), 0),
    (Kind.EMAIL, re.compile(_HIDDEN_EMAIL), 0),
    (Kind.LINK, re.compile(rf"(?:https?://)?(?:www\.|m\.|page\.)?{_PERSONAL_SITE}[a-z.]{{2,6}}/[^\s、。）」】]+"), 0),
    (
        Kind.LINK,
        re.compile(r"https?://[^\s/、。）」】]{1,100}/[^\s、。）」】]{0,200}?"
                   r"(?:~|@|\?|\b(?:u|in|users?|people|profiles?|members?|blog)/)[^\s、。）」】]*"),
        0,
    ),
    (Kind.ADDRESS, re.compile(r"〒\s?[0-9]{3}[-ー]?[0-9]{0,4}|(?<![0-9-])[0-9]{3}[-ー][0-9]{4}(?![0-9-])"), 0),
    (Kind.AGE, re.compile(rf"(?:生年月日|誕生日)[^0-9\n]{{0,6}}{_DATE}|{_DATE}\s?(?:生まれ|うまれ|生(?![活産徒]))"), 0),
    (
        Kind.AGE,
        re.compile(rf"(?:(?<![0-9])[0-9]{{1,3}}|(?<![{_TENS}])[{_TENS}]{{1,4}})\s?[歳才]"
                   r"(?!以上|以下|未満|台|代|児|から|まで|未|体操)"),
        0,
    ),
    (Kind.AGE, re.compile(r"(?:さん|氏|様|】)\s?[(]([0-9]{2,3})[)]"), 1),
    (Kind.ACCOUNT, re.compile(r"(?<![a-z0-9.@])@[a-z0-9_.]{3,30}"), 0),
    (
        Kind.ACCOUNT,  # of a bank: up to eight digits
        re.compile(r"(?:口座(?:番号)?|普通(?:預金)?|当座(?:預金)?)[^0-9\n]{0,8}([0-9]{6,8})(?![0-9,]|\s?[人円件個])"),
        1,
    ),
    (
        Kind.ACCOUNT,
        re.compile(r"(?:line|ライン|インスタ(?:グラム)?|instagram|twitter|ツイッター|facebook|フェイスブック|tiktok|discord|id)"
                   r"\s?(?:の)?\s?(?:id|アカウント|名)?\s?[:は=]\s?([a-z0-9_.-]{3,30})"),
        1,
    ),
    (
        Kind.NAME,
        re.compile(rf"({_WHOLE})\s?"
                   r"(?:さん|さま|ちゃん|くん|君|先生|様(?![々なにの式相子態])|氏(?![名族神子]))"),
        1,
    ),
    (Kind.NAME, re.compile(rf"(?<![a-z])({_LATIN})-(?:san|sama|sensei|kun|chan)(?![a-z])"), 1),
    (Kind.NAME, re.compile(rf"(?<![a-z])(?:(?:mr|mrs|dr|prof)(?:\.\s?|\s)|ms\.\s?)({_LATIN})"), 1),
    (Kind.NAME, re.compile(r"(?:氏名|お名前|名前|担当者?|代表者?|会長|理事長)\s?[:=]\s?([^\s、。,()【】]{2,15})"), 1),
)  # fmt: skip
# Words before さん or 様 that name no single person.
_NOBODY = re.compile(
    r"(?:.*(?:皆|みな|お客|客|奥|神|王|仏|多|同|仕|模|異|一|有|各|何|両|お母|お父|母|父|姉|兄|お子|子ども|子供|赤|娘|孫|若者"
    r"|おかあ|おとう|おばあ|おじい|おじ|おば|おにい|おねえ|たく|屋|者|方|隣|学生|先|担任の|利用者|相談者)|お|ご)$"
)
_BLOCK = re.compile(
    r"(?:[0-9一二三四五六七八九十]{1,4}\s?丁目|(?<!第)[0-9]{1,5}\s?(?:番地|番(?!組|号|目)|号室)"
    rf"|(?<=[ぁ-ゖァ-ヴー{KANJI}])(?!20[0-9]{{2}}-)[0-9]{{1,4}}[-ー][0-9]{{1,4}}(?:[-ー][0-9]{{1,4}})?"
    r"(?![0-9]|\s?[人名個回年月日時円分件歳才度%]))"
    rf"(?:[のー-]?(?:[0-9]{{1,4}}|[{_TENS}]{{1,5}}+(?![人名個回年月日時円分件歳才度つ字]))\s?(?:丁目|番地|番|号室|号)?)*"
)
_PLACE = re.compile(rf"[{KANJI}ァ-ヴー]")
_PARTED = re.compile(r"[\s、,;:/・()]+")
_TELLS_NOBODY = {  # what people write beside their name or number
    "代表", "代表者", "会長", "副会長", "理事長", "事務局", "担当", "担当者", "個人", "団体", "匿名", "なし",
    "特になし", "自宅", "携帯", "電話", "メール", "昼間", "夜間", "平日", "午前", "午後", "line", "tel",
}  # fmt: skip
# What follows no name in kana: the rest of a word (みほん, but はなこんち). And what makes a family name that of a
# place, if nobody's office follows (田中町内会, but 田中自治会長).
_REST = re.compile(r"(?<=[ぁ-ゖ])(?:[ゃゅょ]|ん(?!ち|とこ|家))")
_OF_A_PLACE = re.compile(
    r"(?:町内会|自治会|小学校|中学校|公園|商店街|通り(?![すかが過])|地区|団地|駅)(?![長員役副理教会事])"
)
_SHORTEST = 4  # signs of an organisation's name that covers nothing it holds
_FURTHEST = 24  # characters that a place name stands before its numbers


def find(text: str, own: Iterable[str | None] = (), known: Iterable[str] = ()) -> list[Span]:
    """Return what looks personal, in its order and without overlaps; `own` are names and contacts known to be.

    `known` are names of organisations: what only looks like a name within one of them is none.
    """
    even, places = level(text)
    wanted = [spelling for words in own if words for spelling in _spellings(words)]
    public = [re.compile(re.escape(name)) for one in known if (name := trimmed(level(one)[0])) and _is_public(name)]
    spans: list[Span] = []
    start = 0
    for mark in (*_MARK.finditer(even), None):  # what is covered already stands between pieces of text
        end = mark.start() if mark else len(even)
        found = _merged(_marked(even[start:end], wanted, public))
        spans += [Span(places[start + one.start], places[start + one.end], one.kind) for one in found]
        start = mark.end() if mark else end
    return spans


def mask(text: str, own: Iterable[str | None] = (), known: Iterable[str] = ()) -> str:
    """Return the text with every marked place covered by what it looks like, such as 【氏名】."""
    return "".join(map(shown, cover(text, own, known)))


def cover(text: str, own: Iterable[str | None] = (), known: Iterable[str] = ()) -> list[Piece]:
    """Return the text in pieces: what stays, and what is covered with what it looks like."""
    own, known, done = list(own), list(known), [Piece(text)]
    while spans := find("".join(map(shown, done)), own, known):  # again: beside a cover more may be recognised now
        done = list(_cut(done, spans))
    return done


def shown(piece: Piece) -> str:
    """Return what is read in the place of a piece."""
    return f"【{piece.kind}】" if piece.kind else piece.words


def _cut(done: Iterable[Piece], spans: Iterable[Span]) -> Iterator[Piece]:
    """Cut pieces at the marked places of the text they show. No place goes across what is covered."""
    start, left = 0, list(spans)
    for piece in done:
        end, at = start + len(shown(piece)), 0
        for span in [one for one in left if piece.kind is None and start <= one.start and one.end <= end]:
            yield Piece(piece.words[at : span.start - start])
            yield Piece(piece.words[span.start - start : span.end - start], span.kind)
            at = span.end - start
        yield replace(piece, words=piece.words[at:])
        start = end


def covered(text: str) -> int:
    """Count the places that are covered already."""
    return len(_MARK.findall(text))


def holds(text: str, own: Iterable[str | None]) -> bool:
    """Tell whether one of these names or contacts stands in a text, in any spelling."""
    even, _ = level(text)
    return any(pattern.search(even) for words in own if words for _, pattern in _spellings(words))


def _marked(piece: str, wanted: list[Spelling], public: list[re.Pattern[str]]) -> Iterator[Span]:
    for kind, pattern in wanted:
        yield from (Span(*hit.span(), kind) for hit in pattern.finditer(piece))
    whole = [hit.span() for name in public for hit in name.finditer(piece)]
    for span in _guessed(piece):
        yield _beside(span, whole) if span.kind is Kind.NAME else span  # an empty one is left out later


def _beside(span: Span, whole: Iterable[tuple[int, int]]) -> Span:
    """Return what of a guessed name lies outside of the known names that it overlaps."""
    for start, end in whole:
        if start <= span.start < end:
            span = replace(span, start=end)
        elif start < span.end <= end:
            span = replace(span, end=start)
    return span


def _guessed(piece: str) -> Iterator[Span]:
    yield from _numbers(piece)
    for kind, pattern, group in _PATTERNS:
        for hit in pattern.finditer(piece):
            if kind is not Kind.NAME or not _NOBODY.match(hit[group]):
                yield Span(*hit.span(group), kind)
    yield from _places(piece)
    yield from _people(piece)


def _numbers(piece: str) -> Iterator[Span]:
    plain = piece.translate(_NUMERALS)
    for hit in _LONG_NUMBER.finditer(plain):
        if not _MOMENT.fullmatch(hit[0]):
            yield Span(*hit.span(), Kind.PHONE)
    yield from (Span(*hit.span(1), Kind.PHONE) for hit in _NAMED_NUMBER.finditer(plain))


def _people(piece: str) -> Iterator[Span]:
    """Family and given names beside each other are one; a single sign alone is more often no name."""
    runs: list[list[tuple[int, int]]] = []
    for start, end in people(piece):
        if runs and runs[-1][-1][1] == start:
            runs[-1].append((start, end))
        else:
            runs.append([(start, end)])
    for run in runs:
        begun, ended = run[0][0], run[-1][1]
        is_place = len(run) == 1 and _OF_A_PLACE.match(piece, ended)
        if ended - begun > 1 and not is_place and not _REST.match(piece, ended):
            yield Span(begun, ended, Kind.NAME)


def _is_public(name: str) -> bool:
    """Tell whether a name of an organisation is more than the name of a person: 佐藤花子 stays covered."""
    return len(name) >= _SHORTEST and not any(span.end - span.start == len(name) for span in _merged(_people(name)))


def _places(piece: str) -> Iterator[Span]:
    """Numbers of blocks and houses, with the name of the place before them."""
    for hit in _BLOCK.finditer(piece):
        start = hit.start()
        while start > max(0, hit.start() - _FURTHEST) and _PLACE.match(piece[start - 1]):
            start -= 1
        yield Span(start, hit.end(), Kind.ADDRESS)


def _merged(spans: Iterable[Span]) -> list[Span]:
    """Join spans that overlap. The kind is that of the span that begins first; of several, that of the longest."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.start, -one.end)):
        if found and span.start < found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end), found[-1].kind)
        elif span.end > span.start:
            found.append(span)
    return found


def _spellings(words: str) -> Iterator[Spelling]:
    """The whole, and its parts (a family name alone, one of two numbers), with any blanks and dashes between."""
    whole = level(words)[0].strip()
    parts = [part for part in _PARTED.split(whole) if len(part) > 1 and part not in _TELLS_NOBODY]
    for part in dict.fromkeys((whole, *parts)):
        number = sum(sign.isdigit() for sign in part) * 2 > len(part)
        signs = [re.escape(sign) for sign in re.sub(_BETWEEN if number else r"\s", "", part)]
        bound = (rf"(?<![{KANJI}])", rf"(?![{KANJI}])") if len(signs) == 1 else ("", "")
        if signs and part not in _TELLS_NOBODY:
            kind = Kind.PHONE if number else Kind.EMAIL if "@" in part else Kind.NAME
            yield kind, re.compile((rf"{_BETWEEN}{{0,3}}" if number else r"\s{0,3}").join(signs).join(bound))
