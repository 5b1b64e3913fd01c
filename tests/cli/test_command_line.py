"""The command line: what it offers, what it does, and how it ends when something goes wrong."""

import errno
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import click
import pandas as pd
import pytest
from tiny_classifier import coloured_photo

import workbook
from workbook.cli import command
from workbook.course import ChapterResult, CourseResult
from workbook.experiments import ExperimentLog
from workbook.models import ARCHITECTURES
from workbook.prediction import read_csv
from workbook.saving import Classifier
from workbook.workspace import models_folder, results_folder

QUICK = ("--size", 16, "--model", "softmax", "--epochs", 2, "--no-augment")


def all_commands(group=command, prefix=()):
    for name, inner in group.commands.items():
        yield (*prefix, name)
        if isinstance(inner, click.Group):
            yield from all_commands(inner, (*prefix, name))


class TestHelp:
    def test_reads_like_a_table_of_contents(self, run):
        text = run("--help").output
        places = [
            text.index(f"  {' '.join(names)} ") for names in all_commands() if names != ("photos",)
        ]
        assert all(places)
        headings = ["The course:", "Photos:", "Training and measuring:", "Using a classifier:"]
        assert [text.index(heading) for heading in headings] == sorted(
            text.index(heading) for heading in headings
        )
        sections = text[text.index("The course:") :]
        assert "..." not in sections  # each line says what it has to say

    @pytest.mark.parametrize("names", list(all_commands()), ids=" ".join)
    def test_each_command_has_an_example_that_names_it(self, run, names):
        text = run(*names, "--help").output
        assert f"  workbook {' '.join(names)}" in text.split("Example")[1]

    def test_the_models_are_named(self, run):
        text = run("train", "--help").output
        assert all(name in text for name in ARCHITECTURES)

    def test_it_starts_without_torch(self):
        program = (
            "import sys\nfrom workbook.cli import command\n"
            "try:\n    command(['--help'])\nexcept SystemExit as end:\n    assert end.code == 0\n"
            "heavy = {'torch', 'numpy', 'pandas', 'PIL', 'matplotlib'} & set(sys.modules)\n"
            "sys.exit(f'imported {heavy}' if heavy else 0)\n"
        )
        subprocess.run([sys.executable, "-c", program], check=True, stdout=subprocess.DEVNULL)

    def test_it_is_also_a_module(self):
        answer = subprocess.run(
            [sys.executable, "-m", "workbook", "--version"], capture_output=True, text=True
        )
        assert answer.stdout == f"workbook, version {workbook.__version__}\n"

    @pytest.mark.parametrize(
        "arguments",
        [
            ("cook",),
            ("train",),
            ("predict", "model.safetensors"),
            ("train", "photos", "--epochs", "many"),
            ("train", "photos", "--epochs", "0"),
            ("train", "photos", "--learning-rate", "0"),
            ("train", "photos", "--resize", "squash"),
            ("run", "--chapters", "one"),
            ("evaluate", "m.safetensors", "photos", "--test"),
            ("evaluate", "m.safetensors", "photos", "--test", "--reason", "x", "--all"),
            ("predict", "m.safetensors", "a.jpg", "--csv", "a.csv"),
        ],
        ids=" ".join,
    )
    def test_wrong_usage_ends_with_2(self, run, arguments):
        assert "Usage: " in run(*arguments, expect=2).stderr


