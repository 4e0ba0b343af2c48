"""The output folder is whole or not there, and never swallows the analyst's work."""

import os
from pathlib import Path

import pytest

from hotspot.errors import InputError
from hotspot.store.folder import write_files
from hotspot.store.output import check_folder, open_output

FILES = {"bulletin.docx": b"one", "result.json": b"{}", "charts/a.png": b"png"}


def write_folder(folder: Path, files: dict[str, bytes], *, replace: bool = False) -> tuple[dict[str, Path], bool]:
    with open_output(folder) as output:
        write_files(output.stage, files)
        return output.finish(files, replace=replace)


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_all_files_and_nothing_else(tmp_path: Path) -> None:
    paths, kept = write_folder(tmp_path / "out", FILES)
    assert names(tmp_path / "out") == {*FILES, ".hotspot.json"}
    assert not kept
    assert paths["charts/a.png"].read_bytes() == b"png"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_second_run_replaces_ours_and_keeps_what_others_put_there(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_folder(out, FILES)
    (out / "笔记.txt").write_text("分析员的笔记")
    write_folder(out, {"bulletin.docx": b"two", "result.json": b"{}"})
    assert names(out) == {"bulletin.docx", "result.json", "笔记.txt", ".hotspot.json"}
    assert (out / "bulletin.docx").read_bytes() == b"two"


def test_an_edited_bulletin_is_kept_until_told_otherwise(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_folder(out, FILES)
    (out / "bulletin.docx").write_bytes(b"edited by hand")
    for _ in range(2):
        paths, kept = write_folder(out, {**FILES, "bulletin.docx": b"two"})
        assert kept
        assert paths["bulletin.docx"].name == "bulletin.new.docx"
        assert (out / "bulletin.docx").read_bytes() == b"edited by hand"
        assert (out / "bulletin.new.docx").read_bytes() == b"two"
    _, kept = write_folder(out, {**FILES, "bulletin.docx": b"two"}, replace=True)
    assert not kept
    assert (out / "bulletin.docx").read_bytes() == b"two"
    assert not (out / "bulletin.new.docx").exists()


def test_places_that_are_not_ours_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="同名文件"):
        check_folder(tmp_path / "file")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "论文.doc").write_text("x")
    with pytest.raises(InputError, match="不是本程序"):
        check_folder(tmp_path / "full")
    (tmp_path / "link").symlink_to(tmp_path / "full")
    with pytest.raises(InputError, match="链接"):
        check_folder(tmp_path / "link")


def test_a_fault_in_the_middle_leaves_the_old_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    write_folder(out, FILES)

    def fail(*_: object) -> None:
        raise OSError(28, "no space")

    monkeypatch.setattr("hotspot.store.folder.swap", fail)
    with pytest.raises(InputError, match="空间不足"):
        write_folder(out, {"bulletin.docx": b"two"})
    assert names(out) == {*FILES, ".hotspot.json"}
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_fault_while_files_are_written_leaves_the_old_folder(tmp_path: Path) -> None:
    out = tmp_path / "out"
    write_folder(out, FILES)

    def fill_the_disk() -> None:
        with open_output(out) as output:
            write_files(output.stage, {"bulletin.docx": b"two"})
            raise OSError(28, "no space")

    with pytest.raises(InputError, match="空间不足"):
        fill_the_disk()
    assert (out / "bulletin.docx").read_bytes() == b"one"
    with open_output(out) as output:  # ends without being finished
        write_files(output.stage, {"bulletin.docx": b"three"})
    assert names(out) == {*FILES, ".hotspot.json"}
    assert (out / "bulletin.docx").read_bytes() == b"one"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_stages_of_killed_runs_are_swept_and_those_of_running_ones_are_not(tmp_path: Path) -> None:
    dead, alive = tmp_path / ".out.4194305-abc", tmp_path / f".out.{os.getpid()}-abc"
    for folder in (dead, alive):
        folder.mkdir()
    write_folder(tmp_path / "out", FILES)
    assert not dead.exists()
    assert alive.exists()
