"""What the pages say, in Japanese, やさしい日本語 and English: dialogues/web/, read once."""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlencode

import yaml
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import Response

from knowledge.language.kanji import KANJI

FOLDER = Path(__file__).parent.parent.parent / "dialogues" / "web"
LANGUAGES = {"ja": "日本語", "easy": "やさしい日本語", "en": "English"}
TAGS = {"ja": "ja", "easy": "ja", "en": "en"}  # of the html element
COOKIE = "tsunagi_lang"
WISH = "language"  # the wish of people who only change the language, with what they have typed
YEAR = 31_536_000
_KANA_OR_KANJI = re.compile(f"[ぁ-んァ-ヶ{KANJI}]")
_LINK = re.compile(r"\[([^]]+)]\(((?:/|https://|tel:)[^)]*)\)")


def chosen(request: Request) -> str:
    """Return the language that was asked for just now, or before, or that the browser prefers."""
    for name in (request.query_params.get("lang"), request.cookies.get(COOKIE)):
        if name in LANGUAGES:
            return name
    first = request.headers.get("accept-language", "ja")[:2].lower()
    return "en" if first not in ("ja", "") else "ja"


@cache
def speech(language: str) -> Mapping[str, str]:
    """Return every phrase of a language by its key."""
    loaded: dict[str, str] = yaml.safe_load((FOLDER / f"{language}.yml").read_text("utf-8"))
    return MappingProxyType(loaded)


def remember(request: Request, response: Response) -> None:
    """Let the browser keep a language that was asked for just now."""
    if (asked := request.query_params.get("lang")) in LANGUAGES:
        response.set_cookie(COOKIE, asked, max_age=YEAR, samesite="lax", httponly=True)


def switch(request: Request) -> Mapping[str, str]:
    """Return by language the end of the address at which the same is read in it."""
    asked = [(name, value) for name, value in request.query_params.multi_items() if name != "lang"]
    return {language: "?" + urlencode([*asked, ("lang", language)]) for language in LANGUAGES}


def is_japanese(words: str) -> bool:
    """Tell whether a screen reader must read some of these words as Japanese."""
    return _KANA_OR_KANJI.search(words) is not None


def linked(words: str) -> Markup:
    """Return our own words with every [label](address) in them as a link."""
    return Markup(_LINK.sub(r'<a href="\2">\1</a>', str(escape(words))))  # noqa: S704  escaped before
