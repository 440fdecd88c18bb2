"""The citizen is never stuck, and no answer is lost: the hearing with the trained model."""

import asyncio
import json
import time

import pytest

from tests.e2e.steps import ANSWERS, a_case, answers, begins, finishes
from tests.e2e.town import Town
from tests.simulator.client import Citizen, Coordinator


def answers_of(town: Town, number: str) -> dict[str, str]:
    found: dict[str, str] = json.loads(town.tsunagi("case", number, "--json"))["answers"]
    return found


async def times(citizen: Citizen, words: str) -> int:
    """How many of the centre's messages hold the words."""
    said = [message for message in (await citizen.screen())["messages"] if message["from"] == "centre"]
    return sum(words in message["words"] for message in said)


async def test_without_consent_nothing_is_asked_or_kept(citizen: Citizen, town: Town) -> None:
    await citizen.follows()
    await citizen.says("空き店舗で子ども食堂を開きたいのですが、どうすればよいですか")
    await citizen.hears("相談をはじめる")
    await citizen.taps("相談をはじめる")
    await citizen.taps("同意しない")
    await citizen.hears("何も記録していません")

    assert "空き店舗" not in town.tsunagi("inbox", "list", "--json")


async def test_several_messages_in_a_row_are_one_answer_in_order(citizen: Citizen, town: Town) -> None:
    await begins(citizen)
    now = time.time()
    for n in range(4):
        await citizen.says(f"その{n}です。空き家のことで", at=now + n / 1000)
    await citizen.hears("質問 2/5")
    await citizen.says("子どものため")
    await citizen.hears("質問 3/5")
    for words, then in [("友人と", "質問 4/5"), ("まだ何も", "質問 5/5"), ("わからない", "どの区")]:
        await citizen.says(words)
        await citizen.hears(then)
    number = await _with_ward(citizen)

    given = answers_of(town, number)
    assert given["overview"] == "\n".join(f"その{n}です。空き家のことで" for n in range(4))
    assert given["background"] == "子どものため"


async def test_an_answer_of_line_s_whole_length_is_kept_verbatim(citizen: Citizen, town: Town) -> None:
    words = ("鶴見区の空き家を使って、みんなの居場所をつくりたいと思います。" * 200)[:5000]
    await begins(citizen)
    await citizen.says(words)
    await citizen.hears("質問 2/5")
    await answers(citizen, start=1)
    number = await finishes(citizen)

    assert answers_of(town, number)["overview"] == words


async def test_photos_files_places_and_stickers_stay_with_the_answer(
    citizen: Citizen, alice: Coordinator, town: Town
) -> None:
    await begins(citizen)
    await citizen.sends_photo()
    await citizen.hears("言葉でも")
    await citizen.says("鶴見区のこの空き店舗です")
    await citizen.hears("質問 2/5")
    await citizen.sends_location(title="空き店舗", address="鶴見区")
    await citizen.hears("言葉でも")
    await citizen.taps("次へ")
    await citizen.hears("質問 3/5")
    await citizen.sends_sticker()
    await citizen.hears("言葉でも")
    await citizen.says("友人と")
    await citizen.hears("質問 4/5")
    await citizen.sends_file(name="記録.pdf")
    await citizen.hears("言葉でも")
    await citizen.taps("次へ")
    await citizen.hears("質問 5/5")
    await citizen.says("なし")
    await citizen.hears("立場")
    number = await finishes(citizen)

    given = answers_of(town, number)
    assert given["overview"] == "［写真］\n鶴見区のこの空き店舗です"
    assert given["background"].startswith("［位置情報］ 空き店舗 鶴見区")
    assert given["members"].startswith("［スタンプ］")
    assert given["history"] == "［ファイル］ 記録.pdf"
    assert given["schemes"] == "なし"
    await alice.sees_card(number)
    await alice.sees_file(f"{number}-")
    await alice.presses("詳細")
    await alice.sees_modal("記録.pdf")
    await alice.closes()


@pytest.mark.parametrize(
    "words",
    ["取り消すことのできない問題です", "ヘルプマークの普及活動をしたい", "/restart", "戻る場所がない若者の居場所"],
)
async def test_an_answer_that_looks_like_a_command_is_an_answer(citizen: Citizen, words: str) -> None:
    await begins(citizen)
    await citizen.says(words)
    heard = asyncio.create_task(citizen.hears("質問 2/5"))
    asked = asyncio.create_task(citizen.sees_button("回答として記録する"))
    done, _ = await asyncio.wait({heard, asked}, return_when=asyncio.FIRST_COMPLETED)
    if asked in done:
        await citizen.taps("回答として記録する")
    await heard
    asked.cancel()
    await citizen.taps("戻る")
    await citizen.hears(words.lstrip("/"))


async def test_a_question_in_between_is_answered_and_the_hearing_goes_on(citizen: Citizen) -> None:
    await begins(citizen)
    for asked, told in [
        ("ヘルプ", "ふつうの言葉で"),
        ("受付時間は？", "9:00"),
        ("状況を見る", "まだ送信されていません"),
    ]:
        await citizen.says(asked)
        await citizen.hears(told)
        await citizen.hears("質問 1/5")
    await citizen.says("空き家のこと")
    await citizen.hears("質問 2/5")


