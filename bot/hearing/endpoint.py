"""POST /rasa/actions: Rasa asks, a step runs in one transaction, the slots go back as the database has them."""

import hmac
import json
import logging
import zlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

from rasa_sdk.events import SlotSet
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher
from rasa_sdk.interfaces import (
    ActionExecutionRejection,
    ActionMissingDomainException,
    ActionNotFoundException,
    Tracker,
)
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.desk.record.answers import answers
from bot.hearing.actions import STEPS, Turn
from bot.hearing.incoming import Incoming
from bot.hearing.standing import by_line_id, meant
from storage.db import Database
from storage.models import InboxRow

log = logging.getLogger(__name__)
AGAIN = "#again"  # marks the message id of a question that is only repeated


class Actions:
    """The action server that Rasa calls, inside the hub."""

    def __init__(
        self,
        db: Database,
        clock: Callable[[], datetime],
        token: str,
    ) -> None:
        self._db, self._clock, self._token = db, clock, token
        self._executor = ActionExecutor()
        for name in STEPS:
            self._executor.register_function(name, self._runner(name))

    async def __call__(self, request: Request) -> Response:
        """Answer Rasa. Requests without the shared token are refused."""
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not self._token or not hmac.compare_digest(given.encode(), self._token.encode()):
            return JSONResponse({"error": "unauthorised"}, 401)
        call = await _body(request)
        call.setdefault("domain", {})
        try:
            result = await self._executor.run(call)
        except ActionExecutionRejection as refusal:
            return JSONResponse({"error": str(refusal), "action_name": refusal.action_name}, 400)
        except ActionNotFoundException as missing:
            return JSONResponse({"error": str(missing), "action_name": missing.action_name}, 404)
        except ActionMissingDomainException as missing:
            return JSONResponse({"error": str(missing), "action_name": missing.action_name}, 449)
        return JSONResponse(result.model_dump() if result else {})

    def _runner(self, name: str) -> Callable[..., Any]:
        async def run(dispatcher: CollectingDispatcher, tracker: Tracker, _domain: Any) -> list[Any]:
            if name.startswith("validate_") and _intent(tracker).get("name") != "inform":
                return []  # slots in the answer would tell Rasa that the form has dealt with a command
            async with self._db.transaction() as session:
                return await self._step(session, name, dispatcher, tracker)

        return run

    async def _step(
        self, session: AsyncSession, name: str, dispatcher: CollectingDispatcher, tracker: Tracker
    ) -> list[Any]:
        turn = await self._turn(session, dispatcher, tracker)
        if turn is None:
            log.warning("an action without a message", extra={"action": name, "conversation": tracker.sender_id})
            return []
        await meant(session, turn.standing, turn.incoming)
        entry, proposal = STEPS[name], turn.proposal
        if not (entry.once and proposal is not None and proposal.turn_key == turn.key):
            await entry.run(turn)
        if turn.proposal is not None:
            turn.standing.given = await answers(session, turn.proposal.id)
        # Only slots that differ: Rasa reads every event again, and sends it to us, at each later turn.
        return [SlotSet(slot, value) for slot, value in turn.standing.slots.items() if tracker.get_slot(slot) != value]

    async def _turn(self, session: AsyncSession, dispatcher: CollectingDispatcher, tracker: Tracker) -> Turn | None:
        latest = tracker.latest_message or {}
        key = str((latest.get("metadata") or {}).get("message_id", "")).removesuffix(AGAIN)
        row = (await session.exec(select(InboxRow).where(InboxRow.key == key))).first()
        if row is None or not row.body:
            return None
        incoming = Incoming.read(key, row.body, row.received_at)
        if incoming.user_id is None:
            return None
        now = self._clock()
        intent = _intent(tracker)
        return Turn(
            session=session,
            now=now,
            incoming=incoming,
            standing=await by_line_id(session, incoming.user_id, now),
            intent=str(intent.get("name") or ""),
            args={**_entities(latest), **incoming.args},
            was=str(intent.get("was") or ""),
            dispatcher=dispatcher,
        )


def _intent(tracker: Tracker) -> dict[str, Any]:
    return (tracker.latest_message or {}).get("intent") or {}


def _entities(latest: dict[str, Any]) -> dict[str, str]:
    return {str(e.get("entity")): str(e.get("value")) for e in latest.get("entities") or []}


async def _body(request: Request) -> dict[str, Any]:
    raw = await request.body()
    if request.headers.get("content-encoding") == "deflate":
        raw = zlib.decompress(raw)
    call: dict[str, Any] = json.loads(raw)
    return call
