"""The sentences of the report that quote figures: from a metric's table to words, right for none, one and missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from qa_analysis.metrics.share import ALL
from qa_analysis.quarter import months_of, quarter_name
from qa_analysis.words import count_of, listed, percent, plural

if TYPE_CHECKING:
    from qa_analysis.settings import Settings
    from qa_analysis.store import Data

THE_QUARTER_BEFORE = "the quarter before"


def figure(table: pd.DataFrame, quarter: pd.Period, level: str = ALL, **cell: str) -> pd.Series[Any] | None:
    """Return the row of a metric's table for a quarter, a level of need and further columns, or None.

    Examples
    --------
    >>> quarters = pd.period_range("2026Q1", "2026Q2", freq="Q-MAR")
    >>> table = pd.DataFrame({"quarter": quarters, "level_of_need": "All", "count": [7, 8]})
    >>> int(figure(table, quarters[1])["count"]), figure(table, quarters[1], "EH")
    (8, None)
    """
    rows = table[table["quarter"] == quarter]
    wanted = ({"level_of_need": level} if "level_of_need" in table else {}) | cell
    for column, value in wanted.items():
        rows = rows[rows[column] == value]
    return rows.iloc[0] if len(rows) else None


def introduction(data: Data, quarter: pd.Period) -> str:
    """Return who the report is for and what it covers, in one or two sentences."""
    first, *_, last = months_of(quarter)
    return (
        f"This report tells the {data.settings.board} what quality assurance found in {quarter_name(quarter)} "
        f"({first:%B} to {last:%B %Y}) in the services of {data.settings.organisation}. It covers:"
    )


def audits_completed(completed: pd.DataFrame, quarter: pd.Period, settings: Settings) -> str:
    """Return how many audits were completed, by level of need, and of how many planned.

    Parameters
    ----------
    completed
        `quarter`, `level_of_need`, `count` and `denominator` (audits planned, missing where no plan says).
    quarter
        The quarter reported on.
    settings
        The names of the levels of need.
    """
    total, planned = counts(completed, quarter)
    if not total:
        return "No audit was completed."
    names = {level.code: level.name for level in settings.levels_of_need}
    by_level = {name: counts(completed, quarter, code) for code, name in names.items()}
    done = listed(f"{name} {count or 'none'}" for name, (count, _) in by_level.items())
    said = f"{plural(total, 'audit')} {was(total)} completed: {done}."
    if planned is None:
        return said
    short = [f"{name} {count} of {plan}" for name, (count, plan) in by_level.items() if plan and count < plan]
    which = f"Fewer than planned: {listed(short)}." if short else "No level of need fell short of its plan."
    return f"{said} {plural(planned, 'audit')} {was(planned)} planned: {count_of(total, planned)}. {which}"


def was(number: int) -> str:
    """Return “was” for one and “were” for any other number.

    Examples
    --------
    >>> was(1), was(0), was(2)
    ('was', 'were', 'were')
    """
    return "was" if number == 1 else "were"


def counts(table: pd.DataFrame, quarter: pd.Period, level: str = ALL, **cell: str) -> tuple[int, int | None]:
    """Return a row's count and denominator: 0 where there is no row, None where there is no denominator.

    Examples
    --------
    >>> quarters = pd.period_range("2026Q2", "2026Q2", freq="Q-MAR")
    >>> table = pd.DataFrame({"quarter": quarters, "level_of_need": "All", "count": [8], "denominator": [45]})
    >>> counts(table, quarters[0]), counts(table, quarters[0], "EH")
    ((8, 45), (0, None))
    """
    row = figure(table, quarter, level, **cell)
    if row is None:
        return 0, None
    count, denominator = row["count"], row.get("denominator")
    return 0 if pd.isna(count) else int(count), None if pd.isna(denominator) else int(denominator)


def share_with_the_quarter_before(table: pd.DataFrame, quarter: pd.Period, level: str = ALL) -> str:
    """Return a share with its counts, and the same of the quarter before, as a clause without a verdict.

    Examples
    --------
    >>> quarters = pd.period_range("2026Q1", "2026Q2", freq="Q-MAR")
    >>> table = pd.DataFrame({"quarter": quarters, "level_of_need": "All", "count": [7, 8], "denominator": [25, 45]})
    >>> share_with_the_quarter_before(table.assign(percent=[28.0, 17.8]), quarters[1])
    '8 of 45 (18%; the quarter before 7 of 25, 28%)'
    """
    count, denominator = counts(table, quarter, level)
    if not denominator:
        return "0 of 0"
    earlier = _earlier(figure(table, quarter - 1, level))
    before = f"; {THE_QUARTER_BEFORE} {earlier}" if earlier else ""
    return f"{count} of {denominator} ({percent(count, denominator)}{before})"


def _earlier(row: pd.Series[Any] | None) -> str:
    if row is None:
        return ""
    if pd.notna(row["denominator"]) and row["denominator"] > 0 and pd.notna(row["count"]):
        count, denominator = int(row["count"]), int(row["denominator"])
        return f"{count} of {denominator}, {percent(count, denominator)}"
    return f"{row['percent']:g}%, as printed" if pd.notna(row["percent"]) else ""


def moderation(
    moderated: pd.DataFrame, changed: pd.DataFrame, raised: pd.DataFrame, lowered: pd.DataFrame, quarter: pd.Period
) -> str:
    """Return how many audits were moderated, and in how many the grade was upheld, raised or lowered."""
    count, completed = counts(moderated, quarter)
    if not count or not completed:
        return "No audit was moderated."
    changes, up, down = (counts(table, quarter)[0] for table in (changed, raised, lowered))
    directions = f": {up} raised, {down} lowered" if changes else ""
    return (
        f"{count_of(count, completed)} audits {was(count)} moderated: a second reader checked the auditor's grade. "
        f"The grade was changed in {share_with_the_quarter_before(changed, quarter)}{directions}."
    )


def families(considered: pd.DataFrame, quarter: pd.Period) -> str:
    """Return how many families multi-agency audits considered, with the quarter before."""
    number, _ = counts(considered, quarter)
    if not number:
        return "No family was considered in a multi-agency audit."
    before, _ = counts(considered, quarter - 1)
    earlier = f" ({THE_QUARTER_BEFORE}: {before})" if figure(considered, quarter - 1) is not None else ""
    return f"{plural(number, 'family', 'families')} {was(number)} considered{earlier}."


def thematic_points(considered: pd.DataFrame, children: pd.DataFrame, quarter: pd.Period) -> list[tuple[str, str]]:
    """Return a point for each thematic audit: its theme, and how many of what were considered."""
    cared_for = {row["category"]: row["count"] for _, row in children[children["quarter"] == quarter].iterrows()}
    points = []
    for _, row in considered[(considered["quarter"] == quarter) & (considered["count"] > 0)].iterrows():
        theme, _, unit = str(row["category"]).partition(": ")
        of_theme = cared_for.pop(theme, None)
        caring = f", caring for {plural(int(of_theme), 'child', 'children')}" if of_theme else ""
        points.append((theme, f"{int(row['count'])} {unit}{caring}."))
    return points


def finding_points(findings: pd.DataFrame) -> list[str | tuple[str, str]]:
    """Return a point for each finding, with its theme where it has one."""
    return [
        (row["theme"], row["finding"]) if pd.notna(row["theme"]) else row["finding"] for _, row in findings.iterrows()
    ]


def actions_table(actions: pd.DataFrame) -> pd.DataFrame:
    """Return the actions as they are printed: one row a step, what was agreed on its first row."""
    shown = actions[["action", "step_detail", "lead", "timescale", "status"]].astype(object)
    return shown.mask(actions["action_id"].duplicated(), {"action": ""}).fillna("")
