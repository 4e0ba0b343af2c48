"""What past weeks let one expect of a count: expected calls, upper limit, probability.

The expected count of a series is its rate per unit of exposure (workdays, see `hotspot.mine.workdays`) over the past
weeks, recent ones counting more, times the exposure and the season of the week. Its spread is that of a negative
binomial: variance = overdispersion x mean, where the overdispersion rises with the mean as a line pooled over all
series of the week (the NB2 model of Hilbe, *Negative Binomial Regression*, 2011) and each series leans on it as far as
its own weeks are few. Weeks of an earlier outbreak count half (after Farrington et al. 1996, who weigh them down too).
The false discovery rate over everything tested in a week is controlled after Benjamini and Hochberg (1995).
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from hotspot.schema import Baseline

# Fewer weeks allow no alarm; older ones say little about the coming week.
FEWEST_WEEKS: Final = 3
MOST_WEEKS: Final = 26
_UPPER: Final = 0.99
# With more, the simulation raises over one false alarm a week in 2,000 series (benchmarks/alarms.py).
_FALSE_DISCOVERIES: Final = 0.04
# After so many weeks a week counts half.
_HALF_LIFE: Final = 6.0
# An earlier outbreak must not teach that outbreaks are usual.
_OUTBREAK_WEIGHT: Final = 0.5
_PRIOR_CALLS: Final = 0.5
# The pooled overdispersion counts in each series like so many of its own weeks.
_PRIOR_WEEKS: Final = 4.0
# The pooled overdispersion counts in each kind of series like so many calls.
_PRIOR_KIND: Final = 40.0
# Level shifts that no model of the past can know, as a share of the mean squared, for each period looked ahead.
_DRIFT: Final = 0.01
# Overdispersion where too few series are large enough to tell, and how many counts tell.
_USUAL_DISPERSION: Final = 1.5
_FEWEST_COUNTS: Final = 6
_FEWEST_FOR_LINE: Final = 50
# A smaller mean makes the squared deviation a lottery.
_SMALLEST_MEAN: Final = 0.3
_HARDLY_MORE: Final = 1.0001  # a negative binomial needs a variance above its mean

_Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Forecast:
    """What the past lets one expect of each series: arrays of shape (series,)."""

    mean: _Floats
    variance: _Floats

    def upper(self, quantile: float = _UPPER) -> _Floats:
        """Return the count that is passed with a chance of at most ``1 - quantile``."""
        return _quantile(quantile, *self._shape())

    def p_values(self, observed: ArrayLike) -> _Floats:
        """Return the probability of at least `observed` calls in each series."""
        return _at_least(observed, *self._shape())

    def _shape(self) -> tuple[_Floats, _Floats]:
        return self.mean**2 / (self.variance - self.mean), self.mean / self.variance


# The negative binomial by scipy.special: scipy.stats takes more than half a second to import.
def _at_least(observed: ArrayLike, size: ArrayLike, chance: ArrayLike) -> _Floats:
    """Return the probability of at least so many under a negative binomial (NIST DLMF 8.17.5 read from above)."""
    counts = np.asarray(observed, dtype=np.float64)
    tail = special.betainc(np.maximum(counts, 1.0), size, 1.0 - np.asarray(chance))
    return np.asarray(np.where(counts > 0, tail, 1.0))


def _quantile(quantile: float, size: ArrayLike, chance: ArrayLike) -> _Floats:
    """Return the least count that a negative binomial does not pass with probability `quantile`."""
    found = np.ceil(special.nbdtrik(quantile, size, chance))
    one_less = np.maximum(found - 1, 0.0)  # the inverse is a real number and may be a hair too large
    return np.asarray(np.where(1.0 - _at_least(one_less + 1, size, chance) >= quantile, one_less, found))


def forecast(
    past: ArrayLike,
    exposure: ArrayLike | None = None,
    now: float | None = None,
    season: ArrayLike = 1.0,
    groups: Sequence[Hashable] | None = None,
    ahead: int = 1,
) -> Forecast:
    """Return what the past periods let one expect of each series in the coming one.

    Parameters
    ----------
    past : array of shape (series, periods)
        Calls per period, oldest first.
    exposure : array of shape (periods,), optional
        What each period was worth (in workdays, or any unit); 0 for one that was not recorded, which then counts for
        nothing. Without it all are worth the same.
    now : float, optional
        Exposure of the coming period; the mean of the past ones without it.
    season : array of shape (series,) or float
        Factor of the coming period by the time of the year.
    groups : sequence, optional
        Which series are of one kind (the places of a theme): their overdispersion is alike.
    ahead : int
        How many periods the coming one holds: what lies further ahead is less sure.

    Raises
    ------
    ValueError
        No period was recorded.
    """
    counts = np.asarray(past, dtype=np.float64)
    worth = np.ones(counts.shape[1]) if exposure is None else np.asarray(exposure, dtype=np.float64)
    recorded = worth > 0
    if not recorded.any():
        raise ValueError("no recorded period")
    recent = weigh_recent(counts.shape[1])[recorded]
    counts, worth = counts[:, recorded], worth[recorded]
    usual = float(worth.mean())
    coming = usual if now is None else now
    weights = np.broadcast_to(recent, counts.shape)
    kinds = np.zeros(len(counts), dtype=np.intp) if groups is None else _number(groups)
    for _ in range(2):  # once to find earlier outbreaks, once without their weight
        rate = ((weights * counts).sum(axis=1) + _PRIOR_CALLS * recent.mean()) / (weights @ worth)
        fitted = rate[:, None] * worth
        dispersion = _estimate_dispersion(counts, fitted, weights, kinds)
        spread = dispersion[:, None] * fitted * _HARDLY_MORE
        limit = _quantile(_UPPER, fitted**2 / (spread - fitted), fitted / spread)
        weights = np.where(counts > limit, _OUTBREAK_WEIGHT, 1.0) * recent
    mean = rate * coming * np.asarray(season, dtype=np.float64)
    # The mean is itself known only as well as the weeks allow.
    unsure = (weights**2).sum(axis=1) / weights.sum(axis=1) ** 2 * coming / usual
    variance = dispersion * mean * (1 + unsure) + _DRIFT * ahead * mean**2
    return Forecast(mean, np.maximum(variance, mean * _HARDLY_MORE))


def weigh_recent(periods: int) -> _Floats:
    """Return the weights of the periods, oldest first: the last counts 1, one six periods older half as much."""
    return np.asarray(0.5 ** (np.arange(periods)[::-1] / _HALF_LIFE))


def _number(groups: Sequence[Hashable]) -> NDArray[np.intp]:
    known: dict[Hashable, int] = {}
    return np.array([known.setdefault(group, len(known)) for group in groups], dtype=np.intp)


def _estimate_dispersion(counts: _Floats, fitted: _Floats, weights: _Floats, kinds: NDArray[np.intp]) -> _Floats:
    """Return the overdispersion of each series: a line over all series' means, its kind's share, its own weeks."""
    told = fitted >= _SMALLEST_MEAN
    squares = np.where(told, (counts - fitted) ** 2 / np.maximum(fitted, _SMALLEST_MEAN), 0.0)
    share = np.where(told, weights / weights.max(), 0.0)
    number = int(told.sum())
    base, slope = _USUAL_DISPERSION, 0.0
    if number >= _FEWEST_COUNTS:
        # Single outbreaks must not widen everything.
        squares = np.minimum(squares, np.quantile(squares[told], 0.995)) if number >= _FEWEST_FOR_LINE else squares
        periods = counts.shape[1]
        corrected = squares * periods / max(periods - 1, 1)  # the mean was fitted to the same counts
        pull = share / (1 + fitted / 20) ** 2  # large means have large squares: they would draw the line alone
        base = float((pull * corrected).sum() / pull.sum())
        if number >= _FEWEST_FOR_LINE:
            first, second = float((pull * fitted).sum()), float((pull * fitted**2).sum())
            total, product = float(pull.sum()), float((pull * fitted * corrected).sum())
            slope = (total * product - first * base * total) / max(total * second - first**2, 1e-9)
            slope = max(slope, 0.0)
            base -= slope * first / total
        base = max(base, 1.0)
    else:
        corrected = squares
    pooled = base + slope * fitted.mean(axis=1)
    pooled = pooled * _compare_kinds(counts, fitted, weights / weights.max(), pooled, kinds)
    own = share.sum(axis=1)
    return np.asarray(np.maximum((_PRIOR_WEEKS * pooled + (share * corrected).sum(axis=1)) / (_PRIOR_WEEKS + own), 1.0))


def _compare_kinds(
    counts: _Floats, fitted: _Floats, share: _Floats, pooled: _Floats, kinds: NDArray[np.intp]
) -> _Floats:
    """Return how much more (or less) each series' kind varies than the pooled line says."""
    periods = counts.shape[1]
    squares = (share * (counts - fitted) ** 2).sum(axis=1) * periods / max(periods - 1, 1)
    usual = (share * fitted).sum(axis=1) * pooled
    seen = np.bincount(kinds, weights=squares) + _PRIOR_KIND
    told = np.bincount(kinds, weights=usual) + _PRIOR_KIND
    return np.asarray((seen / told)[kinds])


