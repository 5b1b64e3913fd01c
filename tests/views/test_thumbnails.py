"""Small photos: read once, and again when they change."""

import base64
import io
import re

import numpy as np
import torch
from PIL import Image

from workbook.views import thumbnails
from workbook.views.thumbnails import SmallPictures, note, thumbnail


def write(path, colour):
    Image.new("RGB", (40, 30), colour).save(path)
    return path


def test_a_photo_is_read_once_and_again_when_it_changes(tmp_path, monkeypatch):
    paths = [write(tmp_path / f"{number}.png", (200, 0, 0)) for number in range(3)]
    read = []
    real = thumbnails.decode_photos

    def counted(paths, *arguments, **settings):
        read.extend(paths)
        return real(paths, *arguments, **settings)

    monkeypatch.setattr(thumbnails, "decode_photos", counted)
    pictures = SmallPictures(16)
    assert all(image.shape == (3, 16, 16) for image in pictures.of(paths))
    pictures.of(paths[::-1])
    assert read == paths
    write(paths[1], (0, 200, 0)).touch()
    changed = pictures.of(paths)[1]
    assert read == [*paths, paths[1]]
    assert changed[:, 8, 8].tolist() == [0, 200, 0]


def test_what_cannot_be_read_is_none(tmp_path):
    (tmp_path / "broken.jpg").write_bytes(b"no photo")
    good = write(tmp_path / "good.png", "white")
    found = SmallPictures(16).of([tmp_path / "broken.jpg", good, tmp_path / "gone.jpg"])
    assert [image is None for image in found] == [True, False, True]


def test_no_more_pictures_are_kept_than_asked_for(tmp_path):
    paths = [write(tmp_path / f"{number}.png", "white") for number in range(6)]
    pictures = SmallPictures(16, most=4)
    for path in paths:
        assert pictures.of([path])[0] is not None
        assert len(pictures._known) <= 4


def test_a_thumbnail_is_the_photo_and_says_what_it_shows():
    pixels = torch.zeros(3, 32, 32, dtype=torch.uint8)
    pixels[0] = 220
    page = thumbnail(pixels, "red\n<square>", description='a "red" square')
    assert 'alt="a &quot;red&quot; square"' in page
    assert "red<br>&lt;square&gt;" in page
    data = base64.b64decode(re.search(r"base64,([^\"]+)", page).group(1))
    shown = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
    assert shown.shape == (32, 32, 3)
    assert abs(shown.astype(int) - [220, 0, 0]).max() < 12
    assert len(data) < 200


def test_a_note_is_read_out_and_escaped():
    assert 'role="status"' in note(["a < b"])
    assert "a &lt; b" in note(["a < b"])