async def test_a_button_of_an_earlier_question_explains_itself(citizen: Citizen) -> None:
    await begins(citizen)
    await citizen.says("空き家のこと")
    await citizen.hears("質問 2/5")
    for question in ("質問 3/5", "質問 4/5", "質問 5/5", "どの区"):
        await citizen.taps("スキップ")
        await citizen.hears(question)
    await citizen.taps("鶴見区")
    await citizen.hears("立場")
    await citizen.taps("港北区")  # still on the screen
    await citizen.hears("前の質問のもの")
    await citizen.says("わたしのデータ")
    mine = await citizen.hears("お預かりしている")

    assert "鶴見区" in mine["words"]
    assert "港北区" not in mine["words"]


async def test_after_the_summary_one_answer_is_corrected_and_one_extended(citizen: Citizen, town: Town) -> None:
    await begins(citizen)
    await answers(citizen)
    await citizen.taps("個人")
    await citizen.taps("スキップ")
    await citizen.hears("連絡")
    await citizen.taps("スキップ")
    await citizen.hears("これで全部です")
    await citizen.taps("追記する")
    await citizen.taps("メンバーや支援者に追記する")
    await citizen.hears("書き足します")
    await citizen.says("商店会の方も")
    await citizen.hears("これで全部です")
    await citizen.says("そうそう、費用も心配です")  # words nobody asked for
    await citizen.taps("背景・動機に追記する")
    await citizen.hears("これで全部です")
    await citizen.taps("送信する")
    receipt = await citizen.hears("受付番号")

    given = answers_of(town, receipt["words"].split("受付番号は ")[1].split()[0])
    assert given["members"].endswith("\n商店会の方も")
    assert given["background"].endswith("\nそうそう、費用も心配です")


async def test_a_draft_is_taken_back_and_erased(citizen: Citizen) -> None:
    await begins(citizen)
    await citizen.says("空き家のこと")
    await citizen.hears("質問 2/5")
    await citizen.says("取り消す")
    await citizen.taps("取り消しを確定する")
    await citizen.hears("取り消しました")
    await citizen.says("わたしのデータ")
    message = await citizen.hears("お預かりしている")

    assert "空き家" not in message["words"]


async def test_everything_is_shown_and_erased_on_request(citizen: Citizen, alice: Coordinator, town: Town) -> None:
    number = await a_case(citizen)
    await alice.sees_card(number)
    await citizen.says("わたしのデータ")
    await citizen.hears("子ども食堂")
    await citizen.says("削除する")
    await citizen.taps("削除を確定する")
    await citizen.hears("すべて削除しました")
    await alice.sees_in_thread("消去しました")
    await alice.sees_on_card("（回答なし）")

    assert "子ども食堂" not in town.tsunagi("case", number, "--json")


async def test_a_message_taken_back_is_erased_everywhere(citizen: Citizen, alice: Coordinator, town: Town) -> None:
    number = await a_case(citizen)
    await alice.sees_card(number)
    await citizen.says("やっぱり秘密の住所は港町1-2です")
    await citizen.hears("担当者に伝えました")
    await alice.sees_in_thread("港町1-2")
    await citizen.unsends("やっぱり秘密の住所は港町1-2です")
    await alice.sees_in_thread("取り消しました")

    assert "港町" not in town.tsunagi("case", number, "--json")
    await _until_gone(alice, "港町1-2")


async def _until_gone(alice: Coordinator, words: str) -> None:
    for _ in range(100):
        if words not in await alice.transcript():
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"{words} is still in Slack")


async def _with_ward(citizen: Citizen) -> str:
    await citizen.says("つるみ")
    await citizen.hears("立場")
    return await finishes(citizen)


async def test_what_comes_in_one_action_is_answered_once_and_shown_in_its_order(
    citizen: Citizen, alice: Coordinator, town: Town
) -> None:
    await begins(citizen)
    await citizen.sends_sticker(text=ANSWERS["overview"])
    await citizen.hears("質問 2/5")
    await citizen.sends_photos(*[f"photo {n}".encode() for n in (1, 2, 3, 4, 5)], order=[3, 1, 5, 2, 4])
    await citizen.hears("言葉でも")
    assert await times(citizen, "受け取りました") == 1
    await citizen.says(ANSWERS["background"])
    await citizen.hears("質問 3/5")
    await answers(citizen, start=2)
    number = await finishes(citizen)

    given = answers_of(town, number)
    assert given["overview"] == ANSWERS["overview"]
    photos = "\n".join(f"［写真］ {n}/5" for n in (1, 2, 3, 4, 5))
    assert given["background"] == f"{photos}\n{ANSWERS['background']}"
    await alice.sees_card(number)
    await alice.sees_file(f"{number}-")

    await citizen.sends_photos(*[f"more {n}".encode() for n in (1, 2, 3)], order=[3, 2, 1])
    await citizen.hears("担当者に")
    await citizen.never_hears("［写真］")
    files = await alice.sees_files(8)
    assert files == sorted(files, key=lambda name: int(name.removeprefix(f"{number}-").partition(".")[0]))
    assert await times(citizen, "担当者に伝えました") == 1


async def test_a_film_that_is_too_large_is_said_to_be_so(citizen: Citizen, alice: Coordinator, town: Town) -> None:
    number = await a_case(citizen)
    await alice.sees_card(number)
    await citizen.sends_video(size=25 * 1024 * 1024)
    await citizen.hears("大きすぎて受け取れませんでした")
    await alice.sees_in_thread("大きすぎて受け取れませんでした")
