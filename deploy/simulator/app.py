"""The simulator as one ASGI app: both platforms, the control interface and the page."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from deploy.simulator import control, rasa
from deploy.simulator.config import Config
from deploy.simulator.edge import Edge
from deploy.simulator.line import api as line_api
from deploy.simulator.slack.methods import api as slack_api
from deploy.simulator.slack.people import response_urls
from deploy.simulator.state import World

PAGE = Path(__file__).parent / "page"
POLICY = "default-src 'self'; img-src 'self' data: blob:; frame-ancestors 'none'"


def create_app(config: Config, world: World | None = None) -> ASGIApp:
    """The simulator; `world` may be given to look into it from the same process."""
    world = world or World(config)

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        await world.close()

    async def page(request: Request) -> FileResponse:
        return FileResponse(PAGE / "index.html", headers={"Content-Security-Policy": POLICY})

    app = Starlette(
        routes=[
            Route("/", page), *line_api.routes(world), *slack_api.routes(world), *response_urls.routes(world),
            *control.routes(world), *rasa.routes(world), Mount("/page", StaticFiles(directory=PAGE)),
        ],
        lifespan=lifespan,
    )  # fmt: skip
    return Edge(app, world)


@contextlib.asynccontextmanager
async def serving(config: Config | None = None, port: int = 0) -> AsyncIterator[World]:
    """Run the simulator in this process on a free loopback port; `config.url` says where."""
    config = config or Config()
    with socket.create_server(("127.0.0.1", port)) as listening:
        config.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        world = World(config)
        settings = uvicorn.Config(create_app(config, world), log_level="warning", timeout_graceful_shutdown=1)
        server = _Quiet(settings)
        task = asyncio.create_task(server.serve(sockets=[listening]))
        while not server.started:  # noqa: ASYNC110  uvicorn offers no event
            await asyncio.sleep(0.01)
        try:
            yield world
        finally:
            server.should_exit = True
            await task


class _Quiet(uvicorn.Server):
    """A server that leaves the signals of its process alone."""

    @contextlib.contextmanager
    def capture_signals(self):  # type: ignore[no-untyped-def]
        """Nothing is caught."""
        yield
