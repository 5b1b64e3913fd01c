"""The notebooks with solutions and with exercises: as written, as generated, and as they run."""

import ast
import re

import nbformat
import pytest

from workbook.course import course_notebooks
from workbook.lessons.exercises.catalogue import all_exercises
from workbook.lessons.exercises.sources import (
    BEGIN,
    END,
    SETUP,
    WRITE_HERE,
    as_text,
    exercise_notebook,
    generate,
    is_answer,
    make_stub,
    read_notebook,
    solution_notebooks,
    solution_source,
    source_of,
    stub_source,
    task_text,
)

SOLUTIONS = solution_notebooks()
LINES_OF_CODE = 15
WORDS_OF_TASK = {"code": 170, "bug": 170, "written": 200}  # with its example or its story
WORDS_OF_ANSWER = 220  # of a sample answer in words
EXPECTED = {"solutions": "right", "exercises": "not attempted"}


def learners_copy(path):
    return path.parents[1] / "exercises" / path.name


@pytest.fixture(params=SOLUTIONS, ids=lambda path: path.stem)
def solutions(request):
    return request.param


@pytest.fixture(params=EXPECTED)
def notebook(request, solutions):
    return solutions if request.param == "solutions" else learners_copy(solutions)


def exercises_of(path):
    return [one for one in all_exercises() if one.chapter == int(path.name[:2])]


def test_there_is_one_for_each_chapter(solutions):
    assert [path.name for path in SOLUTIONS] == [path.name for path in course_notebooks()]
    assert learners_copy(solutions).exists()


def test_regeneration_gives_no_difference(tmp_path):
    for path in generate(tmp_path):
        committed = learners_copy(SOLUTIONS[0]).with_name(path.name)
        assert committed.read_bytes() == path.read_bytes(), "run make exercises"
    assert len(list(tmp_path.iterdir())) == len(SOLUTIONS)


def test_they_are_valid_and_clean(notebook):
    content = nbformat.read(notebook, as_version=4)
    nbformat.validate(content)
    ids = [cell.id for cell in content.cells]
    assert len(ids) == len(set(ids))
    assert set(content.metadata) <= {"kernelspec", "language_info"}
    for cell in content.cells:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None
        assert not re.search(r"(/home/|/root/|/Users/|/work/)", cell.source)


def test_cells_come_in_order_and_are_short(notebook):
    cells = nbformat.read(notebook, as_version=4).cells
    assert cells[0].source.startswith("# ")
    assert f"../notebooks/{notebook.name}" in cells[0].source
    chapter = nbformat.read(course_notebooks()[0], as_version=4)
    installs = next(cell for cell in chapter.cells if cell.cell_type == "code")
    assert cells[1].source == installs.source  # Colab has no workbook before
    assert cells[2].source == SETUP
    rest = cells[3:]
    for exercise in exercises_of(notebook):
        name = exercise.name
        task, answer = rest.pop(0), rest.pop(0)
        assert len(words_in(task.source)) <= WORDS_OF_TASK[exercise.kind], name
        assert is_answer(answer)
        assert answer.metadata.exercise.name == name
        code_lines = [line for line in answer.source.splitlines() if "# exercise:" not in line]
        if exercise.kind == "written":
            assert len(words_in(answer.source)) <= WORDS_OF_ANSWER, name
        else:
            assert len(code_lines) <= LINES_OF_CODE + 2, name  # the two markers
        expected = [f'hint("{name}")', f'# solution("{name}")']
        if exercise.kind != "written":
            expected.insert(0, f"check({name})")
            assert answer.source.splitlines()[0] == f"# exercise: {name}"
            assert defines(answer.source, name)
        assert [rest.pop(0).source for _ in expected] == expected
    assert not rest


def words_in(text):
    return [word for word in text.split() if re.search(r"\w", word)]  # no lines of tables


def defines(source, name):
    kinds = (ast.FunctionDef, ast.ClassDef)
    return name in [node.name for node in ast.parse(source).body if isinstance(node, kinds)]


