"""Reminders in Slack: the message that collects them, its buttons, and the plan of a case."""

import json
from datetime import timedelta
from typing import Any

import pytest
from slack_office import NOW, Office
from slack_stand_in import CHANNEL
from sqlmodel import col, select

from bot.cases import received
from bot.cases.agenda import Agenda, Item
from bot.cases.nudges import About
from bot.nudges.tick import Ticker
from bot.rulebook import rules
from bot.slack.blocks import MESSAGE_BLOCKS, MESSAGE_TEXT, visible
from bot.slack.drawing import nudges as drawing
from bot.slack.posts import POSTS
from storage.models import Case, CaseEvent, Nudge, NudgeSetting, OutboxRow, Role

ITEMS = sorted(rule.rule for rule in rules().values() if rule.door == "slack" and rule.rule not in ("digest",))


def an_item(rule: str, n: int = 1, title: str = "会場を決める") -> About:
    row = Nudge(id=n, rule=rule, subject=f"case:{n}", subject_id=n, case_id=n, to="acting", door="slack", due_at=NOW)
    return About(row, rules()[rule], f"2026-{n:04}", "②ヒアリング", NOW, 12, title)


async def ticks(office: Office, **after: float) -> None:
    at = NOW + timedelta(**after)
    await Ticker(office.db, lambda: at, office.wake, rules=rules()).tick()


async def a_message(office: Office, case: Case) -> tuple[int, dict[str, Any]]:
    """The reminder that a sub is missing, as it stands in somebody's direct messages."""
    async with office.db.transaction() as session:
        await received.claim(session, case.number, by="U0SATO", now=NOW)
    await ticks(office)
    await ticks(office, hours=6)
    async with office.db.reading() as session:
        found = select(OutboxRow).where(OutboxRow.kind == "direct").order_by(col(OutboxRow.id).desc())
        row = next(one for one in (await session.exec(found)).all() if one.payload["to"] == "U0SATO")
        text, blocks = await POSTS["nudges"](session, None, row.payload)  # type: ignore[arg-type]
    number = int(next(b["block_id"] for b in blocks if str(b.get("block_id", "")).startswith("nudge.")).split(".")[1])
    return number, {"ts": "1.1", "text": text, "blocks": blocks}


async def pressed(office: Office, person: Any, action: str, value: str, message: dict[str, Any], **more: Any) -> None:
    act = {"type": "button", "action_id": action, "block_id": "b", "value": value, "action_ts": "1"} | more
    place = {"channel": {"id": CHANNEL, "name": "direct"}, "container": {"type": "message", "channel_id": CHANNEL}}
    payload = person._interaction("block_actions") | place | {"actions": [act], "message": message}
    office.judged(await person.sends(payload))


@pytest.mark.parametrize("rule", ITEMS)
def test_every_reminder_has_words_and_buttons(rule: str, office: Office) -> None:
    text, blocks = drawing.message([an_item(rule)], None, NOW)

    assert office.conformance.slack_call("chat.postMessage", {"channel": "D1", "text": text, "blocks": blocks}) == []
    assert "{" not in visible(blocks)
    assert "対応した" in visible(blocks)


def test_a_flood_fits_one_message_and_says_what_is_left_out(office: Office) -> None:
    items = [an_item("task_overdue", n, "<!channel> *x* " * 100) for n in range(1, 60)]
    lines = [Item("2026-0001", NOW, "会" * 500) for _ in range(40)]
    text, blocks = drawing.message(items, Agenda(lines, lines, lines), NOW)

    assert len(blocks) <= MESSAGE_BLOCKS
    assert len(visible(blocks)) < MESSAGE_TEXT
    assert "ほかに 44 件" in visible(blocks)
    assert office.conformance.slack_call("chat.postMessage", {"channel": "D1", "text": text, "blocks": blocks}) == []


def test_a_day_on_which_all_is_done_says_so() -> None:
    _, blocks = drawing.message([], Agenda(), NOW)

    assert "済んでいます" in visible(blocks)


async def test_seen_to_is_noted_and_takes_the_buttons_place(office: Office) -> None:
    sato = await office.staff("U0SATO")
    number, message = await a_message(office, await office.case())

    await pressed(office, sato, "nudge.done", str(number), message)

    (update,) = [call for call in office.slack.calls if call.method == "chat.update"]
    assert "✓ 対応した" in visible(update.body["blocks"])
    async with office.db.reading() as session:
        assert (await session.get_one(Nudge, number)).handled_by == "U0SATO"


