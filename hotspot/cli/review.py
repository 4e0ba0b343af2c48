"""`hotspot review`: calls worth a look go out as a workbook, corrections come back."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from hotspot.cli.base import ChineseCommand, ChineseGroup, config_option, history_option, parse_map, safe

_PATHS = click.Path(path_type=Path)


@click.group("review", cls=ChineseGroup)
def command() -> None:
    """人工复核分类：导出值得看的来电，收回更正。"""


@command.command("export", cls=ChineseCommand)
@click.argument("files", nargs=-1, required=True, type=_PATHS, metavar="来电导出表…")
@config_option
@click.option("--model", type=_PATHS, metavar="目录", help="分类模型，默认 models/default")
@click.option("--out", type=_PATHS, default=Path("review.xlsx"), metavar="XLSX", help="复核表，默认 review.xlsx")
@click.option("--count", type=click.IntRange(1, 10000), default=100, metavar="N", help="件数，默认 100")
@click.option("--map", "mapping", multiple=True, metavar="列=表头", help="指定表头")
@click.option("--replace", is_flag=True, help="覆盖已有的复核表")
def export(
    files: tuple[Path, ...],
    config: Path | None,
    model: Path | None,
    out: Path,
    count: int,
    mapping: tuple[str, ...],
    replace: bool,
) -> None:
    """导出最值得复核的来电（内容已遮盖），在“诉求分类”列选择正确类别。"""
    from hotspot.config import load_config
    from hotspot.review import export_review

    written = export_review(
        files, load_config(config), model, out, count=count, mapping=parse_map(mapping), replace=replace
    )
    click.echo(f"复核表 {written} 件 → {out}")


@command.command("import", cls=ChineseCommand)
@click.argument("files", nargs=-1, required=True, type=_PATHS, metavar="复核表…")
@config_option
@history_option
def import_corrections(files: tuple[Path, ...], config: Path | None, history: Path) -> None:
    """把填好的复核表收进历史库；之后的 train --history 和 analyze 都按更正办。"""
    from hotspot.config import load_config
    from hotspot.review import import_review

    kept, refused = import_review(files, load_config(config), history, dt.date.today())
    click.echo(f"收下更正 {kept} 件 → {history}")
    for line in refused:
        click.echo(safe(line), err=True)
