"""The composition root: one ASGI app whose lifespan builds, wires and closes everything."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import aiohttp
from linebot.v3.messaging import AsyncApiClient, AsyncMessagingApi, AsyncMessagingApiBlob
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncConnectionErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.clock import Clock
from bot.delivery import claims, heartbeat
from bot.delivery.accept import Acceptor
from bot.delivery.inbox import InboxWorker
from bot.delivery.outbox import Transport
from bot.delivery.postman import Postman
from bot.hearing.endpoint import Actions
from bot.hearing.rasa import Rasa
from bot.hearing.turn import Turns
from bot.line import quota, rich_menu
from bot.line.client import line_client
from bot.line.content import ContentTransport
from bot.line.transport import LineTransport
from bot.line.webhook import Webhook
from bot.machine.outside import COPY
from bot.nudges import cards
from bot.nudges.tick import Ticker
from bot.phrases import phrases
from bot.settings import Settings
from bot.slack import words
from bot.slack.door.desk import Desk
from bot.slack.door.door import door
from bot.slack.listeners import build
from bot.slack.sending.fetching import FileTransport
from bot.slack.sending.transport import SlackTransport
from bot.tables import reminders as rulebook
from bot.tables.reminders import Rule
from bot.web import health, nowhere
from bot.web.consultation.form import Form
from bot.web.consultation.links import Links
from bot.web.consultation.sent import Sent
from bot.web.consultation.status import Status
from bot.web.demo import Demo
from bot.web.guard import Guard
from bot.web.published import cases
from bot.web.published.cases import Cases
from knowledge.search import Library
from storage.db import Database

Endpoint = Callable[[Request], Awaitable[Response]]

log = logging.getLogger(__name__)
USUAL_GARBAGE = (700, 10, 10)  # Python's own thresholds: a command starts with higher ones, a hub runs for months
LINE_AT_ONCE = 48  # pushes under way: one query can claim many, and LINE takes 2,000 a second
AT_ONCE = 16  # messages under way to every other destination
AFTER_LINE = 0.02  # seconds: a claim takes a few milliseconds, and a citizen waits for this one
FOLLOW = 30.0  # seconds between looks at the change log
DRAIN = 15.0  # seconds for messages in flight at the end


@dataclass(frozen=True)
class Hub:
    """What answers the requests, built once at the start."""

    ready: Endpoint
    line: Endpoint
    slack: Endpoint
    rasa_actions: Endpoint
    metrics: Endpoint
    form: Form
    status: Status
    sent: Sent
    cases: Cases
    demo: Endpoint | None  # in a demo alone


def create(settings: Settings, clock: Callable[[], datetime] | None = None) -> Starlette:
    """Return the hub as an ASGI app; a clock that is given is a test's."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            app.state.hub = await _build(stack, settings, clock or Clock())
            # What stands now stays. Looking through it again and again stopped everything for 60 to 130 ms.
            gc.collect()
            gc.freeze()
            gc.set_threshold(*USUAL_GARBAGE)
            log.info("the hub is ready", extra={"port": settings.port})
            yield
            app.state.hub = None
            gc.unfreeze()

    app = Starlette(lifespan=lifespan, exception_handlers=nowhere.handlers, routes=_routes(settings))
    app.state.hub = None
    return app


def _routes(settings: Settings) -> list[BaseRoute]:
    both, post = ["GET", "POST"], ["POST"]
    return [
        Route("/line/webhook", _to(lambda hub: hub.line), methods=post),
        Route("/slack/events", _to(lambda hub: hub.slack), methods=post),
        Route("/rasa/actions", _to(lambda hub: hub.rasa_actions), methods=post),
        Route("/healthz", health.healthz),
        Route("/readyz", _to(lambda hub: hub.ready)),
        Route("/metrics", _to(lambda hub: hub.metrics)),
        Route("/", health.front),
        *cases.routes(lambda request: request.app.state.hub.cases),
        Route("/form", _to(lambda hub: hub.form.begin), methods=both),
        Route("/form/{part}", _to(lambda hub: hub.form.draft), methods=both),
        Route("/status", _to(lambda hub: hub.status.find), methods=both),
        Route("/status/{part}", _to(lambda hub: hub.status.show), methods=both),
        Route("/sent/{part}", _to(lambda hub: hub.sent.show)),
        *([Route("/demo/{what}", _to(lambda hub: hub.demo), methods=post)] if settings.simulated else []),
    ]


