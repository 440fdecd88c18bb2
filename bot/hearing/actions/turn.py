"""What a custom action works with: the citizen's turn, and the table of steps."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from rasa_sdk.executor import CollectingDispatcher
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.consultation.heard import citizen_wrote
from bot.desk.record.answers import MESSAGE
from bot.hearing.incoming import Incoming
from bot.hearing.standing import Standing
from storage.models import AnswerPart, Case, Citizen, PartState, Proposal


@dataclass
class Turn:
    """One message of a citizen on its way through Rasa's actions, in one transaction."""

    session: AsyncSession
    now: datetime
    incoming: Incoming
    standing: Standing
    intent: str
    args: dict[str, str]  # of a button, or found in a typed command: {"question": "overview"}
    was: str  # the command a doubtful message may have meant
    dispatcher: CollectingDispatcher

    @property
    def key(self) -> str:
        return self.incoming.key

    @property
    def citizen(self) -> Citizen:
        return self.standing.citizen

    @property
    def proposal(self) -> Proposal | None:
        return self.standing.proposal

    @property
    def case(self) -> Case | None:
        return self.standing.case

    def say(self, response: str, buttons: list[dict[str, str]] | None = None, **values: object) -> None:
        """Say one of the responses in dialogues/domain, once in a turn."""
        shown = {name: fillable(value) if isinstance(value, str) else value for name, value in values.items()}
        self.dispatcher.utter_message(response=response, buttons=buttons or [], **shown)
        *before, said = self.dispatcher.messages
        if said in before:
            self.dispatcher.messages.pop()

    async def pass_on(self, *parts: AnswerPart) -> None:
        """Hand messages to the coordinators of the citizen's case, each once; photos sent at once are one message."""
        if self.case is None or self.case.proposal_id is None:
            return
        for part in parts:
            part.state, part.question, part.proposal_id = PartState.KEPT, MESSAGE, self.case.proposal_id
            self.session.add(part)
        for _, of_one in groupby(parts, key=lambda part: part.said_at if part.place else part.id):
            at_once = list(of_one)
            words = [part.text for part in at_once]
            await citizen_wrote(self.session, self.case, words, key=at_once[0].message_key, now=self.now)

    def show(self, kind: str, **values: object) -> None:
        """Show something that is drawn from the database when it is sent, so that Rasa never holds its words."""
        self.dispatcher.utter_message(json_message={"kind": kind, **values})


def fillable(words: str) -> str:
    """Return words for one of Rasa's responses, with a sign in "0[" that nobody sees.

    Rasa takes that for a tag that it couldn't fill, and says the response with none filled (RasaHQ/rasa#4550).
    """
    return words.replace("0[", "0\u2060[")


Step = Callable[[Turn], Awaitable[None]]


@dataclass(frozen=True)
class Entry:
    """A step and whether it changes the draft, so that a replay must not run it again."""

    run: Step
    once: bool


STEPS: dict[str, Entry] = {}


def step(name: str, *, once: bool = False) -> Callable[[Step], Step]:
    """Register a function as Rasa's custom action `name`; `once`: a message runs it one time only."""

    def register(run: Step) -> Step:
        STEPS[name] = Entry(run, once)
        return run

    return register


def no_draft(turn: Turn) -> None:
    """Answer a command that is about a draft where there is none."""
    turn.say("utter_after_sending" if turn.case else "utter_nothing_to_resume")
