"""Finding what was handed in: folders, zip files, zip files in zip files, and hostile ones."""

import io
import unicodedata
import zipfile

import pytest

from tests.grading.submissions import EXERCISES, RIGHT, code, handed_in, notebook
from workbook.grading import files
from workbook.grading.collect import chapters_in, collect
from workbook.grading.files import submitted_files
from workbook.grading.naming import owner_of


def zipped(contents: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in contents.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def names_in(place) -> list[str]:
    return ["/".join(file.parts) for file in submitted_files(place)]


def written(made: dict) -> bytes:
    import json

    return json.dumps(made).encode()


@pytest.fixture(autouse=True)
def known_exercises(small_chapter):
    return small_chapter


def test_zip_in_zip_is_read_without_unpacking(tmp_path):
    inner = zipped({"work/notebook.ipynb": b"inner"})
    place = tmp_path / "all.zip"
    place.write_bytes(zipped({"anna/a.zip": inner, "ben/b.ipynb": b"outer"}))
    assert names_in(place) == ["anna/a/work/notebook.ipynb", "ben/b.ipynb"]
    assert [file.read() for file in submitted_files(place)] == [b"inner", b"outer"]
    assert list(tmp_path.iterdir()) == [place]


def test_paths_out_of_the_archive_lead_nowhere(tmp_path):
    place = tmp_path / "all.zip"
    place.write_bytes(zipped({"../../evil.ipynb": b"1", "/etc/x.ipynb": b"2", "a\\b.ipynb": b"3"}))
    assert names_in(place) == ["a/b.ipynb", "etc/x.ipynb", "evil.ipynb"]


def test_names_with_umlauts_survive_zip_programs(tmp_path):
    whole = zipped({"Zoe Mueller_1_assignsubmission_file_/n.ipynb": b"x"})
    place = tmp_path / "all.zip"
    place.write_bytes(whole.replace(b"Mueller", "Müllrr".encode()))
    assert names_in(place)[0].startswith("Zoe Müll")
    apart = unicodedata.normalize("NFD", "Zoë")
    assert owner_of((f"{apart}.ipynb",)) == owner_of(("Zoë.ipynb",))


def test_hidden_files_are_left_out(tmp_path):
    for name in (
        "__MACOSX/._a.ipynb",
        ".ipynb_checkpoints/a-checkpoint.ipynb",
        ".DS_Store",
        "a.ipynb",
    ):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
    assert names_in(tmp_path) == ["a.ipynb"]


def test_links_to_other_places_are_left_out(tmp_path):
    secret, place = tmp_path / "secret.ipynb", tmp_path / "submissions"
    secret.write_text("secret")
    place.mkdir()
    (place / "anna.ipynb").symlink_to(secret)
    (place / "linked").symlink_to(tmp_path, target_is_directory=True)
    assert names_in(place) == []


def test_a_zip_bomb_is_not_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "LARGEST_FILE", 1 << 20)
    place = tmp_path / "all.zip"
    bomb = zipped({"bomb.ipynb": bytes(50 << 20)})
    place.write_bytes(zipped({"anna.zip": bomb, "ben.ipynb": written(handed_in())}))
    anna, ben = collect(place, EXERCISES)
    assert anna.notes == ("file too large (bomb.ipynb)",)
    assert set(ben.answers) == set(RIGHT)


def test_a_zip_that_is_none_and_one_with_a_password(tmp_path):
    (tmp_path / "anna.zip").write_bytes(b"PK but no archive")
    locked = bytearray(zipped({"n.ipynb": written(handed_in())}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[locked.index(signature) + offset] |= 1  # the bit that says "encrypted"
    (tmp_path / "ben.zip").write_bytes(bytes(locked))
    anna, ben = collect(tmp_path, EXERCISES)
    assert anna.notes == ("no notebook (anna.zip)",)
    assert ben.notes == ("unreadable",)


def test_no_notebook_is_said(tmp_path):
    (tmp_path / "anna").mkdir()
    (tmp_path / "anna" / "essay.pdf").write_bytes(b"%PDF")
    (anna,) = collect(tmp_path, EXERCISES)
    assert (anna.owner.name, anna.notes) == ("anna", ("no notebook (essay.pdf)",))


def test_newer_answers_count_and_untouched_ones_do_not(tmp_path):
    older = notebook(code(RIGHT["double_all"] + "  # older"), code(RIGHT["total_of"] + "  # older"))
    newer = notebook(
        code(RIGHT["double_all"] + "  # newer"), code("def total_of(numbers):\n    ...")
    )
    (tmp_path / "anna_111_1000_n.ipynb").write_bytes(written(older))
    (tmp_path / "anna_111_1001_n-1.ipynb").write_bytes(written(newer))
    (anna,) = collect(tmp_path, EXERCISES)
    assert anna.notes == ("several files, the newest answers count",)
    assert "newer" in anna.answers["double_all"].source
    assert "older" in anna.answers["total_of"].source


def test_several_notebooks_of_one_student_are_one_submission(tmp_path):
    (tmp_path / "anna").mkdir()
    for name in ("double_all", "total_of"):
        (tmp_path / "anna" / f"{name}.ipynb").write_bytes(written(notebook(code(RIGHT[name]))))
    (tmp_path / "ben.ipynb").write_bytes(written(handed_in()))
    anna, _ = collect(tmp_path, EXERCISES)
    assert set(anna.answers) == {"double_all", "total_of"}
    assert anna.notes == ()


def test_one_stray_notebook_of_another_chapter_changes_nothing(tmp_path):
    for number in range(4):
        (tmp_path / f"student{number}.ipynb").write_bytes(written(handed_in()))
    stray = notebook(code("def of_another_chapter(number):\n    return -number"))
    (tmp_path / "stray.ipynb").write_bytes(written(stray))
    assert chapters_in(collect(tmp_path, EXERCISES), EXERCISES) == [1]


@pytest.mark.parametrize("make", [lambda path: None, lambda path: path.write_text("hello")])
def test_a_place_without_submissions_is_said_in_a_sentence(tmp_path, make):
    place = tmp_path / "submissions.txt"
    make(place)
    with pytest.raises((FileNotFoundError, ValueError), match="download all submissions"):
        collect(place, EXERCISES)


def test_an_empty_folder_is_said_in_a_sentence(tmp_path):
    with pytest.raises(ValueError, match="no files"):
        collect(tmp_path, EXERCISES)
