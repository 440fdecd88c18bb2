"""A year of a busy centre, told beforehand: what happens to each case, and so what must be said of it and when.

What is expected is worked out here from the story alone, by the words of the table and not by its code.
"""

import random
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import insert
from sqlmodel import col, update

from bot.desk.record.moves import Action
from bot.desk.record.record import Event
from bot.tables.calendars import CENTRE
from bot.tables.reminders import rules
from bot.when import TOKYO
from storage.db import Database
from storage.models import (
    Case,
    CaseEvent,
    Channel,
    CheckIn,
    Citizen,
    Delivery,
    Hypothesis,
    Meeting,
    MeetingKind,
    MeetingState,
    OutboxRow,
    Proposal,
    ProposalState,
    Role,
    Staff,
    Stage,
)

BEGIN = datetime(2026, 4, 1, 9, tzinfo=TOKYO)
END = BEGIN + timedelta(days=365)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LOOKS = (9, 15)
SWEEP = timedelta(days=28)
# The morning's round is a day's and no case's; tests/nudges/test_rules.py tells of it.
TABLE = {name: rule for name, rule in rules().items() if name != "digest"}


@dataclass
class Life:
    """One case: the moments at which things happen, None where they don't."""

    n: int
    opened: datetime
    on_line: bool
    claimed: datetime
    replied: datetime
    joined: datetime
    fixed: datetime
    hearing: datetime
    held: datetime
    proposed: datetime
    worded: datetime
    followed: datetime  # ⑤
    answered: datetime
    closed: datetime

    @property
    def deeds(self) -> list[datetime]:
        """Everything by which the case moves, in its order."""
        return [self.opened, self.claimed, self.replied, self.joined, self.fixed, self.held, self.proposed,
                self.worded, self.followed, self.answered, self.closed]  # fmt: skip