def _to(part: Callable[[Hub], Endpoint | None]) -> Endpoint:
    """Return the endpoint that a part of the hub answers: 503 before the hub stands and after it ended."""

    async def endpoint(request: Request) -> Response:
        hub: Hub | None = request.app.state.hub
        answers = part(hub) if hub else None
        return await answers(request) if answers else health.not_ready("starting or stopping")

    return endpoint


def reminders() -> dict[str, Rule]:
    """Return the table of reminders with every text it names, or raise TableWrong with line and reason."""
    return rulebook.read(texts={"line": phrases(), "slack": words.nudges.ITEM})


async def _build(stack: AsyncExitStack, settings: Settings, clock: Callable[[], datetime]) -> Hub:
    """Build every part, start the workers, and put onto the stack how each of them ends."""
    db = await _database(stack, settings, clock)
    session = await stack.enter_async_context(aiohttp.ClientSession())
    line = await line_client(stack, settings)
    slack_client = _slack_client(settings, session)
    await _greet_slack(slack_client)
    library = await _library(stack, db, settings)
    rasa = Rasa(session, settings.rasa_url, settings.rasa_token.get_secret_value())
    ways = _ways(settings, db, clock, line, slack_client, session, library)
    # A postman for each way: what waits for Slack's pace must not take the places of answers on LINE.
    postmen = [Postman(db, way, clock, parallel=LINE_AT_ONCE if "line" in way else AT_ONCE) for way in ways]
    wake = _waking(postmen)
    inbox = InboxWorker(db, {"line": Turns(db, rasa, clock, _pages(settings).form)}, clock, after_each=wake)
    acceptor = Acceptor(db, clock)
    hourly = [quota.keeping(db, AsyncMessagingApi(line)), cards.counting_on(db, wake)]
    ticker = Ticker(db, clock, wake, rules=reminders(), hourly=hourly)
    _beside(stack, rich_menu.put_up(AsyncMessagingApi(line), AsyncMessagingApiBlob(line)))
    _beside(stack, heartbeat.watch(db, clock, wake))
    demo = await _demo(settings, db, clock, ticker, wake)
    await _run(stack, acceptor, inbox, postmen, ticker)
    slack_secret = settings.slack_signing_secret.get_secret_value()
    desk = _desk(settings, db, clock, library, ticker, wake)
    guard = Guard(settings.web_key, secure=settings.public_url.startswith("https://"))
    links = Links(settings.web_key)
    return Hub(
        ready=health.readyz(db, rasa.is_ready),
        line=Webhook(acceptor, settings.line_channel_secret.get_secret_value(), inbox.wake),
        slack=door(build(slack_client, slack_secret, desk), slack_secret, desk.courtesy),
        rasa_actions=Actions(db, clock, settings.rasa_token.get_secret_value()),
        metrics=health.metrics(db, clock),
        form=Form(db, guard, links, clock, wake, settings.public_url),
        status=Status(db, guard, links, clock, wake, settings.public_url),
        sent=Sent(db, links, clock),
        cases=Cases(db, library, site=settings.public_url, samples=settings.tsunagi_env == "development"),
        demo=demo,
    )


async def _database(stack: AsyncExitStack, settings: Settings, clock: Callable[[], datetime]) -> Database:
    """Open the database, let the clock go by it, and let go of what a hub that died here had claimed."""
    db = Database(settings.database_url)
    stack.push_async_callback(db.close)
    if isinstance(clock, Clock):
        await clock.ask(db)
        _beside(stack, clock.follow(db))
    if db.is_sqlite:
        async with db.transaction() as transaction:
            await claims.free_after_restart(transaction)
    return db


async def _library(stack: AsyncExitStack, db: Database, settings: Settings) -> Library:
    library = Library(db, settings.index_directory, use_votes=settings.match_votes, on_build=_tell)
    stack.push_async_callback(library.close)
    await library.refresh()
    _beside(stack, _follow(library))
    return library


def _ways(
    settings: Settings, db: Database, clock: Callable[[], datetime], line: AsyncApiClient, slack: AsyncWebClient,
    session: aiohttp.ClientSession, library: Library,
) -> tuple[dict[str, Transport], ...]:  # fmt: skip
    """Return the transport of each destination; those of one dictionary share a postman."""
    pages = _pages(settings)
    to_line = LineTransport(db, AsyncMessagingApi(line), clock, pages.status, pages.file)
    wards = settings.slack_ward_channels
    to_slack = SlackTransport(slack, db, library, settings.slack_intake_channel, clock, wards)
    content = ContentTransport(db, AsyncMessagingApiBlob(line), clock)
    return (
        {"line": to_line},
        {"content": content, "files": FileTransport(slack, session, clock)},
        {"slack": to_slack},
        {"digest": to_slack},  # messages that must not wait behind the cards that they name
    )


