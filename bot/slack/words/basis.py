"""Every Japanese word staff read in Slack."""

from bot.desk.record.moves import ACTION_LABEL, STAGE_LABEL, Action
from storage.models import Channel, PartyKind

STAGE = STAGE_LABEL
STAGE_BY_VALUE = {stage.value: label for stage, label in STAGE_LABEL.items()}
QUESTION = {
    "overview": "1.相談・提案の概要",
    "background": "2.提案の背景・動機",
    "members": "3.メンバーや支援者について",
    "history": "4.これまで行ってきたこと",
    "schemes": "5.活用したいと考えている制度",
}
CHANNEL: dict[str, str] = {
    Channel.LINE: "LINE",
    Channel.WEB: "Webフォーム",
    Channel.PHONE: "電話",
    Channel.EMAIL: "メール",
    Channel.COUNTER: "窓口",
}
PARTY: dict[str, str] = {
    PartyKind.PERSON: "個人",
    PartyKind.GROUP: "団体",
    PartyKind.COMPANY: "企業",
    PartyKind.GOVERNMENT: "行政",
}

ACTION_ID = {  # the buttons of a card that change a case, in their order
    Action.CLAIM: "case.claim",
    Action.JOIN: "case.join",
    Action.STAFF: "case.staff",
    Action.ADVANCE: "case.advance",
    Action.REPLY: "case.reply",
    Action.RELEASE: "case.release",
    Action.HAND_OVER: "case.handover",
    Action.REFER: "case.refer",
    Action.CLOSE: "case.close",
}
WORK_ID = {  # the buttons of the stage's own work, in their order
    Action.ASK: "case.ask",
    Action.ASSIGN: "case.assign",
    Action.BRIEF: "case.briefing",
    Action.MEET: "case.meet",
    Action.ASSESS: "case.assess",
    Action.PROPOSE: "case.propose",
    Action.INVITE: "case.invite",
    Action.STAKEHOLDERS: "case.stakeholders",
    Action.DIALOGUE: "case.dialogue",
    Action.PLAN: "case.plan",
    Action.CHECK_IN: "case.check_in",
    Action.REOPEN: "case.reopen",
    Action.MERGE: "case.merge",
    Action.DRAFT: "case.draft",
    Action.PUBLISH: "case.publish",
    Action.NUDGE: "case.nudges",
}
BUTTON = {
    **{action_id: ACTION_LABEL[action] for action, action_id in (ACTION_ID | WORK_ID).items()},
    "case.similar": "類似事例",
    "case.details": "詳細",
    "details.previous": "まえのページ",
    "details.next": "つづきのページ",
    "match.useful": "役に立った",
    "match.wrong": "違う",
}
LABEL = {
    "ward": "区",
    "theme": "テーマ",
    "party": "相談者",
    "channel": "受付方法",
    "promised": "お返事の約束",
    "main": "メイン",
    "sub": "サブ",
    "city_staff": "市職員",
    "opened": "受付日時",
    "contact": "連絡先",
    "stage": "段階",
}
NONE = "未定"
NO_ANSWER = "（回答なし）"
CITIZEN = "相談者"
SYSTEM = "つなぎ"
CUT = "…（続きは 詳細）"
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
CARD_FALLBACK = "{number} {stage} {ward}"  # what notifications show: nothing personal in it

CLOSE, CANCEL, SEND, SAVE = "閉じる", "やめる", "送信する", "決定する"
TITLE = {
    "details": "詳細",
    "similar": "類似事例",
    "reply": "市民へ返信",
    "preview": "この内容で送ります",
    "advance": "次の段階へ",
    "staff": "市職員を決める",
    "handover": "引き継ぐ",
    "refer": "他の窓口へ",
    "close": "終了する",
    "release": "担当を外れる",
    "intake": "相談を受け付ける",
    "notice": "お知らせ",
}
REPLY_LABEL = "返信の文"
REPLY_HINT = "次の画面で確かめてから送ります。スレッドの会話は市民に届きません。"
PREVIEW = "市民のLINEに、次の文が届きます。"
PREVIEW_EDIT = "なおすときは、ここを書きかえてください"
PREVIEW_NEXT = "確かめる"
ADVANCE_TO = "{now} から {next} へ進めます。"
PRESENT, MISSING = "✓ {word}", "□ {word}"
WAIVE_LABEL = "省略する理由"
WAIVE_HINT = "そろっていないものがあるときに書きます。理由は履歴に残ります。"
PERSON_HINT = "スタッフとして登録されている方を選んでください。"
STAFF_LABEL, HANDOVER_LABEL = "市民協働推進課の担当", "引き継ぐ相手"
REASON_LABEL, SUMMARY_LABEL = "理由", "引き継ぎの要点"
REFER_DOOR = "ご案内する窓口（名前と連絡先）"
REFER_HINT = "この文がそのまま相談者のLINEに届き、案件は終了します。"
CLOSE_REASON = "終了の理由"
RELEASE_SURE = (
    "{number} の担当を外れます。メインの方が外れると、サブの方が引き受けるか、案件は担当者を待つ状態に戻ります。"
)
HISTORY, FILES = "履歴", "添付ファイル"
NO_HISTORY = "履歴はまだありません。"
PAGE = "{page} / {pages} ページ"
INTAKE_CHANNEL, INTAKE_PARTY = "受付方法", "相談者の種別"
INTAKE_NAME, INTAKE_CONTACT, INTAKE_WARD = "お名前・団体名", "連絡先", "区"
CHOOSE = "選んでください"

LINE_REACH: dict[str, str] = {
    "line": "LINEで届きます",
    "muted": "LINEで返信が届きます（お知らせは止めています）",
    "blocked": "LINEでブロックされています",
    "web": "ウェブの受付ページで読まれます（LINEではつながっていません）",
    "none": "LINEでは届きません",
}
NEARNESS = "近さ：{band}"
BECAUSE = "理由：{why}"
WHY = "「{word}」"
WHY_OTHER = "「{word}」→「{matched}」（{kind}）"
TWINS = "同じ相談かもしれません：{twins}"
TWIN = {True: "{number}（同じ方から・{stage}）", False: "{number}（ほぼ同じ内容・{stage}）"}
VOTES = "役に立った {useful}・違う {wrong}"
ATTACHED = "添付 {count} 件（詳細に一覧）"
SIZE = "{kb} KB"
FILE_PROBLEM = {"not_fetched": "LINEから取得できませんでした", "too_large": "大きすぎるため保存していません"}
FILE_KIND = {"image": "写真", "video": "動画", "audio": "音声", "file": "ファイル"}
WAIVED = "（省略：{reason}）"
SLOW = "準備に時間がかかっています。少し待って、もう一度お試しください。"

# What the person who pressed is told, only they see it.
CLAIMED = "{number} の担当（メイン）になりました。"
JOINED = "{number} にサブで入りました。"
VOTED = "「{title}」を「{word}」と記録しました。"
VOTED_GONE = "「{word}」と記録しました。"
SEARCHING = "探しています…"
OLD_BUTTON = "このボタンは今は使えません。最新のカードをご覧ください。"
UNKNOWN_COMMAND = "このコマンドは使えません。/similar /org /case /intake /stats をお使いください。"
BUG = "うまくできませんでした。内容は変わっていません。少し待って、もう一度お試しください。"

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
RESULTS = "「{words}」に近いもの"

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
