"""Rasa's custom actions: each is a step of a citizen's turn, in one transaction of ours."""

from bot.hearing.actions import answering, asides, ending, moving
from bot.hearing.actions.turn import STEPS, Turn

__all__ = ["STEPS", "Turn", "answering", "asides", "ending", "moving"]
