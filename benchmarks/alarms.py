"""Measure the alarms: on simulated years against the usual rules, and on a real stream of a city's work orders.

    python benchmarks/alarms.py [--shared ../shared] [--seeds 3] [--stream FILE... --since DAY --until DAY]

The simulation: 2,000 series (40 themes x 50 places) over two years of weekly counts, overdispersed, with seasons (four
themes that begin and end like heating), trends and public holidays; the second year is tested. Every rule gets the
threshold at which it raises one false alarm per week over all series on years without outbreaks (equal scores are
drawn lots for, so that each rule reaches that rate); then outbreaks of known start and size are planted, and the weeks
until each rule finds them are counted (those never found within the outbreak count as its length). The last column
tells how many weeks later than ours a rule is in the mean.

The stream (date, time, item, district per row; several files are joined): each day, the seven days up to it are
compared with all the weeks before, as `hotspot analyze` does it, by the city's own public holidays. Printed are how
often the upper limit is passed against its nominal rate, the ten strongest alarms, how many of the planted surges are
found by which day, and what gaps in the record raise. `--since` and `--until` choose the days that are judged (without
them all that are recorded in full); what lies before stays the history. Without the file it says so and is skipped.
"""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from alarm_references import REFERENCES

from hotspot.mine.alarms import Comparison, Line, PastWeek, compare_with_past
from hotspot.mine.baseline import reject_false
from hotspot.mine.workdays import HOLIDAY, kind_of_day, make_calendar

THEMES, PLACES, WEEKS, FIRST_TESTED = 40, 50, 104, 58
START = dt.date(2023, 1, 2)
LENGTH = 5  # weeks of an outbreak
SIZES = {"2 sd, at least 3 calls": (2, 3), "4 sd, at least 5 calls": (4, 5), "8 sd, at least 8 calls": (8, 8)}
OUTBREAKS = 240
OURS, AS_RUN = "hotspot", "hotspot as it runs"
Key = tuple[str, str, str]
# The weekdays off of the city of the stream (government calendar of Taiwan): the office would list them as holidays.
TAIPEI_DAYS_OFF = (
    "2025-01-01 2025-01-27 2025-01-28 2025-01-29 2025-01-30 2025-01-31 2025-02-28 2025-04-03 2025-04-04 2025-05-01 "
    "2025-05-30 2025-09-29 2025-10-06 2025-10-10 2025-10-24 2025-12-25 2026-01-01 2026-02-16 2026-02-17 2026-02-18 "
    "2026-02-19 2026-02-20 2026-02-27 2026-04-03 2026-04-06 2026-05-01 2026-06-19 2026-09-25 2026-09-28 2026-10-09 "
    "2026-10-26 2026-12-25"
)
TAIPEI = make_calendar([dt.date.fromisoformat(day) for day in TAIPEI_DAYS_OFF.split()], national=False)
FULL_DAY = 0.2  # of the median day: with less a day holds only traces


