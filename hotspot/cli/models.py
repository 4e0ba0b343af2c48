"""`hotspot models`: what trained models there are and what they were made from."""

from __future__ import annotations

import json
from pathlib import Path

import click

from hotspot.cli.base import ChineseCommand, ChineseGroup, safe
from hotspot.errors import ModelError


@click.group("models", cls=ChineseGroup)
def command() -> None:
    """查看已训练的模型。"""


@command.command("list", cls=ChineseCommand)
@click.argument("folder", type=click.Path(path_type=Path), default=Path("models"), metavar="[目录]")
def list_models(folder: Path) -> None:
    """列出一个文件夹里的模型。"""
    from hotspot.store.models import read_manifest

    if not folder.is_dir():
        raise ModelError("没有这个文件夹", where=str(folder), fix="请给出放模型的文件夹")
    for path in sorted(folder.iterdir()):
        if (path / "manifest.json").is_file():
            manifest = read_manifest(path)
            click.echo(safe(f"{path.name}\t{len(manifest.get('classes', []))} 类\t{manifest.get('date', '')}"))


@command.command("show", cls=ChineseCommand)
@click.argument("model", type=click.Path(path_type=Path), metavar="模型目录")
def show_model(model: Path) -> None:
    """显示一个模型的来历和指标。"""
    from hotspot.store.models import read_manifest

    click.echo(safe(json.dumps(read_manifest(model), ensure_ascii=False, indent=1, sort_keys=True)))


@command.command("compare", cls=ChineseCommand)
@click.argument("models", nargs=2, type=click.Path(path_type=Path), metavar="模型甲 模型乙")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="已分类的表…")
def compare_models(models: tuple[Path, Path], files: tuple[Path, ...]) -> None:
    """在同样的已分类来电上比较两个模型。"""
    from hotspot.training import compare_on_files

    for line in compare_on_files(files, models):
        click.echo(safe(line))
