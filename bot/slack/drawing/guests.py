"""People who see one case: their line on its card, the modal to ask them in, and all that they are shown. Pure."""

from collections.abc import Iterator, Sequence

from bot.desk.consultation.guests import Pack
from bot.desk.record.sight import CaseView
from bot.slack import words
from bot.slack.kit import modals
from bot.slack.kit.blocks import (
    Block,
    actions,
    asks,
    button,
    checkboxes,
    context,
    cut,
    divider,
    fields,
    header,
    modal,
    option,
    person,
    pieces,
    rich,
    section,
    text_input,
    titled,
    user_select,
    word,
)
from storage.models import QUESTIONS, Guest

NAMED, LISTED = 4, 20  # guests on the card, in the modal
TITLE, ORGANISATION, ANSWER = 80, 60, 2_500
PRESENT = "present"


def on_card(view: CaseView) -> list[Block]:
    """Return how many there are, and the first of them."""
    there = _there(view)
    if not there:
        return []
    runs = [word(words.guests.CARD.format(count=len(there)))]
    for n, guest in enumerate(there[:NAMED]):
        runs += [*([word("、")] if n else []), person(guest.slack_id), word(f"（{cut(guest.organisation, 20)}）")]
    if (more := len(there) - NAMED) > 0:
        runs.append(word(words.guests.CARD_MORE.format(count=more)))
    return [rich(*runs)]


def invite(view: CaseView) -> Block:
    """関係者を呼ぶ: who, from where, what is asked of them; and who is there already."""
    w = words.guests
    tick = checkboxes([option(w.ANSWERS_TICK, "answers")])
    blocks = [
        asks("guest", w.PERSON, user_select(words.CHOOSE), hint=w.PERSON_HINT),
        asks("organisation", w.ORGANISATION, text_input(most=100)),
        asks("asked", w.ASKED, text_input(lines=True, most=2000), hint=w.ASKED_HINT),
        asks("answers", w.ANSWERS, tick, optional=True, hint=w.ANSWERS_HINT),
        *_present(view),
    ]
    return modals.form("case.invite", "invite", blocks, w.INVITE, case=view.number)


def pack(shown: Pack, titles: Sequence[str], *, with_answers: bool) -> list[Block]:
    """Return what a guest sees of a case.

    `with_answers`: only in a modal, which disappears. A citizen's words must not stay in a message.
    """
    w = words.guests
    blocks = [
        header(w.PACK_FALLBACK.format(number=shown.number)),
        section(w.PACK_INTRO),
        fields([
            (words.LABEL["stage"], word(words.STAGE[shown.stage])),
            (words.LABEL["ward"], word(cut(shown.ward or words.NONE, TITLE))),
            (words.LABEL["theme"], word(cut(shown.theme or words.NONE, TITLE))),
        ]),
        *_long(w.PACK_ASKED, shown.asked),
    ]  # fmt: skip
    if shown.hypothesis and shown.hypothesis.text:
        blocks += _long(w.PACK_HYPOTHESIS.format(version=shown.hypothesis.version), shown.hypothesis.text)
    if titles:
        blocks += _long(w.PACK_SIMILAR, "\n".join(f"・{cut(title, TITLE)}" for title in titles))
    if shown.answers and with_answers:
        given = [(words.QUESTION[q], shown.answers[q]) for q in QUESTIONS if q in shown.answers]
        blocks += [titled(question, cut(answer, ANSWER, words.guests.PACK_CUT)) for question, answer in given]
    elif shown.answers:
        blocks.append(context(w.PACK_BEHIND))
    return [*blocks, context(w.PACK_END)]


def buttons(number: str) -> Block:
    """What a guest may do."""
    return actions(
        *(button(words.BUTTON[name], name, number) for name in ("guest.look", "guest.write", "guest.decline"))
    )


def pack_modal(shown: Pack, titles: Sequence[str]) -> Block:
    """資料を見る, whole."""
    return modal(
        "guest.pack", words.TITLE["guest_pack"], pack(shown, titles, with_answers=True), close=words.CLOSE,
        metadata=modals.remember(case=shown.number),
    )  # fmt: skip


def write(number: str) -> Block:
    """意見を書く."""
    field = asks(modals.TEXT, words.guests.WRITE_LABEL, text_input(lines=True), hint=words.guests.WRITE_HINT)
    return modals.form("guest.write", "guest_write", [field], words.SEND, case=number)


def _present(view: CaseView) -> Iterator[Block]:
    there = _there(view)
    if there:
        yield divider()
        yield rich(word(words.guests.PRESENT, bold=True))
    for guest in there[:LISTED]:
        yield rich(person(guest.slack_id), word(f"（{cut(guest.organisation, ORGANISATION)}）"))
        row = actions(button(words.BUTTON["guests.end"], "guests.end", f"{view.number}:{guest.slack_id}"))
        yield row | {"block_id": f"{PRESENT}.{guest.id}"}


def _there(view: CaseView) -> list[Guest]:
    return [guest for guest in view.work.guests if guest.left_at is None]


def _long(title: str, text: str) -> list[Block]:
    first, *rest = pieces(text or words.card.NO_ANSWER)
    return [rich(word(f"{title}\n", bold=True), word(first)), *(rich(word(piece)) for piece in rest)]
