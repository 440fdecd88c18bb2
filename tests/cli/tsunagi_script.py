"""The real `tsunagi`, as a process of its own, in a folder of its own."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

SCRIPT = Path(sys.executable).with_name("tsunagi")
NOBODY = "http://127.0.0.1:9"  # the discard port: nobody answers there
MADE_UP = {
    "LINE_CHANNEL_SECRET": "made-up", "LINE_CHANNEL_ACCESS_TOKEN": "made-up", "SLACK_BOT_TOKEN": "xoxb-of-a-test",
    "SLACK_SIGNING_SECRET": "made-up", "SLACK_INTAKE_CHANNEL": "C0INTAKE0", "RASA_TOKEN": "made-up",
    "LINE_API_URL": NOBODY, "SLACK_API_URL": f"{NOBODY}/api/", "RASA_URL": NOBODY,
}  # fmt: skip
Done = subprocess.CompletedProcess[str]
Tsunagi = Callable[..., Done]
