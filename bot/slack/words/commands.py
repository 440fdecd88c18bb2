"""Words of Slack: what the slash commands answer."""

UNKNOWN_COMMAND = "このコマンドは使えません。/similar /org /case /intake /stats をお使いください。"
USAGE = {
    "/similar": "使い方：/similar 言葉　例）/similar 空き店舗 子ども食堂",
    "/org": "使い方：/org 言葉　例）/org 鶴見区 子ども食堂",
    "/case": "使い方：/case 番号（例：2026-0042）、/case mine｜unclaimed｜stalled、または /case 区 鶴見",
    "/intake": "使い方：/intake （入力画面が開きます。言葉は付けません）",
    "/stats": "使い方：/stats （言葉は付けません）",
}
LIST_TITLE = {"mine": "あなたの案件", "unclaimed": "担当者を待つ案件", "stalled": "動きが止まっている案件"}
LIST_EMPTY = {
    "mine": "担当している案件はありません。",
    "unclaimed": "担当者を待つ案件はありません。",
    "stalled": "止まっている案件はありません。",
}
LIST_WAITED = "（{days} 日動きなし）"
