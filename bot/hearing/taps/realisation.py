"""④ the parties, and the plan as tasks: what a citizen taps or types about it."""

from bot.hearing.taps.kinds import Tapped, Typed

TAPS: dict[str, Tapped] = {}
TYPED: tuple[Typed, ...] = ()
