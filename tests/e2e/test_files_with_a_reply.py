"""A coordinator replies with a picture and a PDF: the citizen opens both, and once everything is erased nobody does."""

import re
from urllib.parse import urlsplit

import aiohttp

from tests.e2e.steps import a_case
from tests.e2e.town import Town
from tests.simulator.client import Citizen, Coordinator

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64
PDF = b"%PDF-1.7 a plan"
LABEL, WORDS = "いっしょに送るファイル", "会場の案と申請書です"


async def opens(town: Town, message: dict) -> tuple[int, str, bytes]:
    """Tap the button under a file, at the hub's own address."""
    (button,) = (part["action"] for part in message["message"]["contents"]["footer"]["contents"])
    async with aiohttp.ClientSession() as http, http.get(town.hub + urlsplit(button["uri"]).path) as answer:
        return answer.status, answer.content_type, await answer.read()


async def replies(alice: Coordinator, **files: bytes) -> None:
    """市民へ返信, with files, through its preview."""
    await alice.presses("市民へ返信")
    await alice.sees_modal("市民へ返信")
    chosen = [await alice.uploads(name.replace("_", "."), content) for name, content in files.items()]
    await alice.submits({"返信の文": WORDS, LABEL: chosen})
    for name in files:
        await alice.sees_modal(f"ファイル：{name.replace('_', '.')}")
    await alice.submits()


async def test_a_picture_and_a_pdf_go_with_a_reply_and_are_gone_with_everything(
    town: Town, citizen: Citizen, alice: Coordinator
) -> None:
    number = await a_case(citizen)
    await alice.sees_card(number)
    await alice.presses("担当する")
    await citizen.hears("担当者が決まりました")

    await replies(alice, 会場の案_png=PNG, 申請書_pdf=PDF)

    await citizen.hears(WORDS)
    picture, paper = await citizen.hears("会場の案.png"), await citizen.hears("申請書.pdf")
    assert re.search(r"\d+月\d+日\(.\)まで開けます", picture["words"])
    assert await opens(town, picture) == (200, "image/png", PNG)
    assert await opens(town, paper) == (200, "application/pdf", PDF)
    for name in ("会場の案.png", "申請書.pdf"):
        await alice.sees_in_thread(f"{name}\n」を送りました（LINEが受け付けました）")

    await citizen.says("削除する")
    await citizen.taps("削除を確定する")
    await citizen.hears("すべて削除しました")
    assert [(await opens(town, message))[0] for message in (picture, paper)] == [410, 410]
    assert "申請書" not in town.tsunagi("case", number, "--json")


async def test_what_is_no_picture_inside_is_told_and_the_words_arrive(citizen: Citizen, alice: Coordinator) -> None:
    await alice.sees_card(await a_case(citizen))

    await replies(alice, 図_png=b"<html>not a picture</html>")

    await citizen.hears(WORDS)
    await alice.sees_in_thread("中身が写真（JPEG・PNG・GIF・HEIC）でもPDFでもありません")
    await citizen.never_hears("図.png", seconds=1)
