"""Slack's rooms: small enough to know at a glance, and what calls itself pure is held to it."""

import ast
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MOST = 15  # modules of a folder
TOPIC_LISTS = {"words", "drawing", "listeners"}  # these grow with the topics of the desk


def pure() -> list[str]:
    """The modules that the contract "Rendering is pure" names."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    return next(one["source_modules"] for one in contracts if one["name"] == "Rendering is pure")


@pytest.mark.parametrize("folder", ["bot/slack", "deploy/simulator"])
def test_a_folder_holds_no_more_modules_than_one_can_know(folder: str) -> None:
    places = [ROOT / folder, *(place for place in (ROOT / folder).rglob("*") if place.is_dir())]
    held = {place.relative_to(ROOT).as_posix(): len(list(place.glob("[!_]*.py"))) for place in places}
    full = {place: count for place, count in held.items() if count > MOST and Path(place).name not in TOPIC_LISTS}
    assert not full, f"split these by noun: {full}"


def test_every_module_that_says_pure_is_in_the_contract() -> None:
    names = []
    for file in sorted((ROOT / "bot").rglob("*.py")):
        said = ast.get_docstring(ast.parse(file.read_text("utf-8"))) or ""
        if "Pure" in said.split("\n", 1)[0]:
            names.append(".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"))
    rooms = pure()
    missing = [name for name in names if not any(f"{name}.".startswith(f"{room}.") for room in rooms)]
    assert not missing, f"add these to “Rendering is pure” in pyproject.toml: {missing}"
