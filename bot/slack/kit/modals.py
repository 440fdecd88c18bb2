"""The modals: what a person reads or fills in. Pure; private_metadata holds the case number and ids only."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.desk.record.kinds import Requirement
from bot.desk.record.moves import REQUIRED, STAGE_LABEL, Action, move
from bot.desk.record.sight import CaseView
from bot.desk.talk import enclosures
from bot.desk.talk.enclosures import Chosen
from bot.slack import words
from bot.slack.kit import emoji
from bot.slack.kit.blocks import (
    Block,
    asks,
    clean,
    context,
    cut,
    file_input,
    modal,
    option,
    pieces,
    section,
    select,
    text_input,
    unescape,
    user_select,
)
from bot.slack.kit.hits import similar
from bot.slack.words import replying
from knowledge.hits import Hit
from knowledge.language.blanks import has_words
from storage.models import QUESTIONS, Channel, PartyKind, Stage

PREVIEW = "preview"  # block ids of the words as they will be sent
TEXT, TEMPLATE, REASON, FILES = "text", "template", "reason", "files"
ENDINGS = ("jpg", "jpeg", "png", "gif", "heic", "heif", "pdf")
WRITTEN = "written"  # not TEXT: a modal that is drawn again keeps what was typed into a field of the same name
EVIDENCE = "evidence."
NAME = 200  # characters of a file's name
FIELD = 3000  # characters a field takes
BEGUN = 1 + max(len(text) for _, text in replying.TEMPLATES.values())  # of them a template and its line's end


def remember(**ids: Any) -> str:
    """Return the modal's memory: numbers and ids only, since it travels through people's browsers."""
    return json.dumps(ids, separators=(",", ":"))


def remembered(view: Block) -> dict[str, Any]:
    """Return what the modal remembers."""
    found = json.loads(view.get("private_metadata") or "{}")
    return found if isinstance(found, dict) else {}


def case_of(view: Block) -> str:
    """Return the number of the case that a modal is about."""
    return str(remembered(view).get("case", ""))


def again(view: Block) -> Block:
    """Return a modal, which Slack sent back to us, in the form in which it can be shown again."""
    kept = ("type", "callback_id", "title", "close", "submit", "blocks", "private_metadata")
    sent: Block = unescape({key: view[key] for key in kept if view.get(key)})
    return sent


def notice(text: str) -> Block:
    """A sentence of ours; it may name staff, so it is mrkdwn, and holds nobody else's words."""
    return modal("notice", words.TITLE["notice"], [_ours(text)], close=words.CLOSE)


def _ours(text: str) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text[:3000]}}


def reply(number: str, owner: str | None = None) -> Block:
    """市民へ返信, first step: write, or begin with a template. In a case of somebody else (`owner`) the reason, too."""
    begun = [option(label, key) for key, (label, _) in replying.TEMPLATES.items()]
    fields = [
        asks(TEMPLATE, replying.TEMPLATE_LABEL, select(begun, words.CHOOSE), optional=True,
             hint=replying.TEMPLATE_HINT),
        asks(WRITTEN, replying.REPLY_LABEL, text_input(lines=True, most=FIELD - BEGUN), optional=True,
             hint=replying.REPLY_HINT),
        asks(FILES, replying.FILES_LABEL, file_input(ENDINGS, enclosures.MOST), optional=True,
             hint=replying.FILES_HINT),
    ]  # fmt: skip
    if owner:
        fields = [_ours(replying.STAND_IN.format(owner=owner)), *fields, _why("")]
    return form("case.reply", "reply", fields, replying.PREVIEW_NEXT, case=number)


def written(fields: Mapping[str, str]) -> str:
    """Return what was written in the first step, after the template that was chosen."""
    _, begun = replying.TEMPLATES.get(fields.get(TEMPLATE, ""), ("", ""))
    typed = fields.get(WRITTEN, "")
    return "\n".join(part for part in (begun, typed) if has_words(part))


def _why(reason: str) -> Block:
    return asks(REASON, replying.STAND_IN_LABEL, text_input(lines=True, initial=reason))


