"""Repairing, and taking the repair back, never loses a file."""

import errno
import hashlib
import json
import os
import shutil
import warnings
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_photos import noise, write_folder, write_photo
from PIL import ExifTags, Image

from workbook.photos.doctor import FINDINGS, examine, quarantine, repair, undo_repair
from workbook.photos.reading import read_photo


def contents(folder: Path, *, with_quarantine: bool = False) -> dict[str, str]:
    """Return the checksum of every file."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
        and (with_quarantine or "_quarantine" not in path.relative_to(folder).parts)
    }


def diagnose(folder: Path):
    return examine(folder, quick_model=False, progress=False)


@pytest.fixture
def messy(photo_folder) -> Path:
    """A folder with one fault of every kind that is moved or converted."""
    apple = photo_folder / "apple"
    grey = Image.fromarray(noise(40, 30, 501)).convert("L")
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    grey.save(apple / "grey.jpg")
    grey.rotate(90).save(apple / "grey.bmp.jpg", "BMP")
    Image.fromarray(noise(40, 30, 502)).convert("RGBA").save(apple / "été à la mer.png")
    Image.fromarray(noise(40, 30, 503)).save(apple / "turned.jpg", exif=exif, quality=95)
    Image.fromarray(noise(40, 30, 504)).save(apple / "liar.jpg", "PNG")
    Image.fromarray(noise(40, 30, 505)).save(apple / "no ending", "WEBP", lossless=True)
    Image.fromarray(noise(40, 30, 506)).quantize(64).save(apple / "film.gif")
    (apple / "empty.jpg").write_bytes(b"")
    (apple / "notes.txt").write_text("apples\n", encoding="utf-8")
    (apple / ".DS_Store").write_bytes(b"\0\0\0\1Bud1")
    shutil.copyfile(apple / "apple_000.jpg", apple / "apple_000 (2).jpg")
    write_photo(apple / "tiny.jpg", 507, (9, 9))
    return photo_folder


def test_after_a_repair_the_folder_is_clean_and_nothing_is_lost(messy):
    before = contents(messy)
    report = diagnose(messy)
    done = repair(report)
    assert set(done["file"]) == set(report.table["file"])
    assert len(diagnose(messy).table) == 0
    after = contents(messy, with_quarantine=True)
    assert set(before.values()) <= set(after.values())
    for kept, file in zip(done["kept"], done["file"], strict=True):
        assert hashlib.sha256(Path(kept).read_bytes()).hexdigest() == before[file]
    assert not list(messy.rglob("*.partial*"))


def test_the_quarantine_is_ordered_by_finding_and_class(messy):
    repair(diagnose(messy))
    quarantined = contents(messy / "_quarantine")
    assert "unreadable/apple/empty.jpg" in quarantined
    assert "alpha/apple/été à la mer.png" in quarantined
    assert "stray_file/apple/.DS_Store" in quarantined


def test_converted_photos_look_the_same_and_are_plain(messy):
    before = {name: np.asarray(read_photo(messy / "apple" / name)) for name in ("grey.jpg",)}
    upright = np.asarray(read_photo(messy / "apple/turned.jpg"))
    pixels = np.asarray(read_photo(messy / "apple/liar.jpg"))
    done = repair(diagnose(messy)).set_index("file")["new_file"]
    with Image.open(messy / done["apple/grey.jpg"]) as image:
        assert image.mode == "RGB"
        assert np.abs(np.asarray(image).astype(int) - before["grey.jpg"]).mean() < 3
    with Image.open(messy / done["apple/turned.jpg"]) as image:
        assert image.getexif().get(ExifTags.Base.Orientation, 1) == 1
        assert np.abs(np.asarray(image).astype(int) - upright).mean() < 3
    assert done["apple/liar.jpg"] == "apple/liar.png"
    assert (np.asarray(read_photo(messy / "apple/liar.png")) == pixels).all()
    assert done["apple/no ending"] == "apple/no ending.webp"


def test_a_file_with_two_faults_is_repaired_of_both(tmp_path):
    folder = write_folder(tmp_path, {"apple": 3, "mug": 3})
    Image.fromarray(noise(40, 30, 600)).convert("LA").save(folder / "apple/both.jpg", "PNG")
    report = diagnose(folder)
    assert report.table["finding"].tolist() == ["wrong_extension", "alpha"]
    done = repair(report)
    assert done["new_file"].tolist() == ["apple/both.png"]
    assert len(diagnose(folder).table) == 0


def test_undo_puts_everything_back(messy):
    before = contents(messy)
    done = repair(diagnose(messy))
    restored = undo_repair(messy)
    assert contents(messy) == before
    assert sorted(restored["file"]) == sorted(done["file"])
    assert len(undo_repair(messy)) == 0
    assert len(repair(diagnose(messy))) == len(done)
    undo_repair(messy)
    assert contents(messy) == before


def test_a_second_repair_with_the_same_report_does_nothing(messy):
    report = diagnose(messy)
    repair(report)
    after = contents(messy, with_quarantine=True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(repair(report)) == 0
    assert contents(messy, with_quarantine=True) == after


def test_files_that_changed_since_the_examination_stay(messy):
    report = diagnose(messy)
    write_photo(messy / "apple/empty.jpg", 700)  # copied again, now whole
    with pytest.warns(UserWarning, match="1 files changed since the examination"):
        done = repair(report)
    assert "apple/empty.jpg" not in set(done["file"])
    assert (messy / "apple/empty.jpg").exists()


def test_undo_keeps_a_copy_that_was_worked_on(messy):
    repair(diagnose(messy))
    write_photo(messy / "apple/grey.jpg", 701)  # edited after the repair
    edited = contents(messy)["apple/grey.jpg"]
    restored = undo_repair(messy).set_index("came_from")["file"]
    assert contents(messy)["apple/grey.jpg"] == edited
    assert restored["apple/grey.jpg"] == "apple/grey (2).jpg"


def test_names_that_clash_in_the_quarantine_are_numbered(messy):
    repair(diagnose(messy))
    (messy / "apple/empty.jpg").write_bytes(b"")
    done = repair(diagnose(messy))
    assert Path(done["kept"][0]).name == "empty (2).jpg"
    assert len(list((messy / "_quarantine/unreadable/apple").iterdir())) == 2


def test_a_clean_copy_takes_no_name_that_is_in_use(tmp_path):
    folder = write_folder(tmp_path, {"apple": 3, "mug": 3})
    Image.fromarray(noise(40, 30, 600)).save(folder / "apple/x.jpg", "PNG")
    write_photo(folder / "apple/x.png", 601)
    assert repair(diagnose(folder))["new_file"].tolist() == ["apple/x (2).png"]


def test_only_the_chosen_findings(messy):
    done = repair(diagnose(messy), findings=["tiny"])
    assert done["file"].tolist() == ["apple/tiny.jpg"]
    with pytest.raises(ValueError, match="knows no finding"):
        repair(diagnose(messy), findings=["sadness"])
    with pytest.raises(ValueError, match="is about a class"):
        repair(diagnose(messy), findings=["imbalance"])


def test_what_needs_a_decision_is_moved_only_when_named(photo_folder):
    for number in range(8):
        path = photo_folder / "apple" / f"apple_{number:03d}.jpg"
        with Image.open(path) as image:
            image.load()
        image.paste((255, 0, 0), (2, 2, 10, 10))
        image.save(path, quality=90)
    report = diagnose(photo_folder)
    assert set(report.table["finding"]) == {"border_or_mark"}
    assert len(repair(report)) == 0
    assert len(repair(report, findings="border_or_mark")) == 8


def test_a_quarantine_elsewhere(messy, tmp_path):
    before = contents(messy)
    elsewhere = tmp_path / "kept aside"
    repair(diagnose(messy), quarantine=elsewhere)
    assert not (messy / "_quarantine").exists()
    assert len(diagnose(messy).table) == 0
    undo_repair(messy, quarantine=elsewhere)
    assert contents(messy) == before
    with pytest.raises(ValueError, match="lies among the photos"):
        repair(diagnose(messy), quarantine=messy / "apple" / "aside")


def test_a_quarantine_on_another_disk(messy, tmp_path, monkeypatch):
    """On another disk a file is copied whole before the original goes."""
    before = contents(messy)
    real_stat = Path.lstat

    class OnAnotherDisk:
        def __init__(self, result):
            self.result = result
            self.st_dev = result.st_dev + 1

        def __getattr__(self, name):
            return getattr(self.result, name)

    monkeypatch.setattr(Path, "lstat", lambda self: OnAnotherDisk(real_stat(self)))
    repair(diagnose(messy), quarantine=tmp_path / "other disk")
    assert len(diagnose(messy).table) == 0
    undo_repair(messy, quarantine=tmp_path / "other disk")
    assert contents(messy) == before


@pytest.mark.parametrize("fails_at", range(0, 19, 2))
def test_a_disk_that_runs_full_loses_nothing(messy, monkeypatch, fails_at):
    """Let the disk run full at one of its 19 writes: all is still there, and undo restores it."""
    before = contents(messy)
    report = diagnose(messy)
    writes = 0
    fsync, write_bytes = os.fsync, Path.write_bytes

    def count_writes() -> None:
        nonlocal writes
        writes += 1
        if writes > fails_at:
            raise OSError(errno.ENOSPC, "No space left on device")

    def full_fsync(descriptor):
        count_writes()
        return fsync(descriptor)

    def full_write(self, content):
        if ".partial" in self.name:
            write_bytes(self, content[: len(content) // 2])
            count_writes()
        return write_bytes(self, content)

    monkeypatch.setattr(quarantine.os, "fsync", full_fsync)
    monkeypatch.setattr(Path, "write_bytes", full_write)
    with pytest.raises(OSError, match=r"is full.*nothing is lost"):
        repair(report)
    monkeypatch.undo()
    assert set(before.values()) <= set(contents(messy, with_quarantine=True).values())
    assert not list(messy.rglob("*.partial*"))
    repair(report)
    assert len(diagnose(messy).table) == 0
    undo_repair(messy)
    assert contents(messy) == before


def test_half_a_line_in_the_log_does_no_harm(messy):
    before = contents(messy)
    repair(diagnose(messy), findings=["tiny"])
    log = messy / "_quarantine" / "log.jsonl"
    with log.open("a", encoding="utf-8") as stream:
        stream.write('{"number": "abc", "when": "2')
    repair(diagnose(messy))
    undo_repair(messy)
    assert contents(messy) == before
    broken = [line for line in log.read_text("utf-8").splitlines() if not _is_json(line)]
    assert broken == ['{"number": "abc", "when": "2']


def _is_json(line: str) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return False
    return True


def test_a_folder_that_may_not_be_written_is_refused_in_a_sentence(messy, monkeypatch):
    before = contents(messy)
    report = diagnose(messy)

    def refuse(self, *args, **options):
        raise PermissionError(errno.EACCES, "Permission denied", str(self))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(PermissionError, match=r"You may not write to .* Copy the photos"):
        repair(report)
    assert contents(messy) == before


def test_a_file_that_is_open_elsewhere_is_left_with_a_warning(messy, monkeypatch):
    before = contents(messy)
    report = diagnose(messy)
    rename = os.rename

    def refuse_one(source, target):
        if Path(source).name in ("tiny.jpg", "grey.jpg"):
            raise PermissionError(errno.EACCES, "The file is in use", str(source))
        rename(source, target)

    monkeypatch.setattr(quarantine.os, "rename", refuse_one)
    with pytest.warns(UserWarning, match="2 files could not be moved"):
        done = repair(report)
    assert len(done) == report.table["file"].nunique() - 2
    assert contents(messy)["apple/grey.jpg"] == before["apple/grey.jpg"]
    monkeypatch.undo()
    undo_repair(messy)
    assert contents(messy) == before


def test_undo_without_a_quarantine_does_nothing(photo_folder):
    assert len(undo_repair(photo_folder)) == 0
    with pytest.raises(FileNotFoundError):
        undo_repair(photo_folder / "nowhere")


NAMES = st.text(
    st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters='/\\:*?"<>|'),
    min_size=1,
    max_size=20,
).filter(lambda name: name.strip(" .") == name)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(names=st.lists(NAMES, min_size=1, max_size=4, unique_by=str.lower))
def test_any_file_name_survives_repair_and_undo(tmp_path_factory, names):
    folder = write_folder(tmp_path_factory.mktemp("names"), {"apple": 2, "mug": 2})
    for number, name in enumerate(names):
        content = b"" if number % 2 else f"text {number}".encode()
        (folder / "apple" / f"{name}.jpg").write_bytes(content)
    before = contents(folder)
    report = diagnose(folder)
    assert isinstance(str(report), str)
    done = repair(report)
    assert len(done) == len(names)
    undo_repair(folder)
    assert contents(folder) == before


def test_every_finding_says_why_and_what_to_do():
    from workbook.photos.doctor.findings import KINDS

    assert len(FINDINGS) == 23
    for kind in KINDS.values():
        assert kind.why.endswith(".")
        assert kind.advice.endswith(".")
        assert kind.action in ("move", "convert", "decide")
