"""The tables of the history, and what each format added to those before."""

from __future__ import annotations

from typing import Final

FORMAT: Final = 3
SCHEMA: Final = """
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
MIGRATIONS: Final = {
    2: "create table corrections(msg_id text primary key, category text not null, made text not null) without rowid;",
    3: """
create table matters(first_day text not null, id text not null, kind text not null, title text not null,
  theme text not null, place text not null, n integer not null, terms text not null, running integer not null,
  primary key(first_day, id)) without rowid;
insert into matters select first_day, id, '热点', theme, theme, '', n, '', 1 from hotspots;
drop table hotspots;
create table revisions(first_day text primary key, total integer not null, valid integer not null) without rowid;
create table case_notes(order_id text not null, made text not null, kind text not null, text not null,
  primary key(order_id, made, kind)) without rowid;
""",
}
KEPT: Final = ("corrections", "revisions", "case_notes")
WEEKLY: Final = ("weeks", "counts", "matters", "calls", "cases", "closures")
