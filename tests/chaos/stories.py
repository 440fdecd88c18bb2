"""Short stories of one trouble each, in which a promise is needed: kept, nothing is wrong; forgotten, it shows."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.chaos.people import Citizen
from tests.chaos.tempo import FASTER, SOON
from tests.chaos.waits import until
from tests.stand_ins.edge import SLOW

Tale = Callable[[Citizen], Awaitable[None]]
LEASE = 60.0 / FASTER  # seconds, of a hub that hurries
BEYOND = 8 * LEASE  # far beyond every lease
LATER = LEASE * 4 / 3  # just beyond


@dataclass(frozen=True)
class Story:
    """A trouble, the promises without which it does harm, and the harm."""

    tale: Tale
    forgotten: tuple[str, ...]
    harm: str


async def _dies_while_it_stores(citizen: Citizen) -> None:
    citizen.world.hubs[0].arm("accept: inserted, not committed")
    await citizen.bring(citizen.writes())


async def _hears_it_twice(citizen: Citizen) -> None:
    event = citizen.writes()
    await citizen.bring(event)
    await citizen.bring(event)


async def _is_overtaken(citizen: Citizen) -> None:
    """The clock jumps while Rasa is at it: the lease is over, and a second worker takes the same event."""
    citizen.world.weather.ask("rasa", "slow")
    await citizen.bring(citizen.writes(reply=False))
    await asyncio.sleep(0.1)
    citizen.world.hubs[0].set_clock(BEYOND)


async def _line_takes_a_push_and_says_500(citizen: Citizen) -> None:
    citizen.world.weather.ask("line", "accepted, 500", "push")
    await citizen.bring(citizen.writes(reply=False))


async def _slack_takes_a_note_and_says_500(citizen: Citizen) -> None:
    citizen.world.weather.ask("slack", "accepted, 500", "chat.postMessage")
    await citizen.bring(citizen.writes())


async def _slack_is_slow(citizen: Citizen) -> None:
    citizen.world.weather.ask("slack", "slow", "chat.postMessage")
    await citizen.bring(citizen.writes())


async def _the_clock_is_set_while_slack_is_slow(citizen: Citizen) -> None:
    await _slack_is_slow(citizen)
    await until(lambda: citizen.world.weather.has_come, "the slow call", 10)
    citizen.world.hubs[0].set_clock(BEYOND)


async def _the_clock_of_the_other_is_wrong(citizen: Citizen) -> None:
    """What one of two hubs is at looks given up to the other, whose clock is ahead."""
    world = citizen.world
    for _ in range(3):
        await _slack_is_slow(citizen)
        await until(lambda: world.weather.has_come, "the slow call", 20)
        at_it = world.history.calls[-1].hub
        other = next(hub for hub in world.hubs if not at_it.startswith(f"{hub.name}."))
        other.set_clock(LATER)
        await asyncio.sleep(SLOW)
        other.set_clock(0)
        await asyncio.sleep(3 * SOON)  # what is made meanwhile waits for its time


async def _slack_asks_to_wait(citizen: Citizen) -> None:
    citizen.world.weather.ask("slack", "429", "chat.postMessage")
    await citizen.bring(citizen.writes())


async def _rasa_s_answer_is_lost(citizen: Citizen) -> None:
    citizen.world.weather.ask("rasa", "applied, lost")
    await citizen.bring(citizen.writes())


async def _writes_again_while_rasa_thinks(citizen: Citizen) -> None:
    citizen.world.weather.ask("rasa", "slow")
    await citizen.bring(citizen.writes(reply=False))
    await citizen.bring(citizen.writes(reply=False))


async def _line_says_500(citizen: Citizen) -> None:
    citizen.world.weather.ask("line", "500")
    await citizen.bring(citizen.writes())


async def _is_answered_by_push(citizen: Citizen) -> None:
    await citizen.bring(citizen.writes(reply=False))


async def _is_claimed(citizen: Citizen) -> None:
    await citizen.is_claimed("UMAIN")


STORIES = [
    Story(_dies_while_it_stores, ("ack before commit",), "lost"),
    Story(_hears_it_twice, ("no unique inbox key",), "doubled"),
    Story(_is_overtaken, ("no fence", "no unique outbox key", "claims what it is at"), "doubled"),
    Story(_line_takes_a_push_and_says_500, ("no retry key",), "doubled"),
    Story(_slack_takes_a_note_and_says_500, ("no look-up in Slack",), "doubled"),
    Story(_slack_is_slow, ("lease shorter than a call",), "doubled"),
    Story(_the_clock_is_set_while_slack_is_slow, ("claims what it is at",), "doubled"),
    Story(_rasa_s_answer_is_lost, ("no memory of a turn",), "doubled"),
    Story(_writes_again_while_rasa_thinks, ("two turns at once",), "out of order"),
    Story(_line_says_500, ("done before sent",), "lost"),
    Story(_is_answered_by_push, ("sent to another",), "astray"),
    Story(_is_claimed, ("change without a line",), "unrecorded"),
    Story(_is_answered_by_push, ("words in the log",), "leaked"),
    Story(_slack_asks_to_wait, ("no patience",), "impatient"),
]
OF_TWO = Story(_the_clock_of_the_other_is_wrong, ("a clock of its own",), "doubled")
