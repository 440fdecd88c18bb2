"""The tables of each kind: which action leads where, and what each stage must have before the next."""

from enum import StrEnum

from bot.desk.record.kinds import Kind, Requirement
from storage.models import Case, Stage


class Action(StrEnum):
    """What a member of staff does with a case."""

    OPEN = "open"  # take in by phone, e-mail or counter
    LOOK = "look"  # read a case, its details, what is similar
    CLAIM = "claim"
    JOIN = "join"
    STAFF = "staff"
    NOTE = "note"  # write down evidence
    ADVANCE = "advance"
    REPLY = "reply"
    RELEASE = "release"
    HAND_OVER = "hand_over"
    REFER = "refer"
    CLOSE = "close"
    #
    ASK = "ask"  # one question to the citizen about what is missing
    MERGE = "merge"  # the same consultation came twice
    ASSIGN = "assign"  # from those suggested
    BRIEF = "brief"  # the pack of what is known before the hearing
    MEET = "meet"  # the date of the hearing
    ASSESS = "assess"
    PROPOSE = "propose"  # a direction, put to the citizen
    INVITE = "invite"  # a guest who sees one case
    STAKEHOLDERS = "stakeholders"
    DIALOGUE = "dialogue"
    PLAN = "plan"
    CHECK_IN = "check_in"
    REOPEN = "reopen"  # ⑤ → ④
    DRAFT = "draft"  # an entry of the case library
    PUBLISH = "publish"
    NUDGE = "nudge"  # see and change a case's reminders


STAGE_LABEL = {
    Stage.RECEIVED: "①受付",
    Stage.HEARING: "②ヒアリング",
    Stage.DIRECTION: "③方向性",
    Stage.REALISATION: "④実現支援",
    Stage.FOLLOW_UP: "⑤フォロー",
    Stage.CLOSED: "終了",
}

ACTION_LABEL = {
    Action.OPEN: "案件にする",
    Action.LOOK: "詳細",
    Action.CLAIM: "担当する",
    Action.JOIN: "サブで入る",
    Action.STAFF: "市職員を決める",
    Action.NOTE: "記録する",
    Action.ADVANCE: "次の段階へ",
    Action.REPLY: "市民へ返信",
    Action.RELEASE: "担当を外れる",
    Action.HAND_OVER: "引き継ぐ",
    Action.REFER: "他の窓口へ",
    Action.CLOSE: "終了する",
    Action.ASK: "不足を聞く",
    Action.MERGE: "統合する",
    Action.ASSIGN: "担当の候補",
    Action.BRIEF: "事前資料",
    Action.MEET: "ヒアリング日程",
    Action.ASSESS: "見立てを書く",
    Action.PROPOSE: "方向性の案",
    Action.INVITE: "関係者を呼ぶ",
    Action.STAKEHOLDERS: "関係する主体",
    Action.DIALOGUE: "対話の場",
    Action.PLAN: "実施計画",
    Action.CHECK_IN: "フォローの予定",
    Action.REOPEN: "④へ戻す",
    Action.DRAFT: "事例の下書き",
    Action.PUBLISH: "事例を公開する",
    Action.NUDGE: "お知らせの予定",
}

_SEATS = (Action.CLAIM, Action.JOIN, Action.STAFF, Action.RELEASE, Action.HAND_OVER)  # claim: when the main has left
_ALWAYS = (Action.NOTE, Action.REPLY, Action.ASK, Action.ASSIGN, Action.INVITE, Action.NUDGE)

# What leaves a case in its stage…
STAYS: dict[Stage, tuple[Action, ...]] = {
    Stage.RECEIVED: (Action.STAFF, Action.NOTE, Action.REPLY, Action.ASK, Action.ASSIGN, Action.NUDGE),
    Stage.HEARING: (*_SEATS, *_ALWAYS, Action.BRIEF, Action.MEET),
    Stage.DIRECTION: (*_SEATS, *_ALWAYS, Action.BRIEF, Action.MEET, Action.ASSESS, Action.PROPOSE),
    Stage.REALISATION: (*_SEATS, *_ALWAYS, Action.PROPOSE, Action.STAKEHOLDERS, Action.DIALOGUE, Action.PLAN),
    Stage.FOLLOW_UP: (*_SEATS, *_ALWAYS, Action.DIALOGUE, Action.PLAN, Action.CHECK_IN),
    Stage.CLOSED: (Action.REPLY, Action.DRAFT, Action.PUBLISH),  # a late question still gets its answer
}

