"""A library and an office of the centre in Slack, for stories."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import ModuleType

from fastapi import FastAPI
from slack_sdk.web.async_client import AsyncWebClient
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.consultation.intake import proposals, received
from bot.desk.consultation.intake.proposals import Said
from bot.desk.team import staff
from bot.nudges import planning
from bot.slack.door.desk import Desk
from bot.slack.door.door import door
from bot.slack.listeners import build
from bot.tables.reminders import rules
from knowledge.asking.question import read
from knowledge.asking.reasons import Match
from knowledge.search import Answer as Found
from knowledge.search import Hit, Twin
from storage.db import Database
from storage.models import QUESTIONS, Case, Channel, Citizen, Proposal, ProposalState, Role
from tests import pace
from tests.slack.person import CHANNEL, SECRET, Answer, Person
from tests.stand_ins.slack import Slack

NOW = datetime(2026, 6, 15, 3, 0, tzinfo=UTC)
SAID = ("空き店舗で子ども食堂", "孤食が多い", "商店会の3名", "月1回の試行", "助成")
ANSWERS = dict(zip(QUESTIONS, SAID, strict=True))


@dataclass
class Shelf:
    """A library with one case and one organisation."""

    async def answer(self, words: str, *, kind: str | None = None, limit: int = 5, **_: object) -> Found:
        if "ないもの" in words:
            near = Hit("c1", "case", "商店街のこども食堂", "鶴見区", "", "低", 0.1, [], False)
            return Found([], "あるもの", [near] if kind == "case" else [], unknown=read(words).unknown)
        met = [Match("子ども食堂", "こども食堂", "表記ゆれ", "題名")]
        hits = [
            Hit("c1", "case", "【見本】商店街のこども食堂", "鶴見区", "空き店舗を使った例", "高", 0.9, met, True),
            Hit("o1", "organisation", "つるみ食堂の会", "鶴見区", "", "中", 0.5, met, False),
        ]
        return Found([hit for hit in hits if kind in (None, hit.kind)][:limit])

    async def twins(self, number: str) -> Sequence[Twin]:
        return []


async def plans(session: AsyncSession, cases: Collection[int], now: datetime) -> int:
    """As the hub's own."""
    return await planning.plan(session, rules(), cases, now)


@dataclass
class Office:
    """The centre's Slack: its door, its people, its cases."""

    db: Database
    slack: Slack
    client: AsyncWebClient
    conformance: ModuleType
    woken: int = 0
    auto_enrol: bool = False

    def __post_init__(self) -> None:
        self.open()

    def open(self, auto_enrol: bool = False) -> None:
        """Build the app anew."""
        self.desk = Desk(self.db, Shelf(), lambda: NOW, CHANNEL, auto_enrol, self.wake, plans)
        self.app = FastAPI()
        bolt = build(self.client, SECRET, self.desk)
        for listener in bolt._async_listeners:
            listener.ack_timeout = pace.within(3)  # type: ignore[attr-defined]  # Slack's 3 s, on this machine
        entrance = door(bolt, SECRET, self.desk.courtesy)
        self.app.add_api_route("/slack/events", entrance, methods=["POST"])

    def wake(self) -> None:
        self.woken += 1

    async def staff(self, slack_id: str, role: Role = Role.COORDINATOR) -> Person:
        async with self.db.transaction() as session:
            await staff.add(session, slack_id, role, now=NOW)
        return Person(self.app, slack_id)

    def stranger(self, slack_id: str = "USTRANGER") -> Person:
        return Person(self.app, slack_id)

    async def case(self, on_line: bool = True, **answers: str) -> Case:
        """A case that came by LINE."""
        async with self.db.transaction() as session:
            citizen = Citizen(line_user_id="L1" if on_line else None, created_at=NOW)
            session.add(citizen)
            await session.flush()
            proposal = Proposal(
                citizen_id=citizen.id,
                channel=Channel.LINE,
                state=ProposalState.SENT,
                ward="鶴見区",
                party="group",
                name="山田花子",
                contact="045-000-0000",
                created_at=NOW,
                updated_at=NOW,
                sent_at=NOW,
            )
            session.add(proposal)
            await session.flush()
            for question, text in (ANSWERS | answers).items():
                await proposals.keep(session, proposal.id, question, Said(f"m:{question}", NOW, text))
            return await received.open_case(session, proposal, {"overview": "福祉"}, by="citizen", now=NOW)

    async def now(self, case: Case) -> Case:
        """The case as the database has it."""
        async with self.db.reading() as session:
            return await session.get_one(Case, case.id)

    def judged(self, answer: Answer) -> Answer:
        """What we answered, held against Slack's rules."""
        assert answer.status == 200, answer.body
        assert not answer.body or self.conformance.slack_call("ack", answer.json) == []
        return answer
