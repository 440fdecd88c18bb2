"""⑤ how it goes: 順調, 困りごと or 終了, tapped or typed."""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.consultation.follow_up import check_ins
from bot.hearing.standing import Standing
from bot.hearing.taps.kinds import Said, Tap, Tapped, Typed
from bot.phrases import phrase
from storage.models import HowItGoes

_SAID = {
    HowItGoes.FINE: "check_in_fine",
    HowItGoes.TROUBLE: "check_in_trouble",
    HowItGoes.OVER: "check_in_over",
    "same": "check_in_same",
    "older": "check_in_older",
    "past": "check_in_past",
    "unknown": "old_button",
}


async def _check_in(tap: Tap) -> Said:
    id, how = tap.args.get("c", ""), tap.args.get("a", "")
    if not id.isdecimal() or len(id) > 18 or how not in set(HowItGoes):
        return [{"text": phrase("old_button")}]
    done = await check_ins.answer(tap.session, tap.standing.citizen, int(id), HowItGoes(how), key=tap.key, now=tap.now)
    return [{"text": phrase(_SAID[done.how], word=check_ins.label(done.kept))}]


async def _typed(session: AsyncSession, standing: Standing, words: str, _now: datetime) -> Mapping[str, str] | None:
    """Exactly one of the three, while something was asked and no draft could be meant."""
    how = next((how for how in HowItGoes if words.strip().rstrip("。") == check_ins.label(how)), None)
    if how is None or standing.proposal is not None:
        return None
    asked = await check_ins.open_for(session, standing.citizen.id)
    return {"tap": "check_in", "c": str(asked.id), "a": how.value} if asked else None


TAPS: dict[str, Tapped] = {"check_in": _check_in}
TYPED: tuple[Typed, ...] = (_typed,)
