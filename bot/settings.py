"""Everything that differs between a laptop and production: the only reader of the environment."""

import hashlib
import hmac
import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot import variables

CHANNEL_ID = re.compile("[CG][A-Z0-9]{2,}")
SHAPES: dict[str, tuple[str, str]] = {
    "slack_bot_token": (r"(xoxe\.)?xoxb-.+", "must be the Bot User OAuth Token, which begins with xoxb-"),
    "slack_app_token": (r"xapp-.+", "must be an app-level token, which begins with xapp-"),
    "slack_intake_channel": (CHANNEL_ID.pattern, "must be the channel's id, such as C0123ABCD, not its name"),
}
DEMO = Path(__file__).parents[1] / "var" / "demo" / "demo.db"  # what `tsunagi demo` works on
Name = Annotated[str, Field(min_length=1)]


class SettingsWrong(Exception):
    """Settings are missing or malformed; the message lists each with what to do."""


class Stored(BaseSettings):
    """The settings that commands about what is stored need."""

    model_config = SettingsConfigDict(
        env_file=".env", env_ignore_empty=True, frozen=True, extra="ignore", hide_input_in_errors=True
    )

    database_url: str = Field("sqlite:///tsunagi.db", description="SQLite file or PostgreSQL server")
    index_dir: Path | None = Field(None, description="folder of the search index; by itself beside the database")
    match_votes: bool = Field(True, description="what staff said of hits decides between those equally alike")

    @field_validator("*", mode="before")
    @classmethod
    def _empty_is_missing(cls, value: Any) -> Any:
        """A variable set to nothing is as good as none."""
        return value.strip() if isinstance(value, str) else value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if not value.startswith(("sqlite:///", "postgresql://", "postgres://")):
            raise ValueError("must start with sqlite:/// or postgresql://")
        return value

    @property
    def index_directory(self) -> Path:
        """Where the search index is kept: beside a SQLite file, in the user's cache for a server."""
        if self.index_dir:
            return self.index_dir
        backend, _, place = self.database_url.partition(":///")
        if backend == "sqlite":
            return Path(f"{place.partition('?')[0]}-index")
        return Path.home() / ".cache" / "tsunagi" / hashlib.sha256(self.database_url.encode()).hexdigest()[:16]


