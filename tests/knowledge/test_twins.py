"""Consultations that came twice are recognised, by number only."""

from collections.abc import AsyncIterator

import pytest

from knowledge.hits import Twin
from knowledge.search import Library
from storage.db import Database
from tests.knowledge.citizens import citizen, erases_everything, tells, unsends
from tests.knowledge.known import case, keep

KITCHEN = {
    "overview": "団地の空き店舗を借りて、ひとりで夕食を食べている子どもたちのための食堂を開きたいです。",
    "background": "夜まで親が帰らない家が多く、孤食の子どもが増えていると学校の先生から聞きました。",
    "members": "保護者5人と商店会の会長さんが手伝ってくれます。",
}
KITCHEN_AGAIN = {
    "overview": "前にお話しした食堂の件です。ひとりで夕食を食べる子どものために、"
    "団地の空き店舗で食堂を開けないか考えています。",
    "background": "学校の先生から孤食の子どもが多いと聞きました。親は夜遅くまで帰らないそうです。",
    "members": "商店会の会長さんが応援してくれて、保護者も手伝います。",
}
KITCHEN_OF_ANOTHER = KITCHEN | {"members": "保護者と商店会の会長さん、民生委員さんが手伝ってくれます。"}
GARDEN = {
    "overview": "駅前の公園の花壇が荒れているので、近所の人と手入れする会をつくりたいです。",
    "background": "毎朝散歩で通りますが、雑草ばかりで寂しく感じます。",
    "members": "犬の散歩仲間が3人います。",
}


@pytest.fixture
async def library(database: Database) -> AsyncIterator[Library]:
    library = Library(database)
    yield library
    await library.close()


@pytest.fixture
async def small_library(sqlite: Database) -> AsyncIterator[Library]:
    """On SQLite alone, for what doesn't depend on the database."""
    library = Library(sqlite)
    yield library
    await library.close()


def found(twins: list[Twin]) -> list[tuple[str, bool]]:
    return [(twin.number, twin.same_citizen) for twin in twins]


async def test_the_same_citizen_who_tells_it_in_other_words_is_recognised(library: Library, database: Database) -> None:
    alice = await citizen(database)
    first = await tells(database, alice, **KITCHEN)
    second = await tells(database, alice, **KITCHEN_AGAIN)

    assert found(await library.twins(second)) == [(first, True)]
    assert found(await library.twins(first)) == [(second, True)]


async def test_another_citizen_with_nearly_the_same_words_is_recognised(library: Library, database: Database) -> None:
    first = await tells(database, await citizen(database), **KITCHEN)
    by_phone = await tells(database, **KITCHEN_OF_ANOTHER)

    (twin,) = await library.twins(by_phone)

    assert (twin.number, twin.stage, twin.same_citizen) == (first, "received", False)
    assert 0.85 <= twin.likeness < 1.0


async def test_another_citizen_with_a_like_idea_in_their_own_words_is_no_twin(
    library: Library, database: Database
) -> None:
    await tells(database, await citizen(database), **KITCHEN)
    other = await tells(database, await citizen(database), **KITCHEN_AGAIN)

    assert await library.twins(other) == []


async def test_another_topic_is_no_twin_whoever_tells_it(library: Library, database: Database) -> None:
    alice = await citizen(database)
    kitchen = await tells(database, alice, **KITCHEN)
    garden = await tells(database, alice, **GARDEN)

    assert await library.twins(kitchen) == []
    assert await library.twins(garden) == []


async def test_the_most_alike_comes_first(library: Library, database: Database) -> None:
    alice = await citizen(database)
    again = await tells(database, alice, **KITCHEN_AGAIN)
    copy = await tells(database, await citizen(database), **KITCHEN)
    number = await tells(database, alice, **KITCHEN)

    twins = await library.twins(number)

    assert found(twins) == [(copy, False), (again, True)]
    assert twins[0].likeness == 1.0


async def test_who_had_everything_erased_is_nobodys_twin(library: Library, database: Database) -> None:
    alice = await citizen(database)
    erased = await tells(database, alice, **KITCHEN)
    number = await tells(database, await citizen(database), **KITCHEN)
    assert found(await library.twins(number)) == [(erased, False)]

    await erases_everything(database, alice)

    assert await library.twins(number) == []
    assert await library.twins(erased) == []


async def test_a_consultation_whose_every_message_was_unsent_is_nobodys_twin(
    library: Library, database: Database
) -> None:
    unsent = await tells(database, await citizen(database), about="first", **KITCHEN)
    number = await tells(database, await citizen(database), about="second", **KITCHEN)
    assert found(await library.twins(number)) == [(unsent, False)]

    for question in KITCHEN:
        await unsends(database, f"first-{question}")

    assert await library.twins(number) == []
    assert await library.twins(unsent) == []


async def test_an_unsent_answer_no_longer_counts(library: Library, database: Database) -> None:
    first = await tells(database, about="first", **KITCHEN)
    number = await tells(database, about="second", **KITCHEN)
    await library.refresh()

    await unsends(database, "first-overview")

    assert await library.twins(number) == []
    assert await library.twins(first) == []


@pytest.mark.parametrize("text", ["相談したいです", "はい", "空き家について", "😀", "👍👍👍", "。"])
async def test_what_anybody_says_makes_nobody_a_twin(small_library: Library, sqlite: Database, text: str) -> None:
    numbers = [await tells(sqlite, await citizen(sqlite), overview=text) for _ in range(3)]
    long = await tells(sqlite, overview=f"{text}。{KITCHEN['overview']}")

    assert [await small_library.twins(number) for number in (*numbers, long)] == [[], [], [], []]


@pytest.mark.parametrize(("one", "other"), [("はい", "いいえ"), ("😀", "👍"), ("。。。", "？")])
async def test_two_wordless_messages_of_a_citizen_are_not_the_same(
    small_library: Library, sqlite: Database, one: str, other: str
) -> None:
    alice = await citizen(sqlite)
    numbers = [await tells(sqlite, alice, overview=text) for text in (one, other)]

    assert [await small_library.twins(number) for number in numbers] == [[], []]


async def test_a_case_is_not_its_own_twin_and_an_unknown_number_has_none(library: Library, database: Database) -> None:
    await keep(database, case("c1", KITCHEN["overview"]))
    number = await tells(database, **KITCHEN)

    assert await library.twins(number) == []
    assert await library.twins("2020-9999") == []
    assert await library.twins("") == []
