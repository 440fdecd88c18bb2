"""The figures as a picture for Slack, its Japanese readable everywhere: the font comes with a package."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from importlib.metadata import distribution
from threading import Lock
from typing import TYPE_CHECKING, Any

from bot.desk.day.figures import Standing
from bot.slack import words
from storage.models import Stage

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.font_manager import FontProperties

SIZE = (12.0, 9.0)  # inches
DPI = 110
SHOWN = 10  # bars of wards and themes
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BLUE, ORANGE, GREY = "#1f4e79", "#d9822b", "#666666"
_one_at_a_time = Lock()  # matplotlib shares what it knows of fonts


def png(standing: Standing) -> bytes:
    """Draw the counts by stage, ward and theme, the months, and how long things take; call it in a thread."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # 60 MB: loaded only by a process that draws
    from matplotlib.figure import Figure

    with _one_at_a_time:
        figure = Figure(figsize=SIZE, dpi=DPI, layout="constrained")
        FigureCanvasAgg(figure)
        grid: Any = figure.subplots(2, 2)
        w = words.home
        _bars(grid[0][0], w.BY_STAGE, {words.STAGE[stage]: standing.by_stage.get(stage, 0) for stage in Stage})
        _bars(grid[0][1], w.BY_WARD, _largest(standing.by_ward))
        _bars(grid[1][0], w.BY_THEME, _largest(standing.by_theme))
        _months(grid[1][1], standing)
        figure.suptitle(w.STATS_FOR.format(ward=standing.ward) if standing.ward else w.STATS, fontproperties=_font(16))
        figure.supxlabel(_times(standing), fontproperties=_font(11), color=GREY)
        made = io.BytesIO()
        figure.savefig(made, format="png")
        return made.getvalue()


def _bars(axes: Axes, title: str, counts: Mapping[str, int]) -> None:
    names = [_plain(name) for name in counts]
    bars = axes.barh(range(len(names)), list(counts.values()), color=BLUE)
    axes.bar_label(bars, padding=3, fontproperties=_font(10))
    axes.set_yticks(range(len(names)), names, fontproperties=_font(10))
    axes.set_xlim(0, max([*counts.values(), 1]) * 1.15)
    axes.invert_yaxis()
    axes.xaxis.set_visible(False)
    _dress(axes, title)


def _months(axes: Axes, standing: Standing) -> None:
    from matplotlib.ticker import MaxNLocator

    places = range(len(standing.monthly))
    w = words.home
    opened = [row[1] for row in standing.monthly]
    closed = [row[2] for row in standing.monthly]
    axes.bar([at - 0.2 for at in places], opened, width=0.4, color=BLUE, label=w.OPENED)
    axes.bar([at + 0.2 for at in places], closed, width=0.4, color=ORANGE, label=w.CLOSED)
    axes.set_xticks(
        places,
        [words.home.MONTH.format(month=month.month) for month, _, _ in standing.monthly],
        fontproperties=_font(10),
    )
    axes.set_ylim(0, max([*opened, *closed, 1]) * 1.2)
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.legend(prop=_font(10), frameon=False, loc="upper left", ncols=2)
    _dress(axes, w.MONTHLY)


def _dress(axes: Axes, title: str) -> None:
    axes.set_title(title, fontproperties=_font(12), loc="left")
    axes.spines[["top", "right"]].set_visible(False)


def _times(standing: Standing) -> str:
    """The medians in a line, as far as there are any."""
    w = words.home
    answer = standing.first_answer
    times = [f"{w.FIRST_ANSWER} {w.HOURS.format(n=answer / HOUR)}"] if answer is not None else []
    stages = [(words.STAGE[stage], time) for stage, time in standing.per_stage.items() if time is not None]
    times += [f"{name} {w.DAYS.format(n=time / DAY)}" for name, time in stages]
    return f"{w.MEDIANS}：{'　'.join(times) or w.NOT_YET}"


def _largest(counts: Mapping[str, int]) -> dict[str, int]:
    ranked = sorted(counts.items(), key=lambda pair: -pair[1])
    rest = sum(count for _, count in ranked[SHOWN:])
    named = {name or words.home.UNKNOWN: count for name, count in ranked[:SHOWN]}
    return named | ({words.home.REST: rest} if rest else {})


def _plain(name: str) -> str:
    """Return a name that matplotlib reads as such: a dollar sign would begin a formula."""
    return name[:14].replace("$", r"\$")


@cache
def _font(size: float) -> FontProperties:
    from matplotlib.font_manager import FontProperties

    # The file alone: importing its package would change matplotlib's settings for everybody.
    font = distribution("matplotlib-fontja").locate_file("matplotlib_fontja/fonts/ipaexg.ttf")
    return FontProperties(fname=str(font), size=size)
