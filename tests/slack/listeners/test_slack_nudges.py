"""Reminders in Slack: the message that collects them, its buttons, and the plan of a case."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from bot.desk.consultation.intake import received
from bot.desk.day.agenda import Agenda, Item
from bot.desk.day.nudges import About, Coming
from bot.nudges.forecast import forecast
from bot.nudges.tick import Ticker
from bot.slack.drawing import nudges as drawing
from bot.slack.kit.blocks import MESSAGE_BLOCKS, MESSAGE_TEXT, visible
from bot.slack.posts import POSTS
from bot.tables.reminders import rules
from bot.when import TOKYO
from storage.models import Case, CaseEvent, Nudge, NudgeSetting, OutboxRow, Role
from tests.slack.person import CHANNEL
from tests.slack.slack_office import NOW, Office

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


def test_a_flood_is_one_message_whose_buttons_lead_to_every_reminder(office: Office) -> None:
    items = [an_item("task_overdue", n, "<!channel> *x* " * 100) for n in range(1, 121)]
    lines = [Item("2026-0001", NOW, "会" * 500) for _ in range(40)]
    text, blocks = drawing.message(items, Agenda(lines, lines, lines), NOW)

    assert len(blocks) <= MESSAGE_BLOCKS
    assert len(visible(blocks)) < MESSAGE_TEXT
    assert office.conformance.slack_call("chat.postMessage", {"channel": "D1", "text": text, "blocks": blocks}) == []
    shown = [b["block_id"].removeprefix("nudge.") for b in blocks if "block_id" in b]
    leads = {b["text"]["text"]: b["value"].split(",") for b in blocks[-1]["elements"]}
    assert list(leads) == ["21〜65件目を見る", "66〜110件目を見る", "111〜120件目を見る"]
    assert [*shown, *(id_ for ids in leads.values() for id_ in ids)] == [str(n) for n in range(1, 121)]


async def test_what_has_no_room_in_a_message_is_opened_and_answered_beside_it(office: Office) -> None:
    sato = await office.staff("U0SATO")
    number, message = await a_message(office, await office.case())
    await pressed(office, sato, "nudge.rest.0", str(number), message)
    opened = next(call.body["view"] for call in office.slack.calls if call.method == "views.open")
    assert "サブが決まっていません" in visible(opened["blocks"])

    act = {"type": "button", "action_id": "nudge.done", "block_id": "b", "value": str(number), "action_ts": "2"}
    view = {"id": "V1", "hash": "h"} | opened
    office.judged(await sato.sends(sato._interaction("block_actions") | {"actions": [act], "view": view}))

    redrawn = next(call.body["view"] for call in office.slack.calls if call.method == "views.update")
    assert "✓ 対応した" in visible(redrawn["blocks"])
    assert "サブが決まっていません" in visible(redrawn["blocks"])
    async with office.db.reading() as session:
        assert (await session.get_one(Nudge, number)).handled_by == "U0SATO"


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


async def submitted(office: Office, person: Any, view: dict[str, Any], state: dict[str, Any]) -> dict[str, Any]:
    """What Slack is answered, if anything."""
    shown = {"id": "V1", "hash": "h" + json.dumps(sorted(state))[:40]} | view | {"state": {"values": state}}
    answer = office.judged(await person.sends(person._interaction("view_submission") | {"view": shown}))
    found: dict[str, Any] = answer.json if answer.body else {}
    return found


def at_field(view: dict[str, Any], words: str) -> dict[str, Any]:
    """The field of the first reminder with these words."""
    return next(b for b in view["blocks"] if b.get("block_id", "").startswith("at.") and words in b["label"]["text"])


def at_time(field: dict[str, Any], moment: str) -> dict[str, Any]:
    key, at = field["block_id"], datetime.fromisoformat(moment).replace(tzinfo=TOKYO)
    return {key: {key: {"type": "datetimepicker", "selected_date_time": int(at.timestamp())}}}


def stop(*names: str) -> dict[str, Any]:
    return {"stop.0": {"stop.0": {"type": "checkboxes", "selected_options": [{"value": name} for name in names]}}}


async def test_the_plan_says_what_comes_when_and_why_and_each_can_be_stopped_or_moved(office: Office) -> None:
    lead, case = await office.staff("U0LEAD", Role.LEAD), await office.case()
    view = await plan_of(office, lead, case)  # nothing has ticked yet
    text = json.dumps(view, ensure_ascii=False)
    assert "担当者が決まっていないことを、受付チャンネルに知らせる" in text
    assert "受付から開館時間で2時間" in text
    assert json.loads(view["private_metadata"]) == {"case": case.number}

    field = at_field(view, "リーダー")
    await submitted(office, lead, view, at_time(field, "2026-06-20T13:30") | stop("unclaimed"))

    async with office.db.reading() as session:
        moved = await session.get_one(Nudge, int(field["block_id"].removeprefix("at.")))
        (setting,) = (await session.exec(select(NudgeSetting))).all()
        lines = (await session.exec(select(CaseEvent).where(CaseEvent.action == "nudge_set"))).all()
    assert f"{moved.due_at.astimezone(TOKYO):%Y-%m-%d %H:%M}" == "2026-06-20 13:30"
    assert (setting.rule, len(lines)) == ("unclaimed", 2)

    view = await plan_of(office, lead, case)
    assert "受付チャンネルに知らせる" not in "".join(
        b["label"]["text"] for b in view["blocks"] if b.get("block_id", "").startswith("at.")
    )
    (boxes,) = [b for b in view["blocks"] if b.get("block_id") == "stop.0"]
    assert [one["value"] for one in boxes["element"]["initial_options"]] == ["unclaimed"]
    await submitted(office, lead, view, stop())

    async with office.db.reading() as session:
        assert not (await session.exec(select(NudgeSetting).where(col(NudgeSetting.muted)))).all()
    assert at_field(await plan_of(office, lead, case), "受付チャンネルに知らせる")


async def test_what_the_plan_shows_is_what_the_command_line_does(office: Office) -> None:
    lead, case = await office.staff("U0LEAD", Role.LEAD), await office.case()
    view = await plan_of(office, lead, case)

    async with office.db.reading() as session:
        coming = await forecast(session, rules(), case.number, NOW)

    fields = [b for b in view["blocks"] if b.get("block_id", "").startswith("at.")]
    assert [b["element"]["initial_date_time"] for b in fields] == [int(one.due_at.timestamp()) for one in coming]
    assert [b["label"]["text"] for b in fields] == [one.rule.what for one in coming]


async def test_a_time_that_can_not_be_is_said_at_its_field(office: Office) -> None:
    lead, case = await office.staff("U0LEAD", Role.LEAD), await office.case()
    view = await plan_of(office, lead, case)
    field = at_field(view, "リーダー")

    answer = await submitted(office, lead, view, at_time(field, "2026-06-15T11:00") | stop("unclaimed"))

    assert answer["response_action"] == "errors"
    assert list(answer["errors"]) == [field["block_id"]]
    assert "もう過ぎた時刻です" in answer["errors"][field["block_id"]]
    async with office.db.reading() as session:
        assert not (await session.exec(select(NudgeSetting))).all()


async def test_a_coordinator_is_told_who_may_stop_or_move_a_lead_s_rule(office: Office) -> None:
    sato, case = await office.staff("U0SATO"), await office.case()
    view = await plan_of(office, sato, case)

    for state in (stop("unclaimed"), at_time(at_field(view, "リーダー"), "2026-06-20T13:30")):
        answer = await submitted(office, sato, view, state)
        assert "「リーダー」「管理者」" in json.dumps(answer, ensure_ascii=False)

    async with office.db.reading() as session:
        assert not (await session.exec(select(NudgeSetting))).all()
        assert not (await session.exec(select(Nudge).where(col(Nudge.moved_to).is_not(None)))).all()


def test_a_plan_says_when_nothing_comes_and_when_nothing_comes_on_line(office: Office) -> None:
    view = drawing.plan(Coming("2026-0001", (), (), on_line=False))

    assert "いま予定されているお知らせはありません" in visible(view["blocks"])
    assert "通知を止めている" in visible(view["blocks"])
