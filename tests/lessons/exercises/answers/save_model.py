# %% right: json.dump into an open file
from safetensors.torch import save_file


def save_model(network, class_names, folder):
    with open(folder / "classes.json", "w", encoding="utf-8") as file:
        json.dump(list(class_names), file, ensure_ascii=False, indent=2)
    save_file(network.state_dict(), str(folder / "weights.safetensors"))


# %% right: bytes made first, with a note inside
from safetensors.torch import save


def save_model(network, class_names, folder):
    network.eval()
    weights = {name: block.clone() for name, block in network.state_dict().items()}
    (folder / "weights.safetensors").write_bytes(save(weights, metadata={"made_by": "me"}))
    (folder / "classes.json").write_bytes(json.dumps(class_names).encode("utf-8"))
    return folder


# %% wrong: names_sorted
from safetensors.torch import save_file


def save_model(network, class_names, folder):
    save_file(network.state_dict(), folder / "weights.safetensors")
    (folder / "classes.json").write_text(json.dumps(sorted(class_names)), encoding="utf-8")


# %% wrong: names_numbered
from safetensors.torch import save_file


def save_model(network, class_names, folder):
    save_file(network.state_dict(), folder / "weights.safetensors")
    numbers = {name: number for number, name in enumerate(class_names)}
    (folder / "classes.json").write_text(json.dumps(numbers), encoding="utf-8")


# %% wrong: averages_missing
from safetensors.torch import save_file


def save_model(network, class_names, folder):
    weights = {name: block.detach() for name, block in network.named_parameters()}
    save_file(weights, folder / "weights.safetensors")
    (folder / "classes.json").write_text(json.dumps(class_names), encoding="utf-8")


# %% wrong: pickle_in_disguise
def save_model(network, class_names, folder):
    torch.save(network.state_dict(), folder / "weights.safetensors")
    (folder / "classes.json").write_text(json.dumps(class_names), encoding="utf-8")


# %% wrong: names_not_json
from safetensors.torch import save_file


def save_model(network, class_names, folder):
    save_file(network.state_dict(), folder / "weights.safetensors")
    (folder / "classes.json").write_text(", ".join(class_names), encoding="utf-8")


# %% wrong: names_not_saved
from safetensors.torch import save_file


def save_model(network, class_names, folder):
    save_file(network.state_dict(), folder / "weights.safetensors")


# %% wrong: wrong_value
from safetensors.torch import save_file


def save_model(network, class_names, folder):
    half = {name: block.half() for name, block in network.state_dict().items()}
    save_file(half, folder / "weights.safetensors")
    (folder / "classes.json").write_text(json.dumps(class_names), encoding="utf-8")


# %% wrong: wrong_value
from safetensors.torch import save_file


def save_model(network, class_names, folder):
    save_file(network[-1].state_dict(), folder / "weights.safetensors")
    (folder / "classes.json").write_text(json.dumps(class_names), encoding="utf-8")


# %% wrong: error
def save_model(network, class_names, folder):
    (folder / "classes.json").write_text(class_names, encoding="utf-8")
