"""⑤ check-ins on LINE: how does it go, with three answers to tap."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.cases import check_ins, follow_up
from bot.line import messages
from bot.line.messages import Json
from bot.line.news.kinds import Draw
from bot.phrases import phrase
from storage.models import Case, CheckIn, HowItGoes


async def _check_in(session: AsyncSession, payload: Mapping[str, Any]) -> list[Json]:
    row = await session.get_one(CheckIn, payload["check_in"])
    case = await session.get_one(Case, row.case_id)
    if not follow_up.is_waiting(row, case):  # answered, dropped, or back in ④ before this went out
        return []
    return check_in(case.number, row.id or 0, again=bool(payload.get("again")))


def check_in(number: str, id: int, *, again: bool = False) -> list[Json]:
    """Ask how it goes; `again`: more gently, since nothing was answered."""
    said = phrase("check_in_again", number=number) if again else phrase("check_in", number=number)
    items = [{"type": "action", "action": _action(id, how)} for how in HowItGoes]
    (asked,) = messages.text(said)
    return [{**asked, "quickReply": {"items": items}}]


def _action(id: int, how: HowItGoes) -> Json:
    label = check_ins.label(how)
    data = urlencode({"tap": "check_in", "c": id, "a": how.value})
    return {"type": "postback", "label": label, "data": data, "displayText": label}


NEWS: dict[str, Draw] = {follow_up.KIND: _check_in}
