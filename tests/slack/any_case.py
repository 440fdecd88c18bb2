"""Any case, hit and text that people could bring to Slack, and whether Slack takes what is drawn of it."""

from dataclasses import replace
from datetime import UTC, datetime
from types import ModuleType
from typing import Any

from hypothesis import strategies as st
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.desk.record.sight import CaseView
from bot.desk.record.telling import Reach
from bot.slack.kit import modals
from bot.slack.listeners import VIEWS
from knowledge.asking.reasons import Match
from knowledge.search import Hit
from knowledge.votes import Tally
from storage.models import QUESTIONS, Stage

AT = datetime(2026, 6, 15, 3, tzinfo=UTC)


HOSTILE = "<!channel> <@U1> <http://evil|市役所> &lt;!here&gt; `x` *_~ \x00\u202e\ud800 👨‍👩‍👧 :tada:\n> "


HUGE = (HOSTILE, HOSTILE * 100, "か\u3099" * 2500, "👨‍👩‍👧" * 700, "a\u0300" * 3000)


TEXT = st.text(max_size=300) | st.sampled_from(HUGE)


STAFF = st.none() | st.sampled_from(("U0TANAKA", "W12345"))


def a_case(**changes: Any) -> CaseView:
    made = CaseView(
        id=1, number="2026-0042", version=1, stage=Stage.HEARING, ward="鶴見区", theme="福祉", party="group",
        name="山田花子", contact="045-000-0000", channel="line", answers=dict.fromkeys(QUESTIONS, "答え"),
        attachments=(), main="U0TANAKA", sub=None, city_staff=None, promised_by=AT, opened_at=AT, stage_since=AT,
        closed_at=None, history=(), evidence=(), lacking=(), reach=Reach.LINE, channel_id="C1", card_ts="1.1",
    )  # fmt: skip
    return replace(made, **changes)


HITS = st.lists(
    st.builds(
        Hit, st.just("x"), st.sampled_from(("case", "organisation")), TEXT, TEXT, TEXT, st.sampled_from("高中低"),
        st.just(0.5), st.lists(st.builds(Match, TEXT, TEXT, TEXT, TEXT), max_size=8), st.booleans(),
        st.none() | st.builds(Tally, st.integers(0, 99_999), st.integers(0, 99_999), st.none()),
    ),
    max_size=12,
)  # fmt: skip


CASES = st.builds(
    a_case, stage=st.sampled_from(Stage), ward=st.none() | TEXT, theme=TEXT, party=st.none() | TEXT,
    name=st.none() | TEXT, answers=st.fixed_dictionaries(dict.fromkeys(QUESTIONS, TEXT)),
    main=STAFF, sub=STAFF, city_staff=STAFF, contact=st.none() | TEXT,
)  # fmt: skip


def fits(judge: ModuleType, method: str, body: dict[str, Any]) -> None:
    assert judge.slack_call(method, body) == []
    for block in body.get("blocks", []):
        Block.parse(block).validate_json()


def modal_fits(judge: ModuleType, modal: dict[str, Any]) -> None:
    assert judge.slack_call("views.open", {"trigger_id": "1", "view": modal}) == []
    View(**modal).validate_json()
    memory = modals.remembered(modal)
    assert set(memory) <= {"case", "seen", "id"}
    assert all(str(value).isascii() and len(str(value)) < 30 for value in memory.values())
    if modal.get("submit"):
        assert modal["callback_id"] in VIEWS
