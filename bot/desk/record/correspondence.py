"""Which lines of a history are words between the desk and the citizen, and what each counts as."""

from typing import Final

from bot.desk.record.moves import Action
from bot.desk.record.record import Event

# The receipt promises an answer by a person. A claim only says who will give it: the promise stays open.
ANSWERS: Final = (Action.REPLY, Action.ASK, Action.REFER, Action.MEET, Action.NOTE, Action.ADVANCE, Action.PROPOSE)

# After these the citizen's next words may be meant for the desk. A date isn't among them: its buttons answer it.
SPOKEN: Final = (Action.REPLY, Action.ASK, Action.PROPOSE, Event.CHECK_IN_ASKED, Event.MENDING_WISHED)

# A citizen who stays silent after these calls for a reminder. A direction and a check-in have reminders of their own,
# and whoever wished for a mending may take their time: their text isn't published before.
AWAITED: Final = (Action.REPLY, Action.ASK)
