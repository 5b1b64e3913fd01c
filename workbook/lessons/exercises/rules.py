"""Exercises of Chapter 1 on rules: one made by hand, and one found from examples."""

import random

import torch

from workbook.lessons.exercises.exercise import Case, Exercise, Misconception
from workbook.lessons.exercises.random_cases import generator_of

# 1.1 colour_rule


def _colour_rule(photo, limit):
    red, green, _ = photo.double().mean(dim=(1, 2)).tolist()
    return "apple" if red - green > limit else "pear"


def _say(is_apple):
    return "apple" if is_apple else "pear"


def _colour_rule_cases(seed):
    generator = generator_of(seed)
    cases = []
    for red, green, limit in [(200, 90, 50), (90, 200, 50), (130, 100, 40), (140, 100, 40)]:
        photo = torch.tensor([red, green, 60], dtype=torch.uint8).view(3, 1, 1).repeat(1, 2, 4)
        cases.append(Case((photo, limit)))
    for offset in (-9, -5, -2, 2, 5, 9) * 3:
        photo = torch.randint(0, 256, (3, 6, 8), generator=generator, dtype=torch.uint8)
        red, green, _ = photo.double().mean(dim=(1, 2)).tolist()
        cases.append(Case((photo, round(red - green) + offset)))
    return cases


COLOUR_RULE = Exercise(
    name="colour_rule",
    chapter=1,
    section="1.1",
    title="A rule about colour",
    difficulty="easy",
    minutes=10,
    milestone="1.2",
    reference=_colour_rule,
    cases=_colour_rule_cases,
    hints=(
        "photo[0] is the red part of the photo, photo[1] the green one and photo[2] the blue one.",
        "photo[0].float().mean() is the average of the red numbers. The .float() is needed: whole "
        "numbers from 0 to 255 cannot hold an average.",
        "Subtract the average green from the average red, and compare with the limit: if it is "
        'larger, return "apple". In all other cases return "pear".',
    ),
    misconceptions=(
        Misconception(
            "limit_ignored",
            lambda photo, limit: _say(photo[0].float().mean() > photo[1].float().mean()),
            "You compare red with green, and never use the limit. The red has to be larger by more "
            "than the limit.",
        ),
        Misconception(
            "red_alone",
            lambda photo, limit: _say(photo[0].float().mean() > limit),
            "You look at the red alone. A white wall has much red too. Subtract the green.",
        ),
        Misconception(
            "answers_swapped",
            lambda photo, limit: "pear" if _colour_rule(photo, limit) == "apple" else "apple",
            "It is exactly the wrong way round: your apples are pears.",
        ),
        Misconception(
            "equal_counts",
            lambda photo, limit: _say(photo[0].double().mean() - photo[1].double().mean() >= limit),
            "Nearly. When the difference is exactly the limit, it is not larger than the limit.",
        ),
        Misconception(
            "numbers_wrap_around",
            lambda photo, limit: _say((photo[0] - photo[1]).float().mean() > limit),
            "You subtract whole numbers from 0 to 255, and those wrap around below 0, like a "
            "mileage counter. Use .float() first.",
        ),
    ),
)


# 1.2 best_limit


def _count_right(numbers, labels, limit):
    return sum(
        (number > limit) == bool(label) for number, label in zip(numbers, labels, strict=True)
    )


def _best_limit(numbers, labels, limits):
    return max(limits, key=lambda limit: _count_right(numbers, labels, limit))


def _best_limit_cases(seed):
    chance = random.Random(seed)
    cases = [
        Case(([20, 30, 80, 90], [0, 0, 1, 1], [10, 50, 70, 85])),
        Case(([60, 40, 50], [1, 0, 1], [70, 50, 45, 30])),
        Case(([10, 200], [1, 0], [100, 250])),
        Case(([10, 200], [1, 0], [100, 150])),  # no limit gets any of them right
    ]
    for count in (6, 9, 12, 15, 20, 25):
        numbers = [chance.randrange(0, 250, 10) for _ in range(count)]
        labels = [int(number + chance.randrange(-80, 80) > 120) for number in numbers]
        limits = list(range(0, 250, chance.choice([10, 25])))
        chance.shuffle(limits)
        cases.append(Case((numbers, labels, limits)))
    return cases


BEST_LIMIT = Exercise(
    name="best_limit",
    chapter=1,
    section="1.2",
    title="Let the examples find the limit",
    difficulty="medium",
    minutes=20,
    milestone="1.2",
    reference=_best_limit,
    cases=_best_limit_cases,
    hints=(
        "You need two loops, one inside the other: for each limit, go through all examples and "
        "count how many the rule gets right.",
        "for number, label in zip(numbers, labels) walks through both lists together. The rule is "
        "right if number > limit and the label is 1, and also if not and the label is 0.",
        "Keep two notes: the best limit so far, and how many it got right. Change them only when "
        "the count is larger than the noted one; then the first of several equal ones stays.",
    ),
    misconceptions=(
        Misconception(
            "last_of_equals",
            lambda numbers, labels, limits: _best_limit(numbers, labels, limits[::-1]),
            "When several limits are equally good, you take the last. The first one is wanted: "
            "change your note only when the count is larger.",
        ),
        Misconception(
            "count_returned",
            lambda numbers, labels, limits: max(
                _count_right(numbers, labels, limit) for limit in limits
            ),
            "You return how many answers are right. Return the limit that got them.",
        ),
        Misconception(
            "place_returned",
            lambda numbers, labels, limits: limits.index(_best_limit(numbers, labels, limits)),
            "You return the place of the best limit in the list. Return the limit itself.",
        ),
        Misconception(
            "worst_limit",
            lambda numbers, labels, limits: min(
                limits, key=lambda limit: _count_right(numbers, labels, limit)
            ),
            "You found the worst limit of all. Look at the comparison of the counts.",
        ),
        Misconception(
            "only_ones_counted",
            lambda numbers, labels, limits: max(
                limits,
                key=lambda limit: sum(
                    n > limit and y == 1 for n, y in zip(numbers, labels, strict=True)
                ),
            ),
            "You count only examples with the label 1. A 0 below the limit is a right answer too.",
        ),
        Misconception(
            "rule_turned_round",
            lambda numbers, labels, limits: max(
                limits,
                key=lambda limit: sum(
                    (n < limit) == bool(y) for n, y in zip(numbers, labels, strict=True)
                ),
            ),
            "Your rule says 1 below the limit. It should say 1 above it.",
        ),
    ),
)
