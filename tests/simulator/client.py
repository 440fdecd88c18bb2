"""For tests: citizens and coordinators who act through the simulator and wait for what they should see."""

import asyncio
import base64
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import aiohttp

Json = dict[str, Any]
PATIENCE = 15.0  # seconds to wait for a screen to change
PAUSE = 0.05


class NotThere(AssertionError):
    """What was to be used isn't on the screen; the message says what is."""


class Simulation:
    """A running simulator, reached over HTTP; use it as `async with Simulation(url) as sim`."""

    def __init__(self, url: str, patience: float = PATIENCE) -> None:
        self.url, self.patience = url, patience
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> "Simulation":
        """Open the HTTP session."""
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the HTTP session."""
        if self._session:
            await self._session.close()

    def citizen(self, name: str = "佐藤さん") -> "Citizen":
        """A citizen by name or LINE id."""
        return Citizen(self, name)

    def coordinator(self, name: str = "青木 ありす") -> "Coordinator":
        """A member of staff by name (the given name is enough) or Slack id."""
        return Coordinator(self, name)

    async def call(self, method: str, path: str, /, **body: Any) -> Any:
        """Use the control interface; AssertionError with its words when it refuses."""
        assert self._session is not None, "use `async with Simulation(url)`"
        async with self._session.request(method, self.url + path, json=body or None) as response:
            said = await response.text()
            if response.status >= 400:
                raise (NotThere if response.status == 404 else AssertionError)(f"{path}: {said}")
            return json.loads(said) if response.content_type == "application/json" else said

    async def trouble(self, platform: str, kind: str = "error", **what: Any) -> None:
        """Ask for trouble: kind error, hang, drop or duplicate; times, status, path, accepted, seconds."""
        await self.call("POST", "/sim/faults", platform=platform, kind=kind, **what)

    async def calm(self) -> None:
        """No more trouble."""
        await self.call("DELETE", "/sim/faults")

    async def wire(self, after: int = 0) -> list[Json]:
        """The wire log."""
        return await self.call("GET", f"/sim/wire?after={after}")

    async def records(self) -> list[Json]:
        """What was sent both ways, as a judge reads it."""
        lines = await self.call("GET", "/sim/records")
        return [json.loads(line) for line in lines.splitlines()]

    async def until(self, found: Callable[[], Any], missing: Callable[[], Any], within: float | None) -> Any:
        """Wait until `found()` (a coroutine) gives something; else AssertionError with `missing()`."""
        end = time.monotonic() + (self.patience if within is None else within)
        while True:
            if result := await found():
                return result
            if time.monotonic() > end:
                raise AssertionError(await missing())
            await asyncio.sleep(PAUSE)


class Citizen:
    """Someone with LINE. `hears` looks at what the centre said since the acts after the last `hears`."""

    def __init__(self, sim: Simulation, name: str) -> None:
        self.sim, self.name = sim, name
        self._seen = 0  # bubbles that were on the screen before the latest acts
        self._heard = True

    async def screen(self) -> Json:
        """The phone: messages, quick_replies, buttons, menu."""
        return await self.sim.call("GET", f"/sim/phone/{quote(self.name)}")

    async def _acts(self, act: str, **given: Any) -> Json:
        if self._heard:
            self._seen, self._heard = len((await self.screen())["messages"]), False
        given = {key: value for key, value in given.items() if value is not None}
        return await self.sim.call("POST", f"/sim/phone/{quote(self.name)}/{act}", **given)

    async def follows(self) -> None:
        """Adds the centre as a friend, or unblocks it."""
        await self._acts("follow")

    async def blocks(self) -> None:
        """Blocks the centre."""
        await self._acts("block")

    async def says(self, text: str, at: float | None = None, quotes: str | None = None) -> str:
        """Sends a text (written `at`, seconds since 1970; it may quote a message); gives its message id."""
        return (await self._acts("say", text=text, at=at, quotes=quotes))["id"]

    async def sends_photo(self, data: bytes | None = None, mime: str | None = None) -> str:
        """Sends a photo; gives its message id."""
        return (await self._acts("photo", data=_base64(data), mime=mime))["id"]

    async def sends_photos(self, *data: bytes, order: list[int] | None = None) -> list[str]:
        """Sends several photos in one action; their message ids, as they arrived."""
        return (await self._acts("photos", data=[_base64(one) for one in data], order=order))["ids"]

    async def sends_video(self, data: bytes | None = None, size: int | None = None) -> str:
        """Sends a video, or so many empty bytes."""
        return (await self._acts("video", data=_base64(data), size=size))["id"]

    async def sends_audio(self, data: bytes | None = None) -> str:
        """Sends a voice message."""
        return (await self._acts("audio", data=_base64(data)))["id"]

    async def sends_file(self, name: str = "企画書.pdf", data: bytes | None = None) -> str:
        """Sends a file."""
        return (await self._acts("file", name=name, data=_base64(data)))["id"]

    async def sends_location(self, title: str | None = None, address: str | None = None) -> str:
        """Sends a place."""
        return (await self._acts("location", title=title, address=address))["id"]

    async def sends_sticker(self, text: str | None = None) -> str:
        """Sends a sticker; with a text, one that shows these words."""
        return (await self._acts("sticker", text=text))["id"]

    async def taps(self, label: str, **params: Any) -> None:
        """Taps a button that is on the screen, waiting until it is."""
        await self.sees_button(label)
        await self._acts("tap", label=label, params=params or None)

    async def unsends(self, text: str) -> None:
        """Takes back the newest message with the text."""
        await self._acts("unsend", text=text)

    async def sees_button(self, label: str, within: float | None = None) -> Json:
        """Waits until a button is on the screen."""

        async def found() -> Json | None:
            return next((b for b in (await self.screen())["buttons"] if b["label"] == label), None)

        return await self.sim.until(found, lambda: self._missing(f"button 「{label}」"), within)

    async def hears(self, text: str, within: float | None = None) -> Json:
        """Waits until the centre's message with the text is on the screen, and gives it."""

        async def found() -> Json | None:
            new = (await self.screen())["messages"][self._seen :]
            return next((m for m in new if m["from"] == "centre" and text in m["words"]), None)

        message = await self.sim.until(found, lambda: self._missing(f"「{text}」"), within)
        self._heard = True
        return message

    async def never_hears(self, text: str, seconds: float = 1.0) -> None:
        """Fails when the centre says the text within the time."""
        await asyncio.sleep(seconds)
        new = (await self.screen())["messages"][self._seen :]
        said = [m for m in new if m["from"] == "centre" and text in m["words"]]
        assert not said, await self._missing(f"NOT 「{text}」")

    async def transcript(self) -> str:
        """The talk as text."""
        return _transcript(await self.screen())

    async def _missing(self, what: str) -> str:
        return f"{self.name} expected {what}. The talk:\n{await self.transcript()}"


