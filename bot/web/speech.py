"""What the form says, in Japanese, やさしい日本語 and English: dialogues/web/, read once."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

import yaml
from starlette.requests import Request

FOLDER = Path(__file__).parent.parent.parent / "dialogues" / "web"
LANGUAGES = {"ja": "日本語", "easy": "やさしい日本語", "en": "English"}
TAGS = {"ja": "ja", "easy": "ja", "en": "en"}  # of the html element
COOKIE = "tsunagi_lang"


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
