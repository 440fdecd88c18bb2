"""From a closed case to an entry of the library: its line of the card, the draft, what is shown and published. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from bot.desk.consultation import redaction
from bot.desk.consultation.publishing.covers import Cover
from bot.desk.consultation.publishing.publication import Text, is_public, still_covered, text_of
from bot.desk.record.record import Event
from bot.desk.record.sight import CaseView
from bot.desk.record.telling import Reach
from bot.slack import words
from bot.slack.kit import modals
from bot.slack.kit.blocks import (
    OPTION,
    Block,
    asks,
    checkboxes,
    context,
    cut,
    option,
    pieces,
    radio,
    rich,
    section,
    select,
    text_input,
    word,
)
from bot.when import clock
from knowledge.language.blanks import has_words, trimmed
from knowledge.language.themes import OTHER, THEMES
from knowledge.language.wards import WARDS, WHOLE_CITY
from storage.models import Publication, PublicationState, Stage

BODY = "body."  # and the number of the field: Slack's hold 3,000 characters
PIECE, MOST = 2_500, 3_000  # characters a field is filled with, and those of a paragraph that is cut
GAP = "\n\n"  # between paragraphs
FOUND, AROUND = 20, 40  # places named, and characters of one
NEXT, HOW = "next", "how"
KEEP = "keep."  # and the number of the field
BOXES, MOST_COVERS = 10, 50  # boxes of a field, and covered words that can be shown again at a time


def on_card(view: CaseView) -> list[Block]:
    """Return how far a closed case is on its way into the library."""
    row = view.work.publication
    if view.stage is not Stage.CLOSED or row is None:
        return []
    meanwhile = is_public(row) and row.state != PublicationState.PUBLISHED
    said = words.publication.STATE.get(row.state, row.state)
    return [context(words.publication.ON_CARD.format(state=said) + words.publication.PUBLIC_MEANWHILE * meanwhile)]


def draft(view: CaseView, row: Publication, every: Sequence[Cover] = ()) -> Block:
    """事例の下書き: every part of the text, what is covered and still found in it, and what comes next."""
    text = text_of(row)
    body = _pieces(text.body)
    blocks = [
        *_line(view, row),
        context(words.publication.WHO_PUBLISHES),
        *_found(view, text),
        *_covered(still_covered(text, every)),
        asks("title", words.publication.FIELD["title"], text_input(initial=text.title, most=150)),
        _field("summary", text.summary, most=1_000, hint=words.publication.SUMMARY_HINT * (not text.summary)),
        *(
            asks(f"{BODY}{n}", _body_label(n, len(body)), text_input(lines=True, initial=piece), optional=True)
            for n, piece in enumerate(body)
        ),
        _field("organisations", "\n".join(text.organisations), most=3_000),
        _choice("ward", [*WARDS, WHOLE_CITY], text.ward),
        _choice("theme", [*THEMES, OTHER], text.theme),
        asks(NEXT, words.publication.NEXT, radio(_next(view, row), "save")),
    ]
    return modals.form("case.draft", "draft", blocks, words.SAVE, case=view.number, seen=text.digest)


def _covered(there: Mapping[int, Cover]) -> Iterator[Block]:
    """伏せたもの, each with a box that lets its words stand; Slack takes ten boxes at a time."""
    said = words.publication
    options = [option(cut(f"{one.kind}：{one.words}", OPTION), str(at)) for at, one in there.items()]
    for at in range(0, min(len(options), MOST_COVERS), BOXES):
        boxes = checkboxes(options[at : at + BOXES])
        yield asks(f"{KEEP}{at}", said.COVERS, boxes, optional=True, hint=said.COVERS_HINT * (at == 0))
    if len(options) > MOST_COVERS:
        yield context(said.FOUND_MORE.format(count=len(options) - MOST_COVERS))


def kept(fields: Mapping[str, str]) -> list[int]:
    """Return which of the covered words were ticked to stand in the text."""
    ticked = ",".join(said for key, said in fields.items() if key.startswith(KEEP))
    return [int(one) for one in ticked.split(",") if one.isdigit()]


def written(fields: Mapping[str, str]) -> Text:
    """Return the text that was typed into the draft's fields."""
    typed = sorted((int(key.removeprefix(BODY)), said) for key, said in fields.items() if key.startswith(BODY))
    body = [trimmed(said) for _, said in typed if has_words(said)]
    return Text(
        title=fields.get("title", ""),
        summary=fields.get("summary", ""),
        body=GAP.join(body),
        ward=fields.get("ward", ""),
        theme=fields.get("theme", ""),
        organisations=tuple(fields.get("organisations", "").splitlines()),
    )


def show(view: CaseView, row: Publication) -> Block:
    """Show exactly the text that will go to the citizen."""
    text = text_of(row)
    blocks = [context(words.publication.SHOW_INTRO), *_read(text), *_found(view, text)]
    return modals.form("case.draft.show", "draft_show", blocks, words.publication.SHOW, case=view.number,
                       seen=text.digest)  # fmt: skip


