"""Who may do what; everybody else may do nothing."""

import pytest

from bot.desk.record.moves import Action
from bot.desk.team import staff
from bot.desk.team.staff import NotAllowed, may
from bot.errors import Refused
from storage.models import Role, Staff
from tests.desk.case_desk import Desk

RIGHTS = {
    Role.RECEPTION: {Action.LOOK, Action.OPEN, Action.REFER, Action.ASK, Action.MERGE, Action.ASSIGN},
    Role.COORDINATOR: set(Action) - {Action.PUBLISH},
    Role.CITY_STAFF: {Action.LOOK, Action.STAFF, Action.ASSESS, Action.BRIEF, Action.REPLY},
    Role.LEAD: set(Action),
    Role.ADMIN: set(Action),
}


async def _role(desk: Desk, slack_id: str) -> Role | None:
    async with desk.database.reading() as session:
        return await staff.role_of(session, slack_id)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", Action)
def test_a_role_may_do_exactly_what_is_hers(role: Role, action: Action) -> None:
    assert may(role, action) is (action in RIGHTS[role])


def test_nobody_may_nothing() -> None:
    assert not any(may(None, action) for action in Action)


async def test_a_stranger_is_told_who_may(desk: Desk) -> None:
    async with desk.database.reading() as session:
        with pytest.raises(NotAllowed, match=r"登録されていません。.*「コーディネーター」「リーダー」「管理者」"):
            await staff.allow(session, "USTRANGER", Action.CLAIM)


async def test_rights_are_checked_when_acting(desk: Desk) -> None:
    await desk.hires(UREC=Role.RECEPTION)
    async with desk.database.reading() as session:
        assert await staff.allow(session, "UREC", Action.REFER) is Role.RECEPTION
        with pytest.raises(NotAllowed, match="「担当する」ができるのは"):
            await staff.allow(session, "UREC", Action.CLAIM)


async def test_members_of_the_channel_become_coordinators_once(desk: Desk) -> None:
    await desk.hires(UREC=Role.RECEPTION)
    for slack_id in ("UNEW", "UNEW", "UREC"):
        await desk.does(staff.enrol, slack_id)

    assert (await _role(desk, "UNEW"), await _role(desk, "UREC")) == (Role.COORDINATOR, Role.RECEPTION)


async def test_who_was_removed_stays_out_until_added_again(desk: Desk) -> None:
    await desk.hires(UOLD=Role.COORDINATOR)
    async with desk.database.transaction() as session:
        await staff.remove(session, "UOLD")
    await desk.does(staff.enrol, "UOLD")
    assert await _role(desk, "UOLD") is None

    await desk.does(staff.add, "UOLD", Role.LEAD, name="佐藤")
    assert await _role(desk, "UOLD") is Role.LEAD
    async with desk.database.reading() as session:
        assert ("UOLD", "佐藤") in [(who.slack_id, who.name) for who in await staff.roster(session)]


async def test_removing_who_is_unknown_says_so(small_desk: Desk) -> None:
    async with small_desk.database.transaction() as session:
        with pytest.raises(Refused, match="登録されていません"):
            await staff.remove(session, "UNOBODY")


async def test_a_role_nobody_knows_gives_no_rights(small_desk: Desk) -> None:
    async with small_desk.database.transaction() as session:
        session.add(Staff(slack_id="UODD", role="emperor", added_at=small_desk.now))
    assert await _role(small_desk, "UODD") is None
