"""The reminders as one table: bot/tables/reminders.yml, read once and checked."""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from dateutil.relativedelta import relativedelta
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from bot.tables import reading
from bot.tables.calendars import CALENDARS, CITY, Calendar
from knowledge.language.blanks import has_words
from storage.models import Role, Stage

FILE = Path(__file__).with_name("reminders.yml")

# The facts that can call for a reminder, and what ends each fact. After that its reminders are void.
FACTS: dict[str, tuple[str, ...]] = {
    "unclaimed": ("claimed", "closed"),
    "without_sub": ("joined", "closed"),
    "promised": ("answered", "closed"),
    "no_movement": ("moved", "closed"),
    "hearing": ("rescheduled", "held", "closed"),
    "meeting_without_minutes": ("rescheduled", "held", "closed"),
    "hypothesis_unanswered": ("word_given", "stage_left", "closed"),
    "milestone": ("task_done", "closed"),
    "task": ("task_done", "closed"),
    "check_in": ("asked", "closed"),
    "check_in_unanswered": ("word_given", "closed"),
    "trouble": ("moved", "closed"),
    "citizen_silent": ("word_given", "closed"),
    "stakeholder_silent": ("word_given", "closed"),
    "unfinished_hearing": ("sent", "withdrawn"),
    "old_knowledge": ("refreshed",),
    "open_day": (),
}
# What the follow-up asks by itself, and the fact each is about.
DOES = {"check_in": "check_in", "check_in_again": "check_in_unanswered"}
RESERVED = frozenset({"card_back"})  # rows of the table of reminders that no rule calls for
ALONE = ("citizen", "channel", "everyone")  # told in ways of their own
TEXTS = {  # where the words of a rule are, by its door
    "line": "dialogues/phrases/",
    "slack": "ITEM in bot/slack/words/nudges.py",
}
To = Literal["citizen", "channel", "lead", "acting", "main", "sub", "city_staff", "team", "owner", "everyone"]
Door = Literal["line", "slack"]
_Strict = ConfigDict(extra="forbid", frozen=True)
UNITS = ("hours", "days", "months", "open_hours", "open_days")
ONE_DAY = timedelta(days=1)
LONGEST = 3  # years
_Number = BeforeValidator(reading.number)
_Hours = Annotated[float, Field(ge=0, le=LONGEST * 366 * 24, allow_inf_nan=False), _Number]


class Offset(BaseModel):
    """A length of time in one unit; open hours and days are those of the calendar."""

    model_config = _Strict

    hours: _Hours | None = None
    days: Annotated[int, Field(ge=0, le=LONGEST * 366), _Number] | None = None
    months: Annotated[int, Field(ge=0, le=LONGEST * 12), _Number] | None = None
    open_hours: _Hours | None = None
    open_days: Annotated[int, Field(ge=1), _Number] | None = None

    @field_validator("open_hours", "open_days")
    @classmethod
    def _within_reach(cls, amount: float | None, info: ValidationInfo) -> float | None:
        most = int(getattr(CALENDARS.reach(), info.field_name or ""))
        if amount is not None and amount > most:
            raise ValueError(f"is more than is surely found in bot/tables/calendars.yml: at most {most}")
        return amount

    @model_validator(mode="after")
    def _one_unit(self) -> "Offset":
        if sum(getattr(self, unit) is not None for unit in UNITS) != 1:
            raise ValueError(f"an offset has exactly one of {', '.join(UNITS)}")
        return self

    @property
    def unit(self) -> str:
        """Which of UNITS it is in."""
        return next(unit for unit in UNITS if getattr(self, unit) is not None)

    @property
    def amount(self) -> float:
        """How many of them."""
        return float(getattr(self, self.unit))

    def after(self, moment: datetime, calendar: Calendar) -> datetime:
        """Return the moment so much later."""
        if self.open_hours is not None:
            return calendar.after_open_hours(moment, self.open_hours)
        if self.open_days is not None:
            return calendar.after_open_days(moment, self.open_days)
        if self.months is not None:
            return moment + relativedelta(months=self.months)
        return moment + timedelta(hours=self.hours or 0, days=self.days or 0)

    def before(self, moment: datetime, calendar: Calendar) -> datetime:
        """Return the moment so much earlier; counted in hours, days or open hours."""
        if self.open_hours is not None:
            return calendar.before_open_hours(moment, self.open_hours)
        return moment - timedelta(hours=self.hours or 0, days=self.days or 0)


class Repeat(BaseModel):
    """How often it is said while the fact lasts, and how long after each other."""

    model_config = _Strict

    every: Offset
    times: int = Field(ge=2, le=20)  # the first one counts

    @field_validator("every")
    @classmethod
    def _lasts(cls, every: Offset) -> Offset:
        if every.amount * 60 < 1:  # minutes of the shortest unit
            raise ValueError("is shorter than a minute: it would be said again at once")
        return every


def _listed(said: object) -> object:
    return said if isinstance(said, list) else [said]


