"""Places that aren't in Yokohama but share names with its wards, and what tells that one of them is meant."""

import re

# The other cities with wards, and Tokyo. Source: 総務省 全国地方公共団体コード; Hamamatsu's wards also as before 2024.
WARDS_OF: dict[str, str] = {
    "札幌": "中央 北 東 白石 豊平 南 西 厚別 手稲 清田",
    "仙台": "青葉 宮城野 若林 太白 泉",
    "さいたま": "西 北 大宮 見沼 中央 桜 浦和 南 緑 岩槻",
    "千葉": "中央 花見川 稲毛 若葉 緑 美浜",
    "東京": (
        "千代田 中央 港 新宿 文京 台東 墨田 江東 品川 目黒 大田 世田谷 渋谷 中野 杉並 豊島 北 荒川 板橋 練馬 足立 葛飾"
        " 江戸川"
    ),
    "川崎": "川崎 幸 中原 高津 多摩 宮前 麻生",
    "相模原": "緑 中央 南",
    "新潟": "北 東 中央 江南 秋葉 南 西 西蒲",
    "静岡": "葵 駿河 清水",
    "浜松": "中央 浜名 天竜 中 東 西 南 北 浜北",
    "名古屋": "千種 東 北 西 中村 中 昭和 瑞穂 熱田 中川 港 南 守山 緑 名東 天白",
    "京都": "北 上京 左京 中京 東山 下京 南 右京 伏見 山科 西京",
    "大阪": (
        "都島 福島 此花 西 港 大正 天王寺 浪速 西淀川 東淀川 東成 生野 旭 城東 阿倍野 住吉 東住吉 西成 淀川 鶴見 住之江"
        " 平野 北 中央"
    ),
    "堺": "堺 中 東 西 南 北 美原",
    "神戸": "東灘 灘 兵庫 長田 須磨 垂水 北 中央 西",
    "岡山": "北 中 東 南",
    "広島": "中 東 南 西 安佐南 安佐北 安芸 佐伯",
    "北九州": "門司 若松 戸畑 小倉北 小倉南 八幡東 八幡西",
    "福岡": "東 博多 中央 南 西 城南 早良",
    "熊本": "中央 東 西 南 北",
}
PREFECTURES = (  # all but 神奈川
    "北海道|青森|岩手|宮城|秋田|山形|福島|茨城|栃木|群馬|埼玉|千葉|東京|新潟|富山|石川|福井|山梨|長野|岐阜|静岡|愛知|三重"
    "|滋賀|京都|大阪|兵庫|奈良|和歌山|鳥取|島根|岡山|広島|山口|徳島|香川|愛媛|高知|福岡|佐賀|長崎|熊本|大分|宮崎|鹿児島|沖縄"
)
NAMESAKES = {"金沢": ("石川", "百万石", "兼六園")}  # a city; the others are wards and stand above

_NAMES = f"(?:{PREFECTURES}|{'|'.join(WARDS_OF)})".replace("京都", "(?<!東)京都")
# What is between a place and what lies in it: nothing, の, にある, a blank, a bracket.
_BEFORE = re.compile(
    rf"(?:{_NAMES}[市都府県]?|(?<=[一-鿿ァ-ヶ])(?<![当本同全各都地学校])(?:[市県府区]|郡))(?:内|旧)?(?:の|にある)?[\s・(]*$"
)
_AFTER = re.compile(rf"\s*\({_NAMES}")


def has(ward: str) -> bool:
    """Tell whether another city has a ward of this name (江南区)."""
    return any(ward.removesuffix("区") in wards.split() for wards in WARDS_OF.values())


def is_meant(before: str, after: str) -> bool:
    """Tell whether a name between these texts is said to be in another place: 札幌の西区, 西区(大阪)."""
    return bool(_BEFORE.search(before) or _AFTER.match(after))


def is_spoken_of(name: str, text: str) -> bool:
    """Tell whether a text speaks of another place where a name (西, 鶴見) is that of a ward, or of a city, too."""
    places = [city for city, wards in WARDS_OF.items() if name in wards.split()]
    spoken_of = "|".join((*places, *NAMESAKES.get(name, ()))).replace("京都", "(?<!東)京都")
    return bool(spoken_of and re.search(spoken_of, text))
