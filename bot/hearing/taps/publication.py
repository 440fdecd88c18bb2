"""From a closed case to an entry of the library: what a citizen taps or types about it."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.consultation.publishing import agreement
from bot.desk.consultation.publishing.agreement import Outcome, Wish
from bot.hearing.standing import Standing
from bot.hearing.taps.kinds import Said, Tap, Tapped, Typed
from bot.phrases import phrase

ALL = "all"  # typed words name no case: everything of theirs that is public


async def answer(tap: Tap) -> Said:
    """公開してよい, 公開しない, 直してほしい on a text that was shown; 公開をやめる at any time."""
    wish, row = tap.args.get("do", ""), tap.args.get("n", "")
    if row == ALL and wish == Wish.STOP:
        stopped = await agreement.stop_all(tap.session, tap.standing.citizen, key=tap.key, now=tap.now)
        return [{"text": _said(Outcome.STOPPED, "・".join(stopped))}]
    if wish not in set(Wish) or not (row.isascii() and row.isdigit() and len(row) < 19):
        return [{"text": phrase("old_button")}]
    outcome, number = await agreement.answer(
        tap.session, tap.standing.citizen, int(row), tap.args.get("d", ""), Wish(wish), key=tap.key, now=tap.now
    )
    return [{"text": _said(outcome, number) if number else phrase("old_button")}]


async def typed(session: AsyncSession, standing: Standing, words: str, now: datetime) -> Mapping[str, str] | None:
    """The words of the buttons: 公開をやめる whenever something is public, the others while a text waits for a word."""
    said = words.strip()
    if said == phrase("publication_stop") and await agreement.public_of(session, standing.citizen):
        return {"tap": "publication", "n": ALL, "do": Wish.STOP}
    wish = _wishes().get(said)
    if wish is None or standing.proposal is not None:
        return None
    row = await agreement.asked_of(session, standing.citizen)
    return {"tap": "publication", "n": str(row.id), "do": wish, "d": row.digest} if row else None


def _wishes() -> dict[str, Wish]:
    return {
        phrase("publication_agree"): Wish.AGREE,
        phrase("publication_refuse"): Wish.REFUSE,
        phrase("publication_mend"): Wish.MEND,
    }


def _said(outcome: Outcome, number: str) -> str:
    said = {
        Outcome.AGREED: "publication_said_agreed",
        Outcome.REFUSED: "publication_said_refused",
        Outcome.MENDING: "publication_said_mending",
        Outcome.STOPPED: "publication_said_stopped",
        Outcome.OUTDATED: "publication_said_outdated",
        Outcome.NOTHING: "publication_said_nothing",
    }
    return phrase(said[outcome], number=number)


TAPS: dict[str, Tapped] = {"publication": answer}
TYPED: tuple[Typed, ...] = (typed,)
