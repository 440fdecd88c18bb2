"""The public pages of published cases: a list with a search, a page each, and the same for machines."""

from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from bot.desk.record.evidence import storable
from bot.web import pages
from bot.web.published import feeds
from bot.web.published.shelf import LONGEST, Found, Shelf, Wanted, page_of
from knowledge.language.blanks import trimmed
from knowledge.search import Library
from storage.db import Database
from storage.models import PastCase


class Cases:
    """Answers /cases and what is below it."""

    def __init__(self, db: Database, library: Library, *, site: str, samples: bool) -> None:
        self._db, self._site = db, site.rstrip("/")
        self._shelf = Shelf(library, samples=samples)

    async def list(self, request: Request) -> Response:
        """Show all cases, or those like some words; twenty on a page."""
        wanted = _wanted(request)
        async with self._db.reading() as session:
            found = await self._shelf.find(session, wanted)
            wards, themes = await self._shelf.choices(session)
        shown, number, of = page_of(found.cases, _number(request.query_params.get("page", "")))
        return pages.page(
            request, "cases.html", wanted=wanted, found=found, cases=shown, count=len(found.cases), number=number,
            pages=of, wards=wards, themes=themes, link=feeds.address, to_page=_pager(wanted), query=_query(wanted),
        )  # fmt: skip

    async def one(self, request: Request) -> Response:
        """One case; one that was taken back says so (410)."""
        entry_id = storable(request.path_params["id"])
        async with self._db.reading() as session:
            case = await self._shelf.one(session, entry_id)
            gone = case is None and await self._shelf.is_gone(session, entry_id)
        if case is None:
            if gone:
                return pages.page(request, "gone.html", status=410)
            return pages.page(request, "unknown.html", status=404, said="not_found")
        licence, address = feeds.licence_of(case), feeds.address(case.id, self._site)
        return pages.page(request, "case.html", case=case, licence=licence, address=address)

    async def json(self, request: Request) -> Response:
        """The same list as JSON, whole."""
        return pages.answer(request, feeds.as_json(await self._all(request), self._site), pages.JSON)

    async def csv(self, request: Request) -> Response:
        """The same list as a table, whole."""
        return pages.answer(request, feeds.as_csv(await self._all(request), self._site), pages.CSV, name="cases.csv")

    async def atom(self, request: Request) -> Response:
        """The cases that changed last, as a feed."""
        return pages.answer(request, feeds.as_atom(await self._all(request), self._site), pages.ATOM)

    async def _all(self, request: Request) -> Sequence[PastCase]:
        async with self._db.reading() as session:
            found: Found = await self._shelf.find(session, _wanted(request))
        return [] if found.only_near else found.cases


def routes(cases_of: Callable[[Request], Cases]) -> list[BaseRoute]:
    """Return the addresses of the pages; `cases_of` finds what answers a request."""

    def to(answer: Callable[[Cases, Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            return await answer(cases_of(request), request)

        return endpoint

    return [
        Route("/cases", to(Cases.list)),
        Route("/cases.json", to(Cases.json)),
        Route("/cases.csv", to(Cases.csv)),
        Route("/cases.atom", to(Cases.atom)),
        Route("/cases/{id:path}", to(Cases.one)),
        Mount("/static", pages.static),
    ]


def _wanted(request: Request) -> Wanted:
    asked = request.query_params
    return Wanted(*(trimmed(storable(asked.get(name, "")))[:LONGEST] for name in ("q", "ward", "theme")))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 1


def _query(wanted: Wanted) -> str:
    """Return what is looked for, as the end of an address."""
    asked = {"q": wanted.words, "ward": wanted.ward, "theme": wanted.theme}
    return urlencode({name: value for name, value in asked.items() if value})


def _pager(wanted: Wanted) -> Callable[[int], str]:
    query = _query(wanted)
    return lambda number: "/cases?" + "&".join(filter(None, (query, f"page={number}")))
