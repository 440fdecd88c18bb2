"""The page in a real browser; skipped where there is none."""

import asyncio
import subprocess

import pytest
from aiohttp import web
from playwright.async_api import Page

from tests import pace
from tests.simulator.pictures import PIXEL


async def test_a_citizen_chats_and_taps(page, hub, slack, sim, line, world):
    from linebot.v3.messaging import PushMessageRequest

    await page.click(".hello button")
    await page.fill("#words", "<script>document.title='x'</script>こんにちは")
    await page.press("#words", "Enter")
    await page.wait_for_selector("text=<script>document.title='x'</script>こんにちは")
    assert await page.title() != "x"
    await page.wait_for_selector("text=既読")

    action = {"type": "postback", "label": "はい", "data": "yes", "displayText": "はい"}
    asked = {"type": "text", "text": "始めますか", "quickReply": {"items": [{"type": "action", "action": action}]}}
    await line.push_message(PushMessageRequest.from_dict({"to": world.config.citizens[0].id, "messages": [asked]}))
    await page.click("#quick >> text=はい")
    await page.wait_for_selector("#quick:empty", state="attached")
    assert hub.events()[-1]["postback"] == {"data": "yes"}


async def test_a_citizen_sends_more_than_words_takes_it_back_and_blocks(page, hub, world):
    await page.click(".hello button")
    for button, shown in (("#sticker", ".stamp svg"), ("#location", ".place svg")):
        await page.click("#plus")
        await page.click(button)
        await page.wait_for_selector(shown)
    for field, name, shown in (("#photo", "花壇.png", ".bubble img"), ("#file", "計画.pdf", "text=計画.pdf")):
        await page.click("#plus")
        await page.set_input_files(field, {"name": name, "mimeType": "image/png", "buffer": PIXEL})
        await page.wait_for_selector(shown)
    await page.click("#plus")
    two = [{"name": f"{n}.png", "mimeType": "image/png", "buffer": PIXEL} for n in (1, 2)]
    await page.set_input_files("#photo", two)
    await hub.until(lambda: len(hub.events()) >= 7)
    sent = [e["message"] for e in hub.events() if e["type"] == "message"]
    assert [message["type"] for message in sent] == ["sticker", "location", "image", "file", "image", "image"]
    assert [message["imageSet"]["index"] for message in sent[-2:]] == [1, 2]

    await page.locator(".row.mine", has_text="計画.pdf").hover()
    await page.locator(".row.mine", has_text="計画.pdf").get_by_text("送信取消").click()
    await page.wait_for_selector(".bubble.gone")
    await page.click("#phone-more")
    await page.click("#friend")
    await hub.until(lambda: hub.events()[-1]["type"] == "unfollow")
    assert hub.events()[-2]["type"] == "unsend"


async def test_typing_a_slash_offers_the_commands(page):
    await page.click("#tour-skip")
    await page.fill("#line", "/s")
    await page.wait_for_selector("#commands >> text=/similar")
    assert await page.locator("#commands [role=option]", has_text="/org").count() == 0
    await page.click("#commands >> text=/similar")
    assert await page.input_value("#line") == "/similar "
    assert await page.is_hidden("#commands")


async def test_a_coordinator_presses_fills_in_and_sees_a_fault(page, hub, slack, world):
    text = {"type": "plain_text", "text": "担当する"}
    button = {"type": "button", "text": text, "action_id": "case.claim", "value": "1"}
    card = [{"type": "section", "text": {"type": "mrkdwn", "text": "*受付* &lt;b&gt;"}},
            {"type": "actions", "elements": [button]}]  # fmt: skip
    await slack.chat_postMessage(channel=world.config.intake, text="x", blocks=card)
    await page.click("[data-action='case.claim']")
    trigger = (await hub.payload())["trigger_id"]
    field = {"type": "input", "block_id": "b1", "label": {"type": "plain_text", "text": "ひとこと"},
             "element": {"type": "plain_text_input", "action_id": "a1"}}  # fmt: skip
    view = {"type": "modal", "title": text, "submit": text, "callback_id": "c", "blocks": [field]}
    await slack.views_open(trigger_id=trigger, view=view)
    await page.fill("#modal input", "短い")
    hub.answers.append(web.json_response({"response_action": "errors", "errors": {"b1": "もう少し詳しく"}}))
    await page.click("#modal .primary")
    await page.wait_for_selector("text=もう少し詳しく")
    assert await page.input_value("#modal input") == "短い"

    await page.fill("#modal input", "とても詳しく書きました")
    await page.click("#modal .primary")
    await page.wait_for_selector("#veil", state="hidden")
    await hub.payload()
    assert (await hub.payload())["view"]["state"]["values"]["b1"]["a1"]["value"] == "とても詳しく書きました"


