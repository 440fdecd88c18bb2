"""The recipes of CONTRIBUTING.md are complete: what they name is there, and every place of an example is named."""

import re
from pathlib import Path

import pytest

from bot.phrases import phrases
from bot.slack import words
from bot.tables import reminders
from knowledge.language import synonyms

ROOT = Path(__file__).parent.parent
SECTIONS = re.split(r"^## ", (ROOT / "CONTRIBUTING.md").read_text("utf-8"), flags=re.M)[1:]
RECIPES = {section.partition("\n")[0]: section for section in SECTIONS}
PRODUCT = ("bot", "dialogues", "knowledge", "storage", "deploy", "nlu/components", "nlu/data", "nlu/phrases.yml")
READABLE = {".py", ".yml", ".yaml", ".html", ".js", ".json", ".txt"}
QUESTION, BUTTON, STAGE = "Add a question", "Add a button", "Add a stage"
TOPIC, KIND, NUDGE = "Add a topic of the desk", "Add a kind of record", "Add a nudge"
WORD, SENTENCE = "Make the search understand a word", "Add a sentence the bot should understand"

# What a recipe says is in a file it names, as it stands there for the recipe's example.
PLACES: dict[str, dict[str, tuple[str, ...]]] = {
    QUESTION: {
        "storage/models/proposals.py": (r"^    contact: str \| None",),
        "storage/migrations/versions/": (),
        "bot/desk/record/answers.py": (r'^FIELDS = .*"contact"',),
        "bot/desk/consultation/privacy.py": (r"def forget_proposal", r"proposal\.contact = "),
        "dialogues/domain/slots.yml": (r"^  contact:", r"^  schemes:"),
        "dialogues/domain/forms.yml": (r"required_slots: \[.*schemes, .*contact,",),
        "dialogues/domain/intents.yml": (r"^- question .*contact",),
        "dialogues/domain/responses/questions.yml": (r"^  utter_ask_contact:", r"^      4/4", r"^      .*5/5"),
        "dialogues/phrases/basis.yml": (r"^label_contact:", r"^label_schemes:"),
        "nlu/phrases.yml": (r"^questions:", r"^  contact:", r"^  schemes:"),
        "bot/hearing/actions/fields.py": (r"def _understand",),
        "bot/desk/consultation/intake/short_answers.py": (r'^APPENDED = .*"contact"',),
        "bot/line/drawing.py": (r"def _fields", r'"contact": '),
        "bot/web/consultation/form.py": (r'^MOST = .*"contact"',),
        "bot/web/templates/form.html": (r'name="contact"',),
        "bot/web/templates/form_review.html": (r"for name in \(.*'contact'\)",),
        "dialogues/web/ja.yml": (r"^contact:", r"^schemes:", r"^schemes_hint:"),
        "dialogues/web/easy.yml": (r"^contact:", r"^schemes:", r"^schemes_hint:"),
        "dialogues/web/en.yml": (r"^contact:", r"^schemes:", r"^schemes_hint:"),
        "bot/desk/record/sight.py": (r"^class CaseView", r"^    contact: ", r"contact=proposal\.contact"),
        "bot/slack/card/details.py": (r'LABEL\["contact"\]',),
        "bot/slack/card/card.py": (),
        "bot/slack/words/__init__.py": (r'^    "contact": ', r"^QUESTION = ", r'^    "schemes": '),
        "bot/slack/kit/modals.py": (r"^def intake", r'asks\("contact"'),
        "bot/slack/words/reception.py": (r"INTAKE_CONTACT",),
        "bot/desk/consultation/intake/by_hand.py": (r"contact=given",),
        "bot/desk/consultation/publishing/publication.py": (r"def own_words", r"proposal\.contact"),
        "bot/desk/consultation/guests.py": (r"def pack", r"proposal\.contact"),
        "bot/slack/drawing/publication.py": (r"view\.contact",),
        "docs/architecture.md": (r"schemes ward party name contact",),
        "storage/models/words.py": (r'^QUESTIONS = .*"schemes"',),
        "dialogues/domain/responses/hearing.yml": (r'/correct_answer.*"schemes"', r'/add_more.*"schemes"'),
        "knowledge/consultations.py": (r'^    "schemes": ',),
        "bot/life/cases.yml": (r"schemes: ",),
    },
    BUTTON: {
        "dialogues/domain/intents.yml": (r"^- stop_notices",),
        "dialogues/domain/forms.yml": (r"(?s:ignored_intents:.*- stop_notices.*ignored_intents:.*- stop_notices)",),
        "nlu/phrases.yml": (r"^  stop_notices:",),
        "nlu/data/commands.yml": (r"^- intent: stop_notices",),
        "dialogues/phrases/basis.yml": (r"^label_command_stop_notices:",),
        "dialogues/rules/hearing.yml": (r"  - intent: stop_notices",),
        "dialogues/rules/case.yml": (r"  - intent: stop_notices",),
        "dialogues/rules/outside.yml": (r"  - intent: stop_notices",),
        "bot/hearing/actions/": (),
        "bot/hearing/actions/asides.py": (r'@step\("action_stop_notices"\)',),
        "dialogues/domain/actions.yml": (r"^- action_stop_notices",),
        "dialogues/domain/responses/desk.yml": (r"payload: /stop_notices",),
        "dialogues/domain/responses/menu_and_faq.yml": (r"payload: /stop_notices",),
        "bot/line/news/": (),
        "bot/line/news/nudges.py": (r"/stop_notices",),
        "bot/hearing/incoming.py": (r"^OF_ONE_QUESTION = ", r"^OF_ONE_PROPOSAL = "),
        "bot/line/rich_menu.py": (r"^INTENTS = ",),
        "deploy/line/": (),
        "docs/architecture.md": (r"`stop_notices`", r"stop_notices, resume_notices, clarify"),
        "bot/desk/record/moves.py": (
            r"^    MEET = ", r"^    Action\.MEET: ", r"^STAYS: (?s:.*)Action\.MEET", r"^LEADS: ",
        ),
        "bot/desk/team/staff.py": (r"^RIGHTS: ",),
        "bot/desk/consultation/hearing/": (),
        "bot/desk/record/": (),
        "bot/desk/team/": (),
        "bot/desk/talk/": (),
        "bot/desk/day/": (),
        "bot/desk/record/correspondence.py": (r"^ANSWERS: .*Action\.MEET",),
        "bot/slack/words/card.py": (r"^ACTION_ID = ", r"^WORK_ID = ", r'Action\.MEET: "case\.meet"'),
        "bot/slack/words/": (),
        "bot/slack/drawing/": (),
        "bot/slack/listeners/": (),
    },
    STAGE: {
        "storage/models/words.py": (r"^    REALISATION = ",),
        "bot/desk/record/moves.py": (
            r"^STAGE_LABEL = .*\n(?s:.*)Stage\.REALISATION: ",
            r"^STAYS: .*\n(?s:.*)    Stage\.REALISATION: ",
            r"\(Stage\.REALISATION, Action\.ADVANCE\): ",
            r"Action\.ADVANCE\): Stage\.REALISATION",
            r"^REQUIRED: .*\n(?s:.*)    Stage\.REALISATION: ",
        ),
        "bot/desk/consultation/": (),
        "bot/desk/consultation/advance.py": (r"Stage\.FOLLOW_UP",),
        "bot/desk/record/telling.py": (r"^    ADVANCED_REALISATION = ", r"^ADVANCED = .*\n(?s:.*)Stage\.REALISATION: "),
        "dialogues/phrases/basis.yml": (r"^advanced_realisation:",),
        "dialogues/domain/responses/desk.yml": (r"^  utter_status_realisation:",),
        "bot/hearing/actions/asides.py": (r"utter_status_", r"Stage\.REALISATION"),
        "dialogues/web/ja.yml": (r"^stage_realisation:",),
        "dialogues/web/easy.yml": (r"^stage_realisation:",),
        "dialogues/web/en.yml": (r"^stage_realisation:",),
        "bot/desk/consultation/direction/hypotheses.py": (r"^STAGES = .*Stage\.REALISATION",),
        "bot/slack/drawing/realisation.py": (r"^STAGES = .*Stage\.REALISATION",),
        "bot/slack/drawing/direction.py": (r"^def on_card(?s:.*)Stage\.REALISATION",),
        "bot/slack/drawing/follow_up.py": (r"^def on_card(?s:.*)Stage\.REALISATION",),
        "bot/nudges/sights.py": (r"^_WORK = .*Stage\.REALISATION", r"^_TABLES: (?s:.*)Stage\.REALISATION"),
        "bot/tables/reminders.yml": (r"rule: still_realisation", r"stage: realisation"),
        "bot/life/steps.py": (r"^FORWARD = .*realise",),
        "bot/life/cases.yml": (r"stage: realisation",),
        "bot/slack/sending/stats_picture.py": (r"for stage in Stage",),
        "docs/desk.md": (r"realisation",),
    },
    TOPIC: {
        "bot/desk/consultation/": (),
        "bot/desk/record/refusals.py": (),
        "bot/desk/record/record.py": (r"^class Event", r"    Event\.CONSENTED: "),
        "bot/slack/words/history.py": (r"^CHANGED",),
        "storage/models/work.py": (r"^class Publication",),
        "storage/migrations/versions/": (),
        "bot/desk/consultation/privacy.py": (r"^_WORDS: (?s:.*)    Publication: ",),
        "bot/desk/record/work.py": (r"    publication: Publication", r"^_TABLES: (?s:.*)Publication"),
        "bot/slack/words/__init__.py": (r"^TOPICS = (?s:.*)    publication,", *(
            rf'together\("{table}", _ALL\)' for table in ("BUTTON", "TITLE", "NOTE", "NOTE_ABOUT")
        ), r'"QUOTED"'),
        "bot/slack/posts.py": (r"^POSTS: ",),
        "bot/line/news/__init__.py": (r"    publication,", r"for topic in \(.*publication"),
        "bot/line/confidential.py": (r'^HELD_BACK = (?s:.*)"publication_ask"',),
        "bot/line/drawing.py": (r"publication\.told",),
        "bot/hearing/taps/__init__.py": (r"^_TOPICS = .*publication",),
        "bot/desk/consultation/on_page.py": (r"_publication\(",),
        "dialogues/web/ja.yml": (r"^news_publication:",),
        "dialogues/web/easy.yml": (r"^news_publication:",),
        "dialogues/web/en.yml": (r"^news_publication:",),
        "bot/life/steps.py": (r"briefing\.check",),
    },
    KIND: {
        "bot/desk/record/kinds.py": (r"^class Kind", r"stages: ", r"moves: ", r"actions: ", r"required: "),
        "bot/desk/record/moves.py": (r"^KINDS: .*\"case\": CASE",),
        "bot/desk/record/record.py": (r"^async def open_new",),
        "storage/models/cases.py": (r"^    kind: str",),
        "bot/desk/consultation/": (),
        "bot/desk/record/": (),
        "bot/desk/team/": (),
        "bot/desk/talk/": (),
        "bot/desk/day/": (),
        "bot/tables/reminders.yml": (),
    },
    NUDGE: {
        "bot/tables/reminders.yml": (r"^  - rule: stakeholder_silent",),
        "docs/nudges.md": (r"^\| `?stakeholder_silent",),
        "dialogues/phrases/nudges.yml": (r"^milestone_near:",),
        "bot/slack/words/nudges.py": (r"^ITEM: ", r"^SINCE: ", r"^OVER: ", r'"stakeholder_silent": '),
        "bot/tables/reminders.py": (r'^FACTS: (?s:.*)"stakeholder_silent": ',),
        "bot/nudges/facts.py": (r'"stakeholder_silent": ',),
    },
    WORD: {
        "knowledge/language/synonyms.txt": (r"^.+[,、].+",),
        "knowledge/language/kanji.txt": (r"^乗乘 ",),
        "knowledge/language/text.py": (r"^TRADE = ",),
        "knowledge/asking/question.py": (r"^_FILTER = .*テーマ",),
        "knowledge/index/rows.py": (r"^    theme: ",),
        "knowledge/index/scoring.py": (r"^    theme: ",),
        "knowledge/entries.py": (r'^        "制度": ',),
    },
    SENTENCE: {
        "nlu/data/commands.yml": (r"^- intent: ",),
        "nlu/data/faq.yml": (r"^- intent: faq_",),
        "nlu/data/chat.yml": (r"^- intent: ",),
        "nlu/data/answers.yml": (r"^- intent: inform",),
        "nlu/phrases.yml": (r"^intents:|^  faq_hours:",),
        "knowledge/language/parties.py": (r"^PARTIES: ",),
        "knowledge/language/elsewhere.py": (r"^WARDS_OF: ",),
    },
}  # fmt: skip

