"""A folder written whole or not at all: files go to a stage beside it, and the stage takes its place in one step."""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_EXCHANGE: Final = 2  # RENAME_EXCHANGE of renameat2(2)
_HERE: Final = -100  # AT_FDCWD


@contextmanager
def staged(folder: Path) -> Iterator[Path]:
    """Give an empty stage beside `folder`; put it in the folder's place when the block ends well, else drop it."""
    with open_stage(folder) as stage:
        yield stage
        settle(stage, folder.absolute())


@contextmanager
def open_stage(folder: Path) -> Iterator[Path]:
    """Give an empty stage beside `folder`, gone when the block ends. Stages that killed runs left are removed."""
    folder = folder.absolute()
    folder.parent.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    stage = Path(tempfile.mkdtemp(prefix=f".{folder.name}.{os.getpid()}-", dir=folder.parent))
    try:
        yield stage
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def settle(stage: Path, folder: Path) -> None:
    """Put `stage` in the place of `folder`, for good.

    At each moment either the old folder or the new one is there, whole (on Linux; elsewhere no call exchanges two
    folders, and the old one steps aside for the blink of a rename).
    """
    stage.chmod(0o755)
    swap(stage, folder)


def write_files(stage: Path, files: Mapping[str, bytes]) -> None:
    """Write `files` (relative name to content) below `stage`, on the disk when this returns."""
    for name, content in files.items():
        target = stage / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())


def swap(stage: Path, folder: Path) -> None:
    """Put `stage` in the place of `folder`; what was there is at `stage` afterwards, or gone."""
    if not folder.exists():
        stage.rename(folder)
        return
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        if hasattr(libc, "renameat2"):
            done = libc.renameat2(_HERE, os.fsencode(stage), _HERE, os.fsencode(folder), _EXCHANGE)
            if done == 0:
                return
    aside = folder.with_name(f".{folder.name}.old")
    shutil.rmtree(aside, ignore_errors=True)
    folder.rename(aside)
    stage.rename(folder)
    shutil.rmtree(aside, ignore_errors=True)


def _sweep(folder: Path) -> None:
    """Remove the stages of runs that are no more."""
    if os.name != "posix":
        return
    mark = re.compile(re.escape(f".{folder.name}.") + r"(\d+)-\w+")
    for path in folder.parent.glob(f".{folder.name}.*"):
        found = mark.fullmatch(path.name)
        if found and path.is_dir() and not path.is_symlink() and not _runs(int(found[1])):
            shutil.rmtree(path, ignore_errors=True)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
