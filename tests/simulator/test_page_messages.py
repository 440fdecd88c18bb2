"""What messages look like on both sides of the page in a real browser, and where a tap on them leads."""

from typing import Any

import pytest
from aiohttp import web
from linebot.v3.messaging import PushMessageRequest

from tests.simulator.pictures import PIXEL

Json = dict[str, Any]


# ── Slack: links to messages, and commands


@pytest.fixture
async def linked(page, slack, world):
    """An old message with an answer, far above, and a message with links to both."""
    world.config.post_rate = 0
    where = {"channel": world.config.intake}
    root = await slack.chat_postMessage(text="はじめの相談", **where)
    reply = await slack.chat_postMessage(text="そのつづき", thread_ts=root["ts"], **where)
    for n in range(20):
        await slack.chat_postMessage(text=f"ほかの話 {n}", **where)
    there = f"{world.config.site}/archives/{world.config.intake}/p{reply['ts'].replace('.', '')}"
    to_reply = f"{there}?thread_ts={root['ts']}&cid={world.config.intake}"
    to_root = f"https://slack.com/archives/{world.config.intake}/p{root['ts'].replace('.', '')}"
    runs = [{"type": "link", "url": to_root, "text": "カードを見る"}]
    rich = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": runs}]}
    button = {"type": "button", "text": {"type": "plain_text", "text": "ひらく"}, "action_id": "open", "url": to_reply}
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": f"<{to_reply}|返信を見る>"}}, rich,
              {"type": "actions", "elements": [button]}]  # fmt: skip
    await slack.chat_postMessage(text="x", blocks=blocks, **where)
    await page.click("#tour-skip")
    await page.wait_for_selector("text=カードを見る")
    return root, reply


async def test_a_link_to_a_message_leads_to_it_within_the_page(page, linked, world):
    root, _ = linked
    there = page.locator(f"#posts [data-ts='{root['ts']}']")
    assert not await _in_sight(there)

    await page.click("text=カードを見る")
    await page.wait_for_selector(f"#posts .found[data-ts='{root['ts']}']")

    assert await _in_sight(there)
    assert page.url.startswith(world.config.url)
    assert len(page.context.pages) == 1


@pytest.mark.parametrize("way", ["text=返信を見る", "[data-action=open]"])
async def test_a_link_to_a_reply_opens_its_thread(page, linked, way):
    _, reply = linked
    await page.click(way)

    await page.wait_for_selector(f"#replies .found[data-ts='{reply['ts']}']")
    assert len(page.context.pages) == 1


async def test_a_link_in_a_modal_leads_behind_it(page, hub, linked, slack, world):
    root, _ = linked
    url = f"{world.config.site}/archives/{world.config.intake}/p{root['ts'].replace('.', '')}"
    await page.click("[data-action=open]")
    section = {"type": "section", "text": {"type": "mrkdwn", "text": f"<{url}|もとのカード>"}}
    view = {"type": "modal", "title": {"type": "plain_text", "text": "詳細"}, "blocks": [section]}
    await slack.views_open(trigger_id=(await hub.payload())["trigger_id"], view=view)

    await page.click("text=もとのカード")

    await page.wait_for_selector("#veil", state="hidden")
    await page.wait_for_selector(f"#posts .found[data-ts='{root['ts']}']")


async def test_a_link_to_what_one_may_not_see_says_so(page, slack, world):
    await slack.chat_postMessage(channel="#random", text=f"<{world.config.site}/archives/C0NOWHERE/p1234567890123456>")
    await page.click("#tour-skip")
    await page.click("#channels >> text=random")

    await page.click("#posts a")

    await page.wait_for_selector("#toast >> text=見えません")


async def _in_sight(node) -> bool:
    return bool(
        await node.evaluate("""node => {
        const box = node.getBoundingClientRect(), room = document.querySelector('#posts').getBoundingClientRect();
        return box.top >= room.top && box.bottom <= room.bottom; }""")
    )


async def _chosen(page) -> str | None:
    """The command that a screen reader is told of."""
    id = await page.get_attribute("#line", "aria-activedescendant")
    return await page.inner_text(f"#{id}[role=option][aria-selected=true] b") if id else None


