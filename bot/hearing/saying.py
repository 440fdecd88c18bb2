"""What is said back to a citizen, as a row of the outbox."""

from datetime import datetime
from typing import Any

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.delivery import outbox, quota
from bot.desk.consultation import privacy
from bot.hearing.incoming import Incoming
from bot.hearing.rasa import Message
from storage.models import Citizen

SHORT, MESSAGES = 2_000, 5  # characters of a text that is one message; LINE's messages of a call
INVITING = "/status_query"  # the first button of utter_ask_message, and of nothing else


async def say(
    session: AsyncSession, citizen: Citizen, incoming: Incoming, kind: str, payload: dict[str, Any], now: datetime
) -> None:
    """Queue an answer. A reply token works once, so the answer after a holding message is a push.

    News that waited because LINE's month runs low goes with it, since an answer is free.
    """
    spent = citizen.busy_told_at is not None and kind != "holding"
    if kind == "turn" and incoming.reply_token and not spent:
        along = await quota.take_along(session, citizen.id, _room(payload["messages"]), now)
        payload = {**payload, "along": along} if along else payload
    await outbox.put(
        session,
        dest="line",
        conv=f"line:{citizen.id}",
        kind=kind,
        key=f"{incoming.key}:{kind}",
        payload={"citizen": citizen.id, "to": incoming.user_id, **payload},
        now=now,
        reply_token=None if spent else incoming.reply_token,
        token_at=incoming.received_at,
    )
    if kind == "turn":
        citizen.busy_told_at = None


async def say_goodbye(session: AsyncSession, incoming: Incoming, said: list[Message], now: datetime) -> None:
    """Queue the answer to somebody who has just been erased; their id is kept until it has arrived."""
    payload = {"to": incoming.user_id, "messages": said, outbox.FORGET: True}
    await _reply(session, incoming, f"{privacy.ERASED}:{incoming.key}", "turn", f"{incoming.key}:turn", payload, now)


async def point_the_way(session: AsyncSession, incoming: Incoming, conv: str, now: datetime) -> None:
    """Say once in a group that people can tell us something in a one-to-one talk only."""
    kind = "only_one_to_one"
    await _reply(session, incoming, f"line:{conv}", kind, f"{kind}:{conv}", {}, now)


async def _reply(
    session: AsyncSession, incoming: Incoming, conv: str, kind: str, key: str, payload: dict[str, Any], now: datetime
) -> None:
    await outbox.put(
        session,
        dest="line",
        conv=conv,
        kind=kind,
        key=key,
        payload=payload,
        now=now,
        reply_token=incoming.reply_token,
        token_at=incoming.received_at,
    )


def once(said: list[Message]) -> list[Message]:
    """Of the invitation to write keep only the buttons, if anything else is said, since it follows every message."""
    *before, last = said or [{}]
    invites = any(button.get("payload") == INVITING for button in (last.get("buttons") or [])[:1])
    return [*before, {**last, "text": ""}] if before and invites else said


def _room(said: list[Message]) -> int:
    """Return how many pieces of news fit with an answer, at two messages each. Long or drawn answers leave no room."""
    short = all("custom" not in item and len(item.get("text") or "") < SHORT for item in said)
    return max(0, MESSAGES - len(said)) // 2 if short else 0