def find_baseline(past: Sequence[int], observed: int) -> Baseline | None:
    """Return what the past weeks let one expect; ``None`` with fewer than three of them.

    Parameters
    ----------
    past : sequence of int
        Calls of the past weeks, oldest first.
    observed : int
        Calls of this week.

    Examples
    --------
    >>> usual = find_baseline([10, 12, 9, 11], 30)
    >>> usual.p < 0.001, usual.weeks, round(usual.expected, 1)
    (True, 4, 10.6)
    >>> find_baseline([10, 12], 30) is None
    True
    """
    return find_baselines([past], [observed])[0]


def find_baselines(
    past: Sequence[Sequence[int]],
    observed: Sequence[int],
    *,
    exposure: Sequence[float] | None = None,
    now: float | None = None,
    season: ArrayLike = 1.0,
    groups: Sequence[Hashable] | None = None,
    ahead: int = 1,
) -> list[Baseline | None]:
    """Return the baseline of many series of equal length at once; see `forecast`.

    Examples
    --------
    >>> short = find_baselines([[10, 12, 9, 11]], [6], exposure=[6, 6, 6, 6], now=3)[0]
    >>> round(short.expected, 1)
    5.3
    """
    counts = np.asarray(past, dtype=np.float64)
    if not len(counts):
        return []
    counts = counts[:, -MOST_WEEKS:]
    worth = np.ones(counts.shape[1]) if exposure is None else np.asarray(exposure, dtype=np.float64)[-MOST_WEEKS:]
    weeks = int((worth > 0).sum())
    if weeks < FEWEST_WEEKS or (now is not None and now <= 0):
        return [None] * len(counts)
    found = forecast(counts, worth, now, season, groups, ahead)
    rows = zip(observed, found.mean.tolist(), found.upper().tolist(), found.p_values(observed).tolist(), strict=True)
    return [Baseline(int(seen), usual, limit, value, weeks) for seen, usual, limit, value in rows]


def reject_false(p_values: Sequence[float], rate: float = _FALSE_DISCOVERIES) -> NDArray[np.bool_]:
    """Return which of the tests stand at a false discovery rate of `rate` (Benjamini and Hochberg).

    Examples
    --------
    >>> reject_false([0.001, 0.5, 0.08]).tolist()
    [True, False, False]
    """
    values = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(values, kind="stable")
    passed = np.flatnonzero(values[order] <= rate * np.arange(1, len(values) + 1) / max(len(values), 1))
    stands = np.zeros(len(values), dtype=bool)
    if len(passed):
        stands[order[: passed[-1] + 1]] = True
    return stands
