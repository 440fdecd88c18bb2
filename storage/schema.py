"""The schema's version: bring it up, and refuse one that is newer than the code."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

MIGRATIONS = Path(__file__).parent / "migrations"


class SchemaNewerThanCode(Exception):
    """The database was upgraded by a newer tsunagi: install that version; the data is safe."""


def upgrade(connection: Connection) -> None:
    """Bring the schema to this code's version, or raise SchemaNewerThanCode and change nothing."""
    refuse_newer(connection)
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def is_current(connection: Connection) -> bool:
    """Tell whether the schema is at this code's version."""
    return _current(connection) == _scripts().get_current_head()


def refuse_newer(connection: Connection) -> None:
    """Raise SchemaNewerThanCode when the schema's version is unknown to this code."""
    current = _current(connection)
    if current and current not in {script.revision for script in _scripts().walk_revisions()}:
        raise SchemaNewerThanCode(
            f"The database is at version {current}, which this tsunagi doesn't know: a newer one upgraded it. "
            "Nothing was changed. Install the newer tsunagi, or restore a backup made before the upgrade."
        )


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
