"""The page of a sent consultation: its receipt, where it stands, what has been said, and a way to write more."""

import hashlib
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, time
from typing import Any

from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.desk.consultation import heard, on_page
from bot.desk.consultation.intake import forms
from bot.desk.consultation.on_page import Line
from bot.desk.record import sight
from bot.desk.record.moves import Action
from bot.desk.record.numbers import read_number
from bot.desk.talk import enclosures
from bot.web import guard, pages, speech
from bot.web.consultation import posted
from bot.web.consultation.links import Links
from bot.web.dates import clock, day
from bot.web.guard import Guard
from bot.web.problems import Problem
from bot.when import TOKYO
from knowledge.language.blanks import has_words
from storage.db import Database
from storage.models import Case, Proposal, ProposalState

LONGEST = 5_000
ONCE = "once"  # a field that is new on each page
_NEWS = (Action.DIALOGUE,)  # place and purpose of a meeting are no messages: they stand under the news


class Status:
    """Answers /status and what is below it."""

    def __init__(
        self, db: Database, guard_: Guard, links: Links, clock_: Callable[[], datetime], wake: Callable[[], None],
        site: str,
    ) -> None:  # fmt: skip
        self._db, self._guard, self._links, self._clock, self._wake = db, guard_, links, clock_, wake
        self._site = site.rstrip("/")

    async def find(self, request: Request) -> Response:
        """Ask for number and code; both together lead to the page. A wrong one says the same as an unknown one."""
        if request.method == "GET":
            return self._page(request, "status_find.html")
        given = await posted.words(request)
        if self._only_reads_on(request, given):
            return self._page(request, "status_find.html", values=given)
        if refusal := await self._guard.refuses(request, given, guard.TRY):
            return self._page(request, "status_find.html", values=given, **refusal.page)
        number = read_number(given.get("number", ""))
        if self._links.fits(number, given.get("code", "")):
            async with self._db.reading() as session:
                found = (await session.exec(select(Case.proposal_id).where(Case.number == number))).first()
            if found is not None:
                return RedirectResponse(f"/status/{self._links.address(found)}", 303)
        problems = [Problem("number", "status_wrong", {})]
        return self._page(request, "status_find.html", problems=problems, values=given, status=404)

    async def show(self, request: Request) -> Response:
        """Show the consultation. A post hands a message to the coordinators."""
        number = self._links.read(request.path_params["part"])
        async with self._db.reading() as session:
            case = await forms.case_of(session, number)
            seen = await _see(session, case) if case else {}
            proposal = await session.get(Proposal, number or 0)
        if case is None:
            if proposal and proposal.state == ProposalState.DRAFT:
                return RedirectResponse(f"/form/{request.path_params['part']}", 303)
            return self._page(request, "nothing_there.html", status=404)
        if request.method == "GET":
            return self._case(request, case, seen)
        return await self._write(request, case, seen)

    async def _write(self, request: Request, case: Case, seen: Mapping[str, Any]) -> Response:
        given = await posted.words(request)
        if self._only_reads_on(request, given):
            return self._case(request, case, seen, values=given)
        words = given.get("words", "")
        if refusal := await self._guard.refuses(request, given, guard.WRITE):
            return self._case(request, case, seen, values=given, **refusal.page)
        if problem := _wrong(words):
            return self._case(request, case, seen, problems=[problem], values=given, status=422)
        now = self._clock()
        async with self._db.transaction(accept=True) as session:
            held = await session.get_one(Case, case.id)
            if held.citizen_id is not None:
                await heard.citizen_wrote(session, held, [words], key=_key(case, given, now), now=now)
        self._wake()
        return RedirectResponse(f"{request.url.path}?written=1", 303)

    def _case(self, request: Request, case: Case, seen: Mapping[str, Any], **more: Any) -> Response:
        t = speech.speech(speech.chosen(request))
        return self._page(
            request, "status.html", number=case.number, code=self._links.code(case.number), stage=case.stage,
            promised=day(t, case.promised_by) if case.promised_by else "", erased=case.citizen_id is None,
            files=[self._file(t, file) for file in seen["files"]],
            written=request.query_params.get("written") == "1",
            news=[[(_told(t, line), line.words) for line in lines] for lines in seen["news"]],
            said=[(mine, clock(t, at), words) for mine, at, words in seen["said"]], kept=seen["kept"], **more,
        )  # fmt: skip

    def _only_reads_on(self, request: Request, given: Mapping[str, str]) -> bool:
        """Tell whether this is only what was typed so far, to be shown again in another language."""
        return given.get("wish") == speech.WISH and self._guard.is_ours(request, given)

    def _file(self, t: Mapping[str, str], file: enclosures.Shown) -> tuple[str, str, str]:
        """A file's name, where it is opened (nowhere once its time is over), and its last day."""
        is_over = self._clock().astimezone(TOKYO).date() > file.until
        where = "" if is_over else f"/sent/{self._links.file(file.key, file.until)}"
        return file.name, where, day(t, datetime.combine(file.until, time(12), TOKYO))

    def _page(self, request: Request, template: str, *, status: int = 200, **values: Any) -> Response:
        cookie, token = self._guard.seal(request)
        values = {"problems": [], "values": {}, **values}
        here = f"{self._site}{request.url.path}"
        made = pages.personal(
            request,
            template,
            status=status,
            token=token,
            trap=guard.TRAP,
            here=here,
            once=secrets.token_hex(8),
            **values,
        )
        return self._guard.put(made, cookie)


async def _see(session: AsyncSession, case: Case) -> dict[str, Any]:
    """Return what there is to read: the messages, what the citizen should answer, and what they told."""
    seen = await sight.for_citizen(session, case)
    lines = [line for line in seen if any(line.words) and line.action not in _NEWS]
    said = [(line.by == "citizen", line.at, "\n".join(line.words)) for line in lines]
    return {
        "said": said,
        "files": await enclosures.of(session, case),
        "news": await on_page.put_to_citizen(session, case),
        "kept": await on_page.kept(session, case),
    }


def _told(t: Mapping[str, str], line: Line) -> str:
    """What a line says of itself, in the reader's language."""
    when = {"at": clock(t, line.at), "day": day(t, line.at)} if line.at else {}
    return t[line.key].format(**when) if line.key else ""


def _key(case: Case, given: Mapping[str, str], now: datetime) -> str:
    """Return what makes a message one: the same words from the same page are the same, however often they were sent.

    Only a sum is kept; who doesn't know what the page had in its field can't try out words on it.
    """
    if not (once := given.get(ONCE)):
        return f"web:{case.id}:{now.timestamp()}"
    told = hashlib.sha256(f"{once}:{given['words']}".encode()).hexdigest()
    return f"web:{case.id}:{told[:32]}"


def _wrong(words: str) -> Problem | None:
    if not has_words(words):
        return Problem("words", "needs_words", {})
    over = len(words) - LONGEST
    values = {"label": "write_label", "most": f"{LONGEST:,}", "over": f"{over:,}"}
    return Problem("words", "too_long", values) if over > 0 else None
