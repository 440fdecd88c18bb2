"""Every word staff read in Slack: here what all topics share, a topic's own under its name (words.hearing.WANTED)."""

from collections.abc import Mapping

from bot.desk.record.moves import STAGE_LABEL
from bot.desk.record.telling import Note
from bot.slack.topics import demand, together
from bot.slack.words import (
    briefing,
    card,
    commands,
    dialogue,
    direction,
    follow_up,
    guests,
    hearing,
    history,
    hits,
    home,
    modals,
    notes,
    nudges,
    publication,
    realisation,
    reception,
    replying,
    staffing,
)
from storage.models import Channel, PartyKind

# The topics of the desk, in the order of the card. drawing and listeners have a module of the same name where they
# have something to do for a topic.
TOPICS = (
    reception,
    replying,
    staffing,
    briefing,
    hearing,
    direction,
    guests,
    realisation,
    dialogue,
    follow_up,
    publication,
    home,
    nudges,
)
_ALL = (card, commands, history, hits, modals, notes, *TOPICS)

BUTTON: Mapping[str, str] = together("BUTTON", _ALL)
TITLE: Mapping[str, str] = together("TITLE", _ALL)
NOTE: Mapping[str, tuple[str, ...]] = together("NOTE", _ALL)  # notes of the thread and the channel, a line each
NOTE_ABOUT: Mapping[str, str] = together("NOTE_ABOUT", _ALL)  # what a notification says of a note or a post
QUOTED = frozenset(say for topic in _ALL for say in getattr(topic, "QUOTED", ()))  # notes that show people's own words
demand("NOTE", NOTE, {*Note, *QUOTED})
demand("NOTE_ABOUT", NOTE_ABOUT, NOTE)

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
CUT = "…（続きは 詳細）"
CLOSE, CANCEL, SEND, SAVE = "閉じる", "やめる", "送信する", "決定する"
PRESENT, MISSING = "✓ {word}", "□ {word}"
CHOOSE = "選んでください"
SLOW = "準備に時間がかかっています。少し待って、もう一度お試しください。"
# What the person who pressed is told, only they see it.
CLAIMED = "{number} の担当（メイン）になりました。"
JOINED = "{number} にサブで入りました。"
SEARCHING = "探しています…"
OLD_BUTTON = "このボタンは今は使えません。最新のカードをご覧ください。"
FORM_KEPT = (
    "先に送られた内容を記録しました。あとから変えた部分は記録していません。この画面を閉じて、カードをご確認ください。"
)
BUG = "うまくできませんでした。内容は変わっていません。少し待って、もう一度お試しください。"
