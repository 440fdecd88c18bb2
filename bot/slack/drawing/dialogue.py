"""④ the place for dialogue: its line of the card, its form, its minutes, and an invitation to one person. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence

from bot.desk.consultation.realisation.dialogue import form_mark
from bot.desk.consultation.realisation.invitations import CITIZEN, party, party_id, staff_of, stamp_of
from bot.desk.consultation.realisation.minutes import TEMPLATE
from bot.desk.record.marks import mark
from bot.desk.record.sight import CaseView
from bot.desk.record.telling import AGREED, Reach
from bot.slack import words
from bot.slack.drawing.realisation import STAGES
from bot.slack.kit import modals
from bot.slack.kit.blocks import (
    Block,
    actions,
    asks,
    button,
    checkboxes,
    choices,
    context,
    cut,
    datetime_picker,
    divider,
    fields,
    option,
    people_select,
    plain,
    rich,
    section,
    select,
    text_input,
    word,
)
from bot.slack.kit.notes import who
from bot.when import clock
from knowledge.language.blanks import trimmed
from storage.models import Answer, Invitation, Meeting, MeetingKind, MeetingState, StakeholderState

YES = "yes"
ANSWERED = "answer."  # before the id of somebody who answers through a coordinator
BUTTONS = {Answer.YES: "dialogue.yes", Answer.NO: "dialogue.no", Answer.MAYBE: "dialogue.maybe"}
ANSWERS_ASKED = 20  # fields for parties that answer through a coordinator
PLACE, AGENDA, LONG = 40, 1000, 300
_ASKABLE = (StakeholderState.WILLING, StakeholderState.ASKED)
_W = words.dialogue


def on_card(view: CaseView) -> list[Block]:
    """Return when and where they talk, and how many come; nothing outside ④ and ⑤."""
    if view.stage not in STAGES:
        return []
    if (meeting := current(view)) is not None:
        place = cut(meeting.place, PLACE)
        pairs = [(_W.CARD, f"{_when(meeting)}　{place}"), (_W.ANSWERS, counted(view.work.invited(meeting)))]
    elif (held := last_held(view)) is not None:
        pairs = [(_W.CARD, _W.HELD.format(when=_when(held)))]
    else:
        return []
    return [fields([(label, word(text)) for label, text in pairs if text])]


def current(view: CaseView) -> Meeting | None:
    """Return the dialogue that is set and hasn't been held."""
    return _newest(view, MeetingState.FIXED)


def last_held(view: CaseView) -> Meeting | None:
    """Return the dialogue that was held last."""
    return _newest(view, MeetingState.HELD)


def counted(asked: Iterable[Invitation]) -> str:
    """Return the count of each answer: 参加2　不参加1　返事待ち3."""
    found = Counter(one.answer for one in asked)
    kinds = [*_W.ANSWER.items(), (None, _W.WAITING)]
    return "　".join(_W.COUNT.format(word=label, count=found[key]) for key, label in kinds if found[key])


def form(view: CaseView) -> Block:
    """対話の場: when, where, about what, with whom, and the answers of people who are asked by phone."""
    meeting = current(view)
    asked = view.work.invited(meeting) if meeting else ()
    place, detail = _place(meeting.place if meeting else "")
    starts = datetime_picker(int(meeting.starts_at.timestamp()) if meeting and meeting.starts_at else 0)
    hint = _W.CHANGE_HINT if meeting else _W.STARTS_HINT
    blocks = [
        *_now(view, meeting, asked),
        asks("starts", _W.STARTS_LABEL, starts, hint=hint),
        asks("place", _W.PLACE_LABEL, _selected(_places(), place)),
        asks("detail", _W.DETAIL_LABEL, text_input(initial=detail, most=LONG), optional=True),
        asks("agenda", _W.AGENDA_LABEL,
             text_input(lines=True, initial=meeting.agenda if meeting else "", most=AGENDA), hint=_W.AGENDA_HINT),
        *_people(view, meeting, asked),
        *_answers(view, asked),
    ]  # fmt: skip
    return modals.form(
        "case.dialogue", "dialogue", blocks, words.SAVE, case=view.number, seen=form_mark(meeting, asked)
    )


def minutes(view: CaseView, meeting: Meeting) -> Block:
    """議事録: the template or what was written, and whether the homework becomes tasks."""
    text = text_input(lines=True, initial=meeting.minutes or TEMPLATE)
    tick = checkboxes([option(_W.TO_PLAN, YES)], [] if meeting.minutes else [YES])
    blocks = [
        context(trimmed(f"{_when(meeting)}　{cut(meeting.place, LONG)}") or words.NONE),
        asks("minutes", _W.MINUTES_LABEL, text, hint=_W.MINUTES_HINT),
        asks("to_plan", _W.TO_PLAN_LABEL, tick, optional=True),
    ]
    return modals.form(
        "dialogue.minutes",
        "minutes",
        blocks,
        words.realisation.SAVE,
        case=view.number,
        id=meeting.id,
        seen=mark(meeting),
    )


def place_given(chosen: str, detail: str) -> str:
    """Return the place as people read it, from the choice and the field beside it."""
    detail = detail.strip()
    if chosen == _W.ELSEWHERE:
        return detail
    return _W.DETAIL.format(place=chosen, detail=detail) if detail else chosen


