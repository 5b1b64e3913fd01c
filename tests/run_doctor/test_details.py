"""What the doctor does with thin or unusual evidence."""

import pytest
import torch
from torch.nn.functional import cross_entropy

from workbook import create_model, examine_run, fit, watch
from workbook.run_doctor import Diagnosis, Finding
from workbook.run_doctor.labels import label_signal
from workbook.training import Evidence


def watched_loop(model, optimizer, photos, *, epochs=1, before_step=lambda: None, mode="train"):
    with watch(model, optimizer) as evidence:
        for epoch in range(epochs):
            model.train(mode == "train")
            for images, labels in photos.batches(32, shuffle=True, epoch=epoch):
                optimizer.zero_grad()
                cross_entropy(model(images), labels).backward()
                before_step()
                optimizer.step()
    return evidence


def a_model(name="mlp", classes=4, **arguments):
    model = create_model(name, classes=classes, size=32, **arguments)
    return model, torch.optim.Adam(model.parameters(), lr=1e-3)


def test_gradients_erased_before_the_step(studio_splits):
    model, optimizer = a_model()
    evidence = watched_loop(model, optimizer, studio_splits.train, before_step=optimizer.zero_grad)
    diagnosis = examine_run(evidence)
    assert diagnosis.top == "frozen_weights"
    assert "erased between loss.backward() and optimizer.step()" in str(diagnosis)


def test_optimizer_of_another_model(studio_splits):
    model, _ = a_model()
    _, optimizer = a_model()
    diagnosis = examine_run(watched_loop(model, optimizer, studio_splits.train))
    assert diagnosis.top == "frozen_weights"
    assert "another model" in str(diagnosis)


def test_training_in_evaluation_mode(studio_splits):
    model, optimizer = a_model("batchnorm_cnn")
    evidence = watched_loop(model, optimizer, studio_splits.train, mode="eval")
    assert examine_run(evidence).top == "train_mode_forgotten"


def test_mode_does_not_matter_to_a_model_without_mode_layers(studio_splits):
    model, optimizer = a_model("small_cnn")
    evidence = watched_loop(model, optimizer, studio_splits.train, mode="eval", epochs=4)
    assert examine_run(evidence).top is None


def test_a_borrowed_backbone_is_no_mistake(studio_splits):
    model = create_model("transfer", classes=4, size=32)
    history = fit(
        model,
        studio_splits.train,
        studio_splits.validation,
        epochs=6,
        learning_rate=5e-3,
        progress=False,
    )
    assert "frozen_weights" not in [finding.name for finding in examine_run(history).findings]


def test_spare_outputs_are_noticed_with_and_without_the_photo_set(studio_splits):
    model, optimizer = a_model(classes=7)
    evidence = watched_loop(model, optimizer, studio_splits.train)
    for diagnosis in (examine_run(evidence), examine_run(evidence, train=studio_splits.train)):
        assert diagnosis.top == "wrong_class_count"
        assert "gives 7 scores for each photo, but the labels have 4 classes" in str(diagnosis)


def test_few_labels_do_not_prove_spare_outputs(studio_splits):
    model, optimizer = a_model(classes=7)
    evidence = watched_loop(model, optimizer, studio_splits.train.take(2))
    assert "wrong_class_count" not in [finding.name for finding in examine_run(evidence).findings]


def test_model_and_validation_stand_in_for_a_loop_that_judged_nothing(studio_splits):
    model, optimizer = a_model("small_cnn")
    few = studio_splits.train.take(8)
    evidence = watched_loop(model, optimizer, few, epochs=40)
    assert examine_run(evidence).top is None
    diagnosis = examine_run(evidence, model, few, studio_splits.validation)
    assert diagnosis.top == "overfitting"


def test_label_signal_tells_real_from_shuffled_labels(studio_splits):
    real = label_signal(Evidence(), studio_splits.train)
    shuffled = studio_splits.train.subset(range(len(studio_splits.train)))
    shuffled.labels = shuffled.labels[torch.randperm(len(shuffled), generator=torch.Generator())]
    assert real.deviations > 6
    assert abs(label_signal(Evidence(), shuffled).deviations) < 3
    assert label_signal(Evidence(), studio_splits.train.take(5)) is None, "too few to tell"


def test_a_diverged_history_is_read_as_well(studio_splits):
    model, _ = a_model()
    history = fit(
        model,
        studio_splits.train,
        studio_splits.validation,
        learning_rate=1e3,
        optimizer="sgd",
        progress=False,
    )
    assert history.stopped == "diverged"
    assert examine_run(history).top == "learning_rate_too_high"


def test_nothing_to_examine_is_said_in_words():
    model, optimizer = a_model()
    with watch(model, optimizer) as evidence:
        pass
    with pytest.raises(ValueError, match="holds no training step"):
        examine_run(evidence)
    with pytest.raises(ValueError, match="cannot read a list"):
        examine_run([0.5, 0.4])


def test_diagnosis_shows_itself():
    finding = Finding("overfitting", 0.8, "1 < 2.", "Stop earlier.")
    assert "Overfitting (80% sure)" in repr(Diagnosis([finding]))
    assert "1 &lt; 2." in Diagnosis([finding])._repr_html_()
    assert "Nothing is wrong" in Diagnosis(healthy="It learned.")._repr_html_()
