"""Words of Slack: the modals of the buttons that change a case."""

TITLE = {
    "details": "詳細",
    "similar": "類似事例",
    "reply": "市民へ返信",
    "preview": "この内容で送ります",
    "advance": "次の段階へ",
    "staff": "市職員を決める",
    "handover": "引き継ぐ",
    "refer": "他の窓口へ",
    "close": "終了する",
    "release": "担当を外れる",
    "intake": "相談を受け付ける",
    "notice": "お知らせ",
}
ADVANCE_TO = "{now} から {next} へ進めます。"
WAIVE_LABEL = "省略する理由"
WAIVE_HINT = "そろっていないものがあるときに書きます。理由は履歴に残ります。"
PERSON_HINT = "スタッフとして登録されている方を選んでください。"
STAFF_LABEL, HANDOVER_LABEL = "市民協働推進課の担当", "引き継ぐ相手"
REASON_LABEL, SUMMARY_LABEL = "理由", "引き継ぎの要点"
REFER_DOOR = "ご案内する窓口（名前と連絡先）"
REFER_HINT = "この文がそのまま相談者のLINEに届き、案件は終了します。"
CLOSE_REASON = "終了の理由"
RELEASE_SURE = (
    "{number} の担当を外れます。メインの方が外れると、サブの方が引き受けるか、案件は担当者を待つ状態に戻ります。"
)
