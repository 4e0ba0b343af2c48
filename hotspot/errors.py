"""The errors that reach a user: one base, few children, each message made of four parts."""

from __future__ import annotations


class HotspotError(Exception):
    """A fault that is told in one line: what, where, what was found, how to fix it.

    Parameters
    ----------
    what : str
        The fault, in Chinese, without a full stop.
    where : str, optional
        File, sheet, column, row, key: whatever narrows the place down.
    found : str, optional
        What stands there. Never personal data.
    fix : str, optional
        What the user can do about it.

    Examples
    --------
    >>> print(InputError("找不到文件", where="a.xlsx", fix="请检查路径"))
    找不到文件；位置：a.xlsx；处理办法：请检查路径
    """

    exit_code = 1

    def __init__(self, what: str, *, where: str = "", found: str = "", fix: str = "") -> None:
        super().__init__(what, where, found, fix)
        self.what, self.where, self.found, self.fix = what, where, found, fix

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        """Come back whole from another process."""
        return _again, (type(self), self.what, self.where, self.found, self.fix)

    def __str__(self) -> str:
        parts = [self.what]
        parts += [f"位置：{self.where}"] if self.where else []
        parts += [f"实际：{self.found}"] if self.found else []
        parts += [f"处理办法：{self.fix}"] if self.fix else []
        return "；".join(" ".join(part.split()) for part in parts)


def _again(kind: type[HotspotError], what: str, where: str, found: str, fix: str) -> HotspotError:
    return kind(what, where=where, found=found, fix=fix)


class InputError(HotspotError):
    """A fault of the files or options that the user gave."""

    exit_code = 2


class ConfigError(InputError):
    """A fault of the configuration file."""


class ModelError(InputError):
    """A model folder that cannot be used."""


class HistoryError(InputError):
    """A history file that cannot be used."""


class CheckError(HotspotError):
    """Two numbers of the bulletin that should agree and do not (勾稽不符)."""
