"""Every figure printed in the pages, as one table and as `figures.csv`. A measure is one line of `MEASURES`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from qa_analysis.errors import InputError
from qa_analysis.files import csv_of, write_text
from qa_analysis.kept import kept
from qa_analysis.metrics.actions import (
    action_counts,
    action_days,
    actions_agreed_later,
    actions_completed_of_earlier,
    carried_over_counts,
    carried_over_longest,
)
from qa_analysis.metrics.activities import (
    feedback_counts,
    manager_qa_activities,
    manager_qa_records,
    multi_agency_families,
    multi_agency_grades,
    multi_agency_themes,
    thematic_children,
    thematic_considered,
)
from qa_analysis.metrics.agreement import moderation_direction, moderation_kappa
from qa_analysis.metrics.audits import audits_completed, audits_completed_by_month, audits_not_graded
from qa_analysis.metrics.comparators import targets, with_printed
from qa_analysis.metrics.evidence import evidence_counts
from qa_analysis.metrics.grades import (
    good_or_better,
    good_or_better_at_random,
    good_or_better_by_auditor,
    good_or_better_for_a_reason,
    grade_distribution,
    inadequate,
)
from qa_analysis.metrics.headlines import headline_changes
from qa_analysis.metrics.mix import at_earlier_mix, good_or_better_by_reason, mix_of_services, selection
from qa_analysis.metrics.moderation import (
    audits_moderated,
    good_or_better_lowered,
    good_or_better_not_moderated,
    moderation_both_grades,
    moderation_changed,
    moderation_coverage,
    moderation_lowered,
    moderation_outcomes,
    moderation_pending,
    moderation_raised,
    moderation_upheld,
)
from qa_analysis.metrics.practice import (
    green_shoots,
    green_shoots_lowered,
    practice_areas_moved,
    sub_grade_distribution,
    sub_grades_good_or_better,
)
from qa_analysis.metrics.quality import rows_held_back
from qa_analysis.metrics.reaudits import (
    awaiting_reaudit_again,
    awaiting_reaudit_by_quarter,
    awaiting_reaudit_longest,
    reaudit_days,
    reaudit_grades,
    reaudits_improved,
    reaudits_without_both_grades,
)
from qa_analysis.metrics.services import of_other_services, team_audits, team_grades
from qa_analysis.metrics.share import ALL, whole
from qa_analysis.metrics.themes import learning_returning, learning_without_action
from qa_analysis.metrics.trends import control_chart_lines, control_chart_signals
from qa_analysis.metrics.voices import (
    feedback_scored,
    feedback_scores,
    feedback_sources,
    finding_counts,
    finding_themes,
)
from qa_analysis.own import FILE, line_in, own
from qa_analysis.quarter import months_of, quarter_name, quarter_slug, run_up_to
from qa_analysis.words import listed

if TYPE_CHECKING:
    from qa_analysis.store import Data

COUNTS = ["count", "denominator"]
TEXTS = ["quarter", "month", "measure", "level_of_need", "category", "note"]
COLUMNS = [*TEXTS[:-1], *COUNTS, "percent", "ci_low", "ci_high", "value", "note"]


class Measure(NamedTuple):
    """A measure of `figures.csv`: its name, what makes its table, and from which cleaned tables.

    `table` takes those tables and then the quarters, or their months where the measure is `by_month`. The first of
    `made_from` is the one whose rows are counted. `interval` says whether shares printed for earlier quarters get one.
    """

    name: str
    table: Callable[..., pd.DataFrame]
    made_from: Sequence[str]
    by_month: bool = False
    interval: bool = True


MEASURES = (
    Measure("audits_completed", audits_completed, ["audits", "audit_plan"], interval=False),
    Measure("audits_completed", audits_completed_by_month, ["audits"], by_month=True),
    Measure("audits_not_graded", audits_not_graded, ["audits"], interval=False),
    Measure("rows_held_back", rows_held_back, ["problems"]),
    Measure("selection", selection, ["audits"], interval=False),
    Measure("good_or_better_by_reason", good_or_better_by_reason, ["audits"]),
    Measure("grade", grade_distribution, ["audits"]),
    Measure("good_or_better", good_or_better, ["audits"]),
    Measure("good_or_better", partial(good_or_better, by="month"), ["audits"], by_month=True),
    Measure("inadequate", inadequate, ["audits"]),
    Measure("inadequate", partial(inadequate, by="month"), ["audits"], by_month=True),
    Measure("good_or_better_at_random", good_or_better_at_random, ["audits"]),
    Measure("good_or_better_for_a_reason", good_or_better_for_a_reason, ["audits"]),
    Measure("good_or_better_by_auditor", good_or_better_by_auditor, ["audits", "settings"]),
    Measure("target", targets, ["settings"]),
    Measure("mix_of_services", mix_of_services, ["audits"], interval=False),
    Measure("good_or_better_at_earlier_mix", at_earlier_mix, ["audits"]),
    Measure("good_or_better_other_services", partial(of_other_services, flag="good_or_better"), ["audits"]),
    Measure("inadequate_other_services", partial(of_other_services, flag="inadequate"), ["audits"]),
    Measure("team_audits", team_audits, ["audits"]),
    Measure("team_grade", team_grades, ["audits"]),
    Measure("control_chart", control_chart_lines, ["audits"], by_month=True),
    Measure("control_chart_signal", control_chart_signals, ["audits"]),
    Measure("sub_grade", sub_grade_distribution, ["sub_grades"]),
    Measure("sub_grade_good_or_better", sub_grades_good_or_better, ["sub_grades"]),
    Measure("practice_areas_moved", practice_areas_moved, ["sub_grades"]),
    Measure("green_shoots", green_shoots, ["audits", "sub_grades"]),
    Measure("green_shoots_lowered", green_shoots_lowered, ["audits", "sub_grades", "settings"], interval=False),
    Measure("audits_moderated", audits_moderated, ["audits"], interval=False),
    Measure("moderation_pending", moderation_pending, ["audits"], interval=False),
    Measure("moderation_coverage", moderation_coverage, ["audits"], interval=False),
    Measure("good_or_better_not_moderated", good_or_better_not_moderated, ["audits"], interval=False),
    Measure("good_or_better_lowered", good_or_better_lowered, ["audits", "settings"]),
    Measure("moderation_upheld", moderation_upheld, ["audits"]),
    Measure("moderation_changed", moderation_changed, ["audits"]),
    Measure("moderation_raised", moderation_raised, ["audits"]),
    Measure("moderation_lowered", moderation_lowered, ["audits"]),
    Measure("moderation_outcome", moderation_outcomes, ["audits"]),
    Measure("moderation_both_grades", moderation_both_grades, ["audits"], interval=False),
    Measure("moderation_kappa", moderation_kappa, ["audits"]),
    Measure("moderation_direction_p", moderation_direction, ["audits"]),
    Measure("reaudits_improved", reaudits_improved, ["audits"]),
    Measure("reaudits_same", partial(reaudits_improved, outcome="same"), ["audits"]),
    Measure("reaudits_worse", partial(reaudits_improved, outcome="worse"), ["audits"]),
    Measure("reaudits_without_both_grades", reaudits_without_both_grades, ["audits"], interval=False),
    Measure("reaudit_outcome", reaudit_grades, ["audits"]),
    Measure("reaudit_days", reaudit_days, ["audits"]),
    Measure("awaiting_reaudit", awaiting_reaudit_by_quarter, ["audits"]),
    Measure("awaiting_reaudit_again", awaiting_reaudit_again, ["audits"], interval=False),
    Measure("awaiting_reaudit_longest", awaiting_reaudit_longest, ["audits"]),
    Measure("multi_agency_families", multi_agency_families, ["multi_agency_audits"]),
    Measure("multi_agency_grade", multi_agency_grades, ["multi_agency_audits"], interval=False),
    Measure("multi_agency_theme", multi_agency_themes, ["multi_agency_audits"]),
    Measure("thematic_considered", thematic_considered, ["thematic_audits"]),
    Measure("thematic_children", thematic_children, ["thematic_audits"]),
    Measure("manager_qa_activities", manager_qa_activities, ["manager_qa"]),
    Measure("manager_qa_records", manager_qa_records, ["manager_qa"]),
    Measure("evidence", evidence_counts, ["audits", "sub_grades", "settings"]),
    Measure("findings", finding_counts, ["findings"], interval=False),
    Measure("finding_themes", finding_themes, ["findings"]),
    Measure("feedback", feedback_counts, ["feedback"], interval=False),
    Measure("feedback_source", feedback_sources, ["feedback"], interval=False),
    Measure("feedback_scored", feedback_scored, ["feedback"], interval=False),
    Measure("feedback_score", feedback_scores, ["feedback"]),
    Measure("actions", action_counts, ["actions"], interval=False),
    Measure("actions_agreed_later", actions_agreed_later, ["actions"], interval=False),
    Measure("actions_carried_over", carried_over_counts, ["actions"], interval=False),
    Measure("actions_carried_over_longest", carried_over_longest, ["actions"]),
    Measure("actions_completed_of_earlier", actions_completed_of_earlier, ["actions"]),
    Measure("action_days_open", partial(action_days, since="days_open"), ["actions"]),
    Measure("action_days_overdue", partial(action_days, since="days_overdue"), ["actions"]),
    Measure("learning_without_action", learning_without_action, ["findings", "actions"]),
    Measure("learning_returning", learning_returning, ["findings"]),
    Measure("change", headline_changes, ["audits", "sub_grades", "comparators"]),
)


def figures(data: Data, quarter: pd.Period) -> pd.DataFrame:
    """Return every figure of a quarter and of its comparator quarters, those of the project's own measures last.

    They are worked out once and kept in `data/processed`, until something that they follow from changes.

    Parameters
    ----------
    data
        The cleaned tables, and `settings.comparators`: how many quarters before this one are shown.
    quarter
        The quarter reported on.

    Returns
    -------
    DataFrame
        `quarter`, `month` (text: “2025-26 Q2”, “2025-09”; month empty for a whole quarter), `measure`,
        `level_of_need`, `category` (text), `count`, `denominator` (Int64), `percent`, `ci_low`, `ci_high` (float,
        0–100, unrounded), `value` (float) and `note` (text; “as printed” for a figure from history). In the order of
        `MEASURES`, then of quarters (earliest first), levels of need (`All` first) and categories.

    Raises
    ------
    InputError
        If the project's `measures.py` cannot be run, or one of its measures fails.

    Examples
    --------
    >>> MEASURES[0].name, COLUMNS[:3]
    ('audits_completed', ['quarter', 'month', 'measure'])
    """
    return kept(data, f"figures-{quarter_slug(quarter)}", lambda: _figures(data, quarter))


def measure(data: Data, name: str, quarter: pd.Period, by_month: bool = False) -> pd.DataFrame:
    """Return the table of one measure for a quarter and the quarters shown before it, printed history included.

    Parameters
    ----------
    data
        The cleaned tables and settings.
    name
        The measure's name, as in `figures.csv`.
    quarter
        The quarter reported on.
    by_month
        The measure by month instead, where it is also kept so.

    Returns
    -------
    DataFrame
        What the measure's function returns: `quarter` or `month` (periods), `level_of_need`, what it is counted by,
        `count`, `denominator`, `percent` (0–100), `ci_low`, `ci_high` and `note`.

    Raises
    ------
    KeyError
        If there is no such measure; the message names those there are.

    Examples
    --------
    >>> sorted({each.name for each in MEASURES if each.by_month})
    ['audits_completed', 'control_chart', 'good_or_better', 'inadequate']
    """
    measures = all_measures(data)
    for each in measures:
        if (each.name, each.by_month) == (name, by_month):
            return _table(each, data, quarters_shown(data, quarter))
    names = sorted({each.name for each in measures if each.by_month == by_month})
    raise KeyError(f"{name} is not a measure; there are {', '.join(names)}")


def all_measures(data: Data) -> list[Measure]:
    """Return the measures of `figures.csv`: the package's, then those in `MEASURES` of the project's `measures.py`.

    Raises
    ------
    InputError
        If that file cannot be run, or its list holds what is no measure, or one with a name that there is already.
    """
    known = list(MEASURES)
    for each in getattr(own(data.project), "MEASURES", ()):
        if not isinstance(each, Measure):
            raise InputError(f"{data.project / FILE}: MEASURES holds {each!r}. Write it as qa.Measure(…).")
        if (each.name, each.by_month) in {(other.name, other.by_month) for other in known}:
            raise InputError(f"{data.project / FILE}: there is a measure {each.name} already. Give yours another name.")
        known.append(each)
    return known


def quarters_shown(data: Data, quarter: pd.Period) -> list[pd.Period]:
    """Return the quarter and those shown before it, earliest first; none from before anything is known.

    Parameters
    ----------
    data
        With `audits`, `comparators` and `settings`.
    quarter
        The quarter reported on.

    Returns
    -------
    list of Period
        At most `settings.comparators` quarters, and the quarter itself.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> known = pd.DataFrame({"quarter": pd.period_range("2026Q1", "2026Q2", freq="Q-MAR")})
    >>> data = SimpleNamespace(audits=known, comparators=known, settings=SimpleNamespace(comparators=4))
    >>> [quarter_name(each) for each in quarters_shown(data, known["quarter"][1])]
    ['2025-26 Q1', '2025-26 Q2']
    """
    known = min([quarter, *data.audits["quarter"].dropna(), *data.comparators["quarter"].dropna()])
    return [each for each in run_up_to(quarter, data.settings.comparators) if each >= known]


def figures_csv(figures: pd.DataFrame) -> str:
    r"""Return figures as the text of `figures.csv`: the same bytes for the same figures.

    Lines end in LF; counts are written without a decimal point and other numbers in full; what is missing is
    blank, and no text can become a formula (see `files.csv_of`).

    Examples
    --------
    >>> table = pd.DataFrame({"category": ["=1+1", "Good"], "count": [8.0, 12.5], "denominator": [45, None]})
    >>> figures_csv(table.assign(percent=[17.5, None]))
    "category,count,denominator,percent\n'=1+1,8,45,17.5\nGood,12.5,,\n"
    """
    return csv_of(figures.assign(**{column: _without_point(figures[column]) for column in COUNTS}))


def write_figures(figures: pd.DataFrame, path: Path) -> None:
    """Write figures to `path` as `figures_csv` in UTF-8, whole or not at all.

    Raises
    ------
    InputError
        If the file may not be written.
    """
    write_text(path, figures_csv(figures))


def _figures(data: Data, quarter: pd.Period) -> pd.DataFrame:
    quarters = quarters_shown(data, quarter)
    rows = pd.concat([_rows(each, data, quarters) for each in all_measures(data)], ignore_index=True)
    return rows.assign(**{column: whole(rows[column]) for column in COUNTS})


def _table(measure: Measure, data: Data, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    tables = [getattr(data, name) for name in measure.made_from]
    if measure.by_month:
        return measure.table(*tables, [month for each in quarters for month in months_of(each)])
    table = measure.table(*tables, quarters)
    if "count" not in table:
        return table
    return with_printed(table, measure.name, data.comparators, tables[0], quarters=quarters, interval=measure.interval)


def _rows(measure: Measure, data: Data, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Return the rows of one measure, with the columns of `figures.csv`."""
    if measure in MEASURES:
        return _in_columns(measure, _table(measure, data, quarters), quarters)
    path = data.project / FILE
    try:
        return _in_columns(measure, _as_asked_for(_table(measure, data, quarters), measure, quarters), quarters)
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        where = f"{path}{line_in(path.resolve(), error)}"
        raise InputError(f"{where}: the measure {measure.name} failed. {reason}") from error


