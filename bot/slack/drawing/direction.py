"""③ what the card says of the assessments, and the modals to write them: one's own, and the joint one. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from bot.desk.consultation.direction import assessments
from bot.desk.consultation.direction.assessments import CRITERIA, JOINT, LABEL, LEVEL, Judgement
from bot.desk.record.sight import CaseView
from bot.slack import words
from bot.slack.drawing import hypotheses
from bot.slack.kit import modals
from bot.slack.kit.blocks import (
    Block,
    actions,
    asks,
    button,
    context,
    cut,
    option,
    person,
    radio,
    rich,
    text_input,
    word,
)
from storage.models import Assessment, Stage

MOST = 1_000  # characters of a reason, and of what it rests on
SHOWN, MEMBERS = 400, 12  # characters of each in the joint modal; members for each criterion
ENTRIES = "alternatives"


def on_card(view: CaseView) -> list[Block]:
    """Return how far ③ is: who has assessed, what all conclude, and the citizen's word on the newest version."""
    if view.stage is Stage.DIRECTION:
        return [rich(word("　".join(_progress(view)))), *hypotheses.on_card(view)]
    return hypotheses.on_card(view) if view.stage is Stage.REALISATION else []


def own(view: CaseView, by: str) -> Block:
    """自分の見立て: the three criteria, with what this person wrote before."""
    mine = assessments.of(view.work.assessments, by)
    switch = actions(button(words.BUTTON["assess.joint"], "assess.joint", view.number))
    fields = [field for key in CRITERIA for field in _fields(key, mine.get(key))]
    return modals.form(
        "case.assess", "assess", [context(words.direction.OWN_INTRO), switch, *fields], words.SAVE, case=view.number
    )


def joint(view: CaseView) -> Block:
    """合同の結論: everybody's levels and reasons side by side, and a conclusion on each criterion."""
    rows = view.work.assessments
    concluded = assessments.of(rows, JOINT)
    blocks = [context(words.direction.JOINT_INTRO), _waiting(view)]
    for key in CRITERIA:
        blocks += [*_side_by_side(key, rows), *_fields(key, concluded.get(key), f"{JOINT}.")]
    return modals.form(
        "case.assess.joint",
        "joint",
        blocks,
        words.direction.CONCLUDE,
        case=view.number,
        seen=assessments.joint_mark(rows),
    )


def judged(given: Mapping[str, str], prefix: str = "") -> dict[str, Judgement]:
    """Return what was chosen and written in one of the two, without the criteria that were left empty."""
    found = {
        key: Judgement(
            int(given.get(f"{prefix}{key}.level") or 0),
            given.get(f"{prefix}{key}.reason", ""),
            given.get(f"{prefix}{key}.grounds", ""),
        )
        for key in CRITERIA
    }
    return {key: one for key, one in found.items() if one != Judgement(0, "", "")}


def _fields(key: str, known: Assessment | None, prefix: str = "") -> Iterator[Block]:
    levels = [option(text, str(level)) for level, text in LEVEL[key].items()]
    w, label, entries = words.direction, LABEL[key], key == ENTRIES
    reason, grounds = (known.reason, known.grounds) if known else ("", "")
    yield asks(
        f"{prefix}{key}.level",
        w.LEVEL.format(label=label),
        radio(levels, str(known.level) if known else ""),
        optional=True,
    )
    yield asks(
        f"{prefix}{key}.reason",
        w.REASON.format(label=label),
        text_input(lines=True, initial=reason, most=MOST),
        optional=True,
    )
    yield asks(
        f"{prefix}{key}.grounds",
        w.ALTERNATIVES if entries else w.GROUNDS.format(label=label),
        text_input(lines=True, initial=grounds, most=MOST),
        optional=True,
        hint=w.ALTERNATIVES_HINT if entries else "",
    )


def _side_by_side(key: str, rows: Sequence[Assessment]) -> Iterator[Block]:
    theirs = [row for row in rows if row.criterion == key and row.by != JOINT]
    runs = [word(LABEL[key], bold=True)]
    for row in theirs[:MEMBERS]:
        said = "\n".join(cut(text, SHOWN, words.CUT) for text in (row.reason, row.grounds) if text)
        runs += [word("\n"), person(row.by), word(f"　{LEVEL[key].get(row.level, row.level)}", bold=True)]
        runs += [word(f"\n{said}")] if said else []
    yield rich(*runs, *([] if theirs else [word(f"\n{words.direction.NOBODY}")]))
    if (more := len(theirs) - MEMBERS) > 0:
        yield context(words.direction.MORE.format(count=more))


def _waiting(view: CaseView) -> Block:
    waiting = assessments.waiting_for(view.work.assessments, _team(view))
    if not waiting:
        return context(words.direction.EVERYBODY)
    runs = [word(words.direction.WAITING)]
    for member, left in waiting.items():
        some = words.direction.WAITING_FOR.format(labels="・".join(LABEL[key] for key in left))
        runs += [word("\n"), person(member), *([word(some)] if len(left) < len(CRITERIA) else [])]
    return rich(*runs)


def _progress(view: CaseView) -> Iterator[str]:
    rows, team, w = view.work.assessments, _team(view), words.direction
    done = len(team) - len(assessments.waiting_for(rows, team))
    yield w.CARD_ASSESSED.format(done=done, all=len(team))
    concluded = assessments.of(rows, JOINT)
    for key in CRITERIA:
        if key in concluded:
            yield w.CARD_JOINT.format(label=LABEL[key], level=LEVEL[key].get(concluded[key].level, ""))
    if left := [LABEL[key] for key in CRITERIA if key not in concluded]:
        yield w.CARD_JOINT_LEFT.format(labels="・".join(left))


def _team(view: CaseView) -> list[str]:
    return [member for member in (view.main, view.sub, view.city_staff) if member]
