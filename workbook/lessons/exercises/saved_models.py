"""Exercises of Chapter 6 on a model as files: saved with its names, and reloaded."""

import json
import random

import torch

from workbook.lessons.exercises.exercise import Case, Exercise, Folder, Misconception
from workbook.lessons.exercises.random_cases import generator_of, random_network

NAMES = ("Käfer", "mug", "bowl", "vase", "bottle", "cup", "plate")
WEIGHTS_FILE, NAMES_FILE = "weights.safetensors", "classes.json"


def unsorted_names(seed, count):
    """Return names in an order that is not the alphabet's, so that sorting them is noticed."""
    names = random.Random(seed).sample(NAMES, count)
    return names if names != sorted(names) else names[::-1]


def small_network(generator, classes, height=4, width=5):
    """Return a network with batch normalisation, which answers differently in training mode."""
    layers = [
        ("Conv2d", {"in_channels": 3, "out_channels": 4, "kernel_size": 3, "padding": 1}),
        ("BatchNorm2d", {"num_features": 4}),
        ("Flatten", {}),
        ("Linear", {"in_features": 4 * height * width, "out_features": classes}),
    ]
    return random_network(layers, generator)


# 6.1 save_model


def _save_model(network, class_names, folder):
    from safetensors.torch import save

    (folder / WEIGHTS_FILE).write_bytes(save(network.state_dict()))
    (folder / NAMES_FILE).write_bytes(json.dumps(class_names).encode())


def _save_sorted(network, class_names, folder):
    _save_model(network, sorted(class_names), folder)


def _save_numbered(network, class_names, folder):
    _save_model(network, {name: index for index, name in enumerate(class_names)}, folder)


def _save_parameters_only(network, class_names, folder):
    from safetensors.torch import save

    _save_model(network, class_names, folder)
    parameters = {name: values.data for name, values in network.named_parameters()}
    (folder / WEIGHTS_FILE).write_bytes(save(parameters))


def _save_pickle(network, class_names, folder):
    _save_model(network, class_names, folder)
    torch.save(network.state_dict(), folder / WEIGHTS_FILE)


def _save_names_as_text(network, class_names, folder):
    _save_model(network, class_names, folder)
    (folder / NAMES_FILE).write_text("\n".join(class_names), encoding="utf-8")


def _save_no_names(network, class_names, folder):
    _save_model(network, class_names, folder)
    (folder / NAMES_FILE).unlink()


def _same_saved_model(got, expected):
    """Compare the two files by what a reader would find in them."""
    files, wanted = got[2], expected[2]
    for name in (WEIGHTS_FILE, NAMES_FILE):
        if (name in files) != (name in wanted):
            return f"There should be a file {name} in the folder."
    if _names_in(files) != _names_in(wanted):
        return f"{NAMES_FILE} should hold the list of the class names, in their order, as JSON."
    weights, wanted_weights = _weights_in(files), _weights_in(wanted)
    if type(weights) is not type(wanted_weights):
        return f"{WEIGHTS_FILE} cannot be read by the library safetensors."
    if weights is None:
        return None
    if set(weights) != set(wanted_weights):
        return f"{WEIGHTS_FILE} does not hold the same blocks of numbers as the network."
    if not all(torch.equal(weights[name], wanted_weights[name]) for name in weights):
        return f"The numbers in {WEIGHTS_FILE} are not those of the network."
    return None


def _names_in(files):
    try:
        return json.loads(files[NAMES_FILE])
    except (KeyError, ValueError, RecursionError):
        return None


def _weights_in(files):
    from safetensors import SafetensorError
    from safetensors.torch import load

    try:
        return load(files[WEIGHTS_FILE])
    except (KeyError, SafetensorError):
        return None


def _what_is_saved(observed):
    """Show what a reader would find in the two files."""
    files, weights = observed[2], _weights_in(observed[2])
    described = "nothing that safetensors can read" if weights is None else sorted(weights)
    return {NAMES_FILE: files.get(NAMES_FILE, b"").decode(), WEIGHTS_FILE: described}


def _save_cases(seed):
    generator = generator_of(seed)
    cases = []
    for place, classes in enumerate((2, 3, 5)):
        names = unsorted_names(seed + place, classes)
        arguments = (small_network(generator, classes), names, Folder({}))
        cases.append(Case(arguments, observe="arguments"))
    return cases