class Settings(Stored):
    """Read from the environment or .env, typed and frozen."""

    line_channel_secret: SecretStr = Field(description="LINE channel's secret: checks webhooks")
    line_channel_access_token: SecretStr = Field(description="LINE channel's token: sends messages")
    slack_bot_token: SecretStr = Field(description="Slack bot token, xoxb-…")
    slack_signing_secret: SecretStr = Field(description="Slack app's signing secret")
    slack_app_token: SecretStr | None = Field(None, description="Slack app token, only for Socket Mode")
    slack_intake_channel: Name = Field(description="id of the Slack channel where cards appear, C…")
    slack_ward_channels: Annotated[dict[str, str], NoDecode] = Field(
        default_factory=dict, description="channels of wards, such as 鶴見区=C0TSURUMI;港北区=C0KOHOKU"
    )
    rasa_url: Name = Field("http://127.0.0.1:5005", description="where Rasa answers")
    rasa_token: SecretStr = Field(description="shared with Rasa: guards its API and our actions")
    line_api_url: str | None = Field(None, description="unset in production; a simulator's address")
    slack_api_url: str | None = Field(None, description="unset in production; ends in /api/")
    public_url: str = Field("http://127.0.0.1:8080", description="where the hub is reached from outside")
    host: str = Field("127.0.0.1", description="address the hub listens on")
    port: int = Field(8080, ge=0, le=65535, description="port the hub listens on")
    trusted_proxies: str = Field("127.0.0.1", description="reverse proxies whose word on visitors counts")
    tsunagi_env: Literal["development", "production"] = Field("development", description="how strict to be")
    privacy_mode: Literal["standard", "confidential"] = Field(
        "standard", description="confidential: people write on the web form, LINE carries links only"
    )
    staff_auto_enrol: bool | None = Field(
        None, description="members of the intake channel count as coordinators; default false in production"
    )

    @field_validator("line_channel_secret", "line_channel_access_token", "slack_bot_token", "slack_signing_secret",
                     "rasa_token")  # fmt: skip
    @classmethod
    def _not_empty(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value():
            raise ValueError("is empty")
        return value

    @field_validator(*SHAPES)
    @classmethod
    def _shaped(cls, value: Any, info: ValidationInfo) -> Any:
        """What looks otherwise was copied from the line beside it."""
        shape, wrong = SHAPES[info.field_name or ""]
        if value and not re.fullmatch(shape, value.get_secret_value() if isinstance(value, SecretStr) else value):
            raise ValueError(wrong)
        return value

    @field_validator("slack_ward_channels", mode="before")
    @classmethod
    def _wards_with_channels(cls, value: Any) -> Any:
        """鶴見区=C0TSURUMI;港北区=C0KOHOKU: wards that there are, each with the id of a channel."""
        if not isinstance(value, str):
            return value
        from knowledge.language.wards import WARDS

        pairs = [[half.strip() for half in pair.partition("=")[::2]] for pair in value.split(";") if pair.strip()]
        for number, (ward, channel) in enumerate(pairs, 1):
            if ward not in WARDS:
                raise ValueError(f"its pair {number} begins with no ward's name, such as {WARDS[0]}=C0123ABCD")
            if not CHANNEL_ID.fullmatch(channel):
                raise ValueError(f"must name a channel's id for {ward}, such as {ward}=C0123ABCD")
        if len({ward for ward, _ in pairs}) != len(pairs):
            raise ValueError("names a ward twice")
        return dict(pairs)

    @field_validator("rasa_url", "line_api_url", "slack_api_url", "public_url")
    @classmethod
    def _is_an_address(cls, value: str | None) -> str | None:
        """An address that can be called: scheme and host."""
        parts = urlsplit(value) if value else None
        if parts is not None and not (parts.scheme in ("http", "https") and parts.hostname):
            raise ValueError("must be an address such as http://127.0.0.1:5005")
        return value

    @field_validator("slack_api_url")
    @classmethod
    def _ends_in_api(cls, value: str | None) -> str | None:
        if value and not value.rstrip("/").endswith("/api"):
            raise ValueError("must end in /api/")
        return value.rstrip("/") + "/" if value else None

    @model_validator(mode="after")
    def _wards_are_elsewhere(self) -> "Settings":
        if self.slack_intake_channel in self.slack_ward_channels.values():
            raise ValueError("SLACK_WARD_CHANNELS names the intake channel: a case would have two cards there")
        return self

    @model_validator(mode="after")
    def _no_simulator_in_production(self) -> "Settings":
        if self.tsunagi_env == "production" and (self.line_api_url or self.slack_api_url):
            raise ValueError("LINE_API_URL and SLACK_API_URL point at a simulator: unset them in production")
        return self

    @model_validator(mode="after")
    def _no_example_in_production(self) -> "Settings":
        if self.tsunagi_env == "production" and (names := self.made_up):
            raise ValueError(f"{', '.join(names)}: the value of .env.example, which everybody knows")
        return self

    @property
    def made_up(self) -> list[str]:
        """The settings that still have the value of .env.example."""
        given = ((name, getattr(self, name)) for name in Settings.model_fields)
        plain = {name: value.get_secret_value() if isinstance(value, SecretStr) else value for name, value in given}
        return variables.made_up({name: value for name, value in plain.items() if isinstance(value, str)})

    @property
    def web_key(self) -> bytes:
        """The key of the form's addresses and codes: made from the LINE channel's secret, good for nothing else."""
        return hmac.digest(self.line_channel_secret.get_secret_value().encode(), b"tsunagi web", "sha256")

    @property
    def simulated(self) -> bool:
        """Whether LINE and Slack are played by a simulator; never in production."""
        return self.tsunagi_env != "production" and bool(self.line_api_url and self.slack_api_url)

    @property
    def auto_enrol(self) -> bool:
        """Whether members of the intake channel count as coordinators."""
        return self.tsunagi_env != "production" if self.staff_auto_enrol is None else self.staff_auto_enrol


_preferred: dict[str, Any] = {}


def ask_the_demo() -> None:
    """Work on the demo's database from now on, whatever the environment says."""
    _preferred.update(database_url=f"sqlite:///{DEMO}", index_dir=None)


def load(env_file: Path | None = None) -> Settings:
    """Read the settings, or raise SettingsWrong with the list of what is wrong."""
    try:
        return Settings(_env_file=env_file or ".env", **_preferred)  # type: ignore[call-arg]
    except ValidationError as error:
        raise SettingsWrong(variables.told(error, Settings.model_fields)) from None


def stored() -> Stored:
    """Return the settings of what is stored when nothing else matters, or raise SettingsWrong."""
    try:
        return Stored(**_preferred)
    except ValidationError as error:
        raise SettingsWrong(variables.told(error, Settings.model_fields)) from None


def database_url() -> str:
    """Return the database's address, or raise SettingsWrong."""
    return stored().database_url


def unknown() -> list[str]:
    """Return a sentence for each variable that was probably meant as a setting and is none."""
    return variables.unknown(dotenv_values(".env"), os.environ, Settings.model_fields)


def given(name: str) -> str | None:
    """Return a setting of the environment alone, where .env must not count (the demo has its own)."""
    return os.environ.get(name, "").strip() or None


def for_child(*, ours: bool, **changes: str) -> dict[str, str]:
    """Return the environment for a process we start; without `ours` it sees none of the hub's secrets."""
    names = {name.upper() for name in Settings.model_fields}
    kept = {name: value for name, value in os.environ.items() if ours or name.upper() not in names}
    return kept | changes
