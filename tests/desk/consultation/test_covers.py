"""伏せたもの: what a draft covers is shown with its words, and each of them can stand in the text again."""

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.desk.consultation.publishing.covers import covers, still_in, uncovered
from bot.desk.consultation.redaction import holds, mask

OWN = ["海野 さくら子", "045-000-0000"]
TEXT = "海野です。佐藤さんと、鈴木さん、佐藤さんの三人で始めた。\n電話は045-111-2222、または045-000-0000。"


def test_each_covered_word_is_named_once_but_never_the_citizen_s_own() -> None:
    found = covers([TEXT], OWN, [])

    assert [(one.words, one.kind.value) for one in found] == [
        ("佐藤", "氏名"),
        ("鈴木", "氏名"),
        ("045-111-2222", "電話"),
    ]


def test_one_after_the_other_is_taken_off_in_all_its_places() -> None:
    every, text = covers([TEXT], OWN, []), mask(TEXT, OWN)

    text = uncovered(text, [every[0]], every)
    assert "佐藤さんと、【氏名】さん、佐藤さんの三人" in text
    assert [one.words for one in still_in(text, every)] == ["鈴木", "045-111-2222"]
    text = uncovered(text, every[1:], every)
    assert text == "【氏名】です。佐藤さんと、鈴木さん、佐藤さんの三人で始めた。\n電話は045-111-2222、または【電話】。"


def test_a_place_is_known_in_a_text_that_was_edited_elsewhere_and_no_other_word_is_put_there() -> None:
    every = covers(["代表は佐藤さん。", "会計は鈴木さん。", "田中さん。", "山田さん。"], (), [])
    edited = "はじめに。代表は【氏名】さん。会計は書きかえた【氏名】さん。【氏名】さん。"

    assert uncovered(edited, every, every) == "はじめに。代表は佐藤さん。会計は書きかえた【氏名】さん。【氏名】さん。"


words = st.sampled_from(
    ["佐藤さん", "鈴木花子", "海野", "045-111-2222", "みほん技術者OB会", "と", "、", "。", "\n", "が来た"]
)


@given(st.lists(words, max_size=12).map("".join), st.sets(st.integers(0, 5)))
@settings(deadline=None)  # Sudachi is read at the first use
def test_taking_covers_off_puts_back_what_was_written_and_nothing_else(text: str, chosen: set[int]) -> None:
    every, masked = covers([text], OWN, ["みほん技術者OB会"]), mask(text, OWN, ["みほん技術者OB会"])
    kept = [one for at, one in enumerate(every) if at in chosen]

    again = uncovered(masked, kept, every)

    assert not holds(again, OWN)
    assert uncovered(masked, [], every) == masked
    assert all(
        one.words not in again for one in every if one not in kept and all(one.words not in k.words for k in kept)
    )
