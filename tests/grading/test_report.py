"""Tables and pages show what students wrote, and nothing of it ever runs."""

import csv
import json
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.grading.submissions import EXERCISES, LIMITS, handed_in
from workbook.grading.batch import by_name, grade_submissions
from workbook.grading.report import feedback_name, number, questions_of_class
from workbook.grading.tables import FORMULA, original_cell, safe_cell
from workbook.grading.verdicts import Grade, Graded

SCRIPT = "</blockquote><script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}"
FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "  =1",
    "\t=1",
    "\n=1",
    "\r=1",
    "a;=1",
    "a\n=1",
    "＝1",
    "a,@x",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_begins_a_formula(text):
    for part in re.split(r"[\n;,|]", safe_cell(text)):
        assert not part.strip()[:1] or part.strip()[0] not in FORMULA


@given(st.text(alphabet=st.sampled_from("=+-@'; ,\n\tab＝"), max_size=12))
def test_no_text_begins_a_formula(text):
    for part in re.split(r"[\n;,|]", safe_cell(text)):
        assert not part.strip()[:1] or part.strip()[0] not in FORMULA


def test_numbers_and_usual_text_stay():
    assert [safe_cell(value) for value in (-1, 2.5, None, "a - b", "x=1")] == [
        -1, 2.5, None, "a - b", "x=1",
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["Anna", "=Anna", "-", "+49", "'quoted'", "O'Neil"])
def test_a_name_can_be_read_back(name):
    assert original_cell(safe_cell(name)) == name


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))


@pytest.fixture
def hostile_results(small_chapter, shared_sandboxes, tmp_path):
    made = handed_in(
        double_all=f"def double_all(numbers):\n    raise ValueError({'=cmd|' + SCRIPT!r})",
        total_of=f"def total_of(numbers):\n    return {SCRIPT!r}",
        why_photos=SCRIPT,
    )
    folder = tmp_path / "submissions" / "<script>alert(0)</script>_7_assignsubmission_file_"
    try:
        folder.mkdir(parents=True)
    except OSError:
        folder = tmp_path / "submissions" / "a & b_7_assignsubmission_file_"
        folder.mkdir(parents=True)
    (folder / "n.ipynb").write_text(json.dumps(made))
    grade_submissions(
        tmp_path / "submissions", tmp_path / "out", jobs=1, progress=False, limits=LIMITS
    )
    return tmp_path / "out"


def test_nothing_that_a_student_wrote_becomes_part_of_a_page(hostile_results):
    pages = [*hostile_results.glob("feedback/*.html"), hostile_results / "class-report.html"]
    assert len(pages) == 2
    for page in pages:
        text = page.read_text(encoding="utf-8")
        tags = Tags()
        tags.feed(text)
        assert not {tag for tag, _ in tags.found} & {"script", "img", "iframe", "object", "link"}
        assert not [key for _, attributes in tags.found for key in attributes if key[:2] == "on"]
        assert "default-src 'none'" in text
        assert "{{7*7}}" in text or page.name == "class-report.html"
        assert "http" not in re.sub(r'http-equiv="Content-Security-Policy"', "", text)


def test_no_cell_of_the_tables_begins_a_formula(hostile_results):
    for table in hostile_results.glob("*.csv"):
        with open(table, encoding="utf-8-sig", newline="") as file:
            for row in csv.reader(file):
                for cell in row:
                    is_number = re.fullmatch(r"-?[\d.]+", cell)
                    assert is_number or not cell.strip() or cell.strip()[0] not in FORMULA


def graded(name, *grades):
    return Graded(name, "", (), (), "", "namespaces", grades=list(grades))


def test_the_class_report_counts_what_is_there():
    wrong = Grade("double_all", 0, 2, "wrong", misconception="squared", message="You square.")
    right = Grade("double_all", 2, 2, "right")
    students = [
        graded("a", right, Grade("why_photos", None, 3, "to be marked")),
        graded("b", wrong, Grade("why_photos", 3, 3, "marked")),
        graded("c", wrong, Grade("why_photos", 1, 3, "marked")),
        graded("d", *[Grade(one, 0, 2, "not attempted") for one in ("double_all", "why_photos")]),
    ]
    code, written = questions_of_class(students, by_name(EXERCISES))
    assert (code.right, code.wrong, code.not_attempted, code.share_right) == (1, 2, 1, 0.25)
    assert (code.misconception, code.misconception_count) == ("squared", 2)
    assert code.misconception_message == "You square."
    assert code.median_points == 0
    assert (written.right, written.wrong, written.not_attempted) == (1, 1, 1)
    assert (written.unmarked, written.median_points) == (1, None)


def test_pages_of_two_students_never_share_a_file():
    same = [Graded("Ö/..", "1", (), (), "", ""), Graded("Ä/..", "1", (), (), "", "")]
    names = {feedback_name(one) for one in same}
    assert len(names) == 2
    assert all(re.fullmatch(r"[\w-]+\.html", name, re.ASCII) for name in names)


@pytest.mark.parametrize(("value", "text"), [(2, "2"), (2.0, "2"), (1.5, "1.5"), (None, "")])
def test_points_are_written_as_a_reader_would(value, text):
    assert number(value) == text
