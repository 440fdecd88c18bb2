"""What may be kept of an error: its kind and its place. The text of an error may quote a person's words."""

from bot.errors import BotError


def kind(error: Exception) -> str:
    """Return the error's class, with its text if it is one of ours; for the `error_class` column."""
    name = type(error).__name__
    return f"{name}: {error}"[:200] if isinstance(error, BotError) else name


def place(error: Exception) -> str:
    """Return the file and line at which it was raised; for logs, instead of a traceback."""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    return f"{frame.tb_frame.f_code.co_filename}:{frame.tb_lineno}" if frame else "?"


def told(error: Exception, **ids: object) -> dict[str, object]:
    """The `extra` of a log line about an error."""
    return {**ids, "error": type(error).__name__, "place": place(error)}
