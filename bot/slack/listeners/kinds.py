"""What a listener is: Bolt gives it what its parameters name."""

from collections.abc import Awaitable, Callable
from typing import Any

Body = dict[str, Any]
Command = dict[str, str]
Listener = Callable[..., Awaitable[None]]
