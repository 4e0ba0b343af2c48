"""The history: past weeks, their counts, callers' calls (hashed) and hard cases, in one SQLite file.

A week is written in one transaction and replaces what the file held of that week, nothing else. The callers' hashes are
keyed with a secret that lies beside the file and is readable by its owner alone.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import json
import os
import secrets
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from hotspot.errors import HistoryError

FORMAT: Final = 2
_WAIT_SECONDS: Final = 10.0
_SCHEMA: Final = """
create table meta(key text primary key, value text not null) without rowid;
create table weeks(first_day text primary key, last_day text not null, label text not null, total integer not null,
  valid integer not null, of_year integer not null, issue_year integer not null, issue_total integer not null,
  data_hash text not null) without rowid;
create table counts(first_day text not null, kind text not null, name text not null, place text not null,
  n integer not null, primary key(first_day, kind, name, place)) without rowid;
create table hotspots(first_day text not null, id text not null, theme text not null, n integer not null,
  primary key(first_day, id)) without rowid;
create table calls(first_day text not null, msg_id text not null, time text not null, caller text not null,
  category text not null, theme text not null, place text not null, primary key(first_day, msg_id)) without rowid;
create table cases(first_day text not null, order_id text not null, label text not null, category text not null,
  summary text not null, units text not null, primary key(first_day, order_id)) without rowid;
create table closures(first_day text not null, order_id text not null,
  primary key(first_day, order_id)) without rowid;
