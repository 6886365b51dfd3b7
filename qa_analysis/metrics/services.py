"""One service beside the rest, and its teams: for the pages of the levels of need."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from qa_analysis.matching import fold
from qa_analysis.metrics.share import ALL, share, tally

if TYPE_CHECKING:
    from qa_analysis.settings import Settings

NO_TEAM = "Not recorded"


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


def of_other_services(audits: pd.DataFrame, quarters: Sequence[pd.Period], flag: str) -> pd.DataFrame:
    """Share of the graded audits of all services but one for which a flag holds, by quarter and that one.

    Parameters
    ----------
    audits
        With `quarter`, `level_of_need`, `graded` (bool) and the column `flag` (boolean).
    quarters
        The quarters to show; all appear.
    flag
        `good_or_better` or `inadequate`.

    Returns
    -------
    DataFrame
        `quarter`, `level_of_need` (text; the one left out), `count`, `denominator` (int; graded audits of the others),
        `percent`, `ci_low`, `ci_high` (Wilson, 0–100).

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q2", "2026Q2", freq="Q-MAR"))
    >>> audits = pd.DataFrame({"quarter": quarters * 3, "graded": True, "good_or_better": [True, True, False]})
    >>> audits["level_of_need"] = pd.Categorical(["EH", "CL", "CL"], categories=["EH", "CL"], ordered=True)
    >>> of_other_services(audits, quarters, "good_or_better")[["level_of_need", "count", "denominator"]]
      level_of_need  count  denominator
    0            EH      1            2
    1            CL      1            1
    """
    graded = audits[audits["graded"]]
    others = {level: graded[graded["level_of_need"] != level] for level in audits["level_of_need"].cat.categories}
    tables = [
        share(rows, {"quarter": quarters}, where=rows[flag]).assign(level_of_need=level)
        for level, rows in others.items()
    ]
    columns = ["quarter", "level_of_need", "count", "denominator", "percent", "ci_low", "ci_high"]
    return pd.concat(tables).sort_values("quarter", kind="stable", ignore_index=True)[columns]


def team_audits(audits: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Audits completed by each team of each level of need: counts only, for a team has too few for shares.

    Parameters
    ----------
    audits
        With `quarter`, `level_of_need`, `team` (text) and `final_grade` (ordered categorical).
    quarters
        The quarters to show.

    Returns
    -------
    DataFrame
        `quarter`, `level_of_need`, `category` (text; the team) and `count` (int); a row where a team has audits.

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q2", "2026Q2", freq="Q-MAR"))
    >>> audits = pd.DataFrame({"quarter": quarters * 3, "team": ["North", None, "North"]})
    >>> audits["level_of_need"] = pd.Categorical(["EH"] * 3, categories=["EH"], ordered=True)
    >>> audits["final_grade"] = pd.Categorical(["Good", "Weak", None], categories=["Good", "Weak"], ordered=True)
    >>> team_audits(audits, quarters)[["level_of_need", "category", "count"]]
      level_of_need      category  count
    0            EH         North      2
    1            EH  Not recorded      1
    """
    rows = _with_team(audits, quarters)
    counts = tally(rows, _by_team(rows, quarters))
    return counts[counts["count"] > 0].rename(columns={"team": "category"}).reset_index(drop=True)


