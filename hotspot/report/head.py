"""Head and foot of the bulletin: issue number, dates, title."""

from __future__ import annotations

import datetime as dt

from hotspot.schema import Head


def count_issue(
    first: dt.date,
    issue_date: dt.date,
    *,
    known: tuple[dt.date, int, int] | None = None,
    last: tuple[dt.date, int, int, int] | None = None,
) -> tuple[int, int]:
    """Return the issue's number within its year and the running total.

    Parameters
    ----------
    first, issue_date : date
        First day of the period and day of issue; the latter's year is the issue's.
    known : (first day of a week, number of the year, running total), optional
        From the configuration or the command line. It decides for its own week, and for others where `last` is missing.
    last : (first day, year, number of the year, running total), optional
        The latest issue in the history that reports on an earlier week.

    Examples
    --------
    >>> anchor = (dt.date(2024, 10, 14), 59, 109)
    >>> count_issue(dt.date(2024, 10, 7), dt.date(2024, 10, 16), known=anchor)
    (58, 108)
    >>> count_issue(dt.date(2025, 1, 6), dt.date(2025, 1, 15), last=(dt.date(2024, 12, 30), 2024, 70, 120))
    (1, 121)
    """
    if known is not None and known[0] <= first < known[0] + dt.timedelta(days=7):
        return known[1], known[2]
    if last is not None:
        _, year, of_year, total = last
        return (of_year + 1 if year == issue_date.year else 1), total + 1
    if known is not None:
        weeks = (first - known[0]).days // 7
        year = (known[0] + (issue_date - first)).year
        return (known[1] + weeks if year == issue_date.year else 1), max(1, known[2] + weeks)
    return 1, 1


def build_head(
    *,
    city: str,
    title: str,
    office: str,
    copy_to: str,
    label: str,
    first: dt.date,
    last: dt.date,
    issue_date: dt.date,
    number: tuple[int, int],
) -> Head:
    """Return the head of an issue; a title or an office that is not configured is made from the city."""
    return Head(
        city=city,
        title=title or f"{city}12345政务服务便民热线周通报",
        subtitle=f"（{label}）",
        issue_number=f"{issue_date.year}年 第{number[0]}期（总第{number[1]}期）",
        issue_year=issue_date.year,
        issue_of_year=number[0],
        issue_total=number[1],
        office=office or f"{city}12345热线办公室",
        issue_date=issue_date,
        first_day=first,
        last_day=last,
        copy_to=copy_to,
    )
