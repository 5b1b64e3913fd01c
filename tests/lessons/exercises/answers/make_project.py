# %% right: asks first
def make_project(folder):
    for name in ["notebooks", "results", "models", "data"]:
        path = folder / name
        if not path.is_dir():
            path.mkdir()


# %% right: four lines
def make_project(folder):
    Path(folder, "data").mkdir(parents=True, exist_ok=True)
    Path(folder, "models").mkdir(parents=True, exist_ok=True)
    Path(folder, "results").mkdir(parents=True, exist_ok=True)
    Path(folder, "notebooks").mkdir(parents=True, exist_ok=True)


# %% right: with os, and a return value that nobody needs
def make_project(folder):
    import os

    made = []
    for name in ("data", "models", "results", "notebooks"):
        os.makedirs(os.path.join(folder, name), exist_ok=True)
        made.append(name)
    return made


# %% wrong: fails_when_it_exists
def make_project(folder):
    for name in ["data", "models", "results", "notebooks"]:
        (folder / name).mkdir()


# %% wrong: photos_lost
def make_project(folder):
    import shutil

    for name in ["data", "models", "results", "notebooks"]:
        path = folder / name
        if path.exists():
            shutil.rmtree(path)
        path.mkdir()


# %% wrong: one_inside_the_other
def make_project(folder):
    (folder / "data" / "models" / "results" / "notebooks").mkdir(parents=True, exist_ok=True)


# %% wrong: files_made
def make_project(folder):
    for name in ["data", "models", "results", "notebooks"]:
        path = folder / name
        if not path.exists():
            path.write_text("")


# %% wrong: only_in_an_empty_folder
def make_project(folder):
    if len(list(folder.iterdir())) == 0:
        for name in ["data", "models", "results", "notebooks"]:
            (folder / name).mkdir()


# %% wrong: wrong_value
# one is missing
def make_project(folder):
    for name in ["data", "models", "results"]:
        (folder / name).mkdir(exist_ok=True)


# %% wrong: wrong_value
# another name
def make_project(folder):
    for name in ["data", "model", "results", "notebooks"]:
        (folder / name).mkdir(exist_ok=True)


# %% wrong: wrong_value
# only names the folders
def make_project(folder):
    for name in ["data", "models", "results", "notebooks"]:
        path = folder / name
    return path


# %% wrong: error
# a text has no mkdir
def make_project(folder):
    for name in ["data", "models", "results", "notebooks"]:
        name.mkdir(exist_ok=True)
