"""Words of Slack: a case's card, its buttons, and its details."""

from bot.desk.record.moves import ACTION_LABEL, Action

ACTION_ID = {  # the buttons of a card that change a case, in their order
    Action.CLAIM: "case.claim",
    Action.JOIN: "case.join",
    Action.STAFF: "case.staff",
    Action.ADVANCE: "case.advance",
    Action.REPLY: "case.reply",
    Action.RELEASE: "case.release",
    Action.HAND_OVER: "case.handover",
    Action.REFER: "case.refer",
    Action.CLOSE: "case.close",
}
WORK_ID = {  # the buttons of the stage's own work, in their order
    Action.ASK: "case.ask",
    Action.ASSIGN: "case.assign",
    Action.BRIEF: "case.briefing",
    Action.MEET: "case.meet",
    Action.ASSESS: "case.assess",
    Action.PROPOSE: "case.propose",
    Action.INVITE: "case.invite",
    Action.STAKEHOLDERS: "case.stakeholders",
    Action.DIALOGUE: "case.dialogue",
    Action.PLAN: "case.plan",
    Action.CHECK_IN: "case.check_in",
    Action.REOPEN: "case.reopen",
    Action.MERGE: "case.merge",
    Action.DRAFT: "case.draft",
    Action.PUBLISH: "case.publish",
    Action.NUDGE: "case.nudges",
}
BUTTON = {
    **{action_id: ACTION_LABEL[action] for action, action_id in (ACTION_ID | WORK_ID).items()},
    "case.similar": "類似事例",
    "case.details": "詳細",
    "details.previous": "まえのページ",
    "details.next": "つづきのページ",
    "match.useful": "役に立った",
    "match.wrong": "違う",
}
ASIDES = "ひとこと（答えとは別に書かれたこと）"
NO_ANSWER = "（回答なし）"
CARD_FALLBACK = "{number} {stage} {ward}"  # what notifications show: nothing personal in it
HISTORY, FILES = "履歴", "添付ファイル"
NO_HISTORY = "履歴はまだありません。"
PAGE = "{page} / {pages} ページ"
LINE_REACH: dict[str, str] = {
    "line": "LINEで届きます",
    "muted": "LINEで返信が届きます（お知らせは止めています）",
    "blocked": "LINEでブロックされています",
    "web": "ウェブの受付ページで読まれます（LINEではつながっていません）",
    "none": "LINEでは届きません",
}
TWINS = "同じ相談かもしれません：{twins}"
TWIN = {True: "{number}（同じ方から・{stage}）", False: "{number}（ほぼ同じ内容・{stage}）"}
ATTACHED = "添付 {count} 件（詳細に一覧）"
SIZE = "{kb} KB"
FILE_PROBLEM = {"not_fetched": "LINEから取得できませんでした", "too_large": "大きすぎるため保存していません"}
FILE_KIND = {"image": "写真", "video": "動画", "audio": "音声", "file": "ファイル"}
WAIVED = "（省略：{reason}）"
