"""``workbook exercises`` and the exercises in ``workbook progress``."""

from click.testing import CliRunner

from workbook.cli import command
from workbook.lessons.exercises.catalogue import all_exercises
from workbook.lessons.progress import Progress


def run(folder, *arguments):
    result = CliRunner().invoke(command, ["--workspace", str(folder), *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_all_exercises_are_listed(tmp_path, monkeypatch):
    monkeypatch.setenv("WORKBOOK_HOME", str(tmp_path))
    text = run(tmp_path, "exercises")
    for exercise in all_exercises():
        assert f"\n{exercise.name} " in text
    assert f"0 of {len(all_exercises())} solved" in text


def test_those_solved_are_marked(tmp_path, monkeypatch):
    monkeypatch.setenv("WORKBOOK_HOME", str(tmp_path))
    Progress().solved("softmax")
    text = run(tmp_path, "exercises", "--chapter", "1")
    (line,) = [line for line in text.splitlines() if line.startswith("softmax ")]
    assert line.endswith("yes")
    assert "1 of 6 solved" in text
    assert "neuron" not in text
    assert "Exercises solved: 1 (softmax)" in run(tmp_path, "progress")
