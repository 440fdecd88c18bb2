"""Every sentence that says no at the desk, in one place: what happened, what is safe, what to do.

The sentences go to the person as they are, as Slack mrkdwn. So the values put into them are our own labels,
case numbers and mentions, never words that people wrote.
"""

from bot.errors import Refused

SENTENCES = {
    "not_found": "受付番号 {number} の案件は見つかりませんでした。何も変わっていません。"
    "番号は「2026-0042」の形です。`/case mine` や `/case unclaimed` の一覧からも探せます。",
    "move": "この案件はいま「{stage}」の段階なので、「{action}」はできません。何も変わっていません。"
    "いまできるのは {allowed} です。",
    "move_closed": "この案件は「{stage}」しているので、「{action}」はできません。記録はすべて残っています。"
    "いまできるのは {allowed} です。",
    "overtaken": "ひと足先に {who} さんが「{action}」を行いました。二重には記録していません。"
    "カードの新しい内容を確かめて、必要ならもう一度押してください。",
    "drawn_before": "この画面を開いたあとに、{who} さんが案件を「{stage}」へ進めました。段階は変えていません。"
    "入力した内容を控えて、カードからもう一度開いてください。",
    "taken": "{who} さんがすでに担当（メイン）です。担当は変わっていません。"
    "一緒に受け持つときは「サブで入る」、代わるときは「引き継ぐ」を使ってください。",
    "taken_by_you": "あなたがすでに担当（メイン）です。このまま進めて大丈夫です。",
    "no_main": "この案件にはまだ担当（メイン）がいません。何も変わっていません。先に「担当する」を押してください。",
    "sub_taken": "{who} さんがすでにサブです。何も変わっていません。代わるときは「引き継ぐ」を使ってください。",
    "sub_is_you": "あなたがすでにサブです。このまま進めて大丈夫です。",
    "main_is_not_sub": "メインとサブは別の人が受け持つ決まりです。何も変わっていません。"
    "ほかのコーディネーターに「サブで入る」を押してもらってください。",
    "city_staff_is_not_coordinator": "コーディネーターと市職員は別の人が受け持つ決まりです。何も変わっていません。"
    "市民協働推進課の方を選んでください。",
    "not_yours": "あなたはこの案件のメインでもサブでもありません。担当は変わっていません。"
    "いまの担当は {who} さんです。",
    "hand_over_to_self": "引き継ぐ相手があなた自身になっています。担当は変わっていません。ほかの人を選んでください。",
    "hand_over_not_yours": "いまこの案件の担当ではないため、引き継げません。担当は変わっていません。"
    "担当の方かリーダーにお願いしてください。",
    "hand_over_to_team": "{who} さんはすでにこの案件に入っています。担当は変わっていません。ほかの人を選んでください。",
    "hand_over_to_stranger": "{who} さんはコーディネーターとして登録されていません。担当は変わっていません。"
    "登録されている人を選ぶか、管理者に登録を頼んでください。",
    "hand_over_without_words": "引き継ぎには理由と、これまでのまとめの両方が必要です。担当は変わっていません。"
    "次の人が困らないように、短くても書いてください。",
    "refer_without_door": "案内する窓口の名前と連絡先を書いてください。まだ何も送っていません。"
    "相談者が次にどこへ行けばよいかが分かるようにお願いします。",
    "lacking": "次の段階へ進むには {missing} がまだです。段階は変わっていません。"
    "記入するか、「省略する理由」を書いてください。",
    "close_early": "終了するには {missing} がまだです。案件は終了していません。"
    "記入するか、終了する理由を書いてください。",
    "evidence_empty": "{label} が空でした。前の記録はそのままです。内容を書いてください。",
    "reply_no_line": "この相談者とは LINE でつながっていません。何も送っていません。"
    "「詳細」にある連絡先へ、電話やメールなどでお伝えください。",
    "reply_empty": "返信の文が空でした。何も送っていません。文を書いてから送ってください。",
    "reply_too_long": "返信の文が長すぎます（{units} 文字。LINE で一度に送れるのは {limit} 文字までで、"
    "絵文字は 2 文字に数えます）。まだ何も送っていません。短くするか、2回に分けてください。",
    "not_allowed": "「{action}」ができるのは {roles} です。何も変わっていません。"
    "必要なときは、できる人に声をかけてください。",
    "not_staff": "あなたはまだ tsunagi に登録されていません。何も変わっていません。"
    "「{action}」ができるのは {roles} です。使うときは、管理者に登録を頼んでください。",
    "staff_unknown": "{who} さんは登録されていません。何も変わっていません。`tsunagi staff list` で確かめてください。",
}


def sentence(key: str, **values: object) -> str:
    """Return the sentence of a refusal."""
    return SENTENCES[key].format(**values)


def refuse(key: str, **values: object) -> Refused:
    """Return the refusal to raise."""
    return Refused(sentence(key, **values))


def who(person: str | None) -> str:
    """Return a person as Slack shows them: a mention for a Slack id."""
    named = {"citizen": "相談者", "system": "システム", None: "（なし）"}
    return named.get(person) or f"<@{person}>"


def quoted(labels: list[str]) -> str:
    """Return labels as a Japanese list: 「A」「B」."""
    return "".join(f"「{label}」" for label in labels)
