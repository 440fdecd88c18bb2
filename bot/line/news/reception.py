"""① what is asked, merged, and attached to LINE later: what LINE shows of it."""

from bot.line.news.kinds import Draw

NEWS: dict[str, Draw] = {}
