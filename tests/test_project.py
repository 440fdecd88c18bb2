"""Promises about the project as a whole: what is said exists, what exists is said, each thing has one place."""

import ast
import json
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.desk.record.answers import ORDER, REVIEW
from bot.desk.record.telling import Note, Phrase
from bot.hearing.actions import STEPS
from bot.hearing.actions.answering import TELL_DESK
from bot.phrases import phrases
from bot.settings import Settings
from bot.slack import words
from bot.slack.posts import POSTS
from bot.tables.reminders import rules as nudge_rules
from storage.models import PartyKind, ProposalState, Stage

ROOT = Path(__file__).parent.parent
PACKAGES = ("bot", "knowledge", "storage")
READMES = ("README.md", "README.ja.md")
LONGEST = 300  # lines
LONGER = {  # file: why it is one thing
    "bot/app.py": "the composition root: every part is built here, each by a small function",
    "storage/migrations/versions/0006_first.py": "every table, written out once",
}
COMMITS = {"storage/db.py": "the one door"}
MANY = 15  # modules in a folder: more than that nobody reads as one thing
TOPICS = "one module for each topic of the desk, as long as the list of topics"
FULLER = {  # folder: why it may hold more
    "bot/slack/drawing": TOPICS,
    "bot/slack/listeners": TOPICS,
    "bot/slack/words": TOPICS,
}
OF_MACHINES = {"bot/settings.py", "bot/machine/opening.py"}  # they read the environment and a file of our own
SHELL = {
    "__init__",
    "__main__",
    "app",
    "serving",
    "settings",
    "variables",
    "errors",
    "logs",
    "clock",
    "when",
    "phrases",
}
LOCKS = ("requirements.lock", "requirements-dev.lock", "nlu/requirements.lock")
SOMEBODYS = re.compile(r"(?<![\w.~-])/(?:home|Users|root|work|mnt)/\w")  # folders of one person or machine


@cache
def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


def decided_by(tree: ast.Module) -> Iterator[ast.expr]:
    """What is asked whether it is true: conditions, parts of `and`, `or`, `not`, and what any() and all() look at."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.If, ast.While, ast.IfExp)):
            found = [node.test]
        elif isinstance(node, ast.BoolOp):
            found = node.values
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            found = [node.operand]
        elif isinstance(node, ast.comprehension):
            found = node.ifs
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("any", "all", "bool"):
            found = [one.elt if isinstance(one, (ast.GeneratorExp, ast.ListComp)) else one for one in node.args]
        else:
            continue
        yield from (one.value if isinstance(one, ast.NamedExpr) else one for one in found)


def modules(*packages: str) -> list[Path]:
    return sorted(file for package in packages for file in (ROOT / package).rglob("*.py"))


def name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def strings(*packages: str) -> Iterator[tuple[str, str]]:
    """Every string literal with its file; an f-string is its text with * for each value."""
    for file in modules(*packages):
        for node in ast.walk(tree(file)):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value, name(file)
            elif isinstance(node, ast.JoinedStr):
                yield "".join(part.value if isinstance(part, ast.Constant) else "*" for part in node.values), name(file)


def calls(*packages: str) -> Iterator[tuple[str, ast.Call, str]]:
    """Every call with the last word of what is called, and where."""
    for file in modules(*packages):
        for node in ast.walk(tree(file)):
            if isinstance(node, ast.Call):
                called = node.func
                last = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
                yield last, node, f"{name(file)}:{node.lineno}"


def dialogues(folder: str) -> Iterator[dict[str, Any]]:
    for file in sorted((ROOT / "dialogues" / folder).rglob("*.yml")):
        yield yaml.safe_load(file.read_text("utf-8"))


def responses() -> set[str]:
    return {key for domain in dialogues("domain") for key in domain.get("responses", {})}


def ours() -> list[Path]:
    """Every file of the project that isn't ignored."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("not a git repository")
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


# ── what the documentation says


