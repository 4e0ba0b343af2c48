"""The history: past weeks, their counts, callers' calls (hashed) and hard cases, in one SQLite file.

A week is written in one transaction and replaces what the file held of that week, nothing else. The callers' hashes are
keyed with a secret that lies beside the file and is readable by its owner alone.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from hotspot.errors import HistoryError
from hotspot.schema import Matter
from hotspot.store.caller_key import hash_callers, read_key
from hotspot.store.history_schema import FORMAT, KEPT, MIGRATIONS, SCHEMA, WEEKLY
from hotspot.store.records import CLOSED, NOTE, CallRecord, CaseNote, CaseRecord, Revision, Week

_WAIT_SECONDS: Final = 10.0


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
            self._use_wal()
            self._db.execute("pragma secure_delete = on")
            self._prepare()
        except sqlite3.DatabaseError as error:
            raise fault_of(error, path) from error
        self._key = None if path is None else read_key(path.with_suffix(".key"))

    def _use_wal(self) -> None:
        """Switch to write-ahead logging; while another run makes the file SQLite does not wait by itself."""
        patience = time.monotonic() + _WAIT_SECONDS
        while True:
            try:
                self._db.execute("pragma journal_mode = wal")
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > patience:
                    raise
                time.sleep(0.02)
            else:
                return

    def _prepare(self) -> None:
        version = self._db.execute("pragma user_version").fetchone()[0]
        if version > FORMAT:
            raise HistoryError(
                "历史库由更新的版本写成",
                where=str(self.path),
                found=f"格式 {version}",
                fix=f"本版本支持到 {FORMAT}，请升级",
            )
        if version > 0:
            self._refuse_foreign(version)
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
            steps = [SCHEMA] if version == 0 else []
            steps += [MIGRATIONS[to] for to in range(max(version, 1) + 1, FORMAT + 1)]
            for statement in ";".join(steps).split(";"):
                if statement.strip():
                    self._db.execute(statement)
            self._db.execute(f"pragma user_version = {FORMAT}")

    def _refuse_foreign(self, version: int) -> None:
        """Refuse a file that has the number of a format and not its tables."""
        tables = {row[0] for row in self._db.execute("select name from sqlite_master where type = 'table'")}
        needed = {*WEEKLY, *KEPT} if version == FORMAT else {"weeks", "counts", "calls", "cases", "closures"}
        if needed - tables:
            raise HistoryError("这个文件不是本程序的历史库", where=str(self.path), fix="请用 --history 指定别的文件")

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
            raise fault_of(error, self.path) from error
        try:
            yield
            self._db.execute("commit")
        except BaseException as error:
            if self._db.in_transaction:
                self._db.execute("rollback")
            if isinstance(error, sqlite3.Error):
                raise fault_of(error, self.path) from error
            raise

    def hash_callers(self, phones: Iterable[str]) -> Iterator[str]:
        """Yield the keyed hash of each caller, ``""`` for none; in a run without a history, a number for this run."""
        return hash_callers(phones, self._key)

    def hash_caller(self, phone: str) -> str:
        """Return the keyed hash of one caller."""
        return next(self.hash_callers([phone]))

    def store(self, week: Week) -> bool:
        """Write `week` in place of what the file held of it, and return whether that was something else.

        Call it within `transaction`. What the week was before its first change is kept, for later weeks to say that
        they compare with changed figures.
        """
        day = week.first_day.isoformat()
        changed = self._note_revision(day, week)
        for table in WEEKLY:
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
        self._insert(
            "matters",
            [
                (day, m.id, m.kind, m.title, m.theme, m.place, m.count, " ".join(m.terms), m.running)
                for m in week.matters
            ],
        )
        calls = ((day, c.msg_id, c.time, c.caller, c.category, c.theme, c.place) for c in week.calls)
        self._db.executemany("insert into calls values(?,?,?,?,?,?,?)", calls)
        self._insert("cases", [(day, c.order_id, c.label, c.category, c.summary, c.units) for c in week.cases])
        self._insert("closures", [(day, order_id) for order_id in sorted(set(week.closed))])
        return changed

    def _note_revision(self, day: str, week: Week) -> bool:
        known = self._db.execute("select total, valid from weeks where first_day = ?", (day,)).fetchone()
        if known is None:
            return False
        categories = "select name, n from counts where first_day = ? and kind = 'category' order by name"
        told = sorted((key[1], n) for key, n in week.counts.items() if key[0] == "category")
        if known == (week.total, week.valid) and self._db.execute(categories, (day,)).fetchall() == told:
            return False
        self._db.execute("insert or ignore into revisions values(?, ?, ?)", (day, *known))
        return True

    def revision(self, first: dt.date) -> Revision | None:
        """Return what the week that begins on `first` was when it was first recorded; ``None`` if it never changed."""
        row = self._db.execute(
            "select first_day, total, valid from revisions where first_day = ?", (first.isoformat(),)
        ).fetchone()
        return None if row is None else Revision(dt.date.fromisoformat(row[0]), row[1], row[2])

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
        matters = self._db.execute(
            "select id, kind, title, theme, place, n, terms, running from matters where first_day = ? "
            "order by kind desc, n desc, id",
            (day,),
        )
        return Week(
            dt.date.fromisoformat(day),
            dt.date.fromisoformat(row[1]),
            *row[2:],
            counts={(kind, name, place): n for kind, name, place, n in counts},
            matters=tuple(
                Matter(key, kind, title, theme, place, n, tuple(terms.split()), running)
                for key, kind, title, theme, place, n, terms, running in matters
            ),
        )

    def weeks_after(self, first: dt.date) -> tuple[dt.date, ...]:
        """Return the first days of the weeks that begin after `first`."""
        rows = self._db.execute("select first_day from weeks where first_day > ? order by 1", (first.isoformat(),))
        return tuple(dt.date.fromisoformat(row[0]) for row in rows)

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

    def close_case(self, order_id: str, day: dt.date) -> None:
        """Keep that an analyst closed a case on `day`: the week that holds it tells so. Call it in `transaction`."""
        self._db.execute(
            "insert into case_notes values(?, ?, ?, '') on conflict(order_id, made, kind) do nothing",
            (order_id, day.isoformat(), CLOSED),
        )

    def reopen_case(self, order_id: str) -> bool:
        """Take an analyst's closing back and return whether there was one. Call it within `transaction`."""
        gone = self._db.execute("delete from case_notes where order_id = ? and kind = ?", (order_id, CLOSED))
        return gone.rowcount > 0

    def note_case(self, order_id: str, day: dt.date, text: str) -> None:
        """Keep a note on a case; a later one of the same day replaces it. Call it within `transaction`."""
        self._db.execute(
            "insert into case_notes values(?, ?, ?, ?) on conflict(order_id, made, kind) do update "
            "set text = excluded.text",
            (order_id, day.isoformat(), NOTE, text),
        )

    def case_notes(self, until: dt.date = dt.date.max) -> tuple[CaseNote, ...]:
        """Return what analysts noted of cases up to `until`, in the order of the days."""
        rows = self._db.execute(
            "select order_id, made, kind, text from case_notes where made <= ? order by made, order_id, kind",
            (until.isoformat(),),
        )
        return tuple(CaseNote(order, dt.date.fromisoformat(made), kind, text) for order, made, kind, text in rows)

    def find_case(self, order_id: str) -> tuple[CaseRecord | None, dt.date | None]:
        """Return a case that some week told, and the first day of the week that told its end."""
        row = self._db.execute(
            "select order_id, label, category, summary, units from cases where order_id = ? order by first_day limit 1",
            (order_id,),
        ).fetchone()
        closed = self._db.execute("select min(first_day) from closures where order_id = ?", (order_id,)).fetchone()[0]
        return None if row is None else CaseRecord(*row), dt.date.fromisoformat(closed) if closed else None

    def forget(self, first: dt.date) -> bool:
        """Remove a week with no remains in the file; return whether there was one.

        What analysts said of its calls and cases goes with it, unless another week holds them too.
        """
        day = first.isoformat()
        with self.transaction():
            self._forget_words("corrections", "msg_id", "calls", "first_day = ?", day)
            self._forget_words("case_notes", "order_id", "cases", "first_day = ?", day)
            gone = [
                self._db.execute(f"delete from {table} where first_day = ?", (day,)).rowcount
                for table in (*WEEKLY, "revisions")
            ]
        self._clean()
        return any(gone)

    def _forget_words(self, table: str, key: str, source: str, chosen: str, value: str) -> None:
        """Remove what `table` says of the rows of `source` that go and are in no row that stays."""
        self._db.execute(
            f"delete from {table} where {key} in (select {key} from {source} where {chosen}) "
            f"and {key} not in (select {key} from {source} where not {chosen})",
            (value, value),
        )

    def forget_caller(self, phone: str) -> int:
        """Remove every call of a caller, and corrections of them, with no remains in the file; return how many calls.

        Counts stay: they name nobody.
        """
        hashed = self.hash_caller(phone)
        with self.transaction():
            self._forget_words("corrections", "msg_id", "calls", "caller = ?", hashed)
            gone = self._db.execute("delete from calls where caller = ?", (hashed,)).rowcount
        self._clean()
        return gone

    def _clean(self) -> None:
        try:
            self._db.execute("vacuum")
            busy, *_ = self._db.execute("pragma wal_checkpoint(truncate)").fetchone()
        except sqlite3.Error as error:
            raise fault_of(error, self.path) from error
        if busy:  # a reader keeps the log, and with it the bytes
            raise HistoryError(
                "已从历史库抹去，但另一个程序正在读它，日志里还有残留",
                where=str(self.path),
                fix="请在它结束后再运行一次",
            )

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
                "matters": [[m.id, m.kind, m.title, m.count] for m in week.matters],
            }
            for week in self.weeks()
        ]  # fmt: skip
        return json.dumps(rows, ensure_ascii=False, indent=1)


def fault_of(error: sqlite3.Error, path: Path | None) -> HistoryError:
    """Return what SQLite's error means for the user."""
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


def sum_counts(weeks: Iterable[Week], kind: str) -> dict[tuple[str, str], list[int]]:
    """Return, for each (name, place) of `kind`, its count in each week, oldest first."""
    weeks = list(weeks)
    names = sorted({key[1:] for week in weeks for key in week.counts if key[0] == kind})
    return {name: [week.counts.get((kind, *name), 0) for week in weeks] for name in names}
