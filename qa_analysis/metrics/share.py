"""Counts and shares: the one way in which rows are counted, and in which every proportion is made."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from qa_analysis.matching import fold
from qa_analysis.values import through_different

ALL = "All"  # the level of need that stands for the whole service

By = Mapping[str, Sequence[Any]]
Floats = npt.NDArray[np.float64]


def levels(rows: pd.DataFrame) -> list[str]:
    """Return `All` and then the levels of need of `rows`, in the order of their categories.

    Parameters
    ----------
    rows
        With `level_of_need` (categorical).

    Returns
    -------
    list of str
        The codes, after `All`.

    Examples
    --------
    >>> need = pd.Categorical(["CL"], categories=["EH", "H&P", "CIC", "CL"], ordered=True)
    >>> levels(pd.DataFrame({"level_of_need": need}))
    ['All', 'EH', 'H&P', 'CIC', 'CL']
    """
    return [ALL, *rows["level_of_need"].cat.categories]


def by_quarter_and_level(rows: pd.DataFrame, quarters: Sequence[Any]) -> dict[str, Sequence[Any]]:
    """Return the cells of quarters and levels of need, as `tally`, `share` and `distribution` take them.

    Examples
    --------
    >>> need = pd.Categorical(["CL"], categories=["EH", "CL"], ordered=True)
    >>> by_quarter_and_level(pd.DataFrame({"level_of_need": need}), ["2025-26 Q2"])
    {'quarter': ['2025-26 Q2'], 'level_of_need': ['All', 'EH', 'CL']}
    """
    return {"quarter": quarters, "level_of_need": levels(rows)}


def with_whole_service(rows: pd.DataFrame) -> pd.DataFrame:
    """Return every row twice: for the whole service, and for its own level of need.

    Parameters
    ----------
    rows
        With `level_of_need` (categorical); a row without a level counts for the whole service only.

    Returns
    -------
    DataFrame
        The rows with `level_of_need` as an ordered categorical of `levels`, those of `All` first.

    Examples
    --------
    >>> need = pd.Categorical(["CL", None], categories=["EH", "CL"], ordered=True)
    >>> with_whole_service(pd.DataFrame({"level_of_need": need}))["level_of_need"].tolist()
    ['All', 'All', 'CL', nan]
    """
    own = rows.astype({"level_of_need": pd.CategoricalDtype(levels(rows), ordered=True)})
    return pd.concat([own.assign(level_of_need=pd.Series(ALL, own.index, own["level_of_need"].dtype)), own])


def tally(rows: pd.DataFrame, by: By) -> pd.DataFrame:
    """Count the rows in each cell of `by`.

    Parameters
    ----------
    rows
        One row for each thing counted.
    by
        Column → its values, in the order in which they shall appear. Every combination appears, whether there
        are rows or not; rows with another value, or none, are left out. Under `level_of_need` the value `All`
        stands for every row, with a level or without.

    Returns
    -------
    DataFrame
        The columns of `by` (text for a categorical) and `count` (int).

    Examples
    --------
    >>> need = pd.Categorical(["CL", "EH", "CL"], categories=["EH", "CIC", "CL"], ordered=True)
    >>> rows = pd.DataFrame({"level_of_need": need})
    >>> tally(rows, by={"level_of_need": levels(rows)})
      level_of_need  count
    0           All      3
    1            EH      1
    2           CIC      0
    3            CL      2
    """
    return _cells(rows, by, pd.Series(True, index=rows.index)).drop(columns="denominator")


def share(rows: pd.DataFrame, by: By, where: pd.Series[bool], interval: bool = True) -> pd.DataFrame:
    """Share of the rows for which `where` holds, in each cell of `by`.

    Parameters
    ----------
    rows
        The denominator: one row for each thing counted.
    by
        As in `tally`.
    where
        Whether a row counts, with the index of `rows`; a missing value counts as no.
    interval
        Whether the shares have an interval.

    Returns
    -------
    DataFrame
        The columns of `by`, `count` and `denominator` (int), and those that `with_share` adds.

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q1", "2026Q2", freq="Q-MAR"))
    >>> audits = pd.DataFrame({"quarter": quarters[1:] * 4, "moderated": [True, True, False, True]})
    >>> moderated = share(audits, by={"quarter": quarters}, where=audits["moderated"])
    >>> print(moderated.to_string(float_format="%.1f"))
      quarter  count  denominator  percent  ci_low  ci_high
    0  2026Q1      0            0      NaN     NaN      NaN
    1  2026Q2      3            4     75.0    30.1     95.4
    """
    return with_share(_cells(rows, by, where), interval)


def distribution(rows: pd.DataFrame, by: By, of: str, interval: bool = True) -> pd.DataFrame:
    """Share of the rows of each cell of `by` that have each category of the column `of`.

    Parameters
    ----------
    rows
        One row for each thing counted; the column `of` is categorical. Rows without a category are left out,
        of the denominator too.
    by
        As in `tally`.
    of
        The column whose categories are counted; all of them appear, in their order.
    interval
        Whether the shares have an interval.

    Returns
    -------
    DataFrame
        The columns of `by`, `category` (text), `count` and `denominator` (int), and those that `with_share` adds.

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q2", "2026Q2", freq="Q-MAR"))
    >>> grade = pd.Categorical(["Good", None, "Good", "Weak", "Good"], categories=["Good", "Fair", "Weak"])
    >>> audits = pd.DataFrame({"quarter": quarters * 5, "grade": grade})
    >>> print(distribution(audits, by={"quarter": quarters}, of="grade").to_string(float_format="%.1f"))
      quarter category  count  denominator  percent  ci_low  ci_high
    0  2026Q2     Good      3            4     75.0    30.1     95.4
    1  2026Q2     Fair      0            4      0.0     0.0     49.0
    2  2026Q2     Weak      1            4     25.0     4.6     69.9
    """
    categories = list(rows[of].cat.categories)
    counts = tally(rows.assign(category=rows[of]), {**by, "category": categories})
    number = max(len(categories), 1)
    totals = counts["count"].to_numpy().reshape(-1, number).sum(axis=1)
    return with_share(counts.assign(denominator=np.repeat(totals, number)), interval)


def with_share(counts: pd.DataFrame, interval: bool = True) -> pd.DataFrame:
    """Add the share that `count` is of `denominator`, and its interval.

    Returns
    -------
    DataFrame
        `counts` with `percent`, `ci_low` and `ci_high` (float, 0–100, unrounded): the share and its 95% Wilson
        score interval (see `wilson`). All are NaN where the denominator is 0 or missing; without `interval`
        the limits are NaN throughout.

    Examples
    --------
    >>> with_share(pd.DataFrame({"count": [8, 0], "denominator": [45, 0]})).round(1)
       count  denominator  percent  ci_low  ci_high
    0      8           45     17.8     9.3     31.3
    1      0            0      NaN     NaN      NaN
    """
    count, denominator = _floats(counts["count"]), _floats(counts["denominator"])
    percent = np.full(count.shape, np.nan)
    np.divide(100 * count, denominator, out=percent, where=denominator > 0)
    low, high = wilson(count, denominator) if interval else (np.nan, np.nan)
    return counts.assign(percent=percent, ci_low=low, ci_high=high)


def wilson(count: npt.ArrayLike, denominator: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Return the 95% Wilson score interval of a proportion, in percent (0–100).

    Both limits are NaN where the denominator is 0, or the count is missing or no part of it.

    Parameters
    ----------
    count, denominator
        Numbers, or arrays that can be broadcast together.

    Returns
    -------
    tuple of float or array
        The lower and the upper limit.

    References
    ----------
    Wilson EB (1927). Probable inference, the law of succession, and statistical inference. JASA 22, 209–212.
    Newcombe RG (1998). Two-sided confidence intervals for the single proportion: comparison of seven methods.
    Statistics in Medicine 17, 857–872, method 3.

    Examples
    --------
    >>> low, high = wilson(15, 148)
    >>> round(float(low), 2), round(float(high), 2)
    (6.24, 16.05)
    """
    counts, totals = np.broadcast_arrays(np.asarray(count, float), np.asarray(denominator, float))
    low, high = np.full(counts.shape, np.nan), np.full(counts.shape, np.nan)
    usable = _usable(counts, totals)
    if usable.any():
        low[usable], high[usable] = proportion_confint(counts[usable], totals[usable], method="wilson")
    low[usable & (counts == 0)] = 0.0  # by its formula; floating point comes only close
    high[usable & (counts == totals)] = 1.0
    return 100 * low[()], 100 * high[()]


