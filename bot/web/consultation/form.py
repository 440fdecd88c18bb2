"""The web form: the same five questions, consent first, saved as often as wished, sent once."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.desk.consultation.intake import forms
from bot.desk.record.answers import FIELDS, answers
from bot.phrases import phrase
from bot.web import guard, pages, speech
from bot.web.consultation import posted, seen, uploads
from bot.web.consultation.links import Links
from bot.web.guard import Guard
from bot.web.problems import Problem
from knowledge.language.blanks import has_words, trimmed
from knowledge.language.wards import WARDS, WHOLE_CITY
from storage.db import Database
from storage.models import QUESTIONS, PartyKind, Proposal, ProposalState

MOST = dict.fromkeys(QUESTIONS, 5_000) | {"ward": 20, "party": 20, "name": 200, "contact": 300}
MOST_BODY = uploads.MOST_FILES * uploads.MOST_BYTES + 1_048_576


class Form:
    """Answers /form and what is below it."""

    def __init__(
        self, db: Database, guard_: Guard, links: Links, clock: Callable[[], datetime],
        wake: Callable[[], None], site: str,
    ) -> None:  # fmt: skip
        self._db, self._guard, self._links, self._clock, self._wake = db, guard_, links, clock, wake
        self._site = site.rstrip("/")

    async def begin(self, request: Request) -> Response:
        """Show what happens to the answers, and a button to agree. Agreeing opens a draft at an address of its own."""
        if request.method == "GET":
            return self._page(request, "form_begin.html")
        given = await posted.words(request)
        if given.get(guard.TRAP):  # a program: it sees the page that a person sees, and nothing is kept
            return self._page(request, "form_begin.html")
        if refusal := await self._guard.refuses(request, given, guard.BEGIN):
            return self._page(request, "form_begin.html", **refusal.page)
        async with self._db.transaction() as session:
            proposal = await forms.begin(session, version=phrase("consent_version"), now=self._clock())
        return RedirectResponse(f"/form/{self._links.address(proposal.id or 0)}", 303)

    async def draft(self, request: Request) -> Response:
        """Show the questions with the saved answers. A post saves them, shows them for checking, or sends them."""
        number = self._links.read(request.path_params["part"])
        async with self._db.reading() as session:
            proposal = await session.get(Proposal, number or 0)
            there = await self._filled(session, proposal) if proposal else {}
        if proposal is None or proposal.state == ProposalState.WITHDRAWN:
            return self._page(request, "nothing_there.html", status=404)
        if request.method == "POST":
            return await self._posted(request, proposal, there)
        if proposal.state == ProposalState.SENT:
            return RedirectResponse(self._status(request), 303)
        return self._page(request, "form.html", values=there, problems=[])

    async def _posted(self, request: Request, proposal: Proposal, there: Mapping[str, Any]) -> Response:
        async with posted.form(request, MOST_BODY) as (form, is_cut):
            given = posted.texts(form)
            if refusal := await self._guard.refuses(request, given, guard.WRITE):
                page, again = refusal.page, [Problem(uploads.FIELD, "files_again", {})] * bool(uploads.chosen(form))
                page["problems"] += again
                marked = given.get(
                    seen.FIELD, ""
                )  # what stands on the page is still compared with what it first showed
                return self._page(request, "form.html", values={**there, **given}, seen=marked, **page)
            files, wrong = await uploads.read(form, is_cut)
        return await self._save(request, proposal.id or 0, given, files, wrong)

    async def _save(
        self, request: Request, number: int, given: Mapping[str, str], files: list[uploads.Upload], wrong: list[Problem]
    ) -> Response:
        """Keep every answer and file that can be kept, whatever is wrong with another, and show again what can't."""
        wish, now, long = given.get("wish", "save"), self._clock(), _too_long(given)
        async with self._db.transaction(accept=True) as session:
            proposal = await forms.open_draft(session, number)
            if proposal is None:
                sent = await session.get_one(Proposal, number)
                return self._sent_already(request, given, await self._filled(session, sent), [*files, *wrong])
            written, apart = seen.written(given, before := await self._filled(session, proposal), MOST)
            written = {name: text for name, text in written.items() if name not in long}
            await forms.save(session, proposal, written, key=f"web:{number}:{now.timestamp()}", now=now)
            problems = [*long.values(), *_apart(apart, before), *wrong, *await uploads.keep(session, proposal, files)]
            saved = await self._filled(session, proposal)
            there = {**saved, **{name: given[name] for name in (*long, *apart)}}
            if wish in ("review", "send") and not has_words(there["overview"]):
                problems.append(Problem("overview", "needs_overview", {}))
            if wish == "send" and not problems:
                await forms.send(session, proposal, {name: there[name] for name in QUESTIONS}, now=now)
        if problems:
            is_cut = any(one.key == "file_total" for one in problems)
            status = 413 if is_cut else 422
            return self._page(
                request, "form.html", values=there, seen=seen.mark(saved, MOST), problems=problems, status=status
            )
        if wish == "send":
            self._wake()
            return RedirectResponse(self._status(request), 303)
        if wish == speech.WISH:
            return RedirectResponse(f"{request.url.path}?{urlencode({'lang': speech.chosen(request)})}", 303)
        return self._page(request, "form_review.html" if wish == "review" else "form_saved.html", values=there)

    def _sent_already(
        self, request: Request, given: Mapping[str, str], there: Mapping[str, Any], files: Sequence[object]
    ) -> Response:
        """Go to the receipt, as after sending; what was written in another window since then is shown again first."""
        more = {name: given[name] for name in MOST if trimmed(given.get(name, "")) not in ("", trimmed(there[name]))}
        if not more and not files:
            return RedirectResponse(self._status(request), 303)
        problem = Problem("", "sent_already", {"address": f"{self._site}{self._status(request)}"})
        return self._page(request, "form.html", values={**there, **more}, problems=[problem], status=409)

    def _status(self, request: Request) -> str:
        return f"/status/{request.path_params['part']}"

    async def _filled(self, session: Any, proposal: Proposal) -> dict[str, Any]:
        fields = {name: getattr(proposal, name) or "" for name in FIELDS}
        return {**await answers(session, proposal.id), **fields, "files": await uploads.names(session, proposal)}

    def _page(self, request: Request, template: str, *, status: int = 200, **values: Any) -> Response:
        cookie, token = self._guard.seal(request)
        values = {"problems": [], "values": {}, **values}
        if template == "form.html":
            values.setdefault("seen", seen.mark(values["values"], MOST))
        made = pages.personal(
            request, template, status=status, token=token, trap=guard.TRAP, questions=QUESTIONS,
            wards=(*WARDS, WHOLE_CITY), parties=[*PartyKind], here=f"{self._site}{request.url.path}", **values,
        )  # fmt: skip
        return self._guard.put(made, cookie)


def _too_long(given: Mapping[str, str]) -> dict[str, Problem]:
    """Return what is wrong by the field: how many characters it may have, and how many there are."""
    return {
        name: Problem(name, "too_long", {"label": name, "most": f"{most:,}", "over": f"{len(given[name]) - most:,}"})
        for name, most in MOST.items()
        if len(given.get(name, "")) > most
    }


def _apart(fields: Mapping[str, str], saved: Mapping[str, Any]) -> list[Problem]:
    """Say which fields another page has changed meanwhile, and to what; sent again, this page's words replace them."""
    return [Problem(name, "changed_elsewhere", {"label": name, "saved": saved[name] or "－"}) for name in fields]
