"""The browser that tests look through, and what follows where there is none."""

import shutil

import pytest

from deploy.install import BROWSERS

DEMANDED = "TEST_BROWSER_REQUIRED"  # .ci/run sets it: there, nothing may pass because it wasn't looked at
MISSING = f"no browser ({', '.join(BROWSERS)}) on PATH: apt-get install chromium"


def found() -> str | None:
    """Return where the machine's browser is."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def chosen(browser: str | None, *, demanded: bool) -> str:
    """Return the browser; without one the test is skipped, or fails where looking is demanded."""
    if browser:
        return browser
    if demanded:
        pytest.fail(f"{MISSING}, for {DEMANDED} is set and lets no test be skipped for want of it", pytrace=False)
    pytest.skip(MISSING)
