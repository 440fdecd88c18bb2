"""What an app must have been granted for a method, as Slack's reference of methods names it."""

from collections.abc import Iterable

READ = ("channels:read", "groups:read", "im:read", "mpim:read")
HISTORY = ("channels:history", "groups:history", "im:history", "mpim:history")
# Any one of them is enough; a method that isn't here needs none.
NEEDED: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("chat.postMessage", "chat.postEphemeral", "chat.update", "chat.delete"), ("chat:write",)),
    **dict.fromkeys(("conversations.info", "conversations.members"), READ),
    **dict.fromkeys(("conversations.history", "conversations.replies"), HISTORY),
    "files.getUploadURLExternal": ("files:write",), "files.completeUploadExternal": ("files:write",),
    "files.delete": ("files:write",), "files.info": ("files:read",),
    "users.info": ("users:read",),
}  # fmt: skip


def missing(method: str, granted: Iterable[str]) -> str:
    """Return the scope that Slack would say is needed, or nothing when there is one that is enough."""
    needed = NEEDED.get(method, ())
    return "" if not needed or set(needed) & set(granted) else needed[0]
