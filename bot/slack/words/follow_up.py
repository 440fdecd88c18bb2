"""Words of Slack: ⑤ check-ins."""

TITLE: dict[str, str] = {"check_in": "フォローの予定", "reopen": "④へ戻す"}
NOTE: dict[str, tuple[str, ...]] = {
    "check_in_asked": ("{months}か月後のようすを、相談者にLINEでたずねました。",),
    "check_in_fine": ("相談者の答えは「順調」です（{months}か月後）。", "聞き取り：{to}"),
    "check_in_trouble": (
        "相談者の答えは「困りごと」です（{months}か月後）。同じ担当のまま、④実現支援へ戻しました。",
        "聞き取り：{to}",
        "{team}",
    ),
    "check_in_over": (
        "相談者の答えは「終了」です（{months}か月後）。この先はたずねません。",
        "「終了する」で案件を終えられます。",
        "聞き取り：{to}",
        "{team}",
    ),
    "check_ins_revised": ("{by} さんがフォローの予定を変えました：{months} か月後",),
    "check_ins_stopped": ("{by} さんが、この先のフォローをやめました。",),
    "reopened": ("{by} さんが④実現支援へ戻しました。", "{told}", "理由："),
    "reopened_yours": (
        "{number} は④実現支援へ戻りました。担当は同じです。",
        "カードとスレッドを確かめてください。",
    ),
}
NOTE_ABOUT: dict[str, str] = {
    "check_in_asked": "ようすをたずねました",
    "check_in_fine": "フォローへの答え",
    "check_in_trouble": "困りごとがあります",
    "check_in_over": "取り組みが終わりました",
    "check_ins_revised": "フォローの予定",
    "check_ins_stopped": "フォローの予定",
    "reopened": "④へ戻りました",
    "reopened_yours": "④へ戻りました",
}
QUOTED: tuple[str, ...] = ("check_in_fine", "check_in_trouble", "check_in_over", "reopened")

NONE_PLANNED = "フォローの予定はありません。"
LINE = "{months}か月後　{state}"
DUE = "{at} にたずねます"
DUE_BY_PHONE = "{at} に電話などでたずねてください（LINEでは届きません）"
ASKED = "{at} にたずねました（答えを待っています）"
ANSWERED = "{answer}（{at}）"
DROPPED = "やめました"
MONTHS_LABEL = "何か月後にたずねるか"
MONTHS_HINT = "⑤に進んだ日から数えた月を、コンマで区切って書きます（例：1,3,6,12）。たずね終えた月はそのまま残ります。"
STOP_LABEL, STOP_TICK = "この先", "この先はたずねない"
WHICH_LABEL = "どの回の答えですか"
HOW_LABEL, WORDS_LABEL = "電話などで聞いた答え", "相談者の言葉"
HOW_HINT = "「困りごと」を記録すると、同じ担当のまま④実現支援へ戻ります。"
MONTHS_WRONG = "月を読み取れませんでした。予定は変わっていません。「1,3,6,12」のように、数をコンマで区切ってください。"
REOPEN_SURE = "{number} を、同じ担当のまま④実現支援へ戻します。この先のフォローの予定は取り消します。"
REOPEN_REASON = "戻す理由"

CARD_NEXT = "次のフォロー {at}（{months}か月後）"
CARD_ASKED = "答えを待っています（{months}か月後・{at} にたずねました）"
CARD_NONE = "この先のフォローはありません"
CARD_LAST = "前回：{answer}（{at}）"
