"""What a turn costs Rasa, how that grows with a consultation, and what a second Rasa brings.

Run: python tests/bench/bench_rasas.py
One hub on SQLite, one or two Rasa processes behind a balancer, one tracker store, the simulator; whole hearings. All
share this machine: compare ratios, not numbers.
"""

import asyncio
import json
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parent.parent.parent))

from bench_turns import figures, last, row, turns

from bot.machine import sidecar
from tests.e2e.steps import a_case, begins
from tests.e2e.town import PEOPLE, ROOT, SECRETS, STARTING, Town, citizen, free_port
from tests.simulator.client import Citizen, Simulation

BALANCER = Path(__file__).with_name("balancer.py")
ALONE, TOGETHER, ROUNDS = 5, 8, 2  # hearings one after the other; citizens at once, and how often
ASIDE, EACH = "ヘルプ", 10  # what is asked again and again in one consultation; turns in a row that are told together
LONG = 300  # events of a consultation


class Rasas(Town):
    """A centre whose hub finds several Rasa processes at one address."""

    def __init__(self, folder: Path, number: int) -> None:
        super().__init__(folder, f"sqlite:///{folder}/bench.db")
        self.ports = [free_port() for _ in range(number)]
        self.tracker = folder / "rasa.db"

    def start(self) -> None:
        """Start the simulator, each Rasa, the balancer and the hub."""
        model = sidecar.train()
        people = self.folder / "people.json"
        people.write_text(json.dumps({"citizens": [citizen(n) for n in range(PEOPLE)]}))
        self._run("simulator", "-m", "deploy.simulator", "--port", str(self.sim_port), "--hub", self.hub,
                  "--people", str(people), cwd=ROOT)  # fmt: skip
        self.env |= sidecar.environment(SECRETS["RASA_TOKEN"], self.hub, f"sqlite:///{self.tracker}")
        for port in self.ports:
            self._spawn(f"rasa-{port}", sidecar.command(port, model))
        self._run("balancer", str(BALANCER), str(self.rasa_port), *map(str, self.ports), cwd=ROOT)
        self._run("hub", "-m", "bot", "serve", cwd=self.folder)
        self.wait_for(f"{self.hub}/readyz", STARTING)
        for port in self.ports:
            self.wait_for(f"http://127.0.0.1:{port}/status?token={SECRETS['RASA_TOKEN']}", STARTING)

    def _spawn(self, name: str, command: list[str]) -> None:
        with (self.folder / f"{name}.log").open("wb") as log:
            self._running.append(
                subprocess.Popen(command, cwd=ROOT, env=self.env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
            )

    def cpu(self) -> float:
        """Seconds that all Rasa processes have computed."""
        processes = [psutil.Process(one.pid) for one in self._running[1 : 1 + len(self.ports)]]
        return sum(used.user + used.system for used in (process.cpu_times() for process in processes))

    def events(self) -> int:
        """How many events the longest consultation has."""
        with sqlite3.connect(self.tracker) as tracker:
            found = tracker.execute("SELECT count(*) FROM events GROUP BY sender_id ORDER BY 1 DESC LIMIT 1")
            return int(found.fetchone()[0])


def main() -> None:
    """Measure one Rasa, then two."""
    for number in (1, 2):
        with tempfile.TemporaryDirectory() as folder:
            town = Rasas(Path(folder), number)
            try:
                town.start()
                asyncio.run(measure(town, f"{number} Rasa: "))
            finally:
                town.stop()


async def measure(town: Rasas, of: str) -> None:
    """Hearings one after the other, several at once, and one that goes on and on."""
    async with Simulation(town.url, patience=120) as sim:
        for _ in town.ports:
            await a_case(sim.citizen(town.new_citizen()))  # warm
        await alone(town, sim, of)
        await together(town, sim, of)
        if len(town.ports) == 1:
            await one_long(town, sim, of)


async def alone(town: Rasas, sim: Simulation, of: str) -> None:
    """One citizen at a time."""
    before, cpu = await last(sim), town.cpu()
    for _ in range(ALONE):
        await a_case(sim.citizen(town.new_citizen()))
    seconds = [s async for s in turns(sim, before)]
    figures(f"{of}one citizen at a time", seconds)
    row(f"{of}… CPU of Rasa", f"{(town.cpu() - cpu) / len(seconds) * 1e3:.1f} ms a turn")


async def together(town: Rasas, sim: Simulation, of: str) -> None:
    """Several citizens, each as fast as the answers come."""
    before, cpu, began, took = await last(sim), town.cpu(), time.perf_counter(), 0.0
    for _ in range(ROUNDS):
        await asyncio.gather(*(a_case(sim.citizen(town.new_citizen())) for _ in range(TOGETHER)))
    took = time.perf_counter() - began
    seconds = [s async for s in turns(sim, before)]
    figures(f"{of}{TOGETHER} citizens at once", seconds)
    told = (
        f"{len(seconds) / took:.1f} turns a second, {(town.cpu() - cpu) / len(seconds) * 1e3:.1f} ms CPU of Rasa a turn"
    )
    row(f"{of}… in all", told)


async def one_long(town: Rasas, sim: Simulation, of: str) -> None:
    """A consultation in which the same is asked again and again, until it has so many events."""
    person = sim.citizen(town.new_citizen())
    await begins(person)
    while (events := town.events()) < LONG + 100:
        before, cpu = await last(sim), town.cpu()
        await asides(person)
        seconds = [s async for s in turns(sim, before)]
        figures(f"{of}a consultation of {events} events, and on", seconds)
        row(f"{of}… CPU of Rasa", f"{(town.cpu() - cpu) / EACH * 1e3:.1f} ms a turn")


async def asides(person: Citizen) -> None:
    """Ask a few times, each after the answer."""
    for _ in range(EACH):
        await person.says(ASIDE)
        await person.hears("質問 1/5")


if __name__ == "__main__":
    main()