async def test_files_are_chosen_in_a_modal_and_one_is_taken_out_again(page, hub, slack, world):
    text = {"type": "plain_text", "text": "返信"}
    button = {"type": "button", "text": text, "action_id": "case.reply", "value": "1"}
    await slack.chat_postMessage(
        channel=world.config.intake, text="x", blocks=[{"type": "actions", "elements": [button]}]
    )
    await page.click("[data-action='case.reply']")
    field = {"type": "input", "block_id": "b1", "label": text, "element": {
        "type": "file_input", "action_id": "a1", "filetypes": ["png"], "max_files": 3}}  # fmt: skip
    view = {"type": "modal", "title": text, "submit": text, "callback_id": "c", "blocks": [field]}
    await slack.views_open(trigger_id=(await hub.payload())["trigger_id"], view=view)
    names = ("<b>図</b>.png", "写真.png")
    chosen = [{"name": name, "mimeType": "image/png", "buffer": PIXEL} for name in names]
    await page.set_input_files("#modal input[type=file]", chosen)
    await page.wait_for_selector("#modal li >> text=写真.png")
    assert "<b>図</b>.png" in await page.inner_text("#modal li:first-child")

    await page.click("#modal [aria-label='写真.png を外す']")
    await page.click("#modal .primary")

    files = (await hub.payload())["view"]["state"]["values"]["b1"]["a1"]["files"]
    assert [(file["name"], file["mimetype"], file["size"]) for file in files] == [
        ("<b>図</b>.png", "image/png", len(PIXEL))
    ]


async def test_a_field_nobody_touches_is_sent_with_what_stood_in_it(page, hub, slack, world):
    text = {"type": "plain_text", "text": "返信"}
    button = {"type": "button", "text": text, "action_id": "case.reply", "value": "1"}
    await slack.chat_postMessage(
        channel=world.config.intake, text="x", blocks=[{"type": "actions", "elements": [button]}]
    )
    await page.click("[data-action='case.reply']")
    trigger = (await hub.payload())["trigger_id"]
    field = {"type": "input", "block_id": "b1", "label": text,
             "element": {"type": "plain_text_input", "multiline": True, "action_id": "a1",
                         "initial_value": "前の文"}}  # fmt: skip
    view = {"type": "modal", "title": text, "submit": text, "callback_id": "c", "blocks": [field]}
    await slack.views_open(trigger_id=trigger, view=view)
    await page.wait_for_selector("#modal textarea")

    await page.click("#modal .primary")

    assert (await hub.payload())["view"]["state"]["values"]["b1"]["a1"]["value"] == "前の文"


async def test_it_fits_a_phone(page):
    await page.set_viewport_size({"width": 390, "height": 800})
    for side in ("slack", "line"):
        await page.click(f"[data-show={side}]")
        assert await page.evaluate("document.documentElement.scrollWidth") == 390
        assert await page.is_visible(f"section.{side}")


async def _opens_a_long_modal(page: Page, hub, slack, world) -> None:
    text = {"type": "plain_text", "text": "記録する"}
    button = {"type": "button", "text": text, "action_id": "case.intake", "value": "1"}
    await slack.chat_postMessage(
        channel=world.config.intake, text="x", blocks=[{"type": "actions", "elements": [button]}]
    )
    await page.click("[data-action='case.intake']")
    fields = [
        {"type": "input", "block_id": f"b{n}", "optional": True, "label": {"type": "plain_text", "text": f"問い {n}"},
         "element": {"type": "plain_text_input", "multiline": True, "action_id": "a"}} for n in range(20)
    ]  # fmt: skip
    view = {"type": "modal", "title": text, "submit": text, "callback_id": "c", "blocks": fields}
    await slack.views_open(trigger_id=(await hub.payload())["trigger_id"], view=view)
    await page.wait_for_selector("#modal footer")


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
async def test_a_long_modal_scrolls_between_its_head_and_foot(page, hub, slack, world, width, height):
    await page.set_viewport_size({"width": width, "height": height})
    if width < 861:
        await page.click("#tour-skip")
        await page.click("[data-show=slack]")
    await _opens_a_long_modal(page, hub, slack, world)

    await page.locator("#modal .body").hover()
    await page.mouse.wheel(0, 400)
    async with asyncio.timeout(pace.within(5)):
        while await page.locator("#modal .body").evaluate("body => body.scrollTop") == 0:  # noqa: ASYNC110  looked at, as people do
            await asyncio.sleep(0.02)
    for part in ("header", "footer"):
        box = await page.locator(f"#modal {part}").bounding_box()
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= height
    await page.click("#modal .primary")  # also while the tour is open
    await page.wait_for_selector("#veil", state="hidden")


