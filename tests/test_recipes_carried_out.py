"""The recipes of CONTRIBUTING.md, carried out on a copy of the tree: what they tell one to do is enough."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
NEEDED = ("bot", "dialogues", "knowledge", "storage")
PATIENCE = 120  # seconds, on a machine that is busy with other tests


class Tree:
    """A copy of the product in which a recipe is carried out."""

    def __init__(self, place: Path) -> None:
        self.place = place
        for folder in NEEDED:
            shutil.copytree(ROOT / folder, place / folder)  # what was compiled goes along: it saves seconds

    def put(self, file: str, *changes: tuple[str, str]) -> None:
        """Put each text after the place named, which must be there."""
        text = (self.place / file).read_text("utf-8")
        for after, new in changes:
            assert after in text, f"{file} has no {after!r}: the recipe of CONTRIBUTING.md needs another look"
            text = text.replace(after, after + new, 1)
        self.write(file, text)

    def write(self, file: str, text: str) -> None:
        (self.place / file).write_text(text, "utf-8")

    def tries(self, script: str) -> None:
        """Run a script in the copy; what it asserts must hold."""
        env = {**os.environ, "PYTHONPATH": str(self.place)}
        ran = subprocess.run(
            [sys.executable, "-c", script], cwd=self.place, env=env, capture_output=True, text=True, timeout=PATIENCE
        )
        assert ran.returncode == 0, ran.stderr


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path)


BEGIN = """
import asyncio
from datetime import UTC, datetime
from pathlib import Path

import bot, storage
from bot.machine.opening import bring_up
from storage.db import Database

assert Path(bot.__file__).is_relative_to(Path.cwd()) and Path(storage.__file__).is_relative_to(Path.cwd())
NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)
bring_up("sqlite:///tried.db")
db = Database("sqlite:///tried.db")
"""


def add_a_question(tree: Tree) -> None:
    """A short question after the contact: the budget."""
    tree.put("storage/models/proposals.py", ("    contact: str | None = None\n", "    budget: str | None = None\n"))
    newest = max(file.name[:4] for file in (ROOT / "storage" / "migrations" / "versions").glob("[0-9]*_*.py"))
    tree.write(
        "storage/migrations/versions/0099_budget.py",
        '"""A proposal says what budget people think of."""\n\nimport sqlalchemy as sa\nfrom alembic import op\n\n'
        f'revision = "0099"\ndown_revision = "{newest}"\nbranch_labels = None\ndepends_on = None\n\n\n'
        'def upgrade() -> None:\n    op.add_column("proposal", sa.Column("budget", sa.String(), nullable=True))\n\n\n'
        'def downgrade() -> None:\n    op.drop_column("proposal", "budget")\n',
    )
    tree.put("bot/desk/record/answers.py", ('FIELDS = ("ward", "party", "name", "contact"', ', "budget"'))
    tree.put("bot/desk/consultation/privacy.py", ("proposal.name = proposal.contact = ", "proposal.budget = "))
    condition = "    mappings:\n    - type: from_text\n      conditions: [{active_loop: hearing_form, requested_slot: "
    slot = "  {0}:\n    type: text\n    influence_conversation: false\n" + condition.replace("{", "{{") + "{0}}}]\n"
    tree.put("dialogues/domain/slots.yml", (slot.format("contact"), slot.format("budget")))
    tree.put("dialogues/domain/forms.yml", ("name, contact,", " budget,"))
    tree.put("dialogues/domain/responses/questions.yml", (
        "なければスキップで大丈夫です。\n    buttons: *short\n",
        "\n  utter_ask_budget:\n  - text: 5/5　考えている予算があれば教えてください。\n    buttons: *short\n",
    ))  # fmt: skip
    tree.put("dialogues/phrases/basis.yml", ("label_contact: ご連絡先\n", "label_budget: 予算\n"))
    tree.put("bot/desk/consultation/intake/short_answers.py", ('APPENDED = ("name", "contact"', ', "budget"'))
    tree.put("bot/line/drawing.py", ('"contact": proposal.contact or "",\n', '"budget": proposal.budget or "",\n'))
    tree.put("bot/web/consultation/form.py", ('"contact": 300', ', "budget": 100'))
    tree.put("bot/web/templates/form.html", ("</fieldset>\n", '<input id="budget" name="budget">{{ t.budget }}\n'))
    tree.put("bot/web/templates/form_review.html", ("'name', 'contact'", ", 'budget'"))
    for language in ("ja", "easy", "en"):
        tree.put(f"dialogues/web/{language}.yml", ("\n", "budget: 予算\n"))
    tree.put("bot/desk/record/sight.py", ("    contact: str | None\n", "    budget: str | None\n"),
             ("contact=proposal.contact,\n", "        budget=proposal.budget,\n"))  # fmt: skip
    tree.put("bot/slack/words/__init__.py", ('    "contact": "連絡先",\n', '    "budget": "予算",\n'))
    tree.put("bot/slack/card/details.py", (
        'yield from _long(words.LABEL["contact"], view.contact or words.NONE)\n',
        '    yield from _long(words.LABEL["budget"], view.budget or words.NONE)\n',
    ))  # fmt: skip
    tree.put(
        "bot/slack/words/reception.py", ("INTAKE_NAME, INTAKE_CONTACT", ", INTAKE_BUDGET"), ('"連絡先", ', '"予算", ')
    )
    tree.put("bot/slack/kit/modals.py", (
        'asks("contact", words.reception.INTAKE_CONTACT, text_input(most=300), optional=True),\n',
        '        asks("budget", words.reception.INTAKE_BUDGET, text_input(most=100), optional=True),\n',
    ))  # fmt: skip
    tree.put("bot/desk/consultation/intake/by_hand.py",
             ('contact=given.get("contact") or None,\n', '        budget=given.get("budget") or None,\n'))  # fmt: skip


# By phone, on the web, on LINE, for staff, and erased; each as the doors themselves ask for it.
QUESTION_WORKS = (
    BEGIN
    + """
