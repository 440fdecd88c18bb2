"""What looks like somebody's own is marked and covered; what is marked stays covered."""

import re
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.desk.consultation.redaction import Kind, cover, find, holds, mask, shown
from knowledge.language.kanji import FILE, read

COVERS = [
    ("電話は045-671-4732です", "電話は【電話】です"),
    ("電話は０４５（６７１）４７３２です", "電話は【電話】です"),
    ("山田太郎さん（045-671-4732、自宅）", "【氏名】さん（【電話】、自宅）"),
    ("〇九〇ー一二三四ー五六七八まで", "【電話】まで"),
    ("+81 90-1234-5678 へ", "【電話】 へ"),
    ("TEL 671-4732", "TEL 【電話】"),
    ("Ｈａｎａｋｏ＠ｅｘａｍｐｌｅ．ｊｐへ", "【メール】へ"),
    ("〒231-0005 横浜市中区本町6-50-10です", "【住所】 【住所】です"),
    ("鶴見中央一丁目２番３号に集まる", "【住所】に集まる"),
    ("山田さんと鈴木様、サトウ氏", "【氏名】さんと【氏名】様、【氏名】氏"),
    ("はなちゃんのために", "【氏名】ちゃんのために"),
    ("代表者：みなと丸", "代表者：【氏名】"),
    ("佐藤花子が始めた", "【氏名】が始めた"),
    ("みほが始めた", "【氏名】が始めた"),
    ("はなこって人とはなこんちで集まる", "【氏名】って人と【氏名】んちで集まる"),
    ("田中自治会長と田中花子町内会会計", "【氏名】自治会長と【氏名】町内会会計"),
    ("みほんさんに聞いた", "【氏名】さんに聞いた"),
    ("佐藤商店の前", "【氏名】商店の前"),
    ("昭和56年3月2日生まれの方", "【年齢・生年月日】の方"),
    ("母（78歳）と暮らす", "母（【年齢・生年月日】）と暮らす"),
    ("LINE ID：hanako_12", "LINE ID：【アカウント】"),
    ("＠hanako_12 まで", "【アカウント】 まで"),
    ("https://example.org/~hanako/diary を見て", "【リンク】 を見て"),
    ("instagram.com/hanako_12", "【リンク】"),
    ("ファム・ティ・ランさんと一ノ瀬さん、山ノ内さん", "【氏名】さんと【氏名】さん、【氏名】さん"),
    ("Ｎｇｕｙｅｎ Ｖａｎ Ａｎさん、José Garcíaさん", "【氏名】さん、【氏名】さん"),
    ("ｼﾞｮﾝ･ｽﾐｽ様", "【氏名】様"),
    ("𠮷田さん", "【氏名】さん"),
    ("㐂一さん、𠀋さん", "【氏名】さん、【氏名】さん"),
    ("葛󠄀西さん", "【氏名】さん"),  # U+E0100
    ("塚\ufe00本様", "【氏名】様"),
    ("佐藤󠄀花子が始めた", "【氏名】が始めた"),
    ("山\u200b田さん", "【氏名】さん"),
    ("か\u3099くくん、ｶﾞｸさん", "【氏名】くん、【氏名】さん"),
    ("𠮷野町一丁目２番", "【住所】"),
    ("taro@example。jpへ", "【メール】へ"),
    ("ｔａｒｏ＠ｅｘａｍｐｌｅ｡ｃｏ｡ｊｐ。またね", "【メール】。またね"),
    ("045。671。4732", "【電話】"),
    ("twitter。com/hanako", "【リンク】"),
    ("taro@日本.jpと太郎@日本語.みんな", "【メール】と【氏名】@日本語.みんな"),
    ("taro(at)example.jpへ", "【メール】へ"),
    ("taro ［アット］ example ［ドット］ jp", "【メール】"),
    ("taroアットマークexample.co.jp", "【メール】"),
    ("taro★example.jp（★を@に）", "【メール】（★を@に）"),
    ("taro @ example.jp", "【メール】"),
    ("taro@\nexample.jp", "【メール】"),
    ("電話は090-1234-\n5678です", "電話は【電話】です"),
    ("電話は090\n-1234-5678です", "電話は【電話】です"),
    ("横浜市中区本町六丁目五十番地の十です", "【住所】です"),
    ("母は七十五歳です", "母は【年齢・生年月日】です"),
    ("普通　１２３４５６７", "普通　【アカウント】"),
    ("口座番号は01234567", "口座番号は【アカウント】"),
    ("Tanaka-sanに聞いた", "【氏名】-sanに聞いた"),
    ("Mr. Taro Tanakaに聞いた", "Mr. 【氏名】に聞いた"),
]
LEFT = [
    "多様な主体が同様に参加し、皆さんとお客様が集まる",
    "2026-11-24 12:00に始める",
    "受付番号2026-0042",
    "80歳以上の高齢者が10-20名",
    "https://example.org/ に案内がある",
    "一番大切な3番目のこと",
    "みほん技術者OB会の会合",
    "田中町内会と鈴木公園、本田小学校",
    "赤ちゃんとたくさんの学生さん",
    "鶴見区の空き店舗で子ども食堂を開きたい",
    "❤️さんざん考えた。✨️",
    "10。20。30と数える",
    "いきいき百歳体操と100歳体操、三歳児健診、二十歳以上",
    "参加者\n- 120\n- 340\n- 560",
    "MS Officeの講座、@の使い方、A★B、カフェ★☆☆",
    "口座の残高は1,234,567円、普通は1234567人",
]


