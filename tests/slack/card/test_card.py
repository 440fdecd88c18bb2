"""The card, the notes and the modals keep Slack's limits, whatever people write."""

from dataclasses import replace
from types import ModuleType

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.desk.record.lines import CaseLine, Lines
from bot.desk.record.moves import REQUIRED, Action, allowed
from bot.desk.record.sight import AttachmentLine, CaseView, EvidenceLine, HistoryLine
from bot.desk.record.telling import Note
from bot.desk.talk.enclosures import Chosen
from bot.slack import words
from bot.slack.card import card, details, lists
from bot.slack.drawing import reception
from bot.slack.kit import ballots, modals, notes
from bot.slack.kit.blocks import visible
from bot.slack.listeners import ACTIONS
from knowledge.asking.reasons import Match
from knowledge.language.wards import WARDS, WHOLE_CITY
from knowledge.search import Answer, Hit, Twin
from storage.models import QUESTIONS, Audience, Stage
from tests.slack.any_case import AT, CASES, HITS, HOSTILE, TEXT, a_case, fits, modal_fits

NAMES = st.sampled_from(("by", "main", "reason", "door", "learnings", "text", "to", "number", "summary", "waived"))
SLOWLY = settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])


@SLOWLY
@example(a_case(answers=dict.fromkeys(QUESTIONS, HOSTILE * 200), name=HOSTILE), [])
@given(CASES, HITS)
def test_every_card_is_one_slack_takes(conformance: ModuleType, view: CaseView, hits: list[Hit]) -> None:
    blocks = card.case_card(view, hits)

    fits(conformance, "chat.postMessage", {"channel": "C1", "text": card.fallback(view), "blocks": blocks})
    assert len(blocks) <= 50
    assert len(visible(blocks)) < 10_000
    assert "'type': 'mrkdwn'" not in str(blocks)
    asked = {element["action_id"] for block in blocks if block["type"] == "actions" for element in block["elements"]}
    assert not asked & {ballots.USEFUL, ballots.WRONG}  # to say 役に立った or 違う is one tap away, behind 類似事例


@SLOWLY
@given(st.sampled_from(sorted(words.NOTE)), st.dictionaries(NAMES, TEXT, max_size=6), st.lists(TEXT, max_size=4))
def test_every_note_is_one_slack_takes(
    conformance: ModuleType, say: str, values: dict[str, str], said: list[str]
) -> None:
    text, blocks = notes.fallback(say, "2026-0042"), notes.note(say, {**values, "words": said, "told": True})

    fits(conformance, "chat.postMessage", {"channel": "C1", "text": text, "blocks": blocks})


@SLOWLY
@given(CASES, st.lists(TEXT, max_size=4), st.lists(TEXT, max_size=3))
def test_every_page_of_details_is_one_slack_takes(
    conformance: ModuleType, view: CaseView, said: list[str], files: list[str]
) -> None:
    before, after, joined = {"stage": "received"}, {"stage": "hearing"}, "".join(said)
    line = HistoryLine(AT, "citizen", "citizen_wrote", before, after, tuple(said), Audience.CITIZEN)
    view = replace(
        view,
        history=(line,) * 3,
        evidence=(EvidenceLine(Stage.HEARING, "briefing", joined, joined, "U1", AT),),
        attachments=tuple(AttachmentLine(i, "image", name, "", 9, name) for i, name in enumerate(files)),
    )
    for page in (1, 2):
        modal_fits(conformance, details.details(view, page))


@SLOWLY
@given(CASES, TEXT, HITS)
def test_every_modal_is_one_slack_takes(conformance: ModuleType, view: CaseView, text: str, hits: list[Hit]) -> None:
    text, number = text[:3000], view.number
    drawn = [
        modals.notice(words.BUG), modals.reply(number), modals.reply(number, "U1"), modals.preview(number, text or "x"),
        modals.preview(number, text or "x", text), modals.staff(number),
        modals.preview(number, text or "x", None, [Chosen(f"F{n}", text) for n in range(3)]),
        modals.hand_over(number), reception.refer(view), modals.close(view), modals.release(number),
        modals.found(hits, number), modals.intake((WHOLE_CITY, *WARDS)),
    ]  # fmt: skip
    if Action.ADVANCE in allowed(view.stage):
        known = [EvidenceLine(view.stage, need.key, text, None, "U1", AT) for need in REQUIRED[view.stage]]
        drawn.append(modals.advance(replace(view, evidence=tuple(known), lacking=REQUIRED[view.stage])))
    for modal in drawn:
        modal_fits(conformance, modal)


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("team", [(None, None), ("U1", None), ("U1", "U2")])
def test_every_button_of_every_stage_has_a_listener_and_the_number(
    stage: Stage, team: tuple[str | None, str | None]
) -> None:
    view = a_case(stage=stage, main=team[0], sub=team[1])
    shown = [button for row in card.buttons(view) for button in row["elements"]]

    assert all(button["action_id"] in ACTIONS and button["value"] == view.number for button in shown)
    assert {button["action_id"]: button["text"]["text"] for button in shown}.items() <= words.BUTTON.items()
    assert {"case.similar", "case.details"} <= {button["action_id"] for button in shown}


