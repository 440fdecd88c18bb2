"""LINE's SDK client, as the hub uses it."""

from contextlib import AsyncExitStack
from urllib.request import getproxies

import aiohttp
from linebot.v3.messaging import AsyncApiClient, Configuration

from bot.settings import Settings


async def line_client(stack: AsyncExitStack, settings: Settings) -> AsyncApiClient:
    """Return LINE's client. In production its host isn't set, so that content calls go to their own host.

    Closed with the stack.
    """
    token = settings.line_channel_access_token.get_secret_value()
    named = {"host": settings.line_api_url.rstrip("/")} if settings.line_api_url else {}
    client = AsyncApiClient(Configuration(access_token=token, **named))
    stack.push_async_callback(client.close)
    if not getproxies():  # else the SDK reads ~/.netrc at every call, which takes a twelfth of the time of a message
        asked = client.rest_client.pool_manager
        client.rest_client.pool_manager = aiohttp.ClientSession(connector=asked.connector)
        asked.detach()
    return client
