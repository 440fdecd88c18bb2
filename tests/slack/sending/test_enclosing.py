"""市民へ返信 with files: chosen, named in the preview, sent with the words; what can't be sent is said at the field."""

import json
from typing import Any

import pytest
from sqlmodel import col, select

from bot.desk.consultation.intake import received
from bot.desk.talk.enclosures import Chosen
from bot.slack.kit import modals
from bot.slack.words import replying
from storage.models import CaseEvent, OutboxRow
from tests.slack.person import Answer, Person
from tests.slack.slack_office import NOW, Office

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
Json = dict[str, Any]


async def writing(office: Office) -> tuple[Person, Json]:
    """Tanaka, whose case it is, before the first window."""
    case, tanaka = await office.case(), await office.staff("U0TANAKA")
    async with office.db.transaction() as session:
        await received.claim(session, case.number, by="U0TANAKA", now=NOW)
    await tanaka.presses("case.reply", case.number)
    return tanaka, office.slack.of("views.open")[-1]["view"]


async def submits(person: Person, view: Json, text: str, *files: Json) -> Answer:
    """Submit the first window: what is written, and the files that Slack knows."""
    return await person.submits(view, written=text, files=list(files))


async def queued(office: Office, kind: str) -> list[OutboxRow]:
    async with office.db.reading() as session:
        found = select(OutboxRow).where(OutboxRow.kind == kind).order_by(col(OutboxRow.id))
        return list((await session.exec(found)).all())


async def test_files_are_named_before_they_are_sent_and_each_goes_by_itself(office: Office) -> None:
    tanaka, form = await writing(office)
    photo = office.slack.chooses("F0PHOTO", "会場 <案> & 図.png", "image/png", PNG)
    paper = office.slack.chooses("F0PAPER", "申請書.pdf", "application/pdf", b"%PDF-1.7")

    seen = office.judged(await submits(tanaka, form, "資料です", photo, paper)).json["view"]
    assert modals.enclosed(seen) == [Chosen("F0PHOTO", "会場 <案> & 図.png"), Chosen("F0PAPER", "申請書.pdf")]
    assert "申請書" not in seen["private_metadata"]
    mended = office.judged(await tanaka.submits(_as_slack_sends(seen), text="資料をお送りします")).json["view"]
    assert (await tanaka.submits(_as_slack_sends(mended), text="資料をお送りします")).body == b""

    rows = await queued(office, "fetch")
    assert [(row.dest, row.payload["file"], row.payload["name"]) for row in rows] == [
        ("files", "F0PHOTO", "会場 <案> & 図.png"), ("files", "F0PAPER", "申請書.pdf"),
    ]  # fmt: skip
    assert [row.payload["text"] for row in await queued(office, "reply")] == ["資料をお送りします"]
    async with office.db.reading() as session:
        event = (await session.exec(select(CaseEvent).where(CaseEvent.action == "reply"))).one()
    assert (event.by, event.after, event.words) == (
        "U0TANAKA", {"files": ["F0PHOTO", "F0PAPER"]}, ["資料をお送りします"],
    )  # fmt: skip
    assert (await queued(office, "thread"))[-1].payload["files"] == ["会場 <案> & 図.png", "申請書.pdf"]


def _as_slack_sends(view: Json) -> Json:
    """Slack hands texts back with & < > as entities."""
    blocks = json.loads(json.dumps(view["blocks"]))
    for block in blocks:
        if block["type"] == "section":
            text = block["text"]
            text["text"] = text["text"].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return view | {"blocks": blocks}


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"mimetype": "image/png", "size": 10 * 1024 * 1024 + 1}, replying.FILE_TOO_LARGE),
        ({"mimetype": "text/html", "size": 9}, replying.FILE_WRONG_KIND),
    ],
)
async def test_what_cannot_be_sent_is_said_at_its_field(office: Office, told: Json, said: str) -> None:
    tanaka, form = await writing(office)

    answer = office.judged(await submits(tanaka, form, "資料です", {"id": "F0X", "name": "大きな図"} | told)).json

    assert answer == {"response_action": "errors", "errors": {"files": said.format(name="大きな図")}}


async def test_what_is_no_id_of_slack_s_is_no_file(office: Office) -> None:
    tanaka, form = await writing(office)

    seen = office.judged(await submits(tanaka, form, "資料です", {"id": "../etc", "name": "x", "size": 1})).json["view"]

    assert modals.enclosed(seen) == []
