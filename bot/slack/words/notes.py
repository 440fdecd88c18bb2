"""Words of Slack: what every case's thread is told, and how a note's values are shown."""

CITIZEN = "相談者"
SYSTEM = "つなぎ"
# Notes of the thread and the channel, a line each; a line whose values are missing is left out.
NOTE: dict[str, tuple[str, ...]] = {
    "claimed": ("{main} さんが担当（メイン）になりました。",),
    "joined": ("{sub} さんがサブで入りました。",),
    "staffed": ("市職員は {city_staff} さんです。（決めた人：{by}）",),
    "advanced": (
        "{by} さんが「{stage}」へ進めました。",
        "省略したもの：{waived}",
        "理由：{reason}",
        "{told}",
    ),
    "released": ("{by} さんが担当を外れました。", "メイン：{main}　サブ：{sub}", "{acting}"),
    "handed_over": ("{by} さんから {to} さんへ引き継ぎました。", "理由：{reason}", "要点：{summary}"),
    "referred": ("{by} さんが他の窓口をご案内しました。", "ご案内先：{door}", "{told}"),
    "closed": (
        "{by} さんが終了しました。",
        "理由：{reason}",
        "学び：{learnings}",
        "手法：{methods}",
        "関係団体：{partners}",
        "{told}",
        "{drafted}",
    ),
    "citizen_wrote": ("相談者からメッセージが届きました。", "{team}"),
    "reply_queued": (
        "{by} さんから市民への返信を送ります。",
        "いっしょに送るファイル：{files}",
        "代理の理由：{reason}",
    ),
    "reply_sent": ("{to} さんの返信を送りました（LINEが受け付けました）。",),
    "reply_shown": (
        "{by} さんの返信を、相談者のウェブの受付ページに出しました。",
        "いっしょに出すファイル：{files}",
        "代理の理由：{reason}",
    ),
    "reply_blocked": ("{to} さんの返信は届いていません。LINEでブロックされています。電話などでお伝えください。",),
    "reply_failed": (
        "{to} さんの返信を送れませんでした。内容を確かめて、もう一度「市民へ返信」をお使いください。",
        "LINEの答え：{why}",
    ),
    "dead_letter": (
        "届けられなかったものがあります（{box} の {row} 番）。内容は失われていません。",
        "管理者の方は tsunagi {box} show {row} で確かめ、retry か drop を選んでください。",
    ),
    "erased": ("相談者の希望により、お話しいただいた内容を消去しました。番号と経過だけが残っています。",),
    "expired": ("終了から3年が過ぎたため、お話しいただいた内容を消去しました。番号と経過だけが残っています。",),
    "unsent": ("相談者がメッセージを取り消しました。その内容は消去しました。",),
    "media_too_large": (
        "相談者が送った{what}（{size}）は、大きすぎて受け取れませんでした。",
        "相談者には、小さくして送り直すか、言葉で書いていただくよう、LINEでお願いします。",
    ),
    "media_not_fetched": (
        "相談者が送った{what}を、LINEから受け取れませんでした。",
        "相談者には、もう一度送っていただくか、言葉で書いていただくよう、LINEでお願いします。",
    ),
    "human_wanted": (
        "相談者が「人と話したい」と希望しています。「市民へ返信」か、連絡先へのお電話をお願いします。",
        "{team}",
    ),
    "human_wanted_draft": (
        "LINEで相談を書いている途中の方が「人と話したい」と希望しています。まだ案件になっていないため、番号はありません。",
    ),
    "line_quota": (
        "今月LINEで送れる数に達しました。市民への返信とお知らせは、翌月か上限を上げるまで待っています。内容は失われていません。",
        "お急ぎの方には、電話などでお伝えください。",
    ),
}
NOTE_ABOUT = {
    "claimed": "担当が決まりました",
    "joined": "サブが決まりました",
    "staffed": "市職員が決まりました",
    "advanced": "段階が進みました",
    "released": "担当が外れました",
    "handed_over": "引き継ぎました",
    "referred": "他の窓口をご案内しました",
    "closed": "終了しました",
    "citizen_wrote": "相談者からメッセージ",
    "reply_queued": "市民への返信",
    "reply_sent": "返信を送りました",
    "reply_shown": "返信をウェブに出しました",
    "reply_blocked": "返信が届いていません",
    "reply_failed": "返信を送れませんでした",
    "dead_letter": "届けられなかったものがあります",
    "line_quota": "LINEの今月の送信数",
    "erased": "内容を消去しました",
    "expired": "保存期間が過ぎました",
    "unsent": "メッセージの取り消し",
    "media_too_large": "相談者のファイルを受け取れませんでした",
    "media_not_fetched": "相談者のファイルを受け取れませんでした",
    "human_wanted": "人と話したいとのご希望",
    "human_wanted_draft": "人と話したいとのご希望",
}
BLANKED = "（相談者の希望により消去しました）"
NOTE_FALLBACK = "{number} {about}"
NOTE_SAYS = {
    ("told", True): "相談者にLINEで知らせます。",
    ("told", False): "相談者にはLINEで知らせていません。必要なら電話などでお伝えください。",
    ("drafted", True): "事例の下書きができました。「事例の下書き」で確かめてください。",
    ("acting", True): "サブの方がメインを引き受けています。",
}
PEOPLE = ("by", "main", "sub", "city_staff", "to", "team")
SEATS = ("main", "sub", "city_staff")
WHO = {"citizen": CITIZEN, "system": SYSTEM}
QUOTED: tuple[str, ...] = (
    "citizen_wrote",
    "reply_queued",
    "reply_blocked",
    "reply_failed",
)  # notes that show the words themselves
