"""A bundle runs without the course and without PyTorch, and holds nothing personal."""

import ast
import os
import shutil
import subprocess
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest
import yaml
from PIL import ExifTags, Image
from untrained_classifier import untrained_classifier

import workbook
from workbook.saving.card import LICENCE_UNKNOWN
from workbook.sharing import share_exports, share_project, share_space
from workbook.sharing.about import about
from workbook.sharing.project import LIGHT

ALLOWED = ("numpy", "onnxruntime", "PIL", "pillow", "flatbuffers", "google", "protobuf")
USER = "zaphodbeeb"
HOSTILE = '</script><script>window.owned = true</script><img src=x onerror="window.owned = true">'


@pytest.fixture
def photos(tmp_path):
    """A folder of two classes, with a phone's notes in the photos and names in the paths."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Spycam"
    exif[ExifTags.Base.Artist] = USER
    exif[ExifTags.Base.Orientation] = 6
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (48.0, 12.0, 30.0)})
    folder = tmp_path / f"photos of {USER}"
    for name in ("apple", "mug"):
        (folder / name).mkdir(parents=True)
        colour = (200, 40, 40) if name == "apple" else (40, 40, 200)
        picture = Image.new("RGB", (120, 90), colour)
        picture.save(folder / name / f"{USER} on holiday.jpg", exif=exif, comment=USER.encode())
    return folder


@pytest.fixture
def at_home(tmp_path, monkeypatch):
    """Be somebody whose name is worth hiding."""
    home = tmp_path / "home" / USER
    home.mkdir(parents=True)
    for variable in ("LOGNAME", "USER", "USERNAME"):
        monkeypatch.setenv(variable, USER)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    return home


@pytest.fixture(scope="session")
def bare_python(tmp_path_factory) -> Path:
    """A Python of its own that can import onnxruntime, Pillow and numpy, and nothing else."""
    folder = tmp_path_factory.mktemp("friend") / "python"
    venv.create(folder, with_pip=False, symlinks=os.name != "nt")
    inside = {"base": str(folder), "platbase": str(folder)}
    to = Path(sysconfig.get_path("purelib", "venv", vars=inside))
    for kind in ("purelib", "platlib"):
        for package in Path(sysconfig.get_path(kind)).iterdir():
            if package.name.startswith(ALLOWED) and not (to / package.name).exists():
                make = shutil.copytree if package.is_dir() else shutil.copy
                if os.name == "nt":
                    make(package, to / package.name)
                else:
                    (to / package.name).symlink_to(package)
    return Path(sysconfig.get_path("scripts", "venv", vars=inside)) / "python"


def run(python: Path, program: Path, *arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [python, "-I", program, *arguments], capture_output=True, text=True, cwd=program.parent
    )


def test_a_friend_unpacks_and_runs_it(classifier, photos, bare_python, golden_photos, tmp_path):
    for name in ("torch", "workbook", "pandas"):
        program = f"import {name}"
        assert subprocess.run([bare_python, "-I", "-c", program], capture_output=True).returncode

    shared = share_project(classifier, tmp_path / "toys", photos=photos)
    with zipfile.ZipFile(shared.archive) as archive:
        archive.extractall(tmp_path / "far away")
    program = tmp_path / "far away" / "toys" / "predict.py"
    checked = run(bare_python, program, "--check")
    assert checked.returncode == 0, checked.stderr
    assert "2 of 2 sample photos are answered as expected." in checked.stdout

    answered = run(bare_python, program, str(golden_photos["phone"]))
    name = classifier.class_names[classifier.probabilities(golden_photos["phone"]).argmax()]
    assert answered.stdout.startswith("phone.jpg: ")
    assert name in answered.stdout


def test_the_check_notices_another_model(classifier, bare_python, tmp_path):
    share_project(classifier, tmp_path / "toys")
    share_project(untrained_classifier("softmax"), tmp_path / "others")
    shutil.copy(tmp_path / "others" / "model.onnx", tmp_path / "toys" / "model.onnx")
    checked = run(bare_python, tmp_path / "toys" / "predict.py", "--check")
    assert checked.returncode == 1
    assert "differs by" in checked.stdout


def test_bad_input_gets_one_sentence(classifier, bare_python, golden_photos, tmp_path):
    share_project(classifier, tmp_path / "toys")
    program = tmp_path / "toys" / "predict.py"
    (tmp_path / "note.jpg").write_text("no photo", encoding="utf-8")
    (tmp_path / "half.jpg").write_bytes(golden_photos["phone"].read_bytes()[:9000])

    def complaint(*arguments) -> str:
        finished = run(bare_python, program, *map(str, arguments))
        assert finished.returncode
        assert "Traceback" not in finished.stderr
        return finished.stderr

    assert "is not there" in complaint(tmp_path / "nothing.jpg")
    assert "is not a photo" in complaint(tmp_path / "note.jpg")
    assert "is damaged" in complaint(tmp_path / "half.jpg")
    assert "name a photo" in complaint()
    (tmp_path / "toys" / "model.onnx").write_bytes(b"nonsense")
    assert "cannot be read" in complaint(golden_photos["phone"])
    (tmp_path / "toys" / "model.onnx").unlink()
    assert "Keep this program and its model together" in complaint("--check")
    alone = subprocess.run(
        [bare_python, "-I", "-S", program, "--check"], capture_output=True, text=True
    )
    assert alone.stderr.strip() == "numpy is not installed. Type: pip install -r requirements.txt"


def everything_in(path: Path) -> bytes:
    """Return the names and contents of all files, those inside archives, too."""
    contents = b""
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    for file in files:
        contents += file.name.encode() + file.read_bytes()
        if zipfile.is_zipfile(file):
            with zipfile.ZipFile(file) as archive:
                contents += b"".join(
                    name.encode() + archive.read(name) for name in archive.namelist()
                )
    return contents


def test_nothing_personal_goes_along(photos, at_home, tmp_path):
    classifier = untrained_classifier(
        settings={"notes": f"photos from {at_home}/pictures"},
        data={"source": f"{USER}s photos", "counts": {"train": {"apple": 3}}},
        limits=[f"Only tried on C:\\Users\\{USER}\\photos, says {USER}."],
        test_openings=[{"reason": f"{USER} was curious"}],
        name=f"{USER}-toys",
    )
    made = [
        share_project(classifier, tmp_path / "out" / "toys", photos=photos),
        share_space(classifier, tmp_path / "out" / "space", photos=photos),
        share_exports(classifier, tmp_path / "out" / "exports"),
    ]
    contents = everything_in(tmp_path / "out").lower()
    places = (
        str(tmp_path),
        str(Path(workbook.__file__).parents[1]),
        "spycam",
        "holiday",
        "curious",
    )
    for secret in (USER, *places):
        assert secret.lower().encode() not in contents, secret
    for sample in (tmp_path / "out").rglob("*.jpg"):
        with Image.open(sample) as photo:
            assert not photo.getexif()
            assert set(photo.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
            assert photo.size == (90, 120), "the photo was not turned upright before"
    report = str(made[0])
    for words in ("location in 2 of 2", "camera and time in 2 of 2", "file names", "notes on the"):
        assert words in report
    assert "your user name in the name" in report
    assert "a path of this computer in the limits" in report


def test_a_name_that_was_written_to_be_read_stays_and_is_pointed_out(at_home):
    public = about(untrained_classifier(licence=f"Photos by {USER}, CC BY 4.0"))
    assert USER in public.as_markdown()
    assert any(USER in hint for hint in public.hints)


def test_a_licence_that_nobody_wrote_down_is_the_owners_business():
    public = about(untrained_classifier(licence=LICENCE_UNKNOWN))
    assert "Nobody has written down whose photos" in public.as_markdown()
    assert "Before sharing" not in public.as_markdown()
    assert [hint for hint in public.hints if "under which licence. Write it down" in hint]
    assert not about(untrained_classifier(licence="CC BY 4.0")).hints


def test_the_readme_asks_for_a_python_that_its_requirements_exist_for(classifier, tmp_path):
    readme = (share_project(classifier, tmp_path / "toys").path / "README.md").read_text("utf-8")
    assert "3.10 or newer" in readme  # onnxruntime 1.20 was never made for an older one
    ast.parse((LIGHT / "predict.py").read_text("utf-8"), feature_version=(3, 10))


def test_addresses_of_pages_and_plain_words_stay(at_home):
    licence = "CC BY 4.0, see https://example.org/licences/by/4.0 and/or ask"
    assert licence in about(untrained_classifier(licence=licence)).as_html()


def test_hostile_names_stay_text(tmp_path):
    names = (HOSTILE, "**bold** [link](javascript:alert(1))", "../../escape")
    classifier = untrained_classifier(
        class_names=names, name=HOSTILE, licence=HOSTILE, limits=[HOSTILE + "\n# heading"]
    )
    space = share_space(classifier, tmp_path / "space").path
    project = share_project(classifier, tmp_path / "project").path
    for readme in (space / "README.md", project / "README.md"):
        text = readme.read_text(encoding="utf-8")
        body = text[text.find("\n# ") :]
        assert "<script" not in body
        assert "<img" not in body
        assert "[link](" not in body
        assert "\n# heading" not in body
    head = yaml.safe_load((space / "README.md").read_text(encoding="utf-8").split("---")[1])
    assert head["title"] == HOSTILE[:60]
    assert not (tmp_path / "escape").exists()


def test_the_space_has_what_spaces_expect(classifier, photos, tmp_path):
    space = share_space(classifier, tmp_path / "space", photos=photos).path
    head = yaml.safe_load((space / "README.md").read_text(encoding="utf-8").split("---")[1])
    assert head["sdk"] == "gradio"
    assert (space / head["app_file"]).is_file()
    requirements = (space / "requirements.txt").read_text(encoding="utf-8").split()
    assert [line.split(">=")[0] for line in requirements] == ["onnxruntime", "numpy", "pillow"]
    assert len(list((space / "samples").iterdir())) == 2


def test_test_photos_stay_sealed(classifier, photos, tmp_path):
    shutil.copytree(photos, tmp_path / "split" / "test")
    with pytest.raises(ValueError, match="stay sealed"):
        share_project(classifier, tmp_path / "toys", photos=tmp_path / "split")
    shutil.copytree(photos, tmp_path / "split" / "val")
    for photo in (tmp_path / "split" / "test").rglob("*.jpg"):
        photo.write_bytes(b"sealed")  # were it opened, this would be noticed
    assert share_project(classifier, tmp_path / "toys", photos=tmp_path / "split").path.is_dir()


def test_nothing_is_overwritten_unless_asked(classifier, tmp_path):
    share_project(classifier, tmp_path / "toys")
    with pytest.raises(FileExistsError, match="will not be overwritten"):
        share_project(classifier, tmp_path / "toys")
    share_project(classifier, tmp_path / "toys", overwrite=True)
    (tmp_path / "diary").mkdir()
    (tmp_path / "diary" / "monday.txt").write_text("dear diary", encoding="utf-8")
    with pytest.raises(FileExistsError, match="was not made by sharing"):
        share_project(classifier, tmp_path / "diary", overwrite=True)
    assert (tmp_path / "diary" / "monday.txt").is_file()


def test_photos_that_cannot_be_used_leave_nothing_behind(classifier, tmp_path):
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "a.jpg").write_bytes(b"nonsense")
    before = sorted(tmp_path.iterdir())
    with pytest.raises(ValueError, match="no readable photo"):
        share_project(classifier, tmp_path / "toys", photos=tmp_path / "broken")
    with pytest.raises(FileNotFoundError):
        share_project(classifier, tmp_path / "toys", photos=tmp_path / "nowhere")
    assert sorted(tmp_path.iterdir()) == before
