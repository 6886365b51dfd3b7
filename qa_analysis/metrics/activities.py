"""What was done besides the monthly programme: multi-agency and thematic audits, managers' activities, feedback.

Names that differ in case, spacing and punctuation only are one: “Life  story-work” is “Life Story Work”, shown as first
written.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from qa_analysis.metrics.share import (
    as_first_written,
    by_quarter_and_level,
    distribution,
    in_order_met,
    tally,
    told_apart,
    whole,
)
from qa_analysis.metrics.themes import theme_counts


def multi_agency_families(multi_agency_audits: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Families considered in multi-agency audits, each counted once a quarter.

    Parameters
    ----------
    multi_agency_audits
        With `quarter` and `family_reference` (text), one row for each family and audit.
    quarters
        The quarters to show; all appear.

    Returns
    -------
    DataFrame
        `quarter` and `count` (int; families).

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q1", "2026Q2", freq="Q-MAR"))
    >>> audits = pd.DataFrame({"quarter": quarters[1:] * 3, "family_reference": ["F-1", "F-2", "f-1 "]})
    >>> multi_agency_families(audits, quarters)
      quarter  count
    0  2026Q1      0
    1  2026Q2      2
    """
    families = multi_agency_audits.assign(family=_folded(multi_agency_audits["family_reference"]))
    return tally(families.drop_duplicates(["quarter", "family"]), {"quarter": quarters})


