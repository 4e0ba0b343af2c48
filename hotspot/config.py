"""The configuration of a city: frozen records read from one TOML file over the package's defaults.

An unknown key is an error that names the nearest valid one; a value of the wrong type names the key and the type.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import difflib
import hashlib
import json
import math
import tomllib
import types
import typing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hotspot.errors import ConfigError

_TYPE_NAMES = {str: "文字", int: "整数", float: "数字", bool: "true 或 false", dt.date: "日期（如 2024-10-14）"}
_LARGEST = 4 * 2**20
_Record = typing.TypeVar("_Record")


@dataclass(frozen=True, slots=True)
class IssueNumber:
    """The number of one known issue, from which the others are counted."""

    week: dt.date | None = None  # any day of the week that this issue reports on
    of_year: int = 1
    total: int = 1


@dataclass(frozen=True, slots=True)
class BulletinConfig:
    """Head and foot of the bulletin."""

    city: str = "本市"
    title: str = ""
    office: str = ""
    copy_to: str = ""
    days_to_issue: int = 3  # from the last day of the period to the date of issue
    issue: IssueNumber = field(default_factory=IssueNumber)


@dataclass(frozen=True, slots=True)
class CategoryConfig:
    """A demand category, in the order of the office."""

    name: str = ""
    terms: tuple[str, ...] = ()
    hotspot: bool = True  # False: matters of the hotline itself are no hotspots
    remainder: bool = False  # the category of what fits nowhere, printed last


@dataclass(frozen=True, slots=True)
class DistrictConfig:
    """A district and the places known in it."""

    name: str = ""
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlacesConfig:
    """Places outside the districts, confirmed and forbidden aliases."""

    known: tuple[str, ...] = ()
    aliases: dict[str, str] = field(default_factory=dict)
    forbidden: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class ChannelsConfig:
    """Channels that the overview prints, even with no call."""

    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HandlingConfig:
    """The office's words for how a call was handled."""

    direct: tuple[str, ...] = ("直接答复", "直接解答", "在线答复", "即时答复", "当场答复")
    order: tuple[str, ...] = ("工单转办", "转办", "派单", "工单派发", "三方通话")
    invalid: tuple[str, ...] = ("无效来电", "无效", "骚扰", "骚扰电话", "系统测试", "测试", "其他")


@dataclass(frozen=True, slots=True)
class UnitsConfig:
    """Units that take work orders."""

    rank: int = 10
    chart: int = 6
    short: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StatusConfig:
    """The office's words for the state of a work order."""

    closed: tuple[str, ...] = ("已办结", "办结", "已完成", "已结案", "已归档", "归档")
    overdue: tuple[str, ...] = ("已超期", "超期", "逾期", "已逾期", "超期未办结")
    returned: tuple[str, ...] = ("退回", "退单", "申请退回", "不办理退单", "退件")
    dispatched: tuple[str, ...] = ("派单", "改派", "转派", "转办", "交办", "派发")
    accepted: tuple[str, ...] = ("签收", "接单", "受理")


@dataclass(frozen=True, slots=True)
class HotspotsConfig:
    """When a theme is a hotspot and what its paragraph prints."""

    min_share: float = 5.0
    min_calls: int = 10
    most: int = 5
    place_calls: int = 3
    phrase_calls: int = 3
    phrase_share: float = 2.0


@dataclass(frozen=True, slots=True)
class IssuesConfig:
    """Issues and mass complaints."""

    min_size: int = 3
    mass_callers: int = 5


@dataclass(frozen=True, slots=True)
class ThemeConfig:
    """A theme of the office's own, with the terms that show it."""

    name: str = ""
    terms: tuple[str, ...] = ()
    heading: str = ""


