"""A card with what the centre really knows, as it goes out."""

from datetime import UTC, datetime

from slack_office import Office
from slack_stand_in import CHANNEL

from bot.delivery.postman import Postman
from bot.slack.blocks import visible
from bot.slack.transport import SlackTransport
from knowledge.search import Library
from storage.models import KnowledgeChange, Organisation, PastCase


async def test_a_card_shows_what_is_alike_and_why(office: Office) -> None:
    now = datetime.now(UTC)
    async with office.db.transaction() as session:
        title = "商店街の空き店舗で開くこども食堂"
        session.add(PastCase(id="c1", title=title, ward="鶴見区", sample=True, updated_at=now))
        session.add(Organisation(id="o1", name="子ども食堂つるみ", ward="鶴見区", updated_at=now))
        session.add(KnowledgeChange(kind="case", entry_id="c1", at=now))
        session.add(KnowledgeChange(kind="organisation", entry_id="o1", at=now))
    case = await office.case()
    library = Library(office.db)
    transport = SlackTransport(office.client, office.db, library, CHANNEL, lambda: now)
    postman = Postman(office.db, {"slack": transport}, lambda: now)

    for row in await postman.claim(8, now):
        await postman.work(row)
    await library.close()

    shown = visible(office.slack.of("chat.postMessage")[0]["blocks"])
    assert case.number in shown
    assert "【見本】商店街の空き店舗で開くこども食堂" in shown
    assert "「空き店舗」" in shown
    assert "子ども食堂つるみ" in shown
