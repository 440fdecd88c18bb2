"""Where a conversation stands is told by the hub with each message, and Rasa's tracker is put there before the turn.

The hub's database is the record. A tracker that was lost, restored or overtaken begins a session anew at the position
told; so does one that has become long, since Rasa reads a whole session, and carries it to the hub, at each turn.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from rasa.core.processor import MessageProcessor
from rasa.shared.core.constants import ACTION_LISTEN_NAME, ACTION_SESSION_START_NAME
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SessionStarted, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

LONG = 50  # events of a session; a turn makes about ten
Position = Mapping[str, Any]  # {"loop": form or None, "slots": {name: value}}
_as_rasa = MessageProcessor.fetch_tracker_and_update_session


async def fetch(
    processor: MessageProcessor, sender_id: str, output_channel: Any = None, metadata: dict[str, Any] | None = None
) -> DialogueStateTracker:
    """Return a conversation's tracker at the position of the message's metadata; without one, as Rasa finds it."""
    told: Position | None = (metadata or {}).pop("position", None)
    if told is None:
        found: DialogueStateTracker = await _as_rasa(processor, sender_id, output_channel, metadata)
        return found
    tracker = await processor.get_tracker(sender_id)
    goes_on = 0 < len(tracker.events) <= LONG and stands_at(tracker, told)
    return tracker if goes_on else _anew(tracker, told)


def stands_at(tracker: DialogueStateTracker, told: Position) -> bool:
    """Tell whether a tracker is in the form told, with the slots told."""
    if tracker.active_loop_name != told["loop"] or (tracker.active_loop and tracker.active_loop.rejected):
        return False
    return all(tracker.get_slot(name) == value for name, value in told["slots"].items())


def _anew(tracker: DialogueStateTracker, told: Position) -> DialogueStateTracker:
    anew = DialogueStateTracker.from_events(tracker.sender_id, [*_events(told)], list(tracker.slots.values()))
    anew.model_id, anew.assistant_id = tracker.model_id, tracker.assistant_id
    anew.stored = 0
    return anew


def _events(told: Position) -> Iterator[Event]:
    yield ActionExecuted(ACTION_SESSION_START_NAME)  # without something before the first message no rule applies
    yield SessionStarted()
    yield from (SlotSet(name, value) for name, value in told["slots"].items() if value is not None)
    if told["loop"]:
        yield ActiveLoop(told["loop"])
    yield ActionExecuted(ACTION_LISTEN_NAME)


def install() -> None:
    """Make Rasa begin every turn with `fetch`."""
    MessageProcessor.fetch_tracker_and_update_session = fetch
