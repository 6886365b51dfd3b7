"""What the written texts speak of over time: which themes come back, which are gone, and which actions answer them.

Themes are the same when they differ in case, spacing and punctuation only; each is shown as it was first written.
A theme is counted as it was recorded: that it is gone means that nobody wrote it down, not that it was solved.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import pandas as pd

from qa_analysis.matching import fold
from qa_analysis.metrics.actions import action_states
from qa_analysis.metrics.share import as_first_written, each_quarter, tally, with_whole_service

_NO_THEMES = pd.DataFrame(columns=["theme", "count", "level_of_need"])
_NO_RETURNING = _NO_THEMES.assign(denominator=None)


def unaddressed_themes(findings: pd.DataFrame, actions: pd.DataFrame, quarter: pd.Period) -> pd.DataFrame:
    """Themes of a quarter's learning that no action of the quarter has.

    Themes are the same when they differ in case, spacing and punctuation only. Findings without a theme are left out.

    Parameters
    ----------
    findings
        With `quarter`, `type` (Strength, Learning) and `theme` (text).
    actions
        With `quarter` and `theme` (text).
    quarter
        The quarter reported on.

    Returns
    -------
    DataFrame
        `theme` (text, as first written) and `count` (int; findings of learning), the most frequent first.

    Examples
    --------
    >>> quarter = pd.Period("2026Q2", freq="Q-MAR")
    >>> findings = pd.DataFrame({"quarter": [quarter] * 3, "type": "Learning", "theme": ["Visits", "visits ", "Plans"]})
    >>> unaddressed_themes(findings, pd.DataFrame({"quarter": [quarter], "theme": ["plans"]}), quarter)
        theme  count
    0  Visits      2
    """
    learning = findings[(findings["quarter"] == quarter) & (findings["type"] == "Learning")].dropna(subset="theme")
    addressed = actions.loc[actions["quarter"] == quarter, "theme"].dropna().map(fold)
    folded = learning["theme"].map(fold)
    unaddressed = learning["theme"][~folded.isin(addressed)].str.strip()
    by_theme = unaddressed.groupby(folded, sort=False)
    themes = pd.DataFrame({"theme": by_theme.first(), "count": by_theme.size()})
    return themes.sort_values("count", ascending=False, kind="stable", ignore_index=True)


def learning_without_action(
    findings: pd.DataFrame, actions: pd.DataFrame, quarters: Sequence[pd.Period]
) -> pd.DataFrame:
    """Count the findings of learning under each theme that no action of the same quarter has.

    Parameters
    ----------
    findings, actions
        As in `unaddressed_themes`; findings with `level_of_need` (ordered categorical).
    quarters
        The quarters to show; one whose themes all have an action has no row.

    Returns
    -------
    DataFrame
        `quarter`, `level_of_need` (text; `All` first), `category` (text; the theme) and `count` (int; findings).

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q2", "2026Q2", freq="Q-MAR"))
    >>> findings = pd.DataFrame({"quarter": quarters * 2, "type": "Learning", "theme": ["Visits", "Plans"]})
    >>> findings["level_of_need"] = pd.Categorical(["EH", None], categories=["EH"], ordered=True)
    >>> learning_without_action(findings, pd.DataFrame({"quarter": quarters, "theme": ["plans"]}), quarters)
      quarter level_of_need category  count
    0  2026Q2           All   Visits      1
    1  2026Q2            EH   Visits      1
    """
    by_level = with_whole_service(findings).groupby("level_of_need", observed=True)

    def unaddressed(quarter: pd.Period) -> pd.DataFrame:
        themes = {level: unaddressed_themes(rows, actions, quarter) for level, rows in by_level}
        return pd.concat([table.assign(level_of_need=level) for level, table in themes.items()] or [_NO_THEMES])

    themes = each_quarter(unaddressed, quarters)
    return themes.rename(columns={"theme": "category"})[["quarter", "level_of_need", "category", "count"]]


def returning_themes(findings: pd.DataFrame, quarter: pd.Period) -> pd.DataFrame:
    """Themes of a quarter's learning that were learning in earlier quarters, too.

    Parameters
    ----------
    findings
        With `quarter`, `type` (Strength, Learning) and `theme` (text).
    quarter
        The quarter reported on.

    Returns
    -------
    DataFrame
        `theme` (text, as first written), `count` and `denominator` (int; quarters with learning under that theme, and
        with any learning under a theme, up to this one), those in the most quarters first.

    Examples
    --------
    >>> returning_themes(_findings(), pd.Period("2026Q2", freq="Q-MAR"))
        theme  count  denominator
    0  Visits      2            2
    """
    learning = findings[(findings["type"] == "Learning") & (findings["quarter"] <= quarter)].dropna(subset="theme")
    quarters = sorted(set(learning["quarter"]))
    if not quarters:
        return pd.DataFrame({"theme": [], "count": [], "denominator": []}).astype({"theme": "str"})
    again = recurring_themes(learning, quarters)
    again = again[again["last"] == quarter].reset_index(drop=True)
    return again[["theme"]].assign(count=again["quarters"], denominator=len(quarters))


def learning_returning(findings: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Count the quarters in which each theme of `returning_themes` was learning, by quarter and level of need.

    Parameters
    ----------
    findings
        As in `returning_themes`, with `level_of_need` (ordered categorical).
    quarters
        The quarters to show; one to which no theme returned has no row.

    Returns
    -------
    DataFrame
        `quarter`, `level_of_need` (text; `All` first), `category` (text; the theme), `count` and `denominator` (int;
        quarters).

    Examples
    --------
    >>> findings = _findings().assign(level_of_need=pd.Categorical(["EH"] * 4, categories=["EH"], ordered=True))
    >>> learning_returning(findings, list(pd.period_range("2026Q1", "2026Q2", freq="Q-MAR")))
      quarter level_of_need category  count  denominator
    0  2026Q2           All   Visits      2            2
    1  2026Q2            EH   Visits      2            2
    """
    by_level = with_whole_service(findings).groupby("level_of_need", observed=True)

    def returning(quarter: pd.Period) -> pd.DataFrame:
        themes = {level: returning_themes(rows, quarter) for level, rows in by_level}
        return pd.concat([table.assign(level_of_need=level) for level, table in themes.items()] or [_NO_RETURNING])

    themes = each_quarter(returning, quarters).rename(columns={"theme": "category"})
    themes = themes.astype({"level_of_need": "str", "count": "int64", "denominator": "int64"})
    return themes[["quarter", "level_of_need", "category", "count", "denominator"]]


