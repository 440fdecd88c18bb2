"""Words of Slack: ① what is asked, merged, and attached to LINE later."""

BUTTON: dict[str, str] = {
    "refer.door": "窓口の例から選ぶ",
    "case.link": "LINEの番号を出す",
}
TITLE: dict[str, str] = {
    "ask": "不足を聞く",
    "ask_preview": "この内容でたずねます",
    "merge": "統合する",
    "link": "LINEの番号",
}
NOTE: dict[str, tuple[str, ...]] = {
    "asked": ("{by} さんが市民に「{about}」についてたずねます。",),
    "linked": ("相談者のLINEとつながりました。これからは「市民へ返信」が届きます。",),
    "merged": (
        "{by} さんが {into} に統合しました。この案件はここで終わり、番号と記録は残ります。",
        "{told}",
    ),
    "merged_here": (
        "{by} さんが {merged} をこの案件に統合しました。",
        "{merged} の相談者からのメッセージは、これからこのスレッドに届きます。",
    ),
    "citizen_wrote_merged": ("統合した {merged} の相談者からメッセージが届きました。", "{team}"),
}
NOTE_ABOUT: dict[str, str] = {
    "asked": "市民にたずねます",
    "linked": "LINEとつながりました",
    "merged": "統合しました",
    "merged_here": "ほかの案件を統合しました",
    "citizen_wrote_merged": "相談者からメッセージ",
}
QUOTED: tuple[str, ...] = ("asked", "citizen_wrote_merged")

# ── /intake, 案件にする and the code
INTAKE_CHANNEL, INTAKE_PARTY = "受付方法", "相談者の種別"
FILE = "［ファイル］{name}"  # of a message: it stays in Slack
SOMEBODY, SOMEWHERE = "（名前のわからない人）", "（名前のわからないチャンネル）"  # after @ and #
INTAKE_NAME, INTAKE_CONTACT, INTAKE_WARD = "お名前・団体名", "連絡先", "区"
TOO_LONG = "メッセージが長いため、はじめの {most} 文字だけを入れました。つづきは、ほかの項目に分けて入れてください。"
TAKEN_IN = (
    "受付番号は {number} です。カードを受付チャンネルに出します。\n\n"
    "LINEの番号：*{code}*（{until} まで、1回だけ使えます）\n"
    "相談者に、次のようにお伝えください。\n「公式LINEを友だち追加して、この番号を送ってください」"
)
NEW_CODE = (
    "{number} のLINEの番号：*{code}*（{until} まで、1回だけ使えます）\n"
    "前に出した番号は、もう使えません。\n"
    "相談者に、次のようにお伝えください。\n「公式LINEを友だち追加して、この番号を送ってください」"
)

# ── 不足を聞く
ASK_ABOUT, ASK_TEXT = "どの質問についてたずねますか", "たずねる文"
ASK_HINT = "1つの質問にしぼると、答えやすくなります。次の画面で確かめてから送ります。"
ASK_LACKS = "{question}（回答なし）"
ASK_PREVIEW = "市民のLINEに「ご相談（受付番号 {number}）について、ひとつ教えてください。」と、次の文が届きます。"
ASK_OPEN = "市民に「{about}」についてたずねています。返事を待っています。"

# ── 他の窓口へ: key, what is shown in the list, what goes into the text. {ward} is the case's ward.
DOORS: tuple[tuple[str, str, str], ...] = (
    (
        "ward_centre",
        "各区の市民活動支援センター",
        "{ward}の市民活動支援センター\n活動のはじめ方や、仲間づくり、場所についての相談ができます。",
    ),
    (
        "ward_office",
        "区役所 地域振興課",
        "{ward}の区役所 地域振興課\n地域の活動や、区の支援について聞けます。",
    ),
    (
        "call_centre",
        "横浜市コールセンター",
        "横浜市コールセンター\n電話：045-664-2525\nどこに聞けばよいか分からないときに、窓口を教えてくれます。",
    ),
    (
        "welfare_council",
        "区の社会福祉協議会",
        "{ward}の社会福祉協議会\nボランティアや、見守り・支え合いの相談ができます。",
    ),
)
ANY_WARD = "お住まいの区"

# ── 統合する
MERGE_INTO = "残す案件の番号"
MERGE_HINT = "この案件は終わり、書いた番号の案件が続きます。LINEでつながっているほうを残してください。"
MERGE_TICK_LABEL, MERGE_TICK = "別の方の相談のとき", "別の方の相談ですが統合します"
MERGED_INTO = "{number} に統合"