class TestTrain:
    def test_from_photos_to_a_file_that_predicts(self, run, photos):
        text = run("train", photos, *QUICK, "--notes", "a first try").output
        path = models_folder() / "mes photos été-softmax.safetensors"
        assert str(path) in text
        assert "Validation photos: " in text
        assert "95 % interval" in text
        classifier = Classifier.load(path)
        assert classifier.class_names == ("blue", "green", "red")
        assert "accuracy" in classifier.card["metrics"]["validation"]
        runs = ExperimentLog().runs()
        assert list(runs["name"]) == ["mes photos été-softmax"]
        assert list(runs["notes"]) == ["a first try"]
        assert len(ExperimentLog().test_openings()) == 0

    def test_the_split_stays_whatever_the_seed(self, run, photos, tmp_path):
        for seed in (0, 1):
            run("train", photos, *QUICK, "--seed", seed, "--out", tmp_path / f"{seed}.safetensors")
        first, second = (Classifier.load(tmp_path / f"{seed}.safetensors") for seed in (0, 1))
        assert first.card["data"]["fingerprint"] == second.card["data"]["fingerprint"]
        assert not first.model[1].weight.equal(second.model[1].weight)

    def test_transfer_uses_the_preprocessing_of_its_backbone(self, run, photos, tmp_path):
        from workbook.models import backbone_preprocess

        out = tmp_path / "t.safetensors"
        run("train", photos, "--size", 32, "--model", "transfer", "--epochs", 1, "--out", out)
        assert Classifier.load(out).preprocess == backbone_preprocess(32)

    def test_an_existing_file_is_kept_before_any_training(self, run, photos, model, monkeypatch):
        before = model.read_bytes()
        monkeypatch.setattr("workbook.training.fit", None)
        error = run("train", photos, *QUICK, "--out", model, expect=1).stderr
        assert "will not be overwritten" in error
        assert model.read_bytes() == before

    def test_overwriting_when_asked(self, run, photos, model):
        run("train", photos, *QUICK, "--out", model, "--overwrite")
        assert Classifier.load(model).card["architecture"]["name"] == "softmax"

    @pytest.mark.parametrize(
        ("arguments", "expected"),
        [
            (("nowhere",), "There is no folder"),
            (("FOLDER", "--model", "vgg19"), 'no architecture called "vgg19"'),
            (("FOLDER", "--size", "4"), "16"),
            (("FOLDER", "--out", "a.pt"), "should end in .safetensors"),
            (("FOLDER", "--out", "."), "is a folder"),
        ],
    )
    def test_bad_arguments_are_told(self, run, photos, arguments, expected):
        arguments = [photos if argument == "FOLDER" else argument for argument in arguments]
        error = run("train", *arguments, expect=1).stderr
        assert expected in error
        assert error.startswith("Error: ")

    def test_empty_and_flat_folders_are_told(self, run, tmp_path):
        (tmp_path / "empty").mkdir()
        assert "is empty" in run("train", tmp_path / "empty", expect=1).stderr
        (tmp_path / "flat").mkdir()
        coloured_photo("red", 1).save(tmp_path / "flat" / "one.jpg")
        assert "folder for each class" in run("train", tmp_path / "flat", expect=1).stderr

    def test_a_diverged_run_is_not_saved(self, run, photos):
        arguments = ("--size", 16, "--model", "mlp", "--epochs", 3, "--learning-rate", 1e30)
        error = run("train", photos, *arguments, expect=1).stderr
        assert "learning rate" in error
        assert list(models_folder().iterdir()) == []

    def test_ctrl_c_keeps_what_was_trained(self, run, photos, monkeypatch):
        # The package's function of the same name hides the module from "import ... as".
        module = import_module("workbook.training.fit")
        measure, epochs = module.measure, []

        def interrupt_in_the_second_epoch(*arguments, **settings):
            epochs.append(1)
            if len(epochs) == 2:
                raise KeyboardInterrupt
            return measure(*arguments, **settings)

        monkeypatch.setattr(module, "measure", interrupt_in_the_second_epoch)
        text = run("train", photos, *QUICK, "--name", "stopped", expect=130).output
        assert "The classifier is in" in text
        Classifier.load(models_folder() / "stopped.safetensors")


