"""Rows of sparse matrices as vectors."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse


def to_unit(matrix: Any) -> Any:
    """Return the matrix with each row scaled to length one; empty rows stay empty (CSR).

    Examples
    --------
    >>> to_unit(sparse.csr_matrix(np.array([[0.0, 4.0], [0.0, 0.0]]))).toarray().tolist()
    [[0.0, 1.0], [0.0, 0.0]]
    """
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return (sparse.diags(1.0 / np.where(lengths > 0, lengths, 1.0)) @ matrix).tocsr()