def preview(number: str, text: str, reason: str | None = None, files: Sequence[Chosen] = ()) -> Block:
    """市民へ返信, second step: exactly what will be sent, in a field to correct it. Only this step sends.

    `reason` is why somebody stands in; None where the case is theirs. Slack lets no file be chosen again in a modal
    that is redrawn, so the files stand here as blocks: each has its id, and shows its name.
    """
    shown = [section(piece) | {"block_id": f"{PREVIEW}.{i}"} for i, piece in enumerate(pieces(text))]
    field = asks(TEXT, replying.PREVIEW_EDIT, text_input(lines=True, initial=text))
    return form(
        "case.reply.send",
        "preview",
        [context(replying.PREVIEW), *shown, field, *_enclosed(files), *([] if reason is None else [_why(reason)])],
        words.SEND if reason is None else replying.STAND_IN_SEND,
        case=number,
        seen=digest(text),
    )


def previewed(view: Block) -> str:
    """Return the words a preview showed; its field has them verbatim, where Slack sends it."""
    blocks = view.get("blocks") or []
    shown = [unescape(b)["text"]["text"] for b in blocks if str(b.get("block_id", "")).startswith(f"{PREVIEW}.")]
    return emoji.signs("".join(shown))


def _enclosed(files: Sequence[Chosen]) -> list[Block]:
    named = [
        section(replying.FILE.format(name=cut(file.name, NAME))) | {"block_id": f"{FILES}.{file.id}"} for file in files
    ]
    return [context(replying.FILES_PREVIEW), *named] if named else []


def enclosed(view: Block) -> list[Chosen]:
    """Return the files that a preview names, in their order."""
    start, before = f"{FILES}.", replying.FILE.format(name="")
    named = [b for b in unescape(view.get("blocks") or []) if str(b.get("block_id", "")).startswith(start)]
    return [Chosen(b["block_id"].removeprefix(start), b["text"]["text"].removeprefix(before)) for b in named]


def digest(text: str) -> str:
    """Return a mark by which we recognise words without keeping them."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def advance(view: CaseView) -> Block:
    """次の段階へ: what is there, what is missing, a field for each piece of evidence, and why one is left out."""
    target = move(view.stage, Action.ADVANCE)
    intro = words.modals.ADVANCE_TO.format(now=STAGE_LABEL[view.stage], next=STAGE_LABEL[target])
    lines = "\n".join(_tick(view, need) for need in REQUIRED[view.stage])
    waive = asks(
        "waived", words.modals.WAIVE_LABEL, text_input(lines=True), optional=True, hint=words.modals.WAIVE_HINT
    )
    blocks = [section(intro), section(lines), *evidence(view), waive]
    return form(
        "case.advance", "advance", blocks, words.BUTTON["case.advance"], case=view.number, seen=view.stage.value
    )


def evidence(view: CaseView) -> list[Block]:
    """A field for each written piece of the stage's evidence, with what is there."""
    known = {line.key: line.text for line in view.evidence}
    return [
        asks(EVIDENCE + need.key, need.label, text_input(lines=True, initial=known.get(need.key, "")), optional=True)
        for need in REQUIRED[view.stage]
        if not need.slot
    ]


def staff(number: str) -> Block:
    """市職員を決める."""
    field = asks("person", words.modals.STAFF_LABEL, user_select(words.CHOOSE))
    return form("case.staff", "staff", [field], words.SAVE, case=number)


def hand_over(number: str) -> Block:
    """引き継ぐ: to whom, why, and where things stand."""
    fields = [
        asks("person", words.modals.HANDOVER_LABEL, user_select(words.CHOOSE), hint=words.modals.PERSON_HINT),
        asks("reason", words.modals.REASON_LABEL, text_input(lines=True)),
        asks("summary", words.modals.SUMMARY_LABEL, text_input(lines=True)),
    ]
    return form("case.handover", "handover", fields, words.BUTTON["case.handover"], case=number)


def close(view: CaseView) -> Block:
    """終了する: the check-in where the stage asks for it, a reason, and what was learnt."""
    asked = evidence(view) if view.stage is Stage.FOLLOW_UP else []
    early = view.stage is not Stage.FOLLOW_UP
    asked += [asks("reason", words.modals.CLOSE_REASON, text_input(lines=True), optional=not early)]
    fields = [
        asks(key, label, text_input(lines=True), optional=True, hint=hint)
        for key, (label, hint) in words.publication.CLOSING.items()
    ]
    return form("case.close", "close", [*asked, *fields], words.BUTTON["case.close"], case=view.number)