def test_a_task_states_what_it_asks_of_a_learner(solutions):
    chapter = nbformat.read(course_notebooks()[int(solutions.name[:2]) - 1], as_version=4)
    headings = re.findall(r"^## (.+)$", "\n".join(c.source for c in chapter.cells), re.MULTILINE)
    anchors = {heading.replace(" ", "-").replace("`", "") for heading in headings}
    for number, exercise in enumerate(exercises_of(solutions), 1):
        text = task_text(exercise.name)
        assert text.startswith(f"## {exercise.chapter}.{number} {exercise.title}\n")
        line = text.splitlines()[2]
        assert line.lower().startswith(f"*{exercise.difficulty}")
        assert f"{exercise.minutes} minutes" in line
        assert f"section {exercise.section}" in line
        file, anchor = re.search(r"\(\.\./notebooks/([^)#]+)#([^)]+)\)", line).groups()
        assert file == solutions.name
        assert anchor in anchors
        assert anchor.startswith(exercise.section)


def test_metadata_lets_nbgrader_use_the_solutions(solutions):
    for cell in filter(is_answer, read_notebook(solutions)["cells"]):
        exercise = cell["metadata"]["exercise"]
        settings = cell["metadata"]["nbgrader"]
        written = cell["cell_type"] == "markdown"
        assert settings["schema_version"] == 3
        assert settings["grade_id"] == exercise["name"]
        assert settings["solution"] is True
        assert settings["grade"] is written
        assert settings["locked"] is settings["task"] is False
        assert not written or settings["points"] > 0
        source = source_of(cell)
        if not written and "stub" not in exercise:
            assert source.count(BEGIN) == source.count(END) == 1


def test_learners_see_no_solution(solutions):
    text = learners_copy(solutions).read_text(encoding="utf-8")
    assert "SOLUTION" not in text
    for exercise in exercises_of(solutions):
        stub = stub_source(exercise.name)
        assert stub != solution_source(exercise.name)
        if exercise.kind == "written":
            assert stub == WRITE_HERE
        elif exercise.kind == "code":
            assert "..." in stub


def test_every_check_says_what_it_should(notebook, tmp_path, monkeypatch):
    """Run the cells here; the same notebooks run in kernels of their own under nbval."""
    monkeypatch.setenv("WORKBOOK_HOME", str(tmp_path))
    namespace = {}
    checked = []
    for cell in nbformat.read(notebook, as_version=4).cells:
        if cell.cell_type == "code" and cell.source.startswith("check("):
            outcome = eval(cell.source, namespace)
            checked.append(outcome.status)
            assert outcome.status == EXPECTED[notebook.parent.name], f"{cell.source}\n{outcome}"
        elif cell.cell_type == "code" and "%pip" not in cell.source:
            exec(cell.source, namespace)
    assert len(checked) == sum(one.kind != "written" for one in exercises_of(notebook))


def answer_cell(source, **metadata):
    return {
        "cell_type": "code",
        "metadata": {"exercise": {"name": "f", "role": "answer", **metadata}},
        "source": source,
    }


def test_a_stub_keeps_what_stands_around_the_solution():
    source = f"# exercise: f\ndef f(x):\n    y = 1\n    {BEGIN}\n    z = x\n    {END}\n    return y"
    assert make_stub(answer_cell(source)) == (
        "# exercise: f\ndef f(x):\n    y = 1\n    ...\n    return y"
    )
    assert make_stub(answer_cell(source.splitlines(keepends=True))) == make_stub(
        answer_cell(source)
    )
    assert make_stub(answer_cell(source, stub="def f(x): return 0")) == "def f(x): return 0"


def test_outputs_do_not_reach_learners():
    cell = {"cell_type": "code", "metadata": {}, "source": "1", "execution_count": 3}
    cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "1"}]
    made = exercise_notebook({"cells": [cell], "metadata": {}})
    assert made["cells"][0]["outputs"] == []
    assert made["cells"][0]["execution_count"] is None
    assert as_text(made).endswith("}\n")


def test_every_stub_runs():
    for exercise in all_exercises():
        if exercise.kind != "written":
            exec(compile(stub_source(exercise.name), exercise.name, "exec"), {})
