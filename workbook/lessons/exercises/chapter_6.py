"""The exercises of Chapter 6: a saved model, photo files, groups, and a model card."""

import random

from workbook.lessons.exercises.exercise import Case, Exercise, Misconception
from workbook.lessons.exercises.photo_files import CLASSIFY_FOLDER
from workbook.lessons.exercises.photo_notes import SHARE_WITHOUT_PLACE
from workbook.lessons.exercises.predicting import PREDICT_NAME
from workbook.lessons.exercises.saved_models import NAMES_FOR_PHOTOS, SAVE_MODEL

# 6.5 accuracy_by_group


def _accuracy_by_group(groups, truth, answers):
    import pandas as pd

    table = pd.DataFrame({"group": groups, "truth": truth, "answer": answers})
    return (table["truth"] == table["answer"]).groupby(table["group"]).mean().to_dict()


def _counts(groups, truth, answers):
    """Return for each group how many photos it has, and how many of their answers are right."""
    counts = {}
    for group, label, answer in zip(groups, truth, answers, strict=True):
        count, right = counts.get(group, (0, 0))
        counts[group] = (count + 1, right + (label == answer))
    return counts


def _each(number):
    """Return a function that gives one number for each group, from its counts and all photos."""

    def by_group(groups, truth, answers):
        counts = _counts(groups, truth, answers)
        all_right = sum(right for _, right in counts.values())
        return {
            group: number(right, count, all_right, len(groups))
            for group, (count, right) in counts.items()
        }

    return by_group


def _only_groups_with_a_right_answer(groups, truth, answers):
    shares = _accuracy_by_group(groups, truth, answers)
    return {group: share for group, share in shares.items() if share > 0}


def _mean_over_groups(groups, truth, answers):
    shares = _accuracy_by_group(groups, truth, answers)
    return sum(shares.values()) / len(shares)


def _group_cases(seed):
    chance = random.Random(seed)
    cases = [
        Case((["dark", "bright", "dark"], ["mug", "cup", "cup"], ["mug", "cup", "mug"])),
        Case((["sofa", "sofa", "lawn"], ["cat", "dog", "dog"], ["cat", "dog", "cat"])),
    ]
    for names, count in ((["dark", "middle", "bright"], 20), (["a", "b", "c", "d", "e"], 33)):
        groups = names + [chance.choice(names) for _ in range(count - len(names))]
        chance.shuffle(groups)
        truth = [chance.choice(["cup", "mug", "vase"]) for _ in groups]
        answers = [one if chance.random() < 0.6 else "vase" for one in truth]
        cases.append(Case((groups, truth, answers)))
    return cases


ACCURACY_BY_GROUP = Exercise(
    name="accuracy_by_group",
    chapter=6,
    section="6.5",
    title="For which photos is it not fine?",
    difficulty="medium",
    minutes=12,
    milestone="6.4",
    reference=_accuracy_by_group,
    cases=_group_cases,
    hints=(
        "zip(groups, truth, answers) goes through the three lists together. Collect for each group "
        "a list of right and wrong.",
        "marks = {} and then, for each photo, marks.setdefault(group, []).append(label == answer). "
        "setdefault starts an empty list the first time a group comes up.",
        "True counts as 1, so the accuracy of one group is sum(marks[group]) / len(marks[group]).",
    ),
    misconceptions=(
        Misconception(
            "counts_given",
            _each(lambda right, count, all_right, photos: right),
            "You give how many answers are right. Divide by the number of photos in the group.",
        ),
        Misconception(
            "divided_by_all_photos",
            _each(lambda right, count, all_right, photos: right / photos),
            "You divide by the number of all photos. Each group is divided by its own number.",
        ),
        Misconception(
            "same_for_all",
            _each(lambda right, count, all_right, photos: all_right / photos),
            "All your groups have the accuracy of all photos together, which is what hides the "
            "weak group.",
        ),
        Misconception(
            "share_of_right_answers",
            _each(lambda right, count, all_right, photos: right / max(all_right, 1)),
            "You say which share of the right answers lies in each group. Asked is which share of "
            "each group is right.",
        ),
        Misconception(
            "share_wrong",
            _each(lambda right, count, all_right, photos: 1 - right / count),
            "You count the mistakes. Accuracy is the share that is right.",
        ),
        Misconception(
            "all_wrong_left_out",
            _only_groups_with_a_right_answer,
            "A group in which every answer is wrong is missing from your result. That is the group "
            "you most want to see: it gets 0.0.",
        ),
        Misconception(
            "one_number_for_all",
            _mean_over_groups,
            "You give a single number. Give a dictionary with the accuracy of each group.",
        ),
    ),
)


# Written

MODEL_CARD = Exercise(
    name="model_card",
    chapter=6,
    section="6.4",
    title="In your own words: the card of your model",
    difficulty="medium",
    minutes=20,
    points=4,
    kind="written",
    milestone="6.3",
    hints=(
        "Write for somebody who has never met you. What goes in, what comes out, and what was it "
        "made from?",
        "A measured number needs three things: on how many photos, which photos, and a range. "
        "Section 5.1 says how wide the range is.",
        "For the limits, think of a photo on which it would fail: too dark, something else in the "
        "picture, an object of no known class. For the consent, think of people in the photos.",
    ),
    rubric=(
        "1 point: what it is for, the classes in order, and the size of the photos.\n"
        "1 point: where the photos come from, how they were split, and the accuracy on test photos "
        "with their number and a range.\n"
        "1 point: at least two limits that follow from the photos or from a measurement (light, "
        "background, unknown objects), and one use for which it must not be used.\n"
        "1 point: licence and consent of the photos, version and date."
    ),
)

EXERCISES = (
    SAVE_MODEL,
    NAMES_FOR_PHOTOS,
    PREDICT_NAME,
    CLASSIFY_FOLDER,
    ACCURACY_BY_GROUP,
    SHARE_WITHOUT_PLACE,
    MODEL_CARD,
)