@pytest.mark.parametrize(("text", "covered"), COVERS)
def test_what_looks_personal_is_covered(text: str, covered: str) -> None:
    assert mask(text) == covered


@pytest.mark.parametrize("text", LEFT)
def test_what_everybody_says_is_left(text: str) -> None:
    assert mask(text) == text


def test_what_is_found_tells_where_and_what() -> None:
    (phone, name) = find("045-671-4732は山田さん")

    assert (phone.start, phone.end, phone.kind) == (0, 12, Kind.PHONE)
    assert (name.start, name.end, name.kind) == (13, 15, Kind.NAME)


@pytest.mark.parametrize(
    ("text", "known", "covered"),
    [
        ("佐藤商店の鈴木さん", "佐藤商店", "佐藤商店の【氏名】さん"),
        ("ｻﾄｳ商店とサトウ商店さん", "サトウ商店", "ｻﾄｳ商店とサトウ商店さん"),
        ("のぞみ園の親の会、のぞみ", "のぞみ園の親の会", "のぞみ園の親の会、【氏名】"),
        ("佐藤花子が来た", "佐藤花子", "【氏名】が来た"),  # a person's name is nobody's to know
        ("佐藤さん", "佐藤", "【氏名】さん"),
        ("佐藤商店（045-671-4732）", "佐藤商店", "佐藤商店（【電話】）"),
    ],
)
def test_the_name_of_a_known_organisation_is_never_covered_in_part(text: str, known: str, covered: str) -> None:
    assert mask(text, (), [known]) == covered


def test_the_citizen_s_own_name_is_covered_even_in_a_known_organisation() -> None:
    assert mask("佐藤商店の佐藤です", ["佐藤"], ["佐藤商店"]) == "【氏名】商店の【氏名】です"
    assert mask("みなと会の者です", ["みなと会"], ["みなと会の者"]) == "【氏名】の者です"


@pytest.mark.parametrize("text", ["みなと 会の", "みなと会の", "ミナト会", "ﾐﾅﾄ会"])
def test_the_citizen_s_own_name_is_covered_wherever_it_appears(text: str) -> None:
    own = ["みなと会", "ミナト会", "045-000-0000"]

    assert Kind.NAME in mask(text, own)
    assert holds(text, own)
    assert not holds(mask(text, own), own)


def test_parts_of_a_name_and_any_spelling_of_a_number_are_its_own() -> None:
    own = ["海野 さくら子", "代表 045 000 0000(夜間)"]

    assert mask("海野が代表になり、さくら子も夜間に来る", own) == "【氏名】が代表になり、【氏名】も夜間に来る"
    assert holds("０４５ー０００ー００００", own)
    assert not holds("代表が夜間に来る", own)


@pytest.mark.parametrize(
    ("own", "text"),
    [
        ("高橋", "髙橋が来た"), ("髙橋", "高橋が来た"), ("渡邉", "渡辺が来た"), ("渡辺", "渡邊󠄀が来た"),
        ("吉野さくら", "𠮷野 さくらが来た"), ("葛󠄀西", "葛西が来た"), ("葛西", "葛󠄁西が来た"), ("斎藤", "齋藤が来た"),
        ("神田", "\ufa19田が来た"), ("ガク", "ｶﾞｸが来た"), ("taro@example.jp", "taro@example。jpが来た"),
        ("taro@example。jp", "ＴＡＲＯ＠example.jpが来た"),
    ],
)  # fmt: skip
def test_a_known_name_or_contact_covers_every_way_to_write_it(own: str, text: str) -> None:
    assert holds(text, [own])
    assert mask(text, [own]) in ("【氏名】が来た", "【メール】が来た")


def test_a_name_of_one_sign_is_not_sought_inside_words() -> None:
    assert mask("森を守る森林の会", ["森"]) == "【氏名】を守る森林の会"