from starlette.requests import Request
from bot.desk.consultation import on_page, privacy
from bot.desk.consultation.intake import by_hand, forms
from bot.desk.record import sight
from bot.desk.record.answers import FIELDS, ORDER, next_open
from bot.line import drawing
from bot.phrases import label
from bot.slack.card.details import details
from bot.slack.kit.blocks import visible
from bot.slack.kit.modals import intake
from bot.web import pages
from bot.web.consultation import form
from storage.models import QUESTIONS, PartyKind, Proposal

FIVE = dict.fromkeys(QUESTIONS, "子ども食堂")
WEB = {"type": "http", "method": "GET", "path": "/form/x", "query_string": b"", "headers": []}


def page(template, values):
    return pages.personal(
        Request(WEB), template, token="t", trap="trap", questions=QUESTIONS, most=form.MOST, wards=(), problems=[],
        parties=[*PartyKind], here="/form/x", values={**dict.fromkeys(ORDER, ""), "files": [], **values},
        seen="",
    ).body.decode()


async def main():
    async with db.transaction() as session:
        told = {**FIVE, "channel": "phone", "budget": "10万円"}
        case = await by_hand.take_in(session, told, key="k", by="U", now=NOW)
        proposal = await session.get_one(Proposal, case.proposal_id)
        seen = await sight.view(session, case.number)
        assert seen.budget == "10万円" and "10万円" in visible(details(seen)["blocks"])
        assert drawing._fields(proposal)["budget"] == "10万円"
        draft = await forms.begin(session, version="1", now=NOW)
        draft.skipped = {name: True for name in (*QUESTIONS, *FIELDS) if name != "budget"}
        assert next_open(draft, {}) == "budget"
        await forms.save(session, draft, {"budget": "5万円"}, key="w", now=NOW)
        assert draft.budget == "5万円" and next_open(draft, {}) == "review"
        await privacy.forget_proposal(session, draft)
        assert draft.budget is None
    assert "budget" in form.MOST and label("budget") == "予算"
    assert 'name="budget"' in page("form.html", {}) and "7万円" in page("form_review.html", {"budget": "7万円"})
    assert "budget" in [block.get("element", {}).get("action_id") for block in intake([])["blocks"]]


