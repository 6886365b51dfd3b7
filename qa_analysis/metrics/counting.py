"""Count the measures of the catalogue: over columns of codes, for all quarters, levels and categories at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from qa_analysis.contract.quarters import months_of
from qa_analysis.metrics.comparators import printed_by_measure, with_printed
from qa_analysis.metrics.measure import Measure, Population
from qa_analysis.metrics.share import (
    COUNTS,
    Flags,
    Values,
    Whole,
    code_of,
    count_cells,
    in_cells,
    in_order_met,
    levels,
    truths,
    whole,
    with_share,
)
from qa_analysis.text import fold

if TYPE_CHECKING:
    from qa_analysis.store.data import Data

SHARES = ["percent", "ci_low", "ci_high"]
_KEYS = ["quarter", "level_of_need", "category"]


def counted(measure: Measure, data: Data, quarters: Sequence[pd.Period], by_month: bool = False) -> pd.DataFrame:
    """Return the table of one measure for some quarters as `Measure` describes it, printed history included.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> quarters = list(pd.period_range("2026Q2", "2026Q2", freq="Q-MAR"))
    >>> audits = pd.DataFrame({"quarter": quarters * 3, "moderated": [True, False, None]})
    >>> audits["level_of_need"] = pd.Categorical(["EH"] * 3, categories=["EH"], ordered=True)
    >>> of = Population("audits", "audit", "audits")
    >>> read = Measure(name="read", title="Read", of=of, where=lambda audits, _: audits["moderated"])
    >>> history = pd.DataFrame(columns=["quarter", "measure", "level_of_need", "category", "count", "denominator"])
    >>> data = SimpleNamespace(audits=audits, comparators=history.assign(percent=None))
    >>> counted(read, data, quarters)[["level_of_need", "count", "denominator"]]
      level_of_need  count  denominator
    0           All      1            3
    1            EH      1            3
    """
    counting = Counting(data, quarters)
    table = counting.by_month(measure) if by_month else counting.table(measure)
    kinds = np.full(len(table), measure.kind)
    return in_columns(with_shares(table, kinds), measure)


class Counting:
    """One pass over the cleaned tables: what several measures need of them is worked out once."""

    def __init__(self, data: Data, quarters: Sequence[pd.Period]) -> None:
        self.data, self.quarters = data, list(quarters)
        self._printed = printed_by_measure(data.comparators)
        self._tables: dict[object, pd.DataFrame] = {}
        self._rows: dict[int, tuple[pd.DataFrame, Flags]] = {}
        self._shown: dict[tuple[int, str], pd.Index[Any]] = {}
        self._codes: dict[tuple[int, str], Whole] = {}

    def table(self, measure: Measure) -> pd.DataFrame:
        """Return the table of a measure by quarter, without shares; what was printed fills quarters without rows."""
        table = self.from_rows(measure)
        if "count" not in table:
            return table
        printed = self._printed.get(fold(measure.name))
        if printed is not None:
            with_rows = getattr(self.data, measure.of.table)["quarter"]
            missing = printed["quarter"].isin(self.quarters) & ~printed["quarter"].isin(with_rows)
            table = with_printed(table, printed[missing], measure)
        elif measure.table is None and measure.cells == "all":
            return table  # in order, and each cell once
        keys = [key for key in _KEYS if key in table]
        return in_order_met(table, keys)

    def from_rows(self, measure: Measure) -> pd.DataFrame:
        """Return the table of a measure by quarter as the rows say, without its shares and without history."""
        if measure.table is None:
            return self._in_every_cell(measure, "quarter", self.quarters)
        return _with_category(self._made_by(measure, self.quarters), measure)

    def by_month(self, measure: Measure) -> pd.DataFrame:
        """Return the table of a measure by month, without its shares."""
        months = [month for quarter in self.quarters for month in months_of(quarter)]
        if measure.table is None or measure.monthly == "too":
            table = self._in_every_cell(measure, "month", months)
        else:
            table = _with_category(self._made_by(measure, months), measure)
        return table.assign(quarter=table["month"].dt.asfreq(self.quarters[0].freqstr))

    def _made_by(self, measure: Measure, periods: Sequence[pd.Period]) -> pd.DataFrame:
        assert measure.table is not None
        rows, meant = self._population(measure.of)
        return measure.table(rows if meant.all() else rows[meant], self.data, periods)

    def _in_every_cell(self, measure: Measure, step: str, periods: Sequence[pd.Period]) -> pd.DataFrame:
        rows, meant = self._population(measure.of)
        columns = ["level_of_need"] * ("level_of_need" in rows) + [*measure.by]
        values = {step: pd.Index(periods)} | {column: self._values(rows, column) for column in columns}
        codes = [self._code(rows, column, each) for column, each in values.items()]
        every = count_cells(codes, values, meant)
        if measure.where is not None:
            holds = meant & truths(measure.where(rows, self.data))
            numbers = {"count": count_cells(codes, values, holds), "denominator": every}
        elif measure.by and measure.kind != "count":
            numbers = {"count": every, "denominator": np.broadcast_to(every.sum(-1, keepdims=True), every.shape)}
        else:
            numbers = {"count": every}
        of = numbers.get("denominator", every)
        shown = {
            "all": None,
            "with rows": of > 0,
            "ever with rows": np.broadcast_to(of.sum(0) > 0, of.shape),
            "counted": numbers["count"] > 0,
        }[measure.cells]
        if len(measure.by) == 1:
            values["category"] = values.pop(measure.by[0])
        table = in_cells(values, numbers, shown)
        return _with_category(table, measure)

    def _population(self, of: Population) -> tuple[pd.DataFrame, Flags]:
        """Return the table of a population, and which of its rows are meant."""
        if id(of) not in self._rows:
            made = of.made or of.table
            if made not in self._tables:
                self._tables[made] = (
                    getattr(self.data, of.table) if of.made is None else of.made(self.data, self.quarters)
                )
            rows = self._tables[made]
            self._rows[id(of)] = rows, np.ones(len(rows), bool) if of.rows is None else truths(of.rows(rows, self.data))
        return self._rows[id(of)]

    def _values(self, rows: pd.DataFrame, column: str) -> pd.Index[Any]:
        """Return the values of a column that have cells of their own, in their order, as text."""
        place = id(rows), column
        if place not in self._shown:
            values = levels(rows) if column == "level_of_need" else categories_of(rows[column])
            self._shown[place] = pd.Index(values, dtype="str")
        return self._shown[place]

    def _code(self, rows: pd.DataFrame, column: str, values: Values) -> Whole:
        place = id(rows), column
        if place not in self._codes:
            self._codes[place] = code_of(rows[column], values)
        return self._codes[place]


def with_shares(table: pd.DataFrame, kinds: npt.NDArray[np.str_]) -> pd.DataFrame:
    """Work out the shares and intervals of figures by their kind (see `Measure`), row by row.

    A printed percentage stays where there are no counts that it could follow from.
    """
    shares = np.isin(kinds, ["share", "part"])
    if not shares.any():
        return table
    given = table.reindex(columns=list(dict.fromkeys([*table.columns, *COUNTS, *SHARES])))
    printed = given["percent"].astype("float64")
    worked_out = with_share(given[COUNTS].assign(denominator=given["denominator"].where(shares)), kinds == "share")
    for name in SHARES:
        given[name] = worked_out[name].where(shares, given[name].astype("float64"))
    return given.assign(percent=given["percent"].fillna(printed))


def in_columns(table: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    """Return the rows of one measure with its own columns alone, in the order of `Measure`, and typed."""
    own = [*(measure.by if len(measure.by) > 1 else ()), "category", *COUNTS, *SHARES, "value", *measure.keeps]
    always = {*measure.by, *measure.keeps} | ({"category"} if measure.by else set())
    step = "month" if "month" in table and table["month"].notna().any() else "quarter"
    only_counted = measure.kind == "count" or (step == "month" and measure.where is None)
    if measure.kind == "value":
        always |= {"value", *(SHARES[1:] if measure.interval else ())}
    else:
        always |= {"count"} if only_counted else {*COUNTS, *SHARES}
    levels_shown = ["level_of_need"] if "level_of_need" in table and table["level_of_need"].isna().sum() == 0 else []
    used = [name for name in own if name in always or (name in table and table[name].notna().any())]
    kept = table.reindex(columns=[step, *levels_shown, *used])
    kept = kept.assign(**{name: whole(kept[name]) for name in COUNTS if name in kept})
    note = table["note"].astype("str").fillna("") if "note" in table else ""
    return kept.assign(note=pd.Series(note, index=kept.index, dtype="str"))


def categories_of(column: pd.Series[Any]) -> list[Any]:
    """Return the categories of a column in their order: its own, else its values as they are first met.

    Examples
    --------
    >>> categories_of(pd.Series(["School", "Mother", None, "School"]))
    ['School', 'Mother']
    """
    if isinstance(column.dtype, pd.CategoricalDtype):
        return list(column.cat.categories)
    return list(column.dropna().unique())


def _with_category(table: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    """Join the columns that make a measure's category; where it is one alone, it is the category."""
    if not measure.by or "category" in table:
        return table
    if len(measure.by) == 1:
        return table.rename(columns={measure.by[0]: "category"}).astype({"category": "str"})
    parts = table[list(measure.by)].astype("str")
    place = 1 + max(list(table).index(column) for column in measure.by)
    table.insert(place, "category", parts.iloc[:, 0].str.cat(parts.iloc[:, 1:], sep=measure.joined))
    return table
