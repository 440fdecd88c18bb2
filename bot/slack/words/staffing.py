"""Words of Slack: who takes a case: suggestions, absence."""

BUTTON: dict[str, str] = {
    "assign.main": "お願いする（メイン）",
    "assign.sub": "お願いする（サブ）",
    "assign.recommend": "推薦する",
    "assign.decline": "辞退",
    "staff.profile": "自分の得意を登録",
    "staff.away": "不在にする",
}
TITLE: dict[str, str] = {
    "assign": "担当の候補",
    "decline": "辞退",
    "profile": "自分の得意を登録",
    "away": "不在にする",
}
NOTE: dict[str, tuple[str, ...]] = {
    "assigned": ("{by} さんが {to} さんに{seat}をお願いしました。",),
    "recommended": ("{by} さんが {to} さんを担当に推薦しました。返事を待っています。",),
    "declined": ("{by} さんは担当を辞退しました。", "理由：{reason}"),
    "away": (
        "{number}：{main} さん（メイン）は {until} の終わりまで不在です。",
        "サブ：{sub}",
        "サブの方がいるときは、その間メインの代わりを務めます。担当は変わりません。",
    ),
    "back": ("{number}：{main} さん（メイン）が戻りました。",),
    "unseated": ("{number} の担当は、あなたから別の方に代わりました。（{by}）",),
}
NOTE_ABOUT: dict[str, str] = {
    "assigned": "担当をお願いしました",
    "recommended": "担当に推薦しました",
    "declined": "担当の辞退",
    "away": "メインの不在",
    "back": "メインが戻りました",
    "unseated": "担当が代わりました",
}

# ── the card
WAITS_SINCE = {
    True: "担当待ち：受付から {hours}（開館時間）",
    False: "担当待ち：前の担当が外れてから {hours}（開館時間）",
}
HOURS, MINUTES = "{count} 時間", "{count} 分"
ACTING = "サブが代行中："
ACTING_UNTIL = "（メインは {until} の終わりまで不在）"
AWAY_ALONE = "メインは {until} の終わりまで不在です。サブがいないため、代行する人がいません。"

# ── 担当の候補
SUGGESTED = "{number} に合いそうな方です。お休みの方と、すでに入っている方は出ません。"
SUGGESTED_NONE = "出せる候補がいません。「自分の得意を登録」で、得意な区とテーマを書いてもらってください。"
COMPLETE = "メインとサブは決まっています。代わるときは、カードの「引き継ぐ」を使ってください。"
REASON = {
    "theme": "テーマ「{theme}」",
    "ward": "{ward}に詳しい",
    "similar": "似た案件を {similar} 件経験",
    "load": "いま担当 {load} 件",
    "declined": "この案件は辞退済み",
}
REASONS = "理由：{reasons}"
BETWEEN = "・"
ASSIGNED = "{number} の{seat}をお願いしました。本人に知らせます。"
RECOMMENDED = "本人に知らせました。返事はスレッドに出ます。"
DECLINE_REASON, DECLINE_HINT = "辞退の理由", "スレッドで、ほかのスタッフも読みます。"
DECLINED = "辞退を記録しました。"

# ── what a person is told alone
SEATED = "{number}（{stage}）の{seat}になりました。"
ASKED_ALONE = "{number}（{stage}）の{seat}に、{by} から推薦されました。"
ABOUT = "区：{ward}　テーマ：{theme}"
SEE_CARD = "カードとスレッドを開く"
NOBODY_NEEDED = "メインとサブは、もう決まりました。"
DIRECT_FALLBACK = "{number} {about}"
DIRECT_ABOUT = {"seated": "担当になりました", "asked_alone": "担当の推薦"}

# ── one's own profile and absence
PROFILE_WARDS, PROFILE_THEMES, PROFILE_AFFILIATION = "得意な区", "得意なテーマ", "所属"
PROFILE_SAVED = "登録しました。担当の候補を選ぶときに使います。"
AWAY_UNTIL = "いつまで（この日の終わりまで）"
AWAY_HINT = "メインを務める案件で、サブの方が代行します。空にすると、今から戻ったことになります。"
AWAY_WHO = "どなたの不在ですか"
AWAY_WHO_HINT = "急に休まれた方の代わりに登録できます。空なら、ご自分の不在です。"
AWAY_SAVED = "{until} の終わりまで不在にしました。メインの案件では、サブの方が代行します。"
BACK_SAVED = "不在を終わりにしました。"
