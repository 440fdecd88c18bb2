"""The menu at the foot of the talk: put up at the start when LINE doesn't have this version of it yet."""

import hashlib
import json
import logging
from pathlib import Path
from typing import Any

import aiohttp
from linebot.v3.messaging import ApiException, AsyncMessagingApi, AsyncMessagingApiBlob, RichMenuRequest

from bot.phrases import phrase

log = logging.getLogger(__name__)
IMAGE = Path(__file__).parent.parent.parent / "deploy" / "line" / "rich-menu.png"
ACROSS, DOWN, SIDE = 3, 2, (400, 405)  # as the picture is drawn
INTENTS = ("start_consultation", "resume", "status_query", "human_handoff", "my_data", "help")
OURS = "tsunagi "  # menus whose name begins so are ours to replace
TIMEOUT = 15  # seconds


def menu() -> dict[str, Any]:
    """Return LINE's definition of the menu: six areas, each a command."""
    width, height = SIDE
    areas = [
        {
            "bounds": {"x": n % ACROSS * width, "y": n // ACROSS * height, "width": width, "height": height},
            "action": _action(intent),
        }
        for n, intent in enumerate(INTENTS)
    ]
    size = {"width": ACROSS * width, "height": DOWN * height}
    told = {"size": size, "selected": True, "chatBarText": phrase("menu_bar"), "areas": areas}
    version = hashlib.sha256(json.dumps(told).encode() + IMAGE.read_bytes()).hexdigest()[:12]
    return {"name": OURS + version, **told}


async def put_up(api: AsyncMessagingApi, blob: AsyncMessagingApiBlob) -> None:
    """Make the menu every citizen's, and take down its older versions; without LINE it waits for the next start."""
    wanted = menu()
    try:
        known = (await api.get_rich_menu_list(_request_timeout=TIMEOUT)).richmenus
        if any(m.name == wanted["name"] for m in known):
            return
        await _make(api, blob, wanted)
        for old in (m for m in known if m.name.startswith(OURS)):
            await api.delete_rich_menu(old.rich_menu_id, _request_timeout=TIMEOUT)
    except (ApiException, aiohttp.ClientError, TimeoutError) as error:
        log.warning("the rich menu could not be put up (%s); the next start tries again", type(error).__name__)


async def _make(api: AsyncMessagingApi, blob: AsyncMessagingApiBlob, wanted: dict[str, Any]) -> None:
    """Put up the whole new menu, or nothing: a menu without its picture would count as there already."""
    made = await api.create_rich_menu(RichMenuRequest.from_dict(wanted), _request_timeout=TIMEOUT)
    try:
        await blob.set_rich_menu_image(
            made.rich_menu_id,
            body=bytearray(IMAGE.read_bytes()),
            _headers={"Content-Type": "image/png"},
            _request_timeout=TIMEOUT,
        )
        await api.set_default_rich_menu(made.rich_menu_id, _request_timeout=TIMEOUT)
    except (ApiException, aiohttp.ClientError, TimeoutError):
        await api.delete_rich_menu(made.rich_menu_id, _request_timeout=TIMEOUT)
        raise


def _action(intent: str) -> dict[str, str]:
    words = phrase(f"label_command_{intent}")
    return {"type": "postback", "label": words, "data": f"do=/{intent}", "displayText": words}