def consent(view: CaseView, row: Publication) -> Block:
    """Ask how a consent to exactly this text was given, by phone or on paper."""
    text = text_of(row)
    blocks = [context(words.publication.NOTE_CONSENT), *_read(text), *_found(view, text), _how()]
    return modals.form("case.draft.consent", "draft_consent", blocks, words.SAVE, case=view.number, seen=text.digest)


def stop(view: CaseView) -> Block:
    """公開をやめる, told by phone or on paper."""
    blocks = [section(words.publication.STOP_SURE), _how()]
    return modals.form("case.draft.stop", "draft_stop", blocks, words.publication.STOP, case=view.number)


def publish(view: CaseView, row: Publication) -> Block:
    """事例を公開する: exactly the text, who agreed and how, and what the aid finds."""
    text = text_of(row)
    blocks = [
        context(words.publication.PUBLISH_INTRO, *_agreed(view, row)), *_read(text), *_found(view, text)
    ]  # fmt: skip
    return modals.form("case.publish", "publish", blocks, words.publication.PUBLISH, case=view.number, seen=text.digest)


def _line(view: CaseView, row: Publication) -> list[Block]:
    return [context(*(block["elements"][0]["text"] for block in on_card(view)), *_agreed(view, row))]


def _agreed(view: CaseView, row: Publication) -> Iterator[str]:
    """When and by which way the citizen agreed to the text as it is."""
    if row.state in (PublicationState.AGREED, PublicationState.PUBLISHED) and row.answered_at:
        noted = [line.action for line in view.history if line.action in (Event.CONSENTED, Event.CONSENT_NOTED)]
        by_hand = noted[-1:] == [Event.CONSENT_NOTED]
        way = words.publication.BY_HAND if by_hand else words.publication.BY_LINE
        yield words.publication.ANSWERED.format(at=clock(row.answered_at), way=way)


def _read(text: Text) -> Iterator[Block]:
    """The text as a reader sees it, whole."""
    parts = {
        "title": text.title, "summary": text.summary, "body": text.body, "ward": text.ward, "theme": text.theme,
        "organisations": "\n".join(text.organisations),
    }  # fmt: skip
    for key, said in parts.items():
        if said:
            first, *rest = pieces(said)
            yield rich(word(f"{words.publication.FIELD[key]}\n", bold=True), word(first))
            yield from (rich(word(piece)) for piece in rest)


def _found(view: CaseView, text: Text) -> Iterator[Block]:
    """What still looks personal, with a few words around it."""
    said = text.whole
    spans = redaction.find(said, (view.name, view.contact), text.organisations)
    if covered := redaction.covered(said):
        yield context(words.publication.COVERED.format(count=covered))
    if not spans:
        yield context(words.publication.FOUND_NONE)
        return
    lines = [
        words.publication.FOUND_ONE.format(kind=one.kind.value, words=said[one.start : one.end][:AROUND])
        for one in spans[:FOUND]
    ]
    lines += [words.publication.FOUND_MORE.format(count=len(spans) - FOUND)] if len(spans) > FOUND else []
    yield rich(word(f"{words.publication.FOUND}\n", bold=True), word("\n".join(lines)))
    yield context(words.publication.FOUND_HINT)


def _next(view: CaseView, row: Publication) -> list[Block]:
    ways = ["save", "show" if view.reach is Reach.LINE else "consent", *(["stop"] if is_public(row) else [])]
    return [option(words.publication.NEXT_IS[way], way) for way in ways]


def _how() -> Block:
    return asks(HOW, words.publication.HOW, text_input(lines=True, most=500), hint=words.publication.HOW_HINT)


def _field(key: str, initial: str, most: int, hint: str = "") -> Block:
    label = words.publication.FIELD[key]
    return asks(key, label, text_input(lines=True, initial=initial, most=most), optional=True, hint=hint)


def _choice(key: str, names: Sequence[str], chosen: str) -> Block:
    """A choice that also offers the present value, even if it isn't one of ours."""
    chosen = cut(chosen, OPTION)
    options = [option(name, name) for name in dict.fromkeys((*names, *([chosen] if chosen else [])))]
    element = select(options, words.CHOOSE)
    picked = {"initial_option": option(chosen, chosen)} if chosen else {}
    return asks(key, words.publication.FIELD[key], element | picked, optional=True)


def _body_label(n: int, of: int) -> str:
    return words.publication.FIELD["body"] if of == 1 else words.publication.BODY_PIECE.format(n=n + 1, of=of)


def _pieces(body: str) -> list[str]:
    """Cut a text between its paragraphs, for fields that hold some each; put together again it is the same."""
    found = [""]
    for paragraph in body.split(GAP):
        for piece in pieces(paragraph, MOST):
            joined = f"{found[-1]}{GAP}{piece}" if found[-1] else piece
            found = [*found[:-1], joined] if len(joined) <= PIECE or not found[-1] else [*found, piece]
    return found
