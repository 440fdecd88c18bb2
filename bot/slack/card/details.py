"""詳細: the whole of a case in a modal, in pages that Slack takes. Pure."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime

from bot.desk.record.moves import REQUIRED
from bot.desk.record.record import EVENT_LABEL
from bot.desk.record.sight import AttachmentLine, CaseView, HistoryLine
from bot.slack import words
from bot.slack.card.card import about, team
from bot.slack.drawing.reception import in_details
from bot.slack.drawing.staffing import card_link
from bot.slack.kit.blocks import Block, actions, button, context, header, modal, pieces, rich, visible, word
from bot.slack.kit.modals import remember
from bot.slack.kit.notes import who
from bot.when import TOKYO, clock, day
from storage.models import QUESTIONS

BLOCKS, TEXT = 90, 20_000  # of a page


def details(view: CaseView, page: int = 1) -> Block:
    """Return a page of everything there is: answers, contact, evidence, files, history; nothing is cut."""
    pages = list(_pages(view))
    page = min(max(page, 1), len(pages))
    return modal(
        "details",
        words.TITLE["details"],
        [*pages[page - 1], *_turning(view.number, page, len(pages))],
        close=words.CLOSE,
        metadata=remember(case=view.number),
    )


def _pages(view: CaseView) -> Iterator[list[Block]]:
    page: list[Block] = []
    size = 0
    for block in _everything(view):
        more = len(visible(block))
        if page and (len(page) >= BLOCKS or size + more > TEXT):
            yield page
            page, size = [], 0
        page.append(block)
        size += more
    yield page


def _everything(view: CaseView) -> Iterator[Block]:
    yield header(f"{view.stage_label}　{view.number}")
    yield from card_link(view)
    yield about(view)
    yield team(view)
    yield from _long(words.LABEL["contact"], view.contact or words.NONE)
    yield from in_details(view)
    yield context(words.card.LINE_REACH[view.reach], f"{words.LABEL['opened']}　{clock(view.opened_at)}")
    for question in QUESTIONS:
        yield from _long(words.QUESTION[question], view.answers.get(question) or words.card.NO_ANSWER)
    if view.asides:
        yield from _long(words.card.ASIDES, "\n".join(view.asides))
    yield from _evidence(view)
    if view.attachments:
        yield from _long(words.card.FILES, "\n".join(map(_file, view.attachments)))
    yield rich(word(words.card.HISTORY, bold=True), *([] if view.history else [word(f"\n{words.card.NO_HISTORY}")]))
    for line in view.history:
        yield from history_line(line)


def _evidence(view: CaseView) -> Iterator[Block]:
    labels = {need.key: need.label for needs in REQUIRED.values() for need in needs}
    for line in view.evidence:
        left_out = words.card.WAIVED.format(reason=line.waived) if line.waived else ""
        yield from _long(labels.get(line.key, line.key), f"{line.text}{left_out}" or words.NONE)


def _long(title: str, text: str) -> Iterator[Block]:
    first, *rest = pieces(text)
    yield rich(word(f"{title}\n", bold=True), word(first))
    yield from (rich(word(piece)) for piece in rest)


def history_line(line: HistoryLine) -> Iterator[Block]:
    """One line of the history: when, who, what, what changed, and the words that were said."""
    label = EVENT_LABEL.get(line.action, line.action)
    yield rich(word(f"{clock(line.at)}　"), who(line.by), word(f"　{label}"), *_places(line))
    for piece in pieces("\n".join(line.words)) if any(line.words) else ():
        yield {"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": [word(piece)]}]}


def _places(line: HistoryLine) -> list[Block]:
    """Before and after, where a stage, a seat or something else that has a short name changed."""
    runs: list[Block] = []
    for key in ("stage", *words.notes.SEATS):
        if key in line.after:
            runs += [word(f"　{words.LABEL[key]}："), _place(key, line.before.get(key)), word("→")]
            runs += [_place(key, line.after[key])]
    return runs + [word(told) for key in words.history.CHANGED if (told := _changed(key, line))]


def _changed(key: str, line: HistoryLine) -> str:
    """What else changed, as people say it: a state, times, ticks; empty where the line is of something else."""
    if key not in line.after or line.before.get(key) == line.after[key]:
        return ""
    label, values = words.history.CHANGED[key]
    before, after = (_value(kept.get(key), values) for kept in (line.before, line.after))
    return f"　{label}：{before}→{after}" if key in line.before else f"　{label}：{after}"


def _value(value: object, names: Mapping[str, str]) -> str:
    if isinstance(value, list):
        return "、".join(_value(one, names) for one in value) or words.NONE
    said = "" if value is None else str(value)
    with suppress(ValueError):
        moment = datetime.fromisoformat(said)
        return clock(moment) if "T" in said else day(moment.replace(tzinfo=TOKYO))
    return names.get(said, said) or words.NONE


def _place(key: str, value: str | None) -> Block:
    return word(words.STAGE_BY_VALUE.get(value or "", words.NONE)) if key == "stage" else who(value)


def _file(line: AttachmentLine) -> str:
    problem = words.card.FILE_PROBLEM.get(line.problem or "")
    return "　".join(filter(None, (line.name or line.kind, words.card.SIZE.format(kb=-(-line.size // 1024)), problem)))


def _turning(number: str, page: int, pages: int) -> list[Block]:
    if pages == 1:
        return []
    turns = [("details.previous", page - 1)] if page > 1 else []
    turns += [("details.next", page + 1)] if page < pages else []
    return [
        context(words.card.PAGE.format(page=page, pages=pages)),
        actions(*(button(words.BUTTON[name], name, f"{number}:{to}") for name, to in turns)),
    ]
