"""`hotspot cases`: the ledger of hard cases that earlier issues told, and the analyst's word on them."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from hotspot.cli.base import ChineseCommand, ChineseGroup, history_option, parse_day, safe
from hotspot.cli.history import existing_history
from hotspot.errors import InputError


@click.group("cases", cls=ChineseGroup)
def command() -> None:
    """查看往期疑难案例，记办结、加备注。"""


@command.command("list", cls=ChineseCommand)
@history_option
def list_cases(history: Path) -> None:
    """列出尚未办结的疑难案例。"""
    from hotspot.store.history import History
    from hotspot.store.records import CLOSED

    with History(existing_history(history)) as store:
        closed = {note.order_id for note in store.case_notes() if note.kind == CLOSED}
        rows = [case for case in store.open_cases(dt.date.max) if case.order_id not in closed]
    for case in rows:
        click.echo(safe(f"{case.order_id}\t{case.label}\t{case.category}\t{case.summary}"))
    if not rows:
        click.echo("没有未办结的疑难案例")


@command.command("show", cls=ChineseCommand)
@click.argument("order", metavar="工单编号")
@history_option
def show_case(order: str, history: Path) -> None:
    """显示一个案例：何时通报、派往哪里、是否办结、备注。"""
    from hotspot.store.history import History

    with History(existing_history(history)) as store:
        case, ended = store.find_case(order)
        notes = [note for note in store.case_notes() if note.order_id == order]
    if case is None:
        raise _unknown(order)
    click.echo(safe(f"{case.order_id}　{case.category}"))
    click.echo(safe(f"首次通报：{case.label}"))
    click.echo(safe(f"诉求摘要：{case.summary}"))
    click.echo(safe(f"派往单位：{case.units}"))
    click.echo(f"通报办结：{ended}起的一周" if ended else "通报办结：尚无")
    for note in notes:
        click.echo(safe(f"{note.made}　{note.kind}　{note.text}".rstrip("　")))


@command.command("close", cls=ChineseCommand)
@click.argument("order", metavar="工单编号")
@click.option("--date", "day", metavar="日期", help="办结日期，默认今天")
@click.option("--undo", is_flag=True, help="撤销误记的办结")
@history_option
def close_case(order: str, day: str | None, undo: bool, history: Path) -> None:
    """记一个案例已办结：办结日期所在的一期通报一次，此后不再列出。"""
    from hotspot.store.history import History

    made = parse_day(day, "--date") or dt.date.today()
    with History(existing_history(history)) as store:
        if store.find_case(order)[0] is None:
            raise _unknown(order)
        with store.transaction():
            if not undo:
                store.close_case(order, made)
            elif not store.reopen_case(order):
                raise InputError("这个案例没有人工记的办结", found=safe(order)[:40], fix="用 hotspot cases show 查看")
    click.echo(safe(f"已撤销 {order} 的办结" if undo else f"已记 {order} 于 {made} 办结，下一次 analyze 照此通报"))


@command.command("note", cls=ChineseCommand)
@click.argument("order", metavar="工单编号")
@click.argument("text", metavar="文字")
@click.option("--date", "day", metavar="日期", help="备注日期，默认今天")
@history_option
def note_case(order: str, text: str, day: str | None, history: Path) -> None:
    """给一个案例加备注，通报中列在该案例之后（电话、姓名等自动遮盖）。"""
    from hotspot.case_edits import clean_note
    from hotspot.store.history import History

    if not text.strip():
        raise InputError("备注是空的", fix="写一句话")
    with History(existing_history(history)) as store:
        if store.find_case(order)[0] is None:
            raise _unknown(order)
        with store.transaction():
            store.note_case(order, parse_day(day, "--date") or dt.date.today(), clean_note(safe(text)))
    click.echo(safe(f"已记 {order} 的备注，下一次 analyze 照此列出"))


def _unknown(order: str) -> InputError:
    return InputError(
        "历史里没有通报过这个工单",
        found=safe(order)[:40],
        fix="用 hotspot cases list 查看；未通报的请写在 cases.toml 里",
    )
