import os
from pathlib import Path

import pytest

from workbook.workspace import data_folder, models_folder, results_folder, workspace


def test_the_workspace_is_where_the_environment_says(tmp_path, monkeypatch):
    monkeypatch.setenv("WORKBOOK_HOME", str(tmp_path / "deep" / "home"))
    assert workspace() == tmp_path / "deep" / "home"
    assert workspace().is_dir()
    assert data_folder() == workspace() / "data"
    assert models_folder() == workspace() / "models"
    assert results_folder() == workspace() / "results"
    assert all(folder().is_dir() for folder in (data_folder, models_folder, results_folder))


@pytest.mark.parametrize("value", [None, ""])
def test_without_a_word_it_is_in_the_current_folder(value, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    if value is None:
        monkeypatch.delenv("WORKBOOK_HOME")
    else:
        monkeypatch.setenv("WORKBOOK_HOME", value)
    assert workspace() == Path.cwd() / "workspace"
    assert workspace().is_absolute()


def test_a_tilde_is_the_home_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("WORKBOOK_HOME", "~/photos")
    assert workspace() == tmp_path / "photos"


def test_a_file_in_its_place_is_named(tmp_path, monkeypatch):
    (tmp_path / "taken").write_text("a file")
    for place in (tmp_path / "taken", tmp_path / "taken" / "below"):
        monkeypatch.setenv("WORKBOOK_HOME", str(place))
        with pytest.raises(NotADirectoryError, match="a file stands in its place"):
            workspace()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no permission bits")
def test_a_place_without_permission_is_named(tmp_path, monkeypatch):
    def refused(self, **options):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refused)
    with pytest.raises(PermissionError, match="Set WORKBOOK_HOME to a folder of your own"):
        workspace()
