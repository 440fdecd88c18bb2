"""The ward, who is asking, a name and a way to be reached: understood from what was typed or tapped."""

import unicodedata

from rapidfuzz import fuzz, process

from bot.desk.consultation.intake import proposals
from bot.desk.consultation.intake.proposals import Said
from bot.hearing.actions.turn import Turn
from knowledge.language import wards
from knowledge.language.blanks import trimmed
from storage.models import QUESTIONS, PartyKind, Proposal

NOTHING = {"なし", "無し", "ない", "ありません", "特になし", "とくになし", "スキップ", "省略"}

# What people call themselves, and what the centre counts them as.
PARTIES = {
    "個人": PartyKind.PERSON,
    "ひとり": PartyKind.PERSON,
    "私": PartyKind.PERSON,
    "市民": PartyKind.PERSON,
    "団体": PartyKind.GROUP,
    "NPO": PartyKind.GROUP,
    "グループ": PartyKind.GROUP,
    "町内会": PartyKind.GROUP,
    "自治会": PartyKind.GROUP,
    "サークル": PartyKind.GROUP,
    "学校": PartyKind.GROUP,
    "大学": PartyKind.GROUP,
    "企業": PartyKind.COMPANY,
    "会社": PartyKind.COMPANY,
    "株式会社": PartyKind.COMPANY,
    "商店": PartyKind.COMPANY,
    "事業者": PartyKind.COMPANY,
    "行政": PartyKind.GOVERNMENT,
    "市役所": PartyKind.GOVERNMENT,
    "区役所": PartyKind.GOVERNMENT,
    "職員": PartyKind.GOVERNMENT,
}
CHOSEN = ("ward", "party")  # a few words choose one of a list
A_CHOICE = 15  # characters: a longer text tells something besides
ALIKE = 75  # RapidFuzz partial_ratio: one wrong character in four


async def take_field(turn: Turn, proposal: Proposal, said: Said) -> None:
    """Record one of the four short answers. What is said besides it joins the first of the five."""
    field = proposal.question or ""
    words = trimmed(said.text)
    beside = belongs_beside(field, said)
    await proposals.keep(turn.session, proposal.id, QUESTIONS[0] if beside else field, said)
    if said.is_wordless:  # a photo can't be a name
        return turn.say("utter_media_kept")
    if beside:
        turn.say("utter_kept_beside")
    if normal(words) in NOTHING:
        await proposals.pass_over(turn.session, proposal)
        return None
    if not _understand(turn, proposal, field, words):
        return None
    proposal.skipped = {**proposal.skipped, field: False}
    await proposals.move_on(turn.session, proposal)
    return None


def belongs_beside(field: str, said: Said) -> bool:
    """Tell whether a message is more than one of the four fields can hold."""
    return said.is_wordless or (field in CHOSEN and len(said.text.strip()) > A_CHOICE)


def party_of(words: str) -> PartyKind | None:
    """Return who is asking, from a button's words or a typed one."""
    typed = normal(words)
    if len(typed) > A_CHOICE:
        return None
    if typed in PARTIES:
        return PARTIES[typed]
    found = process.extractOne(typed, PARTIES.keys(), scorer=fuzz.partial_ratio, score_cutoff=ALIKE)
    return PARTIES[found[0]] if found else None


def normal(words: str) -> str:
    """Return words without width, case and surrounding punctuation."""
    return unicodedata.normalize("NFKC", words).strip(" 　。、.!！?？です").upper()


def _understand(turn: Turn, proposal: Proposal, field: str, words: str) -> bool:
    if field == "ward":
        named = wards.find(words) if len(words) > A_CHOICE else []
        match = wards.match(named[0] if len(named) == 1 else words)
        if match.ward is None:
            buttons = [{"title": ward, "payload": ward} for ward in match.candidates]
            turn.say("utter_ward_unclear", buttons=buttons, words=words[:20])
            return False
        proposal.ward = match.ward
    elif field == "party":
        party = party_of(words)
        if party is None:
            turn.say("utter_party_unclear")
            return False
        proposal.party = party
    else:
        so_far = getattr(proposal, field) if proposal.mode == "add" else None
        setattr(proposal, field, f"{so_far} {words}" if so_far else words)
    return True
