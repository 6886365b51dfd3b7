"""Stacked shares: a bar a row, divided into grades, or into what moderation did, with the counts in columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

import pandas as pd

from qa_analysis.charts import colours, drawing, rows
from qa_analysis.charts.bars import Row, numbered_bars
from qa_analysis.charts.style import Chart, house_style, worded
from qa_analysis.contract.levels import ALL
from qa_analysis.contract.quarters import months_in_short
from qa_analysis.metrics.comparators import AS_PRINTED
from qa_analysis.text import listed, plural

if TYPE_CHECKING:
    from qa_analysis.contract.settings import Settings

FEW = 5  # audits: no range of shares is told whose end is of fewer
Grades = Mapping[str, rows.Record]  # the rows of one bar, by their grade

_NONE: rows.Record = {"count": 0, "denominator": 0, "percent": float("nan"), "note": ""}


@house_style()
def grading_by_quarter_chart(grades: pd.DataFrame, settings: Settings) -> Chart | None:
    """Return a bar a quarter with the share of each final grade, and the counts in columns.

    `grades` is the measure `grade`.

    Examples
    --------
    >>> from pathlib import Path
    >>> from qa_analysis.contract.settings import load_settings
    >>> quarters = pd.PeriodIndex(["2026Q2"] * 2, freq="Q-MAR")
    >>> grades = pd.DataFrame({"quarter": quarters, "level_of_need": "All", "category": ["Good", "Inadequate"]})
    >>> grades = grades.assign(count=[30, 36], denominator=66, percent=[45.5, 54.5])
    >>> grading_by_quarter_chart(grades, load_settings(Path())).title
    '30 of 66 were Good or better; 36 were Inadequate'
    """
    table = rows.one_level(grades)
    if not rows.has_figures(table):
        return None
    scale = rows.in_grade_order(table["category"], settings)
    bars = {quarter: _by_grade(table[table["quarter"] == quarter]) for quarter in rows.quarters_of(table)}
    now, where = max(bars), rows.scope(table, settings)
    each = " ".join(f"{_label(quarter)}: {_grades_told(bar, scale)}." for quarter, bar in bars.items())
    return worded(
        _graded([_row(each, bar, scale, bold=each == now) for each, bar in bars.items()], scale, settings, "Quarter"),
        _title(bars[now], settings),
        f"Final grades of deep-dive audits by quarter, {where}",
        f"Stacked bar chart of final grades by quarter, {where}. {each}",
    )


@house_style()
def grading_by_level_chart(grades: pd.DataFrame, settings: Settings) -> Chart | None:
    """Return for each level of need a bar of its final grades.

    `grades` is the measure `grade` with every level of need; of several quarters the newest is shown.

    Examples
    --------
    >>> from pathlib import Path
    >>> from qa_analysis.contract.settings import load_settings
    >>> quarters = pd.PeriodIndex(["2026Q2"] * 2, freq="Q-MAR")
    >>> grades = pd.DataFrame({"quarter": quarters, "level_of_need": "EH", "category": ["Good", "Inadequate"]})
    >>> grades = grades.assign(count=[3, 5], denominator=8, percent=[37.5, 62.5])
    >>> grading_by_level_chart(grades, load_settings(Path())).title
    'Good or better: 3 of 8'
    """
    table = rows.newest(grades[grades["level_of_need"] != ALL])
    if table.empty or not rows.has_counts(table):
        return None
    scale = rows.in_grade_order(table["category"], settings)
    bars = {
        settings.level_name(level): _by_grade(table[table["level_of_need"] == level]) for level in rows.levels_of(table)
    }
    each = " ".join(f"{name}: {_grades_told(bar, scale)}." for name, bar in bars.items())
    return worded(
        _graded([_row(name, bar, scale) for name, bar in bars.items()], scale, settings, "Service"),
        f"{settings.good_words}{_range([_good(bar, settings) for bar in bars.values()], 'service')}",
        f"Final grades by service, {rows.quarters_span(table)}. Few audits: not a ranking.",
        f"Stacked bar chart of final grades by service, {rows.quarters_span(table)}. {each}",
    )


@house_style()
def sub_grades_chart(sub_grades: pd.DataFrame, settings: Settings) -> Chart | None:
    """Return a bar of grades per practice area, the area with the smallest share Good or better first.

    `sub_grades` is the measure `sub_grade`; of several quarters the newest is shown.

    Examples
    --------
    >>> from pathlib import Path
    >>> from qa_analysis.contract.settings import load_settings
    >>> quarters = pd.PeriodIndex(["2026Q2"] * 2, freq="Q-MAR")
    >>> areas = pd.DataFrame({"quarter": quarters, "level_of_need": "All", "practice_area": ["Plans", "Visits"]})
    >>> areas = areas.assign(grade="Good", count=[4, 8], denominator=8, percent=[50.0, 100.0])
    >>> sub_grades_chart(areas, load_settings(Path())).title
    'Good or better: 4 of 8 to 8 of 8'
    """
    table = rows.one_level(rows.newest(sub_grades))
    if not rows.has_counts(table):
        return None
    scale = rows.in_grade_order(table["grade"], settings)
    areas = {str(area): _by_grade(grades, "grade") for area, grades in table.groupby("practice_area", sort=False)}
    known = {area: _good(grades, settings) for area, grades in areas.items() if _audits(grades)}
    shares = dict(sorted(known.items(), key=lambda area: _share(area[1])))
    where = rows.scope_and_period(table, settings)
    each = " ".join(f"{area}: {_grades_told(areas[area], scale)}." for area in shares)
    return worded(
        _graded([_row(area, areas[area], scale) for area in shares], scale, settings, "Area"),
        f"{settings.good_words}{_range(list(shares.values()), 'practice area')}",
        f"Grades by practice area, weakest first, {where}",
        f"Stacked bar chart of grades by practice area, {where}, smallest share {settings.good_words} first. {each}",
    )


@house_style()
def moderation_by_quarter_chart(outcomes: pd.DataFrame, settings: Settings) -> Chart | None:
    """Return for each grade that auditors gave a bar a quarter, divided into the grades after moderation.

    `outcomes` is the measure `moderation_outcome`.

    Examples
    --------
    >>> from pathlib import Path
    >>> from qa_analysis.contract.settings import load_settings
    >>> quarters = pd.period_range("2026Q1", "2026Q2", freq="Q-MAR")
    >>> outcomes = pd.DataFrame({"quarter": quarters, "level_of_need": "All", "first_grade": "Good", "count": [3, 4]})
    >>> moderation_by_quarter_chart(outcomes.assign(final_grade="Good"), load_settings(Path())).title
    '7 of 7 moderated audits (100%) kept the auditor’s grade'
    """
    table = rows.one_level(outcomes)
    moderated = rows.whole(table["count"].sum())
    if not moderated:
        return None
    found = {
        (row["first_grade"], row["quarter"], row["final_grade"]): rows.whole(row["count"])
        for row in table.to_dict("records")
    }
    bars, details, scale = [], [], settings.grade_names
    for first in rows.in_grade_order(table["first_grade"], settings):
        counts = {each: [found.get((first, each, final), 0) for final in scale] for each in rows.quarters_of(table)}
        if of := sum(map(sum, counts.values())):
            bars += [Row(f"Auditor: {first}", bold=True), *(_counted(*bar) for bar in counts.items())]
            details.append(f"{first}: {sum(found.get((first, each, first), 0) for each in counts)} of {of} kept.")
    kept = sum(count for (first, _, final), count in found.items() if first == final)
    where = rows.scope_and_period(table, settings)
    return worded(
        _graded(bars, scale, settings, "After moderation"),
        f"{rows.share_of(kept, moderated, 'moderated audit')} kept the auditor’s grade",
        f"Moderated audits by the auditor’s grade and quarter, {where}. Numbers are audits.",
        "Stacked bar chart of moderated audits by the auditor’s grade, quarter and grade after moderation, "
        f"{where}. Kept, by the auditor’s grade: {' '.join(details)}",
    )


@house_style()
def drift_chart(drift: pd.DataFrame, settings: Settings) -> Chart | None:
    """Return a bar a quarter, or an auditor by letter, divided into grades raised, upheld and lowered by moderation.

    `drift` is as `metrics.moderation.moderation_drift` or `drift_by_auditor` returns it.

    Examples
    --------
    >>> from pathlib import Path
    >>> from qa_analysis.contract.settings import load_settings
    >>> drift = pd.DataFrame({"auditor": ["A", "B"], "raised": [0, 1], "upheld": [9, 5], "lowered": [3, 0]})
    >>> drift_chart(drift, load_settings(Path())).title
    'Of 18 moderated audits, 1 was raised and 3 were lowered'
    """
    table, parts = rows.one_level(drift), ["raised", "upheld", "lowered"]
    raised, upheld, lowered = (rows.whole(table[part].sum()) for part in parts)
    if not (moderated := raised + upheld + lowered):
        return None
    by_auditor, cells = "auditor" in table, table[["auditor" if "auditor" in table else "quarter", *parts]]
    bars = [_counted(name, counts) for name, *counts in cells.itertuples(index=False)]
    each = " ".join(
        f"{_label(name)}: {up} raised, {same} upheld, {down} lowered."
        for name, up, same, down in cells.itertuples(index=False)
    )
    where = "auditor, each under a letter" if by_auditor else f"quarter, {rows.scope_and_period(table, settings)}"
    return worded(
        numbered_bars(bars, ["Raised", "Upheld", "Lowered", "All"], [colours.NAVY, colours.UPHELD, colours.ORANGE]),
        f"Of {plural(moderated, 'moderated audit')}, {raised or 'none'} {rows.were(raised, 'raised')} and "
        f"{lowered or 'none'} {rows.were(lowered, 'lowered')}",
        f"What moderation did to the auditor’s grade, by {where}. Numbers are audits.",
        f"Stacked bar chart of what moderation did to the auditor’s grade, by {where}. {each}",
    )


def _graded(bars: Sequence[Row], scale: Sequence[str], settings: Settings, corner: str = "") -> Chart:
    """Return the chart of grades; names that are too long for columns stand in a key."""
    of_grades = colours.grade_colours(scale, settings.good_grades)
    if drawing.short_names(scale) == list(scale):
        return numbered_bars(bars, [*scale, "All"], of_grades, corner=corner)
    key = dict(zip(scale, map(drawing.square, of_grades), strict=True))
    return numbered_bars(bars, [*[""] * len(scale), "All"], of_grades, key=key, corner=corner)


def _counted(name: str | pd.Period, counts: Sequence[int]) -> Row:
    """Return a row of moderated audits."""
    label, total = _label(name), sum(counts)
    lengths = [100 * count / total if total else 0.0 for count in counts]
    return Row(label, [*map(str, counts), str(total)], lengths, empty="none moderated")


def _row(name: str | pd.Period, grades: Grades, scale: Sequence[str], *, bold: bool = False) -> Row:
    """Return a row of grades; of printed history what is known."""
    label, printed, audits = _label(name), any(map(rows.is_printed, grades.values())), _audits(grades)
    each = [grades.get(grade, _NONE | {"count": None if printed else 0}) for grade in scale]
    lengths = [0.0 if rows.is_missing(row["percent"]) else float(row["percent"]) for row in each]
    numbers = [rows.percent_words(row) if rows.is_missing(row["count"]) else str(row["count"]) for row in each]
    numbers.append("" if printed and not audits else str(audits))
    empty = "no share was printed" if printed else "no graded audits"
    return Row(f"{label} ({AS_PRINTED})" if printed else label, numbers, lengths, bold, empty)


def _label(name: str | pd.Period) -> str:
    return name if isinstance(name, str) else months_in_short(name)


def _by_grade(table: pd.DataFrame, column: str = "category") -> Grades:
    return {str(row[column]): row for row in table.to_dict("records")}


def _audits(grades: Grades) -> int:
    return max((rows.whole(row["denominator"]) for row in grades.values()), default=0)


def _good(grades: Grades, settings: Settings) -> rows.Record:
    """Return the figures of Good or better together: count, denominator, percent and note."""
    good = [grades[grade] for grade in settings.good_grades if grade in grades]
    printed = any(map(rows.is_printed, grades.values()))
    if printed and not all(map(rows.is_printed, good)):
        return _NONE  # a part of it was not printed
    return {
        "count": sum(rows.whole(row["count"]) for row in good),
        "denominator": _audits(grades),
        "percent": pd.Series([row["percent"] for row in good], dtype=float).sum(min_count=1),
        "note": AS_PRINTED if printed else "",
    }


def _title(grades: Grades, settings: Settings) -> str:
    """Return how many were Good or better, and how many had a failing grade, as far as it is known."""
    row, words = _good(grades, settings), settings.good_words
    count, of = row["count"], row["denominator"]
    if not of:
        printed = f"{rows.percent_words(row)} were {words} ({AS_PRINTED})"
        return "No audits were graded" if rows.is_missing(row["percent"]) else printed
    title = f"{count} of {of} {rows.were_graded(count, words, of=of)}"
    failing = [grades[grade.name] for grade in settings.grades if grade.failing and grade.name in grades]
    if of < 2 or not failing:
        return title
    failed = sum(rows.whole(each["count"]) for each in failing)
    return f"{title}; {failed or 'none'} {rows.were_graded(failed or 1, settings.failing_words)}"


def _range(shares: Sequence[rows.Record], where: str) -> str:
    """Return the smallest and the largest share, or the one that all have; of very few, only what is shown."""
    known = sorted((row for row in shares if row["denominator"]), key=_share)
    ends = known[0], known[-1]
    low, high = (f"{row['count']} of {row['denominator']}" for row in ends)
    if len(known) == 1:
        return f": {low}"
    if min(row["denominator"] for row in ends) < FEW:
        return f" by {where}"
    if _share(known[0]) == _share(known[-1]):
        return f": {rows.percent_words(known[0])} in each {where}"
    return f": {low} to {high}"


def _share(row: rows.Record) -> Fraction:
    return Fraction(row["count"], row["denominator"])


def _grades_told(grades: Grades, scale: Sequence[str]) -> str:
    """Return the counts of all grades as the rest of a sentence."""
    each, audits = [grades.get(grade, _NONE) for grade in scale], _audits(grades)
    if audits:
        counts = [rows.graded_words(rows.whole(row["count"]), grade) for row, grade in zip(each, scale, strict=True)]
        return f"there {rows.were(audits, plural(audits, 'graded audit'))}: {listed(counts)}"
    if not any(map(rows.is_printed, each)):
        return "there were no graded audits"
    known = [str(row["count"]) if rows.is_missing(row["percent"]) else rows.percent_words(row) for row in each]
    return (
        f"the grades were {listed(f'{some} {grade}' for some, grade in zip(known, scale, strict=True))} ({AS_PRINTED})"
    )