def theme_counts(rows: pd.DataFrame, quarters: Sequence[pd.Period], by: str = "theme") -> pd.DataFrame:
    """Count findings, or quotes, by quarter and theme.

    Parameters
    ----------
    rows
        With `quarter` and the column `by` (text); rows without a value there are left out.
    quarters
        The quarters to show; all appear.
    by
        The column to count by: `theme` of findings or actions, `source` or `tone` of feedback.

    Returns
    -------
    DataFrame
        The column `by` (text), `quarter` and `count` (int), every combination; the most frequent theme first.

    Examples
    --------
    >>> theme_counts(_findings(), list(pd.period_range("2026Q1", "2026Q2", freq="Q-MAR")))
         theme quarter  count
    0   Visits  2026Q1      1
    1   Visits  2026Q2      2
    2  Stories  2026Q1      1
    3  Stories  2026Q2      0
    """
    named = _named(rows, quarters, by)
    order = named[by].value_counts(sort=False).sort_values(ascending=False, kind="stable").index
    return tally(named, {by: list(order), "quarter": quarters}).astype({by: "str"})


def recurring_themes(findings: pd.DataFrame, quarters: Sequence[pd.Period], fewest: int = 2) -> pd.DataFrame:
    """Themes that were written down in several of the quarters.

    Parameters
    ----------
    findings
        With `quarter` and `theme` (text).
    quarters
        The quarters looked at.
    fewest
        In how many of them a theme must occur.

    Returns
    -------
    DataFrame
        `theme` (text), `quarters` (int; in how many), `count` (int; findings), `first` and `last` (periods); those in
        the most quarters first, then those with the most findings.

    Examples
    --------
    >>> recurring_themes(_findings(), list(pd.period_range("2026Q1", "2026Q2", freq="Q-MAR")))
        theme  quarters  count   first    last
    0  Visits         2      3  2026Q1  2026Q2
    """
    spans = _spans(findings, quarters)
    return spans[spans["quarters"] >= fewest].reset_index(drop=True)


