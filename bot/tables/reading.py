"""The tables that people of the centre change: YAML files, checked whole when read, each fault with its line."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from bot.errors import BotError

Shape = TypeVar("Shape", bound=BaseModel)
Place = tuple[str | int, ...]
KEY = "[key]"  # what pydantic adds to the place of a key
PLAIN = {"missing": "is missing", "extra_forbidden": "isn't known here"}  # pydantic's words, in ours


class TableWrong(BotError):
    """A table can't be used; the message lists each fault with its line and what is wrong."""


def read(file: Path, shape: type[Shape], **context: Any) -> Shape:
    """Return what a file holds, checked by `shape` with `context`, or raise TableWrong with line and reason."""
    try:
        text = file.read_text("utf-8")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        _distinct(file, node)
        held = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise TableWrong(f"{file.name}, line {line}: this isn't YAML ({error.problem})") from None
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise TableWrong(f"{file.name} can't be read: {error}") from None
    try:
        return shape.model_validate({} if held is None else held, context=context)
    except ValidationError as error:
        faults = error.errors(include_url=False)
        told = [f"{file.name}, line {_line(node, fault['loc'])}: {_said(fault)}" for fault in faults]
        raise TableWrong("\n".join(dict.fromkeys(told))) from None


def number(said: object) -> object:
    """Return the value unless it is a yes or no, which would count as 1 or 0."""
    if isinstance(said, bool):
        raise ValueError("is a number, not true or false")
    return said


def _distinct(file: Path, top: yaml.Node | None) -> None:
    """Refuse keys that are there twice in one place: YAML keeps the last and says nothing."""
    faults: list[tuple[int, str]] = []
    for node in _mappings(top):
        first: dict[str, int] = {}
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            line = key.start_mark.line + 1
            if key.value in first:
                faults.append((line, f"{key.value} is there twice, first in line {first[key.value]}"))
            first.setdefault(key.value, line)
    if faults:
        raise TableWrong("\n".join(f"{file.name}, line {line}: {reason}" for line, reason in sorted(faults)))


def _mappings(top: yaml.Node | None) -> Iterator[yaml.MappingNode]:
    """Yield every mapping of a file once. An anchor may lead back to a mapping that contains it."""
    waiting, seen = [top], {id(None)}
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.MappingNode):
            yield node
            waiting += [value for _, value in node.value]
        elif isinstance(node, yaml.SequenceNode):
            waiting += node.value


def _line(node: yaml.Node | None, place: Place) -> int:
    """Return the line of the deepest part of a place that the file has; pydantic also names parts it doesn't have."""
    line = node.start_mark.line + 1 if node else 1
    for step in place:
        key, below = _below(node, step)
        if below is not None:
            node, line = below, (key or below).start_mark.line + 1
    return line


def _below(node: yaml.Node | None, step: str | int) -> tuple[yaml.Node | None, yaml.Node | None]:
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
        return None, node.value[step] if step < len(node.value) else None
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == str(step)), (None, None))
    return None, None


def _said(fault: Any) -> str:
    named = [part for part in fault["loc"] if isinstance(part, str) and part != KEY]
    reason = PLAIN.get(fault["type"]) or str(fault["msg"]).removeprefix("Value error, ")
    return f"{named[-1]} {reason[:1].lower()}{reason[1:]}" if named else reason
