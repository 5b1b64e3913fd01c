"""Exercises of Chapter 2 on sets of photos: class numbers, a grouped split, copies."""

import random
from collections import Counter
from itertools import pairwise

import numpy as np

from workbook.lessons.exercises.exercise import Case, Exercise, Folder, Misconception

# 2.2 class_numbers


def _classes(files):
    return [file.split("/")[0] for file in files]


def _class_numbers(files):
    return {str(name): int(number) for number, name in enumerate(np.unique(_classes(files)))}


def _numbered(names, start=0):
    return {name: number for number, name in enumerate(names, start)}


def _class_numbers_cases(seed):
    chance = random.Random(seed)
    cases = [
        Case((["dog/1.jpg", "cat/1.jpg", "dog/2.jpg"],)),
        Case((["mug/a.png"],)),
    ]
    kinds = ["apple", "bowl", "cup", "lemon", "mug", "pear", "plate", "vase"]
    for count in (2, 3, 5, 8):
        chosen = chance.sample(kinds, count)
        files = [f"{name}/{i}.jpg" for name in chosen for i in range(chance.randrange(1, 5))]
        chance.shuffle(files)
        cases.append(Case((files,)))
    return cases


CLASS_NUMBERS = Exercise(
    name="class_numbers",
    chapter=2,
    section="2.2",
    title="A number for each class",
    difficulty="medium",
    minutes=15,
    milestone="2.2",
    reference=_class_numbers,
    cases=_class_numbers_cases,
    hints=(
        '"cat/1.jpg".split("/") gives ["cat", "1.jpg"]. The first part, [0], is the class.',
        "A set, such as {name for name in names}, keeps each name once. sorted(...) makes an "
        "alphabetical list of it.",
        "for number, name in enumerate(sorted_names) counts from 0. Write each pair into a "
        "dictionary: numbers[name] = number.",
    ),
    misconceptions=(
        Misconception(
            "order_of_appearance",
            lambda files: _numbered(dict.fromkeys(_classes(files))),
            "You number the classes in the order in which they turn up. Another computer lists "
            "the files in another order, and gets other numbers. Sort the names.",
        ),
        Misconception(
            "counted_from_one",
            lambda files: _numbered(sorted(set(_classes(files))), start=1),
            "You count from 1. Labels begin with 0, because PyTorch counts that way.",
        ),
        Misconception(
            "files_numbered",
            lambda files: _numbered(sorted(files)),
            "You number the files. Number the classes: the part before the slash.",
        ),
        Misconception(
            "photos_counted",
            lambda files: dict(Counter(_classes(files))),
            "You count the photos of each class. What is wanted is one number as a label.",
        ),
        Misconception(
            "copies_not_removed",
            lambda files: _numbered(sorted(_classes(files))),
            "Each class gets the number of its last photo. Keep every name once before you count.",
        ),
        Misconception(
            "sorted_backwards",
            lambda files: _numbered(sorted(set(_classes(files)), reverse=True)),
            "Your order runs from z to a. It should run from a to z.",
        ),
    ),
)


# 2.4 grouped_split


def _last_scenes(scenes, held_back):
    names = sorted(set(scenes))
    return set(names[len(names) - held_back :])


def _parts(members, chosen):
    return ["validation" if member in chosen else "train" for member in members]


def _grouped_split(scenes, held_back):
    places = np.unique(scenes, return_inverse=True)[1]
    limit = len(set(scenes)) - held_back
    return ["validation" if place >= limit else "train" for place in places]


def _split_by_photo(scenes, held_back):
    first_held_back = len(scenes) - held_back
    return _parts(range(len(scenes)), range(first_held_back, len(scenes)))


def _grouped_split_cases(seed):
    chance = random.Random(seed)
    cases = [
        Case((["a", "a", "b", "c", "c"], 1)),
        Case((["kitchen", "garden", "kitchen", "hall"], 2)),
        Case((["b", "a", "b"], 0)),
    ]
    for scene_count, held_back in ((4, 1), (6, 3), (9, 2), (5, 4)):
        names = [f"scene-{number}" for number in chance.sample(range(100, 1000), scene_count)]
        scenes = [name for name in names for _ in range(chance.randrange(1, 4))]
        chance.shuffle(scenes)
        cases.append(Case((scenes, held_back)))
    return cases