@dataclass(frozen=True, slots=True)
class EventConfig:
    """A known event of the year that explains an onset."""

    name: str = ""  # 开始供暖
    date: str = ""  # 10-15, or 2024-10-15
    themes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CalendarConfig:
    """Days off and worked weekend days, beside or against the state's calendar."""

    holidays: tuple[dt.date, ...] = ()
    workdays: tuple[dt.date, ...] = ()
    national: bool = True  # False: only the days listed here are holidays


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that differs from city to city."""

    bulletin: BulletinConfig = field(default_factory=BulletinConfig)
    category: tuple[CategoryConfig, ...] = ()
    district: tuple[DistrictConfig, ...] = ()
    places: PlacesConfig = field(default_factory=PlacesConfig)
    channels: ChannelsConfig = field(default_factory=ChannelsConfig)
    handling: HandlingConfig = field(default_factory=HandlingConfig)
    units: UnitsConfig = field(default_factory=UnitsConfig)
    status: StatusConfig = field(default_factory=StatusConfig)
    hotspots: HotspotsConfig = field(default_factory=HotspotsConfig)
    issues: IssuesConfig = field(default_factory=IssuesConfig)
    theme: tuple[ThemeConfig, ...] = ()
    event: tuple[EventConfig, ...] = ()
    calendar: CalendarConfig = field(default_factory=CalendarConfig)

    @property
    def remainder(self) -> str:
        """Name of the category of what fits nowhere."""
        return next((entry.name for entry in self.category if entry.remainder), "其他类")

    @property
    def category_terms(self) -> dict[str, tuple[str, ...]]:
        """Key terms per category."""
        return {entry.name: entry.terms for entry in self.category}

    @property
    def excluded(self) -> frozenset[str]:
        """Categories that are no hotspots."""
        return frozenset(entry.name for entry in self.category if not entry.hotspot)

    @property
    def hash(self) -> str:
        """Hash of the resolved configuration: kept with every result."""
        text = json.dumps(dataclasses.asdict(self), ensure_ascii=False, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def load_config(path: Path | None = None) -> Config:
    """Return the configuration in `path` over the package's defaults; without a path the defaults.

    Raises
    ------
    ConfigError
        The file is missing or no TOML, holds an unknown key, or a value of the wrong type.
    """
    default = Path(__file__).with_name("resources") / "default.toml"
    base = _parse(default.read_bytes(), default.name)
    if path is None:
        return _checked(_build(Config, base, default.name, ""), default.name)
    own = _read(path)
    _refuse_unknown(Config, own, path.name, "")
    return _checked(_build(Config, {**base, **own}, path.name, ""), path.name)


def read_records(kind: type[_Record], path: Path) -> _Record:
    """Return the TOML file `path` as a frozen record of `kind`, checked like the configuration.

    Raises
    ------
    ConfigError
        As `load_config`.
    """
    return typing.cast(_Record, _build(kind, _read(path), path.name, ""))


def _read(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > _LARGEST:
            raise ConfigError("配置文件过大", where=path.name, found=f"超过 {_LARGEST // 2**20} MB", fix="请检查路径")
        return _parse(path.read_bytes(), path.name)
    except OSError as error:
        raise ConfigError("打不开配置文件", where=str(path), fix="请检查路径和读取权限") from error


def _parse(raw: bytes, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ConfigError("配置文件不是 UTF-8 编码", where=name, fix="请另存为 UTF-8") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        reason = " ".join(str(error).split())[:120]
        raise ConfigError("配置文件不符合 TOML 语法", where=name, found=reason, fix="请按提示的行列改正") from error


def _join(prefix: str, key: str) -> str:
    return f"{prefix}.{key}" if prefix else key


def _refuse_unknown(kind: Any, values: dict[str, Any], name: str, prefix: str) -> None:
    known = [entry.name for entry in dataclasses.fields(kind)]
    for key in values:
        if key not in known:
            near = difflib.get_close_matches(key, known, n=1, cutoff=0.0)
            raise ConfigError(
                "配置中有不认识的键",
                where=f"{name} 的 {_join(prefix, key)[:80]}",
                fix=f"最接近的键是 {_join(prefix, near[0])}",
            )


def _build(kind: Any, values: Any, name: str, prefix: str) -> Any:
    if not isinstance(values, dict):
        raise ConfigError(
            "配置的写法不对", where=f"{name} 的 {prefix}", found=str(values)[:40], fix="这里应是一个表 [ ]"
        )
    _refuse_unknown(kind, values, name, prefix)
    hints = typing.get_type_hints(kind)
    return kind(**{key: _convert(hints[key], value, name, _join(prefix, key)) for key, value in values.items()})


def _convert(hint: Any, value: Any, name: str, key: str) -> Any:
    origin = typing.get_origin(hint)
    arguments = typing.get_args(hint)
    if origin is tuple:
        if not isinstance(value, list):
            raise ConfigError(
                "配置的值类型不对", where=f"{name} 的 {key}", found=str(value)[:40], fix="这里应是一个列表"
            )
        return tuple(_convert(arguments[0], entry, name, f"{key}[{at + 1}]") for at, entry in enumerate(value))
    if origin is dict:
        if not isinstance(value, dict):
            raise ConfigError("配置的值类型不对", where=f"{name} 的 {key}", found=str(value)[:40], fix="这里应是一个表")
        return {word: _convert(arguments[1], entry, name, f"{key}.{word}") for word, entry in value.items()}
    if origin is types.UnionType:
        hint = next(entry for entry in arguments if entry is not type(None))
    if dataclasses.is_dataclass(hint):
        return _build(hint, value, name, key)
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, float) and not math.isfinite(value):
        raise ConfigError("配置的值不是数", where=f"{name} 的 {key}", found=str(value), fix="请写一个有限的数")
    if type(value) is not hint:
        raise ConfigError(
            "配置的值类型不对",
            where=f"{name} 的 {key}",
            found=str(value)[:40],
            fix=f"这里应是{_TYPE_NAMES.get(hint, '')}",
        )
    return value


def _checked(config: Config, name: str) -> Config:
    """Return `config` when its parts agree with each other."""
    names = [entry.name for entry in config.category]
    for kind, words in (("category", names), ("district", [entry.name for entry in config.district])):
        doubled = sorted({word for word in words if words.count(word) > 1 or not word.strip()})
        if doubled:
            raise ConfigError("名称重复或为空", where=f"{name} 的 {kind}", found=doubled[0], fix="请给每一项一个名称")
    if sum(entry.remainder for entry in config.category) > 1:
        raise ConfigError("只能有一个兜底类别", where=f"{name} 的 category.remainder", fix="只留一个 remainder = true")
    for word, number in (
        ("hotspots.min_share", config.hotspots.min_share),
        ("hotspots.min_calls", config.hotspots.min_calls),
        ("hotspots.most", config.hotspots.most),
        ("hotspots.place_calls", config.hotspots.place_calls),
        ("units.rank", config.units.rank),
        ("units.chart", config.units.chart),
        ("issues.min_size", config.issues.min_size),
    ):
        if number <= 0:
            raise ConfigError("配置的值应大于 0", where=f"{name} 的 {word}", found=str(number), fix="请改为正数")
    for at, pair in enumerate(config.places.forbidden, start=1):
        if len(pair) != 2:
            raise ConfigError(
                "不许归为一处的要两个两个地写",
                where=f"{name} 的 places.forbidden[{at}]",
                found="、".join(pair)[:40],
                fix='每两个名字一对：forbidden = [["甲", "乙"], ["甲", "丙"]]',
            )
    both = sorted(set(config.calendar.holidays) & set(config.calendar.workdays))
    if both:
        raise ConfigError(
            "同一天既是假日又是工作日", where=f"{name} 的 calendar", found=f"{both[0]:%Y-%m-%d}", fix="只留一处"
        )
    for entry in config.event:
        try:
            dt.date.fromisoformat(entry.date if len(entry.date) == 10 else f"2024-{entry.date}")
        except ValueError as error:
            raise ConfigError(
                "事件日期写法不对", where=f"{name} 的 event.date", found=entry.date[:20], fix="写作 10-15 或 2024-10-15"
            ) from error
    if not names:
        raise ConfigError("没有诉求类别", where=f"{name} 的 category", fix="至少写一个 [[category]]")
    return config
