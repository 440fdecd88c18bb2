"""A case ends, becomes knowledge with its citizen's consent, is found by the next one, and is gone when they say so."""

import csv
import io
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qsl
from xml.etree import ElementTree as xml

import pytest
from sqlmodel import col, select, update
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from bot.desk.consultation.intake import received
from bot.desk.consultation.publishing import agreement, closing, publication, publishing
from bot.desk.consultation.publishing.publication import text_of
from bot.errors import Refused
from bot.hearing import taps
from bot.hearing.standing import by_line_id
from bot.hearing.taps.kinds import Tap
from bot.line.drawing import draw
from bot.web.published.cases import Cases, routes
from knowledge.search import Library
from storage.db import Database
from storage.models import AnswerPart, Channel, Citizen, Delivery, OutboxRow, Proposal, ProposalState

SITE = "https://example.jp"
LISTS = ("/cases", "/cases.json", "/cases.csv", "/cases.atom")
OVERVIEW = "みなと会の山田花子です。商店街の空き店舗で子ども食堂を開きたい。電話は０４５ー０００ー００００です。"
ASKED_NEXT = "空いている店で、こども食堂を始めるには"


class Centre:
    """The desk, the citizen's phone and the public's browser, on one database and the real library."""

    def __init__(self, db: Database, index: Path) -> None:
        self.db, self.index, self.now, self._n = db, index, datetime(2026, 11, 24, 3, tzinfo=UTC), 0
        self.library = Library(db, index)
        self.elsewhere = Library(db, index)  # another replica, with an index of its own
        cases = Cases(db, self.library, site=SITE, samples=False)
        self.site = Starlette(routes=routes(lambda _: cases))

    async def hears_of_an_idea(self) -> str:
        """A proposal by LINE, told in five answers, becomes a case."""
        async with self.db.transaction() as session:
            citizen = Citizen(line_user_id="Uhanako", created_at=self.now)
            session.add(citizen)
            await session.flush()
            proposal = Proposal(
                citizen_id=citizen.id, channel=Channel.LINE, state=ProposalState.SENT, ward="鶴見区", name="山田花子",
                contact="045-000-0000", created_at=self.now, updated_at=self.now, sent_at=self.now,
            )  # fmt: skip
            session.add(proposal)
            await session.flush()
            said = {"overview": OVERVIEW, "background": "孤食が多い"}
            for question, words in said.items():
                part = {"message_key": question, "said_at": self.now}
                session.add(AnswerPart(proposal_id=proposal.id, question=question, text=words, **part))
            case = await received.open_case(session, proposal, {"overview": "子ども・若者"}, by="citizen", now=self.now)
            return case.number

    async def does(self, use_case, *args, **values):  # type: ignore[no-untyped-def]
        self.now += timedelta(hours=1)
        async with self.db.transaction() as session:
            return await use_case(session, *args, now=self.now, **values)

    async def phone_shows(self) -> list[dict]:  # type: ignore[type-arg]
        """What came last on LINE, as LINE gets it; from then on it is on the screen."""
        async with self.db.transaction() as session:
            rows = await session.exec(select(OutboxRow).where(OutboxRow.dest == "line").order_by(col(OutboxRow.id)))
            shown = await draw(session, rows.all()[-1])
            await session.exec(update(OutboxRow).values(status=Delivery.DONE))
            return shown

    async def taps(self, label: str, shown: list[dict]) -> str:  # type: ignore[type-arg]
        """Press the button with these words, and read what is said to it."""
        buttons = shown[-1]["contents"]["footer"]["contents"]
        data = next(one["action"]["data"] for one in buttons if one["action"]["label"] == label)
        return await self._answers(dict(parse_qsl(data)))

    async def types(self, words: str) -> str:
        async with self.db.reading() as session:
            standing = await by_line_id(session, "Uhanako", self.now)
            args = await taps.typed(session, standing, words, self.now)
        assert args is not None
        return await self._answers(args)

    async def finds(self, words: str) -> list[str]:
        """The ids of the past cases that /similar shows, the same in every replica."""
        here = [hit.id for hit in await self.library.similar(words, kind="case")]
        there = [hit.id for hit in await self.elsewhere.similar(words, kind="case")]
        assert here == there
        return here

    async def page(self, address: str) -> Response:
        path, _, query = address.partition("?")
        sent = []

        async def send(message) -> None:  # type: ignore[no-untyped-def]
            sent.append(message)

        request = Request(
            {"type": "http", "method": "GET", "path": path, "query_string": query.encode(), "headers": [],
             "root_path": "", "scheme": "https", "server": ("example.jp", 443)}
        )  # fmt: skip
        await self.site(request.scope, request.receive, send)
        return Response(b"".join(part.get("body", b"") for part in sent[1:]), sent[0]["status"])

    async def _answers(self, args) -> str:  # type: ignore[no-untyped-def]
        self._n += 1
        async with self.db.transaction() as session:
            standing = await by_line_id(session, "Uhanako", self.now)
            return (await taps.answer(Tap(session, standing, args, f"line:{self._n}", self.now)))[-1]["text"]


