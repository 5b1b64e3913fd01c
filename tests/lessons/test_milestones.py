import shutil
import types

import pandas as pd
import pytest
import torch
from torch import nn

from workbook.lessons import evidence
from workbook.lessons.milestones import MILESTONES, all_milestones, check_milestones, open_before
from workbook.lessons.progress import Progress
from workbook.lessons.quiz import Quiz
from workbook.photos.photoset import PhotoSet


def answer_right(chapter: int) -> None:
    quiz = Quiz.load(chapter)
    for question in quiz.questions:
        quiz.answer(question.id, question.right.letter)


def coloured_photos(count: int = 40) -> PhotoSet:
    """Two classes that differ in brightness alone."""
    labels = torch.arange(count) % 2
    images = (labels * 200).byte().view(-1, 1, 1, 1).expand(-1, 3, 8, 8).contiguous()
    return PhotoSet.from_tensors(images, labels, ["dark", "light"])


class Brightness(nn.Module):
    """Right about coloured_photos when ``sign`` is 1, and always wrong when it is -1."""

    def __init__(self, sign: float):
        super().__init__()
        self.sign = sign

    def forward(self, images):
        light = self.sign * (images.mean(dim=(1, 2, 3)) - 0.4)
        return torch.stack([-light, light], dim=1)


def test_there_are_four_milestones_a_chapter_and_each_can_be_proved():
    numbers = [milestone.number for milestone in MILESTONES]
    assert numbers == [f"{chapter}.{n}" for chapter in range(1, 7) for n in range(1, 5)]
    for milestone in MILESTONES:
        assert bool(milestone.questions) != bool(milestone.check)
        for question in milestone.questions:
            assert Quiz.load(int(milestone.number[0])).question(question)


def test_nothing_is_reached_without_evidence():
    for chapter in range(1, 7):
        assert check_milestones(chapter).reached == 0
    assert "○ 1.1" in str(all_milestones())


def test_right_answers_reach_the_milestones_of_understanding():
    answer_right(1)
    board = check_milestones(1)
    assert board.reached == 2
    assert "✔ 1.2" in str(board)


def test_wrong_answers_do_not():
    quiz = Quiz.load(1)
    for question in quiz.questions:
        wrong = next(choice for choice in question.choices if not choice.correct)
        quiz.answer(question.id, wrong.letter)
    assert check_milestones(1).reached == 0


def test_a_model_has_to_beat_guessing():
    photos = coloured_photos()
    assert evidence.model_beats_guessing({"model": Brightness(1), "photos": photos})
    assert evidence.model_beats_guessing({"model": Brightness(-1), "photos": photos}) is None
    assert evidence.cnn_beats_guessing({"model": Brightness(1), "photos": photos}) is None


def test_a_project_needs_its_folders(tmp_path):
    for name in evidence.PROJECT_FOLDERS[:3]:
        (tmp_path / name).mkdir()
    assert evidence.project_is_complete({"project": tmp_path}) is None
    (tmp_path / evidence.PROJECT_FOLDERS[3]).mkdir()
    assert evidence.project_is_complete({"project": tmp_path})


def bundle_of(tmp_path, program: str):
    (tmp_path / "toys").mkdir(exist_ok=True)
    (tmp_path / "toys" / "predict.py").write_text(program, encoding="utf-8")
    return shutil.make_archive(str(tmp_path / "toys"), "zip", tmp_path, "toys")


def test_a_bundle_has_to_pass_its_check_in_a_fresh_python(tmp_path):
    good = "import sys; assert sys.flags.isolated; print('2 of 2 as expected.')"
    proof = evidence.bundle_runs_elsewhere({"bundle": bundle_of(tmp_path, good)})
    assert proof == "toys.zip was unpacked and run in a fresh Python: 2 of 2 as expected"
    for wrong in ("print('1 of 2'); raise SystemExit(1)", "pass", "import nonsense"):
        assert evidence.bundle_runs_elsewhere({"bundle": bundle_of(tmp_path, wrong)}) is None
    (tmp_path / "no.zip").write_text("not a zip", encoding="utf-8")
    assert evidence.bundle_runs_elsewhere({"bundle": tmp_path / "no.zip"}) is None
    assert evidence.bundle_runs_elsewhere({"bundle": tmp_path / "missing.zip"}) is None


def make_splits(tmp_path, groups):
    for name in ("train", "val", "test"):
        (tmp_path / name).mkdir(exist_ok=True)
    table = pd.DataFrame({"group": groups, "split": ["train", "train", "validation", "test"]})
    return {"splits": types.SimpleNamespace(folder=tmp_path, table=table)}


def test_a_split_must_not_share_groups(tmp_path):
    assert evidence.split_is_sound(make_splits(tmp_path, ["a", "a", "b", "c"]))
    assert evidence.split_is_sound(make_splits(tmp_path, ["a", "b", "b", "c"])) is None


def report(*findings):
    table = pd.DataFrame({"finding": list(findings)})
    return types.SimpleNamespace(table=table, folder="photos")


def test_faults_have_to_become_fewer():
    before, after = report("truncated", "imbalance"), report("imbalance")
    assert evidence.faults_were_removed({"before": before, "report": after})
    assert evidence.faults_were_removed({"before": after, "report": before}) is None
    assert evidence.folder_is_clean({"report": after})
    assert evidence.folder_is_clean({"report": before}) is None


def run(train, validation):
    rows = {"train_accuracy": [0.1, train], "validation_accuracy": [0.1, validation]}
    return types.SimpleNamespace(table=pd.DataFrame(rows))


def test_overfitting_has_to_shrink():
    histories = {"plain": run(1.0, 0.6), "augmented": run(0.8, 0.7)}
    assert "40% to 10%" in evidence.overfitting_shrank({"histories": histories})
    backwards = dict(reversed(histories.items()))
    assert evidence.overfitting_shrank({"histories": backwards}) is None
    assert evidence.curves_were_compared({"histories": histories})


def test_a_comparison_takes_several_seeds():
    enough = {"baseline": [0.5, 0.5, 0.4], "better": [0.6, 0.6, 0.7]}
    assert evidence.models_were_compared({"comparison": enough})
    assert evidence.models_were_compared({"comparison": {"a": [0.5], "b": [0.6]}}) is None


def test_progress_survives_restarts_and_is_not_lost_by_an_empty_run():
    photos = coloured_photos()
    check_milestones(1, model=Brightness(1), photos=photos)
    check_milestones(1)
    assert "1.1" in Progress().milestones
    assert all_milestones().reached == 1


def test_a_damaged_file_is_kept_and_does_not_stop_a_lesson(capsys):
    path = Progress().path
    path.write_text("{not json", encoding="utf-8")
    assert all_milestones().reached == 0
    assert "kept as" in capsys.readouterr().out
    assert len(list(path.parent.glob("progress.damaged-*.json"))) == 1


def test_the_next_chapter_says_what_is_open_and_locks_nobody_out():
    assert "You can go on all the same" in open_before(3)
    assert open_before(1) == "All milestones of the chapters before are reached."


def test_an_unknown_chapter_is_refused():
    with pytest.raises(ValueError, match="no chapter 7"):
        check_milestones(7)
