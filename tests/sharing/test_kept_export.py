"""What is shared of one model is exported once, and never taken from another or changed model."""

import pytest
import torch
from untrained_classifier import untrained_classifier

from workbook.sharing import kept_export, share_project, share_space
from workbook.sharing.kept_export import onnx_file_of


@pytest.fixture
def exported(monkeypatch, export_once):
    """The names of the classifiers that were really exported, in order."""
    names, export = [], kept_export.export_onnx

    def noting(classifier, path):
        names.append(classifier.card["name"])
        return export(classifier, path)

    monkeypatch.setattr(kept_export, "export_onnx", noting)
    return names


def kept_files():
    return sorted(kept_export._folder().glob("*.onnx"))


def test_a_project_and_a_space_need_one_export(classifier, exported, tmp_path):
    share_project(classifier, tmp_path / "project")
    share_space(classifier, tmp_path / "space")
    assert len(exported) == 1
    first, second = (tmp_path / name / "model.onnx" for name in ("project", "space"))
    assert first.read_bytes() == second.read_bytes() == kept_files()[0].read_bytes()


def test_other_weights_need_another_export_and_the_older_file_goes(exported):
    mine, changed = untrained_classifier("softmax"), untrained_classifier("softmax")
    before = onnx_file_of(mine)
    with torch.no_grad():
        next(changed.model.parameters()).mul_(1.5)
    assert onnx_file_of(changed) != before
    assert len(exported) == 2
    assert len(kept_files()) == 1


def test_the_same_weights_in_a_changed_network_are_exported_anew(exported):
    mine, changed = untrained_classifier("small_cnn"), untrained_classifier("small_cnn")
    before = onnx_file_of(mine)
    for layer in changed.model.modules():
        for name, part in layer.named_children():
            if isinstance(part, torch.nn.ReLU):
                setattr(
                    layer, name, torch.nn.Identity()
                )  # has no weights: the checksum is the same
    assert onnx_file_of(changed) != before
    assert len(exported) == 2


@pytest.mark.parametrize("damage", [b"", b"not a model", None])
def test_a_file_that_answers_differently_is_made_anew(classifier, exported, damage):
    good = onnx_file_of(classifier)
    [kept] = kept_files()
    kept.write_bytes(onnx_file_of(untrained_classifier("softmax")) if damage is None else damage)
    assert onnx_file_of(classifier) == good
    assert kept_files()[0].read_bytes() == good


def test_a_workspace_that_cannot_be_written_keeps_nothing(classifier, exported, monkeypatch):
    def full(*_):
        raise OSError("the disk is full")

    monkeypatch.setattr(kept_export, "_keep", full)
    assert onnx_file_of(classifier) == onnx_file_of(classifier)
    assert len(exported) == 2