@pytest.mark.parametrize("readme", READMES)
def test_every_setting_is_explained(readme: str) -> None:
    text = (ROOT / readme).read_text("utf-8")
    missing = [field.upper() for field in Settings.model_fields if f"`{field.upper()}`" not in text]
    assert not missing, f"{readme}'s table of settings lacks {missing} of bot/settings.py"


@pytest.mark.parametrize("readme", READMES)
def test_the_settings_explained_are_real(readme: str) -> None:
    rows = re.findall(r"^\| `([A-Z_]{4,})` \|", (ROOT / readme).read_text("utf-8"), re.M)
    unknown = set(rows) - {field.upper() for field in Settings.model_fields}
    assert rows, f"{readme} has no table of settings"
    assert not unknown, f"{readme} explains settings that bot/settings.py doesn't have: {sorted(unknown)}"


@pytest.mark.parametrize("readme", READMES)
def test_every_command_is_named(readme: str) -> None:
    import typer

    from bot.cli.entry import app

    text = (ROOT / readme).read_text("utf-8")
    missing = [command for command in typer.main.get_command(app).commands if f"tsunagi {command}" not in text]
    assert not missing, f"{readme} doesn't name the commands {missing}"


def test_the_japanese_readme_is_the_english_one_s_twin() -> None:
    english, japanese = (re.findall(r"^(##+) ", (ROOT / readme).read_text("utf-8"), re.M) for readme in READMES)
    assert english == japanese, "README.md and README.ja.md have different sections: a change belongs into both"


def test_what_the_documents_point_at_exists() -> None:
    documents = [ROOT / "CONTRIBUTING.md", *(ROOT / readme for readme in READMES), *(ROOT / "docs").glob("*.md")]
    broken = []
    for document in documents:
        text = document.read_text("utf-8")
        links = [document.parent / link for link in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", text)]
        named = re.findall(r"`((?:bot|dialogues|nlu|knowledge|storage|tests|deploy|docs)/[\w./-]+)`", text)
        links += [ROOT / path for path in named]
        broken += [f"{name(document)}: {link}" for link in links if not link.exists()]
    assert not broken, f"these links and paths lead nowhere: {broken}"


# ── what is said to people


def test_every_phrase_that_is_said_exists() -> None:
    said = {f"label_{question}" for question in (*ORDER, REVIEW)} | set(Phrase) | commands()
    said |= {f"party_{kind}" for kind in PartyKind} | {"data_draft", "data_sent", "data_withdrawn"}
    for called, node, _where in calls("bot"):
        literal = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        options = {word.arg: word.value for word in node.keywords}
        if called in ("phrase", "tell_citizen", "_say") and literal:
            said.add(literal[0])
        elif called == "put" and _text(options.get("dest")) == "line" and _text(options.get("kind")):
            said.add(_text(options["kind"]))
    missing = said - {"turn"} - set(phrases())  # a turn says what Rasa said
    assert not missing, f"dialogues/phrases lacks what the code says: {sorted(missing)}"


def test_a_tap_is_one_event() -> None:
    """LINE sends the `text` of a postback as a message beside the tap, and one tap would be two turns."""
    taps = [
        {key.value: value for key, value in zip(node.keys, node.values, strict=True) if isinstance(key, ast.Constant)}
        for file in modules("bot/line")
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Dict)
    ]
    taps = [tap for tap in taps if ast.dump(tap.get("type", ast.Constant(""))) == ast.dump(ast.Constant("postback"))]
    assert taps
    assert not [tap for tap in taps if "text" in tap]


def test_every_phrase_is_said() -> None:
    literals = {text for text, _ in strings("bot")}
    built = {f"label_{question}" for question in (*ORDER, REVIEW)} | commands()
    built |= {f"party_{kind}" for kind in PartyKind} | {f"data_{state}" for state in ProposalState}
    built |= {rule.words for rule in nudge_rules().values() if rule.door == "line"}
    built |= set(re.findall(r"words: (\w+)", (ROOT / "bot" / "tables" / "reminders.yml").read_text("utf-8")))
    unused = set(phrases()) - literals - built
    assert not unused, f"nobody says these keys of dialogues/phrases, delete them: {sorted(unused)}"


