"""Trained models on disk: a folder with ``manifest.json`` and ``weights.npz``, neither of which can run code.

The manifest says what the model is and holds hash, size, shape and type of everything in the weights, which are
checked before a number of them is used. The same model always gives the same bytes.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from hotspot.errors import ModelError
from hotspot.store.folder import staged, write_files

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
WEIGHTS: Final = "weights.npz"
_LIMIT: Final = 2 << 30  # bytes: no linear model of a hotline is larger
_HEADER: Final = 1 << 16  # bytes that an array may have before its numbers
_MANIFEST_LIMIT: Final = 16 << 20
_TYPES: Final = frozenset({"uint8", "uint16", "int32", "int64", "uint64", "float16", "float32", "float64"})
_RETRAIN: Final = "请重新复制完整的模型文件夹，或用 hotspot train 重新训练"


@dataclass(frozen=True, slots=True)
class StoredModel:
    """What a model folder holds: its manifest and its arrays."""

    manifest: dict[str, Any]
    arrays: dict[str, npt.NDArray[Any]]

    @property
    def hash(self) -> str:
        """Hash of the weights: two models with one hash predict alike."""
        return str(self.manifest["weights"]["sha256"])[:16]


def save_model(
    folder: Path | str,
    arrays: Mapping[str, npt.NDArray[Any]],
    manifest: Mapping[str, Any],
    files: Mapping[str, bytes] | None = None,
) -> Path:
    """Write a model to `folder`, whole or not at all; an existing folder is replaced.

    Parameters
    ----------
    folder : path
    arrays : mapping of str to array
    manifest : mapping
        What is to be told of the model. ``format`` and ``weights`` are added here.
    files : mapping of str to bytes, optional
        What else belongs in the folder, such as the evaluation.

    Returns
    -------
    Path
        The folder.

    Examples
    --------
    >>> import tempfile
    >>> folder = save_model(tempfile.mkdtemp() + "/样例", {"weights": np.zeros(2)}, {"classes": ["公共服务类"]})
    >>> load_model(folder).manifest["classes"]
    ['公共服务类']
    """
    folder = Path(folder)
    packed = _pack(arrays)
    described = {name: {"shape": list(array.shape), "dtype": str(array.dtype)} for name, array in arrays.items()}
    whole = {
        **manifest,
        "format": FORMAT,
        "weights": {"file": WEIGHTS, "bytes": len(packed), "sha256": _sha(packed), "arrays": described},
    }
    text = json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    with staged(folder) as stage:
        write_files(stage, {**(files or {}), WEIGHTS: packed, MANIFEST: text.encode()})
    return folder


def load_model(folder: Path | str) -> StoredModel:
    """Read a model folder and check all of it first.

    Raises
    ------
    ModelError
        If the folder is missing, truncated, altered or of a format that this release does not know.
    """
    folder = Path(folder)
    manifest = read_manifest(folder)
    about = manifest["weights"]
    path = folder / WEIGHTS
    try:
        size = path.stat().st_size
        if size != about["bytes"] or size > _LIMIT:
            raise ModelError(
                "模型权重不完整", where=str(path), found=f"{size} 字节，应为 {about['bytes']} 字节", fix=_RETRAIN
            )
        packed = path.read_bytes()
    except OSError as fault:
        raise ModelError("读不到模型权重", where=str(path), found=fault.strerror or "", fix=_RETRAIN) from fault
    if _sha(packed) != about["sha256"]:
        raise ModelError("模型权重被改动或已损坏", where=str(path), found="校验和与 manifest.json 不符", fix=_RETRAIN)
    return StoredModel(manifest, _unpack(packed, about["arrays"], path))


def read_manifest(folder: Path | str) -> dict[str, Any]:
    """Return what a model folder says of itself, without its weights."""
    path = Path(folder) / MANIFEST
    try:
        if path.stat().st_size > _MANIFEST_LIMIT:
            raise ModelError("模型说明文件过大", where=str(path), fix=_RETRAIN)
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except OSError as fault:
        raise ModelError(
            "找不到模型", where=str(path), found=fault.strerror or "", fix="请检查 --model 的路径"
        ) from fault
    except (ValueError, RecursionError) as fault:
        raise ModelError("模型说明文件损坏", where=str(path), found="不是有效的 JSON", fix=_RETRAIN) from fault
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        found = manifest.get("format") if isinstance(manifest, dict) else None
        raise ModelError(
            "不认识的模型格式", where=str(path), found=f"format={found!r}，本版只认 {FORMAT}", fix=_RETRAIN
        )
    if not _described(manifest.get("weights")):
        raise ModelError("模型说明文件不完整", where=str(path), found="weights 一节缺失或不合格式", fix=_RETRAIN)
    return manifest


def _described(about: object) -> bool:
    if not isinstance(about, dict) or not isinstance(about.get("arrays"), dict):
        return False
    sized = isinstance(about.get("bytes"), int) and isinstance(about.get("sha256"), str)
    return sized and all(
        isinstance(array, dict)
        and array.get("dtype") in _TYPES
        and isinstance(array.get("shape"), list)
        and all(isinstance(side, int) and side >= 0 for side in array["shape"])
        for array in about["arrays"].values()
    )


def _pack(arrays: Mapping[str, npt.NDArray[Any]]) -> bytes:
    """Return an npz archive with sorted names and fixed times: numpy's own writer stamps the clock."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in sorted(arrays):
            member = io.BytesIO()
            np.lib.format.write_array(member, np.ascontiguousarray(arrays[name]), version=(1, 0), allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            archive.writestr(entry, member.getvalue())
    return out.getvalue()


def _unpack(packed: bytes, described: Mapping[str, Any], path: Path) -> dict[str, npt.NDArray[Any]]:
    arrays = {}
    try:
        _check_sizes(packed, described, path)
        with np.load(io.BytesIO(packed), allow_pickle=False) as archive:
            if sorted(archive.files) != sorted(described):
                raise ModelError("模型权重与说明不符", where=str(path), found="数组名称不一致", fix=_RETRAIN)
            for name in sorted(archive.files):
                array = archive[name]
                if list(array.shape) != described[name]["shape"] or str(array.dtype) != described[name]["dtype"]:
                    raise ModelError(
                        "模型权重与说明不符", where=f"{path} {name}", found="形状或类型不一致", fix=_RETRAIN
                    )
                arrays[name] = array
    except (ValueError, OSError, KeyError, zipfile.BadZipFile) as fault:
        raise ModelError("模型权重损坏", where=str(path), found="不是有效的 npz 文件", fix=_RETRAIN) from fault
    return arrays


def _check_sizes(packed: bytes, described: Mapping[str, Any], path: Path) -> None:
    """Refuse an archive that unpacks to more than its manifest tells: a model from elsewhere may be a bomb."""
    told = {name: math.prod(about["shape"]) * np.dtype(about["dtype"]).itemsize for name, about in described.items()}
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        for member in archive.infolist():
            size = told.get(member.filename.removesuffix(".npy"))
            if size is not None and not size <= member.file_size <= size + _HEADER:
                raise ModelError("模型权重与说明不符", where=str(path), found=member.filename[:40], fix=_RETRAIN)
    if sum(told.values()) > _LIMIT:
        raise ModelError("模型过大", where=str(path), found=f"超过 {_LIMIT >> 30} GB", fix=_RETRAIN)


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
