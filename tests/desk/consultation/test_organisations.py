"""Which organisations a text names, whatever number of them the library knows."""

import pytest

from bot.desk.consultation import organisations
from storage.db import Database
from storage.models import Organisation
from tests.desk.case_desk import NOON


@pytest.mark.parametrize("page", [1, 2, 1_000])
async def test_every_page_is_looked_through(database: Database, page: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(organisations, "PAGE", page)
    known = {
        "b": ("みほん技術者OB会", ["OB会"]),
        "a": ("つるみ食堂の会", []),
        "c": ("佐藤商店", []),
        "d": ("朝の会", []),
    }
    async with database.transaction() as session:
        for id, (name, aliases) in known.items():
            retired = NOON if id == "c" else None
            session.add(Organisation(id=id, name=name, aliases=aliases, retired_at=retired, updated_at=NOON))

    async with database.reading() as session:
        found = await organisations.named_in(session, ["みほん技術者ＯＢ会と佐藤商店が", "つるみ食堂の会を訪ねた"])

    assert found == ["みほん技術者OB会", "つるみ食堂の会", "OB会"]
