"""Exercises of Chapter 5 on single numbers: precision and recall, and the range of an accuracy."""

import random

from workbook.lessons.exercises.exercise import Case, Exercise, Misconception
from workbook.lessons.exercises.random_cases import labels_and_answers

# 5.1 precision_and_recall


def _precision_and_recall(truth, answers, watched):
    from sklearn.metrics import precision_score, recall_score

    is_true, is_said = ([one == watched for one in names] for names in (truth, answers))
    return (
        float(precision_score(is_true, is_said, zero_division=0)),
        float(recall_score(is_true, is_said, zero_division=0)),
    )


def _share_right(truth, answers):
    return sum(one == other for one, other in zip(truth, answers, strict=True)) / len(truth)


def _both_over_all(truth, answers, watched):
    both = sum(one == other == watched for one, other in zip(truth, answers, strict=True))
    return both / len(truth), both / len(truth)


def _unguarded(truth, answers, watched):
    both = sum(one == other == watched for one, other in zip(truth, answers, strict=True))
    return both / answers.count(watched), both / truth.count(watched)


def _one_where_empty(truth, answers, watched):
    precision, recall = _precision_and_recall(truth, answers, watched)
    return (
        precision if watched in answers else 1.0,
        recall if watched in truth else 1.0,
    )


def _precision_cases(seed):
    chance = random.Random(seed)
    names = ["cat", "dog", "bird"]
    cases = [
        Case((["cat", "cat", "dog", "dog"], ["cat", "dog", "dog", "dog"], "dog")),
        Case((["cat"] * 9 + ["dog"], ["cat"] * 10, "dog")),
        Case((["dog", "cat", "bird"], ["dog", "cat", "cat"], "dog")),
        Case((["cat", "cat", "bird"], ["cat", "dog", "dog"], "dog")),
    ]
    for count, right in ((12, 0.7), (20, 0.4), (30, 0.6)):
        truth, answers = labels_and_answers(chance, 3, count, right=right)
        named = [[names[index] for index in indices] for indices in (truth, answers)]
        cases.append(Case((*named, chance.choice(names))))
    return cases


PRECISION_AND_RECALL = Exercise(
    name="precision_and_recall",
    chapter=5,
    section="5.1",
    title="Precision and recall of one class",
    difficulty="easy",
    minutes=12,
    milestone="5.1",
    reference=_precision_and_recall,
    cases=_precision_cases,
    hints=(
        "Count three things: how often the model said the class, how many photos show it, and how "
        "often both is true of the same photo.",
        "answers.count(watched) and truth.count(watched) give the first two. For the third, go "
        "through zip(truth, answers).",
        "Precision is both / said and recall is both / shown. Before each division ask whether "
        "the number below the line is 0; then the result is 0.0.",
    ),
    misconceptions=(
        Misconception(
            "swapped",
            lambda truth, answers, watched: _precision_and_recall(truth, answers, watched)[::-1],
            "Your two numbers are swapped. Precision looks at what the model said (when the alarm "
            "rings, is there a fire?); recall looks at what is there.",
        ),
        Misconception(
            "accuracy_given",
            lambda truth, answers, watched: (_share_right(truth, answers),) * 2,
            "That is the accuracy over all photos. Look at the one watched class only.",
        ),
        Misconception(
            "divided_by_all_photos",
            _both_over_all,
            "You divide by the number of all photos. Precision divides by how often the model "
            "said the class, recall by how many photos show it.",
        ),
        Misconception(
            "division_by_zero",
            _unguarded,
            "When the model never says the class, or no photo shows it, you divide by 0. In that "
            "case the number is 0.0.",
        ),
        Misconception(
            "perfect_where_empty",
            _one_where_empty,
            "When there is nothing to divide by, the task asks for 0.0 and not for 1.0: an alarm "
            "that never rings has earned no praise.",
        ),
    ),
)


# 5.1 accuracy_interval


def _accuracy_interval(right, count):
    from scipy.stats import binomtest

    interval = binomtest(right, count).proportion_ci(0.95, method="wilson")
    return float(interval.low), float(interval.high)


def _wilson(right, count, z=1.96):
    share = right / count
    middle = share + z**2 / (2 * count)
    reach = z * (share * (1 - share) / count + z**2 / (4 * count**2)) ** 0.5
    return middle, reach, 1 + z**2 / count


def _not_shrunk(right, count):
    middle, reach, _ = _wilson(right, count)
    return middle - reach, middle + reach


def _around_the_accuracy(right, count):
    share = right / count
    reach = 1.96 * (share * (1 - share) / count) ** 0.5
    return share - reach, share + reach


def _without_root(right, count):
    share, z = right / count, 1.96
    middle, _, shrink = _wilson(right, count)
    reach = z * (share * (1 - share) / count + z**2 / (4 * count**2))
    return (middle - reach) / shrink, (middle + reach) / shrink


def _with_one_deviation(right, count):
    middle, reach, shrink = _wilson(right, count, z=1.0)
    return (middle - reach) / shrink, (middle + reach) / shrink


def _in_percent(right, count):
    return tuple(100 * bound for bound in _accuracy_interval(right, count))


def _interval_cases(seed):
    chance = random.Random(seed)
    cases = [(45, 50), (10, 10), (0, 10), (1, 2)]
    for most in (30, 100, 400, 1000):
        count = chance.randint(most // 2, most)
        cases.append((chance.randint(0, count), count))
    return [Case(arguments) for arguments in cases]


ACCURACY_INTERVAL = Exercise(
    name="accuracy_interval",
    chapter=5,
    section="5.1",
    title="How sure is an accuracy?",
    difficulty="medium",
    minutes=12,
    milestone="5.1",
    reference=_accuracy_interval,
    cases=_interval_cases,
    tolerance=1e-3,
    hints=(
        "Give names to the parts: share = right / count and z = 1.96. Then work out middle, reach "
        "and shrink one by one, as in the task.",
        "A root is the power one half: (...) ** 0.5. Mind the brackets: in z**2 / (4 * count**2) "
        "the whole bracket is below the line.",
        "At the end: return (middle - reach) / shrink, (middle + reach) / shrink.",
    ),
    misconceptions=(
        Misconception(
            "simple_formula",
            _around_the_accuracy,
            "You use a simpler formula, accuracy plus and minus something. Look what it says for "
            "10 right of 10: no doubt at all. Use all three parts of the task's formula.",
        ),
        Misconception(
            "not_divided_by_shrink",
            _not_shrunk,
            "The last step is missing: both ends are divided by shrink.",
        ),
        Misconception(
            "root_forgotten",
            _without_root,
            "The root is missing in reach. In Python, write ** 0.5 behind the whole bracket.",
        ),
        Misconception(
            "z_is_one",
            _with_one_deviation,
            "Your range is too narrow: it would hold in about 68 of 100 cases. For 95 of 100, z "
            "is 1.96.",
        ),
        Misconception(
            "percent_given",
            _in_percent,
            "Your range is in percent. Give shares between 0 and 1.",
        ),
        Misconception(
            "high_end_first",
            lambda right, count: _accuracy_interval(right, count)[::-1],
            "The two ends are swapped. The lower one comes first.",
        ),
    ),
)
