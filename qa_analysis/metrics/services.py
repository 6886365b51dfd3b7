"""One service beside the rest, and its teams: for the pages of the levels of need."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from qa_analysis.metrics.share import share

if TYPE_CHECKING:
    from qa_analysis.settings import Settings


def beside_the_rest(audits: pd.DataFrame, quarter: pd.Period, level: str, settings: Settings) -> pd.DataFrame:
    """Share of graded audits that are Good or better, and Inadequate, for one level of need and for all the others.

    The others do not contain the level, so that the two are apart; nothing is tested.

    Parameters
    ----------
    audits
        With `quarter`, `level_of_need`, `graded` (bool), `good_or_better` and `inadequate` (boolean).
    quarter
        The quarter reported on.
    level
        The code of the level of need.
    settings
        What the grades are called.

    Returns
    -------
    DataFrame
        `measure` (text: “Good or better”, “Inadequate”), `service` (“This service”, “The other services”), `count`,
        `denominator` (int; graded audits), `percent`, `ci_low`, `ci_high` (Wilson, 0–100).

    Examples
    --------
    >>> from pathlib import Path
    >>> from qa_analysis.settings import load_settings
    >>> quarter = pd.Period("2026Q2", freq="Q-MAR")
    >>> audits = pd.DataFrame({"quarter": [quarter] * 3, "level_of_need": ["EH", "CL", "CL"], "graded": True})
    >>> audits["good_or_better"], audits["inadequate"] = [True, True, False], False
    >>> beside_the_rest(audits, quarter, "CL", load_settings(Path()))[["service", "count", "denominator"]].head(2)
                       service  count  denominator
    0             This service      1            2
    1  The other services      1            1
    """
    graded = audits[(audits["quarter"] == quarter) & audits["graded"]]
    mine = (graded["level_of_need"] == level).map({True: "This service", False: "The other services"})
    rows = graded.assign(service=mine)
    by = {"service": ["This service", "The other services"]}
    called = {"good_or_better": settings.good_words, "inadequate": settings.failing_words}
    tables = [share(rows, by, where=rows[flag]).assign(measure=words) for flag, words in called.items()]
    return pd.concat(tables, ignore_index=True)[
        ["measure", *by, "count", "denominator", "percent", "ci_low", "ci_high"]
    ]


def grades_by_team(audits: pd.DataFrame, quarter: pd.Period) -> pd.DataFrame:
    """Audits of each team by final grade: counts only, for a team has too few audits for shares.

    Parameters
    ----------
    audits
        With `quarter`, `team` (text) and `final_grade` (ordered categorical).
    quarter
        The quarter reported on.

    Returns
    -------
    DataFrame
        `team` (text, in alphabetical order; “Not recorded” last), `audits` (int) and a column of counts for each
        grade; ungraded audits are in `audits` only.

    Examples
    --------
    >>> quarter = pd.Period("2026Q2", freq="Q-MAR")
    >>> audits = pd.DataFrame({"quarter": [quarter] * 3, "team": ["North", None, "North"]})
    >>> audits["final_grade"] = pd.Categorical(["Good", "Weak", None], categories=["Good", "Weak"], ordered=True)
    >>> grades_by_team(audits, quarter)
               team  audits  Good  Weak
    0         North       2     1     0
    1  Not recorded       1     0     1
    """
    rows = audits[audits["quarter"] == quarter]
    teams = rows["team"].astype("str").fillna("Not recorded")
    order = sorted(teams.unique(), key=lambda team: (team == "Not recorded", team.casefold()))
    grades = pd.crosstab(teams, rows["final_grade"], dropna=False)
    named = {grade: grades.get(grade, 0) for grade in rows["final_grade"].cat.categories}
    counts = pd.DataFrame({"audits": teams.value_counts(), **named}).reindex(order).fillna(0).astype(int)
    return counts.rename_axis("team").reset_index()


def by_area_and_level(shares: pd.DataFrame, quarter: pd.Period) -> pd.DataFrame:
    """Sub-grades Good or better of those graded, one row a practice area and one column a level of need.

    Parameters
    ----------
    shares
        As `metrics.practice.sub_grades_good_or_better` returns them.
    quarter
        The quarter reported on.

    Returns
    -------
    DataFrame
        `practice_area` (text) and a text column for each level of need and for the whole service, such as
        “3 of 8”; empty where nothing was graded.

    Examples
    --------
    >>> quarter = pd.Period("2026Q2", freq="Q-MAR")
    >>> shares = pd.DataFrame({"quarter": [quarter] * 2, "level_of_need": ["All", "EH"], "practice_area": "Plans"})
    >>> by_area_and_level(shares.assign(count=[8, 3], denominator=[45, 0], percent=[17.8, None]), quarter).shape[0]
    1
    """
    rows = shares[shares["quarter"] == quarter]
    text = rows["count"].astype("str") + " of " + rows["denominator"].astype("str")
    cells = rows.assign(cell=text.where(rows["denominator"] > 0))
    wide = cells.pivot_table(index="practice_area", columns="level_of_need", values="cell", aggfunc="first", sort=False)
    return wide.reindex(columns=list(dict.fromkeys(rows["level_of_need"]))).rename_axis(columns=None).reset_index()
