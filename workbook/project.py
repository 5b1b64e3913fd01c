"""Start a project: a folder with a place for everything, and a first notebook that runs."""

from pathlib import Path

from workbook.atomic import new_folder

FOLDERS = {
    "data": "Photos. Put one folder per class into `data/photos`; the names of the folders are "
    "the names of the classes. What the workbook makes of them lies beside it.",
    "models": "Saved classifiers, one `.safetensors` file each.",
    "results": "Tables, pictures and the experiment log.",
    "notebooks": "Your notebooks. `first_classifier.ipynb` is the first one.",
}
README = """# {name}

What should the classifier tell apart, for whom, and what happens when it is wrong?
(Write two or three sentences here before collecting photos.)

## Where things are
{folders}

## First steps
1. Put photos into `data/photos`, one folder per class, at least 30 photos in each.
2. In this folder, run `workbook photos examine data/photos` and look at what it finds.
3. Open `notebooks/first_classifier.ipynb` with `jupyter lab`, or run
   `workbook --workspace . train data/photos --name {name}`.
4. Predict: `workbook predict models/{name}.safetensors new_photo.jpg`.

## Before sharing
- Who took the photos, under which licence, and did the people in them agree?
- Which photos does it get wrong? Is it as good on dark photos as on bright ones?
"""
CELLS = (
    ("markdown", "# {name}: a first classifier\n\nRun the cells from top to bottom."),
    (
        "markdown",
        "Everything is kept in the folders of this project. While `data/photos` is empty, the "
        "notebook uses photos that are rendered on this computer.",
    ),
    (
        "code",
        "import os\n"
        "from pathlib import Path\n\n"
        'here = Path.cwd()\nproject = here.parent if here.name == "notebooks" else here\n'
        'os.environ["WORKBOOK_HOME"] = str(project)\n'
        'own_photos = project / "data" / "photos"\n'
        'photos = own_photos if any(own_photos.glob("*/*")) else "studio"\n'
        "epochs = 25",
    ),
    ("markdown", "Split the photos into training, validation and test photos."),
    (
        "code",
        "from workbook import get_splits\n\nsplits = get_splits(photos)\nsplits.train.counts()",
    ),
    ("markdown", "Train a small convolutional network."),
    (
        "code",
        "from workbook import Augmentation, EarlyStopping, create_model, fit\n\n"
        'model = create_model("batchnorm_cnn", classes=len(splits.class_names))\n'
        "history = fit(\n"
        "    model,\n"
        "    splits.train,\n"
        "    splits.validation,\n"
        "    epochs=epochs,\n"
        "    learning_rate=3e-3,\n"
        '    schedule="onecycle",\n'
        "    augment=Augmentation(),\n"
        "    early_stopping=EarlyStopping(patience=8),\n"
        ")\n"
        "history",
    ),
    ("markdown", "Measure it on photos that it was not trained on."),
    (
        "code",
        "from workbook import evaluate\n\n"
        "evaluation = evaluate(model, splits.validation)\n"
        "print(evaluation)\n"
        "evaluation.confusion()",
    ),
    ("markdown", "Write the run down, save the classifier, and ask it about a photo."),
    (
        "code",
        "from workbook import Classifier, ExperimentLog, predict_photo\n\n"
        "name = {name!r}\n"
        "log = ExperimentLog()\n"
        "log.record_run(name, history, splits=splits, model=model, evaluation=evaluation)\n"
        "classifier = Classifier.from_training(\n"
        "    model, splits, name=name, history=history, evaluation=evaluation\n"
        ")\n"
        'classifier.save(project / "models" / f"{{name}}.safetensors")\n'
        "predict_photo(classifier, splits.validation.paths[0])",
    ),
)


def create_project(folder: str | Path) -> Path:
    """Create a project folder with data, models, results, notebooks and a README; return it.

    Raises FileExistsError when there is already something at that place, ValueError when the name
    is blank.
    """
    if not str(folder).strip():
        raise ValueError("The project needs a name, such as fruit_project.")
    folder = Path(folder).expanduser().absolute()
    with new_folder(folder) as temporary:
        for name in FOLDERS:
            (temporary / name).mkdir()
        (temporary / "data" / "photos").mkdir()
        (temporary / "README.md").write_text(_readme(folder.name), encoding="utf-8")
        _write_notebook(temporary / "notebooks" / "first_classifier.ipynb", folder.name)
    return folder


def _readme(name: str) -> str:
    folders = "\n".join(f"- `{folder}/` {meaning}" for folder, meaning in FOLDERS.items())
    return README.format(name=name, folders=folders)


def _write_notebook(path: Path, name: str) -> None:
    import nbformat

    make = {"markdown": nbformat.v4.new_markdown_cell, "code": nbformat.v4.new_code_cell}
    cells = []
    for number, (kind, text) in enumerate(CELLS):
        cell = make[kind](text.format(name=name))
        cell["id"] = f"first-classifier-{number}"
        cells.append(cell)
    first_code = next(cell for cell in cells if cell["cell_type"] == "code")
    first_code["metadata"]["tags"] = ["parameters"]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    nbformat.write(notebook, path)