# An example's name, and the files that say it and mean something else, or something nobody adds with such a thing.
_SCHEMES = "the schemes (制度) that the centre knows"
_PARTIES = "how a party of ④ is reached"
_WITHIN = "the work of the stage itself, or of the topic realisation"
EXAMPLES: dict[str, tuple[str, dict[str, str]]] = {
    QUESTION: (
        r"\b(schemes|contact)\b",
        {
            "bot/cli/knowledge.py": _SCHEMES,
            "bot/web/published/feeds.py": _SCHEMES,
            "bot/web/templates/case.html": _SCHEMES,
            "knowledge/__init__.py": _SCHEMES,
            "knowledge/entries.py": _SCHEMES,
            "knowledge/importing/columns.py": _SCHEMES,
            "knowledge/importing/importers.py": _SCHEMES,
            "storage/models/knowledge.py": _SCHEMES,
            "bot/desk/consultation/realisation/stakeholders.py": _PARTIES,
            "bot/life/steps.py": _PARTIES,
            "bot/slack/drawing/realisation.py": _PARTIES,
            "bot/slack/listeners/realisation.py": _PARTIES,
            "storage/models/work.py": _PARTIES,
        },
    ),
    BUTTON: (
        r"\b(stop_notices|MEET|case\.meet)\b",
        {
            "bot/slack/drawing/hearing.py": "the topic's own modal",
            "bot/slack/listeners/hearing.py": "the topic's own listeners",
        },
    ),
    STAGE: (
        r"\b(\w+_)?(realisation|REALISATION)\b",
        {
            "bot/desk/consultation/on_page.py": "imports the plan",
            "bot/hearing/taps/__init__.py": _WITHIN,
            "bot/hearing/taps/dialogue.py": _WITHIN,
            "bot/line/drawing.py": _WITHIN,
            "bot/line/news/__init__.py": _WITHIN,
            "bot/line/news/dialogue.py": _WITHIN,
            "bot/line/news/realisation.py": _WITHIN,
            "bot/slack/drawing/dialogue.py": _WITHIN,
            "bot/slack/drawing/plan.py": _WITHIN,
            "bot/slack/listeners/dialogue.py": _WITHIN,
            "bot/slack/listeners/plan.py": _WITHIN,
            "bot/slack/listeners/realisation.py": _WITHIN,
            "bot/slack/posts.py": _WITHIN,
            "bot/slack/words/__init__.py": _WITHIN,
            "bot/slack/words/history.py": _WITHIN,
        },
    ),
    TOPIC: (
        r"\bpublication\b",
        {"bot/slack/kit/modals.py": "終了する asks for what the first draft of a publication is made of"},
    ),
    NUDGE: (r"\bstakeholder_silent\b", {}),
}


