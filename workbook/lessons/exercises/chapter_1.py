"""The exercises of Chapter 1: rules, softmax, a share of answers, a project folder."""

import random
import shutil

import torch

from workbook.lessons.exercises.exercise import Case, Exercise, Folder, Misconception
from workbook.lessons.exercises.rules import BEST_LIMIT, COLOUR_RULE

# 1.3 softmax


def _softmax(scores):
    return torch.tensor(scores, dtype=torch.float64).softmax(dim=0).tolist()


def _exponentials(scores):
    return torch.tensor(scores, dtype=torch.float64).exp()


def _softmax_cases(seed):
    chance = random.Random(seed)
    cases = [Case(([2.0, 1.0, 0.1],)), Case(([1.5, 1.5],)), Case(([-1.0, -2.0, 3.0],))]
    for count in (2, 3, 5, 8):
        cases.append(Case(([round(chance.uniform(-6, 6), 2) for _ in range(count)],)))
    return cases


SOFTMAX = Exercise(
    name="softmax",
    chapter=1,
    section="1.3",
    title="From scores to shares",
    difficulty="easy",
    minutes=10,
    milestone="1.1",
    reference=_softmax,
    cases=_softmax_cases,
    hints=(
        "math.exp(2.0) makes a number positive, and keeps larger ones larger. Do that to each "
        "score.",
        "A list of results: [math.exp(score) for score in scores]. The function sum adds up a "
        "list.",
        "Divide each of the positive numbers by their sum, and return the list of the results.",
    ),
    misconceptions=(
        Misconception(
            "exp_forgotten",
            lambda scores: [score / sum(scores) for score in scores],
            "You divide the scores themselves by their sum. With scores below zero that gives no "
            "shares. Use math.exp first.",
        ),
        Misconception(
            "not_divided",
            lambda scores: _exponentials(scores).tolist(),
            "Your numbers are positive, but they do not add up to 1. Divide each by the sum.",
        ),
        Misconception(
            "divided_by_the_largest",
            lambda scores: (_exponentials(scores) / _exponentials(scores).max()).tolist(),
            "You divide by the largest number. Then the largest share is 1, and all together are "
            "more than 1. Divide by the sum.",
        ),
        Misconception(
            "divided_by_the_count",
            lambda scores: (_exponentials(scores) / len(scores)).tolist(),
            "You divide by how many numbers there are. Divide by their sum.",
        ),
        Misconception(
            "winner_takes_all",
            lambda scores: [float(score == max(scores)) for score in scores],
            "You give everything to the largest score. The others deserve small shares.",
        ),
        Misconception(
            "powers_of_two",
            lambda scores: [2**score / sum(2**other for other in scores) for score in scores],
            "A good idea with another number: softmax takes powers of 2.718…, which is math.exp.",
        ),
    ),
)


# 1.5 share_right


def _share_right(answers, labels):
    return (torch.tensor(answers) == torch.tensor(labels)).double().mean().item()


def _share_right_cases(seed):
    chance = random.Random(seed)
    cases = [
        Case(([0, 1, 1, 0], [0, 1, 0, 0])),
        Case(([1, 1], [0, 1])),
        Case(([2], [2])),
        Case(([0, 0, 0], [1, 1, 1])),
    ]
    for count in (5, 7, 12, 30):
        answers = [chance.randrange(3) for _ in range(count)]
        labels = [answer if chance.random() < 0.6 else chance.randrange(3) for answer in answers]
        cases.append(Case((answers, labels)))
    return cases


SHARE_RIGHT = Exercise(
    name="share_right",
    chapter=1,
    section="1.5",
    title="Find the bug: the share of right answers",
    difficulty="easy",
    minutes=10,
    milestone="1.1",
    kind="bug",
    reference=_share_right,
    cases=_share_right_cases,
    hints=(
        "Try it: share_right([0, 1], [0, 1]) should give 1. How often does the loop run before "
        "the function ends?",
        "return ends a function at once, wherever it stands. In Python, the spaces at the "
        "beginning of a line decide what belongs to the loop.",
        "Take four spaces away in front of return, so that it stands below for, not inside it.",
    ),
    misconceptions=(
        Misconception(
            "return_in_the_loop",
            lambda answers, labels: (answers[0] == labels[0]) / len(labels),
            "The return is still inside the loop, so the function ends after the first photo. It "
            "has to stand as far to the left as the word for.",
        ),
        Misconception(
            "first_photo_alone",
            lambda answers, labels: float(answers[0] == labels[0]),
            "Only the first photo counts. Let the loop run to its end before you return.",
        ),
        Misconception(
            "count_returned",
            lambda answers, labels: sum(a == b for a, b in zip(answers, labels, strict=True)),
            "You return how many are right. The share is that number divided by all.",
        ),
        Misconception(
            "share_wrong",
            lambda answers, labels: 1 - _share_right(answers, labels),
            "You count the wrong answers. Look at the comparison: == means equal, != means not.",
        ),
        Misconception(
            "per_cent",
            lambda answers, labels: 100 * _share_right(answers, labels),
            "These are per cent. A share lies between 0 and 1, so leave out the 100.",
        ),
        Misconception(
            "whole_number_division",
            lambda answers, labels: float(_share_right(answers, labels) == 1),
            "The sign // cuts off what comes after the point. Use / to divide.",
        ),
    ),
)