@pytest.mark.parametrize(
    ("view", "there", "gone"),
    [
        (a_case(stage=Stage.RECEIVED, main=None), {"case.claim", "case.refer"}, {"case.join", "case.advance"}),
        (a_case(), {"case.join", "case.staff", "case.advance", "case.reply", "case.handover"}, {"case.claim"}),
        (a_case(sub="U2"), {"case.advance"}, {"case.join"}),
        (a_case(main=None), {"case.claim"}, {"case.join", "case.release"}),
        (a_case(stage=Stage.FOLLOW_UP), {"case.close"}, {"case.advance", "case.refer"}),
        (a_case(stage=Stage.CLOSED), {"case.reply"}, {"case.close", "case.claim", "case.join"}),
    ],
)  # fmt: skip
def test_a_stage_shows_what_can_be_done_in_it(view: CaseView, there: set[str], gone: set[str]) -> None:
    shown = {button["action_id"] for row in card.buttons(view) for button in row["elements"]}

    assert there <= shown
    assert not gone & shown


def test_a_card_says_who_where_what_and_by_when() -> None:
    shown = visible(card.case_card(a_case(), []))

    there = ("②ヒアリング　2026-0042", "鶴見区", "福祉", "団体　山田花子", "LINE", "6月15日(月)", "1.相談・提案の概要")
    for text in (*there, words.NONE):
        assert text in shown
    assert "045-000-0000" not in shown


def twins(count: int) -> list[Twin]:
    return [Twin(f"2026-{n:04}", "hearing", n % 2 == 0, 0.9) for n in range(count)]


@SLOWLY
@given(CASES, HITS, st.lists(st.builds(Twin, TEXT, TEXT, st.booleans(), st.just(1.0)), max_size=8))
def test_every_card_with_twins_is_one_slack_takes(
    conformance: ModuleType, view: CaseView, hits: list[Hit], found: list[Twin]
) -> None:
    blocks = card.case_card(view, hits, found)

    fits(conformance, "chat.postMessage", {"channel": "C1", "text": card.fallback(view), "blocks": blocks})
    assert len(blocks) <= 50


def test_a_card_names_its_twins_by_number_stage_and_who() -> None:
    shown = visible(card.case_card(a_case(), [], twins(2)))

    assert "2026-0000（同じ方から・②ヒアリング）、2026-0001（ほぼ同じ内容・②ヒアリング）" in shown


def test_a_card_without_twins_says_nothing_of_them_and_with_many_names_the_first() -> None:
    head = words.card.TWINS.format(twins="")

    assert head not in visible(card.case_card(a_case(), []))
    assert "2026-0002" in visible(card.case_card(a_case(), [], twins(9)))
    assert "2026-0003" not in visible(card.case_card(a_case(), [], twins(9)))


A_CASE = Hit("c1", "case", "花壇の会", "緑区", "", "高", 0.9, [Match("花壇", "花壇", "同じ語", "件名")])
A_GROUP = replace(A_CASE, id="o1", kind="organisation", title="花壇を守る会")
FAR = replace(A_CASE, id="c2", title="遠い例", band="低", why=[])
NOTHING, NEAR, ELSEWHERE = Answer([]), Answer([], "", [FAR]), Answer([], "", [A_GROUP], is_elsewhere=True)
COMES_NEAREST, WITHOUT_FILTER = words.hits.NEAREST[False], words.hits.NEAREST[True]


