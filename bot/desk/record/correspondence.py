"""Which lines of a history are words between the desk and the citizen, and what each counts as."""

from typing import Final

from bot.desk.record.moves import Action

# The receipt promises an answer by a person. A claim only says who will give it: the promise stays open.
ANSWERS: Final = (Action.REPLY, Action.ASK, Action.REFER, Action.MEET, Action.NOTE, Action.ADVANCE, Action.PROPOSE)