SAVE_MODEL = Exercise(
    name="save_model",
    chapter=6,
    section="6.1",
    title="Save a model with the names of its classes",
    difficulty="medium",
    minutes=12,
    milestone="6.1",
    reference=_save_model,
    cases=_save_cases,
    same=_same_saved_model,
    show=_what_is_saved,
    hints=(
        "What the network has learned is in network.state_dict(). It also holds the averages of "
        "batch normalisation.",
        'save_file(network.state_dict(), folder / "weights.safetensors") writes the first file.',
        'json.dumps(class_names) makes a text of the list, and (folder / "classes.json").write_text'
        '(text, encoding="utf-8") writes it.',
    ),
    misconceptions=(
        Misconception(
            "names_sorted",
            _save_sorted,
            "You sorted the names. Their order says which score belongs to which class, so it "
            "must stay as it is.",
        ),
        Misconception(
            "names_numbered",
            _save_numbered,
            "You saved a dictionary of numbers. The task asks for the plain list of names; their "
            "order already says the numbers.",
        ),
        Misconception(
            "averages_missing",
            _save_parameters_only,
            "The running averages of batch normalisation are missing. They are not parameters, "
            "but the network needs them: take state_dict().",
        ),
        Misconception(
            "pickle_in_disguise",
            _save_pickle,
            "torch.save writes a pickle, whatever the file is called. Use save_file, so that "
            "nobody has to trust your file.",
        ),
        Misconception(
            "names_not_json",
            _save_names_as_text,
            "The names are in the file, but not as JSON. json.dumps(class_names) makes the right "
            "text.",
        ),
        Misconception(
            "names_not_saved",
            _save_no_names,
            "The file classes.json is missing. Without it nobody knows which score belongs to "
            "which class.",
        ),
    ),
)


# 6.1 names_for_photos


def _answers(folder, network, photos, *, load_weights=True, training=False):
    from safetensors.torch import load

    if load_weights:
        network.load_state_dict(load((folder / WEIGHTS_FILE).read_bytes()))
    with torch.inference_mode():
        return network.train(training)(photos).max(dim=1).indices.tolist()


def _stored_names(folder):
    return json.loads((folder / NAMES_FILE).read_bytes())


def _names_for_photos(folder, network, photos, **settings):
    names = _stored_names(folder)
    return [names[index] for index in _answers(folder, network, photos, **settings)]


def _with_sorted_names(folder, network, photos):
    names = sorted(_stored_names(folder))
    return [names[index] for index in _answers(folder, network, photos)]


def _reload_cases(seed):
    from safetensors.torch import save

    generator = generator_of(seed)
    cases = []
    for place, classes in enumerate((3, 4, 6)):
        names = unsorted_names(seed + 7 * place, classes)
        trained, fresh = small_network(generator, classes), small_network(generator, classes)
        files = {WEIGHTS_FILE: save(dict(trained.weights)), NAMES_FILE: json.dumps(names).encode()}
        photos = 4 * torch.randn(12, 3, 4, 5, generator=generator)
        cases.append(Case((Folder(files), fresh, photos)))
    return cases


NAMES_FOR_PHOTOS = Exercise(
    name="names_for_photos",
    chapter=6,
    section="6.1",
    title="Find the bug: a good model with the wrong names",
    difficulty="medium",
    minutes=12,
    kind="bug",
    milestone="6.1",
    reference=_names_for_photos,
    cases=_reload_cases,
    hints=(
        "The weights are loaded, the network is in evaluation mode, and the numbers of the answers "
        "are right. So look at what turns numbers into names.",
        "Answer number 0 must get the name that stood first when the model was trained. Which name "
        "stands first after the line that reads classes.json?",
        "The file holds the names in the right order. sorted(...) puts them in the order of the "
        "alphabet. Take it away.",
    ),
    misconceptions=(
        Misconception(
            "names_sorted",
            _with_sorted_names,
            "The names are still sorted by the alphabet. The order in the file is the order of the "
            "scores: keep it.",
        ),
        Misconception(
            "weights_not_loaded",
            lambda folder, network, photos: _names_for_photos(
                folder, network, photos, load_weights=False
            ),
            "The names are in order now, but the weights from the file are no longer loaded. The "
            "network answers by chance.",
        ),
        Misconception(
            "evaluation_mode_forgotten",
            lambda folder, network, photos: _names_for_photos(
                folder, network, photos, training=True
            ),
            "The network is still in training mode, so that the answer for one photo depends on "
            "the others. Call network.eval() before you ask.",
        ),
        Misconception(
            "names_backwards",
            lambda folder, network, photos: [
                _stored_names(folder)[-1 - index] for index in _answers(folder, network, photos)
            ],
            "Your names are in the opposite order of the file. Take them as they are.",
        ),
        Misconception(
            "numbers_given",
            _answers,
            "You give numbers. Use each of them as a place in the list of names.",
        ),
    ),
)