def difference(
    count: npt.ArrayLike,
    denominator: npt.ArrayLike,
    earlier_count: npt.ArrayLike,
    earlier_denominator: npt.ArrayLike,
) -> tuple[Floats, Floats]:
    """Return the 95% interval of a share less an earlier share, in percentage points (−100 to 100).

    It is Newcombe's hybrid score interval for independent proportions. Both limits are NaN where a denominator
    is 0, or a count is missing or no part of its denominator.

    Parameters
    ----------
    count, denominator
        Of the later share: numbers, or arrays that can be broadcast together.
    earlier_count, earlier_denominator
        Of the earlier share.

    Returns
    -------
    tuple of float or array
        The lower and the upper limit.

    References
    ----------
    Newcombe RG (1998). Interval estimation for the difference between independent proportions: comparison of
    eleven methods. Statistics in Medicine 17, 873–890, method 10.

    Examples
    --------
    >>> low, high = difference(8, 45, 7, 25)
    >>> round(float(low), 1), round(float(high), 1)
    (-31.6, 9.1)
    """
    given = [np.asarray(number, float) for number in (count, denominator, earlier_count, earlier_denominator)]
    counts, totals, earlier_counts, earlier_totals = np.broadcast_arrays(*given)
    low, high = np.full(counts.shape, np.nan), np.full(counts.shape, np.nan)
    usable = _usable(counts, totals) & _usable(earlier_counts, earlier_totals)
    if usable.any():
        low[usable], high[usable] = confint_proportions_2indep(
            counts[usable], totals[usable], earlier_counts[usable], earlier_totals[usable], method="newcomb"
        )
    return np.clip(100 * low[()], -100, 100), np.clip(100 * high[()], -100, 100)


