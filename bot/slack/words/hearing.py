"""Words of Slack: the date of the hearing and its notes."""

BUTTON: dict[str, str] = {"hearing.notes": "記録を書く"}
MEND_NOTES = "記録を直す"
TITLE: dict[str, str] = {"meet": "ヒアリング日程", "hearing_notes": "ヒアリングの記録"}
NOTE: dict[str, tuple[str, ...]] = {
    "hearing_proposed": (
        "{by} さんがヒアリングの候補を相談者に送ります。相談者がLINEで選ぶと、ここにお知らせします。",
        "候補：{times}",
        "場所：{place}",
        "ひとこと：{remark}",
        "事前資料を確認しない理由：{reason}",
    ),
    "hearing_fixed": (
        "{number} のヒアリングは {at} に決まりました。（決めた人：{by}）",
        "場所：{place}",
        "事前資料を確認しない理由：{reason}",
        "{told}",
    ),
    "hearing_other_day": (
        "相談者は、送った候補とは別の日を希望しています。ご都合を書いていただくようお願いしました。候補はまだ選べます。",
        "返事が届いたら、カードの「ヒアリング日程」から新しい候補を送るか、決まった日時を記録してください。",
        "{team}",
    ),
    "hearing_cancelled": (
        "{by} さんが {number} のヒアリングの日程を取りやめました。",
        "理由：{reason}",
        "{told}",
    ),
    "hearing_noted": ("{by} さんがヒアリングの記録を書きました。", "{told}"),
}
NOTE_ABOUT: dict[str, str] = {
    "hearing_proposed": "ヒアリングの候補",
    "hearing_fixed": "ヒアリングの日時が決まりました",
    "hearing_other_day": "別の日のご希望",
    "hearing_cancelled": "ヒアリングの取りやめ",
    "hearing_noted": "ヒアリングの記録",
}
QUOTED: tuple[str, ...] = ("hearing_noted",)

OFFERED, FIXED = "ヒアリング　候補を送付済み（返事待ち）", "ヒアリング　確定 {at}　{place}"
HELD, HELD_AT = "ヒアリング　記録済み", "ヒアリング　記録済み（{at}）"
NOW_OFFERED = "いまの候補（返事待ち）：{times}"
NOW_FIXED = "いまの日程：{at}　{place}"
NOW_HELD = "前回のヒアリングは記録済みです。もう一度行うときは、ここで日時を決めます。"
NOT_ON_LINE = "この相談者にはLINEで届きません。電話などで決めた日時を、ここに記録してください。"
HOW_LABEL = "どうしますか"
HOW = {"propose": "LINEで候補を送る", "agree": "決まった日時を記録する", "cancel": "日程を取りやめる"}
HOW_HINT = "「決まった日時を記録する」は、電話などで決めたときに使います。候補1だけを入れてください。"
OPTION = "候補{n}"
AGREED = "決まった日時"
OPTION_HINT = "開館時間の中で選んでください。"
PLACE_LABEL, PLACE_HINT = "場所・オンラインのリンク", "相談者にそのまま伝わります。"
REMARK_LABEL = "相談者へのひとこと（持ち物など）"
REASON_LABEL = "事前資料を確認しない理由・取りやめの理由"
REASON_HINT = "事前資料の確認がまだのときは必ず書きます。相談者には伝わりません。"
CANCEL_LABEL = "取りやめの理由"
CANCEL_HINT = "相談者には伝わりません。"
CHANGE_SENDS = "送ると、前の候補や日程は取りやめになり、相談者にもそう伝わります。"
NOTES_LABEL = "記録"
NOTES = "■ 話し合ったこと\n\n■ 分かったこと\n\n■ 次にすること\n"
SHOW, SHOW_LABEL = "相談者にも見せる", "相談者に見せるか"
SHOW_HINT = "チェックすると、この記録がそのまま「お話の記録」としてLINEに届きます。"
CORRECTS = "すでに記録があります。なおすと、前の文は履歴に残ります。"
WANTED = "{number} のヒアリング（{at}）はいかがでしたか。記録を書いてください。"