def _waking(postmen: list[Postman]) -> Callable[[], None]:
    """Return what is called when there are new messages."""
    to_line, *others = postmen
    soon = asyncio.get_running_loop().call_later

    def wake() -> None:
        """Wake LINE's postman first, the others when its claims are under way."""
        to_line.wake()
        for postman in others:
            soon(AFTER_LINE, postman.wake)

    return wake


def _desk(
    settings: Settings, db: Database, clock: Callable[[], datetime], library: Library, ticker: Ticker,
    wake: Callable[[], None],
) -> Desk:  # fmt: skip
    return Desk(
        db=db,
        library=library,
        clock=clock,
        intake_channel=settings.slack_intake_channel,
        auto_enrol=settings.auto_enrol,
        wake=wake,
        plan=ticker.plan_at_once,
        site=settings.public_url,
    )


@dataclass(frozen=True)
class _Pages:
    """Where a citizen's own pages are, by number or key; form and status only where LINE must not carry their words."""

    form: Callable[[int], str] | None
    status: Callable[[int], str] | None
    file: Callable[[str, date], str]  # a file of a reply, until a day; in every mode


def _pages(settings: Settings) -> _Pages:
    links, site = Links(settings.web_key), settings.public_url.rstrip("/")
    is_elsewhere = settings.privacy_mode != "standard"
    return _Pages(
        form=(lambda number: f"{site}/form/{links.address(number)}") if is_elsewhere else None,
        status=(lambda number: f"{site}/status/{links.address(number)}") if is_elsewhere else None,
        file=lambda key, last: f"{site}/sent/{links.file(key, last)}",
    )


async def _demo(
    settings: Settings, db: Database, clock: Callable[[], datetime], ticker: Ticker, wake: Callable[[], None]
) -> Demo | None:
    if not (settings.simulated and isinstance(clock, Clock)):
        return None

    async def fill() -> int:
        from bot.life import a_month

        made = await a_month(db, clock())
        wake()
        return made

    token = settings.line_channel_access_token.get_secret_value()
    demo = Demo(db, clock, token, tick=ticker.tick, chores=ticker.chores, wake=wake, live=fill)
    await demo.resume()
    return demo


def _beside(stack: AsyncExitStack, work: Coroutine[Any, Any, None]) -> None:
    """Let work run beside the requests until the stack is left."""
    stack.callback(asyncio.create_task(work).cancel)


async def _follow(library: Library) -> None:
    """Follow the change log also while nobody searches: words that another process erased leave this index, too."""
    while True:
        await asyncio.sleep(FOLLOW)
        try:
            await library.refresh()
        except SQLAlchemyError as error:
            log.warning("the search index could not be brought up to date", extra={"error": type(error).__name__})


def _tell(done: int, total: int) -> None:
    log.info("building the search index", extra={"entries": done, "of": total})


async def _run(
    stack: AsyncExitStack, acceptor: Acceptor, inbox: InboxWorker, postmen: list[Postman], ticker: Ticker
) -> None:
    """Start the workers, and stop them in the order that lets what is in flight arrive."""
    await acceptor.start()
    stack.push_async_callback(acceptor.close)
    workers: list[InboxWorker | Postman] = [*postmen, inbox]
    for worker in workers:  # stopped in reverse: no new work before the last message has left
        task = asyncio.create_task(worker.run())
        stack.push_async_callback(_finish, worker, task)
    ticker.start()
    stack.callback(ticker.stop)


async def _finish(worker: InboxWorker | Postman, task: asyncio.Task[None]) -> None:
    await worker.stop()
    await asyncio.wait([task], timeout=DRAIN)


def _slack_client(settings: Settings, session: aiohttp.ClientSession) -> AsyncWebClient:
    return AsyncWebClient(
        token=settings.slack_bot_token.get_secret_value(),
        timeout=10,
        session=session,
        base_url=settings.slack_api_url or AsyncWebClient.BASE_URL,
        retry_handlers=[AsyncConnectionErrorRetryHandler()],
    )


async def _greet_slack(client: AsyncWebClient) -> None:
    """Say at the start what is wrong with Slack; citizens are served all the same, cards wait in the outbox."""
    try:
        await client.auth_test()
    except SlackApiError as refused:
        log.error("Slack refused the bot token (%s): %s.", refused.response["error"], COPY["SLACK_BOT_TOKEN"])
    except (aiohttp.ClientError, TimeoutError):
        log.warning("Slack does not answer; cards wait in the outbox until it does.")
