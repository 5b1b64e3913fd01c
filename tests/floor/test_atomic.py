from pathlib import Path

import pytest

from workbook.atomic import new_folder, replacing


def test_a_file_appears_whole(tmp_path):
    path = tmp_path / "new" / "table.csv"
    with replacing(path) as temporary:
        temporary.write_text("whole")
        assert not path.exists()
        assert temporary.suffix == ".csv"
        assert temporary.parent == path.parent
    assert path.read_text() == "whole"
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("trouble", [OSError, KeyboardInterrupt])
def test_a_failure_leaves_the_old_file(trouble, tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("old")
    with pytest.raises(trouble):
        write_half_of(path, trouble)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def write_half_of(path: Path, trouble: type[BaseException]) -> None:
    with replacing(path) as temporary:
        temporary.write_text("hal")
        raise trouble


def test_nothing_written_is_an_error_and_keeps_the_old_file(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("old")
    with pytest.raises(FileNotFoundError), replacing(path):
        pass
    assert path.read_text() == "old"


def test_two_writers_do_not_disturb_each_other(tmp_path):
    path = tmp_path / "table.csv"
    with replacing(path) as first, replacing(path) as second:
        assert first != second
        first.write_text("first")
        second.write_text("second")
    assert path.read_text() == "first"  # the outer block ends last


def test_a_folder_appears_whole(tmp_path):
    path = tmp_path / "deep" / "photos"
    with new_folder(path) as temporary:
        (temporary / "1.jpg").touch()
        assert not path.exists()
    assert [p.name for p in path.iterdir()] == ["1.jpg"]
    assert list(path.parent.iterdir()) == [path]


@pytest.mark.parametrize("trouble", [OSError, KeyboardInterrupt])
def test_a_failure_leaves_no_folder(trouble, tmp_path):
    with pytest.raises(trouble):
        fill_half_of(tmp_path / "photos", trouble)
    assert list(tmp_path.iterdir()) == []


def fill_half_of(path: Path, trouble: type[BaseException]) -> None:
    with new_folder(path) as temporary:
        (temporary / "inside").mkdir()
        (temporary / "inside" / "1.jpg").touch()
        raise trouble


@pytest.mark.parametrize("make", [Path.mkdir, Path.touch])
def test_what_is_there_is_not_overwritten(make, tmp_path):
    path = tmp_path / "photos"
    make(path)
    with pytest.raises(FileExistsError, match="will not be overwritten"), new_folder(path):
        pytest.fail("the block must not run")
    assert list(tmp_path.iterdir()) == [path]