# … and what takes it elsewhere.
LEADS: dict[tuple[Stage, Action], Stage] = {
    (Stage.RECEIVED, Action.CLAIM): Stage.HEARING,
    (Stage.RECEIVED, Action.REFER): Stage.CLOSED,
    (Stage.RECEIVED, Action.MERGE): Stage.CLOSED,
    (Stage.RECEIVED, Action.CLOSE): Stage.CLOSED,
    (Stage.HEARING, Action.ADVANCE): Stage.DIRECTION,
    (Stage.HEARING, Action.REFER): Stage.CLOSED,
    (Stage.HEARING, Action.MERGE): Stage.CLOSED,
    (Stage.HEARING, Action.CLOSE): Stage.CLOSED,
    (Stage.DIRECTION, Action.ADVANCE): Stage.REALISATION,
    (Stage.DIRECTION, Action.REFER): Stage.CLOSED,
    (Stage.DIRECTION, Action.MERGE): Stage.CLOSED,
    (Stage.DIRECTION, Action.CLOSE): Stage.CLOSED,
    (Stage.REALISATION, Action.ADVANCE): Stage.FOLLOW_UP,
    (Stage.REALISATION, Action.MERGE): Stage.CLOSED,
    (Stage.REALISATION, Action.CLOSE): Stage.CLOSED,
    (Stage.FOLLOW_UP, Action.REOPEN): Stage.REALISATION,
    (Stage.FOLLOW_UP, Action.MERGE): Stage.CLOSED,
    (Stage.FOLLOW_UP, Action.CLOSE): Stage.CLOSED,
}

MOVES: dict[tuple[Stage, Action], Stage] = LEADS | {
    (stage, action): stage for stage, actions in STAYS.items() for action in actions if (stage, action) not in LEADS
}


# The centre's plan, steps ② to ⑤; each may be waived with a reason, which is recorded.
REQUIRED: dict[Stage, tuple[Requirement, ...]] = {
    Stage.RECEIVED: (),
    Stage.HEARING: (
        Requirement("main", "メイン", slot=True),
        Requirement("sub", "サブ", slot=True),
        Requirement("city_staff", "市職員", slot=True),
        Requirement("briefing", "事前資料"),
        Requirement("hearing_notes", "ヒアリング記録"),
    ),
    Stage.DIRECTION: (
        Requirement("feasibility", "実現可能性"),
        Requirement("effect", "期待される効果"),
        Requirement("alternatives", "代替案の有無"),
        Requirement("citizen_word", "相談者の意向"),
    ),
    Stage.REALISATION: (
        Requirement("stakeholders", "関係する主体"),
        Requirement("dialogue", "対話の場"),
        Requirement("body", "実施主体"),
        Requirement("plan", "実施計画"),
    ),
    Stage.FOLLOW_UP: (Requirement("check_in", "フォローの結果"),),
    Stage.CLOSED: (),
}


CASE = Kind("総合相談", STAGE_LABEL, MOVES, ACTION_LABEL, REQUIRED)
KINDS: dict[str, Kind] = {"case": CASE}  # by the name that a record's row has; a further kind is a line here


def kind_of(record: Case) -> Kind:
    """Return the tables that a record goes by."""
    return KINDS[record.kind]


def move(stage: Stage, action: Action) -> Stage:
    """Return the stage of a consultation that follows, or raise MoveNotAllowed."""
    return Stage(CASE.move(stage, action))


def allowed(stage: Stage) -> list[Action]:
    """Return what may be done with a consultation in this stage, in the order of its buttons."""
    return CASE.allowed(stage)
