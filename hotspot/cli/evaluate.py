"""`hotspot evaluate`: how right a model is on labelled calls."""

from __future__ import annotations

from pathlib import Path

import click

from hotspot.cli.base import ChineseCommand, parse_map, safe

_PATHS = click.Path(path_type=Path)


@click.command("evaluate", cls=ChineseCommand)
@click.argument("files", nargs=-1, required=True, type=_PATHS, metavar="已分类的表…")
@click.option("--model", type=_PATHS, metavar="目录", help="分类模型，默认 models/default")
@click.option("--out", type=_PATHS, metavar="CSV", help="把每条的预测写到这个文件")
@click.option("--map", "mapping", multiple=True, metavar="列=表头", help="指定表头")
def command(files: tuple[Path, ...], model: Path | None, out: Path | None, mapping: tuple[str, ...]) -> None:
    """在已分类的来电上检验模型：准确率、宏平均 F1、各类别、混淆。"""
    from hotspot.training import evaluate_files

    for line in evaluate_files(files, model, out, mapping=parse_map(mapping)):
        click.echo(safe(line))