def test_no_phrase_is_written_twice() -> None:
    files = (ROOT / "dialogues" / "phrases").glob("*.yml")
    keys = [key for file in files for key in re.findall(r"^(\w+):", file.read_text("utf-8"), re.M)]
    twice = {key for key in keys if keys.count(key) > 1}
    assert not twice, f"dialogues/phrases holds these keys twice, and only the last counts: {sorted(twice)}"


def test_every_response_the_hub_says_exists() -> None:
    said = {text for text, _ in strings("bot/hearing") if text.startswith("utter_")}
    said = {text for text in said if "*" not in text and text != "utter_status_"}
    said |= {f"utter_status_{stage}" for stage in Stage if stage is not Stage.CLOSED}
    missing = said - responses()
    assert not missing, f"dialogues/domain lacks what bot/hearing says: {sorted(missing)}"


def test_every_response_is_said() -> None:
    said = {text for text, _ in strings("bot/hearing")} | {f"utter_status_{stage}" for stage in Stage}
    for rules in (ROOT / "dialogues" / "rules").rglob("*.yml"):
        said |= set(re.findall(r"utter_\w+", rules.read_text("utf-8")))
    for domain in dialogues("domain"):
        for form in domain.get("forms", {}).values():  # Rasa says these by itself
            said |= {f"utter_ask_{slot}" for slot in form["required_slots"]}
    unused = responses() - said
    assert not unused, f"nobody says these responses of dialogues/domain, delete them: {sorted(unused)}"


def test_rules_say_what_exists() -> None:
    said = {word for file in (ROOT / "dialogues" / "rules").rglob("*.yml")
            for word in re.findall(r"utter_\w+", file.read_text("utf-8"))}  # fmt: skip
    assert not said - responses(), f"dialogues/rules says what dialogues/domain lacks: {sorted(said - responses())}"


def test_rasa_knows_every_step_and_no_other() -> None:
    named = {action for domain in dialogues("domain") for action in domain.get("actions", [])}
    assert named == set(STEPS), f"dialogues/domain/actions.yml and bot/hearing/actions differ: {named ^ set(STEPS)}"


def test_every_note_to_slack_has_words() -> None:
    said = set(Note)
    for called, node, _where in calls("bot"):
        if called in ("tell_thread", "tell_person") and len(node.args) > 2 and _text(node.args[2]):
            said.add(_text(node.args[2]))
        for inner in (word.value for word in node.keywords if word.arg == "payload" and called == "put"):
            if isinstance(inner, ast.Dict):
                pairs = zip(inner.keys, inner.values, strict=True)
                said |= {_text(value) for key, value in pairs if _text(key) == "say" and _text(value)}
    missing = said - set(words.NOTE) - set(POSTS)
    assert not missing, f"bot/slack/words has no NOTE for {sorted(missing)}: these would become dead letters"


def commands() -> set[str]:
    """The phrase of each command that a doubtful answer may be taken for: learnt, or words for the coordinator."""
    learnt = {entry["intent"] for file in (ROOT / "nlu" / "data").glob("*.yml")
              for entry in yaml.safe_load(file.read_text("utf-8"))["nlu"] if "intent" in entry}  # fmt: skip
    return {f"label_command_{intent}" for intent in learnt - {"inform"} | {TELL_DESK}}


