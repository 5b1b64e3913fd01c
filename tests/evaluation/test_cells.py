"""The photos of a cell of the confusion matrix, against a count of its own."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from workbook.evaluation.answers import Evaluation
from workbook.evaluation.cells import largest_mistakes, most_mistaken_classes, photos_in_cell

CLASSES = 4


@st.composite
def evaluations(draw):
    count = draw(st.integers(1, 40))
    generator = torch.Generator().manual_seed(draw(st.integers(0, 10_000)))
    labels = torch.randint(0, CLASSES, (count,), generator=generator)
    probabilities = (torch.randn(count, CLASSES, generator=generator) * 2).softmax(dim=1)
    return Evaluation(labels, probabilities, "abcd")


@given(evaluations())
def test_cells_hold_every_photo_once_with_the_surest_first(evaluation):
    seen = []
    for shown in range(CLASSES):
        for said in range(CLASSES):
            positions = photos_in_cell(evaluation, shown, said)
            answers = evaluation.probabilities[positions].max(dim=1)
            assert evaluation.labels[positions].tolist() == [shown] * len(positions)
            assert answers.indices.tolist() == [said] * len(positions)
            assert answers.values.tolist() == sorted(answers.values.tolist(), reverse=True)
            seen += positions
    assert sorted(seen) == list(range(evaluation.count))


@given(evaluations())
def test_mistakes_are_counted_as_by_hand(evaluation):
    pairs = list(zip(evaluation.labels.tolist(), evaluation.predictions.tolist(), strict=True))
    by_hand = {pair: pairs.count(pair) for pair in pairs if pair[0] != pair[1]}
    listed = largest_mistakes(evaluation)
    assert {(shown, said): count for shown, said, count in listed} == by_hand
    counts = [count for _, _, count in listed]
    assert counts == sorted(counts, reverse=True)


def test_the_classes_with_most_mistakes_are_kept_in_their_order():
    labels = torch.tensor([0, 1, 1, 2, 3, 3])
    answers = torch.tensor([0, 3, 3, 2, 1, 3])
    evaluation = Evaluation(labels, torch.nn.functional.one_hot(answers, 4).float(), "abcd")
    assert most_mistaken_classes(evaluation, 2) == [1, 3]
    assert most_mistaken_classes(evaluation, 9) == [0, 1, 2, 3]
