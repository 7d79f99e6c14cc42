import os
import subprocess
import sys

import pytest

from smsmerkezi.embedded import folders, secret_files
from smsmerkezi.embedded.errors import CannotStart


def test_a_claimed_folder_is_made_passable_for_the_database_but_not_listable(tmp_path):
    folder = folders.claim(tmp_path / "a/b")
    assert folder.stat().st_mode & 0o777 == (0o711 if os.geteuid() == 0 else 0o700)


def test_a_folder_that_exists_keeps_its_mode(tmp_path):
    (tmp_path / "mine").mkdir(mode=0o750)
    assert folders.claim(tmp_path / "mine").stat().st_mode & 0o777 == 0o750


def test_a_folder_in_use_is_refused_and_names_who_uses_it(tmp_path):
    folders.claim(tmp_path / "mine")
    code = (
        "import pathlib, sys; from smsmerkezi.embedded import folders;"
        "folders.claim(pathlib.Path(sys.argv[1]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "mine"], capture_output=True, text=True, check=False
    )
    assert f"in use by process {os.getpid()}" in done.stderr


def test_a_folder_whose_holder_is_gone_is_free(tmp_path):
    code = (
        "import os, pathlib, sys; from smsmerkezi.embedded import folders;"
        "folders.claim(pathlib.Path(sys.argv[1])); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", code, tmp_path / "mine"], check=False)
    assert folders.claim(tmp_path / "mine") == (tmp_path / "mine").resolve()


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(CannotStart, match="file"):
        folders.claim(tmp_path / "file/below")


def test_a_secret_is_made_once_and_only_its_owner_reads_it(tmp_path):
    path = tmp_path / "deep/secret"
    made = secret_files.kept(path)
    assert len(made) >= 40
    assert secret_files.kept(path) == made
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_write_leaves_the_old_text_or_the_new_and_no_draft(tmp_path):
    path = tmp_path / "demo.json"
    path.write_text("old")
    path.chmod(0o644)
    secret_files.write(path, "new")
    assert path.read_text() == "new"
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_the_secret_settings_are_the_same_on_every_start(tmp_path):
    first = secret_files.settings(tmp_path)
    assert first == secret_files.settings(tmp_path)
    assert first["SECRET_KEY"] != first["SECRETS_KEYS"]
    assert len(first["SECRETS_KEYS"]) == 44
