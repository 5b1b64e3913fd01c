# %% right: opens the file in another way
from safetensors.torch import load_model


def names_for_photos(folder, network, photos):
    with open(folder / "classes.json", encoding="utf-8") as file:
        names = json.load(file)
    load_model(network, folder / "weights.safetensors")
    network.eval()
    with torch.inference_mode():
        return [names[int(scores.argmax())] for scores in network(photos)]


# %% right: photo by photo
from safetensors.torch import load


def names_for_photos(folder, network, photos):
    network.load_state_dict(load((folder / "weights.safetensors").read_bytes()))
    network.train(False)
    names = []
    for photo in photos:
        shares = network(photo.unsqueeze(0)).softmax(dim=1)
        names.append(json.loads((folder / "classes.json").read_text("utf-8"))[shares.argmax()])
    return names


# %% wrong: names_sorted
from safetensors.torch import load_file


def names_for_photos(folder, network, photos):
    names = json.loads((folder / "classes.json").read_text(encoding="utf-8"))
    names.sort()
    network.load_state_dict(load_file(folder / "weights.safetensors"))
    network.eval()
    with torch.no_grad():
        answers = network(photos).argmax(dim=1)
    return [names[answer] for answer in answers.tolist()]


# %% wrong: weights_not_loaded
def names_for_photos(folder, network, photos):
    names = json.loads((folder / "classes.json").read_text(encoding="utf-8"))
    network.eval()
    with torch.no_grad():
        answers = network(photos).argmax(dim=1)
    return [names[answer] for answer in answers.tolist()]


# %% wrong: evaluation_mode_forgotten
from safetensors.torch import load_file


def names_for_photos(folder, network, photos):
    names = json.loads((folder / "classes.json").read_text(encoding="utf-8"))
    network.load_state_dict(load_file(folder / "weights.safetensors"))
    with torch.no_grad():
        answers = network(photos).argmax(dim=1)
    return [names[answer] for answer in answers.tolist()]


# %% wrong: names_backwards
from safetensors.torch import load_file


def names_for_photos(folder, network, photos):
    names = json.loads((folder / "classes.json").read_text(encoding="utf-8"))[::-1]
    network.load_state_dict(load_file(folder / "weights.safetensors"))
    network.eval()
    with torch.no_grad():
        answers = network(photos).argmax(dim=1)
    return [names[answer] for answer in answers.tolist()]


# %% wrong: numbers_given
from safetensors.torch import load_file


def names_for_photos(folder, network, photos):
    network.load_state_dict(load_file(folder / "weights.safetensors"))
    network.eval()
    with torch.no_grad():
        return network(photos).argmax(dim=1).tolist()


# %% wrong: wrong_type
from safetensors.torch import load_file


def names_for_photos(folder, network, photos):
    names = json.loads((folder / "classes.json").read_text(encoding="utf-8"))
    network.load_state_dict(load_file(folder / "weights.safetensors"))
    network.eval()
    with torch.no_grad():
        return names[network(photos)[0].argmax()]


# %% wrong: wrong_value
from safetensors.torch import load_file


def names_for_photos(folder, network, photos):
    names = json.loads((folder / "classes.json").read_text(encoding="utf-8"))
    network.load_state_dict(load_file(folder / "weights.safetensors"))
    network.eval()
    with torch.no_grad():
        answers = network(photos).argmin(dim=1)
    return [names[answer] for answer in answers.tolist()]


# %% wrong: evaluation_mode_forgotten
def names_for_photos(folder, network, photos):
    network.load_state_dict(torch.load(folder / "weights.safetensors"))
    names = json.loads((folder / "classes.json").read_text(encoding="utf-8"))
    return [names[answer] for answer in network(photos).argmax(dim=1).tolist()]


# %% wrong: error
from safetensors.torch import load_file


def names_for_photos(folder, network, photos):
    names = json.loads((folder / "classes.json").read_text(encoding="utf-8"))
    network.load_state_dict(load_file(folder / "weights.safetensors"))
    network.eval()
    with torch.no_grad():
        answers = network(photos).argmax(dim=1)
    return [names[str(answer)] for answer in answers.tolist()]
