"""Japanese text made comparable: widths, kana, normal forms, readings."""

import re
import threading
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TypeVar

from sudachipy import Dictionary, Morpheme, SplitMode, Tokenizer  # type: ignore[import-untyped]  # ships no types

from knowledge.language import kanji, sayings

CHUNK = 8_000  # Sudachi refuses more than 49,149 bytes at a time
LONGEST = 40_000  # of one field; five answers of LINE's 5,000 characters fit
UNKNOWN = 0xF << 28  # from here on Sudachi numbers words that its dictionary lacks, the same for many
REMEMBERED = 150_000  # words kept while many texts are cut
ASKED = 20_000  # words kept of what is read again and again: questions, and the entries that are shown

# Parts of speech that carry no meaning of their own.
FUNCTION = {"助詞", "助動詞", "補助記号", "空白", "記号", "接続詞", "感動詞", "連体詞"}
NO_NOUN = "*-*"  # what Sudachi says of a word that is neither a noun nor a name, where names have their kind
SIGNS = {"補助記号", "空白", "記号"}  # a reading never goes across them
EMPTY = {
    "為る", "有る", "居る", "成る", "出来る", "事", "物", "よう", "様", "無い", "其れ",
    "此れ", "の", "因る", "於く", "就く", "こと", "下さい", "下さる", "致す", "御",
    "頂く", "言う", "為", "所", "時", "又", "貰う", "良い", "くださる", "ください",
    "教える", "知る", "何", "思う", "考える", "欲しい", "願う", "お願い", "どう", "如何", "どの", "誰", "何処",
}  # fmt: skip
TRADE = {
    "横浜",
    "市",
    "地域",
    "活動",
    "市民",
    "区",
    "会",
    "館",
}  # words of every case: they count only if nothing else is said

# Unicode: categories Cc, Zl, Zp; and the signs of Cf that are never drawn (Default_Ignorable_Code_Point) but for those
# that hold others together: U+200C and U+200D (👨‍👩‍👧 is one sign, व् and य join), and the tags in the flag of Scotland.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_UNSEEN = re.compile(r"[\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0001]")
_JOINERS = re.compile(rf"[\u200c\u200d\U000e0020-\U000e007f{kanji.SELECTORS}]")
_KANA = re.compile(r"[ぁ-ゖァ-ヺー]+")
_GAP = re.compile(r"[\s\W_]+")
_TO_KATAKANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}
_local = threading.local()
_asked: dict[tuple[int, str], "Word"] = {}
Kept = TypeVar("Kept")


@dataclass(frozen=True, slots=True)
class Word:
    """One word: as written, its normal form, its reading, and what it is a synonym of."""

    surface: str
    form: str
    reading: str = ""
    groups: tuple[str, ...] = ()
    inflects: bool = False
    tells: bool = True  # carries meaning of its own
    joins: bool = True  # stands in a chain of such words; particles and signs end one
    is_sign: bool = False
    is_said: bool = True  # somebody would say it alone
    is_affix: bool = False
    plain: str = ""  # the form of a word that inflects in a dictionary


def clean(text: str) -> str:
    """Return the text without what nobody sees and no database can hold: controls, broken halves of signs.

    A line ends in one way: CR LF and CR, as other systems write it, are LF.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
    return _UNSEEN.sub("", _CONTROL.sub(" ", lines.encode("utf-8", "ignore").decode()))


def level(text: str) -> str:
    """Return the text in one width and one case (NFKC), cleaned; at most LONGEST characters."""
    return unicodedata.normalize("NFKC", _JOINERS.sub("", clean(text[:LONGEST]))).lower()[:LONGEST]


def fold(text: str) -> str:
    """Return level() of the text with each kanji in its common form, every sign where it is there."""
    return kanji.common(level(text))


def katakana(text: str) -> str:
    """Return the text with every hiragana as katakana."""
    return text.translate(_TO_KATAKANA)


def words(text: str) -> tuple[Word, ...]:
    """Cut text into the words that carry meaning: Sudachi's shortest units (mode A) with their normal forms."""
    return tuple(word for word in parts(text) if word.tells)


def parts(text: str) -> tuple[Word, ...]:
    """Cut text into all its words, particles and signs too."""
    return _parts(fold(text))