GROUPED_SPLIT = Exercise(
    name="grouped_split",
    chapter=2,
    section="2.4",
    title="A split that keeps scenes together",
    difficulty="hard",
    minutes=20,
    milestone="2.3",
    points=2,
    reference=_grouped_split,
    cases=_grouped_split_cases,
    hints=(
        "First make a list of the scenes, each one once and in alphabetical order: "
        "sorted(set(scenes)).",
        "If there are n scenes, the ones held back begin at place n - held_back. "
        "names[n - held_back:] takes them, and it is also right when held_back is 0.",
        'Go through the photos: if the scene of a photo is held back, add "validation" '
        'to the list that you return, else add "train".',
    ),
    misconceptions=(
        Misconception(
            "split_by_photo",
            _split_by_photo,
            "You hold back photos, not scenes. So a scene is torn apart, and its photos leak from "
            "one part into the other.",
        ),
        Misconception(
            "none_becomes_all",
            lambda scenes, held_back: _parts(scenes, sorted(set(scenes))[-held_back:]),
            "When held_back is 0, everything is held back: to Python, [-0:] is the same as [0:]. "
            "Count the place from the front.",
        ),
        Misconception(
            "first_held_back",
            lambda scenes, held_back: _parts(scenes, sorted(set(scenes))[:held_back]),
            "You hold back the first scenes of the alphabet. The last ones are wanted.",
        ),
        Misconception(
            "order_of_appearance",
            lambda scenes, held_back: _parts(
                scenes, list(dict.fromkeys(scenes))[len(set(scenes)) - held_back :]
            ),
            "You take the scenes in the order in which they turn up. Sort their names first.",
        ),
        Misconception(
            "parts_swapped",
            lambda scenes, held_back: [
                "train" if part == "validation" else "validation"
                for part in _grouped_split(scenes, held_back)
            ],
            "Your two parts have swapped their names.",
        ),
        Misconception(
            "one_entry_for_each_scene",
            lambda scenes, held_back: _parts(sorted(set(scenes)), _last_scenes(scenes, held_back)),
            "Your list has an entry for each scene. It needs one for each photo.",
        ),
    ),
)


# 2.5 find_copies


def _find_copies(folder, mark=lambda path: path.read_bytes()):
    first_with = {}
    for path in sorted(folder.iterdir()):
        first_with.setdefault(mark(path), path.name)
    return sorted({path.name for path in folder.iterdir()} - set(first_with.values()))


def _copies_of_neighbours(folder):
    paths = sorted(folder.iterdir())
    pairs = pairwise(paths)
    return [two.name for one, two in pairs if one.read_bytes() == two.read_bytes()]


def _copies_and_originals(folder):
    contents = Counter(path.read_bytes() for path in folder.iterdir())
    return sorted(path.name for path in folder.iterdir() if contents[path.read_bytes()] > 1)


def _originals(folder):
    return sorted({path.name for path in folder.iterdir()} - set(_find_copies(folder)))


def _find_copies_cases(seed):
    chance = random.Random(seed)
    beginning = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + chance.randbytes(30)
    photos = [beginning + chance.randbytes(size) for size in (40, 40, 40, 55, 70)]
    one, two, three, four, five = photos
    kinds = [
        {"a.jpg": one, "b.jpg": two, "c.jpg": one},
        {"a.jpg": one, "b.jpg": two, "c.jpg": three},
        {"a.jpg": four, "b.jpg": four, "c.jpg": four, "d.jpg": five, "e.jpg": five},
        {"holiday.jpg": three, "beach.jpg": two, "apple.jpg": three, "dinner.jpg": two},
    ]
    names = [f"{number}.jpg" for number in chance.sample(range(100, 1000), 9)]
    kinds.append({name: chance.choice(photos) for name in names})
    return [Case((Folder(files),)) for files in kinds]


FIND_COPIES = Exercise(
    name="find_copies",
    chapter=2,
    section="2.5",
    title="Find the copies by their fingerprints",
    difficulty="medium",
    minutes=15,
    milestone="2.4",
    reference=_find_copies,
    cases=_find_copies_cases,
    hints=(
        "for path in sorted(folder.iterdir()) goes through the files by name. path.read_bytes() "
        "is what a file holds, path.name is its name.",
        "hashlib.sha256(path.read_bytes()).hexdigest() is the fingerprint. Keep the fingerprints "
        "that you have met in a set: seen = set(), seen.add(fingerprint).",
        "If the fingerprint is in seen already, add the name to a list. Then add the fingerprint "
        "to seen. Return the list at the end.",
    ),
    misconceptions=(
        Misconception(
            "same_size",
            lambda folder: _find_copies(folder, lambda path: path.stat().st_size),
            "You compare how large the files are. Two different photos can be equally large.",
        ),
        Misconception(
            "same_beginning",
            lambda folder: _find_copies(folder, lambda path: path.read_bytes()[:20]),
            "You compare only the beginning of the files. All JPEG files begin alike.",
        ),
        Misconception(
            "originals_too",
            _copies_and_originals,
            "You list the first of each group as well. Then nobody would keep any of them.",
        ),
        Misconception(
            "originals_instead",
            _originals,
            "These are the files to keep. The copies are wanted.",
        ),
        Misconception(
            "only_neighbours",
            _copies_of_neighbours,
            "You compare each file only with the one before it. A copy can be anywhere.",
        ),
    ),
)
