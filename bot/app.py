"""The composition root: one ASGI app whose lifespan builds, wires and closes everything."""

import asyncio
import gc
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import date, datetime
from typing import Any

import aiohttp
from linebot.v3.messaging import AsyncMessagingApi, AsyncMessagingApiBlob
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncConnectionErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

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
from knowledge.search import Library
from storage.db import Database

log = logging.getLogger(__name__)
FORMS = {"/form": "form_begin", "/form/{part}": "form", "/status": "status_find", "/status/{part}": "status"}
LINE_AT_ONCE = 48  # pushes under way: a look for what waits costs the same for many, and LINE takes 2,000 a second
AFTER_LINE = 0.02  # seconds: a claim takes a few milliseconds, and a citizen waits for this one
FOLLOW = 30.0  # seconds between looks at the change log
DRAIN = 15.0  # seconds for messages in flight at the end


def create(settings: Settings, clock: Callable[[], datetime] | None = None) -> Starlette:
    """Return the hub as an ASGI app; a clock that is given is a test's."""
    hub: dict[str, Any] = {}
    clock = clock or Clock()

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            hub.update(await _build(stack, settings, clock))
            # What stands by now stays: going through it again and again stopped everything for 60 to 130 ms.
            gc.collect()
            gc.freeze()
            log.info("the hub is ready", extra={"port": settings.port})
            yield
            hub["ready"] = False
            gc.unfreeze()

    def to(name: str) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            answer: Response = await hub[name](request)
            return answer

        return endpoint

    return Starlette(
        lifespan=lifespan,
        exception_handlers=nowhere.handlers,
        routes=[
            Route("/line/webhook", to("line"), methods=["POST"]),
            Route("/slack/events", to("slack"), methods=["POST"]),
            Route("/rasa/actions", to("rasa_actions"), methods=["POST"]),
            Route("/healthz", health.healthz),
            Route("/readyz", health.readyz(hub)),
            Route("/metrics", to("metrics")),
            Route("/", health.front),
            *cases.routes(hub),
            *(Route(path, to(name), methods=["GET", "POST"]) for path, name in FORMS.items()),
            Route("/sent/{part}", to("sent")),
            *([Route("/demo/{what}", to("demo"), methods=["POST"])] if settings.simulated else []),
        ],
    )


def reminders() -> dict[str, Rule]:
    """Return the table of reminders with every text it names, or raise TableWrong with line and reason."""
    return rulebook.read(texts={"line": phrases(), "slack": words.nudges.ITEM})


async def _build(stack: AsyncExitStack, settings: Settings, clock: Callable[[], datetime]) -> dict[str, Any]:
    db = Database(settings.database_url)
    stack.push_async_callback(db.close)
    if isinstance(clock, Clock):
        await clock.ask(db)
        following = asyncio.create_task(clock.follow(db))
        stack.callback(following.cancel)
    session = await stack.enter_async_context(aiohttp.ClientSession())
    line = await line_client(stack, settings)
    slack_client = _slack_client(settings, session)
    await _greet_slack(slack_client)
    rasa = Rasa(session, settings.rasa_url, settings.rasa_token.get_secret_value())
    library = Library(db, settings.index_directory, use_votes=settings.match_votes, on_build=_tell)
    stack.push_async_callback(library.close)
    await library.refresh()
    indexing = asyncio.create_task(_follow(library))
    stack.callback(indexing.cancel)

    form_at, page = _own_pages(settings)
    slack_transport = SlackTransport(
        slack_client, db, library, settings.slack_intake_channel, clock, settings.slack_ward_channels
    )
    ways: tuple[dict[str, Transport], ...] = (
        {"line": LineTransport(db, AsyncMessagingApi(line), clock, page, _files_at(settings))},
        {
            "content": ContentTransport(db, AsyncMessagingApiBlob(line), clock),
            "files": FileTransport(slack_client, session, clock),
        },
        {"slack": slack_transport},
        {"digest": slack_transport},  # what must not stand behind the cards it is about
    )
    # One each: what waits for Slack's pace must not take the places of answers on LINE.
    postmen = [Postman(db, way, clock, parallel=LINE_AT_ONCE if "line" in way else 16) for way in ways]
    soon = asyncio.get_running_loop().call_later

    def wake() -> None:
        """Let what is new leave: to citizens at once, the rest when that is on its way."""
        to_line, *others = postmen
        to_line.wake()
        for postman in others:
            soon(AFTER_LINE, postman.wake)

    menu = asyncio.create_task(rich_menu.put_up(AsyncMessagingApi(line), AsyncMessagingApiBlob(line)))
    stack.callback(menu.cancel)
    turns = Turns(db, rasa, clock, form_at)
    inbox = InboxWorker(db, {"line": turns}, clock, after_each=wake)
    if db.is_sqlite:
        async with db.transaction() as transaction:
            await claims.free_after_restart(transaction)
    acceptor = Acceptor(db, clock)
    messaging = AsyncMessagingApi(line)
    hourly = [quota.keeping(db, messaging), cards.counting_on(db, wake)]
    ticker = Ticker(db, clock, wake, rules=reminders(), hourly=hourly)
    watching = asyncio.create_task(heartbeat.watch(db, clock, wake))
    stack.callback(watching.cancel)
    desk = Desk(
        db=db,
        library=library,
        clock=clock,
        intake_channel=settings.slack_intake_channel,
        auto_enrol=settings.auto_enrol,
        wake=wake,
        plan=ticker.plan_at_once,
        site=settings.public_url,
    )
    form, status = _forms(db, clock, settings, wake)
    slack_secret = settings.slack_signing_secret.get_secret_value()
    demo = _demo(db, clock, settings, ticker, wake)
    if demo:
        await demo.resume()
    await _run(stack, acceptor, inbox, postmen, ticker)
    return {
        "demo": demo,
        "ready": True,
        "db": db,
        "line": Webhook(acceptor, settings.line_channel_secret.get_secret_value(), inbox.wake),
        "slack": door(build(slack_client, slack_secret, desk), slack_secret, desk.courtesy),
        "rasa_actions": Actions(db, clock, settings.rasa_token.get_secret_value()),
        "metrics": health.metrics(db, clock),
        "form_begin": form.begin,
        "form": form.draft,
        "status_find": status.find,
        "status": status.show,
        "sent": Sent(db, Links(settings.web_key), clock).show,
        "cases": cases.Cases(db, library, site=settings.public_url, samples=settings.tsunagi_env == "development"),
    }


