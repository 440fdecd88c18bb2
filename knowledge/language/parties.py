"""The kind of party somebody or something is: a person, a group, a company, or the government.

A Japanese noun says at its end what it is: a 会社員 is no 会社, and a 市民団体 is a 団体. So a word of the table counts
where it ends what was said, the longest first, and whatever ends otherwise is nobody's: people are asked then.
"""

import re

from knowledge.language.text import fold

# What people call themselves and what organisations are called, by its end. The four kinds are those of the hearing.
PARTIES: dict[str, str] = {
    "個人": (
        "個人 こじん ひとり 一人 私 わたし 僕 ぼく 自分 市民 区民 県民 町民 住民 会社員 学生 高校生 院生 生徒 児童"
        " 主婦 主夫 無職 退職者 生活者 保護者 母親 父親 母 父 親 person individual"
    ),
    "団体": (
        "団体 だんたい npo ngo pta グループ サークル クラブ チーム ネットワーク 会 協議会 評議会 組合 連盟 連合 団 隊"
        " 会議所 商店街 学校 高校 大学 非営利活動法人 npo法人 社団法人 財団法人 財団 社会福祉法人 学校法人 医療法人"
        " 宗教法人 設立登記法人 自治会長 町内会長 じちかい ちょうないかい さーくる group"
    ),
    "企業": "企業 きぎょう 会社 かいしゃ 弊社 当社 商店 店 商会 事業者 ベンチャー スタートアップ メーカー 銀行 company",
    "行政": (
        "行政 ぎょうせい 行政機関 役所 役場 県庁 都庁 官公庁 公共団体 国の機関 自治体 教育委員会"
        " 市職員 区職員 県職員 役所職員 行政職員 government"
    ),
}
# Other words with such an end. Some are doubtful: a 個人事業者 may be meant as either.
NOBODY = "個人事業者 会社役員 元市職員 元区職員 元県職員 社会 機会 都会 大会 集会 議会 国会 司会 布団 自衛隊 軍隊 肉親"
# What stands before or after a name. Source: 国税庁 法人番号公表サイト, 法人種別, and its usual abbreviations.
LEGAL: dict[str, str] = {
    "団体": (
        "特定非営利活動法人 認定特定非営利活動法人 npo法人 認定npo法人 一般社団法人 公益社団法人 一般財団法人"
        " 公益財団法人 社会福祉法人 学校法人 医療法人 宗教法人 労働者協同組合"
        " (特非) (一社) (公社) (一財) (公財) (福) (学)"
    ),
    "企業": "株式会社 有限会社 合同会社 合資会社 合名会社 (株) (有) (同)",
}
# What somebody is in a party: after の, and some also without it.
_THERE = "職員|会員|担当者|担当|関係者|一員|部員|団員|世話人|会長|副会長|店主|社長|オーナー|経営者|者|人|方"
_AT_ITS_HEAD = "役員|理事長|理事|代表者|代表|メンバー|スタッフ|事務局長|事務局"
_ENDING = re.compile(
    r"(?:の(?:者|もの|人|方|ほう|立場))?(?:で(?:す|ございます|ある)|だ|になります|に所属してい?ます|として|から(?:です)?"
    r"|を(?:して|やって|運営して|経営して)(?:い|お)?(?:ます|る)|をし?てます)?(?:よ|ね|かな)?[\s。、.,!?…]*$"
)
_EITHER = re.compile(
    r"(?<=[一-鿿ァ-ヶーa-z])(?:でも|と|や|か|兼)(?=[一-鿿ァ-ヶーa-z])|または|もしくは|あるいは|および|[、,・/&]"
)
_DENIES = re.compile("(?:では|じゃ|で)な|以外|違|社員$")
_ROLE = re.compile(rf"の(?:{_THERE})$|の?(?:{_AT_ITS_HEAD})$")
_OFFICE = re.compile("[市区県国都府町村]の職員$")


def named(text: str) -> str | None:
    """Return the kind of party that was said or is named; None where it is none of the four, or more than one."""
    said = _ENDING.sub("", fold(text).strip())
    kinds = [_by_legal_form(part) or _by_end(part) for part in _EITHER.split(said)]
    told = kinds[-1] or _by_legal_form(said)
    return told if {*kinds} <= {told, None} else None


def _by_legal_form(said: str) -> str | None:
    ours = (kind for form, kind in _FORMS.items() if said.startswith(form) or said.endswith(form))
    return None if _DENIES.search(said) else next(ours, None)


def _by_end(said: str) -> str | None:
    """Return the kind of the longest word at the end; a 役員 is of the kind of what they belong to."""
    if _OFFICE.search(said):
        return "行政"
    if word := _END.search(said):
        return _KINDS[word[0]]
    whole = _ROLE.sub("", said)
    return _by_end(whole) if whole != said else None


_FORMS = {form: kind for kind, forms in LEGAL.items() for form in fold(forms).split()}
_KINDS: dict[str, str | None] = {word: kind for kind, words in PARTIES.items() for word in fold(words).split()}
_KINDS |= dict.fromkeys(fold(NOBODY).split())
_LONGEST_FIRST = "|".join(map(re.escape, sorted(_KINDS, key=len, reverse=True)))
_END = re.compile(rf"(?:(?<![a-z])(?=[a-z])|(?![a-z]))(?:{_LONGEST_FIRST})$")
