"""The way to Rasa, when the hub reaches it through here: passed on as it is, so that it can be made to fail."""

import asyncio

import aiohttp
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deploy.simulator.state import World

WITHIN = aiohttp.ClientTimeout(total=60)


def routes(world: World) -> list[Route]:
    """Everything under /rasa/."""

    async def passed(request: Request) -> Response:
        return await _pass_on(world, request)

    return [Route("/rasa/{path:path}", passed, methods=["GET", "POST", "PUT", "DELETE"])]


async def _pass_on(world: World, request: Request) -> Response:
    fault = world.faults.take("rasa", request.url.path)
    if fault is not None:
        await asyncio.sleep(fault.seconds if fault.kind == "hang" else 0)
        return Response("Rasa is stopped (simulated)", 503)
    url = f"{world.config.rasa}/{request.path_params['path']}"
    try:
        async with aiohttp.ClientSession(timeout=WITHIN) as session, session.request(
            request.method, url, params=request.query_params, data=await request.body(),
            headers={"Content-Type": request.headers.get("content-type", "application/json")},
        ) as answer:  # fmt: skip
            return Response(await answer.read(), answer.status, media_type=answer.content_type)
    except (aiohttp.ClientError, TimeoutError):
        return Response("Rasa can't be reached", 503)
