"""Everything at once: processes killed, platforms failing, the database in trouble, and people who write on."""

import os
import random
from pathlib import Path

import pytest

from tests import pace
from tests.chaos.checker import report
from tests.chaos.nursery import Nursery
from tests.chaos.people import CANARIES
from tests.chaos.postgres import Server
from tests.chaos.storm import BRIEF, Storm, a_year_in_a_minute
from tests.chaos.world import World

SEED = int(os.environ.get("CHAOS_SEED") or random.randrange(10_000))  # noqa: S311  trouble is no secret
ROUNDS = int(os.environ.get("CHAOS_ROUNDS") or 3)


async def test_a_brief_storm_on_sqlite(nursery: Nursery, tmp_path: Path) -> None:
    async with World(nursery, tmp_path, f"sqlite:///{tmp_path}/tsunagi.db", seed=1) as world:
        await stands(world, Storm(world, only=BRIEF), citizens=3, at_least=8)


@pytest.mark.slow
@pytest.mark.timeout(pace.within(1_800))
async def test_a_long_storm_on_sqlite(nursery: Nursery, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async with World(nursery, tmp_path, f"sqlite:///{tmp_path}/tsunagi.db", seed=SEED) as world:
        told = await stands(world, Storm(world, rounds=ROUNDS), citizens=6, at_least=40)
    tell(capsys, "SQLite, 1 process", told)


@pytest.mark.slow
@pytest.mark.timeout(pace.within(1_800))
async def test_a_long_storm_on_postgresql(
    nursery: Nursery, tmp_path: Path, server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    async with World(nursery, tmp_path, server.database(), hubs=3, seed=SEED) as world:
        told = await stands(world, Storm(world, server=server, rounds=ROUNDS), citizens=6, at_least=40)
    tell(capsys, "PostgreSQL, 3 processes", told)


async def stands(world: World, storm: Storm, *, citizens: int, at_least: int) -> str:
    """Let the storm rage, wait for the end, and let the checker look; return the figures."""
    world.begin(*CANARIES)
    try:
        await a_year_in_a_minute(world, storm, citizens=citizens, at_least=at_least)
    finally:  # who got stuck: the checker knows more
        found = await world.judged(patience=240)
        told = report(world.history, found)
        print(f"seed {world.seed}: {told}")
    assert found == [], f"seed {world.seed}\n{told}"
    return told


def tell(capsys: pytest.CaptureFixture[str], where: str, told: str) -> None:
    """Show the figures of a run that went well, too."""
    with capsys.disabled():
        print(f"\n── {where}, CHAOS_SEED={SEED}\n{told}")
