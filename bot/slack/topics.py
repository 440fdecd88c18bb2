"""The topics of the desk: here the tables of their modules become one table, once, at the start."""

from collections.abc import Iterable, Mapping
from importlib import import_module
from importlib.util import find_spec
from types import MappingProxyType, ModuleType
from typing import Any


def together(table: str, modules: Iterable[ModuleType]) -> Mapping[str, Any]:
    """Return one table of all that the modules have under this name; raises ValueError for a key that two of them have.

    A module may have no such table.
    """
    found: dict[str, Any] = {}
    for module in modules:
        own: Mapping[str, Any] = getattr(module, table, {})
        if twice := found.keys() & own.keys():
            raise ValueError(f"{table} of {module.__name__} has what stands elsewhere already: {sorted(twice)}")
        found |= own
    return MappingProxyType(found)


def demand(table: str, found: Mapping[str, Any], keys: Iterable[str]) -> None:
    """Raise ValueError where the table lacks one of the keys: a missing word is found at the start, not at a click."""
    if missing := set(keys) - found.keys():
        raise ValueError(f"{table} lacks {sorted(missing)}")


def same_named(room: str, topics: Iterable[ModuleType]) -> list[ModuleType]:
    """Return the room's modules that have a topic's name, in the order of the topics; not every topic needs one."""
    names = [f"{room}.{topic.__name__.rpartition('.')[2]}" for topic in topics]
    return [import_module(name) for name in names if find_spec(name)]
