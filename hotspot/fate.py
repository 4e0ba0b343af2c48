"""What became of the work orders behind a hotspot or an alarm: who holds them, how far they are, who calls again."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from hotspot.config import Config
from hotspot.gather import Week
from hotspot.mine.tallies import count_parts, is_closed, is_overdue
from hotspot.schema import Sentence

_NAMED_UNITS = 3


class Fates:
    """Tells the fate of any set of calls of a period.

    Parameters
    ----------
    week : Week
        Orders, flows and the calls of the weeks before.
    demands : DataFrame
        Calls of the period: msg_id, time, caller, theme.
    config : Config
        The office's words and the short names of units.
    """

    def __init__(self, week: Week, demands: pd.DataFrame, config: Config) -> None:
        self._week, self._config = week, config
        self._end = pd.Timestamp(week.last) + pd.Timedelta(days=1)
        self._calls = demands.set_index("msg_id")[["time", "caller", "theme"]]
        self._returned = self._find_returned()
        self._answered = self._find_answered()

    def _find_returned(self) -> frozenset[str]:
        flows = self._week.flows
        if flows is None:
            return frozenset()
        back = flows["action"].isin(self._config.status.returned) & (flows["time"] < self._end)
        return frozenset(flows.loc[back, "order_id"])

    def _find_answered(self) -> dict[tuple[str, str], pd.Timestamp]:
        """Return when an order of each caller on each theme was first closed."""
        if self._week.orders is None:
            return {}
        known = {call.msg_id: (call.caller, call.theme) for call in self._week.past_calls}
        here = self._calls
        known.update(zip(here.index, zip(here["caller"], here["theme"], strict=True), strict=True))
        done = self._week.orders[is_closed(self._week.orders, self._end)]
        found: dict[tuple[str, str], pd.Timestamp] = {}
        for call, finished in zip(done["call_id"], done["finish_time"], strict=True):
            caller, theme = known.get(call, ("", ""))
            if caller and pd.notna(finished):
                found[caller, theme] = min(finished, found.get((caller, theme), finished))
        return found

    def tell(self, calls: Collection[str]) -> tuple[Sentence, ...]:
        """Return the sentences about the orders of `calls`; none without orders."""
        orders = self._week.orders
        if orders is None:
            return ()
        mine = orders[orders["call_id"].isin(set(calls))]
        told = [] if mine.empty else [self._tell_orders(mine)]
        again = self._find_again(calls)
        if again:
            callers = {self._calls.at[call, "caller"] for call in again}
            text = f"此前的工单办结后，同一来电人就同一事项又来电{len(again)}件（{len(callers)}人）。"
            told.append(Sentence(text, again, "办结时间早于来电时间，来电人和事项相同"))
        return tuple(told)

    def _tell_orders(self, mine: pd.DataFrame) -> Sentence:
        finished, late = is_closed(mine, self._end), is_overdue(mine, self._end, self._config.status.overdue)
        units = count_parts(mine["unit"])
        short = self._config.units.short
        if len(units) == 1:
            named = f"由{short.get(units[0].name, units[0].name)}承办"
        else:
            named = "、".join(f"{short.get(part.name, part.name)}{part.count}件" for part in units[:_NAMED_UNITS])
            named += "等" if len(units) > _NAMED_UNITS else ""
        text = f"此类诉求已转办工单{len(mine)}件（{named}），其中已办结{int(finished.sum())}件"
        text += f"、未办结{int((~finished).sum())}件" if not finished.all() else ""
        text += f"、超期{int(late.sum())}件" if late.any() else ""
        back = mine["order_id"].isin(self._returned)
        text += f"，曾被退回{int(back.sum())}件" if back.any() else ""
        if finished.any():
            days = (mine.loc[finished, "finish_time"] - mine.loc[finished, "dispatch_time"]).dt.total_seconds() / 86400
            text += f"，办结用时中位数{days.median():.1f}天"
        return Sentence(
            text + "。", tuple(sorted(mine["call_id"])), "工单表：承办单位、办结时间、办结时限；流转记录：退回"
        )

    def _find_again(self, calls: Collection[str]) -> tuple[str, ...]:
        rows = self._calls.loc[self._calls.index.intersection(sorted(calls))]
        return tuple(
            str(call)
            for call, time, caller, theme in rows.itertuples(name=None)
            if (answered := self._answered.get((caller, theme))) is not None and answered < time
        )
