"""What is done with a made-up case from stage to stage: the same use cases that the desk's buttons call."""

from datetime import datetime, timedelta

from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.consultation import advance, staffing
from bot.desk.consultation.direction import assessments, direction, hypotheses
from bot.desk.consultation.direction.assessments import Judgement
from bot.desk.consultation.hearing import briefing, hearing
from bot.desk.consultation.hearing.hearing import Wish
from bot.desk.consultation.intake import received
from bot.desk.consultation.publishing import closing
from bot.desk.consultation.realisation import plan, stakeholders
from bot.desk.team import team
from bot.tables.calendars import CENTRE
from bot.when import TOKYO
from storage.models import StakeholderState, Word

Pair = tuple[str, str]

NOTES = (
    "話し合ったこと：いまの取り組みと、困っていること\n"
    "分かったこと：場所と人手が課題\n"
    "次にすること：関係する団体に声をかける"
)
DIRECTION = "まず3か月、いまある場所を借りて小さく始め、続けられるかたちを一緒に確かめます。"
JUDGED = {
    "feasibility": Judgement(3, "場所と人手のめどがある", "ヒアリングの記録"),
    "effect": Judgement(4, "孤立の予防につながる", "区の統計と類似の事例"),
    "alternatives": Judgement(3, "すでにある集まりに加わる道もある", "地域ケアプラザの事業に加わる"),
}
PARTIES = (("地域ケアプラザ", StakeholderState.WILLING, "会場"), ("商店会", StakeholderState.WILLING, "広報"),
           ("近くの大学", StakeholderState.ASKED, ""))  # fmt: skip


async def claim(session: AsyncSession, number: str, pair: Pair, city: str, at: datetime) -> None:
    """① → ②: a main and a sub, the city's member, a look at the briefing, and a date."""
    main, sub = pair
    await received.claim(session, number, by=main, now=at)
    await staffing.join(session, number, by=sub, now=at)
    await team.staff(session, number, city_staff=city, by=main, now=at)
    await briefing.check(session, number, ticked=list(briefing.PARTS), seen=(), reason="", by=main, now=at)
    await hearing.agree(session, number, Wish({"option1": _afternoon(at)}, "協働ラボ"), by=main, now=at)


async def hear(session: AsyncSession, number: str, pair: Pair, city: str, at: datetime) -> None:
    """② → ③: what was heard, then on."""
    await hearing.write_notes(session, number, text=NOTES, open_to_citizen=False, by=pair[0], now=at)
    await advance.advance(session, number, evidence={}, waived=None, by=pair[0], now=at)


async def weigh(session: AsyncSession, number: str, pair: Pair, city: str, at: datetime) -> None:
    """③ → ④: each member's assessment, the joint one, the direction and the citizen's word."""
    for who in (*pair, city):
        await assessments.assess(session, number, JUDGED, by=who, now=at)
    await assessments.conclude(session, number, JUDGED, by=pair[0], now=at)
    await hypotheses.propose(session, number, DIRECTION, by=pair[0], now=at)
    await direction.note_word(session, number, Word.AGREE, "ぜひお願いします", by=pair[0], now=at)
    await advance.advance(session, number, evidence={}, waived=None, by=pair[0], now=at)


async def realise(session: AsyncSession, number: str, pair: Pair, city: str, at: datetime) -> None:
    """④ → ⑤: the parties, who does it, the plan."""
    willing = []
    for name, state, role in PARTIES:
        party = await stakeholders.add(session, number, name=name, by=pair[0], now=at)
        await stakeholders.change(
            session, number, party.id or 0, state=state, role=role, contact="", remark="", by=pair[0], now=at
        )
        willing += [party.id or 0] if state is StakeholderState.WILLING else []
    await stakeholders.decide_body(session, number, willing[:1], "", by=pair[0], now=at)
    due = at.astimezone(TOKYO).date() + timedelta(days=40)
    await plan.add(session, number, title="はじめの開催", owner=pair[0], due_on=due, milestone=True, by=pair[0], now=at)
    await advance.advance(
        session, number, evidence={"dialogue": "協働ラボで関係者6名と話し合い"}, waived=None, by=pair[0], now=at
    )


async def close(session: AsyncSession, number: str, pair: Pair, city: str, at: datetime) -> None:
    """⑤ → the end, with what was learnt."""
    await closing.close(
        session, number, reason="取り組みが軌道に乗ったため", learnings="小さく始めて、続けられる人数を先に決めた",
        methods="既存の場所の空き時間を使う", partners="地域ケアプラザ、商店会", by=pair[0], now=at,
    )  # fmt: skip


FORWARD = [claim, hear, weigh, realise]


def _afternoon(at: datetime) -> datetime:
    """Return two o'clock of the next day on which the centre is open."""
    day = at.astimezone(TOKYO) + timedelta(days=1)
    while CENTRE.hours(day.date()) is None:
        day += timedelta(days=1)
    return day.replace(hour=14, minute=0, second=0, microsecond=0)