class TestEvaluate:
    def test_validation_photos_of_the_same_split(self, run, model, splits, classifier):
        result = run("evaluate", model, splits.folder)
        measures = classifier.card["metrics"]["validation"]
        assert f"{measures['correct']} of {measures['count']} photos right" in result.stdout
        assert "precision" in result.stdout
        assert "Note" not in result.stderr
        assert splits.test_openings == []

    def test_opening_the_test_photos_is_recorded(self, run, photos, tmp_path):
        out = tmp_path / "m.safetensors"
        run("train", photos, *QUICK, "--out", out)
        run("evaluate", out, photos, "--test", "--reason", "final judgement")
        card = Classifier.load(out).card
        assert [opening["reason"] for opening in card["test_openings"]] == ["final judgement"]
        assert card["metrics"]["test"]["count"] > 0
        assert list(ExperimentLog().test_openings()["reason"]) == ["final judgement"]

    def test_a_folder_never_seen(self, run, model, photos):
        assert "of 24 photos right" in run("evaluate", model, photos, "--all").output

    def test_another_split_is_noted(self, run, model, photos):
        assert (
            "not the split that the classifier was trained on"
            in run("evaluate", model, photos).stderr
        )

    def test_other_classes_are_refused(self, run, model, photos):
        (photos / "red").rename(photos / "crimson")
        error = run("evaluate", model, photos, expect=1).stderr
        assert "tells blue, green, red apart" in error
        assert "crimson" in error


