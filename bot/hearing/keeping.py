"""One write, once the branch is known: what each branch of a citizen's turn writes down and says."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.consultation.intake import proposals
from bot.hearing import confidential, late, taps
from bot.hearing.arrived import Arrived
from bot.hearing.branches import Branch
from bot.hearing.confidential import FormAt
from bot.hearing.incoming import Incoming
from bot.hearing.media import download, together
from bot.hearing.rasa import Message
from bot.hearing.saying import once, say, say_goodbye
from bot.hearing.standing import Standing, by_line_id, is_here, known, meant
from bot.hearing.taps.kinds import Tap
from bot.phrases import phrase


@dataclass(frozen=True)
class Turn:
    """A citizen's turn in its transaction; `said` is Rasa's answer, if it was asked."""

    session: AsyncSession
    arrived: Arrived
    said: list[Message]
    now: datetime
    form_at: FormAt | None
    beside: Sequence[Incoming] = ()  # what came in the same action

    @property
    def key(self) -> str:
        return self.arrived.incoming.key

    async def standing(self) -> Standing:
        """Return where the citizen stands by now. Whoever writes has not blocked the account, or no longer."""
        standing = await by_line_id(self.session, self.arrived.incoming.user_id or "", self.now)
        is_here(standing.citizen, self.arrived.incoming)
        return standing


async def keep(turn: Turn, branch: Branch) -> bool:
    """Write down what a branch does, and queue what it says. True: it erased the citizen."""
    if branch is not Branch.LEAVE:
        await _note(turn)
    is_erased = bool(await KEEPS[branch](turn))
    await together.follow(turn.session, [turn.key], turn.beside, turn.now)
    return is_erased


async def hold(turn: Turn) -> None:
    """Tell the citizen, once per outage, that the message is safe."""
    await _note(turn)
    citizen = (await turn.standing()).citizen
    if citizen.busy_told_at is None:
        citizen.busy_told_at = turn.now
        await say(turn.session, citizen, turn.arrived.incoming, "holding", {}, turn.now)


async def _note(turn: Turn) -> None:
    """Write down what comes with a message, whatever the answer: a photo to fetch, a command that was meant."""
    for one in together.in_order([turn.arrived.incoming, *turn.beside]):
        await download.fetch(turn.session, turn.arrived.standing, one, turn.now)
    await meant(turn.session, turn.arrived.standing, turn.arrived.incoming)


async def _leave(turn: Turn) -> None:
    await turn.standing()


async def _tap(turn: Turn) -> None:
    """Do what the tap means. The conversation goes on where it was."""
    standing, incoming = await turn.standing(), turn.arrived.incoming
    args = incoming.tap or await taps.typed(turn.session, standing, incoming.words, turn.now) or {}
    await _say(turn, standing, await taps.answer(Tap(turn.session, standing, args, turn.key, turn.now)))


async def _form(turn: Turn) -> None:
    standing = await turn.standing()
    if turn.form_at:
        said = await confidential.hand_out(turn.session, standing, turn.key, turn.now, turn.form_at)
        await _say(turn, standing, said)


async def _to_desk(turn: Turn) -> None:
    standing = await turn.standing()
    if turn.form_at and standing.case:
        incoming = turn.arrived.incoming
        said = await confidential.pass_on(turn.session, standing.case, incoming, turn.now, turn.form_at)
        await _say(turn, standing, said)


async def _late(turn: Turn) -> None:
    """Add it to the answer before; the open question stays on the screen."""
    standing = await turn.standing()
    if standing.proposal and standing.proposal.before:
        await late.add(turn.session, standing.proposal, turn.arrived.incoming.said())


async def _talk(turn: Turn) -> bool:
    """Say what Rasa answered. True: the citizen has just been erased, and this is the last thing they get."""
    incoming = turn.arrived.incoming
    said = [{"text": phrase("stale")}, *turn.said] if turn.arrived.is_stale else turn.said
    citizen = await known(turn.session, incoming.user_id or "")
    if citizen is None:
        await say_goodbye(turn.session, incoming, said, turn.now)
        return True
    is_here(citizen, incoming)
    draft = await proposals.draft_of(turn.session, citizen.id)
    opened = {"proposal": draft.id, "question": draft.question} if draft else {}
    await say(turn.session, citizen, incoming, "turn", {"messages": once(said), **opened}, turn.now)
    return False


async def _say(turn: Turn, standing: Standing, said: list[Message]) -> None:
    await say(turn.session, standing.citizen, turn.arrived.incoming, "turn", {"messages": said}, turn.now)


KEEPS: dict[Branch, Callable[[Turn], Awaitable[bool | None]]] = {
    Branch.LEAVE: _leave,
    Branch.TAP: _tap,
    Branch.FORM: _form,
    Branch.TO_DESK: _to_desk,
    Branch.LATE: _late,
    Branch.REPEAT: _talk,
    Branch.TALK: _talk,
}