def named(recipe: str) -> set[str]:
    """The files and folders that a recipe names."""
    return set(re.findall(r"`((?:bot|dialogues|nlu|knowledge|storage|tests|deploy|docs)/[\w./<>-]*)`", RECIPES[recipe]))


def is_named(recipe: str, file: str) -> bool:
    """Tell whether a recipe names a file, or a pattern or a folder that it is in; a parent of all rooms names none."""
    shapes = [re.escape(place).replace("<topic>", r"\w+").replace("<", "").replace(">", "") for place in named(recipe)]
    return any(re.fullmatch(shape + (r"[^/]+(/[^/]+)?" if shape.endswith("/") else ""), file) for shape in shapes)


def product() -> list[Path]:
    files = [file for place in PRODUCT for file in [ROOT / place, *(ROOT / place).rglob("*")]]
    return [file for file in files if file.is_file() and file.suffix in READABLE]


def test_every_recipe_is_held_here() -> None:
    assert set(RECIPES) == set(PLACES)


@pytest.mark.parametrize("recipe", PLACES)
def test_a_recipe_names_what_is_held_and_no_more(recipe: str) -> None:
    said = {place for place in named(recipe) if not place.startswith("tests/") and "<" not in place}
    assert said == set(PLACES[recipe])


@pytest.mark.parametrize("recipe", PLACES)
def test_what_a_recipe_says_is_where_it_says(recipe: str) -> None:
    missing = []
    for place, patterns in PLACES[recipe].items():
        assert (ROOT / place).exists(), place
        text = (ROOT / place).read_text("utf-8") if patterns else ""
        missing += [f"{place}: {pattern}" for pattern in patterns if not re.search(pattern, text, re.M)]
    assert not missing, f"“{recipe}” of CONTRIBUTING.md names what isn't there any more: {missing}"


