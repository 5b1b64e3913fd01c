"""Exercises of Chapter 5 on the confusion matrix and what can be read from it."""

import random

from workbook.lessons.exercises.exercise import Case, Exercise, Misconception
from workbook.lessons.exercises.random_cases import labels_and_answers

# 5.2 confusion_matrix


def _confusion_matrix(truth, answers, classes):
    from sklearn.metrics import confusion_matrix

    return confusion_matrix(truth, answers, labels=range(classes)).tolist()


def _transposed(truth, answers, classes):
    return [list(row) for row in zip(*_confusion_matrix(truth, answers, classes), strict=True)]


def _one_row_repeated(truth, answers, classes):
    totals = [answers.count(index) for index in range(classes)]
    return [totals] * classes


def _shares_of_rows(truth, answers, classes):
    matrix = _confusion_matrix(truth, answers, classes)
    return [[count / max(sum(row), 1) for count in row] for row in matrix]


def _only_mistakes(truth, answers, classes):
    matrix = _confusion_matrix(truth, answers, classes)
    for index in range(classes):
        matrix[index][index] = 0
    return matrix


def _present_classes_only(truth, answers, classes):
    from sklearn.metrics import confusion_matrix

    return confusion_matrix(truth, answers).tolist()


def _matrix_cases(seed):
    chance = random.Random(seed)
    cases = [Case(([0, 0, 1, 2], [0, 1, 1, 1], 3)), Case(([1, 1, 1, 0], [0, 0, 1, 0], 2))]
    for classes, count, used in ((2, 12, 2), (3, 20, 3), (5, 30, 4), (4, 25, 2)):
        truth, answers = labels_and_answers(chance, classes, count, used=used)
        cases.append(Case((truth, answers, classes)))
    return cases


CONFUSION_MATRIX = Exercise(
    name="confusion_matrix",
    chapter=5,
    section="5.2",
    title="Count a confusion matrix",
    difficulty="easy",
    minutes=10,
    milestone="5.1",
    reference=_confusion_matrix,
    cases=_matrix_cases,
    hints=(
        "Begin with a table of zeros: one row for each class, and in each row one zero for each "
        "class.",
        "[[0] * classes for _ in range(classes)] makes the table. Then go through both lists "
        "together with zip(truth, answers).",
        "For one photo with label and answer: matrix[label][answer] += 1. The row is what the "
        "photo shows.",
    ),
    misconceptions=(
        Misconception(
            "rows_and_columns_swapped",
            _transposed,
            "Your rows and columns are swapped. The row is what the photo shows, the column is "
            "what the model said: matrix[label][answer].",
        ),
        Misconception(
            "one_row_repeated",
            _one_row_repeated,
            "All your rows are alike. [[0] * classes] * classes repeats one and the same row, so "
            "a change in one is a change in all. Make a new row for each class.",
        ),
        Misconception(
            "shares_instead_of_counts",
            _shares_of_rows,
            "You divided. A confusion matrix holds counts: how many photos.",
        ),
        Misconception(
            "right_answers_left_out",
            _only_mistakes,
            "Your diagonal is empty. Right answers are counted as well; they lie on the diagonal.",
        ),
        Misconception(
            "absent_classes_left_out",
            _present_classes_only,
            "A class that has no photos and no answers still needs its row and its column, full "
            "of zeros.",
        ),
    ),
)


# 5.1 recall_per_class


def _recall_per_class(truth, answers, classes):
    import math

    from sklearn.metrics import recall_score

    recalls = recall_score(
        truth, answers, labels=range(classes), average=None, zero_division=math.nan
    )
    return [None if math.isnan(one) else float(one) for one in recalls]


def _by_row(divide):
    """Return a function that works out one number from each row and column of the matrix."""

    def per_class(truth, answers, classes):
        matrix = _confusion_matrix(truth, answers, classes)
        columns = list(zip(*matrix, strict=True))
        return [divide(matrix[i][i], sum(matrix[i]), sum(columns[i])) for i in range(classes)]

    return per_class


def _recall_cases(seed):
    chance = random.Random(seed + 1)
    cases = [Case(([0, 0, 1, 1, 1, 1], [0, 1, 1, 1, 1, 0], 2)), Case(([0, 0, 2], [0, 1, 1], 4))]
    for classes, count, used in ((2, 11, 2), (3, 21, 3), (5, 30, 4)):
        truth, answers = labels_and_answers(chance, classes, count, used=used)
        cases.append(Case((truth, answers, classes)))
    return cases


RECALL_PER_CLASS = Exercise(
    name="recall_per_class",
    chapter=5,
    section="5.2",
    title="Which class is found least often?",
    difficulty="medium",
    minutes=12,
    milestone="5.1",
    builds_on=("confusion_matrix",),
    reference=_recall_per_class,
    cases=_recall_cases,
    hints=(
        "Begin with matrix = confusion_matrix(truth, answers, classes), from the exercise before. "
        "All photos of one class stand in one row.",
        "The recall of class i is the number on the diagonal, matrix[i][i], divided by the sum of "
        "its row, sum(matrix[i]).",
        "Loop over the rows and append to a list. Where the sum of the row is 0, append None.",
    ),
    misconceptions=(
        Misconception(
            "precision_given",
            _by_row(lambda both, shown, said: both / said if said else None),
            "You divide by the sum of the column, which gives the precision. Recall divides by "
            "the row: all photos that show the class.",
        ),
        Misconception(
            "zero_where_no_photo",
            _by_row(lambda both, shown, said: both / shown if shown else 0.0),
            "A class without photos was never missed, so 0 is unfair. Nobody can say what its "
            "recall is: give None.",
        ),
        Misconception(
            "counts_given",
            _by_row(lambda both, shown, said: both if shown else None),
            "You give how many photos of each class were found. Divide by how many there are.",
        ),
        Misconception(
            "share_missed",
            _by_row(lambda both, shown, said: 1 - both / shown if shown else None),
            "That is the share of photos that were missed. Recall is the share that was found.",
        ),
        Misconception(
            "division_by_zero",
            _by_row(lambda both, shown, said: both / shown),
            "When a class has no photos you divide by 0. Give None for such a class.",
        ),
    ),
)
