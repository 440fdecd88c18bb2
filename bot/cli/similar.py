"""`tsunagi similar`: what the coordinators' search finds, on the command line."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.errors import Failed
from bot.cli.opened import database, run
from bot.cli.printing import AsJson, as_json, progress
from knowledge.language.blanks import has_words

if TYPE_CHECKING:
    from knowledge.search import Answer, Hit, Library


NEAREST = {False: "What comes nearest:", True: "Without the filter:"}


class Sought(StrEnum):
    """What can be alike."""

    CASE = "case"
    ORGANISATION = "organisation"


def add_to(app: typer.Typer) -> None:
    """Hang the command into the command line."""
    app.command("similar")(similar)


def similar(
    words: Annotated[str | None, typer.Argument(metavar="[WORDS]", help="What to look for, in Japanese.")] = None,
    kind: Annotated[Sought | None, typer.Option("--kind", help="Only cases, or only organisations.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100, help="At most so many.")] = 5,
    batch: Annotated[
        Path | None,
        typer.Option(
            "--batch", metavar="FILE", exists=True, dir_okay=False, help="A query a line in, a JSON array a line out."
        ),
    ] = None,
    machine: AsJson = False,
) -> None:
    """Find past cases and organisations like the words, each with why."""
    if (words is None) == (batch is None):
        raise typer.BadParameter("give either the words or --batch FILE.", param_hint="WORDS")
    if batch:
        run(_batch(_queries(batch), kind, limit))
    elif words and has_words(words):
        answer = run(_similar(words, kind, limit))
        print(as_json([_row(hit) for hit in answer.hits]) if machine else _listed(answer))
    else:
        raise typer.BadParameter("the words are empty.", param_hint="WORDS")


async def _similar(words: str, kind: Sought | None, limit: int) -> "Answer":
    async with library() as found:
        return await found.answer(words, kind=kind, limit=limit)


async def _batch(queries: list[str], kind: Sought | None, limit: int) -> None:
    async with library() as found:
        for line in queries:
            hits = await found.similar(line, kind=kind, limit=limit)
            print(as_json([_row(hit) for hit in hits]), flush=True)


@asynccontextmanager
async def library() -> AsyncIterator["Library"]:
    """Give the library of DATABASE_URL at its newest change; what had to be built is kept for the next time."""
    from bot.settings import stored
    from knowledge.search import Library

    settings = stored()
    async with database() as db:
        with progress("Reading what the centre knows") as on_build:
            found = Library(db, settings.index_directory, use_votes=settings.match_votes, on_build=on_build)
            await found.refresh()
        try:
            yield found
        finally:
            await found.close()


def _queries(file: Path) -> list[str]:
    from knowledge.importing.files.contents import encoding

    try:
        with file.open(encoding=encoding(file)) as lines:  # not splitlines(): a query may hold U+2028 and its like
            return [line.rstrip("\n") for line in lines]
    except UnicodeError:
        raise Failed(f"{file} is no text that can be read: save it as UTF-8, one query a line.") from None


def _row(hit: "Hit") -> dict[str, Any]:
    return {
        "id": hit.id, "kind": hit.kind, "title": hit.title, "band": hit.band, "score": hit.score,
        "why": [asdict(match) for match in hit.why],
    }  # fmt: skip


def _listed(answer: "Answer") -> str:
    meant = [f"No such filter, left out: {'、'.join(answer.unknown)}"] if answer.unknown else []
    meant += [f"Meant perhaps: {answer.meant}"] if answer.meant else []
    if answer.hits:
        return "\n".join(meant + [line for hit in answer.hits for line in _lines(hit)])
    nearest = [line for hit in answer.nearest for line in _lines(hit)]
    said = "Nothing is alike. `tsunagi knowledge stats` shows how much the centre knows."
    return "\n".join([said, *meant, *([NEAREST[answer.is_elsewhere], *nearest] if nearest else [])])


def _lines(hit: "Hit") -> list[str]:
    why = "、".join(f"{f'{m.word}={m.matched}' if m.word else ''}（{m.kind}・{m.field}）" for m in hit.why)
    votes = f"  役に立った {hit.votes.useful}・違う {hit.votes.wrong}" if hit.votes else ""
    head = f"{hit.band}  {hit.title}  [{hit.kind} {hit.id}]  {hit.ward}".rstrip() + votes
    return [head, f"    {why}"] if why else [head]
