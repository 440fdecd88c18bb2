"""The files chosen in a modal, as Slack describes them, and what is wrong with them at first sight."""

import re
from collections.abc import Sequence
from typing import Any

from bot.desk.talk import enclosures
from bot.desk.talk.enclosures import Chosen
from bot.slack.kit.blocks import Block, clean
from bot.slack.kit.modals import FILES
from bot.slack.words import replying
from knowledge.language.blanks import trimmed

Json = dict[str, Any]
_ID = re.compile("F[A-Z0-9]{2,30}")


def files(view: Block) -> list[Json]:
    """Return what was chosen in the modal's field, as Slack describes it."""
    fields = ((view.get("state") or {}).get("values") or {}).get(FILES) or {}
    told = [file for element in fields.values() for file in element.get("files") or []]
    return [file for file in told if _ID.fullmatch(str(file.get("id", "")))]


def chosen(told: Sequence[Json]) -> list[Chosen]:
    """Return their ids and names; a file is named once."""
    return list({file["id"]: Chosen(file["id"], _name(file)) for file in told}.values())


def wrong(told: Sequence[Json]) -> str:
    """Return what to say of the first that can't be sent; nothing when all may. Its bytes are looked at later."""
    for file in told:
        if int(file.get("size") or 0) > enclosures.LARGEST:
            return replying.FILE_TOO_LARGE.format(name=_name(file))
        if file.get("mimetype") and not enclosures.may_be_sent(str(file["mimetype"])):
            return replying.FILE_WRONG_KIND.format(name=_name(file))
    return ""


def _name(file: Json) -> str:
    return trimmed(" ".join(clean(str(file.get("name") or file.get("title") or "")).split())) or replying.FILE_UNNAMED
