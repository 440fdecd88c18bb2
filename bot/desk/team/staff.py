"""Who works here, what they know and what they may do; who isn't in the tables may do nothing."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.record.moves import ACTION_LABEL, Action
from bot.desk.record.refusals import quoted, refuse, sentence, who
from bot.errors import Refused
from storage.models import Case, Proposal, Role, Staff

ROLE_LABEL = {
    Role.RECEPTION: "提案対応スタッフ",
    Role.COORDINATOR: "コーディネーター",
    Role.CITY_STAFF: "市職員",
    Role.LEAD: "リーダー",
    Role.ADMIN: "管理者",
}

_DESK = frozenset(Action) - {Action.PUBLISH}  # an editor publishes: two people read what becomes public

RIGHTS: dict[Role, frozenset[Action]] = {
    Role.RECEPTION: frozenset({Action.LOOK, Action.OPEN, Action.REFER, Action.ASK, Action.MERGE, Action.ASSIGN}),
    Role.COORDINATOR: _DESK,
    Role.CITY_STAFF: frozenset({Action.LOOK, Action.STAFF, Action.ASSESS, Action.BRIEF, Action.REPLY}),
    Role.LEAD: frozenset(Action),
    Role.ADMIN: frozenset(Action),
}


class NotAllowed(Refused):
    """The person's role doesn't include this action; the sentence says whose does."""


def may(role: Role | None, action: Action) -> bool:
    """Tell whether a role includes an action; nobody's role includes nothing."""
    return role is not None and action in RIGHTS.get(role, frozenset())


async def role_of(session: AsyncSession, slack_id: str) -> Role | None:
    """Return the role of a Slack user, or None for strangers and for people who have left."""
    member = await session.get(Staff, slack_id, populate_existing=True)
    if member is None or not member.active or member.role not in set(Role):
        return None
    return Role(member.role)


async def allow(session: AsyncSession, slack_id: str, action: Action, cases: Collection[str] = ()) -> Role:
    """Return the person's role, or raise NotAllowed with who may; call it in the transaction of the action.

    `cases` are the numbers it is about: a ward's own staff may only touch those of their ward.
    """
    role = await role_of(session, slack_id)
    if role is None or not may(role, action):
        key = "not_staff" if role is None else "not_allowed"
        raise NotAllowed(sentence(key, action=ACTION_LABEL[action], roles=_who_may(action)))
    if cases and (ward := await only_ward(session, slack_id)):
        await _refuse_other_wards(session, cases, ward)
    return role


async def only_ward(session: AsyncSession, slack_id: str) -> str:
    """Return the one ward whose cases a person may see, or None: most people see the cases of every ward."""
    member = await session.get(Staff, slack_id)
    return member.only_ward if member else ""


async def _refuse_other_wards(session: AsyncSession, numbers: Collection[str], ward: str) -> None:
    found = select(Case.number).join(Proposal, col(Proposal.id) == Case.proposal_id)
    elsewhere = func.coalesce(Proposal.ward, "") != ward
    if (await session.exec(found.where(col(Case.number).in_(numbers), elsewhere).limit(1))).first():
        raise NotAllowed(sentence("other_ward", ward=ward))


async def enrol(session: AsyncSession, slack_id: str, *, name: str = "", now: datetime) -> None:
    """Make a member of the intake channel a coordinator. People who are known, or were removed, stay as they are."""
    if await session.get(Staff, slack_id) is None:
        session.add(Staff(slack_id=slack_id, name=name, role=Role.COORDINATOR, added_at=now))
        await session.flush()


async def add(session: AsyncSession, slack_id: str, role: Role, *, name: str = "", now: datetime) -> Staff:
    """Give a person a role. It replaces an earlier role; a person who had left is back."""
    member = await session.get(Staff, slack_id) or Staff(slack_id=slack_id, added_at=now)
    member.role, member.active, member.name = role, True, name or member.name
    session.add(member)
    await session.flush()
    return member


async def describe(
    session: AsyncSession,
    slack_id: str,
    *,
    wards: Sequence[str] | None = None,
    themes: Sequence[str] | None = None,
    affiliation: str | None = None,
    only_ward: str | None = None,
) -> Staff:
    """Keep what is given of a person who is enrolled; what isn't given stays as it was."""
    member = await session.get(Staff, slack_id, populate_existing=True)
    if member is None:
        raise refuse("staff_unknown", who=who(slack_id))
    given = {"wards": wards, "themes": themes, "affiliation": affiliation, "only_ward": only_ward}
    for name, value in given.items():
        if value is not None:
            setattr(member, name, value if isinstance(value, str) else list(dict.fromkeys(value)))
    session.add(member)
    await session.flush()
    return member


async def remove(session: AsyncSession, slack_id: str) -> None:
    """Take a person's rights away; what they did stays in the history."""
    member = await session.get(Staff, slack_id)
    if member is None:
        raise refuse("staff_unknown", who=who(slack_id))
    member.active = False
    await session.flush()


async def roster(session: AsyncSession) -> list[Staff]:
    """Return everybody who may do something, by role and name."""
    found = select(Staff).where(col(Staff.active)).order_by(Staff.role, Staff.name, Staff.slack_id)
    return list((await session.exec(found)).all())


async def able(session: AsyncSession, action: Action, ward: str) -> list[str]:
    """Return everybody whose role includes an action with a case of this ward."""
    there = [one for one in await roster(session) if one.only_ward in ("", ward)]
    return [one.slack_id for one in there if one.role in set(Role) and may(Role(one.role), action)]


def _who_may(action: Action) -> str:
    return quoted([ROLE_LABEL[role] for role in Role if may(role, action)])
