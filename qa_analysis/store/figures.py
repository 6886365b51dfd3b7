"""Every figure printed in the pages, as one table and as `figures.csv`."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from qa_analysis.contract.levels import ALL
from qa_analysis.contract.project import processed_folder, signed_off_folder
from qa_analysis.contract.quarters import parse_quarter, quarter_name, quarter_slug, run_up_to
from qa_analysis.errors import InputError
from qa_analysis.metrics.catalogue import MEASURES, NAMES
from qa_analysis.metrics.comparators import AS_PRINTED
from qa_analysis.metrics.counting import SHARES, Counting, counted, in_columns, with_shares
from qa_analysis.metrics.measure import Measure
from qa_analysis.metrics.restated import RESTATED, headline_rows
from qa_analysis.metrics.share import COUNTS, floats, whole
from qa_analysis.store.files import csv_of
from qa_analysis.store.kept import kept
from qa_analysis.store.own import FILE, line_in, own
from qa_analysis.store.signed_off import Since, since_signed_off
from qa_analysis.text import listed

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    from qa_analysis.contract.settings import Settings
    from qa_analysis.store.data import Data

TEXTS = ["quarter", "month", "measure", "level_of_need", "category", "note"]
COLUMNS = [*TEXTS[:-1], *COUNTS, *SHARES, "value", "note"]

_in_use: deque[tuple[Data, pd.Period, int, _Shown]] = deque(maxlen=2)


def figures(data: Data, quarter: pd.Period) -> pd.DataFrame:
    """Return every figure of a quarter and of its comparator quarters, those of the project's own measures last.

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
        0–100, unrounded), `value` (float) and `note` (text; “as printed” for a figure from history, “restated” for a
        headline figure that is another than the one signed off). In the order of
        the catalogue, then of quarters (earliest first), levels of need (`All` first) and categories.

    Raises
    ------
    InputError
        If the project's `measures.py` cannot be run, or one of its measures fails.

    Examples
    --------
    >>> COLUMNS[:3]
    ['quarter', 'month', 'measure']
    """
    table = _in_texts(data, quarter)
    for each in since_signed_off(data, table, quarters_shown(data, quarter)):
        here = (table["quarter"] == quarter_name(each.quarter)) & table["measure"].isin(list(each.figures.headlines))
        restated = here & headline_rows(table)
        notes = [f"{note}; {RESTATED}" if note else RESTATED for note in table.loc[restated, "note"]]
        table.loc[restated, "note"] = notes
    return table


def since(data: Data, quarter: pd.Period) -> list[Since]:
    """Return what is another of the quarters shown that are signed off."""
    if not signed_off_folder(data.project).is_dir():
        return []
    return since_signed_off(data, _in_texts(data, quarter), quarters_shown(data, quarter))


def _in_texts(data: Data, quarter: pd.Period) -> pd.DataFrame:
    table = figure_table(data, quarter)
    names = {each: quarter_name(each) for each in table["quarter"].unique()}
    month = table["month"].map(str, na_action="ignore")
    printed = table[COLUMNS].assign(quarter=table["quarter"].map(names), month=month)
    printed = printed.astype(dict.fromkeys(TEXTS, "str"))
    return printed.fillna({"level_of_need": ALL, **dict.fromkeys(["month", "category", "note"], "")})


def figure_table(data: Data, quarter: pd.Period) -> pd.DataFrame:
    """Return every figure as `figures` does, but for reading on: quarters and months as periods, and all columns.

    It is worked out once and kept in `data/processed`, until something that it follows from changes; while the same
    `data` are in use it is not even looked for there.
    """
    return _shown(data, quarter).table


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
        Its rows of the table of all figures, in the columns that `Measure` describes.

    Raises
    ------
    KeyError
        If there is no such measure; the message names those there are.

    Examples
    --------
    >>> sorted({each.name for each in MEASURES if each.monthly})
    ['audits_completed', 'control_chart', 'good_or_better', 'inadequate']
    """
    return _shown(data, quarter).of(name, by_month)


