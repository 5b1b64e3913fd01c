"""Build a photo classifier of your own: the engine behind the six chapters.

The names below are loaded when they are first used, so that ``import workbook`` is quick.
"""

from importlib import import_module

__version__ = "0.1.0"

_HOME = {
    "Augmentation": "photos.augment",
    "Preprocess": "photos.preprocess",
    "PhotoSet": "photos.photoset",
    "get_photos": "photos.sources",
    "get_splits": "photos.sources",
    "load_splits": "photos.splits",
    "split_folder": "photos.splits",
    "examine": "photos.doctor",
    "repair": "photos.doctor",
    "plant_faults": "photos.faults",
    "create_model": "models",
    "fit": "training",
    "EarlyStopping": "training",
    "watch": "run_doctor",
    "examine_run": "run_doctor",
    "evaluate": "evaluation",
    "ExperimentLog": "experiments",
    "Classifier": "saving",
    "predict_photo": "prediction",
    "predict_folder": "prediction",
    "predict_to_csv": "prediction",
    "claim": "lessons.claims",
}
__all__ = sorted(_HOME)


def __getattr__(name: str):
    if name not in _HOME:
        raise AttributeError(f"module 'workbook' has no attribute {name!r}")
    value = getattr(import_module(f"workbook.{_HOME[name]}"), name)
    globals()[name] = value  # found once, the name is an ordinary attribute from now on
    return value


def __dir__() -> list[str]:
    return sorted(list(globals()) + __all__)
