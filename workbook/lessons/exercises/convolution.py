"""Exercises of Chapter 4 on single layers: convolution and pooling."""

import torch
from torch import nn
from torch.nn import functional as F

from workbook.lessons.exercises.exercise import Case, Exercise, Misconception
from workbook.lessons.exercises.random_cases import generator_of, whole

# 4.1 convolution_facts


def _convolution_facts(size, colours, filters, kernel, stride, padding):
    layer = nn.Conv2d(colours, filters, kernel, stride=stride, padding=padding)
    side = layer(torch.zeros(1, colours, size, size)).shape[-1]
    return side, sum(parameter.numel() for parameter in layer.parameters())


def _side(size, kernel, stride, padding):
    return (size + 2 * padding - kernel) // stride + 1


def _facts_cases(seed):
    generator = generator_of(seed)
    fixed = [(32, 3, 16, 3, 1, 0), (8, 1, 1, 1, 1, 0), (5, 3, 4, 5, 1, 0), (9, 2, 3, 4, 2, 1)]
    drawn = [
        (
            whole(generator, 8, 40),
            whole(generator, 1, 12),
            whole(generator, 1, 20),
            whole(generator, 1, 7),
            whole(generator, 1, 3),
            whole(generator, 0, 3),
        )
        for _ in range(8)
    ]
    return [Case(arguments) for arguments in fixed + drawn]


