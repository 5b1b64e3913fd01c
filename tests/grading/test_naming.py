"""Students' names, from the patterns of learning-management systems."""

import pytest

from workbook.grading.naming import Owner, owner_of, version_of, without_common_folder

FILES = {
    "Anna Muster_123456_assignsubmission_file_/03.ipynb": Owner("Anna Muster", "123456"),
    "Anna Muster_123456_assignsubmission_file/work/a.ipynb": Owner("Anna Muster", "123456"),
    "Åsa O'Neil-Øst_9_assignsubmission_file_03.ipynb": Owner("Åsa O'Neil-Øst", "9"),
    "musteranna_4711_99887_03_first_neural_network.ipynb": Owner("musteranna", "4711"),
    "musteranna_LATE_4711_99887_03_first_neural_network-2.ipynb": Owner("musteranna", "4711"),
    "gradebook_26-ML1_Assignment203_amuster_attempt_2026-11-02-10-30-00_a.ipynb": Owner("amuster"),
    "12345-67890 - Anna Muster - Nov 5, 2026 1005 AM/a.ipynb": Owner("Anna Muster", "12345"),
    "Muster, Anna(amuster1)/Submission attachment(s)/a.ipynb": Owner("Anna Muster", "amuster1"),
    "Anna Muster/Version 2/a.ipynb": Owner("Anna Muster"),
    "amuster/chapter 3/03_first_neural_network.ipynb": Owner("amuster"),
    "03_first_neural_network_anna.ipynb": Owner("anna"),
    "Anna Muster - 03_first_neural_network.ipynb": Owner("Anna Muster"),
    "Copy of 03_first_neural_network (Anna).ipynb": Owner("Anna"),
    "Copy of 03_first_neural_network.ipynb": Owner("Copy of 03_first_neural_network"),
    "anna.ipynb": Owner("anna"),
    "anna (2).ipynb": Owner("anna"),
    "anna.ipynb.txt": Owner("anna"),
}  # fmt: skip


@pytest.mark.parametrize("path", FILES)
def test_owner(path):
    assert owner_of(tuple(path.split("/"))) == FILES[path]


@pytest.mark.parametrize(
    "name", ["\u202egpj.exe", "a\nb", "../../etc/passwd", "x" * 500, "=1+1", ""]
)
def test_odd_names_become_short_and_printable(name):
    found = owner_of((f"{name}.ipynb",))
    assert found.name.isprintable()
    assert 0 < len(found.name) <= 80


def test_same_name_and_other_number_are_two_students():
    one = owner_of(("Anna Muster_1_assignsubmission_file_", "a.ipynb"))
    other = owner_of(("Anna Muster_2_assignsubmission_file_", "a.ipynb"))
    assert one.key != other.key


def test_spaces_and_capitals_make_no_other_student():
    assert Owner("Anna  Muster").key == Owner("anna muster").key


def test_later_versions_come_later():
    for older, newer in [
        ("a_111_10000_x.ipynb", "a_111_10001_x.ipynb"),
        ("a_111_9999_x.ipynb", "a_111_10000_x.ipynb"),
        ("a.ipynb", "a (1).ipynb"),
        ("a (2).ipynb", "a (10).ipynb"),
        ("x_a_attempt_2026-01-09-01-00-00_n.ipynb", "x_a_attempt_2026-01-10-01-00-00_n.ipynb"),
        ("a/Version 1/n.ipynb", "a/Version 2/n.ipynb"),
    ]:
        assert version_of(tuple(older.split("/"))) < version_of(tuple(newer.split("/")))


def shortened(*paths):
    return [
        "/".join(parts) for parts in without_common_folder([tuple(p.split("/")) for p in paths])
    ]


def test_a_folder_around_everything_is_left_out():
    assert shortened("all/anna/a.ipynb", "all/ben/a.ipynb") == ["anna/a.ipynb", "ben/a.ipynb"]
    assert shortened("all/in/anna.ipynb", "all/in/ben.ipynb") == ["anna.ipynb", "ben.ipynb"]


def test_the_folder_of_the_only_student_stays():
    chapters = [f"anna/{name}.ipynb" for name in ("01_teaching_with_photos", "02_images_as_data")]
    assert shortened(*chapters) == chapters
    moodle = "Anna_12_assignsubmission_file_/a.ipynb"
    assert shortened(moodle) == [moodle]
    assert shortened(f"submissions/{moodle}") == [moodle]
