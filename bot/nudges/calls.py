"""What the facts call for, and when it may be said."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.nudges.facts import Cases, Fact, find
from bot.tables.calendars import CALENDARS
from bot.tables.reminders import Rule
from storage.models import Nudge

Rules = Mapping[str, Rule]
Key = tuple[str, str]  # rule, subject
PAST, STALE = "past", "stale"  # why a row comes too late


@dataclass(frozen=True)
class Wanted:
    """What a fact calls for."""

    rule: Rule
    fact: Fact

    @cached_property
    def due_at(self) -> datetime:
        """When it is said first."""
        return self.timely(self.rule.due(self.fact.at, CALENDARS.of(self.fact.ward)))

    def timely(self, due: datetime) -> datetime:
        """When what is due may be said."""
        fact = self.fact
        return self.rule.timely(due, fact.at, fact.ward, on_line=fact.on_line)

    def repeated(self, last: datetime) -> datetime:
        """When it is said again, after it was said at `last`."""
        every = self.rule.repeat
        return self.timely(every.every.after(last, CALENDARS.of(self.fact.ward)) if every else last)

    @property
    def door(self) -> str:
        """By which door it goes. Citizens without LINE are phoned, so the desk is told."""
        return "slack" if self.rule.door == "line" and not self.fact.on_line else self.rule.door

    @property
    def to(self) -> str:
        """Whom it is for."""
        return "acting" if self.door != self.rule.door else ",".join(self.rule.to)


def too_late(row: Nudge, want: Wanted, now: datetime) -> str | None:
    """Return why a row is too late: what it announces has begun, or it is too old to be of use."""
    rule = want.rule
    if rule.before is not None and now >= want.fact.at:
        return PAST
    planned = want.due_at if row.round == 1 and row.moved_to is None else row.due_at
    if rule.stale_after is not None and now > rule.stale_after.after(planned, CALENDARS.of(want.fact.ward)):
        return STALE
    return None


async def wanted(session: AsyncSession, rules: Rules, cases: Cases, now: datetime) -> dict[Key, Wanted]:
    """Return everything that the facts call for now: of some cases, or (None) of facts that belong to no case."""
    by_fact = _by_fact(rules.values())
    found = await find(session, by_fact, cases, now)
    return {
        (rule.rule, fact.subject): Wanted(rule, fact)
        for name, facts in found.items()
        for rule in by_fact[name]
        for fact in facts
        if _meant(rule, fact)
    }


def _meant(rule: Rule, fact: Fact) -> bool:
    """Tell whether a rule is about a fact: same kind and stage, and the fact was known before the rule's time."""
    stage = fact.case.stage if fact.case else None
    if fact.case is not None and fact.case.kind != rule.kind:
        return False
    if (rule.stage is not None and stage != rule.stage) or (rule.door == "line" and fact.erased):
        return False
    if rule.before is None or fact.known_at is None:
        return True
    return rule.due(fact.at, CALENDARS.of(fact.ward)) > fact.known_at


def _by_fact(rules: Iterable[Rule]) -> dict[str, list[Rule]]:
    found: dict[str, list[Rule]] = defaultdict(list)
    for rule in rules:
        found[rule.of].append(rule)
    return found
