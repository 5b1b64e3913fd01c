"""Find an architecture by name, so that a saved model can be rebuilt from a few words of text."""

import inspect
import json
from collections.abc import Callable

import torch
from torch import nn

ARCHITECTURES: dict[str, Callable[..., nn.Module]] = {}
"""Name -> the function that builds the model. ``register_model`` adds to it."""


def register_model(name: str):
    """Make your own architecture known to ``create_model``; use it as a decorator.

    The decorated function takes ``classes`` and ``size`` (and further keyword settings with
    defaults) and returns an ``nn.Module``::

        @register_model("my_cnn")
        def my_cnn(*, classes, size=64, channels=16):
            return nn.Sequential(...)

    Run the same lines before loading a saved model of yours: the file holds the weights and the
    name, never code.
    """

    def remember(builder: Callable[..., nn.Module]) -> Callable[..., nn.Module]:
        # The same function again is a notebook cell that was run twice, which is no mistake.
        known = ARCHITECTURES.get(name)
        if known is not None and known.__module__ != builder.__module__:
            raise ValueError(
                f'The name "{name}" belongs to an architecture of the workbook. '
                "Choose another name for yours."
            )
        ARCHITECTURES[name] = builder
        return builder

    return remember


def create_model(
    name: str, *, classes: int, size: int = 64, seed: int = 0, **arguments
) -> nn.Module:
    """Build a model with fresh random weights.

    Args:
        name: a key of ``ARCHITECTURES``: "softmax", "mlp", "small_cnn", "batchnorm_cnn",
            "transfer", a backbone of torchvision ("resnet18" and others, here with random
            weights; see ``pretrained_model``), or your own (see ``register_model``).
        classes: how many classes, which is how many scores the model gives for each photo.
        size: width and height of the photos in pixels.
        seed: fixes the random starting weights. Other random numbers are not disturbed.
        arguments: further settings of the architecture, such as ``hidden=128`` of "mlp".

    Returns:
        A module that maps float32 ``(N, 3, size, size)`` to scores ``(N, classes)``. Its
        attribute ``recipe`` is ``{"name": ..., "arguments": {...}}``, all that is needed to
        build the same model again: ``create_model(recipe["name"], **recipe["arguments"])``.

    Raises:
        ValueError: the name is unknown, or a setting is unknown or unusable.
    """
    builder = _find(name)
    _check_whole_number("classes", classes, at_least=1)
    _check_whole_number("size", size, at_least=16)
    _check_settings(name, builder, arguments)
    recipe = {"name": name, "arguments": {"classes": classes, "size": size, **arguments}}
    try:
        recipe = json.loads(json.dumps(recipe))
    except TypeError as error:
        raise ValueError(
            f'A setting of "{name}" cannot be written into a file ({error}). '
            "Use numbers, words, True or False, and lists of them."
        ) from error
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = builder(classes=classes, size=size, **arguments)
    model.recipe = recipe
    return model


def _find(name: str) -> Callable[..., nn.Module]:
    if name not in ARCHITECTURES:
        raise ValueError(
            f'There is no architecture called "{name}". Known are {", ".join(ARCHITECTURES)}; '
            "one of your own is added with register_model."
        )
    return ARCHITECTURES[name]


def _check_whole_number(setting: str, value, *, at_least: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or value < at_least:
        raise ValueError(
            f"{setting} must be a whole number of {at_least} or more, and is {value!r}. "
            f"Pass for example {setting}={max(at_least, 8)}."
        )


def _check_settings(name: str, builder: Callable[..., nn.Module], arguments: dict) -> None:
    parameters = inspect.signature(builder).parameters
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters.values()):
        return
    known = [setting for setting in parameters if setting not in ("classes", "size")]
    unknown = [setting for setting in arguments if setting not in known]
    if unknown:
        raise ValueError(
            f'"{name}" has no setting called {", ".join(unknown)}. '
            f"It has {', '.join(known) if known else 'none'} (besides classes, size and seed)."
        )