# 1.6 make_project

PROJECT_FOLDERS = ("data", "models", "results", "notebooks")


def _make_project(folder):
    for name in PROJECT_FOLDERS:
        (folder / name).mkdir(exist_ok=True)


def _make_only_new(folder):
    for name in PROJECT_FOLDERS:
        (folder / name).mkdir()


def _make_afresh(folder):
    for name in PROJECT_FOLDERS:
        shutil.rmtree(folder / name, ignore_errors=True)
        (folder / name).mkdir()


def _make_nested(folder):
    for name in PROJECT_FOLDERS:
        folder = folder / name
        folder.mkdir(exist_ok=True)


def _make_files(folder):
    for name in PROJECT_FOLDERS:
        if not (folder / name).exists():
            (folder / name).touch()


def _make_none_beside_others(folder):
    if not any(folder.iterdir()):
        _make_project(folder)


def _make_project_cases(seed):
    chance = random.Random(seed)
    photo, name = chance.randbytes(20), f"photo-{chance.randrange(1000)}.jpg"
    return [
        Case((Folder({}),), observe="arguments"),
        Case((Folder({f"data/apple/{name}": photo}),), observe="arguments"),
        Case((Folder({"notes.txt": b"mine", f"models/{name}": photo}),), observe="arguments"),
        Case((Folder({f"{one}/{name}": photo for one in PROJECT_FOLDERS}),), observe="arguments"),
    ]


MAKE_PROJECT = Exercise(
    name="make_project",
    chapter=1,
    section="1.6",
    title="A project folder",
    difficulty="medium",
    minutes=10,
    milestone="1.4",
    reference=_make_project,
    cases=_make_project_cases,
    hints=(
        'folder / "data" is the path of data inside the folder. A path makes its folder with '
        '.mkdir(), such as (folder / "data").mkdir().',
        "If the folder is there already, .mkdir() stops with an error. .mkdir(exist_ok=True) "
        "leaves it as it is.",
        "for name in [...] with the four names, and inside the loop one line that makes the folder "
        "of that name. Nothing has to be returned.",
    ),
    misconceptions=(
        Misconception(
            "fails_when_it_exists",
            _make_only_new,
            "It stops when one of the folders is there already. mkdir(exist_ok=True) goes on.",
        ),
        Misconception(
            "photos_lost",
            _make_afresh,
            "Somebody's photos are gone! Leave a folder alone when it is there already.",
        ),
        Misconception(
            "one_inside_the_other",
            _make_nested,
            "Your folders lie one inside the other. Each belongs directly into the project folder.",
        ),
        Misconception(
            "files_made",
            _make_files,
            "You made empty files with these names. A folder is made by .mkdir().",
        ),
        Misconception(
            "only_in_an_empty_folder",
            _make_none_beside_others,
            "Where there is something already, you make nothing. Make what is missing.",
        ),
    ),
)


NAME_THE_PARTS = Exercise(
    name="name_the_parts",
    chapter=1,
    section="1.6",
    title="Name the parts of a project",
    difficulty="medium",
    minutes=10,
    milestone="1.3",
    points=3,
    kind="written",
    hints=(
        "The data: which photos, and who said what is on them? Where might they all be alike?",
        "The model: what goes in, and what comes out, for one photo?",
        "The evaluation: judged on which photos? Compared with what? Think of the photos that the "
        "model learned from, and of always giving the same answer.",
    ),
    rubric=(
        "1 point for data (photos with their labels) and model (photo in, a score for each kind "
        "out). 1 point for why the 99 % prove little: measured on the photos it learned from. "
        "1 point for a shortcut that fits the story: the grey table, or the workshop's light."
    ),
)


EXERCISES = (COLOUR_RULE, BEST_LIMIT, SOFTMAX, SHARE_RIGHT, MAKE_PROJECT, NAME_THE_PARTS)
