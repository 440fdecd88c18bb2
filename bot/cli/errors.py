"""What goes wrong at the command line, as one sentence and an exit code."""

from typing import Any, NamedTuple

import typer

from bot.errors import BotError

USAGE, FAILED, INTERRUPTED, REFUSED = 2, 1, 130, 78  # 78 (EX_CONFIG): `up` must not start the hub again


class Failed(BotError):
    """The command could not do what was asked; the message goes to stderr as it is."""


class Told(NamedTuple):
    """What a person reads, and the exit code."""

    text: str
    code: int


def sentence(error: BaseException) -> Told | None:
    """Return what to tell about an error, or None when it is a bug."""
    if isinstance(error, typer.Abort | KeyboardInterrupt):
        return Told("", INTERRUPTED)
    if isinstance(error, BrokenPipeError):
        return Told("", FAILED)
    if hasattr(error, "format_message"):  # the parser's errors about options and arguments
        return Told(_usage(error), getattr(error, "exit_code", USAGE))
    if isinstance(error, BotError) or type(error).__name__ in _EXPECTED:
        return Told(str(error), FAILED)
    if type(error).__module__.startswith("sqlalchemy.exc"):
        return Told(_database(error), FAILED)
    return None


# By name: importing them would cost more than most commands do.
_EXPECTED = {"SettingsWrong", "SchemaNewerThanCode", "FileNotUnderstood", "WorkbookTooSmall"}


def _database(error: BaseException) -> str:
    original = getattr(error, "orig", None)
    told = str(original or type(error).__name__).splitlines()[0] if original else type(error).__name__
    if "locked" in told:
        return "The database is busy: another process is writing to it. Nothing was changed; try again in a moment."
    return f"The database does not answer as it should ({told}). Check DATABASE_URL and that its server runs."


def _usage(error: Any) -> str:
    """One sentence and where to read more; a group without a command is the help itself."""
    said: str = error.format_message()
    if type(error).__name__ == "NoArgsIsHelpError":
        return said
    said = " ".join(said.split()).rstrip(".") + "."
    path = error.ctx.command_path if error.ctx else "tsunagi"
    return f"{said} See `{path} --help`."
