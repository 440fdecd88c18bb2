"""Tests that share something dear run in one process."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from tests import shares

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize(
    ("test", "share"),
    [
        ("tests/e2e/test_faults.py::test_two_people_claim_at_once_and_one_wins", "e2e"),
        ("tests/nlu/test_answer_guard.py::test_one[a::b@c]", "nlu"),
        ("tests/e2e/test_the_page.py::test_the_tour_tells_the_whole_story", "e2e in a browser"),
        ("tests/desk/record/test_moves.py::test_one[hearing]", "tests/desk/record/test_moves.py::test_one[hearing]"),
    ],
)
def test_each_test_has_its_share(test: str, share: str) -> None:
    assert shares.share_of(test) == share


def test_every_folder_and_file_that_is_named_is_there() -> None:
    assert all((ROOT / "tests" / folder).is_dir() for folder in shares.TOGETHER)
    assert all((ROOT / file).is_file() for file in shares.IN_A_BROWSER)


def test_a_process_is_given_a_whole_share() -> None:
    tests = [f"tests/e2e/test_faults.py::test_{n}" for n in range(3)] + ["tests/test_clock.py::test_one"]
    given: dict[str, list[int]] = {}
    process = [_Process(name, given) for name in ("one", "two")]
    config = SimpleNamespace(getvalue=lambda _: ["popen"] * 2, option=SimpleNamespace(loadscopereorder=True))
    work = shares.Shares(config)  # type: ignore[arg-type]
    for one in process:
        work.add_node(one)  # type: ignore[arg-type]
        work.add_node_collection(one, tests)  # type: ignore[arg-type]

    work.schedule()

    assert sorted(given.values()) == [[0, 1, 2], [3]]


class _Process:
    """As xdist knows it."""

    shutting_down = False

    def __init__(self, name: str, given: dict[str, list[int]]) -> None:
        self.gateway, self._given = SimpleNamespace(id=name, spec=name), given

    def send_runtest_some(self, tests: list[int]) -> None:
        self._given.setdefault(self.gateway.id, []).extend(tests)

    def shutdown(self) -> None:
        """There is no more."""
