"""One of several hubs, as far as reminders go: ticks whenever it is told the time, on stdin."""

import asyncio
import sys
from datetime import datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from bot.nudges.tick import Ticker
from storage.db import Database
from tests.scenarios.year import SWEEP, TABLE


async def main(url: str) -> None:
    database, now = Database(url), datetime.now().astimezone()
    ticker = Ticker(database, lambda: now, lambda: None, rules=TABLE, sweep=SWEEP)
    print("ready", flush=True)
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        now = datetime.fromisoformat(line.strip())
        await ticker.tick()
        print("ticked", flush=True)
    await database.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
