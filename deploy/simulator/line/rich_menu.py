"""Rich menus: made, given a picture, shown by default or to one citizen."""

import json
import secrets
from typing import TYPE_CHECKING, Any

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
        ("POST", "/v2/bot/richmenu", create), ("POST", "/v2/bot/richmenu/validate", create),
        ("GET", "/v2/bot/richmenu/list", listed), ("GET", "/v2/bot/richmenu/{id}", one),
        ("DELETE", "/v2/bot/richmenu/{id}", delete), ("POST", "/v2/bot/richmenu/{id}/content", upload),
        ("GET", "/v2/bot/richmenu/{id}/content", download),
        ("GET", "/v2/bot/user/all/richmenu", default), ("DELETE", "/v2/bot/user/all/richmenu", no_default),
        ("POST", "/v2/bot/user/all/richmenu/{id}", set_default),
        ("POST", "/v2/bot/user/{user}/richmenu/{id}", link), ("DELETE", "/v2/bot/user/{user}/richmenu", unlink),
    ]  # fmt: skip


async def create(world: World, request: Request) -> Response:
    """Take a rich menu, or only check it."""
    try:
        menu = json.loads(await request.body())
    except ValueError:
        return JSONResponse({"message": "The request body could not be parsed as JSON"}, 400)
    if found := checks.rich_menu(menu):
        return JSONResponse(checks.complaint(found), 400)
    if request.url.path.endswith("/validate"):
        return JSONResponse({})
    made = RichMenu("richmenu-" + secrets.token_hex(16), menu)
    world.phones.menus[made.id] = made
    return JSONResponse({"richMenuId": made.id})


def _described(menu: RichMenu) -> dict[str, Any]:
    return {"richMenuId": menu.id, **menu.menu}


async def listed(world: World, request: Request) -> Response:
    """Every rich menu."""
    return JSONResponse({"richmenus": [_described(menu) for menu in world.phones.menus.values()]})


def _menu(world: World, request: Request) -> RichMenu | None:
    return world.phones.menus.get(request.path_params["id"])


async def one(world: World, request: Request) -> Response:
    """One rich menu."""
    menu = _menu(world, request)
    return JSONResponse(_described(menu)) if menu else JSONResponse(NOT_FOUND, 404)


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


async def download(world: World, request: Request) -> Response:
    """A rich menu's picture."""
    menu = _menu(world, request)
    if menu is None or not menu.image:
        return JSONResponse(NOT_FOUND, 404)
    return Response(menu.image, media_type=menu.mime)


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


async def default(world: World, request: Request) -> Response:
    """Which rich menu everyone sees."""
    if not world.phones.default_menu:
        return JSONResponse({"message": "no default richmenu"}, 404)
    return JSONResponse({"richMenuId": world.phones.default_menu})


async def no_default(world: World, request: Request) -> Response:
    """No rich menu for everyone."""
    world.phones.default_menu = ""
    world.live.changed("line")
    return JSONResponse({})


async def link(world: World, request: Request) -> Response:
    """Show a rich menu to one citizen."""
    if _menu(world, request) is None:
        return JSONResponse(NOT_FOUND, 404)
    world.phones.own_menu[request.path_params["user"]] = request.path_params["id"]
    world.live.changed("line", request.path_params["user"])
    return JSONResponse({})


async def unlink(world: World, request: Request) -> Response:
    """Take a citizen's own rich menu away."""
    world.phones.own_menu.pop(request.path_params["user"], None)
    return JSONResponse({})