def no_longer_said(findings: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Themes of earlier quarters that nobody wrote down in the last one.

    Parameters
    ----------
    findings
        With `quarter` and `theme` (text).
    quarters
        The quarters looked at, earliest first.

    Returns
    -------
    DataFrame
        As `recurring_themes`, the latest said first.

    Examples
    --------
    >>> no_longer_said(_findings(), list(pd.period_range("2026Q1", "2026Q2", freq="Q-MAR")))
         theme  quarters  count   first    last
    0  Stories         1      1  2026Q1  2026Q1
    """
    spans = _spans(findings, quarters)
    gone = spans[spans["last"] < quarters[-1]]
    return gone.sort_values("last", ascending=False, kind="stable", ignore_index=True)


def actions_by_theme(findings: pd.DataFrame, actions: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Themes of learning beside the actions that name them.

    Parameters
    ----------
    findings
        With `quarter`, `type` (Strength, Learning) and `theme` (text).
    actions
        As for `metrics.actions.action_states`.
    quarters
        The quarters looked at, earliest first. The state of an action is that at the end of the last one.

    Returns
    -------
    DataFrame
        One row for each theme and action: `theme` (text), `findings` (int; of learning), `action` (text; missing
        where no action of these quarters names the theme), `raised_in` (the action's quarter) and `state` (text). The
        themes with the most findings come first.

    Examples
    --------
    >>> actions = pd.DataFrame({"action_id": ["A1"], "action": "Plan visits", "theme": "visits", "step": 1.0})
    >>> actions = actions.assign(quarter=pd.Period("2026Q2", freq="Q-MAR"), raised=pd.Timestamp(2025, 7, 1))
    >>> actions = actions.assign(due=pd.NaT, status="Open", completed=pd.NaT, step_detail="", lead="", timescale="TBC")
    >>> themes = actions_by_theme(_findings(), actions, list(pd.period_range("2026Q1", "2026Q2", freq="Q-MAR")))
    >>> themes[["theme", "findings", "action", "state"]]
         theme  findings       action    state
    0   Visits         3  Plan visits  no date
    1  Stories         1          NaN      NaN
    """
    learning = _spans(findings[findings["type"] == "Learning"], quarters)
    learning = learning.sort_values("count", ascending=False, kind="stable").rename(columns={"count": "findings"})
    states = action_states(actions, quarters[-1])
    states = states[states["quarter"].isin(quarters)].dropna(subset="theme")
    named = states.assign(key=states["theme"].map(fold), state=states["state"].astype("str"))
    named = named.rename(columns={"quarter": "raised_in"})[["key", "action", "raised_in", "state"]]
    themes = learning.assign(key=learning["theme"].map(fold))[["key", "theme", "findings"]]
    return themes.merge(named, on="key", how="left").drop(columns="key")


def mentions(rows: pd.DataFrame, column: str, word: str) -> pd.DataFrame:
    """Return the rows whose text has a word that begins with `word`, whatever its case.

    Parameters
    ----------
    rows
        Findings, feedback or any other table with a text column.
    column
        The column to look in, such as `finding` or `quote`.
    word
        A word or its beginning; `visit` finds “visits” and “Visited”. All rows where it is empty.

    Returns
    -------
    DataFrame
        The rows found, as they were.

    Examples
    --------
    >>> said = pd.DataFrame({"quote": ["She visited us.", "We moved to a revisited plan.", None]})
    >>> mentions(said, "quote", "Visit")["quote"].tolist()
    ['She visited us.']
    """
    if not word.strip():
        return rows
    form = re.compile(rf"\b{re.escape(word.strip())}", re.IGNORECASE)
    found = rows[column].map(lambda text: bool(form.search(text)), na_action="ignore")
    return rows[found.fillna(False).astype(bool)]


def _named(rows: pd.DataFrame, quarters: Sequence[pd.Period], by: str) -> pd.DataFrame:
    """Return the rows of the quarters that have a value in `by`, every value as it was first written."""
    kept = rows[rows["quarter"].isin(quarters)].dropna(subset=by).sort_values("quarter", kind="stable")
    return kept.assign(**{by: as_first_written(kept[by])})


def _spans(findings: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Return for each theme in how many quarters it occurs, how often, and first and last in which."""
    by_theme = _named(findings, quarters, "theme").groupby("theme", sort=False)["quarter"]
    found = by_theme.agg(quarters="nunique", count="size", first="min", last="max").reset_index()
    return found.sort_values(["quarters", "count"], ascending=False, kind="stable", ignore_index=True)


def _findings() -> pd.DataFrame:
    """Return four findings of two quarters, for the examples."""
    quarters = pd.PeriodIndex(["2026Q1", "2026Q1", "2026Q2", "2026Q2"], freq="Q-MAR")
    themes = ["Visits", "Stories", "visits", "Visits "]
    return pd.DataFrame({"quarter": quarters, "type": "Learning", "theme": themes, "finding": "Short."})
