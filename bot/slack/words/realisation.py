"""Words of Slack: ④ the parties, and the plan as tasks."""

from storage.models import StakeholderState

BUTTON: dict[str, str] = {
    "party.edit": "変更",
    "task.done": "済にする",
    "task.edit": "変更する",
}
TITLE: dict[str, str] = {
    "parties": "関係する主体",
    "party": "主体の状態",
    "plan": "実施計画",
    "task": "タスクの変更",
}
NOTE: dict[str, tuple[str, ...]] = {
    "party_willing": ("「{name}」が承諾しました。（記録：{by}）", "役割：{role}"),
    "party_declined": ("「{name}」は辞退しました。（記録：{by}）",),
    "task_yours": (
        "{number} の実施計画に、あなたが担当のタスクがあります。期限：{due}（決めた人：{by}）",
        "カードの「実施計画」でご覧ください。",
    ),
    "body_decided": ("実施主体は「{body}」に決まりました。（記録：{by}）",),
}
NOTE_ABOUT: dict[str, str] = {
    "party_willing": "主体が承諾しました",
    "party_declined": "主体が辞退しました",
    "task_yours": "あなたが担当のタスク",
    "body_decided": "実施主体が決まりました",
    "not_in_body": "声をかけた方への報告のお願い",
}

STATE: dict[str, str] = {
    StakeholderState.CANDIDATE: "候補",
    StakeholderState.ASKED: "打診",
    StakeholderState.WILLING: "承諾",
    StakeholderState.DECLINED: "辞退",
}
CHIP: dict[str, str] = STATE | {StakeholderState.ASKED: "打診中"}
CHIPS, MORE = "／", "ほか{count}"
PARTIES, BODY, PLAN = "主体", "実施主体", "計画"
PROGRESS = "{done}/{total} 済"
NEXT_DUE = "次の期限 {due}　{title}"

NO_PARTIES = "まだ誰も挙がっていません。名前を書くか、似ている団体から選んで加えてください。"
HOW_PARTIES = "「承諾」になり役割が書かれた主体が、この段階の記録になります。"
MORE_LINES = "ほかに {count} 件あります（詳細の履歴に残っています）。"
ADD_NAME, ADD_ORGANISATION = "主体を加える（名前）", "主体を加える（似ている団体から）"
BODY_NOW = "いまの実施主体　"
CHOOSE_BODY, WRITE_BODY = "実施主体にする（承諾した主体から）", "実施主体を書く（一覧にないとき）"
BODY_HINT = "決めると、いまの実施主体と置きかわります。"
STATE_LABEL, ROLE_LABEL, CONTACT_LABEL, REMARK_LABEL = "状態", "役割", "連絡先", "メモ"
ROLE_HINT = "例：会場、広報、運営"
CONTACT_HINT = "センターの中だけで使います。相談者には伝わりません。"
AS_ROLE, AT_CONTACT, REMARK = "役割：{text}", "連絡先：{text}", "メモ：{text}"
SAVE = "保存する"

TELL_THEM = "「{stage}」へ進みました。実施主体に入らなかった次の方々へ、結果とお礼をお伝えください。"
NOBODY_LEFT = "実施主体に入らなかった主体はありません。"

NO_TASKS = "まだタスクがありません。下に一つめを書いてください。"
NEW_TASK = "タスクを加える"
TASK_LABEL, OWNER_LABEL, OWNER_NAME_LABEL = "すること", "担当（スタッフ）", "担当（スタッフでない方の名前）"
DUE_LABEL, MILESTONE_LABEL, TASK_STATE_LABEL = "期限", "節目", "いまの状態"
SHOW_CITIZEN = "相談者に見せる（節目）"
MILESTONE_HINT = "節目の名前・日・済んだことが、相談者のLINEに届きます。個人名や連絡先は書かないでください。"
TASK_STATE = {"open": "これから", "done": "済", "dropped": "やめた"}
MILESTONE, OWNER_IS, DUE_IS = "［節目］", "担当：", "{due}まで"
DONE_LINE, OPEN_LINE = "✓ {title}", "□ {title}"
UNREACHED = "この相談者にはLINEで届きません（または、お知らせを止めています）。節目は電話などでお伝えください。"
