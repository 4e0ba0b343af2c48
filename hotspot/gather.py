"""What a run starts from: the calls of the period, orders, flows, ledger, and what the history knows of the past."""

from __future__ import annotations

import datetime as dt
import hashlib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from hotspot.case_edits import CaseEdit, load_case_edits
from hotspot.config import Config
from hotspot.errors import InputError, ModelError
from hotspot.mine.baseline import MOST_WEEKS
from hotspot.mine.identity import Memory
from hotspot.mine.tallies import classify_handling
from hotspot.read.calls import read_calls
from hotspot.read.flows import read_flows
from hotspot.read.ledger import read_ledger
from hotspot.read.orders import read_orders
from hotspot.read.period import Period, choose_period, week_label
from hotspot.read.rearrange import take_cells, take_rows
from hotspot.scale import Spread, slices
from hotspot.schema import ImportSummary
from hotspot.store import records
from hotspot.store.history import History
from hotspot.store.models import StoredModel, load_model

if TYPE_CHECKING:
    from hotspot.mine.categories import CategoryClassifier
    from hotspot.pipeline import Request

_DEFAULT_MODEL: Final = Path("models") / "default"
_NOT_KEPT: Final = ("category", "file", "sheet", "row")  # columns that no stage after reading looks at
_PART: Final = 10_000  # calls that are held as objects


