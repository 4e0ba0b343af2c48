"""`result.json`: all facts as JSON, and back. The first renderer: what it writes reloads into the same record."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import types
import typing
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice
from typing import Any, Final

from hotspot.errors import InputError
from hotspot.schema import Facts

_encode: Final = json.encoder.encode_basestring  # what `json.dumps` writes of a text that may keep all its signs


_PART: Final = 1_000  # entries of a list that are told together


def render_json(facts: Facts) -> Iterator[str]:
    """Yield `facts` as JSON text in pieces, keys in the order of the schema.

    The same text as `json.dumps` with an indent of one, which takes several times as long: it is written in Python, and
    asks of every value what it is.
    """
    start = "{\n "
    for key, name in _fields(Facts):
        value = getattr(facts, key)
        yield start + name
        start = ",\n "
        if isinstance(value, Sequence) and not isinstance(value, str):
            yield from _told_list(value, "\n ")
        else:
            yield _told(value, "\n ")
    yield "\n}\n"


def _told_list(values: Sequence[Any], line: str) -> Iterator[str]:
    if not values:
        yield "[]"
        return
    inner = f"{line} "
    start = f"[{inner}"
    entries = iter(values)
    while part := list(islice(entries, _PART)):
        yield start + f",{inner}".join(_told(entry, inner) for entry in part)
        start = f",{inner}"
    yield f"{line}]"


def _told(value: Any, line: str) -> str:
    """Return a value as JSON; `line` is a line's end with the indent of the value."""
    if isinstance(value, str):
        return _encode(value)
    inner = f"{line} "
    if isinstance(value, tuple | list):
        if not value:
            return "[]"
        entries = [_encode(entry) if type(entry) is str else _told(entry, inner) for entry in value]
        return f"[{inner}{f',{inner}'.join(entries)}{line}]"
    names = _fields(value.__class__)
    if names:
        entries = [f"{name}{_told(getattr(value, key), inner)}" for key, name in names]
        return f"{{{inner}{f',{inner}'.join(entries)}{line}}}"
    if isinstance(value, dt.date):  # datetime is one too
        return _encode(value.isoformat())
    return str(value) if type(value) is int else json.dumps(value)


@cache
def _fields(kind: type) -> tuple[tuple[str, str], ...]:
    """Return the fields of a record, each with its key as it is written; none of what is no record."""
    if not dataclasses.is_dataclass(kind):
        return ()
    return tuple((entry.name, f"{_encode(entry.name)}: ") for entry in dataclasses.fields(kind))


def load_facts(text: str) -> Facts:
    """Return the facts that `render_json` wrote.

    Raises
    ------
    InputError
        The text is no result of this program or has another schema version.
    """
    try:
        raw = json.loads(text)
        version = raw["schema_version"]
    except (ValueError, TypeError, KeyError) as error:
        raise InputError("不是本程序写的 result.json", fix="请检查文件") from error
    if version != 1:
        raise InputError("result.json 的版本不认识", found=str(version)[:20], fix="请用写它的那个版本读取")
    try:
        return typing.cast(Facts, _typed(Facts, raw))
    except (KeyError, TypeError, ValueError) as error:
        raise InputError("result.json 不完整或被改动", found=str(error)[:60], fix="请重新运行 analyze") from error


def _typed(hint: Any, value: Any) -> Any:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is types.UnionType:
        return None if value is None else _typed(next(a for a in arguments if a is not type(None)), value)
    if origin is Sequence:
        return tuple(_typed(arguments[0], entry) for entry in value)
    if origin is tuple:
        if len(arguments) == 2 and arguments[1] is Ellipsis:
            return tuple(_typed(arguments[0], entry) for entry in value)
        return tuple(_typed(kind, entry) for kind, entry in zip(arguments, value, strict=True))
    if dataclasses.is_dataclass(hint):
        hints = typing.get_type_hints(hint)
        return typing.cast(Any, hint)(**{key: _typed(hints[key], entry) for key, entry in value.items()})
    if hint is dt.datetime:
        return dt.datetime.fromisoformat(value)
    if hint is dt.date:
        return dt.date.fromisoformat(value)
    return value
