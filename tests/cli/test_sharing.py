"""``workbook share``: one sentence for each mistake, and a report of what was left out."""

import pytest

from workbook.sharing import page
from workbook.sharing.runtime import Runtime


def test_a_project_is_made_and_the_report_says_what_was_left_out(run, model, photos, tmp_path):
    said = run("share", model, "--project", "--photos", photos, "--out", tmp_path / "toys").output
    assert (tmp_path / "toys" / "predict.py").is_file()
    assert (tmp_path / "toys.zip").is_file()
    assert "the file names of the 3 sample photos" in said
    again = run("share", model, "--project", "--out", tmp_path / "toys", expect=1).output
    assert "will not be overwritten" in again


def test_the_rest_goes_into_the_results_of_the_workspace(run, model, monkeypatch):
    from workbook.workspace import results_folder

    monkeypatch.setattr(page, "get_runtime", lambda: Runtime("globalThis.ort={};", b""))
    for kind, name in (("exports", "colours-exports"), ("page", "colours.html")):
        run("share", model, f"--{kind}")
        assert (results_folder() / "shared" / name).exists()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "Choose one of --project, --page, --space and --exports."),
        (["--page", "--space"], "Choose one of"),
        (["--page", "--out", "toys"], "Write --out toys.html."),
        (["--exports", "--photos", "."], "takes no sample photos"),
    ],
)
def test_wrong_options_get_a_sentence(arguments, sentence, run, model):
    assert sentence in run("share", model, *arguments, expect=2).output


def test_a_missing_or_foreign_file_gets_a_sentence(run, tmp_path):
    (tmp_path / "note.txt").write_text("hello", encoding="utf-8")
    assert "no such file" in run("share", tmp_path / "x.safetensors", "--page", expect=1).output
    assert "not a safetensors" in run("share", tmp_path / "note.txt", "--page", expect=1).output


def test_offline_the_page_says_what_it_needs(run, model, monkeypatch, tmp_path):
    monkeypatch.setenv("NPM_CONFIG_REGISTRY", "http://127.0.0.1:9")
    said = run("share", model, "--page", "--out", tmp_path / "toys.html", expect=1).output
    assert "33 MB, fetched once" in said
    assert "Check that this computer is online" in said
    assert not (tmp_path / "toys.html").exists()


def test_a_folder_without_photos_gets_a_sentence(run, model, tmp_path):
    (tmp_path / "empty").mkdir()
    options = ["--photos", tmp_path / "empty", "--out", tmp_path / "toys"]
    assert "no photos in" in run("share", model, "--project", *options, expect=1).output
    assert not (tmp_path / "toys").exists()
