"""Slack's words: each stands once, none is missing, and every value that a note shows is one that somebody gives."""

import ast
import re
from fnmatch import fnmatchcase
from functools import cache
from importlib import import_module
from pathlib import Path
from string import Formatter
from types import ModuleType

import pytest

from bot.desk.record.telling import Note
from bot.slack import listeners, topics, words
from bot.slack.posts import POSTS

BOT = Path(listeners.__file__).parents[2]
# Where the values of these come from when they are said with what the history kept of the step before.
KEPT_BY = {"hypothesis_": "desk/consultation/direction"}
ALWAYS = {"case", "number", "by", "team"}  # what telling.thread and the transport give to every note


def module(name: str, **tables: dict[str, str]) -> ModuleType:
    made = ModuleType(name)
    vars(made).update(tables)
    return made


def test_a_key_of_two_topics_stops_the_start() -> None:
    with pytest.raises(ValueError, match=r"BUTTON of second .*case\.ask"):
        topics.together(
            "BUTTON", [module("first", BUTTON={"case.ask": "a"}), module("second", BUTTON={"case.ask": "b"})]
        )


def test_a_missing_word_stops_the_start() -> None:
    with pytest.raises(ValueError, match=r"NOTE_ABOUT lacks .*asked"):
        topics.demand("NOTE_ABOUT", {}, ["asked"])


def test_nothing_is_put_into_a_table_later() -> None:
    for table in (words.BUTTON, words.TITLE, words.NOTE, words.NOTE_ABOUT, listeners.ACTIONS, listeners.VIEWS):
        with pytest.raises(TypeError):
            table["more"] = "…"  # type: ignore[index]


def test_a_topic_without_a_module_in_a_room_is_left_out() -> None:
    found = topics.same_named("bot.slack.drawing", [words.hearing, words.replying])
    assert [one.__name__ for one in found] == ["bot.slack.drawing.hearing"]


def test_every_listener_s_module_is_heard() -> None:
    names = [f"bot.slack.listeners.{file.stem}" for file in (BOT / "slack" / "listeners").glob("[!_]*.py")]
    for module in map(import_module, names):
        assert getattr(module, "ACTIONS", {}).keys() <= listeners.ACTIONS.keys(), "its topic isn't in words.TOPICS"
        assert getattr(module, "VIEWS", {}).keys() <= listeners.VIEWS.keys(), "its topic isn't in words.TOPICS"


def test_what_a_notification_says_belongs_to_a_note_or_a_post() -> None:
    assert set(words.NOTE_ABOUT) <= {*words.NOTE, *POSTS}


def given_by(node: ast.AST) -> set[str]:
    """The names of values that a module gives to whatever it calls, or keeps in a dictionary."""
    if isinstance(node, ast.keyword):
        return {node.arg} if node.arg else set()
    keys = node.keys if isinstance(node, ast.Dict) else [node.slice] if isinstance(node, ast.Subscript) else []
    return {key.value for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str)}


def said_by(node: ast.AST) -> set[str]:
    """The notes that a piece of code may name: as a string, by Note.X, or made from a pattern such as check_in_*."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return {node.value}
    if isinstance(node, ast.JoinedStr) and isinstance(begin := node.values[0], ast.Constant):
        return {f"{begin.value}*"} if re.fullmatch(r"[a-z_]{8,}_", str(begin.value)) else set()
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Note":
        return {Note[node.attr].value}
    return set()


@cache
def modules() -> list[tuple[str, frozenset[str], frozenset[str]]]:
    """Every module outside Slack's drawing: its folder, the notes it may name, the values it gives."""
    found = []
    for file in sorted(BOT.rglob("*.py")):
        if {"words", "drawing", "kit", "card", "web", "tables"} & set(file.parts) or file.name == "telling.py":
            continue
        nodes = list(ast.walk(ast.parse(file.read_text("utf-8"))))
        said = frozenset().union(*map(said_by, nodes))
        found.append((str(file.parent.relative_to(BOT)), said, frozenset().union(*map(given_by, nodes))))
    return found


@pytest.mark.parametrize("say", words.NOTE)
def test_every_value_a_note_shows_is_given_where_it_is_said(say: str) -> None:
    shown = {name for line in words.NOTE[say] for _, name, _, _ in Formatter().parse(line) if name}
    rooms = {room for room, said, _ in modules() if any(fnmatchcase(say, one) for one in said)}
    rooms |= {room for begin, room in KEPT_BY.items() if say.startswith(begin)}
    assert rooms, f"nobody says the note {say}: delete its words"
    given = ALWAYS.union(*(values for room, _, values in modules() if room in rooms))
    assert not shown - given, f"the note {say} shows {sorted(shown - given)}, which nobody in {sorted(rooms)} gives"
