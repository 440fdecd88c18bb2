"""Words of Slack: ④ the place for dialogue: invitations, answers, minutes."""

from storage.models import Answer

BUTTON: dict[str, str] = {
    "dialogue.yes": "参加",
    "dialogue.no": "不参加",
    "dialogue.maybe": "未定",
    "dialogue.minutes": "議事録",
    "dialogue.cancel": "取りやめる",
}
TITLE: dict[str, str] = {
    "dialogue": "対話の場",
    "minutes": "議事録",
}
NOTE: dict[str, tuple[str, ...]] = {
    "dialogue_set": (
        "{by} さんが対話の場を決めました。",
        "日時：{when}",
        "場所：{place}",
        "議題：{agenda}",
        "こちらから声をかける主体：{outside}",
        "{told}",
    ),
    "dialogue_moved": (
        "{by} さんが対話の場を変えました。前の予定：{was}",
        "日時：{when}",
        "場所：{place}",
        "議題：{agenda}",
        "こちらから変更を伝える主体：{outside}",
        "{told}",
    ),
    "dialogue_others": (
        "{by} さんが、{when} の対話の場に招く方を変えました。",
        "こちらから声をかける主体：{outside}",
        "{told}",
    ),
    "dialogue_cancelled": (
        "{when} の対話の場は取りやめになりました。（{by} さん）",
        "こちらから中止を伝える主体：{outside}",
        "{told}",
    ),
    "dialogue_uninvited": ("{number} の {when} の対話の場には、ご参加いただかなくてよくなりました。",),
    "dialogue_held": ("{by} さんが対話の場の議事録を書きました。",),
    "dialogue_citizen_yes": ("相談者の返事：対話の場に参加します。",),
    "dialogue_citizen_no": ("相談者の返事：対話の場には参加できません。日時を変えるか、別の聞き方をご相談ください。",),
    "dialogue_citizen_maybe": ("相談者の返事：対話の場に参加できるか、まだ分かりません。",),
}
NOTE_ABOUT: dict[str, str] = {
    "dialogue_set": "対話の場が決まりました",
    "dialogue_moved": "対話の場が変わりました",
    "dialogue_others": "対話の場に招く方",
    "dialogue_cancelled": "対話の場の取りやめ",
    "dialogue_uninvited": "対話の場について",
    "dialogue_held": "対話の場の議事録",
    "dialogue_citizen_yes": "対話の場への返事",
    "dialogue_citizen_no": "対話の場への返事",
    "dialogue_citizen_maybe": "対話の場への返事",
    "dialogue_invited": "対話の場へのお誘い",
    "dialogue_changed": "対話の場が変わりました",
}
QUOTED: tuple[str, ...] = ("dialogue_held",)

ANSWER: dict[str, str] = {Answer.YES: "参加", Answer.NO: "不参加", Answer.MAYBE: "未定"}
WAITING = "返事待ち"
LEAD = {
    "dialogue_invited": "{number} の対話の場にお誘いします。",
    "dialogue_changed": "{number} の対話の場の予定が変わりました。あらためてお返事をお願いします。",
}
OVER = "{number} の対話の場は、取りやめになったか、終わっています。お返事はいりません。"
WHEN, PLACE, AGENDA, ANSWERS = "日時", "場所", "議題", "返事"
CHOSEN = "✓ {word}"
HEARD = "「{word}」と記録しました。変えるときは、もう一度押してください。"

CARD = "対話の場"
COUNT = "{word}{count}"
HELD = "{when} に開きました"
LAST_HELD = "前回　{when}　{place}"
NOT_SET = "まだ決まっていません。"

PLACES = ("協働ラボ", "スペースA", "スペースB", "オンライン")
ELSEWHERE = "その他"
DETAIL = "{place}（{detail}）"
STARTS_LABEL, STARTS_HINT = "日時", "センターの開館時間の中で選んでください。"
PLACE_LABEL, DETAIL_LABEL = "場所", "場所のくわしい案内（「その他」の場所、オンラインのURLなど）"
AGENDA_LABEL = "議題"
AGENDA_HINT = "招いた方みなに届きます。個人名や連絡先は書かないでください。"
STAFF_LABEL, PARTIES_LABEL, CITIZEN_LABEL = "招くスタッフ", "招く主体（連絡は担当の方から）", "相談者"
CITIZEN_TOO = {
    True: "相談者も招く（LINEで知らせます）",
    False: "相談者も招く（LINEでは届きません。電話などでお伝えください）",
}
ANSWER_OF = "{name} の返事"
CHANGE_HINT = "日時を変えると、全員にもう一度たずねます。"
CANCEL_SURE = "{when} の対話の場を取りやめ、招いた方みなに知らせます。"
CANCEL_YES, CANCEL_NO = "取りやめる", "そのままにする"
CANCELLED = "{when} の対話の場を取りやめました。招いた方に知らせます。"

MINUTES_LABEL = "議事録"
MINUTES_HINT = "見出しはそのままお使いください。「宿題」の「・」で始まる行は、実施計画のタスクにできます。"
TO_PLAN_LABEL, TO_PLAN = "宿題", "宿題を実施計画に入れる（期限は2週間後、担当はあなた）"