asyncio.run(main())
"""
)


def add_a_stage(tree: Tree) -> None:
    """A trial between ④ and ⑤."""
    tree.put("storage/models/words.py", ('    REALISATION = "realisation"', '\n    PILOT = "pilot"'))
    moves = "bot/desk/record/moves.py"
    tree.put(moves, ('    Stage.REALISATION: "④実現支援",\n', '    Stage.PILOT: "試行",\n'),
             ("Action.PROPOSE, Action.STAKEHOLDERS, Action.DIALOGUE, Action.PLAN),\n",
              "    Stage.PILOT: (*_SEATS, *_ALWAYS, Action.PLAN),\n"),
             ("LEADS: dict[tuple[Stage, Action], Stage] = {\n",
              "    (Stage.PILOT, Action.ADVANCE): Stage.FOLLOW_UP,\n    (Stage.PILOT, Action.CLOSE): Stage.CLOSED,\n"),
             ("REQUIRED: dict[Stage, tuple[Requirement, ...]] = {\n",
              '    Stage.PILOT: (Requirement("trial", "試行の結果"),),\n'))  # fmt: skip
    text = (tree.place / moves).read_text("utf-8")
    tree.write(moves, text.replace("(Stage.REALISATION, Action.ADVANCE): Stage.FOLLOW_UP",
                                   "(Stage.REALISATION, Action.ADVANCE): Stage.PILOT"))  # fmt: skip
    tree.put("bot/desk/record/telling.py",
             ('    ADVANCED_REALISATION = "advanced_realisation"', '\n    ADVANCED_PILOT = "advanced_pilot"'),
             ("ADVANCED = {\n", "    Stage.PILOT: Phrase.ADVANCED_PILOT,\n"))  # fmt: skip
    tree.put("dialogues/phrases/basis.yml", (
        "# News of a case, each step once.\n", "advanced_pilot: ご相談（受付番号 {number}）は「試行」に進みました。\n",
    ))  # fmt: skip
    tree.put("dialogues/domain/responses/desk.yml", (
        "担当者と一緒に、道筋をかたちにしているところです。\n",
        "  utter_status_pilot:\n  - text: ご相談 {number} は「試行」の段階です。\n",
    ))  # fmt: skip
    for language in ("ja", "easy", "en"):
        tree.put(f"dialogues/web/{language}.yml", ("\n", "stage_pilot: 試しています\n"))
    tree.put("bot/nudges/sights.py", ("_WORK = frozenset({Stage.REALISATION, ", "Stage.PILOT, "))
    tree.put("bot/tables/reminders.yml", ("rules:\n", STILL_PILOT))
    tree.put("bot/life/steps.py", ("FORWARD = [claim, hear, weigh, realise", ", try_out"), (
        "FORWARD = ", "[]\n\n\n" + TRY_OUT + "\n\nFORWARD = ",
    ))  # fmt: skip


TRY_OUT = """async def try_out(session, number, pair, city, at):
    await advance.advance(session, number, evidence={"trial": "2回"}, waived=None, by=pair[0], now=at)
"""
STILL_PILOT = """
  - rule: still_pilot
    what: 試行のまま動きがない
    of: no_movement
    after: { open_days: 9 }
    stage: pilot
    to: acting
    door: slack
    words: still
    void: [moved, closed]
    changed_by: [lead]

"""

# A made-up case goes through it, with a card, news, evidence, a reminder, a place in the figures and a page.
STAGE_WORKS = (
    BEGIN
    + """
import yaml
from bot.desk.day import figures
from bot.desk.record import sight
from bot.desk.record.moves import KINDS
from bot.life import month, steps
from bot.phrases import phrase, phrases
from bot.slack import words
from bot.slack.card.card import case_card
from bot.slack.kit.blocks import visible
from bot.tables import reminders
from bot.web import speech
from sqlmodel import select
from storage.models import Case, Stage

TOLD = yaml.safe_load(month.FILE.read_text("utf-8"))[0]


async def main():
    async with db.transaction() as session:
        people = await month._people(session, NOW)
    for n, stage in enumerate(("pilot", "follow_up", "closed")):
        await month._play(db, {**TOLD, "stage": stage}, n, people.pair(0), people.city, NOW, NOW)
    async with db.reading() as session:
        cases = (await session.exec(select(Case).order_by(Case.number))).all()
        seen = await sight.view_of(session, cases[0])
        standing = await figures.standing(session, NOW)
    assert seen.stage is Stage.PILOT and "試行" in visible(case_card(seen, [], now=NOW))
    assert [need.key for need in seen.lacking] == ["trial"] and standing.by_stage["pilot"] == 1
    assert [case.stage for case in cases] == ["pilot", "follow_up", "closed"]
    rules = reminders.read(texts={"line": phrases(), "slack": words.nudges.ITEM})
    assert rules["still_pilot"].stage is Stage.PILOT and words.STAGE[Stage.PILOT] == "試行"
    assert phrase("advanced_pilot", number="2026-0001")
    assert all(speech.speech(one)["stage_pilot"] for one in speech.LANGUAGES)


