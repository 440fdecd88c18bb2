"""Which tests one process keeps together when several share the work: those that share what is dear to start.

xdist knows marks for it (`xdist_group`), but doesn't get to see them with pytest 9.2, whose ids can't be lengthened.
"""

from pathlib import PurePath

from xdist.scheduler import LoadScopeScheduling

TOGETHER = ("e2e", "nlu", "chaos")  # folders: a town, a Rasa, hubs
IN_A_BROWSER = ("tests/e2e/test_public_pages.py", "tests/e2e/test_the_page.py")  # long enough for a town of their own


class Shares(LoadScopeScheduling):
    """Gives a process all tests of a share; the largest shares first, then test by test to whoever is free."""

    def _split_scope(self, nodeid: str) -> str:
        return share_of(nodeid)


def share_of(nodeid: str) -> str:
    """Return the share that a test belongs to; most are one by themselves."""
    file = nodeid.partition("::")[0]
    if file in IN_A_BROWSER:
        return "e2e in a browser"
    folder = PurePath(file).parts[1]
    return folder if folder in TOGETHER else nodeid
