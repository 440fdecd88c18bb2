"""One trained model for the whole run, kept by the hash of what it is made of; one server per story file."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.machine.sidecar import train
from tests.nlu.actions_stand_in import Actions
from tests.nlu.rasa_environment import Rasa


@pytest.fixture(scope="session")
def model() -> Path:
    """The trained model: the cached one when nothing it is made of has changed."""
    return train()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def actions() -> AsyncIterator[Actions]:
    """The stand-in for the hub's actions."""
    actions = Actions()
    await actions.start()
    yield actions
    await actions.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server(model: Path, actions: Actions, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Rasa]:
    """A real Rasa server over a SQLite tracker."""
    place = tmp_path_factory.mktemp("rasa")
    server = Rasa(model, place / "tracker.db", place / "rasa.log", actions.url)
    await server.start()
    yield server
    server.kill()
