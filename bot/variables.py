"""What is wrong with the variables people set, told by name and never with a value."""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic.fields import FieldInfo

# The values of .env.example that guard something or name the outside: everybody can read them.
EXAMPLES = {
    "0123456789abcdef0123456789abcdef",
    "made-up-line-token",
    "xoxb-made-up",
    "C0123456789",
    "https://tsunagi.example.jp",
}
ELSEWHERE = {"POSTGRES_PASSWORD", "DOMAIN"}  # read by deploy/compose.yaml, not by the hub
ALIKE = 0.75  # one letter of four may be wrong: DATABSE_URL, SLACK_TOKEN_BOT is not worth a guess
# pydantic's names of what can be wrong → what a person reads; its own sentences speak to programmers.
_WRONG = {
    "missing": "is missing",
    "string_too_short": "is empty",
    "int_parsing": "must be a whole number",
    "greater_than_equal": "must be {ge} or more",
    "less_than_equal": "must be {le} or less",
    "bool_parsing": "must be true or false",
    "literal_error": "must be {expected}",
}


def told(error: ValidationError, fields: Mapping[str, FieldInfo]) -> str:
    """Return one line a setting: its name, what is wrong, what it is for."""
    lines = []
    for problem in error.errors(include_input=False, include_url=False):
        name = str(problem["loc"][0]) if problem["loc"] else ""
        field = fields.get(name)
        purpose = f" ({field.description})" if field and field.description else ""
        lines.append(f"  {name.upper()} {_wrong(problem)}{purpose}".replace("   ", "  "))
    return "\n".join(["These settings must be put right, in the environment or in .env:", *lines])


def _wrong(problem: Mapping[str, Any]) -> str:
    sentence = _WRONG.get(problem["type"])
    return sentence.format(**problem.get("ctx", {})) if sentence else problem["msg"].removeprefix("Value error, ")


def unknown(in_file: Iterable[str], in_environment: Iterable[str], known: Iterable[str]) -> list[str]:
    """Return a sentence for each variable that no setting is called, with the setting that was probably meant.

    Every line of .env is meant for us; of the environment, which is everybody's, only what looks like a slip.
    """
    settings = {name.upper() for name in known}
    ours = {name.upper() for name in in_file} - settings - ELSEWHERE
    slips = {name.upper() for name in in_environment} - settings - ELSEWHERE - ours
    said = [_sentence(name, _nearest(name, settings)) for name in sorted(ours)]
    return said + [_sentence(name, near) for name in sorted(slips) if (near := _nearest(name, settings))]


def _nearest(name: str, settings: set[str]) -> str | None:
    from rapidfuzz.distance import OSA  # only for who asks: every command reads the settings
    from rapidfuzz.process import extractOne

    found = extractOne(name, settings, scorer=OSA.normalized_similarity, score_cutoff=ALIKE)
    return found[0] if found else None


def _sentence(name: str, nearest: str | None) -> str:
    return f"{name} is no setting" + (f": did you mean {nearest}?" if nearest else "; .env.example lists all.")


def made_up(values: Mapping[str, str]) -> list[str]:
    """Return the names of the settings that still have the value of .env.example."""
    return [name.upper() for name, value in values.items() if value.rstrip("/") in EXAMPLES]