async def test_commands_are_chosen_by_keys(page, hub):
    await page.click("#tour-skip")
    await page.fill("#line", "/")
    assert await page.get_attribute("#line", "aria-expanded") == "true"
    assert await _chosen(page) is None

    every = await page.locator("#commands[role=listbox] [role=option] b").all_inner_texts()
    for key, at in (("ArrowDown", 0), ("ArrowDown", 1), ("ArrowUp", 0), ("ArrowUp", -1), ("ArrowDown", 0)):
        await page.press("#line", key)
        assert await _chosen(page) == every[at]
    await page.press("#line", "ArrowDown")
    await page.press("#line", "Enter")
    assert await page.input_value("#line") == f"{every[1]} "
    assert await page.get_attribute("#line", "aria-expanded") == "false"

    await page.fill("#line", "/st")
    await page.press("#line", "Tab")
    assert await page.input_value("#line") == "/stats "
    await page.press("#line", "Enter")
    assert (await hub.payload())["command"] == "/stats"


async def test_escape_puts_the_commands_away_and_enter_sends_what_stands_there(page, hub):
    await page.click("#tour-skip")
    await page.fill("#line", "/si")
    await page.press("#line", "Escape")
    assert await page.is_hidden("#commands")
    assert await page.input_value("#line") == "/si"

    await page.press("#line", "Enter")

    await page.wait_for_selector("#posts .whisper >> text=/si は有効なコマンドではありません")
    assert hub.slack == []
    await page.fill("#line", " /si の前に空白")
    await page.press("#line", "Enter")
    await page.wait_for_selector("#posts article:not(.whisper) >> text=/si の前に空白")


# ── LINE: what a message is drawn as


