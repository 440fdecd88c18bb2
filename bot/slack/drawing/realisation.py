"""④ the parties: their states on the card, the list, and one of them. Pure."""

from collections.abc import Iterable, Sequence

from bot.desk.consultation.realisation.plan import due, state_of
from bot.desk.record.marks import mark
from bot.desk.record.sight import CaseView
from bot.slack import words
from bot.slack.kit import modals
from bot.slack.kit.blocks import (
    Block,
    asks,
    button,
    choices,
    context,
    cut,
    divider,
    fields,
    option,
    radio,
    rich,
    section,
    select,
    text_input,
    titled,
    word,
)
from storage.models import PlanTask, Stage, Stakeholder, StakeholderState

STAGES = (Stage.REALISATION, Stage.FOLLOW_UP)
LINES = 60  # of a list: with the fields below it a modal stays within 100 blocks
NAME, ROLE, TITLE, CHIPS = 16, 10, 24, 5  # characters, and parties, on the card
LONG = 200
_ORDER = (
    StakeholderState.WILLING,
    StakeholderState.ASKED,
    StakeholderState.CANDIDATE,
    StakeholderState.DECLINED,
)
_W = words.realisation


def on_card(view: CaseView) -> list[Block]:
    """Return who takes part, who carries it out, and how the plan goes; nothing outside ④ and ⑤."""
    if view.stage not in STAGES:
        return []
    pairs = [
        (_W.PARTIES, chips(view.work.stakeholders)),
        (_W.BODY, cut(body(view), 60)),
        (_W.PLAN, progress(view.work.tasks)),
    ]
    return [fields([(label, word(text or words.NONE)) for label, text in pairs])]


def chips(parties: Sequence[Stakeholder]) -> str:
    """Return ○○会（承諾・会場）／△△（打診中）, those who agreed first; the rest is counted."""
    known = sorted((one for one in parties if one.name), key=lambda one: _ORDER.index(StakeholderState(one.state)))
    shown = [_chip(one) for one in known[:CHIPS]]
    more = [_W.MORE.format(count=len(known) - CHIPS)] if len(known) > CHIPS else []
    return _W.CHIPS.join([*shown, *more])


def progress(tasks: Iterable[PlanTask]) -> str:
    """Return how much of the plan is done, and what is due next."""
    kept = [task for task in tasks if state_of(task) != "dropped"]
    left = sorted((task for task in kept if state_of(task) == "open"), key=lambda task: (task.due_on, task.id or 0))
    if not kept:
        return ""
    done = _W.PROGRESS.format(done=len(kept) - len(left), total=len(kept))
    coming = [_W.NEXT_DUE.format(due=due(left[0]), title=cut(left[0].title, TITLE))] if left else []
    return "　".join([done, *coming])


def body(view: CaseView) -> str:
    """Return who carries it out, as it was decided."""
    return next((line.text for line in view.evidence if line.key == "body"), "")


def parties(view: CaseView, organisations: Sequence[Block] = ()) -> Block:
    """関係する主体: where each stands, fields to add one, and who carries it out.

    `organisations` are options of the library. The fields' names carry the version of the case: what was typed for
    an earlier list doesn't stay in the next.
    """
    found = view.work.stakeholders
    rows = [_line(view.number, one) for one in found[:LINES]]
    more = [context(_W.MORE_LINES.format(count=len(found) - LINES))] if len(found) > LINES else []
    blocks = [*(rows or [context(_W.NO_PARTIES)]), *more, context(_W.HOW_PARTIES), divider()]
    blocks += [*_adding(view, organisations), *_body(view)]
    return modals.form("case.stakeholders", "parties", blocks, _W.SAVE, case=view.number)


def party(view: CaseView, one: Stakeholder) -> Block:
    """One party: its state, role, contact and a remark."""
    states = [option(label, state) for state, label in _W.STATE.items()]
    blocks = [
        titled(cut(one.name, LONG) or words.NONE, _W.HOW_PARTIES),
        asks("state", _W.STATE_LABEL, radio(states, one.state)),
        asks("role", _W.ROLE_LABEL, text_input(initial=one.role, most=100), optional=True, hint=_W.ROLE_HINT),
        asks("contact", _W.CONTACT_LABEL, text_input(initial=one.contact, most=300), optional=True,
             hint=_W.CONTACT_HINT),
        asks("remark", _W.REMARK_LABEL, text_input(lines=True, initial=one.note, most=1000), optional=True),
    ]  # fmt: skip
    return modals.form("party.edit", "party", blocks, _W.SAVE, case=view.number, id=one.id, seen=mark(one))


def fresh(key: str, view: CaseView) -> str:
    """Return a field's name for this version of the case, so that Slack doesn't fill in what was typed before."""
    return f"{key}~{view.version}"


def given(view: Block) -> dict[str, str]:
    """Return what was filled in, by the fields' plain names."""
    return {key.partition("~")[0]: value for key, value in modals.given(view).items()}


def organisations_of(view: Block) -> list[Block]:
    """Return the organisations that a list sent by Slack offers."""
    shown = modals.again(view)["blocks"]
    found = (block for block in shown if str(block.get("block_id", "")).startswith("organisation~"))
    return next((list(block["element"]["options"]) for block in found), [])


def left_over(stage: str, parties: Sequence[Stakeholder]) -> list[Block]:
    """Return the note that names the parties to be told that others carry it out."""
    if not parties:
        return [context(_W.NOBODY_LEFT)]
    lines = "\n".join(_left(one) for one in parties[:LINES])
    return [rich(word(_W.TELL_THEM.format(stage=stage))), rich(word(cut(lines, 2900)))]


def _left(one: Stakeholder) -> str:
    contact = f"　{_W.AT_CONTACT.format(text=cut(one.contact, 60))}" if one.contact else ""
    return f"・{cut(one.name, 60)}（{_W.CHIP[one.state]}）{contact}"


def _chip(one: Stakeholder) -> str:
    role = f"・{cut(one.role, ROLE)}" if one.role and one.state == StakeholderState.WILLING else ""
    return f"{cut(one.name, NAME)}（{_W.CHIP[one.state]}{role}）"


def _line(number: str, one: Stakeholder) -> Block:
    told = ((_W.AS_ROLE, one.role), (_W.AT_CONTACT, one.contact), (_W.REMARK, one.note))
    more = "　".join(line.format(text=cut(text, LONG)) for line, text in told if text)
    text = f"{cut(one.name, 60) or words.NONE}　【{_W.STATE[one.state]}】" + (f"\n{more}" if more else "")
    return section(text, button(words.BUTTON["party.edit"], "party.edit", f"{number}:{one.id}"))


def _adding(view: CaseView, organisations: Sequence[Block]) -> list[Block]:
    name = asks(fresh("name", view), _W.ADD_NAME, text_input(most=100), optional=True)
    if not organisations:
        return [name]
    chosen = select(organisations, words.CHOOSE)
    return [asks(fresh("organisation", view), _W.ADD_ORGANISATION, chosen, optional=True), name]


def _body(view: CaseView) -> list[Block]:
    willing = [one for one in view.work.stakeholders if one.state == StakeholderState.WILLING and one.name]
    now = fields([(_W.BODY_NOW, word(cut(body(view), LONG) or words.NONE))])
    options = [option(one.name, str(one.id)) for one in willing]
    chosen = asks(fresh("body", view), _W.CHOOSE_BODY, choices(options, words.CHOOSE), optional=True, hint=_W.BODY_HINT)
    written = asks(fresh("written", view), _W.WRITE_BODY, text_input(most=200), optional=True)
    return [divider(), now, *([chosen] if options else []), written]
