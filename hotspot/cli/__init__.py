"""The command line: options in, one library call, a few lines out. Nothing else imports click."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from hotspot import __version__
from hotspot.cli.base import ChineseGroup, explain_usage_error, make_console_safe, safe
from hotspot.errors import HotspotError


@click.group(cls=ChineseGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, "-V", "--version", prog_name="hotspot", help="显示版本")
def cli() -> None:
    """12345 热线周通报：从一周的来电导出表生成通报、网页、工作簿和数据。

    每个命令加 --help 看用法。第一次使用：hotspot init 我的城市 导出表.xlsx
    """


def _names_files_in_chinese() -> bool:
    """Whether this process can: under a C or Latin-1 locale Python cannot, unless it is started in its UTF-8 mode."""
    try:
        "一览表".encode(sys.getfilesystemencoding())
    except UnicodeEncodeError:
        return False
    return True


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit: 0 done, 2 the user's fault, 1 ours."""
    if arguments is None and not _names_files_in_chinese():
        os.execv(sys.executable, [sys.executable, "-X", "utf8", "-m", "hotspot", *sys.argv[1:]])
    make_console_safe()
    try:
        cli.main(args=None if arguments is None else list(arguments), prog_name="hotspot", standalone_mode=False)
    except HotspotError as error:
        click.echo(f"错误：{_told(error)}", err=True)
        sys.exit(error.exit_code)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help() if error.ctx else "", err=True)
        sys.exit(2)
    except click.ClickException as error:
        click.echo(safe(f"错误：{explain_usage_error(error)}"), err=True)
        sys.exit(2)
    except (click.Abort, KeyboardInterrupt):
        click.echo("已中断，没有写出任何文件。", err=True)
        sys.exit(130)
    except MemoryError:
        click.echo("错误：内存不足；处理办法：请减少一次处理的数据，或换内存更大的机器", err=True)
        sys.exit(1)
    except Exception as error:
        if os.environ.get("HOTSPOT_DEBUG"):
            raise
        # The message of a foreign error may quote data: only its kind is told.
        at = error.__traceback__
        while at is not None and at.tb_next is not None:
            at = at.tb_next
        place = f"{os.path.basename(at.tb_frame.f_code.co_filename)}:{at.tb_lineno}" if at else ""
        click.echo(f"错误：程序内部错误 {type(error).__name__}（{place}）；处理办法：请联系维护人员", err=True)
        sys.exit(1)
    sys.exit(0)


def _told(error: HotspotError) -> str:
    """Return an error as it may be shown: what it quotes of a file may be anybody's number."""
    from hotspot.text.mask import mask

    return mask(safe(str(error)))


def _register() -> None:
    from hotspot.cli import analyze, cases, evaluate, history, init, models, review, train

    for module in (analyze, train, evaluate, review, history, cases, models, init):
        cli.add_command(module.command)


_register()
