"""What a citizen writes about their consultation: it may answer what the desk has put to them."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.consultation.direction import direction
from bot.desk.consultation.follow_up import check_ins
from bot.desk.talk import talk
from storage.models import Case


async def citizen_wrote(session: AsyncSession, case: Case, parts: Sequence[str], *, key: str, now: datetime) -> None:
    """Put what a citizen wrote before the coordinators, verbatim, once per `key`.

    The words may also be what they want to say of the hypothesis, or of how it goes.
    """
    heard_in = await talk.citizen_wrote(session, case, parts, key=key, now=now)
    if heard_in is None:
        return
    for words in parts:
        await direction.hear(session, heard_in, words, now)
        await check_ins.hear(session, heard_in, words, now)
