"""Due rows are settled: said, void with a reason, or moved. Each row once, even if other hubs settle, too."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery import outbox, quota
from bot.delivery.unique import insert_new
from bot.desk.consultation.follow_up import follow_up
from bot.desk.consultation.follow_up.follow_up import Asking
from bot.desk.day import agenda
from bot.desk.day.arrangements import MUTED, void
from bot.desk.team.absence import CARD_BACK
from bot.nudges import gathering
from bot.nudges.calls import Key, Rules, Wanted, too_late, wanted
from bot.nudges.people import People
from bot.nudges.planning import GONE, UNFOLLOWED, UNIQUE, muted, repetition
from bot.tables.calendars import CENTRE
from bot.when import TOKYO
from storage.models import Citizen, Delivery, Nudge

AT_ONCE = 1_000  # rows of one transaction: a webhook waits no longer than this takes
PARK = timedelta(days=1)  # between two looks whether a citizen who left is back
STOPPED, NOBODY = "stopped", "no_such_rule"


@dataclass
class Said:
    """What one transaction says, by the people it is for."""

    people: dict[tuple[str, datetime], list[int]] = field(default_factory=lambda: defaultdict(list))
    citizens: dict[int, list[tuple[str, int]]] = field(default_factory=lambda: defaultdict(list))
    channel: list[int] = field(default_factory=list)  # also reminders that can be told to nobody else
    agendas: dict[str, datetime] = field(default_factory=dict)
    rows: dict[int, Nudge] = field(default_factory=dict)


@dataclass(frozen=True)
class Desk:
    """What is known while rows are settled."""

    session: AsyncSession
    now: datetime
    calls: dict[Key, Wanted]
    silent: set[tuple[int, str]]
    people: People


async def settle(
    session: AsyncSession, rules: Rules, now: datetime, limit: int = AT_ONCE, only: int | None = None
) -> int:
    """Settle at most `limit` due rows (or the one named) and return how many were looked at."""
    rows = await claim(session, now, limit, only)
    if not rows:
        return 0
    desk = await _desk(session, rules, rows, now)
    said = Said()
    with session.no_autoflush:  # each row is written once, at the end
        for row in rows:
            await _settle(desk, rules, row, said)
        await _say(session, said, now)
    await session.flush()
    calls = ((desk.calls[row.rule, row.subject], row) for row in said.rows.values())
    again = [new for want, row in calls if (new := repetition(want, row))]
    await insert_new(session, Nudge, again, unique=UNIQUE)
    return len(rows)


async def claim(session: AsyncSession, now: datetime, limit: int, only: int | None = None) -> Sequence[Nudge]:
    """Lock due rows, the longest due first. Rows that another hub has locked are left out."""
    due = select(Nudge).where(Nudge.status == Delivery.NEW, Nudge.due_at <= now)
    if only is not None:
        due = due.where(Nudge.id == only)
    first = due.order_by(col(Nudge.due_at), col(Nudge.id)).limit(limit)
    return (await session.exec(first.with_for_update(skip_locked=True).execution_options(populate_existing=True))).all()


async def _desk(session: AsyncSession, rules: Rules, rows: Sequence[Nudge], now: datetime) -> Desk:
    asked = {row.rule: rules[row.rule] for row in rows if row.rule in rules}
    ids = {row.case_id for row in rows if row.case_id is not None}
    calls = await wanted(session, asked, ids, now) if ids else {}
    if any(row.case_id is None for row in rows):
        calls |= await wanted(session, asked, None, now)
    return Desk(session, now, calls, await muted(session, ids), await People.read(session, now))


async def _settle(desk: Desk, rules: Rules, row: Nudge, said: Said) -> None:
    now, want = desk.now, desk.calls.get((row.rule, row.subject))
    if row.rule == CARD_BACK:
        await outbox.redraw_card(desk.session, row.subject_id, now)
        row.status, row.done_at = Delivery.DONE, now
    elif row.rule not in rules:
        void(row, NOBODY, now)
    elif want is None:
        void(row, GONE, now)
    elif (row.case_id or 0, row.rule) in desk.silent:
        void(row, MUTED, now)
    elif (later := _later(row, want, now)) > now:
        row.due_at, row.fact_at = later, want.fact.at
    elif reason := too_late(row, want, now):
        void(row, reason, now)
    else:
        await _send(desk, row, want, said)


def _later(row: Nudge, want: Wanted, now: datetime) -> datetime:
    """Return when it may be said, if not now: the fact may have moved, and nobody is woken at night."""
    moved = row.fact_at is not None and row.fact_at != want.fact.at
    if moved:
        row.moved_to, row.round = None, 1
    due = want.due_at if moved else now
    return max(due, want.timely(now))


async def _send(desk: Desk, row: Nudge, want: Wanted, said: Said) -> None:
    now, citizen = desk.now, want.fact.citizen
    row.to, row.door = want.to, want.door
    if want.door == "line" and citizen is not None:
        if not citizen.following:
            row.reason, row.due_at = UNFOLLOWED, CENTRE.awake(now + PARK)
            return
        if not citizen.notices:
            void(row, STOPPED, now)
            return
    row.status, row.done_at, row.reason = Delivery.DONE, now, None
    row.late_seconds = max(0, int((now - row.due_at).total_seconds()))
    said.rows[row.id or 0] = row
    if want.rule.of == "open_day":
        busy, ward = await agenda.busy(desk.session, now), want.fact.ward
        said.agendas |= {who: now for who in busy if desk.people.begins_with(who, ward, now)}
    elif want.door == "line" and citizen is not None:
        await _to_citizen(desk, row, want, citizen, said)
    elif want.rule.to == ["channel"]:
        said.channel.append(row.id or 0)
    else:
        _to_staff(desk, row, want, said)


async def _to_citizen(desk: Desk, row: Nudge, want: Wanted, citizen: Citizen, said: Said) -> None:
    does, asking = want.rule.does, Asking.LINE
    if does is not None:
        asking = await follow_up.ask(desk.session, row.subject_id, desk.now, again=does == "check_in_again")
    if asking is Asking.LINE:
        said.citizens[citizen.id or 0].append((_rank(want), row.id or 0))
    elif asking is Asking.PHONE:
        row.to, row.door = "acting", "slack"
        _to_staff(desk, row, want, said)


def _to_staff(desk: Desk, row: Nudge, want: Wanted, said: Said) -> None:
    people = desk.people.of(row.to.split(","), want.fact.case, want.fact.owner)
    if not people:
        said.channel.append(row.id or 0)
    for who in people:
        at = desk.now if want.rule.at_once else desk.people.calendar_of(who).open_from(desk.now)
        said.people[who, at].append(row.id or 0)


async def _say(session: AsyncSession, said: Said, now: datetime) -> None:
    today = f"{now.astimezone(TOKYO):%Y-%m-%d}"
    for who, at in said.agendas.items():
        said.people.setdefault((who, at), [])
    letters = [
        gathering.to_person(who, ids, at, today if who in said.agendas and at == now else "")
        for (who, at), ids in said.people.items()
    ]
    letters += await _to_citizens(session, said, now)
    if said.channel:
        letters.append(gathering.to_channel(said.channel, now))
    for id_, keys in (await gathering.queue(session, letters, now)).items():
        said.rows[id_].messages = [*said.rows[id_].messages, *keys]


async def _to_citizens(session: AsyncSession, said: Said, now: datetime) -> list[gathering.Letter]:
    """Make one push for each citizen. They go by rank, and each takes one of LINE's messages of the month."""
    if not said.citizens:
        return []
    stands, letters = await quota.promised(session, now), []
    ranked = [(min((rank for rank, _ in items), key=quota.RANKS.index), who) for who, items in said.citizens.items()]
    for rank, who in sorted(ranked, key=lambda one: quota.RANKS.index(one[0])):
        letter = gathering.to_citizen(who, [id_ for _, id_ in said.citizens[who]], rank, stands, now)
        stands = stands.after(letter.at != quota.FAR)
        letters.append(letter)
    return letters


def _rank(want: Wanted) -> str:
    """Return the rank of a reminder, which counts when LINE's month runs low."""
    of = want.rule.of
    ranks = {"hearing": "hearing", "hypothesis_unanswered": "hypothesis", "unfinished_hearing": "unfinished"}
    return ranks.get(of, "check_in")
