"""How a page goes out: drawn from a template, with a mark by which a browser knows whether it is still the same."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from bot.web import speech, words
from bot.web.problems import Problem

HERE = Path(__file__).parent
HTML, JSON, CSV, ATOM = "text/html", "application/json", "text/csv", "application/atom+xml"
# No scripts, nothing from other sites, and not inside the frames of others.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SAFE = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    # Browsers may keep it but must ask each time, so that a withdrawn case is gone at the next look.
    "cache-control": "public, no-cache",
}

_templates = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.globals["words"] = words
_templates.filters["linked"] = speech.linked

static = StaticFiles(directory=HERE / "static")


def page(request: Request, template: str, *, status: int = 200, **values: Any) -> Response:
    """Return a page for everybody, drawn from its template in the reader's language."""
    made = answer(request, _drawn(request, template, values).encode(), HTML, status=status)
    made.headers["vary"] = "Accept-Language, Cookie"
    if "lang" in request.query_params:
        made.headers["cache-control"] = "private, no-cache"  # the cookie is this browser's
    speech.remember(request, made)
    return made


def answer(request: Request, body: bytes, media_type: str, *, status: int = 200, name: str = "") -> Response:
    """Return what was made, or only that it is the same as the browser has; `name` makes it a file."""
    mark = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = SAFE | {"etag": mark} | ({"content-disposition": f'attachment; filename="{name}"'} if name else {})
    known = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    if status == 200 and (mark in known or "*" in known):
        return Response(status_code=304, headers=headers)
    return Response(body, status, headers, f"{media_type}; charset=utf-8")


def sentence(t: Mapping[str, str], problem: Problem) -> str:
    """Return what is wrong, in the words of a language; a field is named by its own label."""
    values = {name: t.get(str(value), value) if name == "label" else value for name, value in problem.values.items()}
    return t[problem.key].format(**values)


_templates.globals["sentence"] = sentence


def personal(
    request: Request, template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **values: Any
) -> Response:
    """Return a page of one person alone, in their language; nobody on the way may keep it."""
    kept_by_nobody = {"cache-control": "no-store", "referrer-policy": "no-referrer"}
    drawn = _drawn(request, template, values)
    made = Response(drawn, status, {**SAFE, **kept_by_nobody, **(headers or {})}, HTML)
    speech.remember(request, made)
    return made


def _drawn(request: Request, template: str, values: Mapping[str, Any]) -> str:
    """Draw a page; `own` marks an element that stays Japanese on a page in another language, `japanese` some words."""
    language = speech.chosen(request)
    tag = speech.TAGS[language]
    own = "" if tag == "ja" else Markup(' lang="ja"')

    def japanese(words: str) -> str:
        return Markup('<span lang="ja">{}</span>').format(words) if own and speech.is_japanese(words) else words

    return _templates.get_template(template).render(
        t=speech.speech(language), language=language, languages=speech.LANGUAGES, switch=speech.switch(request),
        language_wish=speech.WISH, tag=tag, own=own, japanese=japanese, place=request.url.path, **values,
    )  # fmt: skip
