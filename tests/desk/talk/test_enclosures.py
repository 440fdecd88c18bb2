"""Files that go to a citizen with a reply: theirs from then on, and gone with everything else of theirs."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.desk.consultation import privacy
from bot.desk.record import files
from bot.desk.talk import enclosures, talk
from bot.desk.talk.enclosures import Chosen, Had, Why
from bot.errors import Refused
from storage.models import Attachment, Case, Channel, Citizen, OutboxRow, Proposal
from tests.desk.case_desk import MAIN, NOON, Desk
from tests.photos import heic

PDF = Had("申請書.pdf", "application/pdf", b"%PDF-1.7")
NAMED = Chosen("F0PDF", "申請書.pdf")


async def replied(desk: Desk, number: str, *chosen: Chosen) -> dict[str, Any]:
    """A reply with files; returns what the row for the first of them says."""
    await desk.does(talk.reply, number, "資料です", by=MAIN, cause="slack:1", files=chosen or (NAMED,))
    return dict((await desk.sent("files"))[0].payload)


async def kept(desk: Desk, key: str) -> Attachment | None:
    async with desk.database.reading() as session:
        return await enclosures.kept(session, key)


async def of(desk: Desk, number: str) -> list[enclosures.Shown]:
    async with desk.database.reading() as session:
        return await enclosures.of(session, await session.get_one(Case, (await desk.sees(number)).id))


@pytest.mark.parametrize(
    ("called", "content", "kind"),
    [
        ("image/png", b"\x89PNG\r\n\x1a\n", "image/png"), ("image/gif", b"GIF89a", "image/gif"),
        ("application/pdf", b"%PDF-1.4", "application/pdf"), ("image/png", b"GIF89a", None),
        ("image/webp", b"RIFF0000WEBP", None), ("image/png", b"", None), ("image/heic", b"\0\0\0\x1cftypheic", None),
        ("image/heic", heic(), "image/jpeg"), ("image/heif", heic(), "image/jpeg"),
    ],
)  # fmt: skip
async def test_what_is_sent_is_what_it_is_called_and_can_be_opened(
    called: str, content: bytes, kind: str | None
) -> None:
    had = await enclosures.sendable("会場", called, content)

    assert (had and had.media_type) == kind
    assert enclosures.may_be_sent(called) == (called != "image/webp")


def test_a_link_works_for_thirty_days_of_tokyo() -> None:
    late = datetime(2026, 11, 24, 16, tzinfo=UTC)  # already the 25th there

    assert enclosures.until(late) == date(2026, 12, 25)


async def test_a_file_arrives_once_and_the_thread_hears_how_it_went(desk: Desk) -> None:
    number = await desk.case()
    where = await replied(desk, number)
    for _ in range(2):
        await desk.does(enclosures.arrived, where, PDF)
    row = (await desk.sent("line", "reply"))[-1]
    for _ in range(2):
        await desk.does(enclosures.went, row.payload, "sent")

    assert len([r for r in await desk.sent("line", "reply") if enclosures.ENCLOSURE in r.payload]) == 1
    notes = [row.payload for row in await desk.sent("slack", "thread")]
    assert [note["say"] for note in notes][-2:] == ["reply_queued", "file_sent"]
    assert (notes[-2]["files"], notes[-1]["name"], notes[-1]["to"]) == (["申請書.pdf"], "申請書.pdf", MAIN)
    last = (await desk.sees(number)).history[-1]
    assert (last.action, last.by, last.after["file"], last.words) == ("file_sent", "system", "F0PDF", ())


async def test_what_went_to_the_citizen_is_not_shown_as_theirs(small_desk: Desk) -> None:
    number = await small_desk.case()
    await small_desk.does(enclosures.arrived, await replied(small_desk, number), PDF)
    case = await small_desk.sees(number)
    async with small_desk.database.transaction() as session:
        await files.show(session, await session.get_one(Case, case.id), NOON)

    assert (case.attachments, await small_desk.sent("slack", "file")) == ((), [])
    assert [(file.name, file.until) for file in await of(small_desk, number)] == [("申請書.pdf", date(2026, 12, 24))]


async def test_a_reply_has_three_files_at_most(small_desk: Desk) -> None:
    number = await small_desk.case()

    with pytest.raises(Refused, match="3 つまで"):
        await replied(small_desk, number, *(Chosen(f"F{n}", "図") for n in range(4)))

    assert (await small_desk.sent("line"), await small_desk.sent("files")) == ([], [])


@pytest.mark.parametrize("how", ["blocked", "failed"])
async def test_a_file_that_did_not_arrive_is_told_in_the_thread(small_desk: Desk, how: enclosures.How) -> None:
    number = await small_desk.case()
    await small_desk.does(enclosures.arrived, await replied(small_desk, number), PDF)

    await small_desk.does(enclosures.went, (await small_desk.sent("line", "reply"))[-1].payload, how)

    assert (await small_desk.said_in_thread())[-1] == f"file_{how}"


@pytest.mark.parametrize("why", Why)
async def test_why_a_file_could_not_be_had_is_told_once(small_desk: Desk, why: Why) -> None:
    where = await replied(small_desk, await small_desk.case())

    for _ in range(2):
        await small_desk.does(enclosures.not_had, where, why)

    assert (await small_desk.said_in_thread())[-2:] == ["reply_queued", str(why)]


async def test_who_came_by_the_web_form_finds_it_on_their_page(small_desk: Desk) -> None:
    number = await small_desk.case()
    async with small_desk.database.transaction() as session:
        (await session.get_one(Citizen, 1)).line_user_id = None
        (await session.get_one(Proposal, 1)).channel = Channel.WEB
    await small_desk.does(enclosures.arrived, await replied(small_desk, number), PDF)

    assert await small_desk.told_citizen() == []
    assert (await small_desk.said_in_thread())[-2:] == ["reply_shown", "file_shown"]
    assert [file.name for file in await of(small_desk, number)] == ["申請書.pdf"]


async def test_erasing_takes_the_file_and_its_name_everywhere(desk: Desk) -> None:
    number = await desk.case()
    where = await replied(desk, number, NAMED, Chosen("F0LATE", "申請書の控え.pdf"))
    await desk.does(enclosures.arrived, where, PDF)
    late = dict((await desk.sent("files"))[1].payload)

    async with desk.database.transaction() as session:
        await privacy.erase(session, await session.get_one(Citizen, 1), now=NOON)
    await desk.does(enclosures.arrived, late, PDF)
    await desk.does(enclosures.not_had, late, Why.GONE)

    assert await kept(desk, enclosures.key_of(where["event"], "F0PDF")) is None
    assert await of(desk, number) == []
    rows: list[OutboxRow] = [*await desk.sent("files"), *await desk.sent("line"), *await desk.sent("slack", "thread")]
    assert "申請書" not in str([row.payload for row in rows])


async def test_a_file_goes_when_the_case_s_time_is_over(small_desk: Desk) -> None:
    number = await small_desk.case()
    where = await replied(small_desk, number)
    await small_desk.does(enclosures.arrived, where, PDF)
    async with small_desk.database.transaction() as session:
        (await session.get_one(Case, where["case"])).closed_at = NOON

    async with small_desk.database.transaction() as session:
        await privacy.expire(session, NOON + privacy.KEPT + timedelta(days=1))

    assert await kept(small_desk, enclosures.key_of(where["event"], "F0PDF")) is None