groups = st.sampled_from([(2, 4, 4), (3, 3, 4), (4, 2, 4), (5, 1, 4), (3, 4, 4), (10,), (11,)])
between = st.sampled_from(["-", "－", "ー", "‐", " ", "　", ".", "・", "(", "の", ""])


@st.composite
def phones(draw: st.DrawFn) -> str:
    digits = draw(st.sampled_from(["0123456789", "０１２３４５６７８９"]))
    sizes = draw(groups)
    parts = ["".join(draw(st.sampled_from(digits)) for _ in range(size)) for size in sizes]
    return digits[0] + draw(between).join(parts)[1:]


anything = st.text(max_size=40) | st.text(
    st.sampled_from("山田さん様氏03-７番【】電話氏名 \n@a.jp/〒歳の"), max_size=40
)


@given(anything, phones(), anything)
def test_no_digits_of_a_phone_survive(before: str, phone: str, after: str) -> None:
    left = mask(f"{before} {phone}{after}")

    runs = [run for run in re.findall(r"\d+", phone) if len(run) > 2]
    assert not any(run in left for run in runs if run not in before + after)


at = st.sampled_from(["@", "＠", " @ ", "(at)", "（アット）", "[あっとまーく]", "アットマーク", "★", "@\n"])
dot = st.sampled_from([".", "．", "。", "(dot)", "ドット", " [ドット] "])
host = st.sampled_from(["example", "日本", "ｅｘａｍｐｌｅ", "my-town", "まちづくり"])


@given(
    st.text("abcxyz09._+-", min_size=3, max_size=12).filter(lambda local: local[0].isalnum()), at, host, dot, anything
)
def test_no_address_survives_however_it_is_hidden(local: str, sign: str, name: str, point: str, before: str) -> None:
    left = mask(f"{before} {local}{sign}{name}{point}jp")

    assert local not in left or local in before
    assert not left.endswith(f"{name}{point}jp")


ways = sorted({(common, other) for other, common in read(FILE.read_text("utf-8")).items()} | {("辻", "辻")})
beside = st.sampled_from(["", "", "\U000e0100", "\U000e0101", "\ufe00", "\u200b", "\u00ad", "\u2060"])
far = st.characters(min_codepoint=0x20000, max_codepoint=0x2A6D0)


@st.composite
def spelt(draw: st.DrawFn) -> tuple[str, str]:
    """A name in its common kanji, and in some other way to write it."""
    chosen = draw(st.lists(st.sampled_from(ways) | far.map(lambda sign: (sign, sign)), min_size=2, max_size=4))
    signs = [draw(st.sampled_from(way)) + draw(beside) for way in chosen]
    return "".join(common for common, _ in chosen), "".join(signs)


@given(spelt(), st.booleans())
@settings(deadline=None)  # Sudachi is read at the first use
def test_no_sign_of_a_name_survives_however_it_is_written(name: tuple[str, str], swapped: bool) -> None:
    known, written = reversed(name) if swapped else name
    assume(mask(f"、{known}さん") == "、【氏名】さん")  # 仏さん and the like are nobody

    assert mask(f"、{written}、", [known]) == "、【氏名】、"
    assert mask(f"、{written}さん") == "、【氏名】さん"


@given(anything)
def test_what_is_covered_stays_as_it_is(text: str) -> None:
    covered = mask(text, ["山田", "03-7"])

    assert mask(covered, ["山田", "03-7"]) == covered
    assert find(covered, ["山田", "03-7"]) == []


@given(anything, st.lists(st.sampled_from(["山田", "山田町内会", "様氏03-7"])))
def test_what_is_covered_can_be_put_together_again(text: str, own: list[str]) -> None:
    pieces = cover(text, own)

    assert "".join(piece.words for piece in pieces) == text
    assert "".join(map(shown, pieces)) == mask(text, own)


organisations = st.lists(
    st.sampled_from(["みほん技術者OB会", "佐藤商店", "のぞみ園の親の会", "はなこカフェ"]), min_size=1
)


@given(organisations, st.sampled_from(["", "と", "、", "の"]))
@settings(deadline=None)
def test_no_known_name_is_ever_covered_in_part(named: list[str], between: str) -> None:
    text = between.join([*named, ""]) + "佐藤花子さん"

    assert all(name in mask(text, (), named) for name in named)
    assert "花子" not in mask(text, (), named)


@given(st.text(st.characters(exclude_categories=[]), max_size=60), st.lists(st.text(max_size=8), max_size=2))
def test_nothing_people_write_is_too_odd(text: str, own: list[str]) -> None:
    spans = find(text, own)

    assert all(0 <= one.start < one.end <= len(text) for one in spans)
    assert all(first.end <= second.start for first, second in pairwise(spans))
    mask(text, own)
