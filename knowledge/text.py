"""Japanese text made comparable: widths, kana, normal forms, character bigrams."""

import re
import threading
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

from sudachipy import Dictionary, SplitMode, Tokenizer  # type: ignore[import-untyped]  # ships no types

CHUNK = 8_000  # Sudachi refuses more than 49,149 bytes at a time
LONGEST = 40_000  # of one field; five answers of LINE's 5,000 characters fit

# Parts of speech that carry no meaning of their own.
FUNCTION = {"助詞", "助動詞", "補助記号", "空白", "記号", "接続詞", "感動詞", "連体詞"}
EMPTY = {
    "為る", "有る", "居る", "成る", "出来る", "事", "物", "よう", "様", "無い", "其れ",
    "此れ", "の", "因る", "於く", "就く", "こと", "下さい", "下さる", "致す", "御",
    "頂く", "言う", "為", "所", "時", "又", "貰う", "良い", "くださる", "ください",
    "教える", "知る", "何", "思う", "考える",
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
}  # said in every case: they count only where nothing else is said

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]")
_GAP = re.compile(r"[\s\W_]+")
_HIRAGANA = re.compile(r"[ぁ-ゖー]+")
_TO_KATAKANA = {code: code + 0x60 for code in range(ord("ぁ"), ord("ゖ") + 1)}
_local = threading.local()


@dataclass(frozen=True, slots=True)
class Word:
    """One content word: as written, its normal form, its reading, and what it is a synonym of."""

    surface: str
    form: str
    reading: str = ""
    groups: tuple[str, ...] = ()
    inflects: bool = False


def clean(text: str) -> str:
    """Return the text without what no database or index can hold: lone surrogates, control characters."""
    return _CONTROL.sub(" ", text.encode("utf-8", "ignore").decode())


def fold(text: str) -> str:
    """Return the text in one width and one case (NFKC), cleaned; at most LONGEST characters."""
    return unicodedata.normalize("NFKC", clean(text[:LONGEST])).lower()[:LONGEST]


def katakana(text: str) -> str:
    """Return the text with every hiragana as katakana."""
    return text.translate(_TO_KATAKANA)


def words(text: str) -> tuple[Word, ...]:
    """Cut text into content words: Sudachi's shortest units (mode A) with their normal forms."""
    return _words(fold(text))


@lru_cache(maxsize=512)
def _words(folded: str) -> tuple[Word, ...]:
    found: list[Word] = []
    for start in range(0, len(folded), CHUNK):
        for part in _tokenizer().tokenize(folded[start : start + CHUNK]):
            pos, form = part.part_of_speech()[0], part.normalized_form().lower()
            if pos in FUNCTION or form in EMPTY or form.isdigit() or not _GAP.sub("", form):
                continue
            groups = tuple(f"s{group}" for group in part.synonym_group_ids())
            found.append(
                Word(part.surface(), "".join(form.split()), part.reading_form(), groups, pos in ("動詞", "形容詞"))
            )
    return tuple(found)


def bigrams(text: str) -> list[str]:
    """Cut text into overlapping pairs of characters; pairs of hiragana say too little and are left out."""
    return [pair for pair in pairs(fold(text)) if not _HIRAGANA.fullmatch(pair)]


def pairs(folded: str) -> list[str]:
    """Cut folded text into overlapping pairs; a run of one character is kept as it is."""
    return [run[start : start + 2] for run in _GAP.split(folded) if run for start in range(max(1, len(run) - 1))]


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
