"""A backup in the place of a history."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

from hotspot.errors import HistoryError
from hotspot.store.history import fault_of
from hotspot.store.history_schema import FORMAT


def restore(source: Path, target: Path) -> None:
    """Put the history that `source` holds in the place of `target`, after checking that it is whole.

    Raises
    ------
    HistoryError
        `source` is no history of this program or is damaged; `target` is as it was.
    """
    if not source.is_file():
        raise HistoryError("没有这个备份文件", where=str(source), fix="请检查路径")
    part = target.with_name(f".{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        shutil.copyfile(source, part)
        with sqlite3.connect(f"file:{part}?mode=ro", uri=True) as database:
            version = database.execute("pragma user_version").fetchone()[0]
            sound = database.execute("pragma integrity_check").fetchone()[0] == "ok"
            known = 0 < version <= FORMAT and bool(
                database.execute("select count(*) from sqlite_master where name = 'weeks'").fetchone()[0]
            )
        database.close()
        if not (sound and known):
            raise HistoryError("备份已损坏或不是历史库", where=str(source), fix="请换一个备份")
        _refuse_while_used(target)
        for suffix in ("-wal", "-shm"):
            target.with_name(target.name + suffix).unlink(missing_ok=True)
        part.replace(target)
    except sqlite3.DatabaseError as error:
        raise HistoryError("备份已损坏或不是历史库", where=str(source), fix="请换一个备份") from error
    except OSError as error:
        raise HistoryError("恢复不了历史库", where=str(target), fix="请检查磁盘空间和写入权限") from error
    finally:
        part.unlink(missing_ok=True)


def _refuse_while_used(path: Path) -> None:
    """Refuse to put another file in the place of a history that a run is writing; a damaged one may go."""
    if not path.exists():
        return
    database = sqlite3.connect(str(path), timeout=1.0, isolation_level=None)
    try:
        database.execute("begin exclusive")
        database.execute("rollback")
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise fault_of(error, path) from error
    except sqlite3.DatabaseError:
        pass
    finally:
        database.close()