def lives(count: int, seed: int = 2026, within: int = 365) -> list[Life]:
    """Return the cases of the year, the same ones every time; they come in its first five sixths."""
    chance = random.Random(seed)  # noqa: S311
    return [_life(n, chance, within * 5 // 6) for n in range(1, count + 1)]


def _life(n: int, chance: random.Random, days: int) -> Life:
    at = CENTRE.open_from(BEGIN + timedelta(minutes=chance.randrange(0, days * 24 * 60)))
    moments = [at]
    for days in (3, 5, 4, 4, 12, 14, 10, 20, 45, 30):
        quick = chance.random() < 0.6
        minutes = chance.randrange(20, 300) if quick and days < 10 else chance.randrange(1, days * 24 * 60)
        moments.append(CENTRE.open_from(moments[-1] + timedelta(minutes=minutes)))
    opened, claimed, replied, joined, fixed, held, proposed, worded, followed, answered, closed = _ordered(moments)
    hearing = _in_the_evening(fixed + (held - fixed) * chance.choice((0.3, 0.6, 0.9)))
    return Life(n, opened, chance.random() < 0.7, claimed, replied, joined, fixed, hearing, held, proposed, worded,
                followed, max(answered, followed + 2 * DAY), max(closed, followed + 3 * DAY))  # fmt: skip


def _ordered(moments: list[datetime]) -> list[datetime]:
    """The same moments on the hours at which this centre works, one after the other."""
    found: list[datetime] = []
    for moment in moments:
        at = _on_the_hour(moment)
        while found and at <= found[-1]:
            at = _on_the_hour(at + HOUR)
        found.append(at)
    return found


def _on_the_hour(moment: datetime) -> datetime:
    """The next of this world's hours on an open day."""
    at = looked_at(moment)
    while CENTRE.hours(at.date()) is None:
        at = looked_at(at + HOUR)
    return at


def looked_at(moment: datetime) -> datetime:
    """When the hub looks next: this world has two moments a day."""
    at = moment.astimezone(TOKYO)
    hours = (at.replace(hour=hour, minute=0, second=0, microsecond=0) for hour in LOOKS)
    tomorrow = (at + DAY).replace(hour=LOOKS[0], minute=0, second=0, microsecond=0)
    return next((look for look in hours if look >= at), tomorrow)


def _in_the_evening(moment: datetime) -> datetime:
    return moment.astimezone(TOKYO).replace(hour=17, minute=0, second=0, microsecond=0)


def expected(life: Life) -> Iterator[tuple[str, datetime]]:
    """Return what must be said of a case, from its story and the words of the table."""
    c = CENTRE
    yield from _until(life.claimed, ("unclaimed", c.open_from(c.after_open_hours(life.opened, 2))))
    yield from _until(life.claimed, *_again("unclaimed_lead", c.after_open_hours(life.opened, 4), 1, 20))
    yield from _until(life.joined, *_again("sub_missing", c.open_from(c.after_open_hours(life.claimed, 4)), 3, 3))
    promised = c.after_open_days(life.opened, 3)
    near = c.before_open_hours(promised, 8)
    yield from _until(min(life.replied, promised), ("promise_near", c.open_from(near)))
    yield from _until(life.replied, *_again("promise_past", c.open_from(promised), 1, 3))
    for rule, before in (("hearing_day_before", DAY), ("hearing_two_hours", 2 * HOUR)):
        due = life.hearing - before
        if due > life.fixed:
            awake = c.awake(due) if life.on_line else c.open_from(due)
            if awake >= life.hearing:  # closed till then: the desk phones the day before
                awake = c.open_from(due - DAY)
            by_day = not life.on_line and c.open_from(looked_at(awake)) < life.hearing  # else any day will do
            yield from _until(min(life.held, life.hearing), (rule, awake), by_day=by_day)
    notes = c.open_from(c.after_open_days(life.hearing, 1))
    yield from _until(life.held, *_again("notes_missing", notes, 2, 3))
    yield from _until(
        life.worded, _by_door(life, "hypothesis_waiting", life.proposed + 5 * DAY), by_day=not life.on_line
    )
    yield from _until(life.worded, ("hypothesis_silent", c.open_from(life.proposed + 12 * DAY)))
    yield from _until(life.closed, _by_door(life, "check_in", life.followed + DAY), by_day=not life.on_line)
    asked = looked_at(_by_door(life, "check_in", life.followed + DAY)[1])
    if life.on_line:
        yield from _until(min(life.answered, life.closed), ("check_in_again", c.awake(asked + 14 * DAY)), by_day=False)
        yield from _until(min(life.answered, life.closed), ("check_in_silent", c.open_from(asked + 21 * DAY)))

    yield from _still(life)


def _still(life: Life) -> Iterator[tuple[str, datetime]]:
    """What is said when nothing moves: between two deeds, by the stage they lie in."""
    c = CENTRE
    deeds = [life.claimed, life.replied, life.joined, life.fixed, life.held, life.proposed, life.worded, life.followed]
    stages = {
        **dict.fromkeys(deeds[:4], ("still_hearing", 7, 5)),
        **dict.fromkeys(deeds[4:7], ("still_direction", 10, 5)),
    }
    asked = looked_at(_by_door(life, "check_in", life.followed + DAY)[1])
    again = looked_at(c.awake(asked + 14 * DAY)) if life.on_line else life.followed + DAY
    gaps = [*pairwise(deeds), (again, min(life.answered, life.closed)), (life.answered, life.closed)]
    stages |= dict.fromkeys((again, life.answered), ("still_follow_up", 20, 20))
    for begin, end in gaps:
        rule, limit, every = stages[begin]
        yield from _until(end, *_again(rule, c.open_from(c.after_open_days(begin, limit)), every, 4))
        yield from _until(end, *_again("still_lead", c.open_from(c.after_open_days(begin, 28)), 14, 6))


def _by_door(life: Life, rule: str, due: datetime) -> tuple[str, datetime]:
    return rule, CENTRE.awake(due) if life.on_line else CENTRE.open_from(due)


def _again(rule: str, first: datetime, every: int, times: int) -> Iterator[tuple[str, datetime]]:
    """The first and its repetitions, each so many open days after the hub has said the one before."""
    due = CENTRE.open_from(first)
    for _ in range(times):
        yield rule, due
        due = CENTRE.open_from(CENTRE.after_open_days(looked_at(due), every))


def _until(end: datetime, *said: tuple[str, datetime], by_day: bool = True) -> Iterator[tuple[str, datetime]]:
    """Those that the hub comes to before the reason has gone; `by_day`: while the centre is open."""
    for rule, due in said:
        look = looked_at(due)
        if by_day and CENTRE.open_from(look) != look:
            due = look = CENTRE.open_from(look)
        if looked_at(look) < end:
            yield rule, due


BLANK: dict[str, Any] = {"before": {}, "after": {}, "words": [], "audience": "internal", "cause": None}


class World:
    """Writes the stories into the database as time passes."""

    def __init__(self, database: Database, cases: list[Life]) -> None:
        self.database, self.cases = database, cases
        self.todo = sorted(((at, life.n, what) for life in cases for at, what in _script(life)), key=lambda one: one[0])
        self._by_number = {life.n: life for life in cases}
        self._at = 0
        self._new: list[Any] = []
        self._sets: dict[tuple[Any, tuple[str, ...]], list[dict[str, Any]]] = defaultdict(list)
        self._events: list[dict[str, Any]] = []

    @property
    def next_at(self) -> datetime | None:
        """When something happens next."""
        return self.todo[self._at][0] if self._at < len(self.todo) else None

    async def staffed(self, people: int = 30) -> None:
        """Coordinators, and one lead."""
        async with self.database.transaction() as session:
            for n in range(people):
                role = Role.LEAD if n == 0 else Role.CITY_STAFF if n % 10 == 9 else Role.COORDINATOR
                session.add(Staff(slack_id=f"U{n:03}", role=role, added_at=BEGIN))

    async def goes_on(self, now: datetime) -> None:
        """Everything that has happened by now; what was queued before has left."""
        end = bisect(self.todo, now, key=lambda one: one[0])
        happens, self._at = self.todo[self._at : end], end
        async with self.database.transaction() as session:
            waits = update(OutboxRow).where(col(OutboxRow.status) == Delivery.NEW)
            await session.exec(waits.values(status=Delivery.DONE))
            await self._come(session, [self._by_number[n] for _, n, what in happens if what == "opened"])
            for at, n, what in happens:
                getattr(self, f"_{what}")(self._by_number[n], at)
            session.add_all(self._new)
            await session.flush()
            for (table, _), rows in self._sets.items():
                await session.exec(update(table), params=rows)
            if self._events:
                await (await session.connection()).execute(insert(CaseEvent), self._events)
            self._new, self._sets, self._events = [], defaultdict(list), []

    async def _come(self, session: Any, new: list[Life]) -> None:
        """The rows that others name, in this order."""
        for rows in ([_citizen(one) for one in new if one.on_line], map(_proposal, new), map(_case, new)):
            session.add_all(rows)
            await session.flush()

    def _opened(self, life: Life, at: datetime) -> None:
        self._event(life, at, Event.OPENED, "citizen")

    def _claimed(self, life: Life, at: datetime) -> None:
        person = f"U{1 + life.n % 8:03}"
        self._event(life, at, Action.CLAIM, person, stage=Stage.HEARING, main=person)

    def _replied(self, life: Life, at: datetime) -> None:
        self._event(life, at, Action.NOTE, "U001")

    def _joined(self, life: Life, at: datetime) -> None:
        self._event(life, at, Action.JOIN, "U010", sub=f"U{10 + life.n % 8:03}")

    def _fixed(self, life: Life, at: datetime) -> None:
        agreed = {"kind": MeetingKind.HEARING, "state": MeetingState.FIXED, "by": "U001", "at": at, "fixed_at": at}
        self._new.append(Meeting(id=life.n, case_id=life.n, starts_at=life.hearing, **agreed))
        self._event(life, at, Action.MEET, "U001")

    def _held(self, life: Life, at: datetime) -> None:
        self._set(Meeting, life, state=MeetingState.HELD, minutes="聞きました")
        self._event(life, at, Action.ADVANCE, "U001", stage=Stage.DIRECTION)

    def _proposed(self, life: Life, at: datetime) -> None:
        self._new.append(Hypothesis(id=life.n, case_id=life.n, version=1, text="案", by="U001", at=at))
        self._event(life, at, Action.PROPOSE, "U001")

    def _worded(self, life: Life, at: datetime) -> None:
        self._set(Hypothesis, life, answer="agree", answered_at=at)
        self._event(life, at, Event.HYPOTHESIS_ANSWERED, "citizen")

    def _followed(self, life: Life, at: datetime) -> None:
        self._new.append(CheckIn(id=life.n, case_id=life.n, months=1, due_at=at + DAY))
        self._event(life, at, Action.ADVANCE, "U001", stage=Stage.FOLLOW_UP)

    def _answered(self, life: Life, at: datetime) -> None:
        self._set(CheckIn, life, answer="fine", answered_at=at)
        self._event(life, at, Event.CHECK_IN_ANSWERED, "citizen")

    def _closed(self, life: Life, at: datetime) -> None:
        self._event(life, at, Action.CLOSE, "U001", stage=Stage.CLOSED)

    def _set(self, table: Any, life: Life, **values: Any) -> None:
        self._sets[table, tuple(values)].append({"id": life.n, **values})

    def _event(self, life: Life, at: datetime, what: str, by: str, **changes: Any) -> None:
        if "stage" in changes:
            changes["stage_since"] = at
        if changes:
            self._set(Case, life, **changes)
        self._events.append({"case_id": life.n, "at": at, "by": by, "action": what, **BLANK})


def _citizen(life: Life) -> Citizen:
    return Citizen(id=life.n, line_user_id=f"U{life.n}", created_at=life.opened)


def _proposal(life: Life) -> Proposal:
    channel, at = Channel.LINE if life.on_line else Channel.PHONE, life.opened
    citizen = life.n if life.on_line else None
    return Proposal(id=life.n, citizen_id=citizen, channel=channel, state=ProposalState.SENT, ward="鶴見区",
                    created_at=at, updated_at=at, sent_at=at)  # fmt: skip


def _case(life: Life) -> Case:
    citizen, at = life.n if life.on_line else None, life.opened
    return Case(id=life.n, number=f"2026-{life.n:04}", proposal_id=life.n, citizen_id=citizen, opened_at=at,
                stage_since=at, promised_by=CENTRE.after_open_days(at, 3))  # fmt: skip


def _script(life: Life) -> Iterator[tuple[datetime, str]]:
    names = ("opened", "claimed", "replied", "joined", "fixed", "held", "proposed", "worded", "followed", "answered")
    return ((getattr(life, name), name) for name in (*names, "closed"))
