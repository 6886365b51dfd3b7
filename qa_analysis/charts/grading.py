"""Charts of grades: by quarter, by level of need, by practice area."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import pandas as pd

from qa_analysis.charts.drawing import grade_colours, plain
from qa_analysis.charts.rows import Bar, stacked_bars
from qa_analysis.charts.style import Chart, house_style
from qa_analysis.charts.tables import (
    Record,
    failing_words,
    good_words,
    graded_words,
    has_counts,
    has_figures,
    in_grade_order,
    is_missing,
    is_printed,
    level_name,
    levels_of,
    newest,
    one_level,
    percent_words,
    quarters_of,
    quarters_span,
    records,
    scope,
    share_of,
    share_words,
    were,
    whole,
)
from qa_analysis.contract.quarters import quarter_name
from qa_analysis.metrics.comparators import AS_PRINTED
from qa_analysis.metrics.share import ALL
from qa_analysis.text import listed, plural

if TYPE_CHECKING:
    from qa_analysis.contract.settings import Settings


@house_style()
def grading_by_quarter_chart(grades: pd.DataFrame, settings: Settings) -> Chart | None:
    """Return a bar a quarter with the share of each final grade, every segment labelled with its count.

    Parameters
    ----------
    grades : DataFrame
        One row per quarter and grade: `quarter` (period), `level_of_need` (text), `category` (the grade), `count`,
        `denominator` (graded audits), `percent` (0–100), and perhaps `note`, "as printed" for history. Of several
        levels of need the whole service ("All") is shown.
    settings : Settings
        Order and meaning of the grades, names of the levels of need.

    Returns
    -------
    Chart or None
        None where nothing was graded in any of the quarters.

    Examples
    --------
    >>> from pathlib import Path
    >>> from qa_analysis.contract.settings import load_settings
    >>> quarters = pd.PeriodIndex(["2026Q2"] * 2, freq="Q-MAR")
    >>> grades = pd.DataFrame({"quarter": quarters, "level_of_need": "All", "category": ["Good", "Inadequate"]})
    >>> grades = grades.assign(count=[30, 36], denominator=66, percent=[45.5, 54.5])
    >>> chart = grading_by_quarter_chart(grades, load_settings(Path()))
    >>> chart.title
    '30 of 66 audits (45%) were Good or better, and 36 were Inadequate'
    """
    table = one_level(grades)
    if not has_figures(table):
        return None
    scale = in_grade_order(table["category"], settings)
    quarters = quarters_of(table)
    rows = [_by_grade(table[table["quarter"] == quarter]) for quarter in quarters]
    bars = [
        _bar(row, scale, quarter_name(quarter), bold=quarter == quarters[-1])
        for row, quarter in zip(rows, quarters, strict=True)
    ]
    chart = _graded(bars, scale, settings, label_heading="Quarter")
    now, words, where = quarter_name(quarters[-1]), good_words(settings), scope(table, settings)
    shares = [_good_row(row, settings) for row in rows]
    trend = "; ".join(
        f"{quarter_name(quarter)}, {share_words(row)}" for quarter, row in zip(quarters, shares, strict=True)
    )
    chart.title = _headline(shares[-1], words, now) + _and_failing(rows[-1], settings)
    chart.subtitle = f"Final grades of deep-dive audits, {where}, {quarters_span(table)}. Numbers are audits."
    chart.alt = (
        f"Stacked bar chart of final grades by quarter, {where}. "
        f"In {now} {_grade_sentence(rows[-1], scale)}. {words} by quarter: {trend}."
    )
    return chart


@house_style()
def grading_by_level_chart(grades: pd.DataFrame, settings: Settings) -> Chart | None:
    """Return for each level of need a bar of final grades for the newest quarter and for the quarter before.

    Parameters
    ----------
    grades : DataFrame
        As for `grading_by_quarter_chart`, with rows for each level of need; "All" and older quarters are left out.
    settings : Settings
        Order and meaning of the grades, names of the levels of need.

    Returns
    -------
    Chart or None
        None where nothing was graded in the newest quarter at any level of need.

    Examples
    --------
    >>> from pathlib import Path
    >>> from qa_analysis.contract.settings import load_settings
    >>> quarters = pd.PeriodIndex(["2026Q2"] * 2, freq="Q-MAR")
    >>> grades = pd.DataFrame({"quarter": quarters, "level_of_need": "EH", "category": ["Good", "Inadequate"]})
    >>> grades = grades.assign(count=[3, 5], denominator=8, percent=[37.5, 62.5])
    >>> grading_by_level_chart(grades, load_settings(Path())).title
    'Early Help: 3 of 8 audits (38%) were Good or better'
    """
    table = grades[grades["level_of_need"] != ALL]
    if table.empty or not has_counts(newest(table)):
        return None
    now = table["quarter"].max()
    table = table[table["quarter"] >= now - 1]
    quarters = quarters_of(table)
    scale = in_grade_order(table["category"], settings)
    bars: list[Bar] = []
    current: list[tuple[str, Record]] = []
    details: list[str] = []
    for level in levels_of(table):
        of_level = table[table["level_of_need"] == level]
        name = level_name(level, settings)
        for quarter in quarters:
            row = _by_grade(of_level[of_level["quarter"] == quarter])
            heading = name if quarter == quarters[0] else ""
            bars.append(_bar(row, scale, quarter_name(quarter), bold=quarter == now, heading=heading))
        current.append((name, _good_row(row, settings)))
        details.append(f"{name}: {_grade_sentence(row, scale)}.")
    chart = _graded(bars, scale, settings)
    words = good_words(settings)
    shares = "; ".join(f"{name}, {share_words(row)}" for name, row in current)
    before = f", beside {quarter_name(quarters[0])}" if len(quarters) > 1 else ""
    chart.title = _range_headline(current, words)
    chart.subtitle = f"Final grades of deep-dive audits by level of need, {quarters_span(table)}. Numbers are audits."
    chart.alt = (
        f"Stacked bar chart of final grades by level of need in {quarter_name(now)}{before}. "
        f"{words}: {shares}. {' '.join(details)}"
    )
    return chart


@house_style()
def sub_grades_chart(sub_grades: pd.DataFrame, settings: Settings) -> Chart | None:
    """Return a bar of grades per practice area, the area with the smallest share Good or better first.

    Parameters
    ----------
    sub_grades : DataFrame
        One row per practice area and grade: `quarter`, `level_of_need`, `practice_area` and `grade` (text),
        `count`, `denominator` (audits graded for the area), `percent`. Of several quarters the newest is
        shown, of several levels of need the whole service.
    settings : Settings
        Order and meaning of the grades, names of the levels of need.

    Returns
    -------
    Chart or None
        None where no practice area was graded.

    Examples
    --------
    >>> from pathlib import Path
    >>> from qa_analysis.contract.settings import load_settings
    >>> quarters = pd.PeriodIndex(["2026Q2"] * 2, freq="Q-MAR")
    >>> areas = pd.DataFrame({"quarter": quarters, "level_of_need": "All", "practice_area": ["Plans", "Visits"]})
    >>> areas = areas.assign(grade="Good", count=[4, 8], denominator=8, percent=[50.0, 100.0])
    >>> sub_grades_chart(areas, load_settings(Path())).title
    'Good or better: smallest share 4 of 8 (50%) in Plans; largest 8 of 8 (100%) in Visits'
    """
    table = one_level(newest(sub_grades))
    if not has_counts(table):
        return None
    scale = in_grade_order(table["grade"], settings)
    areas = [
        (plain(area), _by_grade(table[table["practice_area"] == area], "grade"))
        for area in dict.fromkeys(table["practice_area"])
    ]
    ranked = sorted(
        ((name, row, _good_row(row, settings)) for name, row in areas if _audits(row)),
        key=lambda area: _share(area[2]),
    )
    chart = _graded([_bar(row, scale, name) for name, row, _ in ranked], scale, settings, label_heading="Area")
    words, where, period = good_words(settings), scope(table, settings), quarters_span(table)
    details = "; ".join(f"{name}, {share_words(share)}" for name, _, share in ranked)
    chart.title = _weakest_and_strongest([(name, share) for name, _, share in ranked], words)
    chart.subtitle = f"Grades by practice area, smallest share first, {where}, {period}. Numbers are audits."
    chart.alt = (
        f"Stacked bar chart of grades by practice area, {where}, {period}. {words}, smallest share first: {details}."
    )
    return chart


def _graded(bars: Sequence[Bar], scale: Sequence[str], settings: Settings, label_heading: str = "") -> Chart:
    return stacked_bars(
        bars,
        [plain(grade) for grade in scale],
        grade_colours(scale, settings.good_grades),
        percent=True,
        label_heading=label_heading,
        end_heading="Audits",
    )


def _by_grade(rows: pd.DataFrame, column: str = "category") -> dict[str, Record]:
    """Return the rows of one bar by their grade."""
    return {str(row[column]): row for row in records(rows)}


def _in_order(grades: dict[str, Record], scale: Sequence[str]) -> list[Record]:
    return [grades.get(grade, {"count": 0, "denominator": 0, "percent": float("nan")}) for grade in scale]


def _audits(grades: dict[str, Record]) -> int:
    return max((whole(row["denominator"]) for row in grades.values()), default=0)


def _good_row(grades: dict[str, Record], settings: Settings) -> Record:
    """Return the figures of Good or better together: count, denominator, percent and note."""
    good = [grades[grade] for grade in settings.good_grades if grade in grades]
    if any(is_printed(row) for row in grades.values()) and not all(is_printed(row) for row in good):
        return {"count": 0, "denominator": 0, "percent": float("nan"), "note": ""}  # a part of it was not printed
    return {
        "count": sum(whole(row["count"]) for row in good),
        "denominator": _audits(grades),
        "percent": pd.Series([row["percent"] for row in good], dtype=float).sum(min_count=1),
        "note": AS_PRINTED if any(is_printed(row) for row in grades.values()) else "",
    }


def _bar(grades: dict[str, Record], scale: Sequence[str], label: str, *, bold: bool = False, heading: str = "") -> Bar:
    rows, audits = _in_order(grades, scale), _audits(grades)
    printed = any(is_printed(row) for row in rows)
    return Bar(
        label=label,
        lengths=[0.0 if is_missing(row["percent"]) else float(row["percent"]) for row in rows],
        texts=[str(whole(row["count"])) if audits else percent_words(row) for row in rows],
        end=str(audits) if audits or not printed else "",
        bold=bold,
        heading=heading,
        empty="no share was printed" if printed else "no graded audits",
        note=AS_PRINTED if printed else "",
    )


def _share_words(row: Record, words: str) -> str:
    count, of = row["count"], row["denominator"]
    return f"{share_of(count, of, 'audit')} {were(count, words, of=of)}"


def _headline(row: Record, words: str, when: str) -> str:
    if row["denominator"]:
        return _share_words(row, words)
    if is_missing(row["percent"]):
        return f"No audits were graded in {when}"
    return f"{percent_words(row)} of audits were {words} ({AS_PRINTED})"


def _and_failing(grades: dict[str, Record], settings: Settings) -> str:
    """Return how many of several audits have a failing grade, where their number is known."""
    failing = [grades[grade.name] for grade in settings.grades if grade.failing and grade.name in grades]
    of = _audits(grades)
    if of < 2 or not failing:
        return ""
    count = sum(whole(row["count"]) for row in failing)
    return f", and {count or 'none'} {were(count or 1, failing_words(settings))}"


def _range_headline(levels: Sequence[tuple[str, Record]], words: str) -> str:
    """Return the levels of need with the smallest and the largest share, or the one there is."""
    ranked = [(name, row) for name, row in levels if row["denominator"]]
    if len(ranked) == 1:
        name, row = ranked[0]
        return f"{name}: {_share_words(row, words)}"
    if len({_share(row) for _, row in ranked}) == 1:
        return f"{percent_words(ranked[0][1])} of audits were {words} at every level of need"
    return f"{words}: from {_extreme(ranked, min)} to {_extreme(ranked, max)}"


def _weakest_and_strongest(areas: Sequence[tuple[str, Record]], words: str) -> str:
    if len({_share(row) for _, row in areas}) == 1:
        return f"{words}: {_extreme(areas, min)}"
    return f"{words}: smallest share {_extreme(areas, min)}; largest {_extreme(areas, max)}"


def _share(row: Record) -> Fraction:
    return Fraction(row["count"], row["denominator"])


def _extreme(rows: Sequence[tuple[str, Record]], which: Callable[[Iterable[Fraction]], Fraction]) -> str:
    """Return the smallest or largest share with everything that has it: "12 of 30 (40%) in Help and Protection"."""
    wanted = which(_share(row) for _, row in rows)
    found = [(name, row) for name, row in rows if _share(row) == wanted]
    if len({share_words(row) for _, row in found}) == 1:
        return f"{share_words(found[0][1])} in {listed(name for name, _ in found)}"
    return listed(f"{share_words(row)} in {name}" for name, row in found)


def _grade_sentence(grades: dict[str, Record], scale: Sequence[str]) -> str:
    """Return the counts of all grades as the rest of a sentence."""
    rows, audits = _in_order(grades, scale), _audits(grades)
    if audits:
        counts = listed(graded_words(whole(row["count"]), grade) for row, grade in zip(rows, scale, strict=True))
        return f"there {were(audits, plural(audits, 'graded audit'))}: {counts}"
    if any(not is_missing(row["percent"]) for row in rows):
        shares = listed(f"{percent_words(row)} {plain(grade)}" for row, grade in zip(rows, scale, strict=True))
        return f"the grades were {shares} ({AS_PRINTED})"
    return "there were no graded audits"
