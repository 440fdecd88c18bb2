"""`tsunagi knowledge import` as people type it: mappings, official files, ZIPs, and what it tells."""

import json
import os
import pty
import subprocess
import zipfile
from pathlib import Path

from tests.cli.tsunagi_script import SCRIPT, Tsunagi
from tests.knowledge.register_files import ONE, TWO, corporation, written


def test_a_list_with_its_own_columns_goes_in_by_a_mapping(tsunagi: Tsunagi, tmp_path: Path):
    (tmp_path / "list.csv").write_text("番号,事業名\n1,空き家の図書室\n,番号がない\n,もう一つ\n")
    (tmp_path / "map.yml").write_text("id: {from: 番号, prefix: R5-}\ntitle: 事業名\n")
    args = ("knowledge", "import", "list.csv", "--kind", "case", "--mapping", "map.yml")

    tried = tsunagi(*args, "--dry-run", "--json")
    told = tsunagi(*args)

    assert json.loads(tried.stdout)["added"] == 1
    assert json.loads(tried.stdout)["skipped"] == 0
    assert told.stdout == (
        "case (mapping): 3 rows read, 1 added, 0 changed, 0 unchanged, 0 skipped, 2 bad\n"
        "  lines 3, 4: id がありません\n"
    )
    (tmp_path / "map.yml").write_text("id: 番号\ntitle: 名前\n")
    wrong = tsunagi(*args)
    assert (wrong.returncode, len(wrong.stderr.splitlines()), wrong.stdout) == (1, 1, "")
    assert "「名前」が、ファイルにありません" in wrong.stderr


def test_an_official_zip_goes_in_as_it_was_downloaded(tsunagi: Tsunagi, tmp_path: Path):
    elsewhere = corporation(TWO, "川崎の会", 市区町村名="川崎市川崎区")
    written(tmp_path / "14.csv", corporation(ONE, "鶴見の会"), elsewhere)
    with zipfile.ZipFile(tmp_path / "14.zip", "w") as pack:
        pack.write(tmp_path / "14.csv", "14_kanagawa_all.csv")

    told = tsunagi("knowledge", "import", "14.zip", "--kind", "organisation", "--only", "横浜市", "--json")

    report = json.loads(told.stdout)
    assert (report["read"], report["added"], report["skipped"], report["layout"]) == (2, 1, 1, "corporate-number")
    named = tsunagi("knowledge", "import", "14.csv", "--layout", "corporate-number")
    assert named.stdout.startswith("organisation (corporate-number): 2 rows read, 1 added, 0 changed, 1 unchanged")


def test_the_same_reason_is_told_once(tsunagi: Tsunagi, tmp_path: Path):
    (tmp_path / "list.csv").write_text("id,title\n" + ",番号がない\n" * 10_000)

    told = tsunagi("knowledge", "import", "list.csv", "--kind", "case")

    assert told.returncode == 1
    assert len(told.stdout.splitlines()) == 2
    assert told.stdout.splitlines()[1].startswith("  lines 2, 3, 4")
    assert told.stdout.endswith("and 9980 more: id がありません\n")


def test_what_was_left_out_and_what_nearly_fits_is_told(tsunagi: Tsunagi, tmp_path: Path):
    (tmp_path / "list.csv").write_text(
        "id,title,year,wards\nR5-001,題,去年,西区\nr5-1,題,一昨年,西区\nR6-1,題,2024,西区\n"
    )

    told = tsunagi("knowledge", "import", "list.csv", "--kind", "case")

    assert told.stdout == (
        "case: 3 rows read, 3 added, 0 changed, 0 unchanged, 0 skipped, 0 bad\n"
        "  lines 2, 3, without this cell: year が年として読めません（例：2023、令和5年度）\n"
        "  列「wards」は「ward」に似ていますが、別の列として残しました。\n"
        "  id「r5-1」は「R5-001」に似ていますが、別の項目として入りました。\n"
    )


def test_wrong_options_are_one_sentence_and_2(tsunagi: Tsunagi, tmp_path: Path):
    for name in ("list.csv", "map.yml"):
        (tmp_path / name).write_text("id,title\n")
    for args, words in (
        (("--only", "横浜市"), "go with a FILE"),
        (("list.csv", "--only", "横浜市"), "--kind"),
        (("list.csv", "--layout", "tax-office"), "corporate-number"),
        (("list.csv", "--layout", "npo-register", "--mapping", "map.yml"), "not both"),
        (("list.csv", "--kind", "case", "--mapping", "gone.yml"), "gone.yml"),
    ):
        done = tsunagi("knowledge", "import", *args)
        assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
        assert words in done.stderr


def test_a_terminal_sees_how_far_it_is(tsunagi: Tsunagi, tmp_path: Path, env: dict[str, str]):
    (tmp_path / "list.csv").write_text("id,title\n" + "".join(f"{n},題\n" for n in range(1500)))
    ours, theirs = pty.openpty()
    args = [SCRIPT, "knowledge", "import", "list.csv", "--kind", "case"]
    with subprocess.Popen(args, cwd=tmp_path, env=env, stdout=subprocess.PIPE, stderr=theirs) as process:
        os.close(theirs)
        shown = b""
        while block := _read(ours):
            shown += block
        assert process.stdout is not None
        assert b"1500 added" in process.stdout.read()
    os.close(ours)
    assert "Checking list.csv, 1,502 lines" in shown.decode()
    assert "Writing 1,500 rows" in shown.decode()
    assert "1500" in shown.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # the other side is closed
        return b""
