"""The simulator as a process, as `make demo` starts it."""

import asyncio
import socket
import sys
from pathlib import Path

import aiohttp

from bot.machine.demo import _simulator
from deploy.simulator.__main__ import parsed
from tests import pace

ROOT = Path(__file__).parents[2]


def test_secrets_come_from_flags_or_the_environment(monkeypatch):
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-env")
    monkeypatch.setenv("PUBLIC_URL", "https://tsunagi.example/")
    config, host, port = parsed(["--port", "9", "--line-secret", "s", "--redeliveries", "1,2", "--hub", "http://h:1/"])
    assert (config.slack_token, config.line_secret, config.redeliveries) == ("xoxb-env", "s", (1.0, 2.0))
    assert (config.hub, config.url, host, port) == ("http://h:1", "http://127.0.0.1:9", "127.0.0.1", 9)
    assert config.public == "https://tsunagi.example"
    assert (config.made_up, config.post_rate) == (False, 1.0)


def test_the_demo_says_that_its_secrets_are_made_up_and_a_bench_may_post_as_it_likes():
    demo = _simulator("http://127.0.0.1:9", 9, "http://h:1", 8, {}, Path("x.log"))
    config, _, port = parsed([*demo.command[3:], "--post-rate", "0"])
    assert (config.made_up, config.post_rate, config.rasa, port) == (True, 0, "http://127.0.0.1:8", 9)


async def test_it_starts_and_stops_as_a_process():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "deploy.simulator", "--port", str(port), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert str(port).encode() in await process.stdout.readline()
        async with aiohttp.ClientSession() as session:
            for _ in range(100):
                try:
                    async with session.get(f"http://127.0.0.1:{port}/") as response:
                        assert "つなぎ" in await response.text()
                        break
                except aiohttp.ClientConnectorError:
                    await asyncio.sleep(0.05)
    finally:
        process.terminate()
        assert await asyncio.wait_for(process.wait(), pace.within(5)) in (0, -15)