class Rule(BaseModel):
    """One reminder."""

    model_config = _Strict

    rule: str = Field(pattern=r"^[a-z][a-z_]*$")
    what: str  # in one line of Japanese, for the plan of a case
    of: str
    after: Offset | None = None
    before: Offset | None = None
    stage: Stage | None = None
    kind: str = "case"  # of record; facts that are of no record go by none
    to: Annotated[list[To], BeforeValidator(_listed), Field(min_length=1)]
    door: Door
    does: Literal["check_in", "check_in_again"] | None = None  # instead of words: the use case that asks
    words: str = Field("", validate_default=True)  # a key of what TEXTS names
    repeat: Repeat | None = None
    at_most: Annotated[int, Field(ge=1), _Number] | None = None  # in all, however often the fact begins again
    at_once: bool = False  # to staff: also outside the opening hours
    stale_after: Offset | None = None  # after so long a delay it isn't said any more
    void: list[str]
    changed_by: list[Role] = Field(min_length=1)  # who may stop it or move it for a case

    @field_validator("rule")
    @classmethod
    def _free(cls, rule: str) -> str:
        if rule in RESERVED:
            raise ValueError(f"can't be {rule}: that name is taken by something that is no rule")
        return rule

    @field_validator("what")
    @classmethod
    def _said(cls, what: str) -> str:
        if not has_words(what):
            raise ValueError("is empty: people read it in the plan of a case")
        return what

    @field_validator("of")
    @classmethod
    def _known_fact(cls, of: str) -> str:
        if of not in FACTS:
            raise ValueError(f"the fact {of} isn't known; there are {', '.join(FACTS)}")
        return of

    @field_validator("to")
    @classmethod
    def _together(cls, to: list[To], info: ValidationInfo) -> list[To]:
        if len(to) > 1 and (alone := [name for name in ALONE if name in to]):
            raise ValueError(f"has {alone[0]} beside others, who would get it alone or not at all: make it two rules")
        of = info.data.get("of")
        if of is not None and ("everyone" in to) != (of == "open_day"):
            raise ValueError(f"can't be {to[0]} for {of}: everyone is told of an open_day, and of nothing else")
        return to

    @field_validator("does")
    @classmethod
    def _asks(cls, does: str | None, info: ValidationInfo) -> str | None:
        of = info.data.get("of")
        if does is not None and of is not None and of != DOES[does]:
            raise ValueError(f"can't be {does} for {of}: it asks about {DOES[does]}")
        if does is not None and info.data.get("door") == "slack":
            raise ValueError(f"can't be {does} in Slack: it asks the citizen on LINE")
        return does

    @field_validator("at_once")
    @classmethod
    def _wakes_nobody(cls, at_once: bool, info: ValidationInfo) -> bool:
        if at_once and info.data.get("door") == "line":
            raise ValueError("is for staff: a citizen isn't woken")
        return at_once

    @field_validator("words")
    @classmethod
    def _known_words(cls, words: str, info: ValidationInfo) -> str:
        if info.data.get("does"):
            return words
        if not words:
            raise ValueError("is missing: every reminder has a text")
        texts, place = (info.context or {}).get("texts", {}), info.data.get("door", "")
        if place in texts and words not in texts[place]:
            raise ValueError(f"there is no text {words} in {TEXTS[place]}")
        return words

    @model_validator(mode="after")
    def _whole(self) -> "Rule":
        if (self.after is None) == (self.before is None):
            raise ValueError(f"{self.rule} needs either after or before")
        if self.before is not None and self.before.unit in ("months", "open_days"):
            raise ValueError(f"{self.rule}: before is counted in hours, days or open_hours")
        if sorted(self.void) != sorted(FACTS[self.of]):
            raise ValueError(
                f"{self.rule}: void must name what ends {self.of}: {', '.join(FACTS[self.of]) or 'nothing'}"
            )
        if (self.to == ["citizen"]) != (self.door == "line"):
            raise ValueError(f"{self.rule}: the door line leads to the citizen alone")
        return self

    @property
    def times(self) -> int:
        """How often it is said while the fact lasts."""
        return self.repeat.times if self.repeat else 1

    def due(self, at: datetime, calendar: Calendar) -> datetime:
        """Return when it is due for a fact of that time."""
        if self.before is not None:
            return self.before.before(at, calendar)
        return (self.after or Offset(hours=0)).after(at, calendar)

    def timely(self, due: datetime, at: datetime, ward: str | None, *, on_line: bool) -> datetime:
        """Return when a due reminder may be said: to citizens in the daytime, to staff in their working hours."""
        calendar = CALENDARS.of(ward)
        if self.door == "line" and on_line:
            return calendar.awake(due)
        if self.at_once:
            return due
        hours = CITY if self.to == ["city_staff"] else calendar
        opens = hours.open_from(due)
        if self.before is not None and opens >= at > due:  # an early hour: say it the day before, in time
            opens = hours.open_from(due - ONE_DAY)
        return opens


class Rules(BaseModel):
    """Every reminder, by its id."""

    model_config = _Strict

    rules: list[Rule] = Field(min_length=1)

    @model_validator(mode="after")
    def _distinct(self) -> "Rules":
        names = [rule.rule for rule in self.rules]
        if twice := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"the rule {', '.join(sorted(twice))} is there twice")
        return self

    def by_name(self) -> dict[str, Rule]:
        """Return the rules by their ids."""
        return {rule.rule: rule for rule in self.rules}


def read(file: Path = FILE, texts: dict[str, Collection[str]] | None = None) -> dict[str, Rule]:
    """Return the rules of a file by their ids, or raise TableWrong with line and reason.

    `texts` are the keys there are words for, by door; without them words aren't looked for.
    """
    table: Rules = reading.read(file, Rules, texts=texts or {})
    return table.by_name()


@cache
def rules() -> dict[str, Rule]:
    """Return the centre's rules by their ids."""
    return read()