@pytest.fixture
async def centre(database: Database, tmp_path: Path) -> AsyncIterator[Centre]:
    centre = Centre(database, tmp_path / "index")
    yield centre
    await centre.library.close()
    await centre.elsewhere.close()


async def test_from_case_to_knowledge_and_back(centre: Centre) -> None:
    number = await centre.hears_of_an_idea()
    assert await centre.finds(ASKED_NEXT) == []

    # It ends, and what was learnt begins a draft in which nobody is to be recognised.
    await centre.does(
        closing.close, number, reason="食堂が開いた", by="UMAIN",
        learnings="商店会と早くつながる", methods="試食会を3回", partners="鶴見商店会",
    )  # fmt: skip
    async with centre.db.reading() as session:
        draft = text_of(await publication.of(session, await publication.record.get(session, number)))
    assert not any(own in draft.whole for own in ("山田", "花子", "０００"))
    text = publication.Text(
        "空き店舗のこども食堂",
        "商店街の空き店舗で食堂を開いた",
        draft.body,
        draft.ward,
        draft.theme,
        draft.organisations,
    )
    await centre.does(publication.save, number, text, seen=draft.digest, by="UMAIN")

    # The citizen sees the exact text, wants it mended, sees it again, and agrees.
    await centre.does(agreement.ask, number, seen=text.digest, by="UMAIN")
    first = await centre.phone_shows()
    assert text.body in first[0]["text"]
    assert "直すとよいか" in await centre.taps("直してほしい", first)
    mended = replace(text, title="空き店舗のみんなの食堂")
    await centre.does(publication.save, number, mended, seen=text.digest, by="UMAIN")
    await centre.does(agreement.ask, number, seen=mended.digest, by="UMAIN")
    second = await centre.phone_shows()
    assert "前にお見せした文" in await centre.taps("公開してよい", first)
    with pytest.raises(Refused, match="同意がまだ"):
        await centre.does(publishing.publish, number, seen=None, site=SITE, by="ULEAD")
    assert "ありがとうございます" in await centre.taps("公開してよい", second)
    assert await centre.finds(ASKED_NEXT) == []

    # An editor publishes it: the next question finds it, and so does everybody.
    await centre.does(publishing.publish, number, seen=mended.digest, site=SITE, by="ULEAD")
    entry = f"case-{number}"
    assert await centre.finds(ASKED_NEXT) == [entry]
    news = await centre.phone_shows()
    assert f"{SITE}/cases/{entry}" in news[0]["text"]
    for address in (
        "/cases",
        "/cases?q=%E9%A3%9F%E5%A0%82",
        f"/cases/{entry}",
        "/cases.json",
        "/cases.csv",
        "/cases.atom",
    ):
        page = await centre.page(address)
        assert page.status_code == 200
        shown = bytes(page.body).decode()
        assert mended.title in shown, address
        assert not any(own in shown for own in ("山田", "花子", "０００", "みなと会の山田")), address
    table = csv.DictReader(io.StringIO(bytes((await centre.page("/cases.csv")).body).decode("utf-8-sig")))
    assert [row["id"] for row in table] == [entry]
    feed = xml.fromstring(bytes((await centre.page("/cases.atom")).body))  # noqa: S314  our own
    assert len(feed.findall("{http://www.w3.org/2005/Atom}entry")) == 1

    # They change their mind, in their own words, and it is gone everywhere at once.
    assert "公開をやめました" in await centre.types("公開をやめる")
    assert await centre.finds(ASKED_NEXT) == []
    assert (await centre.page(f"/cases/{entry}")).status_code == 410
    for address in (*LISTS, f"/cases/{entry}"):
        assert mended.title not in bytes((await centre.page(address)).body).decode(), address
    assert "すでに記録" in await centre.taps("公開をやめる", news)
