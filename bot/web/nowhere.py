"""The answer where there is no page, or none for this kind of request."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.web import pages

_SAID = {404: "not_found", 405: "not_this_way"}


async def nowhere(request: Request, error: Exception) -> Response:
    """Answer a person with a page and a way back, and a program that asks for JSON with JSON."""
    if not isinstance(error, HTTPException):
        raise error
    asked = request.headers.get("accept", "")
    if "application/json" in asked and "text/html" not in asked:
        return JSONResponse({"error": error.detail}, error.status_code, error.headers)
    made = pages.page(request, "unknown.html", status=error.status_code, said=_SAID[error.status_code])
    made.headers.update(error.headers or {})
    return made


handlers = dict.fromkeys(_SAID, nowhere)
