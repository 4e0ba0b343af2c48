"""`hotspot init`: a commented configuration for a new city."""

from __future__ import annotations

from pathlib import Path

import click

from hotspot.cli.base import ChineseCommand, parse_map
from hotspot.errors import InputError


@click.command("init", cls=ChineseCommand)
@click.argument("folder", type=click.Path(path_type=Path), metavar="目录")
@click.argument("exports", nargs=-1, type=click.Path(path_type=Path), metavar="[导出表…]")
@click.option("--city", default="", metavar="名称", help="城市名，如 格尔木市")
@click.option("--map", "mapping", multiple=True, metavar="列=表头", help="指定表头")
def command(folder: Path, exports: tuple[Path, ...], city: str, mapping: tuple[str, ...]) -> None:
    """为新的城市写一份带说明的配置；给出导出表时从表里填写。"""
    from hotspot.pipeline import draft_city

    target = folder / "city.toml"
    if target.exists():
        raise InputError("配置文件已存在", where=str(target), fix="请换一个目录，或先移走它")
    text = draft_city(exports, city=city, mapping=parse_map(mapping))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InputError("写不了配置文件", where=str(target), fix="请检查写入权限") from error
    click.echo(f"配置 → {target}")
    click.echo("请按说明补全后运行：hotspot analyze 来电表.xlsx --config " + str(target))
