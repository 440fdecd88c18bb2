"""The theme of a text, by a table of telling words."""

import re
from collections.abc import Callable, Set
from itertools import accumulate

from knowledge.language.text import fold, parts

OTHER = "その他"
THEMES: dict[str, str] = {
    "子ども・若者": (
        "子ども 子供 こども 子育て 若者 乳幼児 赤ちゃん 親子 学童 児童 中高生 ひきこもり 不登校"
        " 居場所 保育 ヤングケアラー 子連れ プレイパーク"
    ),
    "高齢者・福祉": (
        "高齢 シニア お年寄り 介護 認知症 福祉 障害 障がい 見守り 生活困窮 孤立 買い物支援"
        " 移動支援 手話 バリアフリー 車いす 就労支援 フードバンク"
    ),
    "防災・防犯": ("防災 災害 地震 避難 津波 防犯 備蓄 消防 安全安心 ハザード 水害 豪雨 炊き出し 交通安全 減災"),
    "環境・みどり": (
        "環境 緑化 みどり 花壇 森 里山 公園 ごみ ゴミ リサイクル 脱炭素 エネルギー 生きもの"
        " 生物 川の清掃 海岸 河川 樹林 農園 気候 プラスチック 食品ロス"
    ),
    "まちづくり・空き家": (
        "まちづくり 街づくり 空き家 空家 空き店舗 商店街 団地 景観 交通 にぎわい 賑わい 再開発"
        " 歴史的建造物 坂道 公共空間 道路"
    ),
    "多文化共生": "多文化 外国 国際 日本語教室 やさしい日本語 通訳 翻訳 留学生 難民 ルーツ 母語",
    "文化・スポーツ": (
        "文化 芸術 アート 音楽 演劇 スポーツ 祭り 伝統 美術 映画 ダンス コンサート 野球 サッカー 歴史 図書"
    ),
    "健康・医療": "健康 医療 病気 運動習慣 ウォーキング 食生活 メンタル がん 看護 体操 依存症 薬 歯",
    "教育・学び": "教育 学習 学校 授業 講座 大学 生涯学習 プログラミング 探究 宿題 学び データ キャリア",
}
_TABLE = {theme: fold(words).split() for theme, words in THEMES.items()}
_PARTS = {theme: fold(theme).split("・") for theme in (*THEMES, OTHER)}
# Such a word stands in many others (がん in がんばる, ルーツ in フルーツ, 森 in 青森). It must begin one, as in 薬剤.
_SHORT = re.compile("[ぁ-ゖァ-ヺー]+|.")
_KANA = re.compile("[ぁ-ゖァ-ヺー]")
_MEANS: tuple[Callable[[str, str], bool], ...] = (
    lambda said, theme: said == fold(theme) or said in _PARTS[theme],
    lambda said, theme: said in _TABLE.get(theme, ()),
    lambda said, theme: any(part.startswith(said) or part.endswith(said) for part in _PARTS[theme] if len(said) > 1),
)


def named(value: str) -> str | None:
    """Return the theme that a name, a whole part of one (防災) or a telling word (空き家) means.

    The beginning or the end of a part (共生) means it, too, where it is that of one theme alone.
    """
    said = fold(value).strip()
    for means in _MEANS:
        if found := [theme for theme in _PARTS if means(said, theme)]:
            return found[0] if len(found) == 1 else None
    return None


def theme_of(text: str) -> str:
    """Return the theme whose words the text says most often (その他 when it says none).

    Where two are said equally often the one named first in the text wins.
    """
    folded = fold(text)
    edges = {0, *accumulate(len(part.surface) for part in parts(folded))}
    said = {theme: [at for word in words for at in _places(word, folded, edges)] for theme, words in _TABLE.items()}
    told = [theme for theme in said if said[theme]]
    return max(told, key=lambda theme: (len(said[theme]), -min(said[theme])), default=OTHER)


def _places(word: str, text: str, edges: Set[int]) -> list[int]:
    """Return where a telling word begins in a text."""
    found = [hit.span() for hit in re.finditer(re.escape(word), text)]
    return [at for at, end in found if not _SHORT.fullmatch(word) or (at in edges and _ends(text, end, edges))]


def _ends(text: str, end: int, edges: Set[int]) -> bool:
    return end in edges or not _KANA.match(text, end)
