"""`hotspot cases`: the ledger of hard cases that earlier issues told."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from hotspot.cli.base import ChineseCommand, ChineseGroup, history_option, safe


@click.group("cases", cls=ChineseGroup)
def command() -> None:
    """查看往期疑难案例。"""


@command.command("list", cls=ChineseCommand)
@history_option
def list_cases(history: Path) -> None:
    """列出尚未办结的疑难案例。"""
    from hotspot.cli.history import existing_history
    from hotspot.store.history import History

    with History(existing_history(history)) as store:
        rows = store.open_cases(dt.date.max)
    for case in rows:
        click.echo(safe(f"{case.order_id}\t{case.label}\t{case.category}\t{case.summary}"))
    if not rows:
        click.echo("没有未办结的疑难案例")
