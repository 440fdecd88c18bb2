"""Which words somebody would say when they are asked what two texts share: 工作, 団地, みなと会, and not 化 or 一度."""

from collections.abc import Sequence

# Nouns that say something of their own, by Sudachi's parts of speech (UniDic): no times and amounts (副詞可能 一度,
# 助数詞可能 年, 数詞), no suffixes and prefixes (化, 的, 各), no verbs and adjectives as they were cut (なくなっ).
_NAMING = {"一般", "サ変可能", "形状詞可能", "サ変形状詞可能"}
_AFFIXES = ("接尾辞", "接頭辞")
# Nouns, as written or in their normal form, that only hold a sentence together (形式名詞), and those in which
# everybody tells of everything.
VAGUE = {
    "話", "場", "人", "方", "形", "点", "側", "気", "件", "者", "的", "用", "面", "手", "目", "中", "外", "数", "分",
    "他", "感じ", "場合", "自分", "相手", "仕方", "遣り方", "一つ", "部分", "内容", "状況", "状態", "様子", "機会",
    "必要", "可能", "可能性", "関係", "理由", "結果", "目的", "方法", "全体", "全部", "一部", "以外", "同士", "自体",
    "具体", "一緒", "大変", "大切", "色々", "様々", "本当", "普通", "特別", "問題", "課題", "相談", "提案", "希望",
    "回答", "質問", "意味", "気持ち", "経験", "存在", "対応", "実施", "利用", "使用", "開始", "計画", "予定", "検討",
    "考え", "思い", "取り組み", "取組", "皆さん", "場所", "名前", "言葉", "一般", "世話", "意見", "参考", "以上",
    "以下", "程度", "ほう", "はず", "つもり", "わけ", "まま",
    "なし", "無し", "訳", "代わり", "次第",
}  # fmt: skip


def is_affix(kinds: Sequence[str]) -> bool:
    """Tell whether a word only stands before or after another one, by its parts of speech."""
    return kinds[0] in _AFFIXES


def is_said(kinds: Sequence[str], *spellings: str) -> bool:
    """Tell whether a word with these parts of speech, as written and in its normal form, is one to be said alone."""
    if kinds[0] != "名詞" or not VAGUE.isdisjoint(spellings):
        return False
    return kinds[1] == "固有名詞" or (kinds[1] == "普通名詞" and kinds[2] in _NAMING)
