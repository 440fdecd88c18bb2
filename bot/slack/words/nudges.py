"""Words of Slack: reminders."""

BUTTON: dict[str, str] = {
    "nudge.done": "対応した",
    "nudge.later": "あとで",
    "nudge.mute": "この案件では不要",
}
TITLE: dict[str, str] = {"nudges": "お知らせの予定", "nudges_rest": "お知らせの続き"}
NOTE: dict[str, tuple[str, ...]] = {
    "nudges_stopped": (
        "お知らせの仕組みが {minutes} 分以上止まっています。お知らせの予定は失われていません。",
        "管理者の方は、つなぎの記録（ログ）を確かめて、起動しなおしてください。",
    ),
}
NOTE_ABOUT: dict[str, str] = {
    "nudges_stopped": "お知らせが止まっています",
}

# What a reminder says, by the `words` of its rule. {at} is the time of the fact, {days} the days since.
ITEM: dict[str, str] = {
    "unclaimed": "担当が決まっていません（受付 {at}）。カードの「担当する」を押してください。",
    "unclaimed_lead": "担当が決まっていません（受付 {at}）。声をかけてください。",
    "sub_missing": "サブが決まっていません。「サブで入る」か「担当の候補」をお使いください。",
    "promise_near": "お返事の約束（{at}）が近づいています。まだ相談者にお返事していません。",
    "promise_past": "お返事の約束（{at}）を過ぎました。まず一言、相談者にお返事をお願いします。",
    "still": "「{stage}」のまま {days} 日、動きがありません。次にすることを決めるか、相談者に様子をお伝えください。",
    "notes_missing": "{at} に会ったときの記録がまだありません。忘れないうちに書いてください。",
    "hypothesis_silent": "方向性の案（{at}）に、相談者のお返事がありません。電話などで聞いてみてください。",
    "citizen_silent": "{at} のおたずねに、相談者のお返事がありません。ほかの方法でも連絡してみてください。",
    "stakeholder_silent": "「{title}」への打診（{at}）に返事がありません。",
    "task_due": "計画の期日です：{title}（{day}）",
    "task_overdue": "計画の期日を過ぎています：{title}（{day}）",
    "trouble": "フォローに「困りごと」のお返事がありました（{at}）。できるだけ早くお話を聞いてください。",
    "check_in_silent": "その後の様子をうかがいましたが、{days} 日お返事がありません。電話などで聞いてみてください。",
    "knowledge_old": "事例や団体の情報に、半年以上見直していないものがあります（一番古いもの：{day}）。",
    "digest": "今日のまとめ",
}
# For a citizen without LINE: what LINE would have said is said by a person.
INSTEAD = "相談者はLINEでつながっていません。電話などでお願いします：{what}（{at}）"
FALLBACK = "お知らせ {count} 件"
FALLBACK_TODAY = "今日のまとめ"
MORE = "ほかに {count} 件あります。アプリのホームか /case mine でご覧ください。"  # of a part of the day
LATER: dict[str, str] = {"1h": "1時間後", "tomorrow": "明日の朝", "week": "来週"}
LATER_LABEL = "あとで"
REST = "{first}〜{last}件目を見る"
DONE = "✓ 対応した"
LATER_SAID = "{at} にもう一度お知らせします。"
MUTED = "この案件では、このお知らせを止めました。「お知らせの予定」で再開できます。"
TODAY = "今日のまとめ　{day}"
PROMISED, MEETINGS, TASKS = "お返事の約束", "会う予定", "計画の期日"
AGENDA_LINE = "・{number}　{at}　{about}"
NOTHING_TODAY = "今日までの用件は、すべて済んでいます。"

# The plan of a case.
NONE_PLANNED = "いま予定されているお知らせはありません。"
PLAN_INTRO = (
    "この案件で、これから出るお知らせです。条件が変われば、自動で消えたり動いたりします。"
    "日時を変えると、その時刻に出ます（スタッフへは、開館時間の外なら次に開いたとき）。"
)
NOT_ON_LINE = "相談者が通知を止めているため、LINEのお知らせは出ません。"
PLANNED_HINT = "{at}　{to}（{door}）／ {why}"
STOP_LABEL = "止めるお知らせ（この案件だけ。チェックを外すと再開します）"
MORE_PLANNED = "このあとに、ほか {count} 件あります。"
DOOR: dict[str, str] = {"line": "LINE", "slack": "Slack"}
TO: dict[str, str] = {
    "citizen": "相談者",
    "channel": "受付チャンネル",
    "lead": "リーダー",
    "acting": "担当（メイン、不在のときはサブ）",
    "main": "メイン",
    "sub": "サブ",
    "city_staff": "市職員",
    "team": "担当の3名",
    "owner": "その用件の担当",
    "everyone": "用件のある全員",
}
# The facts: "from" and "before" them, and what ends each.
SINCE: dict[str, str] = {
    "unclaimed": "受付",
    "without_sub": "メインが決まったとき",
    "promised": "お返事の約束の時刻",
    "no_movement": "最後の動き",
    "hearing": "ヒアリング",
    "meeting_without_minutes": "会った時刻",
    "hypothesis_unanswered": "案をお送りしたとき",
    "milestone": "節目の日",
    "task": "期日",
    "check_in": "フォローの予定日",
    "check_in_unanswered": "おたずねしたとき",
    "trouble": "「困りごと」のお返事",
    "citizen_silent": "最後のおたずね",
    "stakeholder_silent": "打診したとき",
    "unfinished_hearing": "最後に書いたとき",
    "old_knowledge": "最後に見直したとき",
    "open_day": "開館",
}
OVER: dict[str, str] = {
    "claimed": "担当が決まった",
    "closed": "案件が終わった",
    "joined": "サブが入った",
    "answered": "お返事した",
    "moved": "案件が動いた",
    "rescheduled": "日時が変わった（新しい日時で出る）",
    "held": "記録が書かれた",
    "word_given": "お返事があった",
    "stage_left": "段階が進んだ",
    "task_done": "済んだ、または取りやめた",
    "asked": "おたずねした",
    "sent": "送信された",
    "withdrawn": "取り消された",
    "refreshed": "見直された",
}
UNIT: dict[str, str] = {
    "hours": "{n}時間",
    "days": "{n}日",
    "months": "{n}か月",
    "open_hours": "開館時間で{n}時間",
    "open_days": "丸{n}開館日",
}
# "丸1開館日" is over when the next open day closes; おき: so many open days lie between two.
EVERY: dict[str, str] = {**dict.fromkeys(UNIT, "{length}ごと"), "open_days": "{n}開館日おき"}
AFTER, BEFORE, AT = "{since}から{length}", "{since}の{length}前", "{since}"
REPEAT = "その後{every}、全部で{times}回まで"
