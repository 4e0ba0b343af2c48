"""`hotspot analyze`: a week's export becomes the bulletin."""

from __future__ import annotations

import gc
import glob
from pathlib import Path
from typing import Final

import click

from hotspot.cli.base import ChineseCommand, Progress, config_option, paint, parse_day, parse_map, safe

_PIECE: Final = 2**20  # characters that are printed together


def _beside(out: Path) -> Path | None:
    """Return the file of case edits beside the output folder, where there is one."""
    path = out.absolute().parent / "cases.toml"
    return path if path.is_file() else None


def _expand(files: tuple[Path, ...]) -> tuple[Path, ...]:
    """Return the files with patterns (calls/*.parquet) replaced by what they stand for, where the shell did not."""
    found: list[Path] = []
    for file in files:
        matching = [] if file.exists() or not glob.has_magic(str(file)) else sorted(glob.glob(str(file)))
        found += map(Path, matching) if matching else [file]
    return tuple(found)


_PATHS = click.Path(path_type=Path)


@click.command("analyze", cls=ChineseCommand)
@click.argument("files", nargs=-1, required=True, type=_PATHS, metavar="来电导出表…")
@click.option("--orders", multiple=True, type=_PATHS, metavar="表", help="工单表（可多次给出）")
@click.option("--flows", multiple=True, type=_PATHS, metavar="表", help="工单流转记录")
@click.option("--cases", multiple=True, type=_PATHS, metavar="表", help="往期疑难案例台账")
@click.option("--case-edits", type=_PATHS, metavar="TOML", help="疑难案例的人工处理，默认输出文件夹旁的 cases.toml")
@config_option
@click.option("--week", metavar="日期", help="这一天所在的周（周一至周日）")
@click.option("--from", "first", metavar="日期", help="起始日，与 --to 同用")
@click.option("--to", "last", metavar="日期", help="截止日（含）")
@click.option("--all", "everything", is_flag=True, help="表中全部日期")
@click.option("--model", type=_PATHS, metavar="目录", help="分类模型，默认 models/default")
@click.option("--history", type=_PATHS, metavar="DB", help="历史库，默认在输出文件夹旁的 hotspot.db")
@click.option("--no-history", is_flag=True, help="不读也不写历史库")
@click.option("--out", type=_PATHS, default=Path("out"), metavar="目录", help="输出文件夹，默认 out")
@click.option("--template", type=_PATHS, metavar="DOCX", help="本办的 Word 模板，保留其样式和版头")
@click.option("--map", "mapping", multiple=True, metavar="列=表头", help="指定表头，如 --map 诉求内容=备注")
@click.option("--jobs", type=click.IntRange(1, 256), default=1, metavar="N", help="进程数，默认 1")
@click.option("--scheduler", metavar="地址", help="在 Dask 集群上计算：tcp://主机:8786，或 local（本机）")
@click.option("--replace", is_flag=True, help="覆盖人工改过的 bulletin.docx")
@click.option("--explain", "msg_id", metavar="编号", help="只说明这一件来电的归类和同组来电，不写文件")
@click.option("--json", "as_json", is_flag=True, help="在标准输出打印 result.json")
@click.option("--quiet", is_flag=True, help="只打印错误")
@click.option("--verbose", is_flag=True, help="打印各阶段的用时和速度")
def command(
    files: tuple[Path, ...],
    orders: tuple[Path, ...],
    flows: tuple[Path, ...],
    cases: tuple[Path, ...],
    case_edits: Path | None,
    config: Path | None,
    week: str | None,
    first: str | None,
    last: str | None,
    everything: bool,
    model: Path | None,
    history: Path | None,
    no_history: bool,
    out: Path,
    template: Path | None,
    mapping: tuple[str, ...],
    jobs: int,
    scheduler: str | None,
    replace: bool,
    msg_id: str | None,
    as_json: bool,
    quiet: bool,
    verbose: bool,
) -> None:
    """生成一周的通报、网页、工作簿、图表和数据。"""
    from hotspot.config import load_config
    from hotspot.pipeline import Request, analyze, explain

    # Hardly anything here refers to itself: looking for what does was a twentieth of the time.
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)
    request = Request(
        files=_expand(files),
        orders=orders,
        flows=flows,
        cases=cases,
        case_edits=case_edits or _beside(out),
        mapping=parse_map(mapping),
        week=parse_day(week, "--week"),
        first=parse_day(first, "--from"),
        last=parse_day(last, "--to"),
        everything=everything,
        model=model,
        history=None if no_history else history or out.absolute().parent / "hotspot.db",
        out=out,
        jobs=jobs,
        scheduler=scheduler,
        replace=replace,
        template=template,
    )
    if msg_id is not None:
        for line in explain(request, load_config(config), msg_id):
            click.echo(safe(line))
        return
    with Progress(quiet, verbose) as progress:
        outcome = analyze(request, load_config(config), progress)
    if as_json:
        with outcome.paths["result.json"].open(encoding="utf-8", newline="") as file:
            while piece := file.read(_PIECE):
                click.echo(piece, nl=False)
    elif not quiet:
        for line in outcome.summary:
            click.echo(paint(safe(line)))
        for name, path in outcome.paths.items():
            click.echo(f"{name} → {path}")
    if outcome.outdated and not quiet:
        weeks = "、".join(f"{day}" for day in outcome.outdated)
        click.echo(f"提示：本周期的数据与历史里原有的不同；其后各期（{weeks}起）的比较请重新生成", err=True)
    if outcome.kept_edited and not quiet:
        click.echo(
            "提示：bulletin.docx 已被人工修改，保持不动；新的通报写在 bulletin.new.docx（--replace 可覆盖）", err=True
        )
