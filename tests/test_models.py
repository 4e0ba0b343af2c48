import json
import zipfile

import numpy as np
import pytest

from hotspot.errors import ModelError
from hotspot.store.models import load_model, save_model

ARRAYS = {"weights": np.arange(6, dtype=np.float32).reshape(2, 3), "keys": np.array([7, 9], dtype=np.uint64)}
MANIFEST = {"classes": ["甲类", "乙类"], "date": "2024-10-13"}


@pytest.fixture
def folder(tmp_path):
    return save_model(tmp_path / "m", ARRAYS, MANIFEST)


def test_round_trip(folder):
    model = load_model(folder)
    assert model.manifest["classes"] == ["甲类", "乙类"]
    assert set(model.arrays) == set(ARRAYS)
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(model.arrays[name], array)
        assert model.arrays[name].dtype == array.dtype


def test_same_bytes_whatever_the_order(folder, tmp_path):
    again = save_model(tmp_path / "n", dict(reversed(ARRAYS.items())), dict(reversed(MANIFEST.items())))
    for name in ("manifest.json", "weights.npz"):
        assert (folder / name).read_bytes() == (again / name).read_bytes()


def test_replaces_whole_folder(folder):
    (folder / "left.txt").write_text("old")
    save_model(folder, ARRAYS, MANIFEST)
    assert sorted(path.name for path in folder.iterdir()) == ["manifest.json", "weights.npz"]
    assert [path.name for path in folder.parent.iterdir()] == ["m"]


def test_missing_folder(tmp_path):
    with pytest.raises(ModelError, match="找不到模型"):
        load_model(tmp_path / "nowhere")


def test_truncated_weights(folder):
    path = folder / "weights.npz"
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(ModelError, match="不完整"):
        load_model(folder)


def test_altered_weights(folder):
    path = folder / "weights.npz"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(ModelError, match="被改动"):
        load_model(folder)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", '{"format": 99}', '{"format": 1}', '{"format": 1, "weights": {"bytes": "x"}}', "[" * 100_000],
)
def test_bad_manifest(folder, text):
    (folder / "manifest.json").write_text(text)
    with pytest.raises(ModelError):
        load_model(folder)


def test_manifest_that_lies_about_shapes(folder):
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["weights"]["arrays"]["weights"]["shape"] = [3, 2]
    path.write_text(json.dumps(manifest))
    with pytest.raises(ModelError, match="不符"):
        load_model(folder)


def test_pickle_inside_is_never_loaded(folder):
    import hashlib
    import io

    out = io.BytesIO()
    np.savez(out, weights=np.array([{"a": 1}], dtype=object))
    data = out.getvalue()
    (folder / "weights.npz").write_bytes(data)
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["weights"].update(bytes=len(data), sha256=hashlib.sha256(data).hexdigest())
    manifest["weights"]["arrays"] = {"weights": {"shape": [1], "dtype": "float32"}}
    path.write_text(json.dumps(manifest))
    with pytest.raises(ModelError, match="损坏"):
        load_model(folder)


def test_archive_times_are_fixed(folder):
    with zipfile.ZipFile(folder / "weights.npz") as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