async def test_later_says_when(office: Office) -> None:
    sato = await office.staff("U0SATO")
    number, message = await a_message(office, await office.case())

    chosen = {"type": "static_select", "selected_option": {"value": f"{number}:tomorrow"}}
    await pressed(office, sato, "nudge.later", "", message, **chosen)

    (update,) = [call for call in office.slack.calls if call.method == "chat.update"]
    assert "6月16日(火) 09:00 にもう一度" in visible(update.body["blocks"])


async def test_not_for_this_case_stops_the_rule(office: Office) -> None:
    sato = await office.staff("U0SATO")
    number, message = await a_message(office, await office.case())

    await pressed(office, sato, "nudge.mute", str(number), message)

    async with office.db.reading() as session:
        (setting,) = (await session.exec(select(NudgeSetting))).all()
    assert (setting.rule, setting.muted, setting.by) == ("sub_missing", True, "U0SATO")


async def test_the_city_s_staff_may_answer_and_a_stranger_may_not(office: Office) -> None:
    await office.staff("U0SATO")
    city = await office.staff("U0CITY", Role.CITY_STAFF)
    number, message = await a_message(office, await office.case())

    await pressed(office, office.stranger(), "nudge.done", str(number), message)
    async with office.db.reading() as session:
        assert (await session.get_one(Nudge, number)).handled_by is None
    await pressed(office, city, "nudge.done", str(number), message)

    async with office.db.reading() as session:
        assert (await session.get_one(Nudge, number)).handled_by == "U0CITY"


async def plan_of(office: Office, person: Any, case: Case) -> dict[str, Any]:
    office.judged(await person.presses("case.nudges", case.number))
    view: dict[str, Any] = next(c.body["view"] for c in reversed(office.slack.calls) if c.method == "views.open")
    return view


async def submitted(office: Office, person: Any, view: dict[str, Any], state: dict[str, Any]) -> None:
    shown = {"id": "V1", "hash": "h" + json.dumps(sorted(state))[:40]} | view | {"state": {"values": state}}
    office.judged(await person.sends(person._interaction("view_submission") | {"view": shown}))


async def test_the_plan_says_what_comes_when_and_why_and_each_can_be_stopped_or_moved(office: Office) -> None:
    lead, case = await office.staff("U0LEAD", Role.LEAD), await office.case()
    await ticks(office)
    view = await plan_of(office, lead, case)
    text = json.dumps(view, ensure_ascii=False)
    assert "担当者が決まっていないことを、受付チャンネルに知らせる" in text
    assert "受付から開館時間で2時間" in text
    assert json.loads(view["private_metadata"]) == {"case": case.number}

    day = next(
        b for b in view["blocks"] if b.get("block_id", "").startswith("day.") and "リーダー" in b["label"]["text"]
    )
    state = {
        day["block_id"]: {day["block_id"]: {"type": "datepicker", "selected_date": "2026-06-20"}},
        "stop.0": {"stop.0": {"type": "checkboxes", "selected_options": [{"value": "unclaimed"}]}},
    }
    await submitted(office, lead, view, state)

    async with office.db.reading() as session:
        moved = await session.get_one(Nudge, int(day["block_id"].removeprefix("day.")))
        (setting,) = (await session.exec(select(NudgeSetting))).all()
        lines = (await session.exec(select(CaseEvent).where(CaseEvent.action == "nudge_set"))).all()
    assert f"{moved.due_at:%Y-%m-%d %H:%M}" == "2026-06-20 00:00"
    assert (setting.rule, len(lines)) == ("unclaimed", 2)

    view = await plan_of(office, lead, case)
    (boxes,) = [b for b in view["blocks"] if b.get("block_id") == "stop.0"]
    assert [one["value"] for one in boxes["element"]["initial_options"]] == ["unclaimed"]
    await submitted(office, lead, view, {"stop.0": {"stop.0": {"type": "checkboxes", "selected_options": []}}})

    async with office.db.reading() as session:
        assert not (await session.exec(select(NudgeSetting).where(col(NudgeSetting.muted)))).all()


async def test_a_coordinator_is_told_who_may_stop_a_lead_s_rule(office: Office) -> None:
    sato, case = await office.staff("U0SATO"), await office.case()
    await ticks(office)
    view = await plan_of(office, sato, case)
    state = {"stop.0": {"stop.0": {"type": "checkboxes", "selected_options": [{"value": "unclaimed"}]}}}

    await submitted(office, sato, view, state)

    async with office.db.reading() as session:
        assert not (await session.exec(select(NudgeSetting))).all()


async def test_a_case_with_nothing_planned_says_so(office: Office) -> None:
    lead, case = await office.staff("U0LEAD", Role.LEAD), await office.case()

    view = await plan_of(office, lead, case)

    assert "いま予定されているお知らせはありません" in visible(view["blocks"])
