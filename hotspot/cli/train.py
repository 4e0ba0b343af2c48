"""`hotspot train`: labelled exports become a model folder."""

from __future__ import annotations

from pathlib import Path

import click

from hotspot.cli.base import ChineseCommand, Progress, config_option, parse_map, safe

_PATHS = click.Path(path_type=Path)


@click.command("train", cls=ChineseCommand)
@click.argument("files", nargs=-1, required=True, type=_PATHS, metavar="已分类的表…")
@config_option
@click.option("--out", required=True, type=_PATHS, metavar="目录", help="模型文件夹，如 models/default")
@click.option("--map", "mapping", multiple=True, metavar="列=表头", help="指定表头，如 --map 诉求分类=归口")
@click.option("--compare", type=_PATHS, metavar="目录", help="与这个模型比较，默认与要替换的或默认的模型")
@click.option(
    "--history", type=_PATHS, metavar="DB", help="历史库：其中的人工更正优先于表中的分类，默认 hotspot.db（如果有）"
)
@click.option("--jobs", type=click.IntRange(1, 256), default=1, metavar="N", help="进程数，默认 1")
@click.option("--replace", is_flag=True, help="覆盖已有的模型")
@click.option("--quiet", is_flag=True, help="只打印错误")
def command(
    files: tuple[Path, ...],
    config: Path | None,
    out: Path,
    mapping: tuple[str, ...],
    compare: Path | None,
    history: Path | None,
    jobs: int,
    replace: bool,
    quiet: bool,
) -> None:
    """用已分类的来电训练分类模型，并写出评估。"""
    from hotspot.config import load_config
    from hotspot.training import train_files

    with Progress(quiet) as progress:
        report = train_files(
            files,
            load_config(config),
            out,
            mapping=parse_map(mapping),
            replace=replace,
            compare_with=compare,
            history=history,
            jobs=jobs,
            progress=progress,
        )
    if not quiet:
        for line in report:
            click.echo(safe(line))
