"""From what was counted and mined to the facts of the bulletin."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
from collections.abc import Callable, Sequence
from dataclasses import replace

import pandas as pd

from hotspot import __version__
from hotspot.config import Config
from hotspot.excerpts import Excerpts
from hotspot.fate import Fates
from hotspot.gather import Week
from hotspot.mine.alarms import SCOPES
from hotspot.mine.baseline import FEWEST_WEEKS
from hotspot.mine.tallies import (
    INVALID,
    change_percent,
    count_days,
    count_parts,
    fold_units,
    percent,
    tally_orders,
)
from hotspot.mine.workdays import knows_holidays
from hotspot.mining import Mined
from hotspot.report.bulletin import build_bulletin, list_paragraphs
from hotspot.report.head import build_head, count_issue
from hotspot.schema import (
    Facts,
    Head,
    OrderFacts,
    Overview,
    Part,
    Provenance,
)
from hotspot.store.models import StoredModel
from hotspot.tell_cases import tell_cases

_PACKAGES = ("jieba", "numpy", "pandas", "scikit-learn", "scipy", "matplotlib")


def tell_week(
    week: Week,
    mined: Mined,
    config: Config,
    model: tuple[str, StoredModel],
    categorise: Callable[[Sequence[str]], Sequence[str]],
) -> Facts:
    """Return all numbers of the bulletin of `week`.

    `categorise` gives texts their categories: those of orders whose call lies in an earlier week.
    """
    demands = mined.demands
    valid = demands.loc[demands["kind"].ne(INVALID), ["msg_id", "category"]]
    orders = _orders(week, config)
    hard, follow, edited = tell_cases(week, valid, config, categorise)
    fates = Fates(week, demands, config)
    hotspots = tuple(
        replace(hotspot, share=percent(hotspot.count, len(valid)), facts=hotspot.facts + fates.tell(hotspot.calls))
        for hotspot in mined.hotspots
    )
    rising = tuple(
        alarm if alarm.scope == SCOPES["unit"] else replace(alarm, facts=fates.tell(alarm.calls))
        for alarm in mined.rising
    )
    quoted = {call for hotspot in hotspots for call in hotspot.calls}
    quoted |= {call for issue in (*mined.issues, *mined.mass) for call in issue.calls}
    quoted |= {call for group in mined.repeats for call in group.calls}
    quoted |= {call for alarm in (*mined.rising, *mined.chronic) for call in alarm.calls}
    facts = Facts(
        head=_head(week, config),
        overview=_overview(week, config, 0 if orders is None else orders.closed),
        valid=len(valid),
        categories=count_parts(
            valid["category"],
            names=[entry.name for entry in config.category],
            last=config.remainder,
            previous=week.previous_counts("category"),
        ),
        abstained=mined.abstained,
        orders=orders,
        hotspots=hotspots,
        issues=mined.issues,
        rising=rising,
        chronic=mined.chronic,
        repeats=mined.repeats,
        mass=mined.mass,
        hard_cases=hard,
        follow_up=follow,
        notes=(*_notes(week, mined, config), *edited),
        imports=week.imports,
        provenance=_provenance(week, config, model),
        faded=mined.faded,
        aliases=mined.aliases,
        excerpts=Excerpts(demands, demands["msg_id"].isin(quoted)),
    )
    bulletin = build_bulletin(facts, top_units=config.units.chart, min_place_calls=config.hotspots.place_calls)
    return replace(facts, paragraphs=list_paragraphs(bulletin))


def _head(week: Week, config: Config) -> Head:
    bulletin = config.bulletin
    issue_date = week.last + dt.timedelta(days=bulletin.days_to_issue)
    anchor = bulletin.issue
    known = None
    if anchor.week is not None:
        known = (anchor.week - dt.timedelta(days=anchor.week.weekday()), anchor.of_year, anchor.total)
    last = week.past[-1] if week.past else None
    number = count_issue(
        week.first,
        issue_date,
        known=known,
        last=None if last is None else (last.first_day, last.issue_year, last.of_year, last.issue_total),
    )
    return build_head(
        city=bulletin.city,
        title=bulletin.title,
        office=bulletin.office,
        copy_to=bulletin.copy_to,
        label=week.label,
        first=week.first,
        last=week.last,
        issue_date=issue_date,
        number=number,
    )


def _overview(week: Week, config: Config, closed: int) -> Overview:
    total = len(week.calls)
    channel = week.calls["channel"]
    channels = tuple(
        Part(name, int(channel.eq(name).sum()), percent(int(channel.eq(name).sum()), total))
        for name in config.channels.names
    )
    handling = tuple(
        Part(name, int(week.kinds.eq(name).sum()), percent(int(week.kinds.eq(name).sum()), total))
        for name in ("直接答复", "工单转办", INVALID)
    )
    previous = None if week.previous is None else week.previous.total
    daily = count_days(week.calls["time"], week.first, week.last)
    return Overview(total, previous, change_percent(total, previous), channels, handling, closed, daily)


def _orders(week: Week, config: Config) -> OrderFacts | None:
    if week.orders is None:
        return None
    returned: dict[str, int] = {}
    if week.flows is not None:
        flows = week.flows
        end = pd.Timestamp(week.last) + pd.Timedelta(days=1)
        inside = (flows["time"] >= pd.Timestamp(week.first)) & (flows["time"] < end)
        back = flows[inside & flows["action"].isin(config.status.returned)]
        returned = {str(unit): int(count) for unit, count in back["unit"].value_counts().items()}
    tally = tally_orders(week.orders, week.first, week.last, overdue_words=config.status.overdue, returned=returned)
    short = config.units.short
    units, other = fold_units(tally.units, config.units.rank)
    return OrderFacts(
        dispatched=tally.dispatched,
        closed=tally.closed,
        carried_over_closed=tally.carried_over_closed,
        carried_over_overdue=tally.carried_over_overdue,
        units=tuple(replace(part, name=short.get(part.name, part.name)) for part in units),
        other_units=other,
        unit_load=tuple((short.get(name, name), held, late, back) for name, held, late, back in tally.load),
    )


def _notes(week: Week, mined: Mined, config: Config) -> tuple[str, ...]:
    notes = []
    if week.previous is None:
        notes.append("历史中没有上一周期的数据，不作环比。")
    if week.revision is not None and week.previous is not None:
        then = week.revision
        told = f"（受理{then.total}件改为{week.previous.total}件，有效{then.valid}件改为{week.previous.valid}件）"
        same = (then.total, then.valid) == (week.previous.total, week.previous.valid)
        notes.append(f"上一周期的数据在记入历史后有更正{'' if same else told}，本期按更正后的数比较。")
    comparable = len(week.past_of_same_length)
    if week.revised and comparable >= FEWEST_WEEKS:
        told = "、".join(f"{day:%Y-%m-%d}" for day in week.revised)
        notes.append(f"往期中{told}起的数据在记入历史后有更正，预期件数按更正后的数计算。")
    if comparable < FEWEST_WEEKS:
        notes.append(f"历史仅有{comparable}个周期，不足以判断异常，本期不列苗头性问题。")
    elif mined.gaps:
        told = "、".join(f"{day:%Y-%m-%d}" for day in mined.gaps)
        notes.append(f"历史中{len(mined.gaps)}个周期（{told}起）的记录明显不全，未用于判断异常。")
    listed = {day.year for day in config.calendar.holidays}
    for year in sorted({week.first.year, week.last.year} - listed) if config.calendar.national else ():
        if comparable >= FEWEST_WEEKS and not knows_holidays(year):
            notes.append(f"{year}年的节假日安排未知，预期件数按平日计；可在配置的[calendar]中写明。")
    if week.orders is None:
        notes.append("未提供工单表，工单办理情况从略。")
    if week.flows is None:
        notes.append("未提供流转记录，无法识别新的疑难案例。")
    if mined.abstained:
        notes.append(f"{mined.abstained}件来电没有可辨认的词语，暂列兜底类别，请人工核对。")
    asked = [row for row in week.imports.rejects if "处理方式" in row[3]]
    notes.extend(row[3] + "。" for row in asked)
    return tuple(notes)


def _provenance(week: Week, config: Config, model: tuple[str, StoredModel]) -> Provenance:
    name, stored = model
    packages = tuple((package, importlib.metadata.version(package)) for package in _PACKAGES)
    spots = config.hotspots
    settings: Sequence[tuple[str, str]] = (
        ("热点最低占比", f"{spots.min_share:g}%"),
        ("热点最低件数", str(spots.min_calls)),
        ("热点最多个数", str(spots.most)),
        ("列出地点的最低件数", str(spots.place_calls)),
        ("问题的最低件数", str(config.issues.min_size)),
        ("历史周期数", str(len(week.past))),
    )
    return Provenance(__version__, name, stored.hash, config.hash, week.data_hash, packages, tuple(settings))
