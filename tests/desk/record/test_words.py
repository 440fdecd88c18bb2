"""Every word that is promised exists, and says what it should."""

import re
from itertools import pairwise
from string import Formatter

import pytest

from bot.desk.record.moves import ACTION_LABEL, STAGE_LABEL, Action
from bot.desk.record.record import EVENT_LABEL, Event
from bot.desk.record.refusals import SENTENCES
from bot.desk.record.telling import ADVANCED, Phrase
from bot.desk.team.staff import ROLE_LABEL
from bot.phrases import phrases
from storage.models import Role, Stage

VALUES = {
    Phrase.REPLY: {"number", "text"},
    Phrase.ASKED: {"number", "text"},
    Phrase.MERGED: {"number", "into"},
    Phrase.HYPOTHESIS: {"version"},
    Phrase.REFERRED: {"number", "door"},
    Phrase.DIALOGUE_INVITED: {"number", "when", "place"},
    Phrase.DIALOGUE_CHANGED: {"number", "when", "place"},
    Phrase.DIALOGUE_UNINVITED: {"number", "when"},
    Phrase.DIALOGUE_CANCELLED: {"number", "when"},
}


@pytest.mark.parametrize("key", Phrase)
def test_every_news_has_its_words_and_asks_only_for_what_is_sent(key: Phrase) -> None:
    fields = {name for _, name, _, _ in Formatter().parse(phrases()[key]) if name}
    assert fields == VALUES.get(key, {"number"})


@pytest.mark.parametrize("key", [key for key in SENTENCES if key not in ("taken_by_you", "sub_is_you")])
def test_every_refusal_says_what_happened_and_what_to_do(key: str) -> None:
    assert len([part for part in re.split("[。？]", SENTENCES[key]) if part]) >= 2
    assert SENTENCES[key].endswith(("。", "です。", "）"))


def test_every_word_of_the_trade_has_a_label() -> None:
    assert set(STAGE_LABEL) == set(Stage)
    assert set(ACTION_LABEL) == set(Action)
    assert set(ROLE_LABEL) == set(Role)
    assert set(EVENT_LABEL) == {*Action, *Event}
    assert len({*EVENT_LABEL.values()}) == len(EVENT_LABEL)


def test_every_stage_one_advances_to_has_its_news() -> None:
    order = [stage for stage in Stage if stage is not Stage.CLOSED]
    assert set(ADVANCED) == {after for before, after in pairwise(order) if before is not Stage.RECEIVED}


def test_no_citizen_reads_more_of_the_staff_than_tantosha() -> None:
    for key in Phrase:
        assert not re.search("コーディネーター|メイン|サブ|Slack", phrases()[key])
