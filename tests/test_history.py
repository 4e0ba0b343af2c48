"""The history keeps weeks whole, replaces a week alone, and remembers no phone number."""

import datetime as dt
import sqlite3
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hotspot.errors import HistoryError
from hotspot.schema import Matter
from hotspot.store.history import History, sum_counts
from hotspot.store.history_restore import restore
from hotspot.store.history_schema import FORMAT, MIGRATIONS, SCHEMA
from hotspot.store.records import CallRecord, CaseRecord, Revision, Week

MONDAY = dt.date(2024, 10, 14)


def week(first: dt.date, total: int = 3, **fields: object) -> Week:
    values = {
        "counts": {("theme", "供暖不热", ""): total},
        "matters": (Matter("H1", "热点", "供暖不热", "供暖不热", "", total, ("暖气", "不热"), 2),),
        "calls": (CallRecord("1", "2024-10-14T08:00:00", "abc", "公共服务类", "供暖不热", "仁和小区"),),
        **fields,
    }
    return Week(first, first + dt.timedelta(days=6), "10月", total, total, 2024, 59, 109, "hash", **values)  # type: ignore[arg-type]


def store(history: History, *weeks: Week) -> None:
    for entry in weeks:
        with history.transaction():
            history.store(entry)


def test_a_week_run_again_is_replaced_and_nothing_else(tmp_path: Path) -> None:
    before = MONDAY - dt.timedelta(days=7)
    with History(tmp_path / "a.db") as history:
        store(history, week(before, 2), week(MONDAY, 3), week(MONDAY, 5))
        weeks = history.weeks()
        assert [(entry.first_day, entry.total) for entry in weeks] == [(before, 2), (MONDAY, 5)]
        assert sum_counts(weeks, "theme") == {("供暖不热", ""): [2, 5]}
        assert [entry.first_day for entry in history.weeks(before=MONDAY)] == [before]
        assert len(history.past_calls(MONDAY)) == 1


def test_a_changed_week_is_known_as_revised(tmp_path: Path) -> None:
    with History(tmp_path / "a.db") as history:
        store(history, week(MONDAY, 3), week(MONDAY + dt.timedelta(days=7), 5))
        with history.transaction():
            assert not history.store(week(MONDAY, 3))
        assert history.revision(MONDAY) is None
        with history.transaction():
            assert history.store(week(MONDAY, 4))
            assert history.store(week(MONDAY, 6))
        assert history.revision(MONDAY) == Revision(MONDAY, 3, 3)
        assert history.weeks_after(MONDAY) == (MONDAY + dt.timedelta(days=7),)


def test_a_failed_transaction_leaves_the_old_week(tmp_path: Path) -> None:
    with History(tmp_path / "a.db") as history:
        store(history, week(MONDAY, 3))
        with pytest.raises(AttributeError), history.transaction():
            history.store(week(MONDAY, 9, calls=(None,)))
        assert history.weeks()[0].total == 3


def test_cases_stay_open_until_a_week_closes_them(tmp_path: Path) -> None:
    case = CaseRecord("HX1", "10月第2周", "交通运输类", "路面破损", "甲局")
    later = MONDAY + dt.timedelta(days=7)
    with History(tmp_path / "a.db") as history:
        store(history, week(MONDAY, cases=(case,)), week(later, closed=("HX1",)))
        assert history.open_cases(MONDAY) == ()
        assert history.open_cases(later) == (case,)
        assert history.open_cases(later + dt.timedelta(days=7)) == ()


def test_the_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    with History(tmp_path / "a.db") as history:
        hashed = history.hash_caller("15400000000")
    with History(tmp_path / "a.db") as history:
        assert history.hash_caller("15400000000") == hashed
        assert history.hash_caller("") == ""
    assert stat.S_IMODE((tmp_path / "a.key").stat().st_mode) == 0o600
    with History(tmp_path / "b.db") as other:
        assert other.hash_caller("15400000000") != hashed


def test_a_forgotten_week_leaves_no_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    marked = CallRecord("1", "2024-10-14T08:00:00", "remains-of-a-caller", "公共服务类", "供暖不热", "仁和小区")
    with History(path) as history:
        store(history, week(MONDAY, calls=(marked,)))
        assert history.forget(MONDAY)
        assert not history.forget(MONDAY)
        assert history.check() == []
    for file in tmp_path.iterdir():
        assert b"remains-of-a-caller" not in file.read_bytes()


def test_files_that_are_no_history_are_refused(tmp_path: Path) -> None:
    text = tmp_path / "text.db"
    text.write_text("not a database at all, but long enough to be read as one" * 20)
    with pytest.raises(HistoryError):
        History(text)
    foreign = tmp_path / "foreign.db"
    with sqlite3.connect(foreign) as database:
        database.execute("create table t(a)")
    with pytest.raises(HistoryError, match="不是本程序"):
        History(foreign)
    with sqlite3.connect(foreign) as database:
        database.execute(f"pragma user_version = {FORMAT}")
    with pytest.raises(HistoryError, match="不是本程序"):
        History(foreign)
    newer = tmp_path / "newer.db"
    with History(newer):
        pass
    with sqlite3.connect(newer) as database:
        database.execute("pragma user_version = 99")
    with pytest.raises(HistoryError, match="更新的版本"):
        History(newer)


