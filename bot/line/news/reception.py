"""① what LINE shows when something is asked, merged, or joined with LINE later."""

from bot.line.news.kinds import Draw

NEWS: dict[str, Draw] = {}