class TestPredict:
    def test_photos_become_sentences(self, run, model, photos):
        text = run("predict", model, photos / "red" / "red_00.jpg", photos / "blue" / "blue_01.jpg")
        assert "red_00.jpg: most likely red (" in text.output
        assert "blue_01.jpg: most likely blue (" in text.output

    def test_a_broken_photo_is_told_and_the_others_answered(self, run, model, photos, tmp_path):
        (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8\xff no")
        broken, missing = tmp_path / "broken.jpg", tmp_path / "no.jpg"
        result = run("predict", model, broken, missing, photos / "red" / "red_00.jpg", expect=1)
        assert "broken.jpg" in result.stderr
        assert "no.jpg is not there" in result.stderr
        assert "most likely red" in result.stdout

    def test_a_folder_becomes_a_csv_file(self, run, model, photos, tmp_path):
        (photos / "=broken.jpg").write_bytes(b"")
        csv_path = tmp_path / "réponses du jour.csv"
        text = run("predict", model, photos, "--csv", csv_path).output
        table = read_csv(csv_path)
        assert len(table) == 25
        assert list(table["answer"]) == ["", *(file.split("/")[0] for file in table["file"][1:])]
        assert "is empty" in table["problem"][0]
        assert "25 photos: " in text
        assert "1 not readable" in text

    def test_a_folder_without_csv_is_printed(self, run, model, photos):
        text = run("predict", model, photos, "--threshold", "1").output
        assert "red/red_00.jpg: not sure (best guess red, " in text

    def test_an_existing_csv_is_kept_unless_asked(self, run, model, photos, tmp_path):
        csv_path = tmp_path / "a.csv"
        csv_path.write_text("mine", encoding="utf-8")
        assert (
            "will not be overwritten"
            in run("predict", model, photos, "--csv", csv_path, expect=1).stderr
        )
        assert csv_path.read_text(encoding="utf-8") == "mine"
        run("predict", model, photos, "--csv", csv_path, "--overwrite")
        assert len(read_csv(csv_path)) == 24

    @pytest.mark.parametrize(
        ("csv_path", "expected"),
        [("nowhere/a.csv", "There is no folder"), (".", "is a folder")],
    )
    def test_csv_places_that_cannot_be(self, run, model, photos, tmp_path, csv_path, expected):
        error = run("predict", model, photos, "--csv", tmp_path / csv_path, expect=1).stderr
        assert expected in error

    def test_a_full_disk_is_told(self, run, model, photos, tmp_path, monkeypatch):
        def fill_the_disk(self, target, **settings):
            Path(target).write_text("half a", encoding="utf-8")
            raise OSError(errno.ENOSPC, "No space left on device", str(target))

        monkeypatch.setattr(pd.DataFrame, "to_csv", fill_the_disk)
        error = run("predict", model, photos, "--csv", tmp_path / "a.csv", expect=1).stderr
        assert "Error: The disk is full" in error
        assert not list(tmp_path.glob("*a*.csv"))

    @pytest.mark.parametrize(
        ("contents", "expected"),
        [
            (None, "there is no such file"),
            (b"", "is not a safetensors file"),
            (b"PK\x03\x04rest", "never opens them"),
            (b"half", "is cut off"),
        ],
    )
    def test_files_that_are_no_classifier(self, run, model, photos, contents, expected):
        if contents == b"half":
            contents = model.read_bytes()[:-100]
        model.unlink()
        if contents is not None:
            model.write_bytes(contents)
        error = run("predict", model, photos, expect=1).stderr
        assert expected in error
        assert len(error.strip().splitlines()) == 1

    @pytest.mark.parametrize("option", [("--threshold", "2"), ("--top", "0"), ("--top", "9")])
    def test_options_out_of_range(self, run, model, photos, option):
        assert "give a number from" in run("predict", model, photos, *option, expect=1).stderr

    def test_names_cannot_steer_the_terminal(self, run, model, photos):
        name = "a\x1b[31mred.jpg"
        try:
            coloured_photo("red", 1).save(photos / name)
        except (OSError, ValueError):
            pytest.skip("this system does not allow such a name")
        assert "\x1b" not in run("predict", model, photos).output
        assert "\x1b" not in run("predict", model, photos / name).output


class TestPhotos:
    def test_render(self, run, tmp_path):
        text = run(
            "photos", "render", tmp_path / "made", "--per-class", 1, "--size", 16, "--seed", 3
        ).output
        assert str(tmp_path / "made") in text
        assert len(list((tmp_path / "made").rglob("*.jpg"))) == 8

    def test_examine_repair_and_undo(self, run, photos, tmp_path):
        broken = photos / "red" / "cut.jpg"
        broken.write_bytes((photos / "red" / "red_00.jpg").read_bytes()[:400])
        csv_path = tmp_path / "findings.csv"
        text = run("photos", "examine", photos, "--quick", "--csv", csv_path).output
        assert "red/cut.jpg" in text
        assert "red/cut.jpg" in set(read_csv(csv_path)["file"])
        assert broken.exists()
        run("photos", "examine", photos, "--quick", "--repair")
        assert not broken.exists()
        assert list((photos / "_quarantine").rglob("cut.jpg"))
        run("photos", "undo", photos)
        assert broken.exists()

    def test_examine_a_missing_folder(self, run, tmp_path):
        assert (
            "There is no folder" in run("photos", "examine", tmp_path / "nowhere", expect=1).stderr
        )

    def test_split(self, run, photos, tmp_path):
        out = tmp_path / "split"
        run("photos", "split", photos, out, "--fractions", 0.5, 0.25, 0.25)
        assert {folder.name for folder in out.iterdir() if folder.is_dir()} == {
            "train",
            "val",
            "test",
        }
        assert len(list(photos.rglob("*.jpg"))) == 24

    def test_split_of_a_missing_folder(self, run, tmp_path):
        assert (
            "no folder"
            in run("photos", "split", tmp_path / "nowhere", tmp_path / "out", expect=1).stderr
        )

    def test_download_without_a_network(self, run, monkeypatch):
        def unreachable(*arguments, **settings):
            raise OSError(errno.ENETUNREACH, "Network is unreachable")

        monkeypatch.setattr("workbook.photos.sources.get_photos", unreachable)
        assert "Network is unreachable" in run("photos", "download", "cifar10", expect=1).stderr


class TestProject:
    def test_new_makes_every_place(self, run, tmp_path):
        project = tmp_path / "fruit été"
        run("new", project)
        assert {path.name for path in project.iterdir()} == {
            *("data", "models", "results", "notebooks", "README.md")
        }
        assert "fruit été" in (project / "README.md").read_text(encoding="utf-8")

    def test_new_refuses_what_is_there(self, run, tmp_path):
        (tmp_path / "fruit").mkdir()
        assert "already there" in run("new", tmp_path / "fruit", expect=1).stderr
        assert list((tmp_path / "fruit").iterdir()) == []

    def test_info(self, run):
        text = run("info").output
        for word in ("workbook", "torch", "device", "workspace"):
            assert f"\n{word}" in f"\n{text}"

    def test_the_workspace_can_be_chosen(self, run, tmp_path, monkeypatch):
        monkeypatch.setenv("WORKBOOK_HOME", "unused")  # put back after the test
        assert str(tmp_path / "here") in run("--workspace", tmp_path / "here", "info").output

    @pytest.mark.parametrize(("error", "code"), [("", 0), ("ValueError: no", 1)])
    def test_run_ends_as_the_course_did(self, run, tmp_path, monkeypatch, error, code):
        asked = {}

        def run_course(**options):
            asked.update(options)
            chapter = ChapterResult("01_teaching", 2.0, "accuracy 0.9", error)
            return CourseResult([chapter], tmp_path, None)

        monkeypatch.setattr("workbook.course.run_course", run_course)
        text = run("run", "--photos", "mine", "--chapters", "1, 3", expect=code).output
        assert asked == {"photos": "mine", "chapters": [1, 3], "out": None}
        assert "01_teaching" in text


class TestFailures:
    """``info`` stands for any command."""

    def fail_with(self, error, monkeypatch):
        def fail(*arguments):
            raise error

        monkeypatch.setattr("workbook.device.pick_device", fail)

    def test_the_unexpected_is_told_in_a_sentence_and_kept_in_a_file(self, run, monkeypatch):
        self.fail_with(TypeError("unsupported operand"), monkeypatch)
        error = run("info", expect=1).stderr
        details = results_folder() / "unexpected_errors.txt"
        assert "did not foresee (TypeError: unsupported operand)" in error
        assert str(details) in error
        assert len(error.strip().splitlines()) == 1
        assert "Traceback (most recent call last)" in details.read_text(encoding="utf-8")

    def test_an_error_of_a_library_is_unexpected(self, run, monkeypatch):
        def fail(*arguments):
            pd.DataFrame({"a": [1, 2]}).loc[[5]]

        monkeypatch.setattr("workbook.device.pick_device", fail)
        assert "did not foresee (KeyError" in run("info", expect=1).stderr

    def test_ctrl_c_ends_with_130(self, run, monkeypatch):
        self.fail_with(KeyboardInterrupt(), monkeypatch)
        assert "Stopped, as you asked" in run("info", expect=130).stderr

    @pytest.mark.parametrize(
        ("error", "expected"),
        [
            (OSError(errno.ENOSPC, "No space left on device", "a.bin"), "The disk is full (a.bin)"),
            (PermissionError(errno.EACCES, "Permission denied", "a"), "may not be read or written"),
            (OSError(errno.ENAMETOOLONG, "File name too long", "aaa"), "File name too long (aaa)"),
            (MemoryError(), "memory of this computer was not enough"),
            (RuntimeError("CUDA out of memory. Tried"), "memory of this computer was not enough"),
        ],
    )
    def test_troubles_of_the_computer(self, run, monkeypatch, error, expected):
        self.fail_with(error, monkeypatch)
        assert expected in run("info", expect=1).stderr

    def test_a_device_that_is_not_there(self, run, monkeypatch):
        monkeypatch.setenv("WORKBOOK_DEVICE", "cuda")
        import torch

        if torch.cuda.is_available():
            pytest.skip("this computer has one")
        assert "does not have it" in run("info", expect=1).stderr

    def test_a_file_where_the_workspace_should_be(self, run, tmp_path, monkeypatch):
        (tmp_path / "file").write_text("x", encoding="utf-8")
        monkeypatch.setenv("WORKBOOK_HOME", str(tmp_path / "file"))
        assert "a file stands in its place" in run("info", expect=1).stderr