def _text(node: ast.expr | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


# ── what is done in one place


def test_only_the_door_to_the_database_commits() -> None:
    where = [at for called, _, at in calls(*PACKAGES) if called == "commit" and at.split(":")[0] not in COMMITS]
    assert not where, f"only storage/db.py commits; take the session of the caller in {where}"


def test_only_the_settings_read_the_environment() -> None:
    where = []
    for file in modules(*PACKAGES):
        for node in ast.walk(tree(file)):
            named = isinstance(node, ast.Attribute) and node.attr in ("environ", "getenv")
            brought = isinstance(node, ast.ImportFrom) and node.module == "os" and any(
                alias.name in ("environ", "getenv") for alias in node.names
            )  # fmt: skip
            if (named or brought) and name(file) != "bot/settings.py":
                where.append(f"{name(file)}:{node.lineno}")
    assert not where, f"only bot/settings.py reads the environment; make it a setting in {where}"


def test_only_one_predicate_tells_whether_a_text_has_words() -> None:
    """strip() leaves U+200B, U+3164 and their like, so what it returns tells nothing about there being words."""
    asked = [
        f"{name(file)}:{one.lineno}"
        for file in modules(*PACKAGES)
        if name(file) not in OF_MACHINES
        for one in decided_by(tree(file))
        if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute) and one.func.attr in ("strip", "isspace")
    ]
    assert not asked, f"ask knowledge.language.blanks instead in {asked}"


def test_no_test_takes_the_first_of_rows_that_have_no_order() -> None:
    """PostgreSQL gives rows in any order, so the first of several is another one each time."""
    taken = [
        f"{name(file)}:{node.lineno}"
        for file in modules("tests")
        if ".first()" in file.read_text("utf-8")
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "first"
        if "select(" in (asked := ast.unparse(node)) and "order_by(" not in asked
    ]
    assert not taken, f"say the order, or ask for the only one, in {taken}"


def test_no_module_has_grown_a_second_noun() -> None:
    """A question, not a limit: a module that is one thing says why in LONGER."""
    long = {
        name(file): lines for file in modules(*PACKAGES) if (lines := file.read_text("utf-8").count("\n")) > LONGEST
    }
    asked = {file: lines for file, lines in long.items() if file not in LONGER}
    assert not asked, f"is it one thing? Say why in LONGER, or split it by noun, not by size: {asked}"
    assert not set(LONGER) - set(long), f"not long any more, take it out of LONGER: {set(LONGER) - set(long)}"


def test_no_folder_holds_more_than_one_can_read() -> None:
    held = Counter(name(file.parent) for file in modules("bot", "knowledge", "deploy/simulator"))
    full = {folder for folder, count in held.items() if count - 1 > MANY}  # besides __init__.py
    assert not full - set(FULLER), f"say why in FULLER, or find the second noun: {full - set(FULLER)}"
    assert set(FULLER) <= set(held), f"gone, take it out of FULLER: {set(FULLER) - set(held)}"


def test_nothing_is_loose_in_bot_but_the_shell() -> None:
    assert {file.stem for file in (ROOT / "bot").glob("*.py")} == SHELL


def test_what_is_excused_is_there() -> None:
    assert [file for file in [*COMMITS, *LONGER] if not (ROOT / file).is_file()] == []


# ── what others get


def test_no_file_names_somebody_s_folder() -> None:
    found = []
    for file in ours():
        for number, line in enumerate(file.read_bytes().decode("utf-8", "ignore").splitlines(), 1):
            if SOMEBODYS.search(line) and file.suffix not in (".png", ".jpg"):
                found.append(f"{name(file)}:{number}")
    assert not found, f"these lines name a folder of one machine: {found}"


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_registry(lock: str) -> None:
    lines = (ROOT / lock).read_text("utf-8").splitlines()
    named = [
        line for line in lines if "://" in line or line.lstrip().startswith(("-i ", "--index", "--extra", "--find"))
    ]
    assert not named, f"{lock} names where packages come from; that is each machine's own business: {named[:3]}"
    assert any("--hash=" in line for line in lines), f"{lock} has no hashes"


def test_what_ships_as_an_example_says_so() -> None:
    shipped = ROOT / "knowledge" / "data"
    files = {file.name for file in shipped.glob("*.jsonl")}
    assert files == {"sample_cases.jsonl", "sample_organisations.jsonl", "schemes.jsonl", "wards.jsonl"}
    for file in sorted(shipped.glob("sample_*.jsonl")):
        rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
        unmarked = [row["id"] for row in rows if row.get("sample") is not True or "見本" not in row.get("source", "")]
        assert not unmarked, f"{file.name}: not marked as a made-up sample: {unmarked}"
