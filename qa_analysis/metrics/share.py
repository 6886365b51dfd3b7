"""Counts and shares: the one way in which rows are counted, and in which every proportion is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from qa_analysis.contract.levels import ALL
from qa_analysis.text import fold, through_different

COUNTS = ["count", "denominator"]
NOT_RECORDED = "Not recorded"
SMALL = 10  # fewer than this are counted only, and have no share

Values: TypeAlias = "Sequence[Any] | pd.Index[Any]"
By: TypeAlias = "Mapping[str, Values]"
Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


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
    return in_cells(by, {"count": count_cells(_codes(rows, by), by, np.ones(len(rows), bool))})


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
    codes, every = _codes(rows, by), np.ones(len(rows), bool)
    numbers = {"count": count_cells(codes, by, truths(where)), "denominator": count_cells(codes, by, every)}
    return with_share(in_cells(by, numbers), interval)


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
    counts["denominator"] = counts.groupby(list(by), observed=True)["count"].transform("sum")
    return with_share(counts, interval)


def with_share(counts: pd.DataFrame, interval: bool | Flags = True) -> pd.DataFrame:
    """Add the share that `count` is of `denominator`, and its interval.

    Returns
    -------
    DataFrame
        `counts` with `percent`, `ci_low` and `ci_high` (float, 0–100, unrounded): the share and its 95% Wilson
        score interval (see `wilson`). All are NaN where the denominator is 0 or missing; the limits also without
        `interval`, which may be told row by row.

    Examples
    --------
    >>> with_share(pd.DataFrame({"count": [8, 0], "denominator": [45, 0]})).round(1)
       count  denominator  percent  ci_low  ci_high
    0      8           45     17.8     9.3     31.3
    1      0            0      NaN     NaN      NaN
    """
    count, denominator = floats(counts["count"]), floats(counts["denominator"])
    percent = np.full(count.shape, np.nan)
    np.divide(100 * count, denominator, out=percent, where=denominator > 0)
    low, high = wilson(np.where(interval, count, np.nan), denominator)
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
        from statsmodels.stats.proportion import proportion_confint

        low[usable], high[usable] = proportion_confint(counts[usable], totals[usable], method="wilson")
    low[usable & (counts == 0)] = 0.0  # by its formula; floating point comes only close
    high[usable & (counts == totals)] = 1.0
    return 100 * low[()], 100 * high[()]


def difference(
    count: npt.ArrayLike,
    denominator: npt.ArrayLike,
    earlier_count: npt.ArrayLike,
    earlier_denominator: npt.ArrayLike,
    *,
    alpha: npt.ArrayLike = 0.05,
) -> tuple[Floats, Floats]:
    """Return the interval of a share less an earlier share, in percentage points (−100 to 100): of 95%, or 1 − `alpha`.

    It is Newcombe's hybrid score interval for independent proportions. Both limits are NaN where a denominator
    is 0, or a count is missing or no part of its denominator.

    Parameters
    ----------
    count, denominator
        Of the later share: numbers, or arrays that can be broadcast together.
    earlier_count, earlier_denominator
        Of the earlier share.
    alpha
        The chance that the interval leaves out the true difference: 0.05 for a 95% interval.

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
    given = [np.asarray(number, float) for number in (count, denominator, earlier_count, earlier_denominator, alpha)]
    counts, totals, earlier_counts, earlier_totals, alphas = np.broadcast_arrays(*given)
    low, high = np.full(counts.shape, np.nan), np.full(counts.shape, np.nan)
    usable = _usable(counts, totals) & _usable(earlier_counts, earlier_totals)
    if usable.any():
        from statsmodels.stats.proportion import confint_proportions_2indep

        low[usable], high[usable] = confint_proportions_2indep(
            counts[usable], totals[usable], earlier_counts[usable], earlier_totals[usable],
            method="newcomb", alpha=alphas[usable],
        )  # fmt: skip
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

    Of rows with the same keys the last one stays.

    Examples
    --------
    >>> rows = pd.DataFrame({"theme": ["Neglect", "Fostering", "Neglect"], "unit": ["plans", "plans", "visits"]})
    >>> in_order_met(rows, ["theme", "unit"])
           theme    unit
    0    Neglect   plans
    1    Neglect  visits
    2  Fostering   plans
    """
    codes = np.array([pd.factorize(rows[key], sort=key == "quarter")[0] for key in keys])
    order = np.lexsort(codes[::-1])
    is_last = (np.diff(codes[:, order], append=-2) != 0).any(axis=0)
    return rows.take(order[is_last]).set_axis(range(is_last.sum()))


def with_the_one_before(quarters: Sequence[pd.Period]) -> list[pd.Period]:
    """Return some quarters and those before them, each once, earliest first.

    Examples
    --------
    >>> [str(quarter) for quarter in with_the_one_before(pd.period_range("2026Q1", "2026Q2", freq="Q-MAR"))]
    ['2025Q4', '2026Q1', '2026Q2']
    """
    return sorted({*quarters, *(quarter - 1 for quarter in quarters)})


def as_first_written(names: pd.Series[str]) -> pd.Series[str]:
    """Return names that differ in case, spacing and punctuation only as the first of them is written.

    Examples
    --------
    >>> as_first_written(pd.Series(["Life story work", "Life  Story-work", None])).tolist()
    ['Life story work', 'Life story work', nan]
    """
    written = names.astype("str").str.strip()
    return written.groupby(through_different(written, fold)).transform("first")


def one_theme_a_row(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows with a row for each of the themes of those that have several.

    Examples
    --------
    >>> one_theme_a_row(pd.DataFrame({"theme": ["Visits; Plans", "Plans", None]}))["theme"].tolist()
    ['Visits', 'Plans', 'Plans', nan]
    """
    themes = rows["theme"].astype("str")
    if not themes.str.contains("; ", regex=False).fillna(False).any():
        return rows
    return rows.assign(theme=themes.str.split("; ")).explode("theme", ignore_index=True).astype({"theme": "str"})


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