asyncio.run(main())
"""
)


def add_a_topic(tree: Tree) -> None:
    """A lottery for places: staff draw it, citizens are told and say whether they come."""
    tree.write(
        "bot/slack/words/lottery.py",
        '''"""Words of Slack: the lottery."""

BUTTON = {"lottery.draw": "抽選する"}
TITLE = {"lottery": "抽選"}
NOTE = {"lottery_drawn": ("{by} さんが抽選しました。",)}
NOTE_ABOUT = {"lottery_drawn": "抽選"}
ON_CARD = "抽選はまだです。"
''',
    )
    tree.put(
        "bot/slack/words/__init__.py", ("    hits,\n    home,\n", "    lottery,\n"), ("TOPICS = (\n", "    lottery,\n")
    )
    tree.write(
        "bot/slack/drawing/lottery.py",
        '''"""The lottery. Pure."""

from bot.slack import words
from bot.slack.kit.blocks import context


def on_card(view):
    return [context(words.lottery.ON_CARD)]
''',
    )
    tree.write(
        "bot/slack/listeners/lottery.py",
        '''"""The lottery."""


async def draw(ack):
    await ack()


ACTIONS = {"lottery.draw": draw}
VIEWS = {"lottery": draw}
''',
    )
    tree.put("bot/slack/posts.py", ('        "nudges": _nudges,\n', '        "lottery": _burst,\n'))
    tree.write(
        "bot/line/news/lottery.py",
        '''"""The lottery."""

from bot.line import messages
from bot.phrases import phrase


async def won(session, payload):
    return messages.text(phrase("lottery_won", number=payload["number"]))


NEWS = {"lottery_won": won}
''',
    )
    tree.put("bot/line/news/__init__.py", ("    hearing,\n", "    lottery,\n"), ("for topic in (", "lottery, "))
    tree.write(
        "bot/hearing/taps/lottery.py",
        '''"""The lottery."""

from bot.phrases import phrase


async def coming(tap):
    return [{"text": phrase("lottery_coming")}]


TAPS = {"lottery": coming}
TYPED = ()
''',
    )
    tree.put("bot/hearing/taps/__init__.py", ("    hearing,\n", "    lottery,\n"), ("_TOPICS = (", "lottery, "))
    tree.write(
        "dialogues/phrases/lottery.yml",
        "lottery_won: 当たりました（受付番号 {number}）\nlottery_coming: お待ちしています\n",
    )


TOPIC_WORKS = """
import asyncio
from pathlib import Path

import bot
from bot.hearing import taps
from bot.hearing.taps.kinds import Tap
from bot.line.news import NEWS
from bot.slack import words
from bot.slack.drawing import _ON_CARD
from bot.slack.listeners import ACTIONS, VIEWS
from bot.slack.posts import POSTS

assert Path(bot.__file__).is_relative_to(Path.cwd())


async def main():
    assert words.BUTTON["lottery.draw"] == "抽選する" and words.TITLE["lottery"] == "抽選"
    assert words.NOTE["lottery_drawn"] and words.lottery in words.TOPICS
    assert "lottery.draw" in ACTIONS and "lottery" in VIEWS and "lottery" in POSTS
    assert "2026-0001" in str(await NEWS["lottery_won"](None, {"number": "2026-0001"}))
    said = await taps.answer(Tap(None, None, {"tap": "lottery"}, "k", None))
    assert said == [{"text": "お待ちしています"}]
    assert any(lines.__module__.endswith(".lottery") for lines in _ON_CARD)


asyncio.run(main())
"""


def test_a_question_that_the_recipe_adds_is_asked_at_every_door(tree: Tree) -> None:
    add_a_question(tree)
    tree.tries(QUESTION_WORKS)


def test_a_stage_that_the_recipe_adds_is_gone_through(tree: Tree) -> None:
    add_a_stage(tree)
    tree.tries(STAGE_WORKS)


def test_a_topic_that_the_recipe_adds_is_in_every_room(tree: Tree) -> None:
    add_a_topic(tree)
    tree.tries(TOPIC_WORKS)
