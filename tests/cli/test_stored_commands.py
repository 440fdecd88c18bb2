"""Commands about what is stored, through the real script."""

import json
import re
import sqlite3
import subprocess
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlmodel.ext.asyncio.session import AsyncSession

from bot.desk.consultation.intake import received
from bot.when import TOKYO
from storage.db import Database
from storage.models import AnswerPart, Channel, Delivery, OutboxRow, Proposal, ProposalState, Role
from tests import pace
from tests.cli.tsunagi_script import MADE_UP, SCRIPT, Tsunagi


def test_the_version_and_every_group_are_told(tsunagi: Tsunagi):
    assert tsunagi("--version").stdout == "tsunagi 0.1.0\n"
    helped = tsunagi("--help")
    assert helped.returncode == 0
    for name in ("serve", "up", "demo", "doctor", "db", "knowledge", "similar", "case", "staff", "inbox", "outbox",
                 "report", "backup", "restore"):  # fmt: skip
        assert f"\n  {name} " in helped.stdout


def test_staff_come_and_go(tsunagi: Tsunagi):
    assert tsunagi("staff", "add", "U0ALICE00", "--role", "coordinator", "--name", "青木").returncode == 0
    assert tsunagi("staff", "add", "U0ALICE00", "--role", "lead").returncode == 0

    listed = json.loads(tsunagi("staff", "list", "--json").stdout)

    assert [(one["slack_id"], one["role"], one["name"]) for one in listed] == [("U0ALICE00", "lead", "青木")]
    assert tsunagi("staff", "remove", "U0ALICE00").returncode == 0
    assert json.loads(tsunagi("staff", "list", "--json").stdout) == []
    assert "isn't enrolled" in tsunagi("staff", "remove", "U0NOBODY0").stderr


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("staff", "add", "alice", "--role", "lead"), "is not a Slack user id"),
        (("staff", "add", "U0ALICE00", "--role", "boss"), ", ".join(Role)),
        (("staff", "add", "U0ALICE00"), "--role"),
        (("similar",), "either the words or --batch"),
        (("similar", "x", "--kind", "person"), "organisation"),
        (("similar", "x", "--limit", "0"), "--limit"),
        (("similar", "--batch", "missing.txt"), "missing.txt"),
        (("knowledge", "import", "missing.csv", "--kind", "case"), "missing.csv"),
        (("knowledge", "export"), "--kind"),
        (("report", "--month", "2026-13"), "2026-11"),
        (("fly",), "fly"),
    ],
)
def test_a_wrong_call_is_one_sentence_and_2(tsunagi: Tsunagi, args: tuple[str, ...], words: str):
    done = tsunagi(*args)

    assert done.returncode == 2
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("staff", "list"), "There is no database at"),
        (("backup", "b.db"), "There is no database at"),
        (("restore", "b.db"), "There is no backup at"),
        (("case", "2026-0042"), "There is no database at"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_1(tsunagi: Tsunagi, args: tuple[str, ...], words: str):
    done = tsunagi(*args)

    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert words in done.stderr


def test_a_database_that_does_not_answer_is_a_sentence(tsunagi: Tsunagi):
    done = tsunagi("staff", "list", DATABASE_URL="postgresql://nobody:secret@127.0.0.1:9/none")

    assert done.returncode == 1
    assert "DATABASE_URL" in done.stderr
    assert "secret" not in done.stderr
    assert "Traceback" not in done.stderr


def test_a_malformed_database_url_is_told_without_its_value(tsunagi: Tsunagi):
    done = tsunagi("staff", "list", DATABASE_URL="mysql://nobody:secret@127.0.0.1/none")

    assert done.returncode == 1
    assert "DATABASE_URL must start with sqlite:/// or postgresql://" in done.stderr
    assert "secret" not in done.stderr


def test_a_newer_database_is_left_alone(tsunagi: Tsunagi, tmp_path: Path):
    tsunagi("db", "upgrade")
    with closing(sqlite3.connect(tmp_path / "tsunagi.db")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")

    for args in (("db", "upgrade"), ("staff", "list"), ("serve",)):
        done = tsunagi(*args, **MADE_UP, PORT="0")
        assert done.returncode == 1
        assert "newer" in done.stderr
        assert "9999" in done.stderr


def test_knowledge_goes_in_is_found_and_comes_out(tsunagi: Tsunagi, tmp_path: Path):
    file = tmp_path / "cases.csv"
    file.write_text("id,title,summary,year\nc1,空き店舗で子ども食堂,商店街で開く,2024\n,番号がない,,2024\n", "utf-8")

    told = json.loads(tsunagi("knowledge", "import", str(file), "--kind", "case", "--json").stdout)

    assert (told["read"], told["added"]) == (2, 1)
    assert told["bad"][0]["line"] == 3
    found = json.loads(tsunagi("similar", "子ども食堂", "--json").stdout)
    assert found[0].keys() == {"id", "kind", "title", "band", "score", "why"}
    assert found[0]["id"] == "c1"
    assert json.loads(tsunagi("knowledge", "stats", "--json").stdout)["case"] == 1
    assert json.loads(tsunagi("knowledge", "export", "--kind", "case").stdout)["title"] == "空き店舗で子ども食堂"
    assert "空き店舗で子ども食堂" in tsunagi("similar", "子ども食堂").stdout


def test_an_export_is_a_sheet_that_japanese_programs_open(tsunagi: Tsunagi, tmp_path: Path):
    (tmp_path / "in.csv").write_text("id,title,ward\nc1,＝1+1,鶴見区\n", "utf-8")
    tsunagi("knowledge", "import", "in.csv", "--kind", "case")

    assert tsunagi("knowledge", "export", "--kind", "case", "out.csv").returncode == 0
    assert tsunagi("knowledge", "export", "--kind", "case", "out.xlsx").returncode == 0
    refused = tsunagi("knowledge", "export", "--kind", "case", "out.txt")

    assert (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbfid,title,")
    assert "\r\nc1,'＝1+1," in (tmp_path / "out.csv").read_bytes().decode()
    assert [cell.value for cell in load_workbook(tmp_path / "out.xlsx").active[2]][:2] == ["c1", "'＝1+1"]
    assert (refused.returncode, ".jsonl, .csv, .xlsx" in refused.stderr, (tmp_path / "out.txt").exists()) == (
        2,
        True,
        False,
    )


def test_a_batch_answers_every_line_in_order(tsunagi: Tsunagi, tmp_path: Path):
    assert tsunagi("knowledge", "import").returncode == 0
    (tmp_path / "queries.txt").write_text("子ども食堂\n\nふめいなことば\u2028防災\n空き家の活用\n", "utf-8")

    lines = tsunagi("similar", "--batch", "queries.txt", "--limit", "2", "--json").stdout.splitlines()

    answers = [json.loads(line) for line in lines]
    (tmp_path / "sjis.txt").write_bytes("子ども食堂\n".encode("cp932"))
    again = tsunagi("similar", "--batch", "sjis.txt", "--limit", "2", "--json")
    assert json.loads(again.stdout) == answers[0]
    assert len(answers) == 4
    assert answers[1] == []
    assert 0 < len(answers[0]) <= 2
    assert answers[3]


def test_what_was_meant_and_what_comes_nearest_are_said(tsunagi: Tsunagi, tmp_path: Path):
    file = tmp_path / "cases.csv"
    file.write_text("id,title,summary,ward\nc1,プログラミング教室,学生が教わる,西区\nc2,公園の花壇,,緑区\n", "utf-8")
    assert tsunagi("knowledge", "import", str(file), "--kind", "case").returncode == 0

    mistyped = tsunagi("similar", "プログラムング").stdout.splitlines()
    elsewhere = tsunagi("similar", "花壇 区:鶴見").stdout.splitlines()

    assert mistyped[0] == "Meant perhaps: プログラミング"
    assert "プログラミング教室  [case c1]" in mistyped[1]
    assert "表記ゆれ" in mistyped[2]
    assert elsewhere[0].startswith("Nothing is alike.")
    assert elsewhere[1] == "Without the filter:"
    assert "[case c2]  緑区" in elsewhere[2]
    assert json.loads(tsunagi("similar", "花壇 区:鶴見", "--json").stdout) == []
    assert tsunagi("similar", "量子色力学").stdout.splitlines()[1] == "What comes nearest:"
    assert tsunagi("similar", "xyzzy").stdout.splitlines() == elsewhere[:1]


QUERIES = ["子ども食堂", "オレンジカフェ", "防災 区:鶴見", "みほんふーどばんく", "種別:団体 食堂", "xyzzy"]


def test_a_batch_finds_what_single_calls_find(tsunagi: Tsunagi, tmp_path: Path):
    assert tsunagi("knowledge", "import").returncode == 0
    (tmp_path / "queries.txt").write_text("\n".join(QUERIES), "utf-8")

    batch = [json.loads(line) for line in tsunagi("similar", "--batch", "queries.txt", "--json").stdout.splitlines()]

    single = [json.loads(tsunagi("similar", query, "--json").stdout) for query in QUERIES[::2]]
    assert [[hit["id"] for hit in hits] for hits in batch[::2]] == [[hit["id"] for hit in hits] for hits in single]
    assert batch[::2] == single
    assert [bool(hits) for hits in batch] == [True, True, True, True, True, False]


def test_the_index_is_kept_beside_the_database_and_read_by_the_next_call(tsunagi: Tsunagi, tmp_path: Path):
    assert tsunagi("knowledge", "import").returncode == 0
    index = tmp_path / "tsunagi.db-index"
    assert not index.exists()

    first = tsunagi("similar", "子ども食堂", "--json")
    kept = {file: file.stat().st_mtime_ns for file in index.rglob("*") if file.is_file()}
    second = tsunagi("similar", "子ども食堂", "--json")

    assert index / "manifest.json" in kept
    assert second.stdout == first.stdout
    assert kept == {file: file.stat().st_mtime_ns for file in index.rglob("*") if file.is_file()}
    elsewhere = tsunagi("similar", "子ども食堂", "--json", INDEX_DIR=str(tmp_path / "elsewhere"))
    assert elsewhere.stdout == first.stdout
    assert (tmp_path / "elsewhere" / "manifest.json").exists()


async def test_a_case_is_shown_whole(tsunagi: Tsunagi, sqlite: Database):
    async with sqlite.transaction() as session:
        number = await _received(session)

    shown = json.loads(tsunagi("case", number, "--json").stdout)

    assert shown["number"] == number
    assert shown["stage"] == "received"
    assert shown["answers"].keys() == {"overview", "background", "members", "history", "schemes"}
    assert shown["answers"]["overview"] == "空き店舗で子ども食堂を開きたい"
    assert {"main", "sub", "city_staff", "history"} <= shown.keys()
    for_people = tsunagi("case", number).stdout
    assert for_people.startswith(f"{number}  ①受付")
    assert "メイン （なし）  サブ （なし）" in for_people
    assert re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d\+09:00  U0ALICE00  受付$", for_people, re.MULTILINE)
    assert json.loads(tsunagi("report", "--json").stdout)["opened"] == 1
    assert tsunagi("case", "2026-9999").stderr == "There is no case 2026-9999.\n"


async def test_a_dead_row_is_seen_and_set_right(tsunagi: Tsunagi, sqlite: Database):
    now = datetime.now(UTC)
    async with sqlite.transaction() as session:
        session.add(
            OutboxRow(
                key="k",
                dest="slack",
                conv="c",
                kind="notice",
                payload={"say": "秘密"},
                retry_uuid="u",
                status=Delivery.DEAD,
                next_at=now,
                created_at=now,
            )
        )

    [row] = json.loads(tsunagi("outbox", "list", "--status", "dead", "--json").stdout)

    listed = tsunagi("outbox", "list").stdout
    assert "created_at" in listed.splitlines()[0]
    assert now.astimezone(TOKYO).isoformat(" ", "minutes") in listed  # neither UTC nor the machine's own zone
    number = str(row["id"])
    assert "秘密" not in tsunagi("outbox", "show", number, "--json").stdout
    assert "秘密" in tsunagi("outbox", "show", number, "--words", "--json").stdout
    assert tsunagi("outbox", "retry", number).returncode == 0
    assert "only dead rows" in tsunagi("outbox", "retry", number).stderr
    assert tsunagi("outbox", "drop", number).returncode == 0
    assert json.loads(tsunagi("outbox", "show", number, "--json").stdout)["status"] == "cancelled"
    assert tsunagi("inbox", "list").stdout == "The inbox has no such rows.\n"


def test_a_backup_goes_round(tsunagi: Tsunagi, tmp_path: Path):
    tsunagi("staff", "add", "U0ALICE00", "--role", "lead")
    assert tsunagi("backup", "copy.db").returncode == 0
    assert "exists already" in tsunagi("backup", "copy.db").stderr
    tsunagi("staff", "remove", "U0ALICE00")

    assert "exists already" in tsunagi("restore", "copy.db").stderr
    assert "the database itself" in tsunagi("backup", "tsunagi.db", "--force").stderr
    assert tsunagi("restore", "copy.db", "--force").returncode == 0

    assert "U0ALICE00" in tsunagi("staff", "list").stdout
    assert (tmp_path / "copy.db").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("damage", [b"", b"not a database at all" * 100])
def test_a_damaged_backup_is_refused(tsunagi: Tsunagi, tmp_path: Path, damage: bytes):
    tsunagi("staff", "add", "U0ALICE00", "--role", "lead")
    (tmp_path / "copy.db").write_bytes(damage)

    done = tsunagi("restore", "copy.db", "--force")

    assert done.returncode == 1
    assert "Nothing was changed" in done.stderr
    assert "U0ALICE00" in tsunagi("staff", "list").stdout


def test_replicas_that_start_together_upgrade_postgresql_once(postgres_url: str, env: dict[str, str]):
    starts = [
        subprocess.Popen([SCRIPT, "db", "upgrade"], env=env | {"DATABASE_URL": postgres_url}, stdout=subprocess.PIPE)
        for _ in range(3)
    ]

    told = sorted(start.communicate(timeout=pace.within(60))[0].decode() for start in starts)

    assert [start.returncode for start in starts] == [0, 0, 0]
    assert told == ["The database is up to date already.\n"] * 2 + ["The database was brought up to this version.\n"]


def test_the_commands_work_on_postgresql(tsunagi: Tsunagi, postgres_url: str):
    assert tsunagi("staff", "add", "U0ALICE00", "--role", "lead", DATABASE_URL=postgres_url).returncode == 0
    assert "U0ALICE00" in tsunagi("staff", "list", DATABASE_URL=postgres_url).stdout
    found = json.loads(tsunagi("report", "--json", DATABASE_URL=postgres_url).stdout)
    assert found["opened"] == 0


def test_backup_on_postgresql_names_its_own_tool(tsunagi: Tsunagi):
    assert "pg_dump" in tsunagi("backup", "x", DATABASE_URL="postgresql://127.0.0.1:9/none").stderr


async def _received(session: AsyncSession) -> str:
    now = datetime.now(UTC)
    proposal = Proposal(
        channel=Channel.PHONE, state=ProposalState.SENT, ward="鶴見区", created_at=now, updated_at=now, sent_at=now
    )
    session.add(proposal)
    await session.flush()
    words = "空き店舗で子ども食堂を開きたい"
    session.add(AnswerPart(proposal_id=proposal.id, question="overview", text=words, message_key="k", said_at=now))
    case = await received.open_case(session, proposal, {"overview": "居場所"}, by="U0ALICE00", now=now)
    return case.number