class Coordinator:
    """Someone in Slack. A card that was seen is the one that later acts are about."""

    def __init__(self, sim: Simulation, name: str) -> None:
        self.sim, self.name = sim, name
        self.channel: str | None = None
        self.card: Json | None = None

    async def screen(self) -> Json:
        """Channels, modals, home and notes as this person sees them."""
        return await self.sim.call("GET", f"/sim/staff/{quote(self.name)}")

    async def _acts(self, act: str, **given: Any) -> Any:
        given.setdefault("channel", self.channel)
        return await self.sim.call("POST", f"/sim/staff/{quote(self.name)}/{act}", **given)

    async def messages(self) -> list[Json]:
        """Every top-level message in this person's channels (or the chosen channel), oldest first."""
        channels = (await self.screen())["channels"]
        return [m for c in channels if self.channel in (None, c["id"]) for m in c["messages"]]

    async def sees_card(self, text: str, within: float | None = None) -> Json:
        """Waits for a card (a message with buttons) with the text; later acts are about it."""

        async def found() -> Json | None:
            cards = [m for m in await self.messages() if text in m["words"] and m.get("blocks") and not m["only_you"]]
            return cards[-1] if cards else None

        self.card = await self.sim.until(found, lambda: self._missing(f"a card with 「{text}」"), within)
        return self.card

    async def sees(self, text: str, within: float | None = None) -> Json:
        """Waits for any message, reply or whisper with the text."""

        async def found() -> Json | None:
            every = [m for top in await self.messages() for m in (top, *top["replies"])]
            return next((m for m in reversed(every) if text in m["words"]), None)

        return await self.sim.until(found, lambda: self._missing(f"「{text}」"), within)

    async def sees_only_me(self, text: str, within: float | None = None) -> Json:
        """Waits for an ephemeral message with the text."""

        async def found() -> Json | None:
            every = [m for top in await self.messages() for m in (top, *top["replies"])]
            return next((m for m in reversed(every) if m["only_you"] and text in m["words"]), None)

        return await self.sim.until(found, lambda: self._missing(f"a whisper 「{text}」"), within)

    async def sees_in_thread(self, text: str, within: float | None = None) -> Json:
        """Waits for the text in the card's thread."""

        async def found() -> Json | None:
            card = await self._card()
            return next((m for m in card["replies"] if text in m["words"]), None)

        return await self.sim.until(found, lambda: self._missing(f"「{text}」 in the thread"), within)

    async def sees_file(self, name: str, within: float | None = None) -> Json:
        """Waits for a file whose name holds the words in the card's thread, and gives it."""

        async def found() -> Json | None:
            files = [file for reply in (await self._card())["replies"] for file in reply.get("files", [])]
            return next((file for file in files if name in file["name"]), None)

        return await self.sim.until(found, lambda: self._missing(f"a file 「{name}」 in the thread"), within)

    async def sees_files(self, count: int, within: float | None = None) -> list[str]:
        """Waits for so many files in the card's thread, and gives their names as they came."""

        async def found() -> list[str] | None:
            names = [file["name"] for reply in (await self._card())["replies"] for file in reply.get("files", [])]
            return names if len(names) >= count else None

        names: list[str] = await self.sim.until(found, lambda: self._missing(f"{count} files in the thread"), within)
        return names

    async def sees_on_card(self, text: str, within: float | None = None) -> Json:
        """Waits until the card shows the text."""

        async def found() -> Json | None:
            card = await self._card()
            return card if text in card["words"] else None

        return await self.sim.until(found, lambda: self._missing(f"「{text}」 on the card"), within)

    async def _card(self) -> Json:
        assert self.card, "sees_card first"
        return next((m for m in await self.messages() if m["ts"] == self.card["ts"]), {"words": "", "replies": []})

    async def presses(self, label: str, *, on: Json | None = None, value: Any = None, stale: bool = False) -> Json:
        """Presses a button by its words or action id: in the open modal, else on the card (or `on`).

        Waits until the button is there; `stale` presses it as the message looked when it was seen.
        """
        key = "action_id" if label.isascii() and "." in label else "label"
        given: Json = {key: label} | ({} if value is None else {"value": value})
        message = on or (None if (await self.screen())["modals"] else self.card)
        if message is not None:
            given |= {"ts": message["ts"], "channel": message["channel"]}
            given |= {"seen": message.get("blocks", [])} if stale else {}

        async def found() -> Json | None:
            try:
                return await self._acts("press", **given)
            except NotThere:
                return None

        return await self.sim.until(found, lambda: self._missing(f"the button 「{label}」"), None)

    async def sees_modal(self, text: str, within: float | None = None) -> Json:
        """Waits for the topmost modal to show the text."""

        async def found() -> Json | None:
            modals = (await self.screen())["modals"]
            return modals[-1] if modals and text in modals[-1]["words"] else None

        return await self.sim.until(found, lambda: self._missing(f"a modal with 「{text}」"), within)

    async def sees_error(self, text: str, within: float | None = None) -> None:
        """Waits for a fault in the topmost modal."""

        async def found() -> bool:
            modals = (await self.screen())["modals"]
            return bool(modals) and any(text in error for error in modals[-1]["errors"].values())

        await self.sim.until(found, lambda: self._missing(f"a fault 「{text}」"), within)

    async def fills(self, values: Json | None = None, **more: Any) -> None:
        """Types into the open modal: by an input's label, action_id or block_id."""
        values = {**(values or {}), **more}
        await self._acts("fill", values=values)

    async def uploads(self, name: str, data: bytes, mime: str | None = None) -> Json:
        """Puts a file into Slack, for a field of the open modal: submits({"label": [this]})."""
        return await self._acts("upload", name=name, data=_base64(data), mime=mime)

    async def submits(self, values: Json | None = None, **more: Any) -> Json:
        """Submits the open modal."""
        return await self._acts("submit", values={**(values or {}), **more})

    async def closes(self) -> None:
        """Closes the open modal."""
        await self._acts("close")

    async def runs(self, line: str) -> Json:
        """Runs a slash command, such as `/similar 空き家`."""
        return await self._acts("run", line=line)

    async def says_in_thread(self, text: str) -> None:
        """Writes into the card's thread."""
        assert self.card, "sees_card first"
        await self._acts("say", text=text, thread_ts=self.card["ts"], channel=self.card["channel"])

    async def says(self, text: str) -> None:
        """Writes into the channel."""
        await self._acts("say", text=text)

    async def chooses(self, shortcut: str, on: Json) -> Json:
        """Chooses a shortcut, such as 案件にする, from a message's menu."""
        return await self._acts("shortcut", label=shortcut, ts=on["ts"], channel=on["channel"])

    async def opens_home(self) -> None:
        """Opens the app's home."""
        await self._acts("home")

    async def transcript(self) -> str:
        """What this person sees, as text."""
        seen = await self.screen()
        lines = []
        for channel in seen["channels"]:
            lines.append(f"#{channel['name']}")
            for top in channel["messages"]:
                lines += [f"  {_line(top)}", *(f"      ↳ {_line(reply)}" for reply in top["replies"])]
        lines += [f"[modal] {m['words']} {m['errors'] or ''}" for m in seen["modals"]]
        return "\n".join([*lines, *(f"[note] {n['text']}" for n in seen["notes"])])

    async def _missing(self, what: str) -> str:
        return f"{self.name} expected {what}. The screen:\n{await self.transcript()}"


def _line(message: Json) -> str:
    return ("(only you) " if message["only_you"] else "") + message["words"].replace("\n", " / ")


def _base64(data: bytes | None) -> str | None:
    return None if data is None else base64.b64encode(data).decode()


def _transcript(screen: Json) -> str:
    lines = [
        f"{'>' if m['from'] == 'citizen' else '<'} {m['words'] or m['message']['type']}" for m in screen["messages"]
    ]
    return "\n".join([*lines, "buttons: " + " | ".join(b["label"] for b in screen["buttons"])])
