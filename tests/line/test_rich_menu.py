from typing import Any

from linebot.v3.messaging import AsyncApiClient, AsyncMessagingApi, AsyncMessagingApiBlob, Configuration

from bot.line import rich_menu
from deploy.simulator.app import serving
from tests.simulator.client import Simulation


def test_the_menu_keeps_to_line_s_rules(conformance: Any) -> None:
    assert conformance.line_request("/v2/bot/richmenu", rich_menu.menu()) == []
    assert rich_menu.menu()["selected"]  # open by itself: who comes for the first time sees what there is
    assert rich_menu.IMAGE.stat().st_size < 1_000_000


async def test_the_menu_is_put_up_once_and_can_be_tapped() -> None:
    async with serving() as world, Simulation(world.config.url) as sim:
        client = AsyncApiClient(Configuration(host=world.config.url, access_token=world.config.line_token))
        api, blob = AsyncMessagingApi(client), AsyncMessagingApiBlob(client)

        await rich_menu.put_up(api, blob)
        await rich_menu.put_up(api, blob)

        assert len((await api.get_rich_menu_list()).richmenus) == 1
        assert "相談をはじめる" in [b["label"] for b in (await sim.citizen().screen())["buttons"]]
        await client.close()
