"""Zip containers (docx, xlsx) written again with fixed times, so that the same content gives the same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import BinaryIO, Final

_EPOCH: Final = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Member:
    """The content of a member in pieces, and how many bytes they are together."""

    size: int
    pieces: Iterable[bytes]


def fix_times(container: bytes) -> bytes:
    """The same members in the same order, without the hour at which they were written."""
    out = io.BytesIO()
    write_fixed(io.BytesIO(container), out)
    return out.getvalue()


def write_fixed(
    container: BinaryIO, out: BinaryIO, edits: Mapping[str, Callable[[bytes], Member]] = MappingProxyType({})
) -> None:
    """Write the same members in the same order, without the hour at which they were written.

    Parameters
    ----------
    container, out : binary file
    edits : mapping, optional
        Makes the content of a member, given by name, anew: in pieces, for it may be too much to hold.
    """
    with zipfile.ZipFile(container) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            edited = edits[name](content) if name in edits else Member(len(content), (content,))
            member = zipfile.ZipInfo(name, _EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 0  # else it tells on which system it was written
            member.file_size = edited.size
            with target.open(member, "w") as stream:
                for piece in edited.pieces:
                    stream.write(piece)
