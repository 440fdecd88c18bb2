"""市民へ返信: what the window says, and texts to begin with, which the citizen reads on LINE once they are sent."""

REPLY_LABEL = "返信の文"
REPLY_HINT = "次の画面で確かめてから送ります。スレッドの会話は市民に届きません。"
PREVIEW = "市民のLINEに、次の文が届きます。"
PREVIEW_EDIT = "なおすときは、ここを書きかえてください"
PREVIEW_NEXT = "確かめる"
TEMPLATE_LABEL = "定型文"
TEMPLATE_HINT = "選ぶと、文の前に入ります。次の画面で直せます。"
TEMPLATES: dict[str, tuple[str, str]] = {
    "received": (
        "受け取りました",
        "ご相談をお寄せいただき、ありがとうございます。担当者が内容を読みました。"
        "進め方を考えて、あらためてご連絡します。お急ぎのことがあれば、このままこちらにお書きください。",
    ),
    "more": (
        "もう少し知りたい",
        "ご相談ありがとうございます。一緒に考えるために、もう少し教えてください。分かる範囲で大丈夫です。",
    ),
    "material": (
        "資料があれば",
        "場所の写真やチラシなど、様子の分かるものがあれば、このトークに送ってください。なくても進められます。",
    ),
    "progress": (
        "進みぐあい",
        "いま、庁内と関係する団体に話を聞いています。進みましたら、こちらからお知らせします。",
    ),
    "waiting": (
        "お待たせしています",
        "お返事が遅くなり、申しわけありません。ご相談は止まっていません。もう少しお時間をください。",
    ),
}
STAND_IN = (
    "この案件の担当は <@{owner}> さんです。急ぎのときは、理由を書けば代理で送れます。"
    "理由は記録に残り、市民には届きません。"
)
STAND_IN_LABEL = "代理で送る理由"
STAND_IN_SEND = "代理で送る"

# ── files that go with it
FILES_LABEL = "いっしょに送るファイル"
FILES_HINT = (
    "写真（JPEG・PNG・GIF・HEIC）とPDFを3つまで、ひとつ10MBまで。文のあとに、ひとつずつ届きます。"
    "リンクで開くものは、送った日から30日で開けなくなります。"
)
FILES_PREVIEW = "文のあとに、次のファイルが届きます。ファイルの名前も市民に見えます。"
FILE = "ファイル：{name}"
FILE_UNNAMED = "名前のないファイル"
FILE_TOO_LARGE = (
    "「{name}」が大きすぎます（10MBまで）。まだ何も送っていません。小さくするか、別のファイルを選んでください。"
)
FILE_WRONG_KIND = (
    "「{name}」は送れない種類のファイルです。まだ何も送っていません。"
    "写真（JPEG・PNG・GIF・HEIC）かPDFを選んでください。"
)
ANSWERABLE = ("citizen_wrote", "citizen_wrote_merged", "human_wanted", "unseen")  # notes with 市民へ返信 under them

_SAFE = "返信の文は、ファイルとは別に送っています。"
NOTE: dict[str, tuple[str, ...]] = {
    "unseen": (
        "{number} の相談者は、お返事を待っています。",
        "スレッドに書いたことは、相談者には届きません。お返事は「市民へ返信」からお送りください。（このお知らせは、案件ごとに1日1回です）",
    ),
    "file_sent": ("{to} さんの返信のファイル「{name}」を送りました（LINEが受け付けました）。",),
    "file_shown": ("{to} さんの返信のファイル「{name}」を、相談者のウェブの受付ページに出しました。",),
    "file_blocked": (
        "{to} さんの返信のファイル「{name}」は届いていません。LINEでブロックされています。電話などでお伝えください。",
    ),
    "file_failed": (
        "{to} さんの返信のファイル「{name}」を送れませんでした。" + _SAFE,
        "もう一度「市民へ返信」から、ファイルを選んで送ってください。",
    ),
    "file_gone": (
        "{to} さんの返信のファイル「{name}」を送れませんでした。Slackから消されています。" + _SAFE,
        "必要なときは、もう一度「市民へ返信」から、ファイルを選んで送ってください。",
    ),
    "file_too_large": (
        "{to} さんの返信のファイル「{name}」を送れませんでした。10MBより大きいファイルです。" + _SAFE,
        "小さくするか分けて、もう一度「市民へ返信」から送ってください。",
    ),
    "file_wrong_kind": (
        "{to} さんの返信のファイル「{name}」を送れませんでした。"
        "中身が写真（JPEG・PNG・GIF・HEIC）でもPDFでもありません。" + _SAFE,
        "形式を変えて、もう一度「市民へ返信」から送ってください。",
    ),
    "file_not_allowed": (
        "{to} さんの返信のファイル「{name}」を送れませんでした。つなぎには、このファイルを読むことが許されていません。"
        + _SAFE,
        "パソコンや電話に保存してから、もう一度「市民へ返信」で選んでください。続くときは管理者に知らせてください。",
    ),
    "file_not_fetched": (
        "{to} さんの返信のファイル「{name}」を、Slackから受け取れませんでした。" + _SAFE,
        "管理者が直すと、続きから送れます。お急ぎのときは、もう一度「市民へ返信」から送ってください。",
    ),
}
NOTE_ABOUT: dict[str, str] = {
    "unseen": "スレッドは市民に届きません",
    "file_sent": "返信のファイルを送りました",
    "file_shown": "返信のファイルをウェブに出しました",
    **dict.fromkeys(
        (
            "file_blocked",
            "file_failed",
            "file_gone",
            "file_too_large",
            "file_wrong_kind",
            "file_not_allowed",
            "file_not_fetched",
        ),
        "返信のファイルが届いていません",
    ),
}
