"""What a kind of record has of its own: its stages, its moves and its evidence, as tables that can be read aloud."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.desk.record.refusals import quoted, sentence
from bot.errors import Refused
from storage.models import Stage


class MoveNotAllowed(Refused):
    """The stage allows no such action. Usually the button was old."""


@dataclass(frozen=True)
class Requirement:
    """One thing a stage must have before the record moves on."""

    key: str
    label: str
    slot: bool = False  # True: a place in the team, read from the record itself; False: written down


@dataclass(frozen=True)
class Kind:
    """One kind of record. Stages and actions are enums of its own; the last stage is Stage.CLOSED in every kind."""

    label: str
    stages: Mapping[Any, str]  # what people read of each, in their order
    moves: Mapping[tuple[Any, Any], Any]  # (stage, action) → the stage that follows
    actions: Mapping[Any, str]  # what people read of each action, in the order of the buttons
    required: Mapping[Any, tuple[Requirement, ...]] = field(default_factory=dict)

    def stage(self, value: str) -> Any:
        """Return a stage as the tables have it, from what the database has."""
        return next(stage for stage in self.stages if stage == value)

    def move(self, stage: str, action: StrEnum) -> Any:
        """Return the stage that follows, or raise MoveNotAllowed with what may be done instead."""
        now = self.stage(stage)
        if (now, action) not in self.moves:
            raise MoveNotAllowed(self._not_allowed(now, action))
        return self.moves[now, action]

    def allowed(self, stage: str) -> list[Any]:
        """Return what may be done in a stage, in the order of its buttons."""
        now = self.stage(stage)
        return [action for action in self.actions if (now, action) in self.moves]

    def _not_allowed(self, stage: str, action: str) -> str:
        return sentence(
            "move_closed" if stage == Stage.CLOSED else "move",
            stage=self.stages[stage],
            action=self.actions.get(action, action),
            allowed=quoted([self.actions[possible] for possible in self.allowed(stage)]),
        )
