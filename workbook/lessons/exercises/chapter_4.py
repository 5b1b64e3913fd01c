"""The exercises of Chapter 4: convolution, pooling, a small CNN, a frozen backbone, "not sure"."""

import torch

from workbook.lessons.exercises.convolution import CONVOLUTION_FACTS, CONVOLVE, MAX_POOL
from workbook.lessons.exercises.exercise import Case, Exercise, Misconception
from workbook.lessons.exercises.networks import FREEZE_BACKBONE, SMALL_CNN
from workbook.lessons.exercises.random_cases import generator_of, whole

# 4.6 top_answers


def _top_answers(shares, names, k, threshold):
    best = torch.tensor(shares, dtype=torch.float64).topk(min(k, len(shares)))
    if best.values[0] < threshold:
        return ["not sure"]
    return [names[index] for index in best.indices.tolist()]


def _ranked(shares, names, **order):
    return [name for _, name in sorted(zip(shares, names, strict=True), **order)]


def _top_answers_cases(seed):
    generator = generator_of(seed)
    names = ["bottle", "bowl", "cup", "mug", "plate", "vase", "spoon", "fork"]
    cases = [
        ([0.125, 0.5, 0.375], ["cup", "bowl", "vase"], 2, 0.5),
        ([0.125, 0.5, 0.375], ["cup", "bowl", "vase"], 5, 0.25),
        ([0.2, 0.35, 0.45], ["cup", "bowl", "vase"], 1, 0.6),
        ([0.05, 0.85, 0.1], ["vase", "mug", "bowl"], 2, 0.3),
    ]
    for k in (1, 2, 3, 3):
        count = whole(generator, 4, 8)
        order = torch.randperm(count, generator=generator).tolist()
        shares = (2 * torch.rand(count, generator=generator)).softmax(0)
        threshold = float(shares.max()) + float(torch.rand(1, generator=generator)) * 0.3 - 0.2
        shares = [round(share, 4) for share in shares.tolist()]
        cases.append((shares, [names[i] for i in order], k, round(threshold, 2)))
    return [Case(arguments) for arguments in cases]


TOP_ANSWERS = Exercise(
    name="top_answers",
    chapter=4,
    section="4.6",
    title="The best answers, or “not sure”",
    difficulty="medium",
    minutes=15,
    milestone="4.4",
    reference=_top_answers,
    cases=_top_answers_cases,
    hints=(
        "First the question of the threshold: is the largest share, max(shares), below it? Then "
        "you can return at once.",
        "zip(shares, names) makes pairs of a share and its name. sorted(pairs, reverse=True) puts "
        "the pair with the largest share first.",
        "From the sorted pairs take the first k, pairs[:k], and of each pair the name. If k is "
        "larger than the list, [:k] simply takes all.",
    ),
    misconceptions=(
        Misconception(
            "threshold_ignored",
            lambda shares, names, k, threshold: _ranked(shares, names, reverse=True)[:k],
            "You never say “not sure”. When the largest share is below the threshold, the answer "
            'is ["not sure"].',
        ),
        Misconception(
            "threshold_for_each_name",
            lambda shares, names, k, threshold: (
                [
                    name
                    for share, name in sorted(zip(shares, names, strict=True), reverse=True)
                    if share >= threshold
                ][:k]
                or ["not sure"]
            ),
            "You compare every share with the threshold. Only the largest one decides; then all "
            "of the first k names are given.",
        ),
        Misconception(
            "lowest_first",
            lambda shares, names, k, threshold: (
                ["not sure"] if max(shares) < threshold else _ranked(shares, names)[:k]
            ),
            "Your list begins with the smallest shares. Sort the other way round.",
        ),
        Misconception(
            "first_names_taken",
            lambda shares, names, k, threshold: (
                ["not sure"] if max(shares) < threshold else list(names[:k])
            ),
            "You take the first k names as they stand in the list. Take those with the largest "
            "shares.",
        ),
        Misconception(
            "equal_counts_as_below",
            lambda shares, names, k, threshold: (
                ["not sure"]
                if max(shares) <= threshold
                else _ranked(shares, names, reverse=True)[:k]
            ),
            "A share that is exactly as large as the threshold is not below it. Then an answer is "
            "given.",
        ),
        Misconception(
            "only_the_best",
            lambda shares, names, k, threshold: (
                ["not sure"]
                if max(shares) < threshold
                else _ranked(shares, names, reverse=True)[:1]
            ),
            "You give only the best answer. The task asks for the best k.",
        ),
    ),
)


# Written

COMPARE_CURVES = Exercise(
    name="compare_curves",
    chapter=4,
    section="4.2",
    title="In your own words: which network would you keep?",
    difficulty="easy",
    minutes=10,
    milestone="4.3",
    points=2,
    kind="written",
    hints=(
        "Look at the validation columns first: photos that the network did not learn from.",
        "Then look at how far training and validation are apart, and whether the last lines still "
        "improve.",
        "A confidence of 97 % is a number that the network says about itself. Where in the table "
        "can you check whether it is right?",
    ),
    rubric=(
        "1 point: chooses the CNN by its validation accuracy (not by training accuracy), and says "
        "that the dense network knows its training photos but not the others.\n"
        "1 point: says that confidence is not correctness, with a reason: it is right far less "
        "often than it claims on the validation photos, or the photo may show none of its "
        "classes."
    ),
)

EXERCISES = (
    CONVOLUTION_FACTS,
    CONVOLVE,
    MAX_POOL,
    SMALL_CNN,
    FREEZE_BACKBONE,
    TOP_ANSWERS,
    COMPARE_CURVES,
)
