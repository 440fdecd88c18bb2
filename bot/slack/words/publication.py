"""Words of Slack: from a closed case to an entry of the library."""

from storage.models import PublicationState

TITLE: dict[str, str] = {
    "draft": "事例の下書き",
    "draft_show": "この文を相談者に見せます",
    "draft_consent": "電話・書面の同意",
    "draft_stop": "公開をやめる",
    "publish": "事例を公開する",
}
CLOSING = {  # what closing asks for the next one's sake: label and hint
    "learnings": (
        "学び",
        "次の相談に生かすため、記録に残し、事例の下書きに使います。個人名や連絡先は書かないでください。",
    ),
    "methods": ("手法", "うまくいった進め方、使った制度や場など"),
    "partners": ("関係団体", "1行に1つ。④で承諾した主体は自動で入ります。"),
}
ON_CARD = "事例：{state}"
STATE: dict[str, str] = {
    PublicationState.DRAFT: "下書き",
    PublicationState.ASKED: "同意待ち",
    PublicationState.AGREED: "同意済み（リーダーの公開待ち）",
    PublicationState.REFUSED: "公開しない（相談者の意向）",
    PublicationState.PUBLISHED: "公開中",
    PublicationState.WITHDRAWN: "公開をやめた",
}
PUBLIC_MEANWHILE = "（以前に同意いただいた文は公開中）"
ANSWERED = "{at} に同意（{way}）"
BY_LINE, BY_HAND = "LINE", "電話・書面"
FIELD = {
    "title": "件名",
    "summary": "要約",
    "body": "本文",
    "organisations": "関係した団体（1行に1つ。名前を出す了解を得た団体だけ）",
    "ward": "区",
    "theme": "テーマ",
}
BODY_PIECE = "本文（{n}/{of}）"
NEXT = "このあと"
NEXT_IS = {
    "save": "保存だけする",
    "show": "相談者に見せて同意をもらう",
    "consent": "電話・書面の同意を記録する",
    "stop": "公開をやめる（相談者の希望を電話などで受けた）",
}
HOW = "いつ、どなたから、どのように聞きましたか"
HOW_HINT = "例）11月24日、ご本人から電話で。文を読み上げて確認"
STOP_SURE = "公開ページと検索から、すぐに外します。もう一度公開するには、あらためて同意が必要です。"
NOTE_CONSENT = "相談者に次の文を読んでもらい（または読み上げ）、同意を得たことを記録します。"
SHOW_INTRO = "相談者のLINEに、次の文がそのまま届きます。"
PUBLISH_INTRO = "次の文を公開します。どなたでも読めて、出典を示せば使えるようになります。"
SHOW, PUBLISH, STOP = "見せる", "公開する", "公開をやめる"
READ_AGAIN = "この文を書いておらず、案件の担当でもないリーダーか管理者の方は「事例を公開する」を押してください。"
WHO_PUBLISHES = (
    "書きかえて保存したり、同意をうかがったりした人は、この事例を公開できません。"
    "公開は、担当ではない別のリーダーか管理者が行います。"
)
COVERS = "伏せたもの"
COVERS_HINT = "伏せなくてよい言葉に印をつけて保存すると、元の言葉に戻ります。相談者ご本人の名前と連絡先は、戻せません。"
SUMMARY_HINT = "まだ空です。件名とは別の文で、だれが何をしたいのか、どうなったのかを2〜3行で書いてください。"
FOUND = "まだ個人の情報に見えるところ"
COVERED = "個人の情報に見える {count} か所は【氏名】などに置きかえてあります。意味が通るか、読んで確かめてください。"
FOUND_NONE = "ほかに個人の情報に見えるところは、見つかりませんでした。念のため、全体を読んでください。"
FOUND_ONE = "・{kind}：{words}"
FOUND_MORE = "ほか {count} か所"
FOUND_HINT = "機械の目安です。問題のないものもあります。"

NOTE: dict[str, tuple[str, ...]] = {
    "publication_asked": ("{by} さんが、事例の文を相談者のLINEに送り、公開してよいかをたずねました。",),
    "publication_consented": (
        "相談者が、事例の公開に同意しました。",
        READ_AGAIN,
        "{team}",
    ),
    "publication_consent_refused": ("相談者は、事例を公開しないことを選びました。この文は公開されません。", "{team}"),
    "publication_consent_noted": (
        "{by} さんが、電話・書面での同意を記録しました。",
        "聞いたこと：{how}",
        READ_AGAIN,
    ),
    "publication_mending_wished": (
        "相談者が、事例の文を直してほしいと希望しています。どこを直すかは、このあとのメッセージをお待ちください。",
        "直したら、もう一度見せて同意をもらいます。",
        "{team}",
    ),
    "publication_consent_withdrawn": (
        "相談者の希望により、事例の公開をやめました（受けた人：{by}）。公開ページと検索から外れています。",
        "聞いたこと：{how}",
        "{team}",
    ),
    "publication_published": ("{by} さんが事例を公開しました。", "ページ：{page}", "{told}"),
}
NOTE_ABOUT: dict[str, str] = {
    "publication_asked": "事例の同意をたずねました",
    "publication_consented": "事例の公開に同意",
    "publication_consent_refused": "事例は公開しません",
    "publication_consent_noted": "事例の公開に同意",
    "publication_mending_wished": "事例の文の直し",
    "publication_consent_withdrawn": "事例の公開をやめました",
    "publication_published": "事例を公開しました",
}
