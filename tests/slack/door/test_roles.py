"""Who may do what, tried at every button: who may not is told who may, alone, and nothing changes."""

from typing import Any

import pytest
from sqlmodel import func, select

from bot.desk.record.moves import ACTION_LABEL, Action
from bot.desk.team.staff import RIGHTS, ROLE_LABEL, may
from bot.slack import words
from bot.slack.listeners import ACTIONS
from storage.models import CaseEvent, OutboxRow, Role
from tests.slack.slack_office import Office

BUTTON_OF = {action: name for action, name in (words.card.ACTION_ID | words.card.WORK_ID).items() if name in ACTIONS}
REFUSED = [(action, role) for action in BUTTON_OF for role in Role if not may(role, action)]
ALSO_FOR_GUESTS = ("guest.", "dialogue.")  # who isn't staff may be asked to these, and hears of that instead


async def rows(office: Office) -> tuple[int, int]:
    async with office.db.reading() as session:
        counts = [(await session.exec(select(func.count()).select_from(t))).one() for t in (CaseEvent, OutboxRow)]
    return counts[0], counts[1]


@pytest.mark.parametrize(("action", "role"), REFUSED)
async def test_who_may_not_is_told_who_may(office: Office, action: Action, role: Role) -> None:
    case, person = await office.case(), await office.staff("U0PERSON", role)
    before = await rows(office)

    office.judged(await person.presses(BUTTON_OF[action], case.number))

    [told] = office.slack.of("chat.postEphemeral")
    assert told["user"] == "U0PERSON"
    assert ACTION_LABEL[action] in told["text"]
    assert all((f"「{ROLE_LABEL[one]}」" in told["text"]) is may(one, action) for one in Role)
    assert office.slack.of("views.open") == []
    assert await rows(office) == before


@pytest.mark.parametrize("name", sorted(ACTIONS))
async def test_a_stranger_s_press_changes_nothing(office: Office, name: str) -> None:
    case = await office.case()
    before = await rows(office)

    office.judged(await office.stranger().presses(name, _value(name, case.number)))

    told: list[Any] = office.slack.of("chat.postEphemeral")
    assert await rows(office) == before
    assert office.slack.of("views.open") == office.slack.of("views.publish") == []
    assert len(told) == 1
    assert told[0]["text"] != words.BUG
    if not name.startswith(ALSO_FOR_GUESTS):
        assert "登録されていません" in told[0]["text"]


def test_everybody_s_rights_are_in_the_table() -> None:
    assert set(RIGHTS) == set(Role)
    assert all(any(may(role, action) for role in Role) for action in Action)


def _value(name: str, number: str) -> str:
    """What the button carries: the number, with what some put behind or before it."""
    special = {"list.more": "mine:0:", "home.next": "1", "home.previous": "1", "home.refresh": "1"}
    special |= {"match.useful": f"{number}|case|c1", "match.wrong": f"{number}|case|c1"}
    special |= {"details.next": f"{number}:1", "details.previous": f"{number}:1"}
    return special.get(name, number)
