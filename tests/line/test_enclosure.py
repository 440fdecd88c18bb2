"""What LINE shows of a reply's file: a picture where it can, else a card with a button; in confidence only a link."""

from datetime import date
from types import ModuleType
from typing import Any

import pytest

from bot.desk.talk.enclosures import ENCLOSURE, key_of
from bot.line.drawing import draw
from bot.line.messages import Json
from storage.db import Database
from storage.models import Attachment, Case, OutboxRow
from tests.line.desk_rows import AT, NUMBER, a_case, judged

KEY = key_of(7, "F0FILE")


@pytest.fixture
async def case(sqlite: Database) -> Case:
    return await a_case(sqlite)


async def keeps(db: Database, case: Case, media_type: str, size: int = 9) -> None:
    async with db.transaction() as session:
        session.add(
            Attachment(
                citizen_id=case.citizen_id or 0, case_id=case.id, event_id=7, line_message_id=KEY, kind="file",
                name="秘密の資料.pdf", media_type=media_type, size=size, content=b"x", created_at=AT,
            )
        )  # fmt: skip


async def drawn(db: Database, case: Case, site: str = "https://centre.example", page: Any = None) -> list[Json]:
    def file_at(key: str, last: date) -> str:
        return f"{site}/sent/{key.replace(':', '-')}-{last:%Y%m%d}"

    payload = {"citizen": 1, "number": NUMBER, "case": case.id, "event": 7, ENCLOSURE: KEY}
    row = OutboxRow(key="k", dest="line", conv="c", kind="reply", retry_uuid="u", payload=payload, next_at=AT,
                    created_at=AT)  # fmt: skip
    async with db.reading() as session:
        return await draw(session, row, page, file_at)


@pytest.mark.parametrize("media_type", ["image/jpeg", "image/png"])
async def test_a_picture_is_shown_in_the_talk(
    sqlite: Database, case: Case, conformance: ModuleType, media_type: str
) -> None:
    await keeps(sqlite, case, media_type)

    url = "https://centre.example/sent/reply-7-F0FILE-20270101"
    assert judged(conformance, await drawn(sqlite, case)) == [
        {"type": "image", "originalContentUrl": url, "previewImageUrl": url}
    ]


@pytest.mark.parametrize(
    ("media_type", "size", "site"),
    [
        ("application/pdf", 9, "https://centre.example"),
        ("image/gif", 9, "https://centre.example"),
        ("image/png", 1_000_001, "https://centre.example"),
        ("image/png", 9, "http://127.0.0.1:8080"),
    ],
)
async def test_what_line_cannot_show_is_opened_by_a_button_that_says_until_when(
    sqlite: Database, case: Case, conformance: ModuleType, media_type: str, size: int, site: str
) -> None:
    await keeps(sqlite, case, media_type, size)

    (card,) = judged(conformance, await drawn(sqlite, case, site))

    assert card["contents"]["footer"]["contents"][0]["action"] == {
        "type": "uri", "label": "ファイルを開く", "uri": f"{site}/sent/reply-7-F0FILE-20270101",
    }  # fmt: skip
    assert "秘密の資料.pdf" in str(card["contents"]["body"])
    assert "1月1日(金)まで" in str(card["contents"]["body"])
    assert "秘密" not in card["altText"]


async def test_in_confidence_line_carries_neither_file_nor_name(
    sqlite: Database, case: Case, conformance: ModuleType
) -> None:
    await keeps(sqlite, case, "image/png")

    told = judged(conformance, await drawn(sqlite, case, page=lambda id: f"https://centre.example/status/{id}-MARK"))

    assert [message["type"] for message in told] == ["text"]
    assert f"/status/{case.proposal_id}-MARK" in told[0]["text"]
    assert "/sent/" not in str(told)
    assert "秘密" not in str(told)


async def test_an_erased_file_is_not_spoken_of(sqlite: Database, case: Case) -> None:
    assert await drawn(sqlite, case) == []


async def test_a_file_that_waited_goes_along_with_an_answer(sqlite: Database, case: Case) -> None:
    await keeps(sqlite, case, "image/png")
    along = [{"kind": "reply", "payload": {"number": NUMBER, "case": case.id, "event": 7, ENCLOSURE: KEY}}]
    row = OutboxRow(key="k", dest="line", conv="c", kind="turn", retry_uuid="u", next_at=AT, created_at=AT,
                    payload={"messages": [{"text": "はい"}], "along": along})  # fmt: skip
    async with sqlite.reading() as session:
        messages = await draw(session, row, None, lambda key, last: "https://centre.example/sent/x")

    assert [message["type"] for message in messages] == ["image", "text"]