def _own_pages(settings: Settings) -> tuple[Callable[[int], str] | None, Callable[[int], str] | None]:
    """Where people write and read when LINE must not carry their words; nowhere in the standard mode."""
    if settings.privacy_mode == "standard":
        return None, None
    links, site = Links(settings.web_key), settings.public_url.rstrip("/")
    return (lambda id: f"{site}/form/{links.address(id)}"), (lambda id: f"{site}/status/{links.address(id)}")


def _files_at(settings: Settings) -> Callable[[str, date], str]:
    """Where the files of a reply are opened until a day; in every mode."""
    links, site = Links(settings.web_key), settings.public_url.rstrip("/")
    return lambda key, last: f"{site}/sent/{links.file(key, last)}"


def _forms(
    db: Database, clock: Callable[[], datetime], settings: Settings, wake: Callable[[], None]
) -> tuple[Form, Status]:
    guard = Guard(settings.web_key, secure=settings.public_url.startswith("https://"))
    links, site = Links(settings.web_key), settings.public_url
    form = Form(db, guard, links, clock, wake, site)
    return form, Status(db, guard, links, clock, wake, site)


def _demo(
    db: Database, clock: Callable[[], datetime], settings: Settings, ticker: Ticker, wake: Callable[[], None]
) -> Demo | None:
    if not (settings.simulated and isinstance(clock, Clock)):
        return None

    async def fill() -> int:
        from bot.life import a_month

        made = await a_month(db, clock())
        wake()
        return made

    token = settings.line_channel_access_token.get_secret_value()
    return Demo(db, clock, token, tick=ticker.tick, chores=ticker.chores, wake=wake, live=fill)


async def _follow(library: Library) -> None:
    """Follow the change log also while nobody asks: what another process erased leaves this one's index too."""
    while True:
        await asyncio.sleep(FOLLOW)
        try:
            await library.refresh()
        except SQLAlchemyError as error:
            log.warning("the search index could not be brought up to date", extra={"error": type(error).__name__})


def _tell(done: int, total: int) -> None:
    log.info("building the search index", extra={"entries": done, "of": total})


async def _greet_slack(client: AsyncWebClient) -> None:
    """Say at the start what is wrong with Slack; citizens are served all the same, cards wait in the outbox."""
    try:
        await client.auth_test()
    except SlackApiError as refused:
        log.error("Slack refused the bot token (%s): %s.", refused.response["error"], COPY["SLACK_BOT_TOKEN"])
    except (aiohttp.ClientError, TimeoutError):
        log.warning("Slack does not answer; cards wait in the outbox until it does.")


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
