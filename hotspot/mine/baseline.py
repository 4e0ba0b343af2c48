"""What past weeks let one expect of a count; which counts of a week run above it (苗头) or stay high (长期高发).

The expected count is the mean of the last weeks; its spread is that of a negative binomial whose overdispersion is
pooled over all series of the week, with a floor at the Poisson's. Few weeks or small counts widen it. The false
discovery rate over everything tested in the week is controlled after Benjamini and Hochberg (1995).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from hotspot.schema import Alarm, Baseline

# Fewer weeks allow no alarm; older ones say little about the coming week.
FEWEST_WEEKS: Final = 3
_MOST_WEEKS: Final = 12
_UPPER: Final = 0.99
_FALSE_DISCOVERIES: Final = 0.05
# A rise of fewer calls is worth no line in a bulletin.
_FEWEST_CALLS: Final = 5
# An earlier outbreak must not teach that outbreaks are usual: such a week counts with this weight.
_OUTBREAK_WEIGHT: Final = 0.3
_PRIOR_CALLS: Final = 0.5
# Overdispersion where too few series are large enough to tell.
_USUAL_DISPERSION: Final = 1.5
_CHRONIC_CALLS: Final = {"theme": 10, "theme_place": 3}
# A place's rise that one theme explains to this share is told as that theme's.
_EXPLAINED: Final = 0.7

RISING: Final = "苗头"
CHRONIC: Final = "长期高发"


@dataclass(frozen=True, slots=True)
class Alarms:
    """The alarms of a week, strongest first, and the baseline of each theme."""

    rising: tuple[Alarm, ...] = ()
    chronic: tuple[Alarm, ...] = ()
    baselines: Mapping[str, Baseline] = field(default_factory=dict)


def estimate_dispersion(series: Sequence[Sequence[int]]) -> float:
    """Return the variance of weekly counts relative to their mean, pooled over the series; at least 1.

    Examples
    --------
    >>> estimate_dispersion([[10, 10, 10]] * 20)
    1.0
    """
    squares = freedom = 0.0
    for counts in series:
        mean = float(np.mean(counts)) if len(counts) else 0.0
        if mean >= 1 and len(counts) > 1:
            squares += float(np.sum((np.asarray(counts) - mean) ** 2)) / mean
            freedom += len(counts) - 1
    return max(1.0, squares / freedom) if freedom >= 2 * FEWEST_WEEKS else _USUAL_DISPERSION


def find_baseline(past: Sequence[int], observed: int, dispersion: float = _USUAL_DISPERSION) -> Baseline | None:
    """Return what the past weeks let one expect; ``None`` with fewer than three of them.

    Parameters
    ----------
    past : sequence of int
        Calls of the past weeks, oldest first.
    observed : int
        Calls of this week.
    dispersion : float
        From `estimate_dispersion`.

    Examples
    --------
    >>> usual = find_baseline([10, 12, 9, 11], 30)
    >>> usual.p < 0.001, usual.weeks, round(usual.expected, 1)
    (True, 4, 10.6)
    >>> find_baseline([10, 12], 30) is None
    True
    """
    return find_baselines([past], [observed], dispersion)[0]


def find_baselines(
    past: Sequence[Sequence[int]], observed: Sequence[int], dispersion: float = _USUAL_DISPERSION
) -> list[Baseline | None]:
    """Return `find_baseline` of many series of equal length at once."""
    counts = np.asarray(past, dtype=np.float64)
    if not len(counts) or counts.shape[1] < FEWEST_WEEKS:
        return [None] * len(counts)
    counts = counts[:, -_MOST_WEEKS:]
    weights = np.ones_like(counts)
    for _ in range(2):  # once to find earlier outbreaks, once without their weight
        weeks = weights.sum(axis=1)
        mean = ((weights * counts).sum(axis=1) + _PRIOR_CALLS) / weeks
        # The mean is itself known only as well as the weeks allow.
        variance = dispersion * mean * (1 + 1 / weeks)
        size, chance = mean**2 / (variance - mean), mean / variance
        upper = stats.nbinom.ppf(_UPPER, size, chance)
        weights = np.where(counts > upper[:, None], _OUTBREAK_WEIGHT, 1.0)
    p = stats.nbinom.sf(np.asarray(observed) - 1, size, chance)
    rows = zip(observed, mean.tolist(), upper.tolist(), p.tolist(), strict=True)
    return [Baseline(int(seen), usual, limit, value, counts.shape[1]) for seen, usual, limit, value in rows]


def reject_false(p_values: Sequence[float], rate: float = _FALSE_DISCOVERIES) -> NDArray[np.bool_]:
    """Return which of the tests stand at a false discovery rate of `rate` (Benjamini and Hochberg).

    Examples
    --------
    >>> reject_false([0.001, 0.5, 0.04]).tolist()
    [True, False, False]
    """
    values = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(values, kind="stable")
    passed = np.flatnonzero(values[order] <= rate * np.arange(1, len(values) + 1) / max(len(values), 1))
    stands = np.zeros(len(values), dtype=bool)
    if len(passed):
        stands[order[: passed[-1] + 1]] = True
    return stands


def find_alarms(
    demands: pd.DataFrame,
    past: Sequence[Mapping[tuple[str, str, str], int]],
    *,
    told: Collection[str] = (),
    excluded: Collection[str] = (),
) -> Alarms:
    """Return what runs above its past, and what is high every week.

    Parameters
    ----------
    demands : DataFrame
        Valid demands of the week: msg_id, category, theme, place.
    past : sequence of mapping
        Counts of each past week, oldest first: (kind, name, place) to calls, where kind is ``theme``, ``place``,
        ``theme_place`` or ``category`` (place is ``""`` but for ``theme_place``).
    told : collection of str
        Themes that the main hotspots tell already.
    excluded : collection of str
        Categories that raise no alarm: matters of the hotline itself.

    Examples
    --------
    >>> calls = pd.DataFrame({"msg_id": list("abcdefgh"), "category": "公共服务类", "theme": "停水水压", "place": ""})
    >>> [alarm.subject for alarm in find_alarms(calls, [{}, {}, {}]).rising]
    ['停水水压']
    >>> find_alarms(calls, []).rising
    ()
    """
    weeks = list(past)[-_MOST_WEEKS:]
    if len(weeks) < FEWEST_WEEKS:
        return Alarms()
    current = _group_calls(demands[~demands["category"].isin(list(excluded))])
    barred = set(demands.loc[demands["category"].isin(list(excluded)), "theme"]) - {key[1] for key in current}
    known = {
        key for week in weeks for key in week if key[0] in _KINDS and key[1] not in barred and key[1] not in excluded
    }
    keys = sorted(known | set(current))
    series = {key: [week.get(key, 0) for week in weeks] for key in keys}
    dispersion = estimate_dispersion(list(series.values()))
    found = find_baselines(list(series.values()), [len(current.get(key, ())) for key in keys], dispersion)
    tested = [(key, baseline) for key, baseline in zip(keys, found, strict=True) if baseline is not None]
    stands = reject_false([baseline.p for _, baseline in tested])
    rising, chronic = [], []
    for (key, baseline), unusual in zip(tested, stands, strict=True):
        above = unusual and baseline.observed >= _FEWEST_CALLS and baseline.observed > baseline.upper
        calls = current.get(key, ())
        if above and not (key[0].startswith("theme") and key[1] in told):
            rising.append((key, baseline, calls))
        elif not above and min([*series[key], baseline.observed]) >= _CHRONIC_CALLS.get(key[0], np.inf):
            chronic.append((key, baseline, calls))
    rising = _without_explained(rising)
    return Alarms(
        tuple(_alarm(RISING, *entry) for entry in sorted(rising, key=lambda e: (e[1].p, e[0]))),
        tuple(_alarm(CHRONIC, *entry) for entry in sorted(chronic, key=lambda e: (-e[1].observed, e[0]))),
        {key[1]: baseline for key, baseline in tested if key[0] == "theme"},
    )


_KINDS: Final = ("theme", "place", "theme_place", "category")
_Key = tuple[str, str, str]
_Entry = tuple[_Key, Baseline, tuple[str, ...]]


def _group_calls(demands: pd.DataFrame) -> dict[_Key, tuple[str, ...]]:
    """Return the calls of each series of the week."""
    placed = demands[demands["place"] != ""]
    found: dict[_Key, tuple[str, ...]] = {}
    for kind, rows, columns in (
        ("theme", demands, ["theme"]),
        ("category", demands, ["category"]),
        ("place", placed, ["place"]),
        ("theme_place", placed, ["theme", "place"]),
    ):
        for values, group in rows.groupby(columns, sort=True)["msg_id"]:
            names = tuple(str(value) for value in values)
            found[kind, names[0], names[1] if len(names) > 1 else ""] = tuple(sorted(group))
    return found


def _without_explained(rising: list[_Entry]) -> list[_Entry]:
    """Leave out the places and categories whose rise is that of one theme."""
    themes = [set(calls) for key, _, calls in rising if key[0].startswith("theme")]
    return [
        entry
        for entry in rising
        if entry[0][0].startswith("theme")
        or not any(len(calls & set(entry[2])) >= _EXPLAINED * len(entry[2]) for calls in themes)
    ]


def _alarm(kind: str, key: _Key, baseline: Baseline, calls: tuple[str, ...]) -> Alarm:
    subject, place = ("", key[1]) if key[0] == "place" else (key[1], key[2])
    return Alarm(kind, subject or place, place, baseline, calls)
