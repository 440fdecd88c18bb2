import pytest

from bot.desk.consultation.intake.short_answers import NOTHING, normal, party_of
from storage.models import PartyKind


@pytest.mark.parametrize(
    ("typed", "party"),
    [
        ("個人", PartyKind.PERSON),
        ("個人です。", PartyKind.PERSON),
        ("ＮＰＯ", PartyKind.GROUP),
        ("町内会の役員です", PartyKind.GROUP),
        ("会社", PartyKind.COMPANY),
        ("市民団体", PartyKind.GROUP),
        ("会社員", PartyKind.PERSON),
        ("大学生です", PartyKind.PERSON),
        ("行政書士", None),
        ("私立高校", PartyKind.GROUP),
        ("私たちのグループ", PartyKind.GROUP),
        ("商店街", PartyKind.GROUP),
        ("区役所の職員", PartyKind.GOVERNMENT),
        ("うーん", None),
        ("", None),
    ],
)
def test_who_is_asking_is_understood(typed: str, party: PartyKind | None) -> None:
    assert party_of(typed) == party


@pytest.mark.parametrize("typed", ["なし", "特になし。", "ありません", " なし ", "なしです"])
def test_nothing_is_understood(typed: str) -> None:
    assert normal(typed) in NOTHING
