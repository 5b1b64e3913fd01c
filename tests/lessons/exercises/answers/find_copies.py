# %% right: compares the contents themselves
def find_copies(folder):
    met = []
    copies = []
    for path in sorted(folder.glob("*")):
        contents = path.read_bytes()
        if contents in met:
            copies.append(path.name)
        else:
            met.append(contents)
    return copies


# %% right: groups by another hash
def find_copies(folder):
    groups = {}
    for path in folder.iterdir():
        mark = hashlib.md5(path.read_bytes()).hexdigest()
        groups.setdefault(mark, []).append(path.name)
    return sorted(name for names in groups.values() for name in sorted(names)[1:])


# %% right: pandas
def find_copies(folder):
    names = sorted(path.name for path in folder.iterdir())
    contents = pd.Series([(folder / name).read_bytes() for name in names])
    return list(np.array(names)[contents.duplicated()])


# %% wrong: same_size
def find_copies(folder):
    seen = set()
    copies = []
    for path in sorted(folder.iterdir()):
        if path.stat().st_size in seen:
            copies.append(path.name)
        seen.add(path.stat().st_size)
    return copies


# %% wrong: same_beginning
def find_copies(folder):
    seen = set()
    copies = []
    for path in sorted(folder.iterdir()):
        beginning = path.read_bytes()[:16]
        if beginning in seen:
            copies.append(path.name)
        seen.add(beginning)
    return copies


# %% wrong: originals_too
def find_copies(folder):
    paths = sorted(folder.iterdir())
    contents = [path.read_bytes() for path in paths]
    return [path.name for path in paths if contents.count(path.read_bytes()) > 1]


# %% wrong: originals_instead
def find_copies(folder):
    seen = set()
    copies = []
    for path in sorted(folder.iterdir()):
        fingerprint = hashlib.sha256(path.read_bytes()).hexdigest()
        if fingerprint not in seen:
            copies.append(path.name)
        seen.add(fingerprint)
    return copies


# %% wrong: only_neighbours
def find_copies(folder):
    before = None
    copies = []
    for path in sorted(folder.iterdir()):
        fingerprint = hashlib.sha256(path.read_bytes()).hexdigest()
        if fingerprint == before:
            copies.append(path.name)
        before = fingerprint
    return copies


# %% wrong: wrong_shape
# takes the name into the fingerprint, so nothing is ever a copy
def find_copies(folder):
    seen = set()
    copies = []
    for path in sorted(folder.iterdir()):
        fingerprint = path.name + hashlib.sha256(path.read_bytes()).hexdigest()
        if fingerprint in seen:
            copies.append(path.name)
        seen.add(fingerprint)
    return copies


# %% wrong: wrong_shape
# an empty list: the fingerprints are never noted
def find_copies(folder):
    seen = set()
    copies = []
    for path in sorted(folder.iterdir()):
        fingerprint = hashlib.sha256(path.read_bytes()).hexdigest()
        if fingerprint in seen:
            copies.append(path.name)
    return copies


# %% wrong: wrong_value
# the fingerprints in place of the names
def find_copies(folder):
    seen = set()
    copies = []
    for path in sorted(folder.iterdir()):
        fingerprint = hashlib.sha256(path.read_bytes()).hexdigest()
        if fingerprint in seen:
            copies.append(fingerprint)
        seen.add(fingerprint)
    return copies


# %% wrong: wrong_type
# how many
def find_copies(folder):
    contents = [path.read_bytes() for path in folder.iterdir()]
    return len(contents) - len(set(contents))


# %% wrong: error
# photos are no text
def find_copies(folder):
    seen = set()
    copies = []
    for path in sorted(folder.iterdir()):
        text = path.read_text(encoding="utf-8")
        if text in seen:
            copies.append(path.name)
        seen.add(text)
    return copies
