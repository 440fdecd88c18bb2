"""A file that went with a reply, at an address that only its reader was given, and for a while."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from bot.desk.talk import enclosures
from bot.web import pages
from bot.web.consultation.links import Links
from bot.when import TOKYO
from storage.db import Database
from storage.models import Attachment

# Nothing in the file is run, no cache keeps it, and its address isn't handed on.
HEADERS = {
    "content-security-policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "cache-control": "private, no-store",
    "referrer-policy": "no-referrer",
    "x-robots-tag": "noindex",
}
_ENDING = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "application/pdf": "pdf"}
_NAME = {"image": "写真", "application": "資料"}


class Sent:
    """Answers /sent/…; whoever has the address needs nothing else, as with a form's."""

    def __init__(self, db: Database, links: Links, clock: Callable[[], datetime]) -> None:
        self._db, self._links, self._clock = db, links, clock

    async def show(self, request: Request) -> Response:
        """Hand out the file. 404: an address that nobody was given; 410: its time is over, or its file was erased."""
        asked = self._links.read_file(request.path_params["part"])
        if asked is None:
            return _told(request, "nothing_there.html", 404)
        key, last = asked
        if self._clock().astimezone(TOKYO).date() > last:
            return _told(request, "file_over.html", 410)
        async with self._db.reading() as session:
            file = await enclosures.kept(session, key)
        if file is None or file.content is None:
            return _told(request, "file_over.html", 410)
        return Response(file.content, headers=HEADERS | {"content-disposition": _named(file)},
                        media_type=file.media_type)  # fmt: skip


def _told(request: Request, template: str, status: int) -> Response:
    return pages.personal(request, template, status=status, problems=[])


def _named(file: Attachment) -> str:
    """Return headers with a name of ours, since theirs may be personal. Pictures are shown, other files are saved."""
    ending = _ENDING.get(file.media_type, "bin")
    how = "inline" if file.media_type.startswith("image/") else "attachment"
    ours = _NAME.get(file.media_type.partition("/")[0], "資料")
    return f"{how}; filename=\"file-{file.id}.{ending}\"; filename*=UTF-8''{quote(f'{ours}-{file.id}.{ending}')}"
