"""The settings: what is refused, in words that say what to do, and what is only doubted."""

from pathlib import Path

import pytest
from dotenv import dotenv_values

from bot import settings
from bot.settings import SettingsWrong, load
from bot.variables import EXAMPLES

NEEDED = ("LINE_CHANNEL_SECRET", "LINE_CHANNEL_ACCESS_TOKEN", "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "RASA_TOKEN")


@pytest.fixture(autouse=True)
def _others(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("empty"))
    for name in NEEDED:
        monkeypatch.setenv(name, "xoxb-of-a-test" if name == "SLACK_BOT_TOKEN" else "of-a-test")
    monkeypatch.setenv("SLACK_INTAKE_CHANNEL", "C0INTAKE")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("", {}),
        ("鶴見区=C0TSURUMI", {"鶴見区": "C0TSURUMI"}),
        (" 鶴見区 = C0TSURUMI ; 港北区=G0KOHOKU; ", {"鶴見区": "C0TSURUMI", "港北区": "G0KOHOKU"}),
    ],
)
def test_wards_have_channels(monkeypatch: pytest.MonkeyPatch, said: str, meant: dict[str, str]) -> None:
    monkeypatch.setenv("SLACK_WARD_CHANNELS", said)

    assert load().slack_ward_channels == meant


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("渋谷区=C0SHIBUYA", "its pair 1 begins with no ward's name"),
        ("鶴見区=C0TSURUMI;C0KOHOKU", "its pair 2 begins with no ward's name"),
        ("鶴見区=#tsurumi", "must name a channel's id for 鶴見区"),
        ("鶴見区", "must name a channel's id for 鶴見区"),
        ("鶴見区=C0ONE;鶴見区=C0TWO", "names a ward twice"),
        ("鶴見区=C0INTAKE", "names the intake channel"),
    ],
)
def test_what_is_wrong_is_told(monkeypatch: pytest.MonkeyPatch, said: str, why: str) -> None:
    monkeypatch.setenv("SLACK_WARD_CHANNELS", said)

    with pytest.raises(SettingsWrong) as wrong:
        load()

    assert "SLACK_WARD_CHANNELS" in str(wrong.value)
    assert why in str(wrong.value)


SIMULATORS = {"LINE_API_URL": "http://127.0.0.1:9000", "SLACK_API_URL": "http://127.0.0.1:9000/api/"}


@pytest.mark.parametrize("named", [["LINE_API_URL"], ["SLACK_API_URL"], list(SIMULATORS)])
def test_production_doesn_t_start_with_a_simulator(monkeypatch: pytest.MonkeyPatch, named: list[str]) -> None:
    for name in named:
        monkeypatch.setenv(name, SIMULATORS[name])
    load()  # in development they are welcome

    monkeypatch.setenv("TSUNAGI_ENV", "production")
    with pytest.raises(SettingsWrong) as wrong:
        load()

    assert "point at a simulator: unset them in production" in str(wrong.value)


def test_production_starts_without_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TSUNAGI_ENV", "production")
    for name in SIMULATORS:
        monkeypatch.setenv(name, " ")

    assert not load().simulated


@pytest.mark.parametrize(
    ("name", "said", "why"),
    [
        ("SLACK_BOT_TOKEN", "xoxp-1-2", "must be the Bot User OAuth Token, which begins with xoxb-"),
        ("SLACK_APP_TOKEN", "xoxb-1-2", "must be an app-level token, which begins with xapp-"),
        ("SLACK_INTAKE_CHANNEL", "相談受付", "must be the channel's id, such as C0123ABCD, not its name"),
        ("SLACK_INTAKE_CHANNEL", "#intake", "must be the channel's id, such as C0123ABCD, not its name"),
        ("PORT", "eighty", "must be a whole number (port the hub listens on)"),
        ("PORT", "65536", "must be 65535 or less (port the hub listens on)"),
        ("PORT", "-1", "must be 0 or more (port the hub listens on)"),
        ("MATCH_VOTES", "perhaps", "must be true or false"),
        ("TSUNAGI_ENV", "staging", "must be 'development' or 'production'"),
        ("RASA_TOKEN", "", "is missing"),
    ],
)
def test_what_is_set_wrong_is_told_in_plain_words(monkeypatch: pytest.MonkeyPatch, name: str, said: str, why: str):
    monkeypatch.setenv(name, said)

    with pytest.raises(SettingsWrong) as wrong:
        load()

    line = next(line for line in str(wrong.value).splitlines() if name in line)
    assert line.startswith(f"  {name} {why}")
    assert not said or said == "-1" or said not in line


def test_the_demo_s_database_is_asked_whatever_is_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(settings, "DEMO", tmp_path / "demo.db")
    monkeypatch.setattr(settings, "_preferred", {})
    monkeypatch.setenv("DATABASE_URL", "sqlite:///of-the-centre.db")
    monkeypatch.setenv("INDEX_DIR", "/index/of/the/centre")

    settings.ask_the_demo()

    assert settings.database_url() == f"sqlite:///{tmp_path}/demo.db"
    assert settings.stored().index_directory == tmp_path / "demo.db-index"


@pytest.mark.parametrize("token", ["xoxb-1-2-abc", "xoxe.xoxb-1-abc"])
def test_a_bot_token_may_be_one_that_is_renewed(monkeypatch: pytest.MonkeyPatch, token: str):
    monkeypatch.setenv("SLACK_BOT_TOKEN", token)

    assert load().slack_bot_token.get_secret_value() == token


@pytest.mark.parametrize(
    ("where", "name", "told"),
    [
        ("environment", "DATABSE_URL", "DATABSE_URL is no setting: did you mean DATABASE_URL?"),
        ("environment", "LINE_CHANEL_SECRET", "LINE_CHANEL_SECRET is no setting: did you mean LINE_CHANNEL_SECRET?"),
        ("file", "slack_bot_tokn", "SLACK_BOT_TOKN is no setting: did you mean SLACK_BOT_TOKEN?"),
        ("file", "COFFEE", "COFFEE is no setting; .env.example lists all."),
        ("environment", "COFFEE", None),  # the environment is everybody's
        ("file", "POSTGRES_PASSWORD", None),
        ("file", "RASA_TOKEN", None),
    ],
)
def test_a_setting_that_nobody_knows_is_named(monkeypatch: pytest.MonkeyPatch, where: str, name: str, told: str | None):
    if where == "file":
        Path(".env").write_text(f"{name}=x\n")
    else:
        monkeypatch.setenv(name, "x")

    said = settings.unknown()

    assert [line for line in said if name.upper() in line] == ([told] if told else [])


def test_the_example_is_known_as_such_and_no_production_starts_with_it(monkeypatch: pytest.MonkeyPatch):
    example = dotenv_values(Path(settings.__file__).parents[1] / ".env.example")
    guarding = {*NEEDED, "SLACK_INTAKE_CHANNEL", "PUBLIC_URL"}
    assert {example[name] for name in guarding} == EXAMPLES
    for name in guarding:
        monkeypatch.setenv(name, str(example[name]))
    assert set(load().made_up) == guarding

    monkeypatch.setenv("TSUNAGI_ENV", "production")
    with pytest.raises(SettingsWrong) as wrong:
        load()

    assert "RASA_TOKEN" in str(wrong.value)
    assert "everybody knows" in str(wrong.value)
