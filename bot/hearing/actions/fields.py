"""The ward, who is asking, a name and a way to be reached: understood from what was typed or tapped."""

from bot.desk.consultation.intake import proposals
from bot.desk.consultation.intake.proposals import Said
from bot.desk.consultation.intake.short_answers import A_CHOICE, APPENDED, CHOSEN, NOTHING, normal, party_of, ward_of
from bot.hearing.actions.turn import Turn
from knowledge.language.blanks import trimmed
from knowledge.language.signs import cut
from storage.models import QUESTIONS, Proposal


async def take_field(turn: Turn, proposal: Proposal, said: Said) -> None:
    """Record one of the four short answers. What is said besides it joins the first of the five."""
    field = proposal.question or ""
    words = trimmed(said.text)
    beside = belongs_beside(field, said)
    if field in APPENDED and proposal.mode == "correct" and not beside and normal(words) not in NOTHING:
        await proposals.set_aside(turn.session, proposal, field)
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


def _understand(turn: Turn, proposal: Proposal, field: str, words: str) -> bool:
    if field == "ward":
        match = ward_of(words)
        if match.ward is None:
            buttons = [{"title": ward, "payload": ward} for ward in match.candidates]
            turn.say("utter_ward_unclear", buttons=buttons, words=cut(words, 20))
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