def multi_agency_grades(multi_agency_audits: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Grades of multi-agency audits, of those that were given one.

    Parameters
    ----------
    multi_agency_audits
        With `quarter` and `overall_grade` (ordered categorical), one row for each family and audit.
    quarters
        The quarters to show; one without a graded audit has no row.

    Returns
    -------
    DataFrame
        `quarter`, `category` (text; every grade, best first), `count`, `denominator` (int; audits with a grade),
        `percent` (float, 0–100), and `ci_low` and `ci_high`, which are NaN: these are all of them.

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q2", "2026Q2", freq="Q-MAR"))
    >>> audits = pd.DataFrame({"quarter": quarters * 3})
    >>> audits["overall_grade"] = pd.Categorical(["Good", None, "Good"], categories=["Good", "Weak"], ordered=True)
    >>> multi_agency_grades(audits, quarters)[["category", "count", "denominator"]]
      category  count  denominator
    0     Good      2            2
    1     Weak      0            2
    """
    graded = multi_agency_audits.dropna(subset="overall_grade")
    grades = distribution(graded, {"quarter": quarters}, of="overall_grade", interval=False)
    return grades[grades["denominator"] > 0].reset_index(drop=True)


def multi_agency_themes(multi_agency_audits: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Multi-agency audits by their theme.

    Parameters
    ----------
    multi_agency_audits
        With `quarter` and `theme` (text), one row for each family and audit; those without a theme are left out.
    quarters
        The quarters to show; a theme has a row for each that it was audited in.

    Returns
    -------
    DataFrame
        `quarter`, `category` (text; the theme, as first written; the commonest first) and `count` (int; audits).

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q2", "2026Q2", freq="Q-MAR"))
    >>> audits = pd.DataFrame({"quarter": quarters * 3, "theme": ["Neglect", "Exploitation", "neglect "]})
    >>> multi_agency_themes(audits, quarters)
      quarter      category  count
    0  2026Q2       Neglect      2
    1  2026Q2  Exploitation      1
    """
    counted = theme_counts(multi_agency_audits, quarters).rename(columns={"theme": "category"})
    some = counted[counted["count"] > 0]
    ordered = some.sort_values(["quarter", "count"], ascending=[True, False], kind="stable", ignore_index=True)
    return ordered[["quarter", "category", "count"]]


def thematic_considered(thematic_audits: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Numbers considered in thematic audits; rows of the same quarter, theme and unit are added up.

    Parameters
    ----------
    thematic_audits
        With `date`, `quarter`, `theme`, `unit` (text) and `number_considered` (number).
    quarters
        The quarters to show. A quarter has a row for each theme and unit that it had, and none for others':
        that a theme was not audited is not that none was considered.

    Returns
    -------
    DataFrame
        `quarter`, `theme`, `unit`, `category` (text: “Fostering: fostering families”) and `count` (Int64; how many
        of the unit), in the order in which the themes were first audited.

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q2", "2026Q2", freq="Q-MAR"))
    >>> audits = pd.DataFrame({"date": pd.to_datetime(["2025-07-01", "2025-08-01"]), "quarter": quarters * 2})
    >>> audits = audits.assign(theme=["Fostering", "fostering "], unit="families", number_considered=[5, 3])
    >>> thematic_considered(audits, quarters)
      quarter      theme      unit             category  count
    0  2026Q2  Fostering  families  Fostering: families      8
    """
    rows = _named_once(thematic_audits, ["theme", "unit"], quarters)
    added = _added_up(rows, ["quarter", "theme", "unit"], "number_considered")
    added.insert(3, "category", added["theme"] + ": " + added["unit"])
    return added


def thematic_children(thematic_audits: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Children cared for by those considered in thematic audits, added up by quarter and theme.

    Parameters
    ----------
    thematic_audits
        With `date`, `quarter`, `theme` (text) and `children` (number; missing where children are not counted).
    quarters
        The quarters to show. A quarter has a row for each theme for which children were counted.

    Returns
    -------
    DataFrame
        `quarter`, `category` (text; the theme) and `count` (Int64; children), in the order in which the themes
        were first audited.

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q2", "2026Q2", freq="Q-MAR"))
    >>> audits = pd.DataFrame({"date": pd.to_datetime(["2025-07-01", "2025-08-01"]), "quarter": quarters * 2})
    >>> audits = audits.assign(theme=["Fostering", "Life story work"], children=[13, None])
    >>> thematic_children(audits, quarters)
      quarter   category  count
    0  2026Q2  Fostering     13
    """
    rows = _named_once(thematic_audits, ["theme"], quarters).rename(columns={"theme": "category"})
    return _added_up(rows, ["quarter", "category"], "children")


def manager_qa_activities(manager_qa: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Count managers' quality-assurance activities by quarter.

    Parameters
    ----------
    manager_qa
        With `quarter`, one row for each activity.
    quarters
        The quarters to show; all appear.

    Returns
    -------
    DataFrame
        `quarter` and `count` (int; activities).

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q1", "2026Q2", freq="Q-MAR"))
    >>> manager_qa_activities(pd.DataFrame({"quarter": quarters[1:] * 6}), quarters)
      quarter  count
    0  2026Q1      0
    1  2026Q2      6
    """
    return tally(manager_qa, {"quarter": quarters})


def manager_qa_records(manager_qa: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Count the records that managers looked at, by quarter and activity.

    Parameters
    ----------
    manager_qa
        With `quarter`, `activity` (text) and `records` (number; missing where none is given).
    quarters
        The quarters to show. An activity without a number has no row.

    Returns
    -------
    DataFrame
        `quarter`, `category` (text; the activity, with a number where another has the same name) and `count` (Int64).

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q2", "2026Q2", freq="Q-MAR"))
    >>> rows = pd.DataFrame({"quarter": quarters * 3, "activity": ["Plans", "Plans", "Visits"]})
    >>> rows["records"] = [12, 9, None]
    >>> manager_qa_records(rows, quarters)
      quarter   category  count
    0  2026Q2      Plans     12
    1  2026Q2  Plans (2)      9
    """
    rows = manager_qa[manager_qa["quarter"].isin(quarters)]
    named = rows.assign(category=told_apart(rows["activity"].astype("str"), rows["quarter"]), count=rows["records"])
    known = named.dropna(subset="count").sort_values("quarter", kind="stable", ignore_index=True)
    return known.assign(count=whole(known["count"]))[["quarter", "category", "count"]]


def feedback_counts(feedback: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Count quotes by quarter, level of need and tone.

    Parameters
    ----------
    feedback
        With `quarter`, `level_of_need` and `tone` (categorical), one row for each quote.
    quarters
        The quarters to show; all appear.

    Returns
    -------
    DataFrame
        `quarter`, `level_of_need` (text; `All` first: every quote, of whatever level), `category` (text; every tone, in
        lower case), `count` and `denominator` (int; quotes), `percent` (float, 0–100), and `ci_low` and `ci_high`,
        which are NaN: quotes are picked, not a sample.

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q2", "2026Q2", freq="Q-MAR"))
    >>> tone = pd.Categorical(["Positive"] * 3, categories=["Positive", "Learning"])
    >>> quotes = pd.DataFrame({"quarter": quarters * 3, "tone": tone})
    >>> quotes["level_of_need"] = pd.Categorical(["EH", "EH", None], categories=["EH"], ordered=True)
    >>> feedback_counts(quotes, quarters)[["level_of_need", "category", "count", "denominator"]]
      level_of_need  category  count  denominator
    0           All  positive      3            3
    1           All  learning      0            3
    2            EH  positive      2            2
    3            EH  learning      0            2
    """
    by = by_quarter_and_level(feedback, quarters)
    counts = distribution(feedback, by, of="tone", interval=False)
    return counts.assign(category=counts["category"].str.lower())


def _folded(text: pd.Series[str]) -> pd.Series[str]:
    """Return references without case and spacing; their punctuation tells them apart."""
    return text.map(lambda each: "".join(each.split()).casefold())


def _named_once(rows: pd.DataFrame, columns: list[str], quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Return the rows of the quarters in order of their dates, every name spelled as it is first."""
    kept = rows[rows["quarter"].isin(quarters)].sort_values("date", kind="stable")
    return kept.assign(**{name: as_first_written(kept[name]) for name in columns})


def _added_up(rows: pd.DataFrame, by: list[str], number: str) -> pd.DataFrame:
    """Add up a column by `by`; cells without any number have no row."""
    sums = rows.groupby(by, sort=False)[number].sum(min_count=1).rename("count").reset_index().dropna()
    return in_order_met(sums.assign(count=whole(sums["count"])), by)
