"""The tallies of 200 random weeks, recomputed by SQL on the same files, agree in every cell."""

import csv
import datetime as dt
import random
from pathlib import Path

import duckdb
import pytest

from hotspot.mine.tallies import classify_handling, count_days, count_parts, percent, tally_orders
from hotspot.read.calls import read_calls
from hotspot.read.orders import read_orders
from hotspot.read.period import week_of

WEEKS = 200
UNITS = ("市公安局", "市林草局", "西城区行政委员会", "市教育局", "华润燃气有限公司")
CHANNELS = ("电话", "省州系统转办", "微信端转办", "")
HANDLING = ("直接答复", "工单转办", "无效来电", "")
WORDS = {"direct": ["直接答复"], "order": ["工单转办"], "invalid": ["无效来电"]}
SPELLINGS = ("%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y年%m月%d日 %H:%M:%S", "%Y-%m-%dT%H:%M:%S")
SQL_TIME = (
    "coalesce(" + ", ".join(f"try_strptime({{0}}, '{spelling}')" for spelling in SPELLINGS) + ")"
)  # the same four spellings, read by the other engine


def moment(draw: random.Random, monday: dt.date, spelling: str) -> str:
    seconds = draw.choice((0, 7 * 86400 - 1, 7 * 86400, -1, draw.randrange(-4 * 86400, 11 * 86400)))
    return (dt.datetime.combine(monday, dt.time()) + dt.timedelta(seconds=seconds)).strftime(spelling)


def write(path: Path, header: list[str], rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])


def make_week(folder: Path, seed: int) -> dt.date:
    draw = random.Random(seed)
    monday = dt.date(2024, 1, 1) + dt.timedelta(days=7 * draw.randrange(100))
    calls = [
        [f"C{at}", moment(draw, monday, draw.choice(SPELLINGS)), f"诉求内容{at}", draw.choice(CHANNELS),
         draw.choice(HANDLING), draw.choice(("", f"HX{at}"))]
        for at in range(draw.randrange(3, 60))
    ]  # fmt: skip
    calls.append(["C999", f"{monday} 12:00:00", "诉求内容", "电话", "直接答复", ""])
    orders = []
    for at in range(draw.randrange(1, 40)):
        finish = draw.choice(("", moment(draw, monday, SPELLINGS[0])))
        status = "已办结" if finish else draw.choice(("办理中", "已超期"))
        orders.append(
            [f"HX{at}", f"C{at}", "工单内容", draw.choice(UNITS), moment(draw, monday, draw.choice(SPELLINGS)),
             moment(draw, monday, SPELLINGS[0]), finish, status]
        )  # fmt: skip
    write(folder / "calls.csv", ["来电编号", "来电时间", "诉求内容", "诉求渠道", "处理方式", "工单编号"], calls)
    write(
        folder / "orders.csv",
        ["工单编号", "来电编号", "诉求内容", "承办单位", "派单时间", "办结时限", "办结时间", "工单状态"],
        orders,
    )
    return monday


def by_sql(folder: Path, monday: dt.date) -> dict[str, object]:
    """Count the week in SQL, sharing no line with the program."""
    sql = duckdb.connect()
    for name, times in (("calls", ["来电时间"]), ("orders", ["派单时间", "办结时限", "办结时间"])):
        parsed = ", ".join(f"{SQL_TIME.format(time)} as {time}" for time in times)
        sql.execute(
            f"create table {name} as select * replace ({parsed}) from "
            f"read_csv('{folder / name}.csv', all_varchar=true, header=true, nullstr='')"
        )
    start, end = f"timestamp '{monday}'", f"timestamp '{monday + dt.timedelta(days=7)}'"
    week = f"from calls where 来电时间 >= {start} and 来电时间 < {end}"
    kind = (
        "case 处理方式 when '直接答复' then '直接答复' when '工单转办' then '工单转办' when '无效来电' then '其他' "
        "else case when 工单编号 is null then '直接答复' else '工单转办' end end"
    )
    sent, before = f"派单时间 >= {start} and 派单时间 < {end}", f"派单时间 < {start}"
    closed = f"办结时间 is not null and 办结时间 < {end}"

    def one(query: str) -> int:
        return int(sql.execute(query).fetchone()[0])  # type: ignore[index]

    return {
        "total": one(f"select count(*) {week}"),
        "handling": dict(sql.execute(f"select {kind}, count(*) {week} group by 1").fetchall()),
        "shares": {
            name: float(share)
            for name, share in sql.execute(
                f"select {kind}, floor(count(*) * 10000.0::decimal(18,6) / (select count(*) {week}) + 0.5) / 100 "
                f"{week} group by 1"
            ).fetchall()
        },
        "channels": dict(
            sql.execute(f"select 诉求渠道, count(*) {week} and 诉求渠道 is not null group by 1").fetchall()
        ),
        "days": dict(sql.execute(f"select strftime(来电时间, '%Y-%m-%d'), count(*) {week} group by 1").fetchall()),
        "dispatched": one(f"select count(*) from orders where {sent}"),
        "closed": one(f"select count(*) from orders where {sent} and {closed}"),
        "carried_over_closed": one(f"select count(*) from orders where {before} and {closed} and 办结时间 >= {start}"),
        "carried_over_overdue": one(
            f"select count(*) from orders where {before} and not ({closed}) "
            f"and (工单状态 = '已超期' or 办结时限 < {end})"
        ),
        "units": dict(sql.execute(f"select 承办单位, count(*) from orders where {sent} group by 1").fetchall()),
    }


def by_program(folder: Path, monday: dt.date) -> dict[str, object]:
    period = week_of(monday)
    table = read_calls([folder / "calls.csv"]).table
    calls = table[period.holds(table["time"])]
    kinds, _ = classify_handling(calls["handling"], calls["order_id"], **WORDS)
    tally = tally_orders(read_orders([folder / "orders.csv"]).table, period.first, period.last)
    channels = count_parts(calls.loc[calls["channel"].ne(""), "channel"])
    return {
        "total": len(calls),
        "handling": {part.name: part.count for part in count_parts(kinds)},
        "shares": {part.name: percent(part.count, len(calls)) for part in count_parts(kinds)},
        "channels": {part.name: part.count for part in channels},
        "days": {part.name: part.count for part in count_days(calls["time"], period.first, period.last) if part.count},
        "dispatched": tally.dispatched,
        "closed": tally.closed,
        "carried_over_closed": tally.carried_over_closed,
        "carried_over_overdue": tally.carried_over_overdue,
        "units": {part.name: part.count for part in tally.units},
    }


@pytest.mark.parametrize("block", range(10))
def test_two_engines_count_alike(tmp_path: Path, block: int) -> None:
    for seed in range(block * WEEKS // 10, (block + 1) * WEEKS // 10):
        monday = make_week(tmp_path, seed)
        assert by_program(tmp_path, monday) == by_sql(tmp_path, monday), seed
