"""What the commands share: help and error texts in Chinese, safe console output, common options."""

from __future__ import annotations

import datetime as dt
import os
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import click

from hotspot.cli.helptext import WideContext
from hotspot.errors import InputError

_UNSAFE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


def safe(text: str) -> str:
    """Return `text` without control and bidirectional characters: data must not steer the terminal."""
    return _UNSAFE.sub("", text)


def make_console_safe() -> None:
    """Never fail on a character that the console's encoding lacks (GBK, C locale): it is replaced."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            encoding = (getattr(stream, "encoding", "") or "").lower().replace("-", "")
            reconfigure(
                encoding="utf-8" if encoding in ("ascii", "ansi_x3.41968", "usascii", "") else None, errors="replace"
            )


def explain_usage_error(error: click.ClickException) -> str:
    """Return what is wrong with the command line, in Chinese."""
    if isinstance(error, click.NoSuchOption):
        near = f"；最接近的是 {error.possibilities[0]}" if error.possibilities else ""
        return f"没有选项 {error.option_name}{near}；处理办法：用 --help 看全部选项"
    if isinstance(error, click.MissingParameter):
        name = error.param.metavar or error.param.opts[0] if error.param is not None else ""
        return f"缺少 {name}；处理办法：用 --help 看用法"
    if isinstance(error, click.BadParameter):
        name = error.param.opts[-1] if error.param is not None else ""
        return f"{name} 的值不对；处理办法：用 --help 看写法"
    found = re.search(r"No such command '(.*?)'", error.message)
    if found:
        return f"没有命令 {found[1]}；处理办法：用 hotspot --help 看全部命令"
    if isinstance(error, click.BadOptionUsage):
        return f"选项 {error.option_name} 缺少值；处理办法：用 --help 看写法"
    return f"命令写法不对（{error.format_message()}）；处理办法：用 --help 看用法"


class _Chinese:
    """Help page with Chinese headings."""

    context_class: type[click.Context] = WideContext

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = self.collect_usage_pieces(ctx)  # type: ignore[attr-defined]
        words = {"[OPTIONS]": "[选项]", "COMMAND [ARGS]...": "命令 [参数]…"}
        formatter.write_usage(ctx.command_path, " ".join(words.get(piece, piece) for piece in pieces), prefix="用法：")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        options = [p for p in self.get_params(ctx) if isinstance(p, click.Option)]  # type: ignore[attr-defined]
        records = [record for option in options if (record := option.get_help_record(ctx)) is not None]
        if records:
            with formatter.section("选项"):
                formatter.write_dl([(name, _translate(text)) for name, text in records])

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option: click.Option | None = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = "显示本帮助"
        return option


def _translate(text: str) -> str:
    text = re.sub(r"\[(\d+)<=x<=(\d+)\]", r"［\1 至 \2］", text)
    return text.replace("[required]", "［必填］").replace("[default: ", "［默认：").replace("]", "］")


class ChineseCommand(_Chinese, click.Command):
    """A command whose help is in Chinese."""


class ChineseGroup(_Chinese, click.Group):
    """A group whose help is in Chinese, its commands in the order they were added."""

    command_class = ChineseCommand
    group_class = type

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order they were added."""
        return list(self.commands)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, then the commands with their first lines."""
        super().format_options(ctx, formatter)
        rows = [(name, self.commands[name].get_short_help_str(60)) for name in self.list_commands(ctx)]
        with formatter.section("命令"):
            formatter.write_dl(rows)


def parse_map(values: tuple[str, ...]) -> dict[str, str]:
    """Return the header overrides of ``--map 诉求内容=备注``."""
    found = {}
    for value in values:
        name, sign, header = value.partition("=")
        if not sign or not name.strip() or not header.strip():
            raise InputError("--map 的写法不对", found=value[:40], fix="写作 --map 诉求内容=备注")
        found[name.strip()] = header.strip()
    return found


def parse_day(value: str | None, option: str) -> dt.date | None:
    """Return the date of an option, ``None`` where it was not given."""
    if value is None:
        return None
    try:
        return dt.date.fromisoformat(value)
    except ValueError as error:
        raise InputError("日期写法不对", where=option, found=value[:20], fix="写作 2024-10-14") from error


def config_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--config``."""
    return click.option("--config", type=click.Path(path_type=Path), metavar="TOML", help="城市的配置文件")(function)


def history_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--history``."""
    return click.option(
        "--history",
        type=click.Path(path_type=Path),
        metavar="DB",
        default=Path("hotspot.db"),
        help="历史库，默认 hotspot.db",
    )(function)


class Progress:
    """Tells the stages on stderr while it is a terminal, with the time and the rate of each; silent otherwise.

    Used in a ``with`` statement, so that the last stage is told too and a fault starts on a line of its own.
    """

    def __init__(self, quiet: bool = False, verbose: bool = False) -> None:
        self._live = sys.stderr.isatty()  # the name of a stage stands there until its figures replace it
        self.on = verbose or (not quiet and self._live)
        self._stage, self._count, self._start = "", 0, 0.0
        self._told = 0

    def __call__(self, stage: str, count: int = 0) -> None:
        """Tell that `stage` begins, with so many calls to do where that is known."""
        if self.on:
            # How much the first stage, which reads, has to do is known once it is over.
            self._tell(self._count or (0 if self._told else count))
            self._stage, self._count, self._start = stage, count, time.perf_counter()
            if self._live:
                click.echo(f"… {safe(stage)}", err=True, nl=False)

    def _tell(self, count: int) -> None:
        if self._stage:
            seconds = time.perf_counter() - self._start
            rate = f"，{count}件，{count / max(seconds, 0.001):,.0f}件/秒" if count else ""
            start = "\r" if self._live else ""
            click.echo(f"{start}  {safe(self._stage)} {seconds:.1f}秒{rate}", err=True)
            self._told += 1
        self._stage = ""

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, kind: object, fault: object, trace: object) -> None:
        if fault is None:
            self._tell(self._count)
        elif self._stage and self._live:
            click.echo("", err=True)


_CHANGE: Final = re.compile(r"(增加|减少)[\d.]+%")


def paint(line: str) -> str:
    """Return a line of a summary in colours, which `click.echo` drops off a terminal: rises red, falls green."""
    if os.environ.get("NO_COLOR"):
        return line
    line = _CHANGE.sub(lambda found: click.style(found[0], fg="red" if found[1] == "增加" else "green"), line)
    if line.startswith("说明："):
        return click.style(line, fg="yellow")
    return line if line.startswith("  ") else click.style(line, bold=True)
