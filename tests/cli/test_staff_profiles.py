"""What a person knows, given on the command line, in any spelling of a ward or theme."""

import json

import pytest

from tests.cli.tsunagi_script import Tsunagi


def test_wards_themes_and_affiliation_are_kept_until_they_are_said_anew(tsunagi: Tsunagi):
    knows = ("--ward", "鶴見", "--ward", "みなみ区", "--theme", "防災", "--theme", "空き家")
    first = (*knows, "--affiliation", "みなとの会")
    assert tsunagi("staff", "add", "U0ALICE00", "--role", "coordinator", *first).returncode == 0
    assert tsunagi("staff", "add", "U0ALICE00", "--role", "lead", "--ward", "西区").returncode == 0

    (alice,) = json.loads(tsunagi("staff", "list", "--json").stdout)

    assert alice == {
        "slack_id": "U0ALICE00",
        "role": "lead",
        "name": "",
        "affiliation": "みなとの会",
        "wards": ["西区"],
        "themes": ["防災・防犯", "まちづくり・空き家"],
    }
    assert "防災・防犯、まちづくり・空き家" in tsunagi("staff", "list").stdout


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--ward", "大阪市", "鶴見区"),
        ("--only-ward", "どこか", "--only-ward"),
        ("--theme", "ふめい", "子ども・若者"),
    ],
)
def test_what_is_no_ward_or_theme_is_one_sentence(tsunagi: Tsunagi, option: str, value: str, words: str):
    done = tsunagi("staff", "add", "U0ALICE00", "--role", "coordinator", option, value)

    assert done.returncode == 2
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1
