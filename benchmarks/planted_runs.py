"""Training runs with one mistake planted in each, and runs without: trials for the run doctor.

Each run is a loop as a learner would write it, watched by ``watch``, or a call of ``fit``. The seed
chooses photos, starting weights and the form of the mistake, so that ten seeds are ten different
runs.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch.nn.functional import cross_entropy

from workbook import Augmentation, EarlyStopping, create_model, fit, watch
from workbook.run_doctor import Diagnosis, examine_run


@dataclass
class Trial:
    """The photos of a trial, and the seed that chooses everything else."""

    train: object
    validation: object
    seed: int
    photos_per_class: int = 60

    def pick(self, options):
        return options[self.seed % len(options)]

    def model(self, *names, **arguments):
        """One of the named architectures, whose turn depends on the seed."""
        return create_model(
            self.pick(names or ("small_cnn", "mlp", "batchnorm_cnn")),
            classes=len(self.train.class_names),
            size=self.train.preprocess.size,
            seed=self.seed,
            **arguments,
        )

    def photos(self, per_class: int | None = None):
        return self.train.take(per_class or self.photos_per_class, seed=self.seed)


def adam(model, learning_rate: float = 1e-3, **settings):
    return torch.optim.AdamW(model.parameters(), lr=learning_rate, **settings)


def sgd(model, learning_rate: float = 1e-2):
    return torch.optim.SGD(model.parameters(), lr=learning_rate, momentum=0.9)


def hand_written_loop(
    trial: Trial,
    model,
    optimizer,
    *,
    photos=None,
    epochs: int = 8,
    zero_gradients: bool = True,
    softmax: bool = False,
    eval_mode: bool = True,
    change_input: Callable | None = None,
) -> Diagnosis:
    photos = photos or trial.photos()
    change_input = change_input or (lambda images: images)
    with watch(model, optimizer) as evidence:
        try:
            for epoch in range(epochs):
                model.train()
                for images, labels in photos.batches(
                    32, shuffle=True, seed=trial.seed, epoch=epoch
                ):
                    if zero_gradients:
                        optimizer.zero_grad()
                    scores = model(change_input(images))
                    if softmax:
                        scores = scores.softmax(dim=1)
                    loss = cross_entropy(scores, labels)
                    loss.backward()
                    optimizer.step()
                if eval_mode:
                    model.eval()
                with torch.no_grad():
                    for images, labels in trial.validation.batches(256):
                        cross_entropy(model(change_input(images)), labels)
        except IndexError:
            pass  # too few outputs: a label has no score; the doctor reads what there is
    return examine_run(evidence)


def gradients_not_zeroed(trial: Trial) -> Diagnosis:
    model = trial.model()
    return hand_written_loop(
        trial, model, trial.pick((adam, sgd, adam))(model), zero_gradients=False
    )


def softmax_before_loss(trial: Trial) -> Diagnosis:
    model = trial.model()
    return hand_written_loop(trial, model, adam(model), softmax=True)


def unnormalised_input(trial: Trial) -> Diagnosis:
    model, preprocess = trial.model(), trial.train.preprocess
    mean, std = torch.tensor(preprocess.mean).mean(), torch.tensor(preprocess.std).mean()
    scale = trial.pick((255.0, 255.0, 255.0, 1 / 255))
    return hand_written_loop(
        trial, model, adam(model), change_input=lambda images: (images * std + mean) * scale
    )


def shuffled_labels(trial: Trial) -> Diagnosis:
    photos = trial.photos()
    generator = torch.Generator().manual_seed(trial.seed)
    photos.labels = photos.labels[torch.randperm(len(photos), generator=generator)]
    model = trial.model()
    return hand_written_loop(trial, model, adam(model), photos=photos)


def learning_rate_too_high(trial: Trial) -> Diagnosis:
    model = trial.model()
    kind, rate = trial.pick(((adam, 0.1), (adam, 1.0), (sgd, 3.0), (adam, 0.3), (sgd, 10.0)))
    return hand_written_loop(trial, model, kind(model, rate))


def learning_rate_too_low(trial: Trial) -> Diagnosis:
    model = trial.model()
    kind, rate = trial.pick(((adam, 1e-6), (adam, 3e-6), (sgd, 1e-5), (sgd, 3e-5)))
    return hand_written_loop(trial, model, kind(model, rate))


def frozen_weights(trial: Trial) -> Diagnosis:
    model = trial.model()
    form = trial.pick(("all but the last", "first layer", "another model", "erased"))
    optimizer = adam(model)
    if form == "all but the last":
        optimizer = torch.optim.Adam(list(model.parameters())[-2:], lr=1e-3)
    elif form == "first layer":
        next(model.parameters()).requires_grad_(False)
    elif form == "another model":
        optimizer = adam(trial.model())
    else:
        # zero_grad stands after backward: just before the step there is nothing left.
        optimizer.register_step_pre_hook(lambda optimizer, *_: optimizer.zero_grad())
    return hand_written_loop(trial, model, optimizer, epochs=4)


def eval_mode_forgotten(trial: Trial) -> Diagnosis:
    name, settings = trial.pick((("batchnorm_cnn", {}), ("small_cnn", {"dropout": 0.3})))
    model = trial.model(name, **settings)
    return hand_written_loop(trial, model, adam(model), eval_mode=False)


def wrong_class_count(trial: Trial) -> Diagnosis:
    right = len(trial.train.class_names)
    model = create_model(
        trial.pick(("small_cnn", "mlp", "softmax")),
        classes=right + trial.pick((1, 2, -1, 5)),
        size=trial.train.preprocess.size,
        seed=trial.seed,
    )
    return hand_written_loop(trial, model, adam(model))


def overfitting(trial: Trial) -> Diagnosis:
    model = trial.model("small_cnn", "mlp")
    return hand_written_loop(trial, model, adam(model), photos=trial.photos(12), epochs=40)


def underfitting(trial: Trial) -> Diagnosis:
    form = trial.pick(("one channel", "weight decay", "dropout"))
    if form == "one channel":
        model = trial.model("small_cnn", channels=(1, 1))
    elif form == "weight decay":
        model = trial.model("mlp")
    else:
        model = trial.model("mlp", dropout=0.98)
    decay = 300.0 if form == "weight decay" else 0.0
    return hand_written_loop(trial, model, adam(model, weight_decay=decay))


def collapsed_to_one_class(trial: Trial) -> Diagnosis:
    photos = trial.photos()
    favourite = trial.seed % len(photos.class_names)
    rare = trial.photos(2)
    frequent = (photos.labels == favourite).nonzero().flatten()
    # Two photos of each class, and sixty of the favourite.
    chosen = [photos.files.index(file) for file in rare.files] + frequent.tolist()
    model = trial.model("small_cnn", "batchnorm_cnn")
    return hand_written_loop(trial, model, adam(model), photos=photos.subset(chosen), epochs=6)


FAULTS = {
    function.__name__: function
    for function in (
        gradients_not_zeroed,
        softmax_before_loss,
        unnormalised_input,
        shuffled_labels,
        learning_rate_too_high,
        learning_rate_too_low,
        frozen_weights,
        eval_mode_forgotten,
        wrong_class_count,
        overfitting,
        underfitting,
        collapsed_to_one_class,
    )
}


def healthy(trial: Trial) -> Diagnosis:
    form = trial.pick(("loop", "augmented", "one cycle", "mlp", "batch norm", "softmax"))
    if form == "loop":
        model = trial.model("small_cnn")
        return hand_written_loop(trial, model, adam(model), epochs=6)
    if form == "batch norm":
        model = trial.model("batchnorm_cnn")
        return hand_written_loop(trial, model, adam(model), epochs=10)
    names = {"augmented": "small_cnn", "one cycle": "batchnorm_cnn"}
    model = trial.model(names.get(form, form))
    settings = {"epochs": 12, "seed": trial.seed, "progress": False}
    if form == "augmented":
        settings |= {
            "augment": Augmentation.mild(),
            "early_stopping": EarlyStopping(),
            "epochs": 20,
        }
    elif form == "one cycle":
        settings |= {"augment": Augmentation.mild(), "schedule": "onecycle", "epochs": 20}
        settings |= {"learning_rate": 3e-3}
    else:
        settings |= {"learning_rate": 3e-4, "early_stopping": EarlyStopping()}
    photos = trial.photos()
    return examine_run(fit(model, photos, trial.validation, **settings))
