"""Which file of Rasa's belongs to which database."""

from pathlib import Path

import pytest

from bot.machine.up import tag_of


def test_two_files_of_one_name_in_two_folders_share_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tags = []
    for name in ("one", "other"):
        folder = tmp_path / name
        folder.mkdir()
        monkeypatch.chdir(folder)
        tags.append(tag_of("sqlite:///centre.db"))
        assert tag_of(f"sqlite:///{folder}/centre.db") == tags[-1]

    assert tags[0] != tags[1]


def test_a_server_s_database_is_known_by_its_address() -> None:
    assert tag_of("postgresql://a@host/x") != tag_of("postgresql://a@host/y")
