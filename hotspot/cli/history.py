"""`hotspot history`: past weeks and what they held."""

from __future__ import annotations

import datetime as dt
import glob
from pathlib import Path

import click

from hotspot.cli.base import ChineseCommand, ChineseGroup, history_option, safe
from hotspot.errors import HistoryError, InputError

_SHOWN = 5


@click.group("history", cls=ChineseGroup)
def command() -> None:
    """查看、导出、检查历史周。"""


def existing_history(path: Path) -> Path:
    """Return `path` when a history is there."""
    if not path.is_file():
        raise HistoryError(
            "没有这个历史库", where=str(path), fix="用 --history 指定；analyze 会在输出文件夹旁建 hotspot.db"
        )
    return path


@command.command("list", cls=ChineseCommand)
@history_option
def list_weeks(history: Path) -> None:
    """列出历史里的周。"""
    from hotspot.store.history import History

    with History(existing_history(history)) as store:
        for week in store.weeks():
            click.echo(f"{week.first_day}～{week.last_day}\t{week.label}\t受理{week.total}件\t有效{week.valid}件")


@command.command("show", cls=ChineseCommand)
@click.argument("name", metavar="热点")
@click.option("--chart", type=click.Path(path_type=Path), metavar="图片", help="另存为图片（.png 或 .svg）")
@history_option
def show_hotspot(name: str, chart: Path | None, history: Path) -> None:
    """显示一个热点或问题各周的件数：写主题、问题标题的一部分，或它的编号。"""
    from hotspot.store.history import History
    from hotspot.timeline import draw_timeline, find_timelines

    if chart is not None and chart.suffix.lower() not in (".png", ".svg"):
        raise InputError("图片只能是 .png 或 .svg", where=str(chart), fix="改一个扩展名")
    with History(existing_history(history)) as store:
        lines = find_timelines(store.weeks(), name)
    if not lines:
        raise InputError("历史里没有这个热点", found=safe(name)[:40], fix="用 hotspot history list 看有哪些周")
    for line in lines[:_SHOWN]:
        click.echo(safe(f"{line.title}（{line.id or '主题'}）"))
        for text in line.rows():
            click.echo(safe(f"  {text}"))
    if len(lines) > _SHOWN:
        rest = "、".join(f"{line.title}（{line.id or '主题'}）" for line in lines[_SHOWN:])
        click.echo(safe(f"另有{len(lines) - _SHOWN}个，可用编号查看：{rest}"))
    if chart is not None:
        draw_timeline(lines[0], chart)
        click.echo(f"已存图 → {chart}")


@command.command("export", cls=ChineseCommand)
@click.argument("target", type=click.Path(path_type=Path), metavar="JSON")
@history_option
def export(target: Path, history: Path) -> None:
    """把各周的计数导出为 JSON（不含来电和来电人）。"""
    from hotspot.store.history import History
    from hotspot.store.output import write_file

    with History(existing_history(history)) as store:
        text = store.export()
    write_file(target, text.encode())
    click.echo(f"已导出 → {target}")


@command.command("forget", cls=ChineseCommand)
@click.argument("day", metavar="[日期]", default="")
@click.option("--caller", is_flag=True, help="抹去一个来电人（号码在提示后输入，不留在命令里）")
@history_option
def forget(day: str, caller: bool, history: Path) -> None:
    """从历史里抹去一周（写这一周的第一天）或一个来电人，文件中不留痕迹。"""
    from hotspot.store.history import History
    from hotspot.text.normalise import caller_number

    if caller == bool(day):
        raise InputError("要抹去什么没有说清", fix="写一个日期，或用 --caller")
    if caller:
        phone = click.prompt("来电号码", hide_input=True, err=True)
        with History(existing_history(history)) as store:
            count = store.forget_caller(caller_number(phone))
        click.echo(f"已抹去 {count} 件来电的记录")
        _tell_backups(history)
        return
    try:
        first = dt.date.fromisoformat(day)
    except ValueError as error:
        raise InputError("日期写法不对", found=day[:20], fix="写作 2024-10-14") from error
    with History(existing_history(history)) as store:
        gone = store.forget(first)
    if not gone:
        raise InputError("历史里没有以这一天开始的周", found=day, fix="用 hotspot history list 查看")
    click.echo(f"已抹去 {day} 开始的一周")
    _tell_backups(history)


def _tell_backups(history: Path) -> None:
    """Name the backups that an upgrade left beside the history: what was forgotten is still in them."""
    left = [path.name for path in sorted(history.absolute().parent.glob(f"{glob.escape(history.name)}.v*.bak"))]
    if left:
        click.echo(safe(f"提示：升级时留下的备份里仍有，请自行删除：{'、'.join(left)}"), err=True)


@command.command("check", cls=ChineseCommand)
@history_option
def check(history: Path) -> None:
    """检查历史库是否完好。"""
    from hotspot.store.history import History

    with History(existing_history(history)) as store:
        faults = store.check()
    if faults:
        raise HistoryError("历史库有损坏", where=str(history), found=faults[0][:80], fix="请从备份恢复")
    click.echo("历史库完好")


@command.command("backup", cls=ChineseCommand)
@click.argument("target", type=click.Path(path_type=Path), metavar="文件")
@history_option
def backup(target: Path, history: Path) -> None:
    """备份历史库（来电人密钥另存，请自行保管 .key 文件）。"""
    from hotspot.store.history import History

    with History(existing_history(history)) as store:
        store.backup(target)
    click.echo(f"已备份 → {target}")


@command.command("restore", cls=ChineseCommand)
@click.argument("source", type=click.Path(path_type=Path), metavar="备份文件")
@history_option
def restore_backup(source: Path, history: Path) -> None:
    """用备份恢复历史库。"""
    from hotspot.store.history_restore import restore

    restore(source, history)
    click.echo(f"已恢复 → {history}")