@pytest.fixture
async def pictures(hub, world):
    """A hub that has pictures; gives the addresses that were asked for, in order."""
    asked = []

    async def sent(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(body=PIXEL, content_type="image/png")

    app = web.Application()
    app.router.add_get("/pictures/{name:.*}", sent)
    app.router.add_post("/line/webhook", hub.from_line)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    world.config.hub, world.config.public = f"http://127.0.0.1:{runner.addresses[0][1]}", "https://centre.example"
    yield asked
    await runner.cleanup()


@pytest.fixture
async def gets(page, pictures, line, world):
    """Sends the citizen in view a message and waits until the page has drawn it."""

    async def push(message: Json) -> Any:
        await page.reload()  # it learns where pictures may come from
        await page.click("#tour-skip") if await page.is_visible("#tour-skip") else None
        await line.push_message(
            PushMessageRequest.from_dict({"to": world.config.citizens[0].id, "messages": [message]})
        )
        await page.wait_for_selector("#talk .row")
        return page.locator("#talk .row").last

    return push


def own(name: str) -> str:
    return f"https://centre.example/pictures/{name}.png"


async def _loaded(row, name: str) -> bool:
    picture = row.locator(f"img[src*='{name}.png']")
    return bool(await picture.evaluate("img => img.decode().then(() => img.naturalWidth > 0, () => false)"))


SAY = {"type": "message", "label": "くわしく", "text": "くわしく知りたい"}


async def test_an_image_carousel_is_pictures_to_tap(gets, pictures, hub):
    columns = [{"imageUrl": own("a"), "action": SAY}, {"imageUrl": own("b"), "action": {**SAY, "text": "つぎ"}}]
    template = {"type": "image_carousel", "columns": columns}
    row = await gets({"type": "template", "altText": "催し", "template": template})

    assert await _loaded(row, "a")
    assert await row.get_by_role("button", name="くわしく").count() == 2
    await row.get_by_role("button", name="くわしく").last.click()
    await hub.until(lambda: bool(hub.events()))
    assert hub.events()[-1]["message"]["text"] == "つぎ"
    assert set(pictures) == {"/pictures/a.png", "/pictures/b.png"}


async def test_an_imagemap_is_one_picture_with_places_to_tap(gets, pictures, hub):
    area = {"x": 520, "y": 0, "width": 520, "height": 260}
    message = {"type": "imagemap", "baseUrl": "https://centre.example/pictures/map", "altText": "地図",
               "baseSize": {"width": 1040, "height": 520},
               "actions": [{"type": "message", "text": "右上", "area": area}]}  # fmt: skip
    row = await gets(message)
    whole = await row.locator(".imagemap").bounding_box()
    assert whole["width"] / whole["height"] == pytest.approx(2, abs=0.05)
    assert await row.get_by_role("img", name="地図").count() == 1
    spot = await row.get_by_role("button", name="右上").bounding_box()
    assert spot["x"] - whole["x"] == pytest.approx(whole["width"] / 2, abs=2)
    assert spot["height"] == pytest.approx(whole["height"] / 2, abs=2)

    await row.get_by_role("button", name="右上").click()

    await hub.until(lambda: bool(hub.events()))
    assert hub.events()[-1]["message"]["text"] == "右上"
    assert pictures == ["/pictures/map/1040"]


async def test_what_stands_in_braces_is_put_in(gets, world):
    put = {"who": {"type": "mention", "mentionee": {"type": "user", "userId": world.config.citizens[0].id}},
           "all": {"type": "mention", "mentionee": {"type": "all"}},
           "smile": {"type": "emoji", "productId": "5ac1bfd5040ab15980c9b435", "emojiId": "001"}}  # fmt: skip
    words = "{who}さま、{all}へ {smile} {{そのまま}} {unknown} https://example.jp/"
    row = await gets({"type": "textV2", "text": words, "substitution": put})

    said = await row.locator(".bubble").inner_text()
    assert said.split("さま")[0] == f"@{world.config.citizens[0].name}"
    assert "@Allへ" in said
    assert "{そのまま} {unknown}" in said
    assert await row.get_by_role("img", name="LINE絵文字").count() == 1
    assert await row.get_by_role("link", name="https://example.jp/").count() == 1


async def test_an_emoji_stands_in_the_place_of_its_sign(gets):
    emoji = {"productId": "5ac1bfd5040ab15980c9b435", "emojiId": "001"}
    row = await gets({"type": "text", "text": "😀$と$円", "emojis": [{"index": 2, **emoji}]})

    assert await row.locator(".bubble").inner_text() == "😀と$円"
    assert await row.get_by_role("img", name="LINE絵文字").count() == 1


def bubble(**parts: Json) -> Json:
    return {"type": "flex", "altText": "まつりのお知らせ", "contents": {"type": "bubble", **parts}}


def image(url: str, **more: str) -> Json:
    return {"type": "image", "url": url, **more}


async def test_pictures_in_a_card_have_their_size_and_ratio(gets, pictures):
    hero = image(own("hero"), size="full", aspectRatio="20:10", aspectMode="cover")
    body = {"type": "box", "layout": "vertical", "contents": [image(own("small"), size="xs", align="start")]}
    row = await gets(bubble(hero=hero, body=body))
    assert await _loaded(row, "hero")
    assert await _loaded(row, "small")

    card, top, small = [await row.locator(f".card{what}").bounding_box() for what in
                        ("", " img[src*=hero]", " img[src*=small]")]  # fmt: skip
    assert (top["width"], top["width"] / top["height"]) == pytest.approx((card["width"], 2), rel=0.02)
    assert (small["width"], small["height"]) == pytest.approx((60, 60), abs=1)
    assert set(pictures) == {"/pictures/hero.png", "/pictures/small.png"}


async def test_a_template_s_picture_is_drawn(gets):
    template = {"type": "buttons", "thumbnailImageUrl": own("thumb"), "text": "どうぞ", "actions": [SAY]}
    row = await gets({"type": "template", "altText": "x", "template": template})

    assert await _loaded(row, "thumb")


async def test_a_picture_of_somebody_else_is_a_frame_with_its_words(gets, pictures):
    row = await gets(bubble(hero=image("https://elsewhere.example/x.png", size="full")))

    assert await row.get_by_role("img", name="まつりのお知らせ").inner_text() == "まつりのお知らせ"
    assert await row.locator("img").count() == 0
    assert pictures == []
