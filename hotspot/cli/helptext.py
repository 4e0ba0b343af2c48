"""Help pages whose columns stand straight on a terminal that shows a Chinese character two columns wide."""

from __future__ import annotations

import re
from collections.abc import Iterable

import click

from hotspot.width import display_width

_PIECES = re.compile("[!-~]+|.")
_NO_START = "，。；：、）】》”？！…"
_NO_END = "（【《“"


def wrap(text: str, width: int) -> list[str]:
    """Return a text in lines of at most so many columns; words of Latin letters stay whole, no line begins with a stop
    or ends with an opening bracket.

    Examples
    --------
    >>> wrap("历史库，默认 hotspot.db", 12)
    ['历史库，默认', 'hotspot.db']
    >>> wrap("默认在这里，别处不看", 10)
    ['默认在这', '里，别处不', '看']
    """
    lines = [""]
    for piece in _PIECES.findall(text):
        if lines[-1] and display_width(lines[-1] + piece) > width:
            carried = lines[-1][-1] if len(lines[-1]) > 1 and (piece in _NO_START or lines[-1][-1] in _NO_END) else ""
            lines[-1] = lines[-1][: len(lines[-1]) - len(carried)]
            lines.append(carried)
        lines[-1] += piece
    return [line.strip() for line in lines]


class WideFormatter(click.HelpFormatter):
    """Writes definition lists by the columns that a terminal shows."""

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write names in a first column and what they mean in a second."""
        rows = list(rows)
        first = min(max(display_width(name) for name, _ in rows), col_max) + col_spacing
        indent = " " * self.current_indent
        for name, text in rows:
            lines = wrap(text, max(self.width - first - self.current_indent, 10))
            if display_width(name) + col_spacing > first:
                self.write(f"{indent}{name}\n{indent}{' ' * first}{lines[0]}".rstrip() + "\n")
            else:
                self.write(f"{indent}{name}{' ' * (first - display_width(name))}{lines[0]}".rstrip() + "\n")
            for line in lines[1:]:
                self.write(f"{indent}{' ' * first}{line}\n")


class WideContext(click.Context):
    """A context whose help is laid out for Chinese."""

    formatter_class = WideFormatter
