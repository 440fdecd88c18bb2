"""What the set-up fetches for the tests, and what becomes of tests whose browser isn't there."""

import os
import sys
from pathlib import Path

import pytest

from deploy import install
from tests import browser

APT = """#!{python}
import pathlib, sys
log = pathlib.Path({log!r})
asked = log.read_text() if log.exists() else ""
log.write_text(asked + sys.argv[1] + "\\n")
sys.exit(sys.argv[1] == "install" and asked.count("install") < {failures})
"""


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without a browser, whose only programs are in a folder; its root is us."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(install, "PAUSES", (0,) * len(install.PAUSES))
    return tmp_path


def has_apt(machine: Path, *, failures: int) -> Path:
    """Give a machine an apt-get whose mirror is away for some times; returns what it is asked."""
    log, apt = machine / "asked", machine / "apt-get"
    apt.write_text(APT.format(python=sys.executable, log=str(log), failures=failures))
    apt.chmod(0o755)
    return log


@pytest.mark.parametrize(("failures", "tries", "is_brought"), [(0, 1, True), (2, 3, True), (3, 3, False)])
def test_a_mirror_that_is_away_is_asked_again(
    machine: Path, capsys: pytest.CaptureFixture[str], failures: int, tries: int, is_brought: bool
) -> None:
    log = has_apt(machine, failures=failures)

    install.for_tests()

    assert log.read_text().split() == ["update", "install"] * tries
    said = capsys.readouterr().out
    assert "Installing chromium and" in said
    assert ("could not be installed" not in said) is is_brought


def test_who_can_t_install_is_told_what_is_missing(machine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    install.for_tests()

    assert "Missing for some of the tests: chromium" in capsys.readouterr().out


def test_a_browser_is_looked_for_under_every_name_that_the_set_up_knows(machine: Path) -> None:
    assert browser.found() is None
    for name in reversed(install.BROWSERS):
        (machine / name).touch(0o755)
        assert browser.found() == str(machine / name)


def test_without_a_browser_a_test_is_skipped_and_where_it_must_look_it_fails() -> None:
    assert browser.chosen("/usr/bin/chromium", demanded=True) == "/usr/bin/chromium"
    with pytest.raises(pytest.skip.Exception, match="apt-get install chromium"):
        browser.chosen(None, demanded=False)
    with pytest.raises(pytest.fail.Exception, match="apt-get install chromium, for TEST_BROWSER_REQUIRED is set"):
        browser.chosen(None, demanded=True)


def test_ci_demands_the_browser() -> None:
    assert f"export {browser.DEMANDED}=1" in (install.ROOT / ".ci" / "run").read_text("utf-8")
