"""LINE as the hub sees it: a reply token counts once, a retry key counts once, and content is given out."""

from typing import Any

from aiohttp import web

from tests.stand_ins.edge import answered

MOST, LONGEST = 5, 10_000  # messages of one call, bytes of a text in UTF-16
FAILURE = {"message": "Internal server error"}
Json = dict[str, Any]


class Line:
    """Takes replies and pushes, and gives out the photos and films that people sent."""

    def __init__(self) -> None:
        self.content = "photo"  # what the next photo is: also "large", "endless" or the status of a refusal
        self.url = ""
        self.asked_as = ""  # with which authority content was asked for
        self._spent: set[str] = set()

    def routes(self, under: str = "") -> list[web.RouteDef]:
        """The two ways to send and the one to fetch; whatever else is asked of LINE isn't there."""
        at = under + "/v2/bot/message/"
        return [
            web.post(at + "reply", self._replied),
            web.post(at + "push", self._pushed),
            web.get(at + "{id}/content", self._fetched),
        ]

    def meets(self, _path: str) -> str:
        """Return what the next call meets; nothing, when all goes well."""
        return ""

    def answers_to(self, _token: str) -> str | None:
        """Return whose reply token this is; none counts but for a suite that gave it out."""
        return None

    def takes_note(self, hub: str, key: str, kind: str) -> None:
        """Notice a call, whatever becomes of it."""

    def shows(self, to: str, messages: list[Json]) -> None:
        """Notice what appears on a citizen's screen."""

    async def _replied(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        token = body["replyToken"]
        return await self._sent(request, token, self.answers_to(token), body["messages"], (400, "Invalid reply token"))

    async def _pushed(self, request: web.Request) -> web.StreamResponse:
        body, key = await request.json(), request.headers.get("X-Line-Retry-Key", "")
        return await self._sent(request, key, body["to"], body["messages"], (409, "The retry key is already accepted"))

    async def _sent(
        self, request: web.Request, key: str, to: str | None, messages: list[Json], spent: tuple[int, str]
    ) -> web.StreamResponse:
        async def land() -> Json:
            if to is None or key in self._spent:
                return {"status": spent[0], "message": spent[1]}
            self._spent.add(key)
            if not all(len(m.get("text", "").encode("utf-16-le")) <= LONGEST for m in messages) or len(messages) > MOST:
                return {"status": 400, "message": "too long"}
            self.shows(to, messages)
            return {"sentMessages": [{"id": str(n)} for n, _ in enumerate(messages)]}

        kind = self.meets(request.path)
        self.takes_note(request.match_info.get("hub", ""), key, kind)
        return await answered(request, kind, land, FAILURE)

    async def _fetched(self, request: web.Request) -> web.StreamResponse:
        self.asked_as = request.headers["Authorization"]
        if self.content.isdigit():
            return web.Response(status=int(self.content))
        if self.content == "photo":
            return web.Response(body=b"jpeg", content_type="image/jpeg")
        if self.content == "large":
            return web.Response(body=b"x" * 5000)
        answer = web.StreamResponse()
        await answer.prepare(request)
        while True:  # a film without an end
            await answer.write(b"x" * 1000)
