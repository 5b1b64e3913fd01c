"""Find out before training whether photos, model and settings go together."""

import torch


def check_before_training(model, train, validation, settings: dict, device) -> None:
    """Raise ValueError with a sentence for everything that training would stumble over."""
    _check_settings(settings)
    _check_photos(train, validation)
    if not any(weights.requires_grad for weights in model.parameters()):
        raise ValueError(
            "Every weight of the model is frozen (requires_grad is False), so nothing can be "
            "learned. Set requires_grad_(True) for at least the last layer."
        )
    _check_model(model, train, device)


def _check_settings(settings: dict) -> None:
    for name in ("epochs", "batch_size"):
        if settings[name] < 1:
            raise ValueError(f"{name} must be 1 or more, and is {settings[name]}.")
    if not settings["learning_rate"] > 0:
        raise ValueError(
            f"learning_rate must be above 0, and is {settings['learning_rate']}. "
            "With 0 the weights would never change; 0.001 is a good start."
        )


def _check_photos(train, validation) -> None:
    for name, photos in (("training", train), ("validation", validation)):
        if len(photos) == 0:
            raise ValueError(
                f"The {name} set has no photos. "
                "Look at the folder it was read from, or at how the photos were split."
            )
    if tuple(train.class_names) != tuple(validation.class_names):
        raise ValueError(
            f"The training set has the classes {', '.join(train.class_names)}, but the "
            f"validation set has {', '.join(validation.class_names)}. "
            "Split one folder of photos into both, so that their classes are the same."
        )


@torch.no_grad()
def _check_model(model, train, device) -> None:
    """Show the model two photos and look at the shape of its answer."""
    images, _ = next(iter(train.batches(2, device=device)))
    was_training = model.training
    model.eval()
    try:
        scores = model(images)
    except RuntimeError as error:
        raise ValueError(explain_wrong_size(images, error)) from error
    finally:
        model.train(was_training)
    classes = len(train.class_names)
    if scores.shape != (len(images), classes):
        outputs = scores.shape[-1] if scores.ndim == 2 else f"shape {tuple(scores.shape[1:])}"
        raise ValueError(
            f"The model gives {outputs} scores for each photo, but the photos have {classes} "
            f"classes ({', '.join(train.class_names)}). Create the model with classes={classes}."
        )


def explain_wrong_size(images: torch.Tensor, error: RuntimeError) -> str:
    """Say that the layers of a model do not fit the photos."""
    height, width = images.shape[-2:]
    return (
        f"The model cannot read photos of {width} x {height} pixels. "
        f"Create it with size={width}, or check the shapes of your own layers ({error})."
    )