@pytest.mark.parametrize(
    ("answers", "there", "gone"),
    [
        ([Answer([A_CASE]), Answer([A_GROUP])], ["花壇の会", "花壇を守る会"], [words.hits.NO_HITS, "もしかして"]),
        ([Answer([A_CASE], "花壇"), NOTHING], ["もしかして：花壇", "花壇の会"], [words.hits.NO_HITS, COMES_NEAREST]),
        ([Answer([A_CASE]), Answer([A_GROUP], "花団")], ["花壇の会", "花壇を守る会"], ["もしかして"]),
        ([Answer([A_CASE]), NEAR], ["花壇の会"], [COMES_NEAREST, "遠い例"]),
        ([NOTHING, Answer([], "花壇")], [words.hits.NO_HITS, "もしかして：花壇"], [COMES_NEAREST, WITHOUT_FILTER]),
        ([NEAR, NOTHING], [words.hits.NO_HITS, COMES_NEAREST, "遠い例"], ["もしかして", WITHOUT_FILTER]),
        ([NEAR, ELSEWHERE], [WITHOUT_FILTER, "花壇を守る会"], [words.hits.NO_HITS, COMES_NEAREST, "遠い例"]),
        (
            [NOTHING, NOTHING],
            [words.hits.NO_HITS],
            ["もしかして", COMES_NEAREST, WITHOUT_FILTER, words.hits.NO_SIMILAR],
        ),
    ],
)
def test_what_was_found_or_meant_or_comes_nearest_is_shown(
    conformance: ModuleType, answers: list[Answer], there: list[str], gone: list[str]
) -> None:
    blocks = lists.results("花壇", answers)

    fits(conformance, "chat.postMessage", {"channel": "C1", "text": "x", "blocks": blocks})
    shown = visible(blocks)
    assert [one for one in there if one not in shown] == []
    assert [one for one in gone if one in shown] == []


@SLOWLY
@given(TEXT, st.lists(st.builds(Answer, HITS, TEXT, HITS, st.booleans()), max_size=2))
def test_every_list_of_results_is_one_slack_takes(conformance: ModuleType, typed: str, answers: list[Answer]) -> None:
    blocks = lists.results(typed, answers)

    fits(conformance, "chat.postMessage", {"channel": "C1", "text": "x", "blocks": blocks})


def test_a_short_answer_is_whole_and_a_long_one_says_where_the_rest_is() -> None:
    short, long = "あ" * 400, "あ" * 401
    answers = dict.fromkeys(QUESTIONS, "") | {"overview": short, "history": long}
    shown = visible(card.case_card(a_case(answers=answers), []))

    assert short in shown
    assert long not in shown
    assert shown.count(words.CUT) == 1
    assert shown.count(words.card.NO_ANSWER) == 3


@SLOWLY
@given(CASES)
def test_what_everybody_is_notified_of_holds_nobodys_words(view: CaseView) -> None:
    view = replace(view, ward="鶴見区", name="山田花子", contact="045-000-0000")

    assert card.fallback(view) == f"2026-0042 {words.STAGE[view.stage]} 鶴見区"


OTHERS = ("dead_letter", "human_wanted", "human_wanted_draft", "erased", "unsent")


@pytest.mark.parametrize("note", [*Note, *OTHERS])
def test_every_note_of_the_desk_has_words(note: str) -> None:
    assert words.NOTE[note]
    assert words.NOTE_ABOUT[note]


def test_a_note_leaves_out_the_lines_it_has_no_values_for() -> None:
    values = {"by": "U0TANAKA", "stage": "direction", "waived": [], "reason": "", "told": False}

    shown = visible(notes.note("advanced", values))

    assert "③方向性" in shown
    assert "省略" not in shown
    assert "理由" not in shown
    assert words.notes.NOTE_SAYS["told", False] in shown


def test_a_reason_that_looks_like_a_slack_id_is_no_mention() -> None:
    assert "user_id" not in str(notes.note("closed", {"reason": "UNICEF", "by": "system"}))


def test_a_list_of_many_cases_stays_short_and_says_so(conformance: ModuleType) -> None:
    line = CaseLine("2026-0042", Stage.HEARING, "鶴見区", "福祉", None, None, None, AT, AT, AT)

    blocks = lists.cases("stalled", Lines((line,) * lists.SHOWN, 50), AT)

    fits(conformance, "chat.postMessage", {"channel": "C1", "text": "x", "blocks": blocks})
    assert words.home.LIST_PART.format(total=50, first=1, last=lists.SHOWN) in visible(blocks)