def _as_asked_for(table: pd.DataFrame, measure: Measure, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Return the table of a project's own measure, or raise ValueError where it says nothing, or what nobody asked."""
    if not {"count", "percent", "value"} & {*table.columns}:
        found = listed(str(column) for column in table.columns)
        raise ValueError(f"its table has no column count, percent or value; it has {found}")
    if not measure.by_month and (more := {*table["quarter"]} - {*quarters}):
        raise ValueError(f"it was not asked for {listed(quarter_name(each) for each in sorted(more))}")
    return table


def _in_columns(measure: Measure, table: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    if measure.by_month:
        table = table.assign(quarter=table["month"].dt.asfreq(quarters[0].freqstr), month=table["month"].astype("str"))
    table = table.assign(measure=measure.name, quarter=[quarter_name(each) for each in table["quarter"]])
    table = table.reindex(columns=COLUMNS).astype(dict.fromkeys(TEXTS, "str"))
    numbers = table.columns.difference(TEXTS)
    table = table.fillna({"level_of_need": ALL, **dict.fromkeys(["month", "category", "note"], "")})
    return table.astype(dict.fromkeys(numbers, "Float64")).astype(dict.fromkeys(numbers, "float64"))


def _without_point(numbers: pd.Series[float]) -> pd.Series[str]:
    written = [None if pd.isna(each) else str(int(each) if each == int(each) else float(each)) for each in numbers]
    return pd.Series(written, index=numbers.index, dtype="str")