"""
# What each later format adds: a history of an older one is brought up step by step.
_MIGRATIONS: Final = {
    2: "create table corrections(msg_id text primary key, category text not null, made text not null) without rowid;",
}
_WEEKLY: Final = ("weeks", "counts", "hotspots", "calls", "cases", "closures")


@dataclass(frozen=True, slots=True)
class CallRecord:
    """What the history keeps of a call."""

    msg_id: str
    time: str
    caller: str
    category: str
    theme: str
    place: str


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """A hard case that an issue told."""

    order_id: str
    label: str
    category: str
    summary: str
    units: str


@dataclass(frozen=True, slots=True)
class Week:
    """All that the history keeps of a week."""

    first_day: dt.date
    last_day: dt.date
    label: str
    total: int
    valid: int
    issue_year: int
    of_year: int
    issue_total: int
    data_hash: str
    counts: Mapping[tuple[str, str, str], int] = field(default_factory=dict)  # (kind, name, place) -> calls
    hotspots: Sequence[tuple[str, str, int]] = ()  # id, theme, calls
    calls: Sequence[CallRecord] = ()
    cases: Sequence[CaseRecord] = ()
    closed: Sequence[str] = ()


class History:
    """The history file at `path`, made on first use; ``None`` keeps it in memory for one run.

    Raises
    ------
    HistoryError
        The file is no history, was written by a newer release, or another run holds it.
    """

    def __init__(self, path: Path | None) -> None:
        self.path = path
        if path is not None:
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise HistoryError("建不了历史库所在的文件夹", where=str(path.parent), fix="请检查写入权限") from error
        try:
            self._db = sqlite3.connect(str(path or ":memory:"), timeout=_WAIT_SECONDS, isolation_level=None)
            self._db.execute("pragma journal_mode = wal")
            self._db.execute("pragma secure_delete = on")
            self._prepare()
        except sqlite3.DatabaseError as error:
            raise _fault(error, path) from error
        self._key = None if path is None else _read_key(path.with_suffix(".key"))
        self._numbers: dict[str, str] = {}  # of callers, in a run without a history

    def _prepare(self) -> None:
        version = self._db.execute("pragma user_version").fetchone()[0]
        if version > FORMAT:
            raise HistoryError(
                "历史库由更新的版本写成",
                where=str(self.path),
                found=f"格式 {version}",
                fix=f"本版本支持到 {FORMAT}，请升级",
            )
        if version == FORMAT:
            return
        if version > 0 and self.path is not None:
            self.backup(self.path.with_name(f"{self.path.name}.v{version}.bak"))
        with self.transaction():
            # Another run may have made the tables since: only what is read under the lock counts.
            version = self._db.execute("pragma user_version").fetchone()[0]
            if version == 0 and self._db.execute("select count(*) from sqlite_master").fetchone()[0]:
                raise HistoryError(
                    "这个文件不是本程序的历史库", where=str(self.path), fix="请用 --history 指定别的文件"
                )
            steps = [_SCHEMA] if version == 0 else []
            steps += [_MIGRATIONS[to] for to in range(max(version, 1) + 1, FORMAT + 1)]
            for statement in ";".join(steps).split(";"):
                if statement.strip():
                    self._db.execute(statement)
            self._db.execute(f"pragma user_version = {FORMAT}")

    def __enter__(self) -> History:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Run the block in one transaction: all of it or nothing."""
        try:
            self._db.execute("begin immediate")
        except sqlite3.OperationalError as error:
            raise _fault(error, self.path) from error
        try:
            yield
            self._db.execute("commit")
        except BaseException as error:
            if self._db.in_transaction:
                self._db.execute("rollback")
            if isinstance(error, sqlite3.Error):
                raise _fault(error, self.path) from error
            raise

    def hash_caller(self, phone: str) -> str:
        """Return the keyed hash of a caller, ``""`` for none.

        A run without a history has no key that outlives it: its callers are numbered by their first calls instead, so
        that the same input gives the same bytes.
        """
        if not phone:
            return ""
        if self._key is None:
            return self._numbers.setdefault(phone, f"C{len(self._numbers) + 1:05d}")
        return hashlib.blake2b(phone.encode(), key=self._key, digest_size=10).hexdigest()

    def store(self, week: Week) -> None:
        """Write `week` in place of what the file held of it. Call it within `transaction`."""
        day = week.first_day.isoformat()
        for table in _WEEKLY:
            self._db.execute(f"delete from {table} where first_day = ?", (day,))
        self._insert(
            "weeks",
            [
                (
                    day, week.last_day.isoformat(), week.label, week.total, week.valid, week.of_year,
                    week.issue_year, week.issue_total, week.data_hash,
                )
            ],
        )  # fmt: skip
        self._insert("counts", [(day, *key, n) for key, n in sorted(week.counts.items())])
        self._insert("hotspots", [(day, *row) for row in week.hotspots])
        self._insert("calls", [(day, c.msg_id, c.time, c.caller, c.category, c.theme, c.place) for c in week.calls])
        self._insert("cases", [(day, c.order_id, c.label, c.category, c.summary, c.units) for c in week.cases])
        self._insert("closures", [(day, order_id) for order_id in sorted(set(week.closed))])

    def _insert(self, table: str, rows: Sequence[tuple[object, ...]]) -> None:
        if rows:
            marks = ",".join("?" * len(rows[0]))
            self._db.executemany(f"insert into {table} values({marks})", rows)

    def weeks(self, before: dt.date | None = None) -> tuple[Week, ...]:
        """Return the weeks that begin before `before` (all without it), oldest first, without their calls."""
        rows = self._db.execute(
            "select first_day, last_day, label, total, valid, issue_year, of_year, issue_total, data_hash from weeks "
            "where first_day < ? order by first_day",
            ((before or dt.date.max).isoformat(),),
        ).fetchall()
        return tuple(self._week(row) for row in rows)

    def _week(self, row: tuple[str, str, str, int, int, int, int, int, str]) -> Week:
        day = row[0]
        counts = self._db.execute("select kind, name, place, n from counts where first_day = ?", (day,))
        hotspots = self._db.execute("select id, theme, n from hotspots where first_day = ? order by n desc, id", (day,))
        return Week(
            dt.date.fromisoformat(day),
            dt.date.fromisoformat(row[1]),
            *row[2:],
            counts={(kind, name, place): n for kind, name, place, n in counts},
            hotspots=tuple(hotspots),
        )

    def past_calls(self, first: dt.date, weeks: int = 4) -> tuple[CallRecord, ...]:
        """Return the calls with a caller of the `weeks` weeks before `first`, in the order of time."""
        since = first - dt.timedelta(days=7 * weeks)
        rows = self._db.execute(
            "select msg_id, time, caller, category, theme, place from calls "
            "where first_day >= ? and first_day < ? and caller <> '' order by time, msg_id",
            (since.isoformat(), first.isoformat()),
        )
        return tuple(CallRecord(*row) for row in rows)

    def corrections(self) -> dict[str, str]:
        """Return the categories that analysts gave to calls, by the calls' ids."""
        return dict(self._db.execute("select msg_id, category from corrections order by msg_id"))

    def correct(self, categories: Mapping[str, str], made: dt.date) -> None:
        """Keep corrections of calls; a later one replaces an earlier one. Call it within `transaction`."""
        rows = [(msg_id, category, made.isoformat()) for msg_id, category in sorted(categories.items())]
        self._db.executemany(
            "insert into corrections values(?, ?, ?) on conflict(msg_id) do update set category = excluded.category, "
            "made = excluded.made",
            rows,
        )

    def open_cases(self, first: dt.date) -> tuple[CaseRecord, ...]:
        """Return the cases told before `first` and not closed before it, in the order they were told."""
        day = first.isoformat()
        rows = self._db.execute(
            "select order_id, label, category, summary, units from cases where first_day < ? and order_id not in "
            "(select order_id from closures where first_day < ?) order by first_day, order_id",
            (day, day),
        )
        found: dict[str, CaseRecord] = {}
        for row in rows:
            found.setdefault(row[0], CaseRecord(*row))
        return tuple(found.values())

    def forget(self, first: dt.date) -> bool:
        """Remove a week with no remains in the file; return whether there was one."""
        with self.transaction():
            gone = [
                self._db.execute(f"delete from {table} where first_day = ?", (first.isoformat(),)).rowcount
                for table in _WEEKLY
            ]
        self._clean()
        return any(gone)

    def forget_caller(self, phone: str) -> int:
        """Remove every call of a caller with no remains in the file; return how many there were.

        Counts stay: they name nobody.
        """
        with self.transaction():
            gone = self._db.execute("delete from calls where caller = ?", (self.hash_caller(phone),)).rowcount
        self._clean()
        return gone

    def _clean(self) -> None:
        self._db.execute("vacuum")
        self._db.execute("pragma wal_checkpoint(truncate)")

    def backup(self, target: Path) -> None:
        """Copy the whole history to `target`, which appears whole or not at all. The callers' key is not in it."""
        part = target.with_name(f".{target.name}.part")
        try:
            part.unlink(missing_ok=True)
            copy = sqlite3.connect(str(part))
            try:
                self._db.backup(copy)
            finally:
                copy.close()
            part.replace(target)
        except (OSError, sqlite3.Error) as error:
            part.unlink(missing_ok=True)
            raise HistoryError("写不了历史库的备份", where=str(target), fix="请检查磁盘空间和写入权限") from error

    def check(self) -> Sequence[str]:
        """Return the faults that SQLite's integrity check finds; none when all is well."""
        return [row[0] for row in self._db.execute("pragma integrity_check") if row[0] != "ok"]

    def export(self) -> str:
        """Return the weeks and their counts as JSON text, without calls or callers."""
        rows = [
            {
                "first_day": week.first_day.isoformat(), "last_day": week.last_day.isoformat(), "label": week.label,
                "total": week.total, "valid": week.valid,
                "counts": [[*key, n] for key, n in sorted(week.counts.items())],
                "hotspots": [list(row) for row in week.hotspots],
            }
            for week in self.weeks()
        ]  # fmt: skip
        return json.dumps(rows, ensure_ascii=False, indent=1)


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
        for suffix in ("-wal", "-shm"):
            target.with_name(target.name + suffix).unlink(missing_ok=True)
        part.replace(target)
    except sqlite3.DatabaseError as error:
        raise HistoryError("备份已损坏或不是历史库", where=str(source), fix="请换一个备份") from error
    except OSError as error:
        raise HistoryError("恢复不了历史库", where=str(target), fix="请检查磁盘空间和写入权限") from error
    finally:
        part.unlink(missing_ok=True)


def _fault(error: sqlite3.Error, path: Path | None) -> HistoryError:
    text = str(error)
    if "locked" in text or "busy" in text:
        return HistoryError("另一个运行正在写这个历史库", where=str(path), fix="请等它结束后再运行")
    if "not a database" in text or "malformed" in text:
        return HistoryError(
            "历史库已损坏或不是历史库", where=str(path), fix="请从备份恢复，或用 --history 指定别的文件"
        )
    if "full" in text:
        return HistoryError("磁盘空间不足，历史库没有改动", where=str(path), fix="请清理空间后再运行")
    return HistoryError("打不开历史库", where=str(path), found=text[:80], fix="请检查路径和读写权限")


def _read_key(path: Path) -> bytes:
    """Return the secret beside the history, made on first use, readable by its owner alone."""
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


def sum_counts(weeks: Iterable[Week], kind: str) -> dict[tuple[str, str], list[int]]:
    """Return, for each (name, place) of `kind`, its count in each week, oldest first."""
    weeks = list(weeks)
    names = sorted({key[1:] for week in weeks for key in week.counts if key[0] == kind})
    return {name: [week.counts.get((kind, *name), 0) for week in weeks] for name in names}