def _usable(counts: Floats, totals: Floats) -> Flags:
    return np.asarray((totals > 0) & (counts >= 0) & (counts <= totals))


def floats(numbers: pd.Series[Any]) -> Floats:
    """Return numbers as an array, NaN where one is missing.

    Examples
    --------
    >>> floats(pd.Series([8, None], dtype="Int64")).tolist()
    [8.0, nan]
    """
    return np.asarray(numbers.astype("Float64").to_numpy(dtype=float, na_value=np.nan), float)


def code_of(column: pd.Series[Any], values: Values) -> Whole:
    """Return for each row which of `values` it has: their place among them, −1 for another value or none.

    Examples
    --------
    >>> code_of(pd.Series(["CL", "EH", None]), ["EH", "CIC", "CL"]).tolist()
    [2, 0, -1]
    """
    index = pd.Index(values)
    if not isinstance(column.dtype, pd.CategoricalDtype):
        return np.asarray(index.get_indexer(pd.Index(column)), np.int64)
    places = np.append(index.get_indexer(column.cat.categories), -1)
    return np.asarray(places[column.cat.codes.to_numpy()], np.int64)


def truths(flags: pd.Series[Any] | Flags) -> Flags:
    """Return flags as an array; a missing one is no.

    Examples
    --------
    >>> truths(pd.Series([True, None], dtype="boolean")).tolist()
    [True, False]
    """
    if isinstance(flags, np.ndarray) or flags.dtype == bool:
        return np.asarray(flags, bool)
    return np.asarray(flags.astype("boolean").to_numpy(bool, na_value=False), bool)


def count_cells(codes: Sequence[Whole], by: By, rows: Flags) -> Whole:
    """Count rows in each cell of several columns at once.

    Parameters
    ----------
    codes
        For each column of `by` the codes of the rows, as `code_of` returns them.
    by
        As in `tally`.
    rows
        Which rows count.

    Returns
    -------
    array of int
        As many dimensions as there are columns.

    Examples
    --------
    >>> count_cells([np.array([1, -1, 1])], {"level_of_need": ["All", "EH"]}, np.array([True, True, False]))
    array([2, 1])
    """
    shape, levels_shown = [len(each) for each in by.values()], list(by.get("level_of_need", ()))
    whole = list(by).index("level_of_need") if ALL in levels_shown else None
    known = np.logical_and.reduce([rows, *(code >= 0 for axis, code in enumerate(codes) if axis != whole)])
    keys = [code[known] for code in codes]
    if whole is not None:
        own, place = keys[whole] >= 0, levels_shown.index(ALL)
        every = [np.full_like(key, place) if axis == whole else key for axis, key in enumerate(keys)]
        keys = [np.concatenate([key, mine[own]]) for key, mine in zip(every, keys, strict=True)]
    size = int(np.prod(shape))
    cells = np.ravel_multi_index(keys, shape) if size and len(keys[0]) else np.zeros(0, np.int64)
    return np.bincount(cells, minlength=size).reshape(shape)


def in_cells(by: By, numbers: Mapping[str, Whole], shown: Flags | None = None) -> pd.DataFrame:
    """Return numbers of cells, as `count_cells` returns them, as a table with a row for each cell that is shown.

    Examples
    --------
    >>> in_cells({"level_of_need": ["All", "EH"]}, {"count": np.array([2, 1])})
      level_of_need  count
    0           All      2
    1            EH      1
    """
    shape = tuple(len(values) for values in by.values())
    places = np.indices(shape) if shown is None else np.nonzero(shown)
    columns = {
        name: pd.Index(values).take(place.ravel()) for (name, values), place in zip(by.items(), places, strict=True)
    }
    counts = {name: number.ravel() if shown is None else number[shown] for name, number in numbers.items()}
    return pd.DataFrame({**columns, **counts})


def _codes(rows: pd.DataFrame, by: By) -> list[Whole]:
    return [code_of(rows[column], values) for column, values in by.items()]
