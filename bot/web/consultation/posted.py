"""What was posted: no more than may stay in memory, and its words without signs that can't be kept."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.types import Message, Receive

from bot.desk.record.evidence import storable

MOST_FIELDS, MOST_FILES = 40, 100  # of one form; how many files are kept is said to people, not here
MOST_WORDS = 1_048_576  # bytes of a form without files
_BOUNDARY = re.compile('boundary="?([^";,]+)')


class Beginning:
    """The first bytes of a body. The rest is taken in and dropped: browsers listen only once all is sent."""

    def __init__(self, request: Request, most: int) -> None:
        self._receive: Receive = request.receive
        self._left, self.is_cut = most, False
        boundary = _BOUNDARY.search(request.headers.get("content-type", ""))
        self._end = f"\r\n--{boundary[1]}--\r\n".encode() if boundary else b""  # a cut body gets its usual end

    async def __call__(self) -> Message:
        """Return the next part, or the end where it would be too much."""
        message = await self._receive()
        self._left -= len(message.get("body", b""))
        if self._left >= 0:
            return message
        self.is_cut = True
        while message.get("more_body"):
            message = await self._receive()
        gone = message["type"] == "http.disconnect"
        return message if gone else {"type": "http.request", "body": self._end, "more_body": False}


@asynccontextmanager
async def form(request: Request, most: int) -> AsyncIterator[tuple[FormData, bool]]:
    """Give what was posted, and whether its end is missing. The words of a form come before its files."""
    body = Beginning(request, most)
    opened = Request(request.scope, body)
    async with opened.form(max_files=MOST_FILES, max_fields=MOST_FIELDS, max_part_size=most) as read:
        yield read, body.is_cut


async def words(request: Request) -> dict[str, str]:
    """Return what was typed into a form without files."""
    async with form(request, MOST_WORDS) as (read, _):
        return texts(read)


def texts(read: FormData) -> dict[str, str]:
    """Return what was typed; browsers send line ends as CR LF, and half characters can't be kept."""
    given = {name: value for name, value in read.items() if isinstance(value, str)}
    return {name: storable(value.replace("\r\n", "\n")) for name, value in given.items()}
