"""③ the hypothesis: the three buttons under it, and the same words typed."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.consultation.direction import direction, hypotheses
from bot.hearing.standing import Standing
from bot.hearing.taps.kinds import Said, Tap, Tapped, Typed
from bot.phrases import phrase
from storage.models import Word

_SAID = {
    Word.AGREE: "hypothesis_agree",
    Word.TALK: "hypothesis_talk",
    Word.THINK: "hypothesis_think",
    "same": "hypothesis_same",
    "older": "hypothesis_older",
    "over": "hypothesis_over",
    "unknown": "old_button",
}


async def _hypothesis(tap: Tap) -> Said:
    id, word = tap.args.get("h", ""), tap.args.get("w", "")
    if not id.isdecimal() or len(id) > 18 or word not in set(Word):
        return [{"text": phrase("old_button")}]
    done = await direction.answer(tap.session, tap.standing.citizen, int(id), Word(word), key=tap.key, now=tap.now)
    return [{"text": phrase(_SAID[done.how], version=done.version, word=hypotheses.label(done.word))}]


async def _typed(session: AsyncSession, standing: Standing, words: str, _now: datetime) -> Mapping[str, str] | None:
    """Exactly one of the three, while a version is open and no draft could be meant."""
    word = next((word for word in Word if words.strip().rstrip("。") == hypotheses.label(word)), None)
    if word is None or standing.proposal is not None:
        return None
    version = await hypotheses.open_for(session, standing.citizen.id)
    return {"tap": "hypothesis", "h": str(version.id), "w": word.value} if version else None


TAPS: dict[str, Tapped] = {"hypothesis": _hypothesis}
TYPED: tuple[Typed, ...] = (_typed,)
