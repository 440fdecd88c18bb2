"""The command line: one module per group of commands, every heavy import inside the command that needs it."""

from bot.cli.entry import main

__all__ = ["main"]
