"""The table of reminders as people read it in docs/nudges.md; run it to print the newest."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from bot.desk.team.staff import ROLE_LABEL
from bot.slack.drawing.nudges import length, whom, why
from bot.slack.words.nudges import DOOR, OVER
from bot.tables.reminders import Offset, Rule, rules
from storage.models import Role

HEAD = ("名前", "何を", "いつ", "だれに", "どこで", "出さなくなるとき", "止められる人")


def table() -> str:
    """Return the table in Markdown, a line a rule."""
    rows = [HEAD, tuple("---" for _ in HEAD), *(_row(rule) for rule in rules().values())]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _row(rule: Rule) -> tuple[str, ...]:
    roles = "・".join(ROLE_LABEL[Role(role)] for role in rule.changed_by)
    return f"`{rule.rule}`", rule.what, _when(rule), whom(",".join(rule.to)), DOOR[rule.door], _void(rule), roles


def _when(rule: Rule) -> str:
    said = [why(rule)]
    if rule.at_most:
        said.append(f"通算{rule.at_most}回まで")
    if rule.at_once:
        said.append("開館時間の外でもすぐ")
    return "、".join(said)


def _void(rule: Rule) -> str:
    said = [OVER[name] for name in rule.void]
    if rule.stale_after:
        said.append(f"{_late(rule.stale_after)}以上遅れた")
    return "、".join(said) or "—"


def _late(offset: Offset) -> str:
    return length(offset)


if __name__ == "__main__":
    print(table())
