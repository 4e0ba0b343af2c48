"""The same per-chunk function over all calls: in this process or over local processes. Order in = order out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Final, TypeVar

from hotspot.text.segment import Segmenter

_CHUNK: Final = 2000
_In = TypeVar("_In")
_Out = TypeVar("_Out")


def map_chunks(function: Callable[[Sequence[_In]], list[_Out]], items: Sequence[_In], jobs: int = 1) -> list[_Out]:
    """Return ``function(items)`` computed chunk by chunk.

    Parameters
    ----------
    function : callable
        n in, n out, each result depending on its own item alone; picklable when ``jobs > 1``.
    jobs : int
        Number of processes; small inputs stay in this one, where starting others costs more than it saves.
    """
    chunks = [items[at : at + _CHUNK] for at in range(0, len(items), _CHUNK)]
    if jobs <= 1 or len(chunks) < 2:
        return [result for chunk in chunks for result in function(chunk)]
    with ProcessPoolExecutor(min(jobs, len(chunks))) as pool:
        return [result for part in pool.map(function, chunks) for result in part]


def cut_all(segmenter: Segmenter, texts: Sequence[str], jobs: int = 1) -> list[str]:
    """Return the words of each text joined by blanks, whatever the number of processes the same."""
    # The fast way is done before other processes have loaded a dictionary.
    return segmenter.cut_all(texts) if segmenter.is_fast(texts) else map_chunks(segmenter.cut_all, texts, jobs)