async def test_the_public_pages_are_found_from_the_strip(page, world):
    await page.click("#tour-skip")
    links = page.locator("#strip a")

    assert await links.all_inner_texts() == ["相談フォーム", "状況を見る", "公開された事例"]
    assert [await link.get_attribute("href") for link in await links.all()] == [
        f"{world.config.hub}{path}" for path in ("/form", "/status", "/cases")
    ]
    assert await links.first.get_attribute("target") == "_blank"


async def test_what_is_read_in_the_log_stays_open(page, sim):
    await page.click("#tour-skip")
    await sim.citizen().follows()
    await page.click("#open-wire")
    await page.click("#entries summary")
    await page.wait_for_selector("#entries pre")
    before = await page.locator("#entries li").count()

    await sim.citizen().says("こんにちは")
    await page.wait_for_selector(f"#entries li:nth-child({before + 1})")

    assert await page.is_visible("#entries pre")


async def test_a_command_copied_from_the_log_runs_as_it_is(page, slack, world):
    world.config.made_up = True
    await slack.chat_postMessage(channel=world.config.intake, text="もういちど")
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await page.click("#tour-skip")
    await page.click("#open-wire")
    await page.click("#entries summary:has-text('chat.postMessage')")
    await page.click("#entries .copy")
    await page.wait_for_selector("#toast >> text=コピーしました")

    pasted = await page.evaluate("navigator.clipboard.readText()")
    await asyncio.to_thread(  # noqa: S604  what our own page gave to be copied
        subprocess.run,
        pasted,
        shell=True,
        check=True,
        capture_output=True,
        timeout=pace.within(10),
    )

    await page.wait_for_selector("#posts article:nth-of-type(2) >> text=もういちど")


async def test_who_has_blocked_the_centre_sends_nothing(page, hub, sim, line, world):
    from linebot.v3.messaging import PushMessageRequest

    await page.click(".hello button")
    action = {"type": "postback", "label": "はい", "data": "yes"}
    asked = {"type": "text", "text": "始めますか", "quickReply": {"items": [{"type": "action", "action": action}]}}
    await line.push_message(PushMessageRequest.from_dict({"to": world.config.citizens[0].id, "messages": [asked]}))
    await page.wait_for_selector("#quick button")
    await page.click("#phone-more")
    await page.click("#friend")
    await page.wait_for_selector("#quick:empty", state="attached")

    assert await page.is_disabled("#plus")
    for act in ("sticker", "photo", "say"):
        with pytest.raises(AssertionError, match="blocked"):
            await sim.call("POST", f"/sim/phone/{world.config.citizens[0].id}/{act}", text="x")
    assert [event["type"] for event in hub.events()] == ["follow", "unfollow"]


async def test_what_shows_on_hover_is_reached_by_keyboard_too(page, slack, world):
    await page.click("#tour-skip")
    await slack.chat_postMessage(channel=world.config.intake, text="x")
    await page.click(".hello button")
    await page.fill("#words", "こんにちは")
    await page.press("#words", "Enter")
    await page.wait_for_selector("text=既読")  # from then on nothing draws the row anew
    for shy in (".row.mine .meta button", ".entry .answer"):
        await page.wait_for_selector(shy)
        await page.mouse.move(0, 0)
        await _shows(page, shy, "0")
        await page.focus(shy)
        await _shows(page, shy, "1")


async def _shows(page: Page, what: str, opacity: str) -> None:
    """Wait until something is that opaque; fails after Playwright's time."""
    some = "[...document.querySelectorAll(what)].some((node) => getComputedStyle(node).opacity === opacity)"
    await page.wait_for_function(f"([what, opacity]) => {some}", arg=[what, opacity])


async def test_on_a_touch_screen_nothing_waits_for_a_hover(page, slack, world):
    await slack.chat_postMessage(channel=world.config.intake, text="x")
    context = await page.context.browser.new_context(has_touch=True, is_mobile=True)
    finger = await context.new_page()
    await finger.goto(world.config.url)
    await finger.wait_for_selector(".entry .answer", state="attached")

    await _shows(finger, ".entry .answer", "1")


@pytest.mark.parametrize(("width", "said"), [(1280, "左は市民の電話"), (390, "これは市民の電話")])
async def test_each_tour_has_a_citizen_of_its_own(page, hub, sim, width, said):
    await page.set_viewport_size({"width": width, "height": 844})
    await page.wait_for_selector(f"#tour-words:has-text('{said}')")
    for n in (1, 2):
        await page.click("#tour-do")
        await hub.until(lambda n=n: len(hub.events()) == n)
        await page.wait_for_selector(f"#citizens [aria-pressed=true]:has-text('体験{n}さん')")
        await page.reload()
        await page.wait_for_selector("#tour-title:has-text('市民が')")

    assert len({event["source"]["userId"] for event in hub.events()}) == 2
