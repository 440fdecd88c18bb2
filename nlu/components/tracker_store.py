"""Rasa's tracker in SQL, without anyone's words: the hub's database is the record, the tracker only a position."""

from collections.abc import Iterator
from copy import deepcopy
from itertools import islice
from typing import Any

import sqlalchemy as sa
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.events import Event, SessionStarted
from rasa.shared.core.trackers import DialogueStateTracker

RECORDED = "recorded"
NAMES = frozenset({"question", "requested_slot", "session_started_metadata"})  # slots that never hold words


class WordlessTrackerStore(SQLTrackerStore):
    """An SQLTrackerStore that forgets what was said and keeps what was meant. SQLite runs in WAL mode."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.engine.dialect.name == "sqlite":
            with self.engine.connect() as connection:
                connection.execute(sa.text("PRAGMA journal_mode=WAL"))
            # NORMAL is enough: a tracker that lost its last turn is put right from the hub's database.
            sa.event.listen(self.engine, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=NORMAL"))

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Store what is new."""
        await super().save(tracker)
        tracker.stored = len(tracker.events)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """Return the present session, knowing how much of it is stored: Rasa would count again when it saves."""
        tracker = await super().retrieve(sender_id)
        if tracker is not None:
            tracker.stored = len(tracker.events)
        return tracker

    async def retrieve_full_tracker(self, conversation_id: str) -> DialogueStateTracker | None:
        """Return the present session: where the conversation stands is all that anybody asks."""
        return await self.retrieve(conversation_id)

    def _event_query(self, session: Any, sender_id: str, fetch_events_from_all_sessions: bool) -> Any:
        """Like Rasa's, but a session begins at a row and not at a time.

        Events posted to an empty tracker are older by a hair than the session Rasa begins for them, and would be lost.
        """
        row = self.SQLEvent
        mine = session.query(row).filter(row.sender_id == sender_id)
        if not fetch_events_from_all_sessions:
            starts = session.query(sa.func.max(row.id)).filter(
                row.sender_id == sender_id, row.type_name == SessionStarted.type_name
            )
            mine = mine.filter(row.id >= sa.func.coalesce(starts.scalar_subquery(), 0))
        return mine.order_by(row.id)

    def _additional_events(self, session: Any, tracker: Any) -> Iterator["Wordless"]:
        stored = getattr(tracker, "stored", None)
        new = super()._additional_events(session, tracker) if stored is None else islice(tracker.events, stored, None)
        return map(Wordless, new)


class Wordless:
    """An event on its way to the disk; the one in memory stays whole until the turn ends."""

    def __init__(self, event: Event) -> None:
        self.type_name = event.type_name
        self._event = event

    def as_dict(self) -> dict[str, Any]:
        """The event as Rasa stores it, without words."""
        return without_words(self._event.as_dict())


def without_words(event: dict[str, Any]) -> dict[str, Any]:
    """Return a copy of a tracker event with what people said, and what was said to them, taken out.

    Kept: intents, metadata, and the payload of buttons (`/intent{…}`), which the hub wrote itself.
    """
    scrub = _SCRUBBERS.get(event.get("event", ""))
    return scrub(deepcopy(event)) if scrub else event


def _user(event: dict[str, Any]) -> dict[str, Any]:
    if (event.get("text") or "").startswith("/"):
        return event
    parsed = event.get("parse_data") or {}
    kept = {"intent", "metadata", "message_id"}
    event["text"] = ""
    event["parse_data"] = {key: value for key, value in parsed.items() if key in kept} | {"text": "", "entities": []}
    return event


def _bot(event: dict[str, Any]) -> dict[str, Any]:
    return event | {"text": None, "data": {}}


def _slot(event: dict[str, Any]) -> dict[str, Any]:
    # An answer is first set as it was typed; only the hub's validation makes it "recorded".
    if event.get("name") not in NAMES and event.get("value") != RECORDED:
        event["value"] = None
    return event


_SCRUBBERS = {"user": _user, "bot": _bot, "slot": _slot}
