"""What a citizen may ask at any time: a person, the status, their data, quiet."""

from bot.delivery import outbox
from bot.desk.consultation import privacy
from bot.desk.consultation.heard import citizen_wrote
from bot.desk.consultation.intake import proposals
from bot.desk.record.answers import MESSAGE
from bot.desk.talk import merging
from bot.hearing.actions.turn import Turn, step
from bot.phrases import label
from bot.when import day
from knowledge.language.blanks import has_words
from storage.models import Stage

LIKE_A_STORY = 15  # characters: somebody who writes more outside a hearing is telling their idea


@step("validate_case_form")
async def take_message(turn: Turn) -> None:
    """Hand what the citizen writes after sending to the coordinators."""
    said = turn.incoming.said()
    if turn.case is None:
        return None
    if not has_words(said.text):
        return turn.say("utter_answer_too_empty")
    # People who go on writing meant their doubtful messages for the coordinators.
    await turn.pass_on(*await proposals.doubtful(turn.session, turn.case.proposal_id))
    await proposals.keep(turn.session, turn.case.proposal_id, MESSAGE, said)
    await citizen_wrote(turn.session, turn.case, [said.text], key=turn.key, now=turn.now)
    return turn.say("utter_message_passed_on", number=turn.case.number)


@step("action_handoff")
async def handoff(turn: Turn) -> None:
    """Tell the desk that somebody wants to talk to a person, and tell the citizen how."""
    if turn.case:
        case = await merging.living(turn.session, turn.case)
        await outbox.tell_thread(turn.session, case.id or 0, "human_wanted", turn.key, turn.now)
    elif turn.proposal:
        await outbox.put(
            turn.session,
            dest="slack",
            conv="channel",
            kind="notice",
            key=f"{turn.key}:human_wanted",
            payload={"say": "human_wanted_draft"},
            now=turn.now,
        )
    draft = "utter_handoff_draft" if turn.standing.given.get("overview") else "utter_handoff_by_phone"
    turn.say("utter_handoff" if turn.case else draft)


@step("action_status")
async def status(turn: Turn) -> None:
    """Say where things stand in plain words."""
    if turn.case:
        case = await merging.living(turn.session, turn.case)
        promised = case.promised_by
        turn.say(f"utter_status_{case.stage}", number=case.number, promised=day(promised) if promised else "")
        if case.stage == Stage.REALISATION:
            turn.show("next_milestone", case=case.id)
    if turn.proposal:
        turn.say("utter_status_draft", label=label(turn.proposal.question or "review"))
    elif not turn.case:
        turn.say("utter_status_none")


@step("action_my_data")
async def my_data(turn: Turn) -> None:
    """Show everything that is kept about the citizen."""
    turn.show("my_data", citizen=turn.citizen.id)


@step("action_erase")
async def erase(turn: Turn) -> None:
    """Ask whether they really want it."""
    turn.say("utter_erase_confirm")


@step("action_confirm_erase", once=True)
async def confirm_erase(turn: Turn) -> None:
    """Erase what the citizen told and who they are; the case keeps its number and dates."""
    await privacy.erase(turn.session, turn.citizen, now=turn.now)
    turn.standing.proposal = turn.standing.case = None
    turn.say("utter_erased")


@step("action_stop_notices")
async def stop_notices(turn: Turn) -> None:
    """Send no more reminders; answers of a coordinator still come."""
    turn.citizen.notices = False
    turn.say("utter_notices_stopped")


@step("action_resume_notices")
async def resume_notices(turn: Turn) -> None:
    """Send reminders again."""
    turn.citizen.notices = True
    turn.say("utter_notices_resumed")


@step("action_unsure")
async def unsure(turn: Turn) -> None:
    """Say how to begin, and keep nothing: no question is open, and the words fit nothing."""
    if turn.incoming.content != "text":
        return turn.say("utter_media_outside")
    longer = len(turn.incoming.words) > LIKE_A_STORY
    return turn.say("utter_consent_first" if longer else "utter_unsure")