# ---------------------------------------------------------------------------------------------------- the simulation
def simulate(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return weekly counts and their means and variances, each (series, weeks), without outbreaks."""
    level = np.exp(rng.normal(np.log(0.8), 1.2, (THEMES, PLACES, 1)))
    weeks = np.arange(WEEKS)
    amplitude, peak = rng.uniform(0, 0.8, (THEMES, 1, 1)), rng.uniform(0, 52, (THEMES, 1, 1))
    season = 1 + amplitude * np.cos(2 * np.pi * (weeks - peak) / 52)
    heating = np.where((weeks % 52 >= 41) | (weeks % 52 < 12), 4.0, 0.5)
    season[:4] = heating
    trend = np.exp(rng.normal(0, 0.2, (THEMES, PLACES, 1)) * (weeks - 52) / 52)
    load = day_loads().reshape(WEEKS, 7).sum(axis=1) / 7
    office = np.exp(rng.normal(0, 0.05, WEEKS))
    mean = (level * season * trend * load * office).reshape(-1, WEEKS)
    dispersion = np.repeat(rng.uniform(1.1, 3.0, THEMES), PLACES)[:, None]
    size = mean / (dispersion - 1)
    counts = rng.negative_binomial(np.maximum(size, 1e-9), 1 / dispersion)
    return counts, mean, mean * dispersion


def day_loads() -> np.ndarray:
    """Return what each day of the simulated years is worth."""
    kinds = [kind_of_day(START + dt.timedelta(days=at)) for at in range(7 * WEEKS)]
    return np.array([0.6 if kind == HOLIDAY else 0.85 if kind in "67" else 1.0 for kind in kinds])


def plant(rng: np.random.Generator, counts: np.ndarray, variance: np.ndarray, size: tuple[int, int]) -> tuple:
    """Return the counts with outbreaks, and their series and first weeks."""
    series = rng.choice(len(counts), OUTBREAKS, replace=False)
    starts = rng.integers(FIRST_TESTED, WEEKS - LENGTH, OUTBREAKS)
    planted = counts.copy()
    for which, start in zip(series, starts, strict=True):
        weeks = slice(start, start + LENGTH)
        extra = np.maximum(size[0] * np.sqrt(variance[which, weeks]), size[1])
        planted[which, weeks] += rng.poisson(extra)
    return planted, series, starts


def score_ours(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return -log10 of the p-values that `compare_with_past` gives, week by week, and which alarms a run raises."""
    keys: list[Key] = [("theme_place", f"主题{t:02d}", f"地点{p:02d}") for t in range(THEMES) for p in range(PLACES)]
    loads = day_loads().reshape(WEEKS, 7)
    cube = counts.reshape(THEMES, PLACES, WEEKS)
    weeks = []
    for week in range(WEEKS):
        first = START + dt.timedelta(days=7 * week)
        found: dict[Key, int] = {key: int(n) for key, n in zip(keys, counts[:, week], strict=True) if n}
        found |= {("theme", f"主题{t:02d}", ""): int(n) for t, n in enumerate(cube[:, :, week].sum(axis=1))}
        total = counts[:, week].sum()
        found |= {
            ("day", (first + dt.timedelta(days=at)).isoformat(), ""): int(total * loads[week, at] / loads[week].sum())
            for at in range(7)
        }
        weeks.append(PastWeek(first, first + dt.timedelta(days=6), found))
    scores, raised = np.full(counts.shape, -np.inf), np.zeros(counts.shape)
    position = {key: at for at, key in enumerate(keys)}
    for week in range(FIRST_TESTED, WEEKS):
        now = weeks[week]
        counted = {key: n for key, n in now.counts.items() if key[0] != "day"}
        today = dict(sorted(now.daily().items()))
        found = compare_with_past(counted, today, weeks[:week])
        for line in found.lines:
            if line.key in position and line.week.observed:
                scores[position[line.key], week] = -np.log10(max(line.p, 1e-300))
        for key in standing(found):
            if key in position:
                raised[position[key], week] = 1
    return scores, raised


def score_all(counts: np.ndarray) -> dict[str, np.ndarray]:
    """Return the scores of every rule; equal ones in an order drawn by lot."""
    ours, raised = score_ours(counts)
    lots = np.random.default_rng(0).uniform(0, 1e-9, counts.shape)
    others = {name: rule(counts) + lots for name, rule in REFERENCES.items()}
    return {OURS: ours + lots, AS_RUN: raised} | others


def run_simulation(seeds: int) -> None:
    table: dict[tuple[str, str], list[np.ndarray]] = {}
    reached: dict[str, list[float]] = {}
    tested = WEEKS - FIRST_TESTED
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        counts, _, variance = simulate(rng)
        thresholds = {}
        for name, found in score_all(counts).items():
            scores = np.sort(found[:, FIRST_TESTED:].ravel())[::-1]
            # `tested` scores lie above it: one false alarm per week
            thresholds[name] = 0.5 if name == AS_RUN else scores[tested]
            reached.setdefault(name, []).append(float((scores > thresholds[name]).sum()) / tested)
        for size, numbers in SIZES.items():
            planted, series, starts = plant(rng, counts, variance, numbers)
            for name, found in score_all(planted).items():
                hits = found > thresholds[name]
                delays = [
                    next((at for at in range(LENGTH) if hits[which, start + at]), LENGTH)
                    for which, start in zip(series, starts, strict=True)
                ]
                table.setdefault((size, name), []).append(np.array(delays))
    print(
        f"Simulation: {THEMES * PLACES} series, {WEEKS} weeks, {seeds} seeds, {OUTBREAKS} outbreaks of each size each"
    )
    for size in SIZES:
        print(f"\noutbreaks of {size} a week, {LENGTH} weeks long")
        print(
            f"  {'rule':24}{'false alarms/week':>18}{'in 1st week':>13}{'within 2':>10}{'ever':>8}"
            f"{'mean delay (weeks)':>20}{'later than ours':>17}"
        )
        ours = np.stack(table[size, OURS]).mean()
        for name in reached:
            delays = np.stack(table[size, name])
            shares = [100 * np.mean(delays < within) for within in (1, 2, LENGTH)]
            means = delays.mean(axis=1)
            print(
                f"  {name:24}{np.mean(reached[name]):18.2f}{shares[0]:12.1f}%{shares[1]:9.1f}%{shares[2]:7.1f}%"
                f"{means.mean():13.2f} ± {means.std(ddof=1) if len(means) > 1 else 0:.2f}{means.mean() - ours:+17.2f}"
            )
        behind = sorted(name for name in REFERENCES if np.stack(table[size, name]).mean() < ours)
        print(f"  earlier than ours: {'、'.join(behind) or 'none'}")


# -------------------------------------------------------------------------------------------------------- the stream
class Stream:
    """Daily counts of every series of a stream of orders: item, district, item in district."""

    def __init__(self, paths: Sequence[Path]) -> None:
        rows = pd.DataFrame()
        for path in paths:
            more = pd.read_csv(path, dtype=str).fillna("").assign(date=lambda read: pd.to_datetime(read["date"]))
            rows = pd.concat([rows, more[~more["date"].isin(rows["date"])] if len(rows) else more])
        self.days = pd.date_range(rows["date"].min(), rows["date"].max())
        parts, self.keys = [], []
        for kind, columns in (("theme", ["item"]), ("place", ["district"]), ("theme_place", ["item", "district"])):
            table = rows.groupby(["date", *columns]).size().unstack(columns, fill_value=0)
            parts.append(table.reindex(self.days, fill_value=0).to_numpy().T)
            for name in table.columns:
                names = name if isinstance(name, tuple) else (name, "")
                self.keys.append((kind, str(names[0]), str(names[1])))
        self.counts = np.vstack(parts)
        self.themes = np.array([key[0] == "theme" for key in self.keys])
        daily = self.counts[self.themes].sum(axis=0)
        self.begin = int(np.flatnonzero(daily >= FULL_DAY * np.median(daily[daily > 0]))[0])
        self._weeks: dict[int, PastWeek] = {}

    def position(self, day: str | None, otherwise: int) -> int:
        """Return the position of a day, the nearest one of the record."""
        if day is None:
            return otherwise
        return int(np.clip((pd.Timestamp(day) - self.days[0]).days, 0, len(self.days) - 1))

    def _week(self, end: int, counts: np.ndarray) -> PastWeek:
        span = slice(end - 6, end + 1)
        sums = counts[:, span].sum(axis=1)
        found: dict[Key, int] = {self.keys[at]: int(sums[at]) for at in np.flatnonzero(sums)}
        daily = counts[self.themes, span].sum(axis=0)
        dates = [day.date() for day in self.days[span]]
        found |= {("day", day.isoformat(), ""): int(n) for day, n in zip(dates, daily, strict=True) if n}
        return PastWeek(dates[0], dates[-1], found)

    def week(self, end: int, counts: np.ndarray | None = None, changed: int = 0) -> PastWeek:
        """Return the seven days up to the day at position `end`; only from `changed` on do `counts` differ."""
        if counts is not None and end >= changed:
            return self._week(end, counts)
        if end not in self._weeks:
            self._weeks[end] = self._week(end, self.counts)
        return self._weeks[end]

    def compare(self, last: int, counts: np.ndarray | None = None, changed: int = 0) -> Comparison:
        """Return the comparison of the seven days up to the day at position `last` with all before."""
        now = self.week(last, counts, changed)
        known = now.daily()
        today = {day.date(): known.get(day.date(), 0) for day in self.days[last - 6 : last + 1]}
        counted = {key: n for key, n in now.counts.items() if key[0] != "day"}
        past = [self.week(end, counts, changed) for end in range(last - 7, max(self.begin - 7, 5), -7)]
        return compare_with_past(counted, today, past, kind=TAIPEI)


def standing(found: Comparison) -> dict[Key, Line]:
    """Return the lines that alarm, by key."""
    stands = reject_false([line.p for line in found.lines])
    return {line.key: line for line, stand in zip(found.lines, stands, strict=True) if stand and line.is_large}


def tell(key: Key) -> str:
    return " ".join(part for part in key[1:] if part)


def run_stream(paths: Sequence[Path], since: str | None, until: str | None, surges: int) -> None:
    stream = Stream(paths)
    first = max(stream.position(since, stream.begin), stream.begin)
    last = stream.position(until, len(stream.days) - 1)
    told = f"{stream.days[first]:%Y-%m-%d} to {stream.days[last]:%Y-%m-%d}"
    orders = stream.counts[stream.themes].sum()
    print(f"\nStream {', '.join(path.name for path in paths)}: {orders} orders, {len(stream.keys)} series, {told}")
    print(f"  the record is complete from {stream.days[stream.begin]:%Y-%m-%d} on; what lies before a day is its past")

    passed, number = 0, 0
    weekly, known = list[float](), list[int]()
    for end in range(first + 6, last + 1, 7):
        lines = stream.compare(end).lines
        if not lines:
            continue
        above = sum(line.week.observed > line.week.upper for line in lines)
        weekly.append(above / len(lines))
        known.append(lines[0].week.weeks)
        passed, number = passed + above, number + len(lines)
    print(
        f"  upper limit (nominal at most 1 %) passed by {100 * passed / number:.2f} % of {number} counts in "
        f"{len(weekly)} weeks; median week {100 * np.median(weekly):.2f} %, worst {100 * max(weekly):.2f} %"
    )
    for least, most in ((3, 7), (8, 15), (16, 26)):
        some = [share for share, weeks in zip(weekly, known, strict=True) if least <= weeks <= most]
        if some:
            print(f"    with {least} to {most} weeks of past: {100 * np.mean(some):.2f} % (mean of {len(some)} weeks)")

    episodes: dict[Key, tuple[float, str, Line]] = {}
    strongest: list[tuple[float, str, Key, Line]] = []
    raised: dict[int, dict[Key, Line]] = {}
    for end in range(first, last + 1):
        raised[end] = standing(stream.compare(end))
        for key, line in raised[end].items():
            day = f"{stream.days[end]:%Y-%m-%d}"
            if key not in raised.get(end - 1, {}) or line.p < episodes[key][0]:
                episodes[key] = (line.p, day, line)
        for key in [key for key in episodes if key not in raised[end]]:
            strongest.append((episodes[key][0], episodes[key][1], key, episodes[key][2]))
            del episodes[key]
    strongest += [(p, day, key, line) for key, (p, day, line) in episodes.items()]
    print(f"  {len(strongest)} alarms in {last - first + 1} days; the ten strongest, seven days up to the day:")
    for p, day, key, line in sorted(strongest, key=lambda entry: (entry[0], entry[1:3]))[:10]:
        seen = line.week
        print(
            f"    {day}  {tell(key)}: {seen.observed}, expected {seen.expected:.1f}, upper {seen.upper:.0f}, p {p:.1e}"
        )

    run_surges(stream, first, last, raised, surges)
    run_gaps(stream, first, last)


def run_surges(stream: Stream, first: int, last: int, raised: Mapping[int, Mapping], surges: int) -> None:
    """Multiply the counts of single series from a day on, and count the days until the alarm."""
    rng = np.random.default_rng(1)
    settled = max(first, stream.begin + 31)  # the first weeks have no past
    horizon = 14
    if last - horizon <= settled:
        print("  planted surges: the record is too short")
        return
    usual = stream.counts[:, settled : last + 1].mean(axis=1) * 7
    print(f"  planted surges ({surges} of each kind), found by day:")
    for least in (5, 20, 60):
        candidates = [at for at in range(len(stream.keys)) if usual[at] >= least]
        for factor in (1.5, 2.0, 3.0):
            delays: list[int] = []
            for _ in range(20 * surges if candidates else 0):
                if len(delays) == surges:
                    break
                which, start = int(rng.choice(candidates)), int(rng.integers(settled, last - horizon))
                key = stream.keys[which]
                if any(key in raised[end] for end in range(start - 1, start + horizon)):
                    continue  # a real surge at the same time would be found instead
                counts = stream.counts.copy()
                counts[which, start : start + horizon] += rng.poisson((factor - 1) * usual[which] / 7, horizon)
                found = (at for at in range(horizon) if key in standing(stream.compare(start + at, counts, start)))
                delays.append(next(found, horizon) + 1)
            if not delays:
                continue
            days = np.array(delays)
            shares = "  ".join(f"day {by}: {100 * np.mean(days <= by):.0f} %" for by in (1, 2, 3, 5, 7, 10, 14))
            print(f"    series of at least {least} a week, x{factor:<4} {shares}")


def run_gaps(stream: Stream, first: int, last: int) -> None:
    """Take days out of the record and count the alarms that appear, and those of them on counts usual without it."""
    middle = (first + last) // 2
    print(
        "  gaps in the record: alarms that are not there without the gap (of these on counts with p > 0.01 without it)"
    )
    for name, span in (
        ("one day", slice(middle, middle + 1)), ("three days", slice(middle, middle + 3)),
        ("two weeks", slice(middle, middle + 14)), ("every third day of forty", slice(middle, middle + 40, 3)),
    ):  # fmt: skip
        counts = stream.counts.copy()
        counts[:, span] = 0
        fresh = usual = 0
        days = range(middle, min(middle + 60, last + 1), 3)
        for end in days:
            whole = stream.compare(end)
            without = {line.key: line for line in whole.lines}
            appeared = set(standing(stream.compare(end, counts, span.start))) - set(standing(whole))
            fresh += len(appeared)
            usual += sum(without[key].p > 0.01 for key in appeared)
        print(f"    {name}: {fresh} ({usual}) in {len(days)} comparisons of {len(stream.keys)} series")
    early = range(stream.begin, stream.begin + 21)
    print(
        f"    where the record begins: {sum(len(standing(stream.compare(end))) for end in early)} in {len(early)} days"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--shared", type=Path, default=Path(__file__).resolve().parents[2] / "shared")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--surges", type=int, default=40)
    parser.add_argument("--stream", type=Path, nargs="+")
    parser.add_argument("--since")
    parser.add_argument("--until")
    options = parser.parse_args()
    if options.seeds:
        run_simulation(options.seeds)
    stream = options.stream or [options.shared / "data" / "taipei1999" / "dispatches_2025.csv.gz"]
    if all(path.is_file() for path in stream):
        run_stream(stream, options.since, options.until, options.surges)
    else:
        print(f"\n{stream[0].name} is not there: the real stream is skipped (--stream FILE)")


if __name__ == "__main__":
    main()
