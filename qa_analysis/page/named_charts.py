"""The charts of the pages by name: what draws each, of which figures, and what stands in the table beneath it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from qa_analysis.charts.control_chart import control_chart
from qa_analysis.charts.counts_by_month import audits_by_month_chart
from qa_analysis.charts.matrix import inadequate_by_month_chart, moderation_chart, reaudits_chart
from qa_analysis.charts.shares_over_time import counts_by_quarter, share_by_quarter
from qa_analysis.charts.stacked_shares import grading_by_level_chart, grading_by_quarter_chart, sub_grades_chart
from qa_analysis.charts.waiting import waiting_chart
from qa_analysis.contract.quarters import months_of
from qa_analysis.errors import InputError
from qa_analysis.metrics.control_chart import control_limits
from qa_analysis.metrics.share import SMALL
from qa_analysis.sentences.verdicts import not_recorded
from qa_analysis.text import fold

if TYPE_CHECKING:
    import pandas as pd

    from qa_analysis.charts.style import Chart
    from qa_analysis.contract.settings import Settings
    from qa_analysis.page.report import By, Report

Rows: TypeAlias = "Callable[[Report, str], pd.DataFrame]"


class Drawn(NamedTuple):
    """A chart, the figures that it is drawn from, and whether they stand beneath it: it does not print all of them.

    Beneath it they have a caption, where the chart's subtitle is not enough.
    """

    chart: Chart | None
    table: pd.DataFrame
    beneath: bool = False
    caption: str | None = None


class Form(NamedTuple):
    """What draws a chart, of which rows of a measure, and whether these stand beneath it: else it prints them all."""

    draw: Callable[[pd.DataFrame, Settings], Chart | None]
    rows: Rows
    beneath: bool = False


def drawn(report: Report, name: str, by: By) -> Drawn:
    """Return the chart of a measure by quarter, by month or by level of need; of any share, its quarters are drawn.

    Raises
    ------
    InputError
        If there is no such chart.
    """
    if (name, by) not in CHARTS:
        return _over_time(report, name, by)
    form = CHARTS[name, by]
    rows = form.rows(report, name)
    parts = {"practice_area", "first_grade"} & set(rows)  # of which the category is put together
    return Drawn(form.draw(rows, report.settings), rows.drop(columns="category") if parts else rows, form.beneath)


def _over_time(report: Report, name: str, by: By) -> Drawn:
    measure = report.entry(name)
    if by != "quarter" or not all(measure.said):
        charts = ", ".join(f"{each} by {step}" for each, step in CHARTS)
        others = "by quarter each share whose entry has `said`"
        raise InputError(f"There is no chart of {name} by {by}. There are {charts}, and {others}.")
    shares, targets = report.figures(name), report.settings.targets_for(name, report.level)
    if report.now(name).of in range(SMALL):  # counts, for a line of so few tells more than there is
        return Drawn(counts_by_quarter(shares, report.settings, measure), shares)
    caption = measure.called(measure.title, report.settings)
    return Drawn(share_by_quarter(shares, report.settings, measure, targets), shares, True, caption)


def _now(report: Report, name: str) -> pd.DataFrame:
    return report.cells(name)


def _on_the_scale(report: Report, name: str) -> pd.DataFrame:
    """Return the grades of the practice areas that have no scale of their own; the table has those of all."""
    cells = report.cells(name)
    own = report.settings.own_scales
    return cells[~cells["practice_area"].map(fold).isin(list(own))] if own else cells


def _pairs(report: Report, name: str) -> pd.DataFrame:
    """Return the pairs of grades that there are, both best first."""
    cells, place = report.cells(name), {grade: place for place, grade in enumerate(report.settings.grade_names)}
    best_first = cells.sort_values(["first_grade", "final_grade"], key=lambda grades: grades.map(place))
    return best_first[best_first["count"] > 0]


def _quarters(report: Report, name: str) -> pd.DataFrame:
    return report.figures(name)


def _months(report: Report, name: str) -> pd.DataFrame:
    """Return the months of the quarter, on the board's page at every level of need."""
    rows = report.figures(name, by_month=True, every_level=report.whole_service)
    return rows[rows["month"].isin(months_of(report.quarter))]


def _levels(report: Report, name: str) -> pd.DataFrame:
    return report.cells(name, every_level=True)


def _waiting(report: Report, name: str) -> pd.DataFrame:
    """Return how many wait, on the board's page at every level of need, at the ends of quarters with audits.

    Within a year of the first audits it is the quarter alone: the number starts from nothing, and can only grow. Where
    no re-audit is recorded it is none: who waits is not known.
    """
    rows = report.figures(name, every_level=report.whole_service)
    if not_recorded(report.verdicts):
        return rows.head(0)
    shown = report.data.quarters if report.verdicts.long_known else [report.quarter]
    return rows[rows["quarter"].isin(shown)]


def _limits(report: Report, name: str) -> pd.DataFrame:
    return control_limits(report.figures(name, by_month=True))


CHARTS: dict[tuple[str, By], Form] = {
    ("audits_completed", "month"): Form(audits_by_month_chart, _months),
    ("inadequate", "month"): Form(inadequate_by_month_chart, _months),
    ("control_chart", "month"): Form(control_chart, _limits, beneath=True),
    ("grade", "quarter"): Form(grading_by_quarter_chart, _quarters),
    ("grade", "level_of_need"): Form(grading_by_level_chart, _levels),
    ("sub_grade", "quarter"): Form(sub_grades_chart, _on_the_scale),
    ("moderation_outcome", "quarter"): Form(moderation_chart, _now),
    ("reaudit_outcome", "quarter"): Form(reaudits_chart, _pairs),
    ("awaiting_reaudit_long", "quarter"): Form(waiting_chart, _waiting),
}
