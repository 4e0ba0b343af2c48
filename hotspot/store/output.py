"""The output folder: all files appear together or not at all, and an edited bulletin is never overwritten."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hotspot.errors import InputError
from hotspot.store.folder import open_stage, settle, write_files

_MANIFEST: Final = ".hotspot.json"
_EDITED: Final = "bulletin.docx"
_BESIDE: Final = "bulletin.new.docx"


def check_folder(folder: Path) -> None:
    """Refuse an output folder that is a file, a link or holds somebody else's files.

    Raises
    ------
    InputError
    """
    if folder.is_symlink():
        raise InputError("输出文件夹是一个链接", where=str(folder), fix="请指定真实的文件夹")
    if folder.exists() and not folder.is_dir():
        raise InputError("输出位置已有同名文件", where=str(folder), fix="请换一个 --out")
    if folder.is_dir() and not (folder / _MANIFEST).exists() and any(folder.iterdir()):
        raise InputError("输出文件夹里有不是本程序写的文件", where=str(folder), fix="请用空文件夹或换一个 --out")
    parent = folder.parent if str(folder.parent) else Path()
    existing = next(path for path in (parent, *parent.absolute().parents) if path.exists())
    if not os.access(existing, os.W_OK):
        raise InputError("没有写入权限", where=str(existing), fix="请换一个 --out 或检查权限")


def write_file(path: Path, content: bytes) -> None:
    """Write one file, whole or not at all; a link in its place is refused.

    Raises
    ------
    InputError
    """
    if path.is_symlink():
        raise InputError("输出文件是一个链接", where=str(path), fix="请指定真实的文件")
    part = path.with_name(f".{path.name[:60]}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise InputError(
            "写不了文件", where=str(path), found=os.strerror(error.errno or 0), fix="请检查路径、空间和权限"
        ) from error


@dataclass(frozen=True, slots=True)
class Output:
    """An output folder in the making: what is written into `stage` takes its place in one step."""

    folder: Path
    stage: Path

    def finish(self, names: Iterable[str], *, replace: bool = False) -> tuple[dict[str, Path], bool]:
        """Make the files of the stage, told by their names within it, the whole of the folder.

        Files that others put there stay. A bulletin that was edited since it was written stays too, unless `replace`
        is set: the new one is then written beside it.

        Returns
        -------
        paths : dict
            Where each file went.
        kept : bool
            Whether an edited bulletin was kept.

        Raises
        ------
        InputError
        """
        folder, stage = self.folder, self.stage
        check_folder(folder)
        there = {name: name for name in names}
        old = _read_manifest(folder)
        kept = not replace and _EDITED in there and _was_edited(folder / _EDITED, old.get(_EDITED, ""))
        manifest: dict[str, str] = {}
        if kept:
            there[_EDITED] = _BESIDE
            manifest[_EDITED] = old[_EDITED]
            (stage / _EDITED).rename(stage / _BESIDE)
        manifest |= {name: _settle_file(stage / name) for name in there.values()}
        write_files(stage, {_MANIFEST: json.dumps(manifest, indent=1, sort_keys=True).encode()})
        if kept:
            shutil.copy2(folder / _EDITED, stage / _EDITED)
        if folder.is_dir():
            _keep_foreign(folder, stage, {*old, *manifest, _MANIFEST, _BESIDE})
        settle(stage, folder)
        return {name: folder / place for name, place in there.items()}, kept


@contextmanager
def open_output(folder: Path) -> Iterator[Output]:
    """Give an output folder to write; unless it is finished within the block, nothing of it stays.

    Raises
    ------
    InputError
    """
    check_folder(folder)
    folder = folder.absolute()
    with _faults_told(folder), open_stage(folder) as stage:
        yield Output(folder, stage)


@contextmanager
def _faults_told(folder: Path) -> Iterator[None]:
    """Within it, a fault of the disk is told in the user's words."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise InputError(
                "磁盘空间不足，什么也没有写入", where=str(folder.parent), fix="请清理空间后再运行"
            ) from error
        raise InputError(
            "写不了输出文件夹", where=str(folder), found=os.strerror(error.errno or 0), fix="请检查权限"
        ) from error


def _settle_file(path: Path) -> str:
    """Return the hash of a file that was written, once it is on the disk."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())
    return _hash(path)


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _read_manifest(folder: Path) -> dict[str, str]:
    try:
        found = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(key): str(value) for key, value in found.items()} if isinstance(found, dict) else {}


def _was_edited(path: Path, written: str) -> bool:
    return path.is_file() and bool(written) and _hash(path) != written


def _keep_foreign(folder: Path, stage: Path, ours: set[str]) -> None:
    """Carry over the files of `folder` that this program did not write."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not path.is_symlink() and name not in ours and not (stage / name).exists():
            (stage / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, stage / name)
