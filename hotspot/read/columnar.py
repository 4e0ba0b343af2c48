"""Parquet files: the only module that imports pyarrow, an optional dependency."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from hotspot.errors import InputError
from hotspot.read.table import Sheet, cell_text

_BATCH = 20_000


def read_parquet(path: Path) -> Iterator[Sheet]:
    """Yield the one sheet of a parquet file; its column names are row 1."""
    try:
        from pyarrow import ArrowException
        from pyarrow.parquet import ParquetFile
    except ImportError:
        fix = "请安装 pyarrow（pip install 'hotspot[parquet]'），或改用 xlsx、csv"
        raise InputError("读取 parquet 需要 pyarrow", where=path.name, fix=fix) from None

    def rows() -> Iterator[tuple[int, list[str]]]:
        with ParquetFile(path) as file:
            yield 1, [str(name) for name in file.schema_arrow.names]
            number = 2
            for batch in file.iter_batches(batch_size=_BATCH):
                columns = [[cell_text(value) for value in column.to_pylist()] for column in batch.columns]
                for cells in zip(*columns, strict=True):
                    yield number, list(cells)
                    number += 1

    try:
        with ParquetFile(path) as file:
            file.metadata.num_rows  # noqa: B018 - the footer is read here, where its fault can be told
    except (ArrowException, OSError, ValueError):
        raise InputError("parquet 文件已损坏或不完整", where=path.name, fix="请重新导出或重新复制") from None
    yield Sheet(path.name, "", rows())
