"""The settings: wards that there are, each with a channel; no simulator in production."""

import pytest

from bot.settings import SettingsWrong, load

NEEDED = ("LINE_CHANNEL_SECRET", "LINE_CHANNEL_ACCESS_TOKEN", "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET", "RASA_TOKEN")


@pytest.fixture(autouse=True)
def _others(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("empty"))
    for name in NEEDED:
        monkeypatch.setenv(name, "made-up")
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
