"""The documents draw the house as it stands, and each page says at its top whom it is for."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = sorted([*(ROOT / "docs").glob("*.md"), ROOT / "deploy" / "README.md", ROOT / "CONTRIBUTING.md"])
FOR = re.compile(r"^(For (people|everybody|the person)\b.*\.|.*のためのページです。)$")  # in one line


def rooms(folder: str) -> set[str]:
    return {place.name for place in (ROOT / folder).iterdir() if (place / "__init__.py").exists()}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_says_at_its_top_whom_it_is_for(page: Path) -> None:
    title, _, first = page.read_text("utf-8").split("\n")[:3]
    assert title.startswith("# ")
    assert FOR.match(first), f"{page.name} begins with {first!r}"


@pytest.mark.parametrize("folder", ["bot", "bot/desk", "bot/slack", "knowledge"])
def test_every_room_is_drawn(folder: str) -> None:
    drawing = (ROOT / "docs" / "architecture.md").read_text("utf-8").split("```")[1]
    missing = {room for room in rooms(folder) if not re.search(rf"\b{room}\b", drawing)}
    assert not missing, f"docs/architecture.md doesn't draw these rooms of {folder}: {sorted(missing)}"


@pytest.mark.parametrize("readme", ["README.md", "README.ja.md"])
def test_every_room_of_the_hub_is_on_the_map(readme: str) -> None:
    text = (ROOT / readme).read_text("utf-8")
    missing = {room for room in rooms("bot") if f"`bot/{room}/`" not in text}
    assert not missing, f"{readme}'s map of folders lacks {sorted(missing)} of bot/"
