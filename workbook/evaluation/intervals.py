"""How sure a figure is: intervals for shares and for differences."""

from collections.abc import Sequence
from typing import NamedTuple


class Interval(NamedTuple):
    """A range, from ``low`` to ``high``, that is likely to contain the true value."""

    low: float
    high: float


def wilson_interval(correct: int, count: int, confidence: float = 0.95) -> Interval:
    """Return Wilson's score interval for a share of ``correct`` in ``count`` (Wilson 1927)."""
    from scipy.stats import binomtest

    interval = binomtest(correct, count).proportion_ci(confidence, method="wilson")
    return Interval(float(interval.low), float(interval.high))


class Difference(NamedTuple):
    """How much better ``a`` is than ``b`` on average, with its interval; prints as a sentence."""

    mean: float
    low: float
    high: float
    real: bool

    def __str__(self) -> str:
        verdict = "larger than the noise" if self.real else "not distinguishable from noise"
        return (
            f"a difference of {self.mean:+.3f} (95 % interval {self.low:+.3f} to "
            f"{self.high:+.3f}), {verdict}"
        )


def is_difference_real(
    scores_a: Sequence[float], scores_b: Sequence[float], *, confidence: float = 0.95
) -> Difference:
    """Compare the scores of two ways of training, each repeated with several seeds.

    Returns the difference of the means (a minus b) with Welch's interval (Welch 1947), and
    ``real``: whether the interval leaves out zero. Raises ValueError with fewer than two scores a
    side, because a single run says nothing about the noise.
    """
    from scipy.stats import ttest_ind

    scores_a, scores_b = list(scores_a), list(scores_b)
    if len(scores_a) < 2 or len(scores_b) < 2:
        raise ValueError(
            f"There are {len(scores_a)} and {len(scores_b)} scores, and at least two of each are "
            "needed to see the noise. Train with further seeds."
        )
    mean = sum(scores_a) / len(scores_a) - sum(scores_b) / len(scores_b)
    if len({*scores_a}) == len({*scores_b}) == 1:  # no noise at all: any difference is real
        return Difference(mean, mean, mean, mean != 0)
    result = ttest_ind(scores_a, scores_b, equal_var=False)
    low, high = result.confidence_interval(confidence)
    return Difference(mean, float(low), float(high), bool(low > 0 or high < 0))
