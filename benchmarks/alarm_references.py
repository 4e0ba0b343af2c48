"""Alarm rules that surveillance uses, as defined in the literature, for `alarms.py` to compare with.

Each takes weekly counts of shape (series, weeks) and returns a score of that shape: the larger, the more unusual; what
is not scored for want of history is ``-inf``. An alarm is a score above a threshold.

- EARS C1, C2, C3: Hutwagner et al., "The bioterrorism preparedness and response Early Aberration Reporting System",
  J Urban Health 80 (2003), with a baseline of 7 periods, for C2 and C3 with a lag of 2.
- Farrington et al., "A statistical algorithm for the early detection of outbreaks of infectious disease", J R Stat Soc
  A 159 (1996): the same weeks of the years before, three to each side, quasi-Poisson, past outbreaks weighed down by
  their Anscombe residuals, two-thirds power limits. With one year of history the rule fits no trend.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
_SMALLEST_DEVIATION = 1.0  # a series of zeros has none: without a floor its first call is an outbreak
_YEAR, _HALF_WINDOW = 52, 3


def _blank(counts: Floats) -> Floats:
    return np.full(counts.shape, -np.inf)


def score_fixed(counts: Floats) -> Floats:
    """Return the counts themselves: one threshold for all."""
    return counts.astype(np.float64)


def _standard(counts: Floats, length: int, lag: int) -> Floats:
    found = _blank(counts)
    for week in range(length + lag, counts.shape[1]):
        past = counts[:, week - lag - length : week - lag]
        deviation = np.maximum(past.std(axis=1, ddof=1), _SMALLEST_DEVIATION)
        found[:, week] = (counts[:, week] - past.mean(axis=1)) / deviation
    return found


def score_z(counts: Floats) -> Floats:
    """Return the z-score against the last 12 weeks."""
    return _standard(counts, 12, 0)


def score_c1(counts: Floats) -> Floats:
    """Return EARS C1."""
    return _standard(counts, 7, 0)


def score_c2(counts: Floats) -> Floats:
    """Return EARS C2."""
    return _standard(counts, 7, 2)


def score_c3(counts: Floats) -> Floats:
    """Return EARS C3: what the last three C2 have above 1, summed."""
    above = np.maximum(score_c2(counts) - 1, 0)
    found = _blank(counts)
    for week in range(11, counts.shape[1]):
        found[:, week] = above[:, week - 2 : week + 1].sum(axis=1)
    return found


def score_farrington(counts: Floats) -> Floats:
    """Return Farrington's exceedance at z = 1 (the threshold of the score stands for the quantile)."""
    found = _blank(counts)
    for week in range(_YEAR + _HALF_WINDOW, counts.shape[1]):
        past = counts[:, week - _YEAR - _HALF_WINDOW : week - _YEAR + _HALF_WINDOW + 1]
        number = past.shape[1]
        mean = np.maximum(past.mean(axis=1), 1e-6)
        weights = np.ones_like(past)
        for _ in range(2):
            dispersion = np.maximum(
                (weights * (past - mean[:, None]) ** 2 / mean[:, None]).sum(axis=1) / (number - 1), 1
            )
            residual = 1.5 * (past ** (2 / 3) - mean[:, None] ** (2 / 3)) / mean[:, None] ** (1 / 6)
            residual /= np.sqrt(dispersion[:, None] * (1 - 1 / number))
            weights = np.where(residual > 1, np.maximum(residual, 1e-9) ** -2, 1.0)
            weights *= number / weights.sum(axis=1, keepdims=True)
            mean = np.maximum((weights * past).mean(axis=1), 1e-6)
        spread = dispersion + dispersion * (weights**2).sum(axis=1) / number**2  # of the mean itself, relative to it
        limit = mean * (1 + 2 / 3 * np.sqrt(spread / mean)) ** 1.5
        score = (counts[:, week] - mean) / np.maximum(limit - mean, 1e-9)
        # The rule keeps silent on fewer than five reports in four weeks.
        found[:, week] = np.where(counts[:, week - 3 : week + 1].sum(axis=1) >= 5, score, -np.inf)
    return found


REFERENCES = {
    "fixed threshold": score_fixed,
    "z-score, 12 weeks": score_z,
    "EARS C1": score_c1,
    "EARS C2": score_c2,
    "EARS C3": score_c3,
    "Farrington (b=1, w=3)": score_farrington,
}
