"""The kind of party an entry is of: a person, a group, a company, or the government."""

from knowledge.language.text import fold

# Parts of legal forms, and of what people write, that tell the kind. The first that fits wins.
# Legal forms: 国税庁 法人番号公表サイト, 法人種別; the four kinds are those of the hearing.
PARTIES: dict[str, str] = {
    "行政": "行政 市役所 区役所 国の機関 地方公共団体 government",
    "団体": (
        "団体 npo 特定非営利活動 一般社団 公益社団 一般財団 公益財団 社会福祉法人 学校法人 医療法人 宗教法人 組合"
        " 自治会 町内会 協議会 協会 実行委員会 サークル その他の設立登記法人 group"
    ),
    "企業": "企業 会社 株式 有限 合同 合資 合名 (株) (有) 事業者 商店 company",
    "個人": "個人 市民 住民 person",
}
_TABLE = {party: fold(words).split() for party, words in PARTIES.items()}


def named(text: str) -> str | None:
    """Return the kind of party that a word or a legal form names."""
    folded = fold(text)
    return next((party for party, words in _TABLE.items() if any(word in folded for word in words)), None)
