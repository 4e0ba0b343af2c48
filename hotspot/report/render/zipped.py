"""Zip containers (docx, xlsx) written again with fixed times, so that the same content gives the same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Final

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


def fix_times(container: bytes, edit: Callable[[str, bytes], bytes] = lambda name, content: content) -> bytes:
    """The same members in the same order, without the hour at which they were written.

    Parameters
    ----------
    container : bytes
    edit : callable, optional
        Makes the content of a member, given by name, anew.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(container)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            member = zipfile.ZipInfo(name, _EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 0  # else it tells on which system it was written
            target.writestr(member, edit(name, source.read(name)))
    return out.getvalue()