def whole(numbers: pd.Series[Any]) -> pd.Series[Any]:
    """Return numbers as Int64 where all are whole or missing, else as Float64: 12.5 records stay 12.5.

    Examples
    --------
    >>> whole(pd.Series([2.0, None])).to_list(), whole(pd.Series([2.0, 12.5])).to_list()
    ([2, <NA>], [2.0, 12.5])
    """
    return numbers.astype("Float64").astype("float64").convert_dtypes()


def in_order_met(rows: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Sort rows by `keys`: quarters by time, every other key by where its values are first met.

    Examples
    --------
    >>> rows = pd.DataFrame({"theme": ["Neglect", "Fostering", "Neglect"], "unit": ["plans", "plans", "visits"]})
    >>> in_order_met(rows, ["theme", "unit"])
           theme    unit
    0    Neglect   plans
    1    Neglect  visits
    2  Fostering   plans
    """
    return rows.sort_values(
        keys,
        key=lambda column: column if column.name == "quarter" else pd.factorize(column)[0],
        kind="stable",
        ignore_index=True,
    )


def each_quarter(table: Callable[[pd.Period], pd.DataFrame], quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Return the tables that a function makes of single quarters one below the other, each with its quarter.

    Parameters
    ----------
    table
        From a quarter to its table; a column `quarter` of its own is replaced.
    quarters
        At least one.

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q1", "2026Q2", freq="Q-MAR"))
    >>> each_quarter(lambda quarter: pd.DataFrame({"value": [quarter.quarter]}), quarters)
       value quarter
    0      1  2026Q1
    1      2  2026Q2
    """
    tables = []
    for quarter in quarters:
        rows = table(quarter)
        of = pd.array([quarter] * len(rows), dtype=pd.PeriodDtype(quarter.freqstr))
        tables.append(rows.assign(quarter=of))
    return pd.concat(tables, ignore_index=True)


def as_first_written(names: pd.Series[str]) -> pd.Series[str]:
    """Return names that differ in case, spacing and punctuation only as the first of them is written.

    Examples
    --------
    >>> as_first_written(pd.Series(["Life story work", "Life  Story-work", None])).tolist()
    ['Life story work', 'Life story work', nan]
    """
    written = names.astype("str").str.strip()
    return written.groupby(through_different(written, fold)).transform("first")


def told_apart(names: pd.Series[str], *among: pd.Series[Any]) -> pd.Series[str]:
    """Return names with a number behind the second and each further one that is the same, so that all differ.

    Parameters
    ----------
    names
        What things are called.
    among
        Columns such as quarters: the same name may stand once in each of their values.

    Examples
    --------
    >>> told_apart(pd.Series(["Dip sample", "Plans", "Dip sample"])).tolist()
    ['Dip sample', 'Plans', 'Dip sample (2)']
    """
    place = names.groupby([names, *among]).cumcount() + 1
    return names.mask(place > 1, names + " (" + place.astype("str") + ")")


def _usable(counts: Floats, totals: Floats) -> npt.NDArray[np.bool_]:
    return np.asarray((totals > 0) & (counts >= 0) & (counts <= totals))


def _floats(numbers: pd.Series[Any]) -> Floats:
    return np.asarray(numbers.astype("Float64").to_numpy(dtype=float, na_value=np.nan), float)


def _cells(rows: pd.DataFrame, by: By, where: pd.Series[bool]) -> pd.DataFrame:
    """Count the rows in each cell of `by`: those for which `where` holds (`count`), and all (`denominator`)."""
    holds = where.astype("boolean").fillna(False).to_numpy(dtype=bool)
    known = {column: pd.CategoricalDtype(list(values)).categories for column, values in by.items()}
    codes = {column: values.get_indexer(pd.Index(rows[column])) for column, values in known.items()}
    if ALL in by.get("level_of_need", ()):
        of_all = codes | {"level_of_need": np.full(len(rows), known["level_of_need"].get_loc(ALL))}
        codes = {column: np.concatenate([of_all[column], own]) for column, own in codes.items()}
        holds = np.concatenate([holds, holds])
    shape = tuple(map(len, known.values()))
    inside = np.logical_and.reduce([own >= 0 for own in codes.values()])
    places = np.ravel_multi_index([own[inside] for own in codes.values()], shape)
    cells = np.unravel_index(np.arange(math.prod(shape)), shape)
    counted = {name: np.bincount(of, minlength=math.prod(shape))
               for name, of in (("count", places[holds[inside]]), ("denominator", places))}  # fmt: skip
    named = {column: known[column].take(of) for column, of in zip(known, cells, strict=True)}
    return pd.DataFrame(named | counted)