@dataclass(frozen=True)
class Week:
    """A period's tables and its past."""

    first: dt.date
    last: dt.date
    label: str
    calls: pd.DataFrame
    kinds: pd.Series
    orders: pd.DataFrame | None
    flows: pd.DataFrame | None
    ledger: pd.DataFrame | None
    told: tuple[records.CaseRecord, ...]  # cases of earlier issues that the history holds open
    case_edits: Mapping[str, CaseEdit]
    case_notes: tuple[records.CaseNote, ...]
    past: tuple[records.Week, ...]  # earlier weeks, oldest first
    past_calls: tuple[records.CallRecord, ...]  # calls of the last weeks before, for repeats
    revision: records.Revision | None  # what the week before was at first, if it was changed later
    revised: tuple[dt.date, ...]  # first days of the earlier ones of the recent weeks that were changed later
    imports: ImportSummary
    data_hash: str

    @property
    def days(self) -> tuple[dt.date, ...]:
        """Every day of the period."""
        return tuple(self.first + dt.timedelta(days=at) for at in range((self.last - self.first).days + 1))

    @property
    def previous(self) -> records.Week | None:
        """The period just before, of the same length, if the history holds it."""
        eve = self.first - dt.timedelta(days=1)
        return next((week for week in self.past_of_same_length if week.last_day == eve), None)

    @property
    def past_of_same_length(self) -> tuple[records.Week, ...]:
        """The earlier periods that can be compared with this one."""
        length = len(self.days)
        return tuple(week for week in self.past if (week.last_day - week.first_day).days + 1 == length)

    def previous_counts(self, kind: str) -> dict[str, int] | None:
        """Return the counts of the period before by name; ``None`` without it."""
        if self.previous is None:
            return None
        return {name: count for (of, name, place), count in self.previous.counts.items() if of == kind and not place}

    def dispatched_to(self, short: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
        """Return the calls of the orders dispatched to each unit in the period, by the units' printed names."""
        if self.orders is None:
            return {}
        end = pd.Timestamp(self.last) + pd.Timedelta(days=1)
        inside = (self.orders["dispatch_time"] >= pd.Timestamp(self.first)) & (self.orders["dispatch_time"] < end)
        names = self.orders.loc[inside, "unit"].map(lambda name: short.get(name, name))
        calls = self.orders.loc[inside, "call_id"].groupby(names, sort=True)
        return {str(name): tuple(sorted(group)) for name, group in calls if name}

    def memory(self) -> Memory:
        """Return what the history knows of hotspots and issues."""
        return Memory(
            {past.first_day: past.matters for past in self.past_of_same_length},
            None if self.previous is None else self.previous.first_day,
            self.previous_counts("theme"),
        )


def gather_week(request: Request, config: Config, history: History, spread: Spread | None = None) -> Week:
    """Read the files, choose the period and look up its past. `spread` reads several files of calls side by side.

    Raises
    ------
    InputError
        A file cannot be used, or no call lies in the period.
    """
    case_edits = load_case_edits(request.case_edits)
    reading = read_calls(request.files, mapping=request.mapping, spread=spread)
    table, reading = reading.table, replace(reading, table=reading.table[[]])  # what is large has one owner
    times = table["time"]
    period = choose_period(
        times, week=request.week, first=request.first, last=request.last, everything=request.everything
    )
    inside = period.holds(times).to_numpy(dtype=bool)
    calls = table.drop(columns=list(_NOT_KEPT))
    del table
    if not inside.all():
        calls = take_rows(calls, np.flatnonzero(inside)).reset_index(drop=True)
    if calls.empty:
        span = f"{times.min():%Y-%m-%d} 至 {times.max():%Y-%m-%d}"
        raise InputError(
            "这个周期没有来电",
            where=f"{period.first} 至 {period.last}",
            found=f"表中来电为 {span}",
            fix="请核对 --week",
        )
    calls = calls.assign(caller=_hash_callers(calls, history)).drop(columns=["phone", "name"])
    kinds, unknown = classify_handling(
        calls["handling"],
        calls["order_id"],
        direct=config.handling.direct,
        order=config.handling.order,
        invalid=config.handling.invalid,
    )
    others = {
        "orders": read_orders(request.orders, mapping=request.mapping) if request.orders else None,
        "flows": read_flows(request.flows, mapping=request.mapping) if request.flows else None,
        "ledger": read_ledger(request.cases, mapping=request.mapping) if request.cases else None,
    }
    given = [reading, *(table for table in others.values() if table is not None)]
    rejects = [tuple(row) for table in given for row in table.rejects.itertuples(index=False, name=None)]
    for word in sorted(set(calls.loc[unknown, "handling"])):
        count = int((unknown & calls["handling"].eq(word)).sum())
        told = str(kinds[unknown & calls["handling"].eq(word)].iloc[0])
        rejects.append(("", "", 0, f"处理方式“{word[:20]}”不在配置中，{count} 件按“{told}”计", "提示"))
    imports = ImportSummary(
        files=tuple(row for table in given for row in table.files),
        outside_period=len(inside) - len(calls),
        headers=tuple(row for table in given for row in table.headers),
        rejects=tuple((str(f), str(s), int(r), str(why), str(level)) for f, s, r, why, level in rejects),
    )
    past = history.weeks(before=period.first)
    eve = period.first - dt.timedelta(days=1)
    before = next((week for week in past if week.last_day == eve), None)
    return Week(
        first=period.first,
        last=period.last,
        label=_label(period),
        calls=calls,
        kinds=kinds,
        orders=None if others["orders"] is None else others["orders"].table,
        flows=None if others["flows"] is None else others["flows"].table,
        ledger=None if others["ledger"] is None else others["ledger"].table,
        told=history.open_cases(period.first),
        case_edits=case_edits,
        case_notes=history.case_notes(period.last),
        past=past,
        past_calls=history.past_calls(period.first),
        revision=None if before is None else history.revision(before.first_day),
        revised=tuple(
            known.first_day for known in past[-MOST_WEEKS:] if known is not before and history.revision(known.first_day)
        ),
        imports=imports,
        data_hash=_hash_table(calls),
    )


def _label(period: Period) -> str:
    """Return what the office calls the period: the week of its month, or its first and last day."""
    if period.is_week:
        return week_label(period.first)
    last = f"{period.last:%Y年%m月%d日}" if period.last.year != period.first.year else f"{period.last:%m月%d日}"
    return f"{period.first:%Y年%m月%d日}至{last}"


def _hash_callers(calls: pd.DataFrame, history: History) -> pd.Series:
    """Return who called, as the history knows callers: by number, by name where there is none."""
    callers = calls["phone"].where(calls["phone"].ne(""), calls["name"])
    parts = slices(len(callers), _PART)
    hashes = history.hash_callers(chain.from_iterable(callers.iloc[rows].tolist() for rows in parts))
    return pd.concat(
        [pd.Series(list(islice(hashes, rows.stop - rows.start)), dtype="str") for rows in parts], ignore_index=True
    )


def _hash_table(calls: pd.DataFrame) -> str:
    """Return a hash of the content of the calls, whatever file, row or format they came from.

    The order is that of the rows as text: no two have the same id, so that id and time settle it.
    """
    content = calls[["msg_id", "title", "text", "channel", "handling", "order_id"]]
    content.insert(1, "time", calls["time"].astype("str"))
    starts = list(map("\x1f".join, zip(content["msg_id"].tolist(), content["time"].tolist(), strict=True)))
    order = np.array(sorted(range(len(starts)), key=starts.__getitem__), dtype=np.int64)
    digest = hashlib.sha256()
    for rows in slices(len(order), _PART):
        columns = [take_cells(content[name], order[rows]).tolist() for name in content]
        lines = map("\x1f".join, zip(*columns, strict=True))
        digest.update((("\x1e" if rows.start else "") + "\x1e".join(lines)).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:16]


def find_default_model() -> Path:
    """Return the folder of the default model: here, beside the package, or where it was installed."""
    places = (Path(), Path(__file__).resolve().parents[1], Path(sys.prefix) / "share" / "hotspot")
    for place in places:
        if (place / _DEFAULT_MODEL / "manifest.json").is_file():
            return place / _DEFAULT_MODEL
    raise ModelError("找不到默认模型", where=str(_DEFAULT_MODEL), fix="用 --model 指定，或先运行 hotspot train")


def load_classifier(folder: Path | None) -> tuple[CategoryClassifier, tuple[str, StoredModel]]:
    """Return the classifier of a model folder (the default one without it), its name and what was stored."""
    from hotspot.mine.categories import CategoryClassifier

    path = folder or find_default_model()
    stored = load_model(path)
    return CategoryClassifier.from_state(stored.arrays), (path.name, stored)


def earlier_cases(week: Week, config: Config) -> tuple[Mapping[str, str], Sequence[records.CaseRecord]]:
    """Return the cases told before and still open, of the ledger and of the history, each once."""
    closed = set(config.status.closed)
    found: dict[str, records.CaseRecord] = {}
    states: dict[str, str] = {}
    if week.ledger is not None:
        for row in week.ledger.itertuples():
            found[row.order_id] = records.CaseRecord(row.order_id, row.told_in, row.category, row.summary, row.units)
            states[row.order_id] = "closed" if row.status in closed else "open"
    for case in week.told:
        found.setdefault(case.order_id, case)
    for note in week.case_notes:
        if note.kind == records.CLOSED and note.order_id in found:
            states[note.order_id] = "closed"
    return states, tuple(found.values())