def team_grades(audits: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Audits of each team by final grade: counts only, for a team has too few for shares.

    Parameters
    ----------
    audits, quarters
        As in `team_audits`.

    Returns
    -------
    DataFrame
        `quarter`, `level_of_need`, `category` (text: “North: Good”; every grade, best first) and `count` (int).

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q2", "2026Q2", freq="Q-MAR"))
    >>> audits = pd.DataFrame({"quarter": quarters * 2, "team": "North"})
    >>> audits["level_of_need"] = pd.Categorical(["EH"] * 2, categories=["EH"], ordered=True)
    >>> audits["final_grade"] = pd.Categorical(["Good", None], categories=["Good", "Weak"], ordered=True)
    >>> team_grades(audits, quarters)[["level_of_need", "category", "count"]]
      level_of_need     category  count
    0            EH  North: Good      1
    1            EH  North: Weak      0
    """
    rows = _with_team(audits, quarters)
    by = _by_team(rows, quarters)
    counts = tally(rows, {**by, "final_grade": list(audits["final_grade"].cat.categories)})
    with_audits = team_audits(audits, quarters).rename(columns={"category": "team"})[list(by)]
    found = with_audits.merge(counts, on=list(by), how="left")
    found.insert(2, "category", found["team"] + ": " + found["final_grade"])
    return found.drop(columns=["team", "final_grade"])


def _with_team(audits: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Return the audits of the quarters, with a name for the team that was not recorded."""
    rows = audits[audits["quarter"].isin(quarters)]
    return rows.assign(team=rows["team"].astype("str").fillna(NO_TEAM))


def _by_team(rows: pd.DataFrame, quarters: Sequence[pd.Period]) -> dict[str, Sequence[object]]:
    levels = list(rows["level_of_need"].cat.categories)
    return {"quarter": quarters, "level_of_need": levels, "team": _in_order(rows["team"])}


def _in_order(teams: pd.Series[str]) -> list[str]:
    """Return the teams in alphabetical order, the one that was not recorded last."""
    return sorted(teams.unique(), key=lambda team: (team == NO_TEAM, team.casefold()))


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
    teams = rows["team"].astype("str").fillna(NO_TEAM)
    grades = pd.crosstab(teams, rows["final_grade"], dropna=False)
    named = {grade: grades.get(grade, 0) for grade in rows["final_grade"].cat.categories}
    counts = pd.DataFrame({"audits": teams.value_counts(), **named}).reindex(_in_order(teams)).fillna(0).astype(int)
    return counts.rename_axis("team").reset_index()


def of_service(activities: pd.DataFrame, level: str, settings: Settings) -> pd.DataFrame:
    """Return managers' activities whose service area is a level of need, by its code or any of its names.

    Parameters
    ----------
    activities
        With `service_area` (text).
    level
        The code of the level of need.
    settings
        The names of the levels of need.

    Returns
    -------
    DataFrame
        The rows of that service.

    Examples
    --------
    >>> from pathlib import Path
    >>> from qa_analysis.settings import load_settings
    >>> activities = pd.DataFrame({"service_area": ["Early help", "EH", "Care Leavers", None]})
    >>> of_service(activities, "EH", load_settings(Path())).index.tolist()
    [0, 1]
    """
    (mine,) = (each for each in settings.levels_of_need if each.code == level)
    names = {fold(name) for name in (mine.code, mine.name, *mine.aliases)}
    return activities[activities["service_area"].map(fold, na_action="ignore").isin(names)]


def by_area_and_level(shares: pd.DataFrame, quarter: pd.Period, level: str = ALL) -> pd.DataFrame:
    """Sub-grades Good or better of those graded: a row for each practice area, a column for each level of need.

    Parameters
    ----------
    shares
        As `metrics.practice.sub_grades_good_or_better` returns them.
    quarter
        The quarter reported on.
    level
        The code of a level of need, to show that one alone.

    Returns
    -------
    DataFrame
        `practice_area` (text), a text column for the whole service and for each level of need, such as “3 of 8”, and
        `the_quarter_before` (text; of the whole service, or of the one level); missing where nothing was graded.

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q1", "2026Q2", freq="Q-MAR"))
    >>> shares = pd.DataFrame({"quarter": [*quarters, quarters[1]], "level_of_need": ["All", "All", "EH"]})
    >>> shares = shares.assign(practice_area="Plans", count=[7, 8, 0], denominator=[25, 45, 0])
    >>> by_area_and_level(shares, quarters[1])
      practice_area      All  EH the_quarter_before
    0         Plans  8 of 45 NaN            7 of 25
    """
    rows = shares if level == ALL else shares[shares["level_of_need"] == level]
    text = rows["count"].astype("str") + " of " + rows["denominator"].astype("str")
    cells = rows.assign(cell=text.where(rows["denominator"] > 0)).set_index(["practice_area", "level_of_need"])
    now, before = (cells.loc[cells["quarter"] == each, "cell"].unstack(sort=False) for each in (quarter, quarter - 1))
    wide = now.rename_axis(columns=None).assign(the_quarter_before=before.get(level))
    return wide.reset_index()
