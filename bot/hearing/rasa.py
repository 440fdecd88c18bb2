"""The client of Rasa's HTTP interface."""

from typing import Any

import aiohttp

from bot.errors import TryLater

Message = dict[str, Any]
Position = dict[str, Any]  # {"loop": form or None, "slots": {name: value}}; read by nlu/components/position.py
LONGEST = 2_000  # characters: where the tokenizer stops reading; the whole text stays in our database


class RasaSilent(Exception):
    """Rasa took a message and said nothing: a rule is missing or an action failed."""


class Rasa:
    """Talks to one Rasa server; every failure to answer is a TryLater."""

    def __init__(self, session: aiohttp.ClientSession, url: str, token: str, *, timeout: float = 10.0) -> None:
        self._session, self._url, self._token = session, url.rstrip("/"), token
        self._timeout = aiohttp.ClientTimeout(total=timeout)

    async def say(self, conversation: str, words: str, message_id: str, position: Position) -> list[Message]:
        """Send one message with its conversation's position. Return Rasa's answer; without one raise RasaSilent."""
        metadata = {"message_id": message_id, "position": position}
        body = {"sender": conversation, "message": words[:LONGEST], "metadata": metadata}
        said: list[Message] = await self._call("POST", "/webhooks/rest/webhook", body)
        if not said:
            raise RasaSilent(f"no answer to message {message_id}")
        return said

    async def understand(self, words: str) -> tuple[str, float]:
        """Return the intent of a text out of context, and how sure Rasa is."""
        found = await self._call("POST", "/model/parse", {"text": words[:LONGEST]})
        return found["intent"]["name"] or "", found["intent"]["confidence"]

    async def is_ready(self) -> bool:
        """Tell whether a model is loaded and answers."""
        try:
            await self._call("GET", "/status")
        except TryLater:
            return False
        return True

    async def _call(self, method: str, path: str, body: Any = None) -> Any:
        params = {"token": self._token} if self._token else {}
        try:
            async with self._session.request(
                method, self._url + path, json=body, params=params, timeout=self._timeout
            ) as response:
                if response.status != 200:
                    raise TryLater(f"Rasa answered {response.status} to {method} {path}")
                return await response.json()
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise TryLater(f"Rasa does not answer: {type(error).__name__}") from error
