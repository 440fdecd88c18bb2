"""The words of the pages: the same keys, gaps and links in every language, and links that are links."""

import re
from string import Formatter

import pytest

from bot.web.speech import LANGUAGES, linked, speech


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_everything(language: str) -> None:
    assert set(speech(language)) == set(speech("ja"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_asks_for_what_isn_t_told_or_leads_elsewhere(language: str) -> None:
    for key, words in speech(language).items():
        assert _gaps(words) <= _gaps(speech("ja")[key]), key
        assert [_place(to) for to in _targets(words)] == [_place(to) for to in _targets(speech("ja")[key])], key


def test_only_our_own_brackets_become_links() -> None:
    assert linked("see [it](/cases?q=1&w=2)") == 'see <a href="/cases?q=1&amp;w=2">it</a>'
    assert linked("[045](tel:045)") == '<a href="tel:045">045</a>'
    assert linked("[x](javascript:1) <b>") == "[x](javascript:1) &lt;b&gt;"


def _gaps(words: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(words) if name}


def _targets(words: str) -> list[str]:
    return re.findall(r"\]\(([^)]*)\)", words)


def _place(target: str) -> str:
    return re.sub(r"\.(ja|en)$", "", target)