CONVOLUTION_FACTS = Exercise(
    name="convolution_facts",
    chapter=4,
    section="4.1",
    title="What a convolution makes, and what it has to learn",
    difficulty="easy",
    minutes=10,
    milestone="4.1",
    reference=_convolution_facts,
    cases=_facts_cases,
    hints=(
        "Do the two numbers one after the other. Start with the weights: how many numbers does "
        "one filter have, if it looks at all colours at once? And each filter has one bias.",
        "Weights: filters * (colours * kernel * kernel + 1). For the side, imagine a row of "
        "size + 2 * padding pixels. How far can the left edge of the kernel go?",
        "The left edge can go (size + 2 * padding - kernel) pixels, in steps of stride. Count the "
        "whole steps with //, and add 1 for the place where it starts.",
    ),
    misconceptions=(
        Misconception(
            "no_bias",
            lambda size, colours, filters, kernel, stride, padding: (
                _side(size, kernel, stride, padding),
                filters * colours * kernel * kernel,
            ),
            "The side is right. The biases are missing from your count: each filter has one, and "
            "it is learned as well.",
        ),
        Misconception(
            "one_bias_for_all",
            lambda size, colours, filters, kernel, stride, padding: (
                _side(size, kernel, stride, padding),
                filters * colours * kernel * kernel + 1,
            ),
            "The side is right. But you count a single bias. Each filter has a bias of its own.",
        ),
        Misconception(
            "filters_are_flat",
            lambda size, colours, filters, kernel, stride, padding: (
                _side(size, kernel, stride, padding),
                filters * (kernel * kernel + 1),
            ),
            "The side is right. A filter looks at all colours at once, so it has kernel * kernel "
            "weights for each of them.",
        ),
        Misconception(
            "padding_on_one_side",
            lambda size, colours, filters, kernel, stride, padding: (
                (size + padding - kernel) // stride + 1,
                filters * (colours * kernel * kernel + 1),
            ),
            "The weights are right. Padding is added on both sides of the photo, so it counts "
            "twice.",
        ),
        Misconception(
            "first_place_forgotten",
            lambda size, colours, filters, kernel, stride, padding: (
                (size + 2 * padding - kernel) // stride,
                filters * (colours * kernel * kernel + 1),
            ),
            "The weights are right. The side is one too small: you counted the steps of the "
            "kernel, and forgot the place where it starts.",
        ),
        Misconception(
            "half_steps_counted",
            lambda size, colours, filters, kernel, stride, padding: (
                -(-(size + 2 * padding - kernel) // stride) + 1,
                filters * (colours * kernel * kernel + 1),
            ),
            "The weights are right. When the last step does not fit any more, the kernel does not "
            "take it. Round down, not up.",
        ),
    ),
)


# 4.2 convolve


def _convolve(photo, kernel):
    return F.conv2d(photo[None, None], kernel[None, None])[0, 0]


def _matrix_products(photo, kernel):
    side = len(kernel)
    windows = photo.unfold(0, side, 1).unfold(1, side, 1)
    return (windows @ kernel).sum(dim=(2, 3))


def _convolve_cases(seed):
    generator = generator_of(seed)
    photo_and_kernel = [
        (torch.tensor([[0.0, 0, 0, 9, 9, 9]] * 4), torch.tensor([[-1.0, 0, 1]] * 3)),
        (torch.randn(6, 7, generator=generator), torch.randn(5, 5, generator=generator)),
        (torch.randn(3, 4, generator=generator), torch.randn(1, 1, generator=generator)),
    ]
    for side in (2, 3, 3, 4):
        height, width = whole(generator, 5, 7), whole(generator, 8, 10)
        photo = torch.randn(height, width, generator=generator)
        photo_and_kernel.append((photo, torch.randn(side, side, generator=generator)))
    return [Case(arguments) for arguments in photo_and_kernel]


CONVOLVE = Exercise(
    name="convolve",
    chapter=4,
    section="4.2",
    title="Convolution by hand",
    difficulty="medium",
    minutes=15,
    milestone="4.2",
    reference=_convolve,
    cases=_convolve_cases,
    tolerance=1e-4,
    hints=(
        "A kernel with 3 rows fits into a photo with 5 rows at 3 places: 5 - 3 + 1. Make a result "
        "of the right size first, with torch.zeros(rows, columns).",
        "Use two loops, one over the rows of the result and one over its columns. In each round, "
        "cut out the window: photo[row : row + side, column : column + side].",
        "The value at one place is (window * kernel).sum(). The star multiplies number by number, "
        "which is what you want.",
    ),
    misconceptions=(
        Misconception(
            "kernel_turned",
            lambda photo, kernel: _convolve(photo, kernel.flip(0, 1)),
            "Your kernel is turned by half a circle before it is used. Mathematicians define a "
            "convolution that way. Neural networks do not: lay the kernel on as it is.",
        ),
        Misconception(
            "rows_and_columns_swapped",
            lambda photo, kernel: _convolve(photo, kernel.T),
            "The rows and columns of your kernel are swapped. kernel[i][j] belongs to the pixel "
            "i rows down and j columns to the right.",
        ),
        Misconception(
            "mean_taken",
            lambda photo, kernel: _convolve(photo, kernel) / kernel.numel(),
            "You take the mean of the products. A convolution adds them up.",
        ),
        Misconception(
            "last_place_left_out",
            lambda photo, kernel: _convolve(photo, kernel)[:-1, :-1],
            "The last row and the last column of the result are missing. A kernel with side 3 "
            "fits into 5 rows at 5 - 3 + 1 places.",
        ),
        Misconception(
            "photo_padded",
            lambda photo, kernel: F.conv2d(
                photo[None, None], kernel[None, None], padding=len(kernel) // 2
            )[0, 0],
            "Your result is as large as the photo. The task asks for the places only where the "
            "whole kernel lies on the photo.",
        ),
        Misconception(
            "matrix_product",
            _matrix_products,
            "window @ kernel is the product of two matrices, which is something else. You need "
            "window * kernel, number by number.",
        ),
    ),
)


# 4.3 max_pool


def _max_pool(feature_map, square):
    return F.max_pool2d(feature_map[None], square)[0]


def _max_pool_cases(seed):
    generator = generator_of(seed)
    maps = [
        (torch.tensor([[1.0, 0, 2, 3], [4, 6, 6, 8], [3, 1, 1, 0], [1, 3, 2, 9]]), 2),
        (-torch.rand(4, 6, generator=generator) - 0.1, 2),
        (torch.randn(6, 7, generator=generator), 3),
        (torch.randn(3, 5, generator=generator), 1),
    ]
    for square in (2, 2, 3, 4):
        height = square * whole(generator, 2, 3) + whole(generator, 0, square - 1)
        width = square * whole(generator, 2, 4) + 1
        maps.append((torch.randn(height, width, generator=generator), square))
    return [Case(arguments) for arguments in maps]


MAX_POOL = Exercise(
    name="max_pool",
    chapter=4,
    section="4.3",
    title="Max pooling by hand",
    difficulty="medium",
    minutes=15,
    milestone="4.2",
    reference=_max_pool,
    cases=_max_pool_cases,
    hints=(
        "How many squares fit side by side? width // square. The // drops what does not fit. Make "
        "a result with that many rows and columns.",
        "Loop over the rows and columns of the result. The square for (row, column) starts at "
        "row * square and column * square in the map.",
        "Cut it out: feature_map[row * square : (row + 1) * square, column * square : (column + 1) "
        "* square]. Its largest value is .max().",
    ),
    misconceptions=(
        Misconception(
            "average_pooling",
            lambda feature_map, square: F.avg_pool2d(feature_map[None], square)[0],
            "This is average pooling. Max pooling keeps the largest value of each square.",
        ),
        Misconception(
            "squares_overlap",
            lambda feature_map, square: F.max_pool2d(feature_map[None], square, stride=1)[0],
            "Your square moves on by one pixel, so the squares overlap. It has to move on by its "
            "whole side.",
        ),
        Misconception(
            "rest_kept",
            lambda feature_map, square: F.max_pool2d(feature_map[None], square, ceil_mode=True)[0],
            "You keep squares that stick out of the map. What does not fill a whole square at the "
            "right or at the bottom is dropped.",
        ),
        Misconception(
            "never_below_zero",
            lambda feature_map, square: _max_pool(feature_map, square).clamp(min=0),
            "Where all values of a square are below zero, your largest one is 0, which is not "
            "among them. Do not start your search for the largest value at 0.",
        ),
        Misconception(
            "first_value_kept",
            lambda feature_map, square: feature_map[::square, ::square][
                : len(feature_map) // square, : feature_map.shape[1] // square
            ],
            "You keep the value in the top left corner of each square, not the largest one.",
        ),
    ),
)