def invitation(say: str, number: str, meeting: Meeting, answer: str | None) -> list[Block]:
    """Return what one person is asked, with a tick on what they answered; without buttons once it is over."""
    if meeting.state != MeetingState.FIXED:
        return [section(_W.OVER.format(number=number))]
    told = ((_W.WHEN, _when(meeting)), (_W.PLACE, cut(meeting.place, LONG)), (_W.AGENDA, cut(meeting.agenda, AGENDA)))
    value = f"{number}:{meeting.id}:{stamp_of(meeting)}"
    row = [button(_ticked(kind, answer), action_id, value) for kind, action_id in BUTTONS.items()]
    lead = section(_W.LEAD[say].format(number=number))
    return [lead, fields([(label, word(text)) for label, text in told if text]), actions(*row)]


def _ticked(kind: Answer, answer: str | None) -> str:
    label = words.BUTTON[BUTTONS[kind]]
    return _W.CHOSEN.format(word=label) if answer == kind else label


def _now(view: CaseView, meeting: Meeting | None, asked: Sequence[Invitation]) -> list[Block]:
    """What stands: the coming dialogue with its answers and buttons, and the last one that was held."""
    held, blocks = last_held(view), list[Block]()
    if held is not None:
        line = _W.LAST_HELD.format(when=_when(held), place=cut(held.place, LONG))
        blocks.append(section(line, _button("dialogue.minutes", view.number, held)))
    if meeting is None:
        return [*blocks, context(_W.NOT_SET)]
    sure = {
        "title": plain(words.BUTTON["dialogue.cancel"], 100),
        "text": plain(_W.CANCEL_SURE.format(when=_when(meeting)), 300),
        "confirm": plain(_W.CANCEL_YES, 30),
        "deny": plain(_W.CANCEL_NO, 30),
    }
    cancel = _button("dialogue.cancel", view.number, meeting) | {"style": "danger", "confirm": sure}
    return [
        *blocks,
        *_answered(view, asked),
        actions(_button("dialogue.minutes", view.number, meeting), cancel),
        divider(),
    ]


def _answered(view: CaseView, asked: Sequence[Invitation]) -> list[Block]:
    runs: list[Block] = []
    for key, label in [*_W.ANSWER.items(), (None, _W.WAITING)]:
        if some := [one for one in asked if one.answer == key]:
            runs += [word(f"{chr(10) if runs else ''}{label}　", bold=True)]
            runs += [run for one in some[:ANSWERS_ASKED] for run in (_who(view, one), word("　"))]
    return [rich(*runs)] if runs else []


def _who(view: CaseView, one: Invitation) -> Block:
    found = party_id(one.who)
    if found is None:
        return who(one.who)
    return word(cut(next((p.name for p in view.work.stakeholders if p.id == found), ""), PLACE) or words.NONE)


def _people(view: CaseView, meeting: Meeting | None, asked: Sequence[Invitation]) -> list[Block]:
    whom = [one.who for one in asked]
    staff = staff_of(whom) if meeting else [one for one in (view.main, view.sub, view.city_staff) if one]
    reached = view.reach in AGREED
    tick = checkboxes([option(_W.CITIZEN_TOO[reached], YES)], [YES] if not meeting or CITIZEN in whom else [])
    blocks = [asks("staff", _W.STAFF_LABEL, people_select(words.CHOOSE, staff), optional=True)]
    known = [p for p in view.work.stakeholders if p.name and (p.state in _ASKABLE or party(p.id) in whom)]
    options = [option(p.name, str(p.id)) for p in known]
    chosen = [one for one in options if party(int(one["value"])) in whom]
    if options:
        many = choices(options, words.CHOOSE) | ({"initial_options": chosen} if chosen else {})
        blocks.append(asks("parties", _W.PARTIES_LABEL, many, optional=True))
    return [*blocks, asks("citizen", _W.CITIZEN_LABEL, tick, optional=True)]


def _answers(view: CaseView, asked: Sequence[Invitation]) -> list[Block]:
    """A field for each of those who can't press a button: parties, and a citizen without LINE."""
    names = {party(p.id): p.name for p in view.work.stakeholders}
    if view.reach is Reach.NONE:
        names[CITIZEN] = words.notes.CITIZEN
    options = [option(label, kind) for kind, label in _W.ANSWER.items()]
    return [
        asks(ANSWERED + one.who, _W.ANSWER_OF.format(name=cut(names[one.who], LONG)),
             _selected(options, one.answer or ""), optional=True)
        for one in [one for one in asked if one.who in names][:ANSWERS_ASKED]
    ]  # fmt: skip


def _places() -> list[Block]:
    return [option(place, place) for place in (*_W.PLACES, _W.ELSEWHERE)]


def _place(text: str) -> tuple[str, str]:
    """Read a place back into the choice and the field beside it."""
    if not text:
        return "", ""
    for place in _W.PLACES:
        if text == place:
            return place, ""
        head, tail = _W.DETAIL.format(place=place, detail="\n").split("\n")
        if text.startswith(head) and text.endswith(tail):
            return place, text[len(head) : len(text) - len(tail)]
    return _W.ELSEWHERE, text


def _selected(options: Sequence[Block], chosen: str) -> Block:
    picked = [one for one in options if one["value"] == chosen]
    return select(options, words.CHOOSE) | ({"initial_option": picked[0]} if picked else {})


def _newest(view: CaseView, state: MeetingState) -> Meeting | None:
    found = [one for one in view.work.meetings if one.kind == MeetingKind.DIALOGUE and one.state == state]
    return found[-1] if found else None


def _button(action_id: str, number: str, meeting: Meeting) -> Block:
    return button(words.BUTTON[action_id], action_id, f"{number}:{meeting.id}")


def _when(meeting: Meeting) -> str:
    return clock(meeting.starts_at) if meeting.starts_at else ""
