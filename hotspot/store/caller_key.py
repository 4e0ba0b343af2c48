"""The secret with which callers are hashed: a file beside the history, made on first use, for its owner alone."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path

from hotspot.errors import HistoryError


def read_key(path: Path) -> bytes:
    """Return the secret in the file `path`, made on first use, readable by its owner alone.

    Raises
    ------
    HistoryError
        It cannot be written, or the file is no such secret.
    """
    if not path.exists():
        part = path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}")
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(secrets.token_bytes(32))
            with contextlib.suppress(FileExistsError):  # another run was first: its key counts
                os.link(part, path)
        except OSError as error:
            raise HistoryError("写不了来电人密钥文件", where=str(path), fix="请检查写入权限") from error
        finally:
            part.unlink(missing_ok=True)
    key = path.read_bytes()
    if len(key) != 32:
        raise HistoryError("来电人密钥文件不完整", where=str(path), found=f"{len(key)} 字节", fix="请从备份恢复")
    return key


def hash_callers(phones: Iterable[str], key: bytes | None) -> Iterator[str]:
    """Yield the keyed hash of each caller, ``""`` for none.

    Without a key that outlives the run, callers are numbered by their first calls instead, so that the same input gives
    the same bytes.

    Examples
    --------
    >>> list(hash_callers(["15400000000", "", "15400000001", "15400000000"], None))
    ['C00001', '', 'C00002', 'C00001']
    """
    numbers: dict[str, int] = {}
    for phone in phones:
        if phone and key is None:
            yield f"C{numbers.setdefault(phone, len(numbers) + 1):05d}"
        else:
            yield hashlib.blake2b(phone.encode(), key=key or b"", digest_size=10).hexdigest() if phone else ""
