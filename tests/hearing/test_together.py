"""Photos sent in one action are one turn, however they arrive: one answer, in the order of their index."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from shutil import copy
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from bot.delivery.inbox import ONE_ACTION, InboxWorker
from bot.desk.consultation import privacy
from bot.desk.consultation.intake import received
from bot.desk.record import files, sight
from bot.hearing.media import together
from storage.models import Attachment, CaseEvent, Citizen, InboxRow, OutboxRow, Proposal, ProposalState
from tests import databases
from tests.conftest import Reused
from tests.hearing.talking import Talk, a_case, begun

OF = 5
PHOTOS = range(1, OF + 1)


async def sends(talk: Talk, *places: int, of: int | None = OF, name: str = "S1") -> None:
    """Photos of one set, in this order; each is called by its place."""
    for place in places:
        image_set = {"id": name} | ({"index": place, "total": of} if of else {})
        await talk.sends("image", id=f"{name}-{place}", imageSet=image_set, contentProvider={"type": "line"})


def lines(*places: int, of: int = OF) -> str:
    return "\n".join(f"［写真］ {place}/{of}" for place in places)


async def looks(talk: Talk, rounds: int = 12) -> None:
    """Half a second after half a second."""
    await talk.goes_on(rounds, seconds=together.LOOK_AGAIN)


async def order(talk: Talk) -> list[str]:
    """The photos in the order in which they are fetched."""
    async with talk.db.reading() as session:
        rows = (
            await session.exec(select(OutboxRow).where(OutboxRow.dest == "content").order_by(col(OutboxRow.id)))
        ).all()
        assert len({row.conv for row in rows}) <= 1  # one after the other
        return [(await session.get_one(Attachment, row.payload["attachment"])).line_message_id for row in rows]


async def test_five_photos_are_one_answer_in_the_order_they_were_chosen(talk: Talk) -> None:
    before = len(await talk.said())
    await sends(talk, 3, 1, 5, 2, 4)
    await talk.goes_on(1)

    assert await talk.answers() == {"overview": lines(*PHOTOS)}
    assert len(await talk.said()) == before + 1
    assert set(await talk.inbox()) == {"done"}
    assert await order(talk) == [f"S1-{place}" for place in PHOTOS]


async def test_the_first_waits_for_the_rest_but_not_for_ever(talk: Talk) -> None:
    before = len(await talk.said())
    await sends(talk, 2, 1)
    await looks(talk, 4)
    assert len(await talk.said()) == before

    await looks(talk)

    assert await talk.answers() == {"overview": lines(1, 2)}
    assert len(await talk.said()) == before + 1


async def test_one_that_comes_late_joins_the_others_without_a_word(talk: Talk) -> None:
    await sends(talk, 2, 4)
    await talk.goes_on(1, seconds=30)  # the first had its turn: nothing more came in time
    await talk.goes_on(1)
    await talk.writes("駅前の空き店舗です")
    await talk.goes_on(1)
    before = len(await talk.said())
    await sends(talk, 1, 3)
    await talk.goes_on(2)

    assert (await talk.answers())["overview"] == f"{lines(1, 2, 3, 4)}\n駅前の空き店舗です"
    assert len(await talk.said()) == before
    assert set(await talk.inbox()) == {"done"}


async def test_without_a_number_of_photos_nobody_waits(talk: Talk) -> None:
    before = len(await talk.said())
    await sends(talk, 1, of=None)
    await talk.goes_on(1, seconds=0)
    await sends(talk, 2, of=None)
    await talk.goes_on(1, seconds=0)

    assert await talk.answers() == {"overview": "［写真］\n［写真］"}
    assert len(await talk.said()) == before + 1


async def test_two_sets_are_two_turns(talk: Talk) -> None:
    before = len(await talk.said())
    await sends(talk, 1, 2, of=2)
    await sends(talk, 1, 2, of=2, name="S2")
    await talk.goes_on(3)

    assert await talk.answers() == {"overview": f"{lines(1, 2, of=2)}\n{lines(1, 2, of=2)}"}
    assert len(await talk.said()) == before + 2


async def test_a_name_that_a_phone_gives_again_is_another_action(talk: Talk) -> None:
    await sends(talk, 1, 2, of=2)
    await talk.goes_on(1)
    before = len(await talk.said())
    talk.now += ONE_ACTION
    await talk.sends("image", id="again", imageSet={"id": "S1"}, contentProvider={"type": "line"})
    await talk.goes_on(1)

    assert len(await talk.said()) == before + 1
    assert await talk.answers() == {"overview": f"{lines(1, 2, of=2)}\n［写真］"}


async def test_one_that_was_taken_back_in_between_is_none_of_them(talk: Talk) -> None:
    before = len(await talk.said())
    await sends(talk, 1, 2, 3, of=3)
    async with talk.db.transaction() as session:
        for gone in ("S1-1", "S1-3"):
            await privacy.unsend(session, gone, now=talk.now)
    await looks(talk, 14)

    assert await talk.answers() == {"overview": lines(2, of=3)}
    assert await order(talk) == ["S1-2"]
    assert len(await talk.said()) == before + 1


async def test_while_rasa_is_down_they_are_fetched_and_answered_once_later(talk: Talk) -> None:
    talk.rasa.troubles = ["refused"] * 2
    await sends(talk, 2, 1, of=2)
    await talk.goes_on(1)
    assert await order(talk) == ["S1-1", "S1-2"]

    await talk.goes_on()

    assert await talk.answers() == {"overview": lines(1, 2, of=2)}
    assert (await talk.said())[-2:] == ["holding", "asks overview"]


async def test_after_a_lost_answer_nothing_is_kept_twice(talk: Talk) -> None:
    talk.rasa.troubles = ["lost"]
    await sends(talk, 2, 1, of=2)
    await talk.goes_on()

    assert await talk.answers() == {"overview": lines(1, 2, of=2)}
    assert (await talk.said())[-1] == "asks overview"


async def test_doubtful_ones_are_decided_together(talk: Talk) -> None:
    await talk.writes("空き家を使いたい", "/pause")
    await talk.goes_on(2)
    await sends(talk, 2, 1, of=2)
    await talk.goes_on(1)
    assert "background" not in await talk.answers()

    await talk.writes("/answer_as_is")
    await talk.goes_on(1)

    assert (await talk.answers())["background"] == lines(1, 2, of=2)


async def test_outside_a_consultation_they_are_refused_once(talk: Talk) -> None:
    async with talk.db.transaction() as session:
        (await session.exec(select(Proposal))).one().state = ProposalState.WITHDRAWN
    before = len(await talk.said())
    await sends(talk, 1, 2, of=3)
    await looks(talk)
    await sends(talk, 3, of=3)
    await looks(talk)

    assert len(await talk.said()) == before + 1
    async with talk.db.reading() as session:
        assert (await session.exec(select(Attachment))).all() == []


async def test_one_that_comes_after_the_erasure_is_kept_nowhere(talk: Talk) -> None:
    await sends(talk, 1, 2)
    await looks(talk)
    async with talk.db.transaction() as session:
        await privacy.erase(session, (await session.exec(select(Citizen))).one(), now=talk.now)
        await privacy.hide_arrivals(session, "U1")
    await sends(talk, 3)
    await looks(talk)

    async with talk.db.reading() as session:
        assert (await session.exec(select(Attachment))).all() == []
        assert {row.together for row in (await session.exec(select(InboxRow))).all() if row.conv != "line:U1"} == {None}


async def test_the_desk_gets_them_in_their_order(talk: Talk) -> None:
    await sends(talk, 2, 3)
    await looks(talk)
    await sends(talk, 1)
    await looks(talk)
    async with talk.db.transaction() as session:
        draft = (await session.exec(select(Proposal))).one()
        draft.state, draft.question = ProposalState.SENT, None
        for photo in (await session.exec(select(Attachment))).all():
            photo.content, photo.name = b"jpeg", photo.line_message_id
        case = await received.open_case(session, draft, {}, by="citizen", now=talk.now)
        shown = (
            await session.exec(select(OutboxRow).where(OutboxRow.kind == "file").order_by(col(OutboxRow.id)))
        ).all()
        listed = (await sight.view_of(session, case)).attachments

    assert [row.key for row in shown] == [files.file_key(f"S1-{place}") for place in (1, 2, 3)]
    assert [line.name for line in listed] == ["S1-1", "S1-2", "S1-3"]


async def test_other_hubs_and_a_restart_change_nothing(reused: Reused) -> None:
    url = reused.emptied()
    one, two = await databases.opened(url), await databases.opened(url)
    async with begun(one) as talk:
        before = len(await talk.said())
        for place in (4, 2, 5):
            await sends(talk, place)
            await both_look(talk, talk.hub(one), talk.hub(two))
        talk.now += together.PATIENCE
        await both_look(talk, talk.hub(two), talk.hub(one))
        for place in (1, 3):
            await sends(talk, place)
            await both_look(talk, talk.hub(two), talk.hub(one))

        assert await talk.answers() == {"overview": lines(*PHOTOS)}
        assert len(await talk.said()) == before + 1
        assert set(await talk.inbox()) == {"done"}
    await one.close()
    await two.close()


async def both_look(talk: Talk, *hubs: InboxWorker) -> None:
    """Two hubs take what they can get, at the same time."""
    for _ in range(4):
        claimed = await asyncio.gather(*(hub.claim(8, talk.now) for hub in hubs))
        await asyncio.gather(*(hub.work(row) for hub, rows in zip(hubs, claimed, strict=True) for row in rows))


async def test_of_several_that_can_t_be_had_the_citizen_is_told_once(talk: Talk) -> None:
    for place in (1, 2):
        image_set = {"id": "S1", "index": place, "total": 2}
        await talk.sends("image", imageSet=image_set, contentProvider={"type": "external"})
    await talk.goes_on(1)

    async with talk.db.reading() as session:
        told = (await session.exec(select(OutboxRow).where(OutboxRow.kind == "media_not_fetched"))).all()
    assert [row.payload["what"] for row in told] == ["写真の一部"]


async def test_doubtful_ones_reach_the_desk_as_one_message(talk: Talk) -> None:
    async with talk.db.transaction() as session:
        case = await a_case(session)
        draft = (await session.exec(select(Proposal).where(Proposal.state == ProposalState.DRAFT))).one()
        draft.paused_at = talk.now
    await sends(talk, 2, 1, of=2)
    await talk.goes_on(1)
    await talk.writes("/tell_desk")
    await talk.goes_on(1)

    async with talk.db.reading() as session:
        found = select(CaseEvent.words).where(CaseEvent.case_id == case.id, CaseEvent.by == "citizen")
        said = (await session.exec(found.order_by(col(CaseEvent.id)))).all()
    assert [words for words in said if words] == [["［写真］ 1/2", "［写真］ 2/2"]]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    arriving=st.permutations(PHOTOS),
    missing=st.sets(st.sampled_from(PHOTOS), max_size=OF - 1),
    pauses=st.lists(st.integers(0, 20), min_size=OF, max_size=OF),
)
async def test_however_they_arrive_it_is_one_answer_in_order(
    migrated_file: Path, tmp_path: Path, arriving: Sequence[int], missing: set[int], pauses: list[int]
) -> None:
    """Out of order, with looks in between, some late and some never."""
    file = copy(migrated_file, tmp_path / f"{uuid4().hex}.db")
    database = await databases.opened(f"sqlite:///{file}")
    async with begun(database) as talk:
        before, came = len(await talk.said()), [place for place in arriving if place not in missing]
        for place, pause in zip(came, pauses, strict=False):
            await sends(talk, place)
            await looks(talk, pause)
        await looks(talk, 14)

        assert await talk.answers() == {"overview": lines(*sorted(came))}
        assert len(await talk.said()) == before + 1
        assert set(await talk.inbox()) == {"done"}
        assert sorted(await order(talk)) == [f"S1-{place}" for place in sorted(came)]
    await database.close()
