"""A card with what the centre really knows, as it goes out."""

from datetime import UTC, datetime

from bot.delivery.postman import Postman
from bot.slack import words
from bot.slack.kit.blocks import Block, visible
from bot.slack.sending.transport import SlackTransport
from knowledge.search import Library
from storage.models import KnowledgeChange, Organisation, PastCase, Stage
from tests.slack.person import CHANNEL
from tests.slack.slack_office import Office


async def test_a_card_shows_what_is_alike_and_why(office: Office) -> None:
    now = datetime.now(UTC)
    async with office.db.transaction() as session:
        title = "商店街の空き店舗で開くこども食堂"
        session.add(PastCase(id="c1", title=title, ward="鶴見区", sample=True, updated_at=now))
        session.add(Organisation(id="o1", name="子ども食堂つるみ", ward="鶴見区", updated_at=now))
        session.add(KnowledgeChange(kind="case", entry_id="c1", at=now))
        session.add(KnowledgeChange(kind="organisation", entry_id="o1", at=now))
    case = await office.case()

    (blocks,) = await cards(office)

    shown = visible(blocks)
    assert case.number in shown
    assert "【見本】商店街の空き店舗で開くこども食堂" in shown
    assert "「空き店舗」" in shown
    assert "子ども食堂つるみ" in shown


async def test_a_card_names_a_case_that_may_be_the_same_and_none_of_its_words(office: Office) -> None:
    long = "空き店舗で子ども食堂を開いて、夕食をひとりで食べる子どもを迎えたい"
    first = await office.case(overview=long, members="商店会の3名とひみつの協力者")
    second = await office.case(overview=long, on_line=False)

    mine, other = map(visible, await cards(office))

    assert words.card.TWIN[False].format(number=second.number, stage=words.STAGE[Stage.RECEIVED]) in mine
    assert words.card.TWIN[False].format(number=first.number, stage=words.STAGE[Stage.RECEIVED]) in other
    assert "ひみつの協力者" in mine
    assert "ひみつ" not in other


async def test_a_card_never_shows_its_own_case_as_alike_or_as_a_twin(office: Office) -> None:
    case = await office.case()

    (blocks,) = await cards(office)

    assert visible(blocks).count(case.number) == 1
    assert words.card.TWINS.format(twins="") not in visible(blocks)
    assert words.hits.NO_SIMILAR in visible(blocks)


async def cards(office: Office) -> list[list[Block]]:
    """Post what waits, with the centre's own library, and return the cards in their order."""
    now = datetime.now(UTC)
    library = Library(office.db)
    transport = SlackTransport(office.client, office.db, library, CHANNEL, lambda: now)
    postman = Postman(office.db, {"slack": transport}, lambda: now)
    for row in await postman.claim(8, now):
        await postman.work(row)
    await library.close()
    return [sent["blocks"] for sent in office.slack.of("chat.postMessage")]
