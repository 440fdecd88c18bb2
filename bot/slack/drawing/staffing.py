"""Who takes a case: suggestions, absence. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.desk.record.sight import CaseView
from bot.desk.team import seats, waiting
from bot.desk.team.absence import acting_of, last_day
from bot.desk.team.suggestions import Suggestion
from bot.slack import words
from bot.slack.kit import modals
from bot.slack.kit.blocks import (
    Block,
    actions,
    asks,
    button,
    choices,
    context,
    cut,
    date_picker,
    divider,
    fields,
    link,
    modal,
    option,
    person,
    rich,
    section,
    text_input,
    user_select,
    word,
)
from bot.when import day
from storage.models import Stage

WARDS, THEMES, AFFILIATION, UNTIL, REASON = "wards", "themes", "affiliation", "until", "reason"
WHO = "who"
NAME = 60  # characters of what people wrote of themselves


def on_card(view: CaseView) -> list[Block]:
    """Return nothing: what the card says of the team depends on the hour."""
    return []


def as_of(view: CaseView, now: datetime, away: Mapping[str, datetime]) -> list[Block]:
    """Return the card's first lines: how long nobody has taken the case, or who acts for a main who is away."""
    since = waiting.since(view.stage, view.main, view.opened_at, view.history)
    if since is not None:
        text = words.staffing.WAITS_SINCE[since == view.opened_at]
        return [context(text.format(hours=_hours(waiting.open_time(since, now, view.ward))))]
    until = away.get(view.main or "")
    if until is None or view.stage is Stage.CLOSED:
        return []
    said = {"until": day(last_day(until))}
    if (acting := acting_of(view, away)) is None or acting == view.main:
        return [context(words.staffing.AWAY_ALONE.format(**said))]
    runs = (word(words.staffing.ACTING, bold=True), person(acting), word(words.staffing.ACTING_UNTIL.format(**said)))
    return [rich(*runs)]


def assign(view: CaseView, suggested: Sequence[Suggestion], *, by: str, leads: bool) -> Block:
    """担当の候補: the people with why; a lead gives them a place, everybody else asks them."""
    seat = seats.free(view.main, view.sub)
    intro = words.staffing.SUGGESTED.format(number=view.number) if suggested else words.staffing.SUGGESTED_NONE
    blocks = [section(intro if seat else words.staffing.COMPLETE)]
    for one in suggested if seat else ():
        blocks += [divider(), _person(one)]
        if one.slack_id != by or leads:
            action = f"assign.{seat}" if leads else "assign.recommend"
            blocks.append(actions(button(words.BUTTON[action], action, f"{view.number}:{one.slack_id}")))
    own = [button(words.BUTTON[name], name, view.number) for name in ("staff.profile", "staff.away")]
    blocks += [divider(), actions(*own)]
    memory = modals.remember(case=view.number)
    return modal("assign", words.TITLE["assign"], blocks, close=words.CLOSE, metadata=memory)


def decline(number: str) -> Block:
    """辞退: why."""
    field = asks(REASON, words.staffing.DECLINE_REASON, text_input(lines=True), hint=words.staffing.DECLINE_HINT)
    return modals.form("assign.decline", "decline", [field], words.BUTTON["assign.decline"], case=number)


def profile(
    wards: Sequence[str], themes: Sequence[str], mine: Mapping[str, Sequence[str]], affiliation: str = ""
) -> Block:
    """自分の得意を登録: the wards and themes somebody knows, those known already chosen."""
    shown = [
        asks(WARDS, words.staffing.PROFILE_WARDS, _chosen(wards, mine.get(WARDS, ())), optional=True),
        asks(THEMES, words.staffing.PROFILE_THEMES, _chosen(themes, mine.get(THEMES, ())), optional=True),
        asks(AFFILIATION, words.staffing.PROFILE_AFFILIATION, text_input(initial=affiliation, most=100), optional=True),
    ]
    return modals.form("staff.profile", "profile", shown, words.SAVE)


def away(last_day: str = "", *, leads: bool = False) -> Block:
    """不在にする: the last day, or none to be back; a lead may say it of somebody who has fallen ill."""
    picker = date_picker(last_day)
    shown = [asks(UNTIL, words.staffing.AWAY_UNTIL, picker, optional=True, hint=words.staffing.AWAY_HINT)]
    if leads:
        label, hint = words.staffing.AWAY_WHO, words.staffing.AWAY_WHO_HINT
        shown.append(asks(WHO, label, user_select(words.CHOOSE), optional=True, hint=hint))
    return modals.form("staff.away", "away", shown, words.SAVE)


def seated(view: CaseView, seat: str) -> list[Block]:
    """Tell somebody of their place in a case, and who else is there."""
    text = words.staffing.SEATED.format(number=view.number, stage=view.stage_label, seat=words.LABEL[seat])
    return [section(text), _team(view), *card_link(view)]


def asked_alone(view: CaseView, by: str) -> list[Block]:
    """Ask somebody whether they take a case: what it is about in our words, none of the citizen's."""
    seat = seats.free(view.main, view.sub)
    if seat is None or view.stage is Stage.CLOSED:
        return [section(f"{view.number}　{words.staffing.NOBODY_NEEDED}"), _team(view), *card_link(view)]
    head, _, tail = words.staffing.ASKED_ALONE.partition("{by}")
    named = {"number": view.number, "stage": view.stage_label, "seat": words.LABEL[seat]}
    about = words.staffing.ABOUT.format(ward=cut(view.ward or words.NONE, NAME), theme=view.theme or words.NONE)
    take = "case.claim" if seat == "main" else "case.join"
    buttons = [button(words.BUTTON[name], name, view.number) for name in (take, "assign.decline")]
    lines = rich(word(head.format(**named)), person(by), word(f"{tail}\n{about}"))
    return [lines, _team(view), *card_link(view), actions(*buttons)]


def card_url(view: CaseView) -> str | None:
    """Return where a case's card is in Slack."""
    if view.channel_id is None or view.card_ts is None:
        return None
    return f"https://slack.com/archives/{view.channel_id}/p{view.card_ts.replace('.', '')}"


def card_link(view: CaseView) -> list[Block]:
    """Return the way to a case's card and thread, once there is one."""
    url = card_url(view)
    return [rich(link(url, words.staffing.SEE_CARD))] if url else []


def _team(view: CaseView) -> Block:
    people = ((seat, getattr(view, seat)) for seat in seats.SEATS)
    return fields([(words.LABEL[seat], person(who) if who else word(words.NONE)) for seat, who in people])


def _person(one: Suggestion) -> Block:
    reasons = [
        text.format(theme=one.theme, ward=one.ward, similar=one.similar, load=one.load)
        for key, text in words.staffing.REASON.items()
        if key == "load" or getattr(one, key)
    ]
    runs = [person(one.slack_id)]
    runs += [word(f"（{cut(one.affiliation, NAME)}）")] if one.affiliation else []
    because = words.staffing.REASONS.format(reasons=words.staffing.BETWEEN.join(reasons))
    return rich(*runs, word(f"\n{cut(because, 300)}"))


def _chosen(names: Sequence[str], mine: Sequence[str]) -> Block:
    options = [option(name, name) for name in names]
    ticked = [one for one in options if one["value"] in mine]
    return choices(options, words.CHOOSE) | ({"initial_options": ticked} if ticked else {})


def _hours(time: timedelta) -> str:
    minutes = int(time.total_seconds()) // 60
    if minutes < 60:
        return words.staffing.MINUTES.format(count=minutes)
    return words.staffing.HOURS.format(count=minutes // 60)