def people(text: str) -> list[tuple[int, int]]:
    """Return where people are named, as Sudachi reads it: (from, to); the text must hold no lone surrogates."""
    return [
        (start + part.begin(), start + part.end())
        for start in range(0, len(text), CHUNK)
        for part in _tokenizer().tokenize(text[start : start + CHUNK])
        if part.part_of_speech()[2] == "人名"
    ]


def pieces(text: str) -> list[tuple[int, int, str]]:
    """Return all words of a text: where each begins and ends, and the kind of name it is (人名-名, 地名-一般)."""
    return [
        (start + part.begin(), start + part.end(), "-".join(part.part_of_speech()[2:4]))
        for start in range(0, len(text), CHUNK)
        for part in _tokenizer().tokenize(text[start : start + CHUNK])
    ]


def each(folded: str, known: dict[object, Kept], made: Callable[[Word], Kept]) -> list[Kept]:
    """Cut a text that is read once. Return what `made` makes of each word; words met before come from `known`.

    Asking Sudachi for a word's columns costs more than cutting the text: each word is asked once.
    """
    found: list[Kept] = []
    for start in range(0, len(folded), CHUNK):
        cut = _tokenizer().tokenize(folded[start : start + CHUNK])
        kept = list(map(known.get, map(Morpheme.word_id, cut)))
        for at in [at for at, one in enumerate(kept) if one is None]:
            kept[at] = _met(cut[at], known, made)
        found += kept  # type: ignore[arg-type]  # every None was replaced
    return found


def _met(part: Morpheme, known: dict[object, Kept], made: Callable[[Word], Kept]) -> Kept:
    """Make a word that isn't known by its number: it is new, or not in the dictionary and shares its number."""
    number = part.word_id()
    key: object = number if number < UNKNOWN else (number, part.surface())
    if (found := known.get(key)) is None:
        if len(known) >= REMEMBERED:
            known.clear()
        found = known.setdefault(key, made(_word(part)))
    return found


def runs(folded: str) -> list[str]:
    """Return what stands between spaces, signs and symbols."""
    return [run for run in _GAP.split(folded) if run]


def spoken(said: Sequence[Word]) -> list[str]:
    """Return the readings, in katakana, of everything between two signs."""
    return katakana("".join(" " if word.is_sign else word.reading for word in said)).split()


def sound(text: str) -> str:
    """Return how a text is said, in katakana and in one piece."""
    return "".join(spoken(parts(text)))


def is_kana(text: str) -> bool:
    """Tell whether a text is in kana alone."""
    return _KANA.fullmatch(text) is not None


@lru_cache(maxsize=512)
def _parts(folded: str) -> tuple[Word, ...]:
    return tuple(word for start in range(0, len(folded), CHUNK) for word in _cut(folded[start : start + CHUNK]))


def _cut(folded: str) -> list[Word]:
    """Cut a text. A word that was met before in the same spelling isn't asked for its columns again."""
    cut = _tokenizer().tokenize(folded)
    keys = list(zip(map(Morpheme.word_id, cut), map(Morpheme.surface, cut), strict=True))
    if len(_asked) + len(keys) > ASKED:
        _asked.clear()
    return [_asked.get(key) or _asked.setdefault(key, _word(cut[at])) for at, key in enumerate(keys)]


def _word(part: Morpheme) -> Word:
    kinds, form, surface = part.part_of_speech(), part.normalized_form().lower(), part.surface()
    pos = kinds[0]
    form = "".join(form.split())
    reading = part.reading_form()
    is_sign = pos in SIGNS
    return Word(
        surface=surface,
        form=form,
        reading=reading if reading != "キゴウ" else surface,
        groups=tuple(f"s{group}" for group in part.synonym_group_ids()),
        inflects=pos in ("動詞", "形容詞"),
        tells=not (pos in FUNCTION or form in EMPTY or form.isdigit() or not _GAP.sub("", form)),
        joins=pos not in FUNCTION,
        is_sign=is_sign,
        is_said=sayings.is_said(kinds, form, surface),
        is_affix=sayings.is_affix(kinds),
        plain=part.dictionary_form(),
    )


@cache
def _dictionary() -> Dictionary:
    return Dictionary(dict="core")


def _tokenizer() -> Tokenizer:
    """The thread's own tokenizer (they can't be shared) on the process's one dictionary."""
    if not hasattr(_local, "tokenizer"):
        with _loading:
            _local.tokenizer = _dictionary().tokenizer(mode=SplitMode.A)
    tokenizer: Tokenizer = _local.tokenizer
    return tokenizer


_loading = threading.Lock()
