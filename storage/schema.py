"""The schema's version: bring it up, and refuse one that is newer than the code.

Alembic is loaded only to upgrade, since loading it takes longer than a whole short command. Which version the
database has, and which there are, is known without it: the name of a migration's file begins with its revision.
"""

from pathlib import Path

from sqlalchemy import Connection, inspect, text

NEWER = (
    "The database is at version {current}, which this tsunagi doesn't know: a newer one upgraded it. "
    "Nothing was changed. Install the newer tsunagi, or restore a backup made before the upgrade."
)
OF_A_TRIAL = (
    "The database is at version {current}, of a trial before the first release, which this tsunagi can't bring up. "
    "Nothing was changed. Let DATABASE_URL name a new database, or use the tsunagi that made this one."
)
MIGRATIONS = Path(__file__).parent / "migrations"


class SchemaNewerThanCode(Exception):
    """The database is at a version that this code doesn't have; nothing was changed, and the data is safe."""


def upgrade(connection: Connection) -> None:
    """Bring the schema to this code's version, or raise SchemaNewerThanCode and change nothing."""
    from alembic import command
    from alembic.config import Config

    refuse_newer(connection)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def is_current(connection: Connection) -> bool:
    """Tell whether the schema is at this code's version."""
    return _current(connection) == _revisions()[-1]


def refuse_newer(connection: Connection) -> None:
    """Raise SchemaNewerThanCode when the schema's version is unknown to this code."""
    current = _current(connection)
    if current and current not in _revisions():
        why = OF_A_TRIAL if current < _revisions()[0] else NEWER
        raise SchemaNewerThanCode(why.format(current=current))


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def _revisions() -> list[str]:
    """Return the revisions, oldest first."""
    return sorted(file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))
