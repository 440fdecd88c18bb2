"""`tsunagi report`, through the real script."""

import csv
import io
import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from bot.desk.consultation.intake import received
from storage.db import Database
from storage.models import Channel, Proposal, ProposalState
from tests.cli.tsunagi_script import Tsunagi


@pytest.fixture
async def month(sqlite: Database) -> str:
    """A month with one case, whose theme means to be a formula."""
    now = datetime.now(UTC)
    async with sqlite.transaction() as session:
        proposal = Proposal(
            channel=Channel.PHONE, state=ProposalState.SENT, ward="鶴見区", name="山田花子", contact="045-000-0000",
            created_at=now, updated_at=now, sent_at=now,
        )  # fmt: skip
        session.add(proposal)
        await session.flush()
        case = await received.open_case(session, proposal, {}, by="U0ALICE00", now=now)
        case.theme = "=1+1"
    return "2026"


def test_a_csv_has_the_counts_and_the_cases_without_anybody(month: str, tsunagi: Tsunagi, tmp_path: Path) -> None:
    assert tsunagi("report", "--output", "report.csv").returncode == 0

    made = (tmp_path / "report.csv").read_bytes()
    rows = list(csv.reader(io.StringIO(made.decode("utf-8-sig"))))
    assert made.startswith(b"\xef\xbb\xbf")
    assert rows[0] == ["figure", "of", "value"]
    assert ["opened", "", "1"] in rows
    assert ["opened_by_ward", "鶴見区", "1"] in rows
    assert rows[-1][2:5] == ["鶴見区", "'=1+1", "phone"]
    assert "山田花子" not in made.decode("utf-8-sig")


def test_a_workbook_has_both_as_sheets(month: str, tsunagi: Tsunagi, tmp_path: Path) -> None:
    assert tsunagi("report", "--format", "xlsx", "--output", "report.xlsx").returncode == 0

    book = load_workbook(tmp_path / "report.xlsx")
    assert book.sheetnames == ["figures", "cases"]
    assert book["cases"].max_row == 2
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)


def test_json_goes_where_it_is_wanted(month: str, tsunagi: Tsunagi, tmp_path: Path) -> None:
    for_people = tsunagi("report").stdout
    assert "{" not in for_people
    assert re.search(r"opened_by_ward +鶴見区 +1", for_people)
    printed = json.loads(tsunagi("report", "--format", "json").stdout)
    tsunagi("report", "--output", "report.json")

    assert printed["opened_by_theme"] == {"=1+1": 1}
    assert json.loads((tmp_path / "report.json").read_text("utf-8")) == printed
    assert "opened_by_ward" in tsunagi("report").stdout


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (("--format", "pdf"), 2, "json, csv, xlsx"),
        (("--format", "xlsx"), 2, "--output"),
        (("--output", "report.txt"), 2, "json, csv, xlsx"),
        (("--month", "9999-12"), 2, "not a month"),
        (("--month", "0001-01"), 2, "not a month"),
        (("--output", "missing/report.csv"), 1, "could not be written"),
    ],
)
def test_a_wrong_call_is_one_sentence(
    month: str, tsunagi: Tsunagi, args: tuple[str, ...], code: int, words: str
) -> None:
    done = tsunagi("report", *args)

    assert done.returncode == code
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1
