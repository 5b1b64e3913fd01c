"""What the doctor says about single files."""

import os
import sys
from pathlib import Path

import numpy as np
import pytest
from made_photos import noise, write_folder, write_photo
from PIL import ExifTags, Image

from workbook.photos import doctor
from workbook.photos.doctor import files as doctor_files


def findings_of(folder: Path, name: str) -> list[str]:
    """Examine, and return the findings about one file, told by the end of its name."""
    table = doctor.examine(folder, quick_model=False, progress=False).table
    return table.loc[table["file"].str.endswith(name), "finding"].tolist()


def photo(seed: int = 900) -> Image.Image:
    return Image.fromarray(noise(48, 40, seed))


def save_wide_png(path: Path) -> None:
    """A PNG of 16 bits for each of red, green and blue, which Pillow cannot write."""
    import struct
    import zlib

    values = (noise(48, 40, 901).astype(">u2") * 257).reshape(40, -1)
    rows = b"".join(b"\x00" + row.tobytes() for row in values)

    def chunk(kind: bytes, data: bytes) -> bytes:
        checksum = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)

    header = struct.pack(">IIBBBBB", 48, 40, 16, 2, 0, 0, 0)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def rotated(path: Path) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    photo().save(path, exif=exif)


def cut_short(path: Path, name: str) -> None:
    photo().save(path, name)
    content = path.read_bytes()
    path.write_bytes(content[:-60])  # the header stays whole


HEIC_START = b"\x00\x00\x00\x18ftypheic" + bytes(60)
CASES = {
    "empty.jpg": ("unreadable", lambda path: path.write_bytes(b"")),
    "garbled.jpg": ("unreadable", lambda path: path.write_bytes(b"\xff\xd8\xff\xe0" + bytes(99))),
    "phone.heic": ("unreadable", lambda path: path.write_bytes(HEIC_START)),
    "cut.jpg": ("truncated", lambda path: cut_short(path, "JPEG")),
    "cut.png": ("truncated", lambda path: cut_short(path, "PNG")),
    "notes.txt": ("not_an_image", lambda path: path.write_text("apples, 12 of them\n")),
    "page.jpg": ("not_an_image", lambda path: path.write_text("<!DOCTYPE html><p>404</p>")),
    "paper.jpg": ("not_an_image", lambda path: path.write_bytes(b"%PDF-1.7\n" + bytes(99))),
    "film.jpg": ("not_an_image", lambda path: path.write_bytes(b"\0\0\0\x20ftypisom" + bytes(99))),
    "bmw.bmp": ("not_an_image", lambda path: path.write_bytes(b"BM is also a beginning of text")),
    "liar.jpg": ("wrong_extension", lambda path: photo().save(path, "PNG")),
    "liar.png": ("wrong_extension", lambda path: photo().save(path, "JPEG")),
    "no_ending": ("wrong_extension", lambda path: photo().save(path, "JPEG")),
    "data.dat": ("wrong_extension", lambda path: photo().save(path, "JPEG")),
    "icon.tga": ("wrong_extension", lambda path: photo().save(path, "TGA")),
    "rgba.png": ("alpha", lambda path: photo().convert("RGBA").save(path)),
    "la.png": ("alpha", lambda path: photo().convert("LA").save(path)),
    "one_clear_colour.png": ("alpha", lambda path: photo().save(path, transparency=(0, 0, 0))),
    "palette.png": ("palette", lambda path: photo().quantize(32).save(path)),
    "palette.gif": ("palette", lambda path: photo().quantize(32).save(path)),
    "grey.jpg": ("greyscale", lambda path: photo().convert("L").save(path)),
    "black_white.png": ("greyscale", lambda path: photo().convert("1").save(path)),
    "print.jpg": ("cmyk", lambda path: photo().convert("CMYK").save(path)),
    "lab.tif": ("cmyk", lambda path: photo().convert("LAB").save(path)),
    "deep.png": (
        "sixteen_bit",
        lambda path: Image.fromarray(noise(48, 40, 902)[:, :, 0].astype(np.uint16) * 200).save(
            path
        ),
    ),
    "deep_colour.png": ("sixteen_bit", save_wide_png),
    "float.tif": (
        "sixteen_bit",
        lambda path: Image.fromarray(noise(48, 40, 903)[:, :, 0] / np.float32(255)).save(path),
    ),
    "film.gif": (
        "animation",
        lambda path: photo().save(path, save_all=True, append_images=[photo(904)]),
    ),
    "film.webp": (
        "animation",
        lambda path: photo().save(path, save_all=True, append_images=[photo(904)]),
    ),
    "turned.jpg": ("exif_rotated", rotated),
    "turned.png": ("exif_rotated", rotated),
    "tiny.jpg": ("tiny", lambda path: photo().resize((23, 23)).save(path)),
    "strip.jpg": ("extreme_shape", lambda path: photo().resize((200, 50)).save(path)),
    "tower.jpg": ("extreme_shape", lambda path: photo().resize((50, 200)).save(path)),
}


def test_every_odd_file_has_its_one_finding(tmp_path):
    folder = write_folder(tmp_path / "photos", {"apple": 3, "mug": 3})
    for name, (_, write) in CASES.items():
        write(folder / "apple" / name)
    table = doctor.examine(folder, quick_model=False, progress=False).table
    about_files = table[~table["finding"].isin(["imbalance", "near_duplicate", "exact_duplicate"])]
    found = {
        Path(file).name: rows["finding"].tolist() for file, rows in about_files.groupby("file")
    }
    assert found == {name: [finding] for name, (finding, _) in CASES.items()}