@pytest.mark.parametrize("recipe", EXAMPLES)
def test_every_place_of_an_example_is_in_its_recipe(recipe: str) -> None:
    pattern, others = EXAMPLES[recipe]
    files = {file.relative_to(ROOT).as_posix() for file in product() if re.search(pattern, file.read_text("utf-8"))}
    new = {file for file in files - set(others) if not is_named(recipe, file)}
    assert files, pattern
    assert not new, f"add these to “{recipe}” of CONTRIBUTING.md, or say in EXAMPLES what else they mean: {sorted(new)}"
    assert not set(others) - files, f"these don't say it any more, take them out: {sorted(set(others) - files)}"


def test_a_nudge_that_the_recipe_adds_is_read(tmp_path: Path) -> None:
    added = """
  - rule: silent_for_long
    what: 打診したまま、長くお返事がない
    of: stakeholder_silent
    after: { days: 30 }
    to: lead
    door: slack
    words: stakeholder_silent
    void: [word_given, closed]
    changed_by: [lead]
"""
    table = tmp_path / "reminders.yml"
    table.write_text(reminders.FILE.read_text("utf-8") + added, "utf-8")

    read = reminders.read(table, texts={"line": phrases(), "slack": words.nudges.ITEM})

    assert set(read) - set(reminders.rules()) == {"silent_for_long"}


def test_a_word_that_the_recipe_adds_means_the_same() -> None:
    groups = synonyms.read(synonyms.FILE.read_text("utf-8") + "抽選会, くじびき\n")
    assert groups["抽選会"] == groups["くじびき"] != ()
