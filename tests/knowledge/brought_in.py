"""Files brought in beside a running hub, as the command line does it: read whole first, then written in batches."""

from datetime import datetime
from pathlib import Path

from knowledge.importing.checked import Told
from knowledge.importing.importers import How, ImportReport, check, write
from storage.db import Database


async def import_in_batches(
    db: Database,
    path: Path,
    kind: str,
    *,
    now: datetime,
    dry_run: bool = False,
    how: How | None = None,
    on_row: Told | None = None,
) -> ImportReport:
    with check(path, kind, how) as checked:
        return await write(db, checked, now=now, dry_run=dry_run, on_row=on_row)
