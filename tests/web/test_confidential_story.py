"""A whole consultation with PRIVACY_MODE=confidential, over HTTP: LINE carries none of anybody's words."""

import json
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.app import create
from bot.settings import Settings
from deploy.simulator import app as simulator
from deploy.simulator.config import Config
from deploy.simulator.state import World
from tests import pace
from tests.simulator.client import Simulation
from tests.web.served import Visitor, serving

SAID = {
    "overview": "母の介護のことで悩んでいる", "background": "ひとりで抱えている", "members": "", "history": "",
    "schemes": "",
}  # fmt: skip
ANSWERED = "来週の火曜にお会いできますか"
WRITTEN = "火曜でお願いします"
FILE, PDF = "介護の窓口.pdf", b"%PDF-1.7 1 0 obj"


@pytest.fixture
async def world(tmp_path: Path, sqlite_url: str, migrated_file: Path) -> AsyncIterator[World]:
    """The hub beside the simulator; Rasa isn't there, and isn't needed to be handed a form."""
    shutil.copy(migrated_file, sqlite_url.removeprefix("sqlite:///"))
    config = Config()
    async with simulator.serving(config) as world:
        settings = Settings.model_validate({
            "database_url": sqlite_url, "line_channel_secret": config.line_secret, "line_api_url": config.url,
            "line_channel_access_token": config.line_token, "slack_bot_token": config.slack_token,
            "slack_signing_secret": config.slack_secret, "slack_intake_channel": config.intake,
            "slack_api_url": f"{config.url}/api/", "rasa_token": "none", "rasa_url": "http://127.0.0.1:9",
            "privacy_mode": "confidential", "index_dir": str(tmp_path / "index"),
        })  # fmt: skip
        async with serving(create(settings), lifespan="on") as site:
            config.hub = site
            world.phones.webhook = f"{site}/line/webhook"
            yield world


async def test_what_is_told_stays_with_the_centre(world: World) -> None:
    async with Simulation(world.config.url, patience=pace.within(10)) as sim:
        citizen, alice = sim.citizen("佐藤さん"), sim.coordinator("ありす")
        await citizen.says("同意してはじめる")
        form = _path((await citizen.hears("/form/"))["words"])

        visitor = Visitor(world.config.hub)
        sent = await visitor.fills_in(form, files={}, wish="send", **SAID)
        number = re.findall(r"20\d\d-\d{4,}", (await visitor.looks(sent.goes_to)).text)[0]
        await alice.sees_card(number)
        await alice.sees_on_card(SAID["overview"])
        await alice.presses("担当する")
        await alice.sees_on_card("②")
        await alice.presses("市民へ返信")
        await alice.sees_modal("市民へ返信")
        paper = await alice.uploads(FILE, PDF)
        await alice.submits({"返信の文": ANSWERED, "いっしょに送るファイル": [paper]})
        await alice.sees_modal("この内容で送ります")
        await alice.submits()

        page = _path((await citizen.hears("返信が届きました"))["words"])
        assert ANSWERED in (await visitor.looks(page)).text
        await alice.sees_in_thread(f"{FILE}\n」を送りました")
        shown = (await visitor.looks(page)).text
        assert FILE in shown
        opened = await visitor.looks(re.findall(r'href="(/sent/[^"]+)"', shown)[0])
        assert (opened.status, opened.text) == (200, PDF.decode())
        await visitor.fills_in(page, words=WRITTEN)
        await alice.sees_in_thread(WRITTEN)
        await visitor.close()

    carried = json.dumps([e for e in world.wire.entries if e["platform"] == "line"], ensure_ascii=False)
    assert "返信が届きました" in carried
    assert [
        words for words in (*filter(None, SAID.values()), ANSWERED, WRITTEN, FILE, "/sent/") if words in carried
    ] == []


def _path(words: str) -> str:
    """The path of the address in what was said: the centre's own, wherever it is served here."""
    return urlsplit(re.findall(r"https?://\S+", words)[0]).path
