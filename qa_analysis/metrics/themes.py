"""What the written texts speak of over time: which themes come back, which are gone, and which actions answer them.

Themes are the same when they differ in case, spacing and punctuation only; each is shown as it was first written. What
stands under several themes counts under each of them.
A theme is counted as it was recorded: that it is gone means that nobody wrote it down, not that it was solved.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby, product
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from qa_analysis.metrics.actions import action_states, at_the_ends, new_or_open
from qa_analysis.metrics.measure import Measure, Population
from qa_analysis.metrics.share import as_first_written, levels, one_theme_a_row, tally, truths, with_whole_service
from qa_analysis.text import fold, through_different

if TYPE_CHECKING:
    from qa_analysis.store.data import Data


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
    states = one_theme_a_row(states[states["quarter"].isin(quarters)].dropna(subset="theme"))
    named = states.assign(key=_folded(states["theme"]), state=states["state"].astype("str"))
    named = named.rename(columns={"quarter": "raised_in"})[["key", "action", "raised_in", "state"]]
    themes = learning.assign(key=_folded(learning["theme"]))[["key", "theme", "findings"]]
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
    return rows[truths(found)]


def _named(rows: pd.DataFrame, quarters: Sequence[pd.Period], by: str) -> pd.DataFrame:
    """Return the rows of the quarters that have a value in `by`, every value as it was first written."""
    mine = rows[rows["quarter"].isin(quarters)].dropna(subset=by).sort_values("quarter", kind="stable")
    kept = one_theme_a_row(mine) if by == "theme" else mine
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


def _themes(findings: pd.DataFrame, _data: Data, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Return how many themes the findings of each type stand under."""
    named = one_theme_a_row(findings.dropna(subset="theme"))
    named = named.assign(key=_folded(named["theme"]))
    every = {"quarter": quarters, "type": list(findings["type"].cat.categories)}
    tables = [
        tally(mine.drop_duplicates(["quarter", "type", "key"]), every).assign(level_of_need=level)
        for place, level in enumerate(levels(findings))
        for mine in [named if place == 0 else named[named["level_of_need"] == level]]
    ]
    return pd.concat(tables).sort_values("quarter", kind="stable", ignore_index=True)


def _without_action(learning: pd.DataFrame, data: Data, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Return the themes of each quarter's learning that no action of it has, the most frequent first."""
    actions = one_theme_a_row(data.actions)
    addressed = set(zip(actions["quarter"], _folded(actions["theme"]), strict=True))
    themes = _each(learning)
    rows = [each for each in themes if each.quarter in quarters and (each.quarter, each.key) not in addressed]
    return _in_order([{**each._asdict(), "count": each.findings, "by": -each.findings} for each in rows], "theme count")


def _returning(learning: pd.DataFrame, data: Data, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Return the themes of each quarter's learning that were learning in earlier quarters, too."""
    themes = _each(learning)
    rows = []
    for quarter, level in product(quarters, levels(data.findings)):
        so_far = [each for each in themes if each.level_of_need == level and each.quarter <= quarter]
        by_key: dict[str, list[_Theme]] = {}
        for each in so_far:
            by_key.setdefault(each.key, []).append(each)
        rows += [
            {
                "quarter": quarter, "level_of_need": level, "theme": said[0].theme, "count": len(said),
                "denominator": len({each.quarter for each in so_far}),
                "by": (-len(said), -sum(each.findings for each in said)),
            }
            for said in by_key.values()
            if len(said) > 1 and said[-1].quarter == quarter
        ]  # fmt: skip
    return _in_order(rows, "theme count denominator")


def _answered(learning: pd.DataFrame, data: Data, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Return how many actions, new or still open, have each theme of a quarter's learning, named as in `_returning`."""
    states = at_the_ends(data, quarters)
    actions = states[new_or_open(states)].dropna(subset="theme")
    number = Counter(zip(actions["quarter"], _folded(actions["theme"]), strict=True))
    first: dict[tuple[str, str], str] = {}
    rows = []
    for each in _each(learning):
        theme = first.setdefault((each.level_of_need, each.key), each.theme)
        if each.quarter in quarters:
            rows.append((each.quarter, each.level_of_need, theme, number[each.quarter, each.key]))
    return pd.DataFrame(rows, columns=["quarter", "level_of_need", "theme", "count"])


class _Theme(NamedTuple):
    """A theme of a quarter's learning, of a level of need: how it is first written, and in how many findings."""

    quarter: pd.Period
    level_of_need: str
    key: str
    theme: str
    findings: int


def _learning(data: Data, _quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Return the themes of learning, earliest first, and within a quarter and level of need as they are first met."""
    findings = data.findings
    rows = one_theme_a_row(findings[findings["type"] == "Learning"].dropna(subset="theme"))
    rows = rows.sort_values("quarter", kind="stable")
    rows = rows[["quarter", "level_of_need"]].assign(key=_folded(rows["theme"]), theme=rows["theme"].str.strip())
    keys = ["quarter", "level_of_need", "key"]
    cells = with_whole_service(rows).groupby(keys, sort=False, observed=True)["theme"]
    found = cells.agg(theme="first", findings="size").reset_index()
    return found.sort_values(["quarter", "level_of_need"], kind="stable", ignore_index=True)


def _each(learning: pd.DataFrame) -> list[_Theme]:
    return [_Theme(*each) for each in learning.itertuples(index=False, name=None)]


def _in_order(rows: list[dict[str, Any]], columns: str) -> pd.DataFrame:
    """Return themes as a table, in order within each quarter and level of need."""
    cells = groupby(rows, key=itemgetter("quarter", "level_of_need"))
    ordered = [row for _, cell in cells for row in sorted(cell, key=itemgetter("by"))]
    return pd.DataFrame(ordered, columns=["quarter", "level_of_need", *columns.split()])


def _folded(themes: pd.Series[str]) -> pd.Series[str]:
    return through_different(themes, fold).astype("str")


def _typed(data: Data, _quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Return the findings, their types in lower case."""
    return data.findings.assign(type=data.findings["type"].cat.rename_categories(str.lower))


FINDINGS = Population("findings", "finding", "findings", made=_typed, whole="written findings")
LEARNED = replace(FINDINGS, made=_learning)

WRITTEN = (
    Measure(
        name="findings", title="Written findings by type, of all findings",
        counts="written findings: strength, learning", of=FINDINGS, by=("type",), kind="part",
    ),
    Measure(
        name="finding_themes", title="Themes of the written findings", counts="themes that they stand under",
        of=FINDINGS, table=_themes, by=("type",), kind="count",
    ),
)  # fmt: skip
LEARNING = (
    Measure(
        name="learning_without_action", title="Findings of learning under themes that no action names",
        counts="findings of learning under a theme that no action of the quarter names", of=LEARNED,
        table=_without_action, by=("theme",), kind="count",
    ),
    Measure(
        name="learning_returning",
        title="Quarters in which a theme of learning came up, of those with learning",
        counts="quarters in which a theme of this quarter's learning came up, where it is more than one",
        out_of="quarters with learning under a theme, up to this one", of=LEARNED, table=_returning, by=("theme",),
        kind="count",
    ),
    Measure(
        name="learning_actions", title="Actions that name a theme of learning",
        counts="actions, new or of an earlier quarter and not complete, by the theme of this quarter's learning that "
        "they name; 0 where none does",
        of=LEARNED, table=_answered, by=("theme",), kind="count",
    ),
)  # fmt: skip