@pytest.mark.parametrize("version", [1, 2])
def test_an_older_history_is_migrated_with_a_backup(tmp_path: Path, version: int) -> None:
    path = tmp_path / "a.db"
    with sqlite3.connect(path) as database:
        database.executescript(SCHEMA)
        if version == 2:
            database.executescript(MIGRATIONS[2])
        database.execute("insert into weeks values('2024-10-14', '2024-10-20', '10月', 3, 3, 59, 2024, 109, 'hash')")
        database.execute("insert into hotspots values('2024-10-14', 'H1', '供暖不热', 3)")
        database.execute(f"pragma user_version = {version}")
    with History(path) as history:
        only = history.weeks()[0]
        assert only.total == 3
        assert only.matters == (Matter("H1", "热点", "供暖不热", "供暖不热", "", 3),)
        assert history.corrections() == {}
        assert history.check() == []
    with sqlite3.connect(path) as database:
        assert database.execute("pragma user_version").fetchone() == (FORMAT,)
    with sqlite3.connect(tmp_path / f"a.db.v{version}.bak") as database:
        assert database.execute("pragma user_version").fetchone() == (version,)
        assert database.execute("select total from weeks").fetchone() == (3,)


def test_backup_and_restore(tmp_path: Path) -> None:
    path, saved = tmp_path / "a.db", tmp_path / "saved.db"
    with History(path) as history:
        store(history, week(MONDAY, 3))
        history.backup(saved)
        store(history, week(MONDAY, 9))
    restore(saved, path)
    with History(path) as history:
        assert history.weeks()[0].total == 3
    saved.write_bytes(saved.read_bytes()[:3000])
    with pytest.raises(HistoryError, match="备份"):
        restore(saved, path)
    with History(path) as history:
        assert history.weeks()[0].total == 3


def test_a_forgotten_caller_leaves_no_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with History(path) as history:
        marked = history.hash_caller("15400000000")
        record = CallRecord("9", "2024-10-14T08:00:00", marked, "公共服务类", "供暖不热", "仁和小区")
        store(history, week(MONDAY, calls=(record,)))
        assert history.forget_caller("15400000000") == 1
        assert history.forget_caller("15400000000") == 0
        assert history.weeks()[0].total == 3
    for file in tmp_path.iterdir():
        assert marked.encode() not in file.read_bytes()


def test_what_was_said_of_a_forgotten_week_or_caller_goes_with_it(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    case = CaseRecord("HX-remains", "10月第3周", "交通运输类", "路面破损", "甲局")
    kept = CallRecord("kept", "2024-10-07T08:00:00", "abc", "公共服务类", "供暖不热", "仁和小区")
    with History(path) as history:
        caller = history.hash_caller("15400000000")
        gone = CallRecord("id-remains", "2024-10-14T08:00:00", "x", "公共服务类", "供暖不热", "仁和小区")
        his = CallRecord("his-remains", "2024-10-07T09:00:00", caller, "公共服务类", "供暖不热", "仁和小区")
        store(
            history, week(MONDAY - dt.timedelta(days=7), calls=(kept, his)), week(MONDAY, calls=(gone,), cases=(case,))
        )
        with history.transaction():
            history.correct({"id-remains": "其他类", "kept": "其他类", "his-remains": "其他类"}, MONDAY)
            history.note_case("HX-remains", MONDAY, "note-remains")
        assert history.forget(MONDAY)
        assert history.forget_caller("15400000000") == 1
        assert history.corrections() == {"kept": "其他类"}
        assert history.case_notes() == ()
    for file in tmp_path.iterdir():
        assert b"remains" not in file.read_bytes()


def test_forgetting_beside_a_reader_says_that_remains_are_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hotspot.store.history._WAIT_SECONDS", 0.1)
    path = tmp_path / "a.db"
    with History(path) as history, sqlite3.connect(path) as reader:
        store(history, week(MONDAY))
        reader.execute("begin")
        reader.execute("select * from weeks").fetchall()
        with pytest.raises(HistoryError):
            history.forget(MONDAY)
        reader.rollback()
        history.forget(MONDAY)
    reader.close()


def test_a_history_in_use_is_not_replaced(tmp_path: Path) -> None:
    path, saved = tmp_path / "a.db", tmp_path / "saved.db"
    with History(path) as history:
        store(history, week(MONDAY, 3))
        history.backup(saved)
        with history.transaction(), pytest.raises(HistoryError, match="另一个运行"):
            restore(saved, path)
        assert history.check() == []


def test_a_second_writer_is_told_to_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hotspot.store.history._WAIT_SECONDS", 0.1)
    one, two = History(tmp_path / "a.db"), History(tmp_path / "a.db")
    with one, two, one.transaction(), pytest.raises(HistoryError, match="另一个运行"):
        store(two, week(MONDAY))


def test_runs_that_make_the_history_at_the_same_moment(tmp_path: Path) -> None:
    for attempt in range(10):
        path = tmp_path / f"{attempt}.db"
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(lambda _, path=path: History(path).check(), range(8)))
        assert found == [[]] * 8
