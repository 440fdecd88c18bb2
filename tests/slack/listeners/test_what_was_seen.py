"""Whatever Slack's text comes in by, what goes on is what its writer saw on the screen."""

import re
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from bot.desk.record import sight
from bot.desk.team import staff
from bot.slack.kit.blocks import visible
from bot.slack.listeners import naming
from storage.models import OutboxRow, Role
from tests.slack.person import CHANNEL
from tests.slack.slack_office import ANSWERS, NOW, Office
from tests.slack.whole_forms import fill, opened

SLACK = Path(__file__).parents[3] / "bot" / "slack"
MARKED = (
    "<mailto:taro@example.jp|taro@example.jp> :bow: <tel:0450000000|045-000-0000> <@U0TARO> "
    "<https://example.jp/a|チラシ> <#C0OTHER|> &amp; *太字*"
)


async def takes_in(office: Office, message: dict[str, Any]) -> str:
    """案件にする on a message; returns what the overview begins with."""
    desk = await office.staff("U0DESK", Role.RECEPTION)
    said = desk._interaction("message_action") | {"callback_id": "intake.message", "message": message}
    await desk.sends(said | {"channel": {"id": CHANNEL, "name": "intake"}})
    (field,) = (block for block in opened(office)["blocks"] if block.get("block_id") == "overview")
    return str(field["element"]["initial_value"])


async def test_a_message_becomes_a_case_in_the_words_its_reader_saw(office: Office) -> None:
    office.slack.named = {"U0TARO": "山田 太郎", "C0OTHER": "雑談"}

    assert await takes_in(office, {"type": "message", "ts": "1.1", "text": MARKED}) == (
        "taro@example.jp 🙇 045-000-0000 @山田 太郎 チラシ (https://example.jp/a) #雑談 & 太字"
    )


async def test_who_works_here_is_named_without_asking_slack(office: Office) -> None:
    async with office.db.transaction() as session:
        await staff.add(session, "U0TARO", Role.COORDINATOR, name="青木", now=NOW)

    assert await takes_in(office, {"text": "<@U0TARO> から"}) == "@青木 から"
    assert office.slack.of("users.info") == []


async def test_whom_slack_does_not_tell_of_is_said_to_be_unknown(office: Office) -> None:
    office.slack.troubles["users.info"] = ["500"] * 9  # or a scope is missing

    assert await takes_in(office, {"text": "<@U0TARO> から"}) == "@（名前のわからない人） から"


async def test_a_slow_answer_holds_no_modal_up(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(naming, "PATIENCE", 2.0)  # Slack hangs for three seconds
    office.slack.named = {"U0TARO": "山田 太郎"}
    office.slack.troubles["conversations.info"] = ["hangs"]

    assert await takes_in(office, {"text": "<@U0TARO> <#C0SLOW>"}) == "@山田 太郎 #（名前のわからないチャンネル）"


async def test_a_chosen_emoji_reaches_the_citizen_as_a_sign(office: Office) -> None:
    case, tanaka = await office.case(), await office.staff("U0TANAKA")
    await tanaka.presses("case.claim", case.number)
    await tanaka.presses("case.reply", case.number)
    preview = office.judged(await tanaka.submits(opened(office), written="ありがとうございます:bow: 12:00に")).json[
        "view"
    ]
    assert "ありがとうございます🙇 12:00に" in visible(preview["blocks"])

    again = office.judged(
        await tanaka.submits(preview, text="ありがとうございます:bow: 12:00に")
    )  # as Slack hands it back

    assert again.body == b""
    async with office.db.reading() as session:
        sent = (await session.exec(select(OutboxRow).where(OutboxRow.dest == "line", OutboxRow.kind == "reply"))).one()
    assert "ありがとうございます🙇 12:00に" in str(sent.payload)


async def test_a_field_is_no_message_and_keeps_its_marks(office: Office) -> None:
    desk = await office.staff("U0DESK", Role.RECEPTION)
    await desk.types("/intake")
    typed = {"overview": "*大事* <会場> &amp; 資料_案_1 :tada:", "name": "山田 <taro@example.jp>"}
    office.judged(await fill(desk, opened(office), channel="phone", **(ANSWERS | typed)))

    async with office.db.reading() as session:
        view = await sight.view(session, "2026-0001")
    assert view.answers["overview"] == "*大事* <会場> &amp; 資料_案_1 🎉"
    assert view.name == "山田 <taro@example.jp>"


@pytest.mark.parametrize("command", ["/similar", "/org"])
async def test_a_command_s_words_are_read_as_they_were_typed(office: Office, command: str) -> None:
    tanaka = await office.staff("U0TANAKA")

    shown = visible(office.judged(await tanaka.types(command, "ないもの :bow: <@U0TARO|山田> &amp;")).json["blocks"])

    assert "ないもの 🙇 @山田 &" in shown


def test_what_was_typed_is_read_in_one_place_alone() -> None:
    reads = re.compile(
        r"""get\("values"\)|\["values"\]|get\("attachments"\)|"message"\)\s*or\s*\{\}\)\.get\("text"\)"""
    )
    found = {str(file.relative_to(SLACK)) for file in SLACK.rglob("*.py") if reads.search(file.read_text("utf-8"))}

    assert found == {"kit/modals.py", "kit/choosing.py", "kit/message.py"}  # fields, their files, messages