def recount(data: Data, name: str, quarters: Sequence[pd.Period], by_month: bool = False) -> pd.DataFrame:
    """Count a measure once more, of a part of the rows: the audits of one team, say.

    Parameters
    ----------
    data
        The cleaned tables with the rows that are meant: `dataclasses.replace(data, audits=…)`.
    name
        The measure's name, as in `figures.csv`.
    quarters
        The quarters to show.
    by_month
        The measure by month instead, where it is also kept so.

    Returns
    -------
    DataFrame
        As `measure` returns it.

    Raises
    ------
    KeyError
        If there is no such measure; the message names those there are.

    Examples
    --------
    >>> from pathlib import Path
    >>> from types import SimpleNamespace
    >>> activities = pd.DataFrame({"quarter": pd.PeriodIndex(["2026Q2"] * 3, freq="Q-MAR")})
    >>> data = SimpleNamespace(project=Path("a folder"), manager_qa=activities.head(2), comparators=pd.DataFrame())
    >>> recount(data, "manager_qa_activities", [activities["quarter"][0]])["count"].tolist()
    [2]
    """
    return counted(measure_named(data, name, by_month), data, quarters, by_month)


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
        if each.name in {other.name for other in known}:
            raise InputError(f"{data.project / FILE}: there is a measure {each.name} already. Give yours another name.")
        known.append(each)
    return known


def every_table(measures: Iterable[Measure]) -> list[tuple[Measure, bool]]:
    """Return the tables that measures have: by quarter (False), by month (True), or both, one after the other.

    Examples
    --------
    >>> [(each.name, by_month) for each, by_month in every_table(MEASURES[:2])]
    [('audits_completed', False), ('audits_completed', True), ('audits_not_graded', False)]
    """
    ways = {"": [False], "too": [False, True], "only": [True]}
    return [(each, by_month) for each in measures for by_month in ways[each.monthly]]


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


def read_figures(path: Path, settings: Settings) -> pd.DataFrame:
    """Return a published `figures.csv` for reading on, with quarters as periods; the percentages are left out.

    Raises
    ------
    InputError
        If what stands as a quarter is none.
    KeyError
        If a column is missing.
    ValueError
        If a number is none, or a count is not whole.
    """
    text = pd.read_csv(path, dtype="str", keep_default_na=False)
    numbers = text[[*COUNTS, "value", "ci_low", "ci_high"]]
    table = text[TEXTS].join(numbers.mask(numbers == "").apply(pd.to_numeric))
    counts = table[COUNTS]
    if not ((counts % 1 == 0) | counts.isna()).all(axis=None):
        raise ValueError(f"{path}: a count is not whole")
    quarters = {name: parse_quarter(name, settings.year_start_month) for name in table["quarter"].unique()}
    return table.assign(quarter=table["quarter"].map(quarters), month=table["month"].mask(table["month"] == ""))


def measure_named(data: Data, name: str, by_month: bool = False) -> Measure:
    """Return the entry of a measure of the catalogue or of the project's own, by month only where it is kept so."""
    measures = {each.name: each for each, monthly in every_table(all_measures(data)) if monthly == by_month}
    if name not in measures:
        raise KeyError(f"{name} is not a measure; there are {', '.join(sorted(measures))}")
    return measures[name]


class _Shown:
    """The figures of a quarter, while its data are in use: each table once, in the columns of its measure."""

    def __init__(self, data: Data, quarter: pd.Period) -> None:
        self.data, self.quarter = data, quarter
        self._counting = Counting(data, quarters_shown(data, quarter))
        self._tables: dict[tuple[str, bool], pd.DataFrame] = {}

    def of(self, name: str, by_month: bool) -> pd.DataFrame:
        if (name, by_month) not in self._tables:
            found = measure_named(self.data, name, by_month)
            rows = (
                self._rows.get((name, by_month), self.table[:0]) if self._is_kept else self._count([(found, by_month)])
            )
            self._tables[name, by_month] = in_columns(rows.reset_index(drop=True), found)
        return self._tables[name, by_month].copy(deep=False)

    @cached_property
    def table(self) -> pd.DataFrame:
        name = f"figures-{quarter_slug(self.quarter)}"
        return kept(self.data, name, lambda: self._count(every_table(all_measures(self.data))))

    @cached_property
    def _is_kept(self) -> bool:
        """Whether all figures are at hand, or will be; where they are not kept, one is counted alone."""
        return processed_folder(self.data.project).is_dir()

    def _from_all(self, name: str, by_month: bool) -> pd.DataFrame:
        return self._rows.get((name, by_month), self.table[:0]).reset_index(drop=True)

    @cached_property
    def _rows(self) -> dict[Any, pd.DataFrame]:
        return dict(iter(self.table.groupby(["measure", self.table["month"].notna()], sort=False)))

    def _count(self, measures: Sequence[tuple[Measure, bool]]) -> pd.DataFrame:
        return _counted(measures, self._counting)


