"""Rich menus: made, given a picture, shown to everyone."""

import json
import secrets
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from deploy.simulator.line import checks
from deploy.simulator.line.phones import RichMenu
from deploy.simulator.state import World

if TYPE_CHECKING:
    from deploy.simulator.line.api import Handler

NOT_FOUND = {"message": "richmenu not found"}
IMAGES = ("image/png", "image/jpeg")
MOST_BYTES = 1024 * 1024


def routes() -> "list[tuple[str, str, Handler]]":
    """The endpoints about rich menus."""
    return [
        ("POST", "/v2/bot/richmenu", create), ("GET", "/v2/bot/richmenu/list", listed),
        ("DELETE", "/v2/bot/richmenu/{id}", delete), ("POST", "/v2/bot/richmenu/{id}/content", upload),
        ("POST", "/v2/bot/user/all/richmenu/{id}", set_default),
    ]  # fmt: skip


async def create(world: World, request: Request) -> Response:
    """Take a rich menu."""
    try:
        menu = json.loads(await request.body())
    except ValueError:
        return JSONResponse({"message": "The request body could not be parsed as JSON"}, 400)
    if found := checks.rich_menu(menu):
        return JSONResponse(checks.complaint(found), 400)
    made = RichMenu("richmenu-" + secrets.token_hex(16), menu)
    world.phones.menus[made.id] = made
    return JSONResponse({"richMenuId": made.id})


async def listed(world: World, request: Request) -> Response:
    """Every rich menu."""
    menus = world.phones.menus.values()
    return JSONResponse({"richmenus": [{"richMenuId": menu.id, **menu.menu} for menu in menus]})


def _menu(world: World, request: Request) -> RichMenu | None:
    return world.phones.menus.get(request.path_params["id"])


async def delete(world: World, request: Request) -> Response:
    """Remove a rich menu."""
    gone = world.phones.menus.pop(request.path_params["id"], None)
    world.live.changed("line")
    return JSONResponse({}) if gone else JSONResponse(NOT_FOUND, 404)


async def upload(world: World, request: Request) -> Response:
    """Take a rich menu's picture: PNG or JPEG, up to 1 MB, once."""
    menu, image = _menu(world, request), await request.body()
    if menu is None:
        return JSONResponse(NOT_FOUND, 404)
    mime = request.headers.get("content-type", "")
    if mime not in IMAGES:
        return JSONResponse({"message": "Unsupported Media Type"}, 415)
    if menu.image or not 0 < len(image) <= MOST_BYTES:
        reason = "An image has already been uploaded" if menu.image else "The image is empty or too large"
        return JSONResponse({"message": reason}, 400)
    menu.image, menu.mime = image, mime
    return JSONResponse({})


async def set_default(world: World, request: Request) -> Response:
    """Show a rich menu to everyone; it needs its picture first."""
    menu = _menu(world, request)
    if menu is None:
        return JSONResponse(NOT_FOUND, 404)
    if not menu.image:
        return JSONResponse({"message": "must upload richmenu image before applying it to user"}, 400)
    world.phones.default_menu = menu.id
    world.live.changed("line")
    return JSONResponse({})