@pytest.mark.parametrize(
    ("name", "write"),
    {
        "plain.jpg": lambda path: photo().save(path),
        "plain.JPEG": lambda path: photo().save(path, "JPEG"),
        "plain.jfif": lambda path: photo().save(path, "JPEG"),
        "plain.png": lambda path: photo().save(path),
        "plain.webp": lambda path: photo().save(path),
        "plain.bmp": lambda path: photo().save(path),
        "plain.tiff": lambda path: photo().save(path),
        "two_lenses.jpg": lambda path: photo().save(
            path, "MPO", save_all=True, append_images=[photo(905)]
        ),
        "wide.jpg": lambda path: photo().resize((150, 50)).save(path),
        "small_as_all.jpg": lambda path: photo().resize((24, 24)).save(path),
    }.items(),
)
def test_ordinary_files_raise_no_alarm(tmp_path, name, write):
    folder = write_folder(tmp_path / "photos", {"apple": 3, "mug": 3})
    write(folder / "apple" / name)
    assert findings_of(folder, name) == []


def test_a_preview_among_large_photos_is_tiny(tmp_path):
    folder = tmp_path / "photos"
    for number in range(6):
        write_photo(folder / ("ab"[number % 2]) / f"{number}.jpg", number, (300, 200))
    write_photo(folder / "a" / "preview.jpg", 50, (60, 60))
    assert findings_of(folder, "preview.jpg") == ["tiny"]


def test_stray_files_wherever_they_lie_and_nothing_else_hidden(photo_folder):
    stray = (
        "apple/.DS_Store",
        "apple/THUMBS.DB",
        "mug/desktop.ini",
        "apple/._apple_000.jpg",
        "__MACOSX/apple/._x.jpg",
        "apple/.ipynb_checkpoints/x-checkpoint.jpg",
    )
    not_ours = (".git/config", ".gitignore", "splits.csv", "README.md", "_quarantine/a/x.jpg")
    for name in (*stray, *not_ours):
        path = photo_folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"something")
    write_photo(photo_folder / "loose.jpg", 77)
    table = doctor.examine(photo_folder, quick_model=False, progress=False).table
    assert set(table["finding"]) == {"stray_file"}
    assert set(table["file"]) == {*stray, "loose.jpg"}
    loose = table.set_index("file").loc["loose.jpg"]
    assert loose["class"] == ""
    assert "outside" in loose["detail"]


def test_photos_deeper_in_a_class_folder_belong_to_the_class(photo_folder):
    path = photo_folder / "apple" / "from the phone" / "grey.jpg"
    path.parent.mkdir()
    photo().convert("L").save(path)
    table = doctor.examine(photo_folder, quick_model=False, progress=False).table
    assert table[["finding", "class"]].to_numpy().tolist() == [["greyscale", "apple"]]


def test_a_photo_that_vanishes_meanwhile_is_a_finding(photo_folder, monkeypatch):
    read_photo = doctor_files.read_photo

    def vanish_first(path, **options):
        if Path(path).name == "apple_003.jpg":
            Path(path).unlink()
        return read_photo(path, **options)

    monkeypatch.setattr(doctor_files, "read_photo", vanish_first)
    report = doctor.examine(photo_folder, quick_model=False, progress=False)
    assert report.table[["finding", "file"]].to_numpy().tolist() == [
        ["unreadable", "apple/apple_003.jpg"]
    ]
    assert "vanished" in report.table["detail"][0]
    assert len(doctor.repair(report)) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="links need special rights on Windows")
def test_links_that_lead_nowhere_or_in_a_circle(photo_folder):
    os.symlink(photo_folder, photo_folder / "apple" / "round")
    os.symlink(photo_folder / "gone.jpg", photo_folder / "apple" / "gone.jpg")
    table = doctor.examine(photo_folder, quick_model=False, progress=False).table
    assert table[["finding", "file"]].to_numpy().tolist() == [["unreadable", "apple/gone.jpg"]]


def test_an_empty_or_missing_folder_is_refused_in_a_sentence(tmp_path):
    with pytest.raises(ValueError, match="is empty"):
        doctor.examine(tmp_path)
    with pytest.raises(FileNotFoundError, match="There is no folder"):
        doctor.examine(tmp_path / "nowhere")
    write_photo(tmp_path / "one.jpg")
    with pytest.raises(ValueError, match="Make a folder for each class"):
        doctor.examine(tmp_path)


def test_a_single_photo_of_a_single_class(tmp_path):
    write_photo(tmp_path / "apple" / "one.jpg")
    report = doctor.examine(tmp_path, progress=False)
    assert report.table["finding"].tolist() == ["single_photo_class"]
    assert "1 readable photo of 1 class" in str(report)


def test_a_class_of_broken_photos_counts_as_empty(photo_folder):
    path = photo_folder / "pear" / "broken.jpg"
    path.parent.mkdir()
    path.write_bytes(b"")
    counts = doctor.examine(photo_folder, quick_model=False, progress=False).counts()
    assert counts.to_dict() == {"unreadable": 1, "empty_class": 1}


def test_a_set_in_which_no_photo_can_be_read(tmp_path):
    for name in ("apple/a.jpg", "mug/b.jpg"):
        path = tmp_path / name
        path.parent.mkdir()
        path.write_bytes(b"")
    report = doctor.examine(tmp_path, progress=False)
    assert report.counts().to_dict() == {"unreadable": 2, "empty_class": 2}
    assert "0 readable photos of 2 classes" in str(report)