def _shown(data: Data, quarter: pd.Period) -> _Shown:
    own_measures = data.project / FILE
    changed = own_measures.stat().st_mtime_ns if own_measures.is_file() else 0
    for known, *of, found in _in_use:
        if known is data and of == [quarter, changed]:
            return found
    _in_use.append((data, quarter, changed, _Shown(data, quarter)))
    return _in_use[-1][-1]


def _counted(measures: Sequence[tuple[Measure, bool]], counting: Counting) -> pd.DataFrame:
    data = counting.data
    tables = [_table(each, by_month, counting) for each, by_month in measures]
    rows = [len(table) for table in tables]
    table = _stacked(tables).assign(measure=np.repeat([each.name for each, _ in measures], rows))
    table = table.reindex(columns=list(dict.fromkeys([*COLUMNS, *table.columns])))
    told = _told(table, np.repeat([each.of.table for each, _ in measures], rows), data)
    kinds = np.repeat([each.kind for each, _ in measures], rows)[told]
    table = table[told].reset_index(drop=True)
    numbers = {name: floats(table[name]) for name in (*COUNTS, *SHARES, "value")}
    table = with_shares(table.assign(**numbers), kinds)
    return table.assign(**{column: whole(table[column]) for column in COUNTS})


def _told(table: pd.DataFrame, of: npt.NDArray[np.str_], data: Data) -> npt.NDArray[np.bool_]:
    """Return which figures say something: of a quarter known from print a nought that was not printed says nothing."""
    told = np.ones(len(table), dtype=bool)
    for quarter in set(data.comparators["quarter"]) - set(data.audits["quarter"]):
        here = (table["quarter"] == quarter) & table["count"].eq(0).fillna(False) & (table["note"] != AS_PRINTED)
        without_rows = [name for name in np.unique(of) if not (getattr(data, name)["quarter"] == quarter).any()]
        told &= ~(here.to_numpy(dtype=bool) & np.isin(of, without_rows))
    return told


def _stacked(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return tables one below the other, column by column: `pandas.concat` takes long for many that have few alike."""
    ends = np.cumsum([len(table) for table in tables])
    columns = {}
    for name in dict.fromkeys(name for table in tables for name in table):
        with_it = [(table[name], end) for table, end in zip(tables, ends, strict=True) if name in table]
        with_rows = [(part, end) for part, end in with_it if len(part)] or with_it[:1]
        places = np.concatenate([np.arange(end - len(part), end) for part, end in with_rows])
        columns[name] = pd.concat([part for part, _ in with_rows], ignore_index=True, sort=False).set_axis(places)
    return pd.DataFrame(columns, index=range(ends[-1]))


def _table(measure: Measure, by_month: bool, counting: Counting) -> pd.DataFrame:
    """Return a table of one measure without its shares; an error in a project's own names the file and the line."""
    make = counting.by_month if by_month else counting.table
    if measure.name in NAMES:
        return make(measure)
    path = counting.data.project / FILE
    try:
        return _as_asked_for(make(measure), counting.quarters)
    except Exception as error:
        reason = f"{type(error).__name__}: {error}"
        where = f"{path}{line_in(path.resolve(), error)}"
        raise InputError(f"{where}: the measure {measure.name} failed. {reason}") from error


def _as_asked_for(table: pd.DataFrame, quarters: Sequence[pd.Period]) -> pd.DataFrame:
    """Return the table of a project's own measure, or raise ValueError where it says nothing, or what nobody asked."""
    if not {"count", "percent", "value"} & {*table.columns}:
        found = listed(str(column) for column in table.columns)
        raise ValueError(f"its table has no column count, percent or value; it has {found}")
    if "month" not in table and (more := {*table["quarter"]} - {*quarters}):
        raise ValueError(f"it was not asked for {listed(quarter_name(each) for each in sorted(more))}")
    return table


def _without_point(numbers: pd.Series[float]) -> pd.Series[str]:
    written = [None if pd.isna(each) else str(int(each) if each == int(each) else float(each)) for each in numbers]
    return pd.Series(written, index=numbers.index, dtype="str")
