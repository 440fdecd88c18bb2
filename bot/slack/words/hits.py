"""Words of Slack: what the library found, and why."""

SAMPLE = "【見本】"
SIMILAR_CASES = "似ている事例"
SIMILAR_ORGANISATIONS = "関係しそうな団体"
SIMILAR_OF = {"case": SIMILAR_CASES, "organisation": SIMILAR_ORGANISATIONS}  # by the kind of the entries
NO_SIMILAR = "似ている事例や団体は、まだ見つかっていません。"
NO_HITS = "見つかりませんでした。言葉を短くするか、別の言い方でお試しください。"
MEANT = "もしかして：{words}"
UNKNOWN_FILTER = (
    "「{words}」という条件はありません。使えるのは、区：横浜市の18区か市全域、テーマ：防災 など、"
    "主体：個人・団体・企業・行政、種別：事例・団体です。"
)
NEAREST = {
    False: "近いもの（言葉は一致していません）",
    True: "この条件に合うものはありません。条件を外すと、次のものがあります。",
}
NEARNESS = "近さ：{band}"
BECAUSE = "理由：{why}"
WHY = "「{word}」"
WHY_OTHER = "「{word}」→「{matched}」（{kind}）"
WHY_EVERYDAY = "ありふれた言葉や、言葉の一部だけが重なっています"
VOTES = "役に立った {useful}・違う {wrong}"
VOTED = "「{title}」を「{word}」と記録しました。"
VOTED_GONE = "「{word}」と記録しました。"
RESULTS = "「{words}」に近いもの"
