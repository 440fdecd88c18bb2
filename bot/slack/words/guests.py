"""Words of Slack: people of organisations and departments who see one case."""

BUTTON: dict[str, str] = {
    "guest.look": "資料を見る",
    "guest.write": "意見を書く",
    "guest.decline": "辞退する",
    "guests.end": "協力を終える",
}
TITLE: dict[str, str] = {
    "invite": "関係者を呼ぶ",
    "guest_pack": "案件の資料",
    "guest_write": "意見を書く",
}
NOTE: dict[str, tuple[str, ...]] = {
    "guest_called": ("{by} さんが {to} さん（{organisation}）に協力をお願いしました。",),
    "guest_wrote": ("{by} さん（{organisation}）から意見が届きました。", "{team}"),
    "guest_declined": ("{by} さん（{organisation}）が辞退しました。", "{team}"),
    "guest_ended": ("{to} さん（{organisation}）の協力を {by} さんが終えました。",),
    "guest_thanked": (
        "案件 {number} へのご協力は、ここまでとなりました。ありがとうございました。",
        "この案件の資料は、もうご覧いただけません。",
    ),
}
NOTE_ABOUT: dict[str, str] = {
    "guest_called": "関係者を呼びました",
    "guest_wrote": "関係者の意見",
    "guest_declined": "関係者が辞退しました",
    "guest_ended": "関係者の協力が終わりました",
    "guest_thanked": "ご協力ありがとうございました",
}
QUOTED: tuple[str, ...] = ("guest_called", "guest_wrote")

PERSON, ORGANISATION, ASKED = "お願いする方", "所属（団体・部署）", "お願いしたいこと"
PERSON_HINT = "この案件だけを見られるようになります。相談者の名前・連絡先・添付は見えません。"
ASKED_HINT = "この文はそのまま本人に届きます。相談者の名前や連絡先は書かないでください。"
ANSWERS, ANSWERS_TICK = "相談の内容", "5つの回答も見せる"
ANSWERS_HINT = "名前・電話・住所などは自動で伏せますが、見落としがあります。先に「詳細」で読んでから選んでください。"
INVITE = "お願いする"
PRESENT = "協力をお願いしている方"
CARD = "関係者 {count}名："
CARD_MORE = " ほか{count}名"

PACK_FALLBACK = "{number} へのご協力のお願い"
PACK_INTRO = "市民協働推進センターから、次の案件へのご協力のお願いです。個人の情報は含んでいません。"
PACK_ASKED = "お願いしたいこと"
PACK_HYPOTHESIS = "いまの方向性の案（第{version}版）"
PACK_SIMILAR = "似ている公開事例"
PACK_END = "ご意見は担当者だけが読みます。案件が終了するまでご覧いただけます。"
PACK_GONE = "このお願いは取り下げられました。"
PACK_CUT = "…（長いため、ここまで）"
PACK_BEHIND = "相談の内容は「資料を見る」でご覧いただけます。"
WRITE_LABEL = "ご意見"
WRITE_HINT = "担当者のスレッドに届きます。相談者には届きません。"
WROTE = "ご意見を担当者に届けました。ありがとうございました。"
DECLINED = "辞退を担当者に伝えました。ご検討ありがとうございました。"
