"""Words of Slack: App Home, lists and figures."""

BUTTON: dict[str, str] = {
    "home.refresh": "更新",
    "home.previous": "まえ",
    "home.next": "つづき",
    "list.more": "さらに見る",
}
NOTE: dict[str, tuple[str, ...]] = {
    "picture_refused": (
        "/stats の図を出せませんでした。数字はさきほどの返事のとおりです。",
        "つなぎがチャンネルに入っていないようです。/invite @つなぎ をしてから、もう一度 /stats をお試しください。",
    ),
}
NOTE_ABOUT: dict[str, str] = {"picture_refused": "/stats の図を出せませんでした"}

# ── the list of /case
OLDER = "これより前の {count} 件は「詳細」にあります。"
WARD_TITLE = "{ward}の案件"
WARD_EMPTY = "{ward}には、いま動いている案件はありません。"
OPENED_AGO = "受付から {days} 日"
LIST_PART = "{total} 件のうち {first}〜{last} 件目"
MERGED = "この案件は {number} に統合されました。続きは {number} をご覧ください。"

# ── LINE's month, in App Home and /stats
QUOTA = "LINE 今月 {used} 通送信／上限 {limit} 通（残り {left} 通）"
QUOTA_FREE = "LINE 今月 {used} 通送信（上限はないか、まだ確かめていません）"

# ── App Home
HOME = "つなぎ　{today}"
ONLY_WARD = "{ward}の案件だけを表示しています。"
AWAY = "不在の登録中です（{until} まで）。サブの方が代わりに受け持っています。"
SECTION = {
    "overdue": "遅れているもの",
    "mine": "わたしの案件",
    "unclaimed": "担当者を待つ案件",
    "coming": "今週の予定（7日先まで）",
}
COUNTED = "{title}　{count} 件"
NOTHING = {
    "overdue": "遅れているものはありません。",
    "mine": "担当している案件はありません。",
    "unclaimed": "担当者を待つ案件はありません。",
    "coming": "予定はありません。",
}
SEAT = {"main": "メイン", "sub": "サブ", "city_staff": "市職員", "acting": "サブ（メイン代行中）"}
LATE = {
    "promise": "お返事の約束（{day}）を過ぎています",
    "task": "予定の期限（{day}）を過ぎています：{about}",
    "stalled": "{day} から動きがありません",
}
COMING = {"hearing": "ヒアリング", "dialogue": "対話の場", "task": "予定：{about}"}
PLACE = "（{place}）"

# ── a ward's week
WEEK = "{ward}　先週のまとめ"
WEEK_ABOUT = "{ward} 先週のまとめ"
WEEK_SECTION = {
    "opened": "新しい案件",
    "closed": "終了した案件",
    "stalled": "動きが止まっている案件",
    "coming": "これから7日の予定",
}
WEEK_MORE = "ほかに {count} 件"
WEEK_NONE = "なし"

# ── the second card, in the ward's channel
WARD_CARD = "話し合いのスレッドは、受付チャンネルの {number} のカードにあります："

# ── many cards at once
BURST = "新しい案件が {count} 件あります"
BURST_ABOUT = "新しい案件 {count} 件"
BURST_HOW = (
    "カードは古いものから順に出しています（1秒に1件ほど）。ここからも開けます。「担当する」はどちらで押しても同じです。"
)
BURST_MORE = "ほかに {count} 件："

# ── /stats
STATS = "案件の数"
STATS_FOR = "案件の数（{ward}）"
BY_STAGE, BY_WARD, BY_THEME = "段階ごと", "区ごと（対応中）", "テーマごと（対応中）"
MONTHLY = "月ごとの受付と終了"
OPENED, CLOSED = "受付", "終了"
MONTH = "{month}月"
MEDIANS = "かかった時間の中央値（1年）"
FIRST_ANSWER = "最初のお返事まで"
UNKNOWN = "（なし）"
HOURS, DAYS, NOT_YET = "{n:.1f} 時間", "{n:.1f} 日", "まだありません"
COUNT = "{label}　{count} 件"
MEDIAN = "{label}　{time}"
PICTURE_FOLLOWS = "図は、このあとこの場所に出ます。"
PICTURE_TITLE = "案件の数（{day}）"
REST = "ほか"
