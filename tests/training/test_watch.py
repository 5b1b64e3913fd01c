from functools import partial

import pytest
import torch
from torch import nn
from torch.nn.functional import cross_entropy

from workbook import create_model, watch

CLIP_SETTING = {
    nn.utils.clip_grad_norm_: "max_norm",
    nn.utils.clip_grad_value_: "clip_value",
}


def model_and_optimizer(name="small_cnn", learning_rate=0.01, **arguments):
    arguments = {"channels": (4, 8)} | arguments if name == "small_cnn" else arguments
    model = create_model(name, classes=3, size=16, **arguments)
    return model, torch.optim.SGD(model.parameters(), lr=learning_rate)


def loop(
    model,
    optimizer,
    train,
    validation=None,
    *,
    epochs=2,
    loss_function=cross_entropy,
    clip=lambda weights: None,
):
    """Train as chapter 3 does; return the losses as the loop itself sees them."""
    losses = []
    for epoch in range(epochs):
        model.train()
        for images, labels in train.batches(32, shuffle=True, epoch=epoch):
            optimizer.zero_grad()
            loss = loss_function(model(images), labels)
            loss.backward()
            clip(model.parameters())
            optimizer.step()
            losses.append(loss.item())
        if validation is not None:
            model.eval()
            with torch.no_grad():
                for images, labels in validation.batches(10):
                    loss_function(model(images), labels)
    return losses


@pytest.mark.parametrize("loss_function", [cross_entropy, nn.CrossEntropyLoss()])
def test_it_sees_what_the_loop_sees(train, validation, loss_function):
    model, optimizer = model_and_optimizer()
    with watch(model, optimizer) as evidence:
        losses = loop(model, optimizer, train, validation, loss_function=loss_function)
    assert evidence.losses == pytest.approx(losses)
    assert evidence.steps == evidence.backwards == len(losses) == 4
    assert evidence.batch_sizes == [32, 28, 32, 28]
    assert evidence.label_counts.tolist() == [40, 40, 40]
    assert evidence.predictions.sum(dim=1).tolist() == evidence.batch_sizes
    assert evidence.outputs == 3
    assert evidence.largest_label == 2
    assert evidence.learning_rates == [0.01] * 4
    assert [count for *_, count in evidence.validation] == [10, 10, 7] * 2
    assert evidence.validation_predictions.sum() == 27
    assert evidence.judged_in_training_mode == 0
    assert evidence.judged_in_evaluation_mode == 6
    assert not any(evidence.probability_scores)
    assert max(evidence.leftovers) < 1e-6
    assert evidence.thumbnails.shape == (60, 3, 8, 8), "the second epoch shows the same photos"


def test_watching_changes_nothing(train, validation):
    watched, optimizer = model_and_optimizer(dropout=0.5)
    torch.manual_seed(0)
    with watch(watched, optimizer):
        losses = loop(watched, optimizer, train, validation)
    alone, optimizer = model_and_optimizer(dropout=0.5)
    torch.manual_seed(0)
    assert loop(alone, optimizer, train, validation) == losses
    for mine, yours in zip(watched.parameters(), alone.parameters(), strict=True):
        assert torch.equal(mine, yours)
    assert not watched._forward_hooks
    assert not optimizer._optimizer_step_pre_hooks
    assert not any(weights._backward_hooks for weights in watched.parameters())


def test_judging_without_no_grad_is_told_from_training(train):
    model, optimizer = model_and_optimizer()
    with watch(model, optimizer) as evidence:
        loop(model, optimizer, train, epochs=1)
        for images, labels in train.batches(30):
            cross_entropy(model(images), labels)
    assert len(evidence.losses) == 2
    assert len(evidence.validation) == 2
    assert evidence.judged_in_training_mode == 2


def test_clipped_gradients_are_no_leftovers(train):
    for clip in (nn.utils.clip_grad_norm_, nn.utils.clip_grad_value_):
        model, optimizer = model_and_optimizer()
        with watch(model, optimizer) as evidence:
            loop(model, optimizer, train, clip=partial(clip, **{CLIP_SETTING[clip]: 1e-3}))
        assert max(evidence.leftovers) < 1e-5


def test_gradients_gathered_over_two_batches_are_no_leftovers(train):
    model, optimizer = model_and_optimizer()
    with watch(model, optimizer) as evidence:
        for number, (images, labels) in enumerate(train.batches(10)):
            cross_entropy(model(images), labels).backward()
            if number % 2:
                optimizer.step()
                optimizer.zero_grad()
    assert evidence.backwards == 2 * evidence.steps == 6
    assert max(evidence.leftovers) < 1e-5


def test_layers_tell_what_moved_and_what_never_learned(train):
    model, _ = model_and_optimizer("batchnorm_cnn")
    optimizer = torch.optim.SGD(model.head.parameters(), lr=0.1)
    with watch(model, optimizer) as evidence:
        loop(model, optimizer, train, epochs=1)
    layers = {layer.name: layer for layer in evidence.layers}
    first, last = layers["features.0.0.weight"], layers["head.3.weight"]
    assert (first.moved, first.in_optimizer, first.looks_random) == (0, False, True)
    assert last.moved > 0
    assert last.in_optimizer


def test_learned_weights_do_not_look_random():
    model = create_model("transfer", classes=3)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with watch(model, optimizer) as evidence:
        pass
    backbone = [layer for layer in evidence.layers if layer.name.startswith("backbone")]
    assert not any(layer.looks_random for layer in backbone)


def test_evidence_survives_an_error_in_the_loop(train):
    model = create_model("mlp", classes=2, size=16)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    with pytest.raises(IndexError), watch(model, optimizer) as evidence:
        loop(model, optimizer, train)
    assert evidence.outputs == 2
    assert evidence.largest_label == 2
