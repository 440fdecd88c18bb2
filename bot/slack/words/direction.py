"""Words of Slack: ③ assessments and the hypothesis."""

BUTTON: dict[str, str] = {
    "assess.joint": "合同の結論を書く",
    "propose.word": "相談者の答えを記録する",
}
TITLE: dict[str, str] = {
    "assess": "自分の見立て",
    "joint": "合同の結論",
    "propose": "方向性の案",
    "propose_preview": "この案を出します",
    "propose_word": "相談者の答え",
}
NOTE: dict[str, tuple[str, ...]] = {
    "assessed": ("{by} さんが見立てを書きました。", "まだそろっていない方：{to}"),
    "assessed_all": (
        "{by} さんが見立てを書き、全員の見立てがそろいました。",
        "「見立てを書く」から、合同の結論を記録できます。",
        "{team}",
    ),
    "concluded": (
        "{by} さんが合同の結論を記録しました。",
        "実現可能性：{feasibility}",
        "期待される効果：{effect}",
        "代替案の有無：{alternatives}",
    ),
    "proposed": ("{by} さんが方向性の案（第{version}版）を出しました。", "{told}"),
    "hypothesis_sent": ("方向性の案（第{version}版）を送りました（LINEが受け付けました）。",),
    "hypothesis_blocked": (
        "方向性の案（第{version}版）は届いていません。LINEでブロックされています。",
        "電話などで伝え、「方向性の案」から答えを記録してください。",
        "{team}",
    ),
    "hypothesis_failed": (
        "方向性の案（第{version}版）を送れませんでした。内容は残っています。",
        "電話などで伝え、「方向性の案」から答えを記録してください。",
        "{team}",
    ),
    "hypothesis_answered": (
        "相談者の答えは「{answer}」です（第{version}版）。",
        "前の答え：{earlier}",
        "{team}",
    ),
    "hypothesis_word_noted": (
        "{by} さんが、電話などで聞いた相談者の答え「{answer}」を記録しました（第{version}版）。",
    ),
}
NOTE_ABOUT: dict[str, str] = {
    "assessed": "見立てが書かれました",
    "assessed_all": "見立てがそろいました",
    "concluded": "合同の結論",
    "proposed": "方向性の案",
    "hypothesis_sent": "方向性の案を送りました",
    "hypothesis_blocked": "方向性の案が届いていません",
    "hypothesis_failed": "方向性の案を送れませんでした",
    "hypothesis_answered": "案への答え",
    "hypothesis_word_noted": "案への答え",
}
QUOTED: tuple[str, ...] = ("proposed", "hypothesis_word_noted")

OWN_INTRO = "あなたの見立てを書きます。ほかの人の見立ては「合同の結論を書く」で見られます。"
LEVEL = "{label}：4段階"
REASON = "{label}：理由"
GROUNDS = "{label}：根拠（資料・数字・聞いた話など）"
ALTERNATIVES = "代替案（1行に1つ）"
ALTERNATIVES_HINT = "「なし」のときは空のままで、上の欄に理由を書いてください。"
JOINT_INTRO = "みんなの見立てを見て、話し合った結論を書きます。結論がそろうと「次の段階へ」進めます。"
WAITING = "まだ書いていない方："
WAITING_FOR = "（{labels}）"
EVERYBODY = "担当の全員が書きました。"
NOBODY = "まだ誰も書いていません。"
MORE = "ほかに {count} 人の見立てがあります（詳細の履歴で読めます）。"
CONCLUDE = "合同の結論を記録する"

PROPOSE_LABEL = "案の文"
PROPOSE_HINT = "やさしい言葉で、短い文で書いてください。次の画面で確かめてから送ります。"
PROPOSE_BY_LINE = "相談者のLINEに「これで進めたい・相談したい・考えたい」のボタンと一緒に届きます。"
PROPOSE_BY_PHONE = "この相談者にはLINEで届きません。電話などで伝え、聞いた答えをここに記録してください。"
PREVIEW = "第{version}版として、次の文を出します。"
EARLIER = "これまでの案"
VERSION = "第{version}版　{at}　"
ANSWER = "答え：{answer}（{at}）"
NO_ANSWER_YET = "答え：まだありません"
ABOUT_VERSION = "第{version}版への、相談者の答えを記録します。"
WORD_LABEL, WORDS_LABEL = "相談者の答え", "相談者の言葉"
WORDS_HINT = "電話や窓口で聞いた言葉を、そのまま書いてください。"

CARD_ASSESSED = "見立て {done}/{all}人"
CARD_JOINT = "合同の結論 {label}：{level}"
CARD_JOINT_LEFT = "合同の結論はまだ（{labels}）"
CARD_VERSION = "案 第{version}版：{answer}"
CARD_WAITING = "答えを待っています"
