"""How long a text is to LINE."""


def units(text: str) -> int:
    """Count a text's UTF-16 units, by which LINE limits messages: an emoji is two (Messaging API, text message)."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
