"""App Home, the lines of lists, a ward's week, the second card, many cards at once. Pure."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from bot.delivery.quota import Quota
from bot.desk.day.burst import Waiting
from bot.desk.day.overview import Coming, HomeView, Kind, Overdue
from bot.desk.day.weekly import WardWeek
from bot.desk.record.lines import CaseLine
from bot.desk.record.sight import CaseView
from bot.desk.team.absence import last_day
from bot.slack import words
from bot.slack.kit.blocks import Block, actions, button, context, cut, header, rich, section, word
from bot.when import clock, day

BLOCKS = 85  # of a page; Slack takes 100, and head and foot need some
WEEK_SHOWN = 8  # cases of each kind in a digest
BURST_SHOWN = 15  # cases with buttons in a message about many
BURST_NAMED = 150  # and those that are only named
PLACE = 30  # characters of a ward or theme
ABOUT = 60  # of a task's title, a meeting's place


def on_ward_card(view: CaseView, card: list[Block]) -> list[Block]:
    """Return the card for its ward's channel: below its number it says where the talk about it is."""
    if view.channel_id is None:
        return card
    said = words.home.WARD_CARD.format(number=view.number)
    return [card[0], rich(word(said), {"type": "channel", "channel_id": view.channel_id}), *card[1:]]


def line(one: CaseLine, now: datetime, seat: str = "", late: str = "") -> Block:
    """One case: number, stage, ward, theme; how long it is here and nothing happened, or why it is late; a way in."""
    ago = words.home.OPENED_AGO.format(days=(now - one.opened_at).days)
    waited = words.commands.LIST_WAITED.format(days=(now - one.last_at).days)
    text = "　".join(filter(None, (seat, _where(one)))) + f"\n{late or ago + waited}"
    return section(text, button(words.BUTTON["case.details"], "case.details", one.number))


def home(view: HomeView, page: int = 1, quota: Quota | None = None, extra: Sequence[Block] = ()) -> Block:
    """Return a page of what awaits somebody; `extra` are buttons of other topics beside 更新."""
    pages = list(_pages(view))
    page = min(max(page, 1), len(pages))
    refresh = button(words.BUTTON["home.refresh"], "home.refresh", str(page))
    blocks = [
        header(words.home.HOME.format(today=day(view.now))),
        *_remarks(view, quota),
        actions(refresh, *extra),
        *pages[page - 1],
        *_turning(page, len(pages)),
    ]
    return {"type": "home", "blocks": blocks}


def messages_on_line(quota: Quota) -> str:
    """Return how much of LINE's month is used, and of what limit if one is known."""
    known = quota.limit is not None and quota.left is not None
    told = words.home.QUOTA if known else words.home.QUOTA_FREE
    return told.format(used=quota.used, limit=quota.limit, left=quota.left)


def closed(why: str) -> Block:
    """Return the page of somebody who may not look: a sentence that says who may."""
    return {"type": "home", "blocks": [section(why)]}


def week(found: WardWeek) -> list[Block]:
    """Return a ward's digest."""
    w = words.home
    blocks = [header(w.WEEK.format(ward=found.ward))]
    groups = {"opened": found.opened, "closed": found.closed, "stalled": found.stalled}
    for key, cases in groups.items():
        blocks.append(_titled(w.WEEK_SECTION[key], len(cases)))
        blocks += [line(one, found.until) for one in cases[:WEEK_SHOWN]]
        blocks += _and_more(len(cases))
    blocks.append(_titled(w.WEEK_SECTION["coming"], len(found.coming)))
    return blocks + [_coming(one) for one in found.coming[:WEEK_SHOWN]] + _and_more(len(found.coming))


def many(cases: Sequence[Waiting]) -> list[Block]:
    """Return the message about many cards at once: the oldest with their buttons, the others by number."""
    w = words.home
    blocks = [header(w.BURST.format(count=len(cases))), context(w.BURST_HOW)]
    for one in cases[:BURST_SHOWN]:
        claim = [button(words.BUTTON["case.claim"], "case.claim", one.number)] if one.main is None else []
        open_ = button(words.BUTTON["case.details"], "case.details", one.number)
        blocks += [section(_waiting(one)), actions(*claim, open_)]
    if rest := cases[BURST_SHOWN:]:
        named = "、".join(map(_waiting, rest[:BURST_NAMED])) + ("…" if len(rest) > BURST_NAMED else "")
        blocks.append(section(cut(w.BURST_MORE.format(count=len(rest)) + named, 3000)))
    return blocks


def _pages(view: HomeView) -> Iterator[list[Block]]:
    """Repeat a section's title on the next page if the section goes on there."""
    page: list[Block] = []
    for title, blocks in _sections(view):
        if page and len(page) + 2 > BLOCKS:
            yield page
            page = []
        page.append(title)
        for block in blocks:
            if len(page) >= BLOCKS:
                yield page
                page = [title]
            page.append(block)
    yield page


def _sections(view: HomeView) -> Iterator[tuple[Block, list[Block]]]:
    w, now = words.home, view.now
    found = {
        "overdue": [line(one.case, now, late=_why(one)) for one in view.overdue],
        "mine": [line(one.case, now, w.SEAT[one.seat]) for one in view.mine],
        "unclaimed": [line(one, now) for one in view.unclaimed],
        "coming": [_coming(one) for one in view.coming],
    }
    for key, blocks in found.items():
        yield _titled(w.SECTION[key], len(blocks)), blocks or [context(w.NOTHING[key])]


def _remarks(view: HomeView, quota: Quota | None) -> list[Block]:
    w = words.home
    said = [w.ONLY_WARD.format(ward=view.only_ward)] if view.only_ward else []
    said += [w.AWAY.format(until=day(last_day(view.away_until)))] if view.away_until else []
    said += [messages_on_line(quota)] if quota is not None else []
    return [context(*said)] if said else []


def _why(one: Overdue) -> str:
    return words.home.LATE[one.why].format(day=day(one.since), about=cut(one.about, ABOUT))


def _coming(one: Coming) -> Block:
    what = words.home.COMING[one.kind].format(about=cut(one.about, ABOUT))
    if one.kind is Kind.TASK:
        when = day(one.at)
    else:
        when = clock(one.at)
        what += words.home.PLACE.format(place=cut(one.about, ABOUT)) if one.about else ""
    return section(
        f"{when}　{what}\n{_where(one.case)}",
        button(words.BUTTON["case.details"], "case.details", one.case.number),
    )


def _where(one: CaseLine) -> str:
    places = (one.number, one.stage_label, cut(one.ward or "", PLACE), cut(one.theme, PLACE))
    return "　".join(filter(None, places))


def _waiting(one: Waiting) -> str:
    about = "・".join(filter(None, (cut(one.ward or "", PLACE), cut(one.theme, PLACE))))
    return f"{one.number}（{about}）" if about else one.number


def _titled(title: str, count: int) -> Block:
    return rich(word(words.home.COUNTED.format(title=title, count=count), bold=True))


def _and_more(count: int) -> list[Block]:
    if not count:
        return [context(words.home.WEEK_NONE)]
    return [context(words.home.WEEK_MORE.format(count=count - WEEK_SHOWN))] if count > WEEK_SHOWN else []


def _turning(page: int, pages: int) -> list[Block]:
    if pages == 1:
        return []
    turns = [("home.previous", page - 1)] if page > 1 else []
    turns += [("home.next", page + 1)] if page < pages else []
    return [
        context(words.card.PAGE.format(page=page, pages=pages)),
        actions(*(button(words.BUTTON[name], name, str(to)) for name, to in turns)),
    ]