def release(number: str) -> Block:
    """担当を外れる: are you sure."""
    sure = section(words.modals.RELEASE_SURE.format(number=number))
    return form("case.release", "release", [sure], words.BUTTON["case.release"], case=number)


def found(hits: Sequence[Hit], number: str) -> Block:
    """類似事例: more of what is alike to a case, with why, and whether it was of use."""
    return modal("found", words.TITLE["similar"], similar(hits, each=20, about=number), close=words.CLOSE)


def intake(wards: Sequence[str], overview: str = "") -> Block:
    """A consultation by phone, e-mail or counter: the way it came, who asks, and the five answers.

    `overview` is what is known already; where a field is too short for it the modal says so.
    """
    known = {QUESTIONS[0]: clean(overview)}
    ways = [option(words.CHANNEL[way], way) for way in (Channel.PHONE, Channel.EMAIL, Channel.COUNTER)]
    parties = [option(words.PARTY[party], party) for party in PartyKind]
    places = [option(ward, ward) for ward in wards]
    fields = [
        asks("channel", words.reception.INTAKE_CHANNEL, select(ways, words.CHOOSE)),
        asks("party", words.reception.INTAKE_PARTY, select(parties, words.CHOOSE), optional=True),
        asks("name", words.reception.INTAKE_NAME, text_input(most=200), optional=True),
        asks("contact", words.reception.INTAKE_CONTACT, text_input(most=300), optional=True),
        asks("ward", words.reception.INTAKE_WARD, select(places, words.CHOOSE), optional=True),
        *(
            asks(q, words.QUESTION[q], text_input(lines=True, initial=known.get(q, "")), optional=q != QUESTIONS[0])
            for q in QUESTIONS
        ),
    ]
    too_long = [context(words.reception.TOO_LONG.format(most=FIELD))] if len(overview) > FIELD else []
    return form("intake", "intake", [*too_long, *fields], words.SAVE)


def given(view: Block) -> dict[str, str]:
    """Return what was typed or chosen in a modal, by the field's key; empty fields are empty strings.

    Slack hands a chosen emoji over by its name, :bow:; here it is the sign.
    Several values (people, boxes) are joined by commas; a time is in seconds since 1970, a day is 2026-12-01.
    """
    values = (view.get("state") or {}).get("values") or {}
    return {key: _value(element) for block in values.values() for key, element in block.items()}


def filled_in(view: Block) -> str:
    """Return a mark of what a modal was filled in with; nothing, where it has no fields."""
    values = (view.get("state") or {}).get("values")
    return digest(json.dumps(values, sort_keys=True)) if values else ""


def evidence_given(fields: Mapping[str, str]) -> dict[str, str]:
    """Return what was written for the stage's evidence, by its key."""
    return {key.removeprefix(EVIDENCE): text for key, text in fields.items() if key.startswith(EVIDENCE)}


def _value(element: Block) -> str:
    chosen = element.get("selected_option") or {}
    several = [*(element.get("selected_users") or []), *(one["value"] for one in element.get("selected_options") or [])]
    one = ("value", "selected_user", "selected_date", "selected_date_time", "selected_time", "selected_conversation")
    found = next((element[name] for name in one if element.get(name)), chosen.get("value"))
    typed = emoji.signs(str(found or "")) if element.get("type") == "plain_text_input" else str(found or "")
    return ",".join(several) or (typed if has_words(typed) else "")


def form(callback_id: str, title: str, blocks: Sequence[Block], submit: str, **ids: Any) -> Block:
    """A modal that is submitted; `title` is a key of words.TITLE, `ids` what it remembers: numbers and ids only."""
    return modal(callback_id, words.TITLE[title], blocks, close=words.CANCEL, submit=submit, metadata=remember(**ids))


def _tick(view: CaseView, need: Requirement) -> str:
    missing = need in view.lacking
    return (words.MISSING if missing else words.PRESENT).format(word=need.label)
