"""The stages' tables: what they allow, and that nothing else is."""

import pytest

from bot.desk.record.kinds import MoveNotAllowed
from bot.desk.record.moves import ACTION_LABEL, MOVES, REQUIRED, STAGE_LABEL, Action, allowed, move
from storage.models import Stage

PATH = [Stage.RECEIVED, Stage.HEARING, Stage.DIRECTION, Stage.REALISATION, Stage.FOLLOW_UP, Stage.CLOSED]


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("action", Action)
def test_every_move_not_in_the_table_is_refused(stage: Stage, action: Action) -> None:
    if (stage, action) in MOVES:
        assert move(stage, action) == MOVES[stage, action]
        return
    with pytest.raises(MoveNotAllowed) as refused:
        move(stage, action)
    assert STAGE_LABEL[stage] in str(refused.value)
    assert f"「{ACTION_LABEL[action]}」はできません" in str(refused.value)


def test_the_way_leads_forward_one_stage_at_a_time() -> None:
    stage = move(Stage.RECEIVED, Action.CLAIM)
    way = [Stage.RECEIVED, stage]
    while (stage, Action.ADVANCE) in MOVES:
        stage = move(stage, Action.ADVANCE)
        way.append(stage)
    assert [*way, move(stage, Action.CLOSE)] == PATH


def test_only_a_problem_in_the_follow_up_leads_back() -> None:
    back = {(before, action) for (before, action), after in MOVES.items() if PATH.index(after) < PATH.index(before)}
    assert back == {(Stage.FOLLOW_UP, Action.REOPEN)}


def test_after_the_end_the_citizen_is_answered_and_the_case_becomes_knowledge() -> None:
    assert allowed(Stage.CLOSED) == [Action.REPLY, Action.DRAFT, Action.PUBLISH]


def test_a_stale_button_says_what_is_possible() -> None:
    with pytest.raises(MoveNotAllowed, match=r"何も変わっていません。いまできるのは.*「次の段階へ」"):
        move(Stage.HEARING, Action.OPEN)


def test_the_evidence_of_the_plan_is_asked_for() -> None:
    assert {stage: [need.label for need in needs] for stage, needs in REQUIRED.items() if needs} == {
        Stage.HEARING: ["メイン", "サブ", "市職員", "事前資料", "ヒアリング記録"],
        Stage.DIRECTION: ["実現可能性", "期待される効果", "代替案の有無", "相談者の意向"],
        Stage.REALISATION: ["関係する主体", "対話の場", "実施主体", "実施計画"],
        Stage.FOLLOW_UP: ["フォローの結果"],
    }
    keys = [need.key for needs in REQUIRED.values() for need in needs]
    assert len(keys) == len(set(keys))
