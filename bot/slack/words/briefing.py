"""Words of Slack: the pack of what is known before the hearing."""

TITLE: dict[str, str] = {"briefing": "事前資料"}
NOTE: dict[str, tuple[str, ...]] = {
    "briefing_checked": (
        "{by} さんが事前資料の確認を記録しました（{count}）。",
        "確認したもの：{ticked}",
        "まだのもの：{left}",
        "確認しない理由：{reason}",
    ),
}
NOTE_ABOUT: dict[str, str] = {"briefing_checked": "事前資料の確認"}

HEAD = "事前資料　{number}"
PART_OF_WARD = "1 地域特性（{ward}）"
HEADINGS = {"cases": "2 類似事例", "organisations": "3 団体", "resources": "4 人材と資源"}
NO_WARD = "区が決まっていません"
FIGURE = "{indicator}：{value}{unit}（{as_of}時点、出典：{source}）"
MORE_FIGURES = "ほかに {count} 件の数字があります。"
NO_FIGURES = "この区の数字は、まだ取り込まれていません。"
MISSING_FIGURES = "まだない数字：{names}。管理者の方は tsunagi knowledge import FILE --kind ward-fact で取り込めます。"
WITHOUT_SOURCE = "出典か時点のない数字が {count} 件あり、載せていません。"
NO_CASES = "似ている事例は見つかっていません。"
NO_ORGANISATIONS = "関係しそうな団体は見つかっていません。"
PEOPLE, RESOURCES = "詳しいスタッフ", "施設・資源"
KNOWS = "（{knows}）"
NO_PEOPLE = "担当のほかに、この区やテーマに詳しいと登録しているスタッフはいません。"
NO_RESOURCES = "この区の施設や資源は、まだ取り込まれていません。"
LOOKED_AT = "確認したもの：{parts}"
HOW = "「事前資料」を押すと、4つの確認を記録できます。そろうと、ヒアリングの日程を決められます。"
TICKS_LABEL = "確認したもの"
TICKS_HINT = "4つすべてを確認すると、②の「事前資料」がそろいます。途中で保存しても大丈夫です。"
WHY_NOT_LABEL = "確認しない理由"
WHY_NOT_HINT = "確認しないものがあるときに書きます。理由は履歴に残り、「事前資料」は省略になります。"
ON_CARD = "事前資料　{count}"
LEFT_OUT = "事前資料　{count}（残りは理由を書いて省略）"
WRITTEN = "事前資料　記入済み"
