"""The Comparators sheet: figures as they were once printed, read by their measures' rules and checked against them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from qa_analysis.cleaning.values import as_text, typed
from qa_analysis.contract import problems
from qa_analysis.contract.columns import AUDITS
from qa_analysis.contract.levels import ALL
from qa_analysis.contract.rules import issue
from qa_analysis.contract.settings import Settings
from qa_analysis.text import fold, nearest, rounded_percent, through_different

_ALL = {fold(ALL), "wholeservice", "allservices"}
_MAY_EXCEED = ("audits_completed",)  # more audits than were planned
_GRADED = ("grade", "sub_grade", "multi_agency_grade")  # measures whose categories end in a grade
_GRADE = AUDITS.column("overall_grade")


def as_the_measures_say(figures: pd.DataFrame, settings: Settings, measures: Sequence[str]) -> pd.DataFrame:
    """Return the rows of the Comparators sheet, as gathered, with their words as the measures have them.

    A measure is spelt as in `figures.csv`, the whole service is a blank level of need, and a grade in a category is
    the settings' own ("RI" is Requires improvement). What is not known stays as it is.

    Examples
    --------
    >>> from pathlib import Path
    >>> from qa_analysis.contract.settings import load_settings
    >>> figures = pd.DataFrame({"measure": ["Grade"], "level_of_need": ["Whole service"], "category": ["RI"]})
    >>> as_the_measures_say(figures, load_settings(Path()), ["grade"]).iloc[0].tolist()
    ['grade', nan, 'Requires improvement']
    """
    names = {fold(name): name for name in measures}
    measure = through_different(as_text(figures["measure"]), lambda text: names.get(fold(text), text))
    level, category = (as_text(_column(figures, name)) for name in ("level_of_need", "category"))
    whole = through_different(level, fold).isin(_ALL)
    parts = _parts(category)
    grades, _ = typed(parts["grade"], _GRADE, settings)
    graded = measure.isin(_GRADED) & grades.notna()
    return figures.assign(
        measure=measure.astype("str"),
        level_of_need=level.mask(whole),
        category=category.mask(graded, parts["before"] + grades.astype("str")),
    )


def contradictions(table: pd.DataFrame, settings: Settings, measures: Sequence[str]) -> pd.DataFrame:
    """Return the issues of printed figures, typed: what cannot be, and what does not follow.

    A row without a figure, or with more counted than there are, is held back. An unknown measure, a category that is
    no grade where one is expected, and a percentage that does not follow from its counts are warnings.
    """
    given = table["count"].notna()
    blank = table[~given & table["percent"].isna()]
    too_many = table[_sure(table["count"] > table["denominator"]) & ~table["measure"].isin(_MAY_EXCEED)]
    above = issue("count_above_denominator", denominator=_digits(too_many["denominator"]))
    small = table[~given & _sure((table["percent"] > 0) & (table["percent"] < 1))]
    found = [
        problems.of_rows(blank, issue("blank"), "Count or Percent"),
        problems.of_rows(too_many, above, "Count", _digits(too_many["count"])),
        problems.of_rows(small, issue("percentage_below_1"), "Percent", _digits(small["percent"])),
    ]
    return pd.concat(
        [*found, _unknown_measures(table, measures), _unknown_grades(table, settings), _wrong_percentages(table)]
    )


def _unknown_measures(table: pd.DataFrame, measures: Sequence[str]) -> pd.DataFrame:
    rows = table[table["measure"].notna() & ~table["measure"].isin(measures)]
    like = through_different(rows["measure"], lambda measure: nearest(measure, measures) or "").astype("str")
    return problems.of_rows(rows, issue("unknown_measure", nearest=like), "Measure", rows["measure"])


def _unknown_grades(table: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    parts = _parts(table.loc[table["measure"].isin(_GRADED), "category"])
    _, wrong = typed(parts["grade"], _GRADE, settings)
    if wrong.empty:
        return problems.none()
    rows = table.loc[wrong.index]
    unknown = issue("unknown_grade_in_category", grade=parts["grade"][wrong.index], **wrong.drop(columns="code"))
    return problems.of_rows(rows, unknown, "Category", rows["category"])


def _wrong_percentages(table: pd.DataFrame) -> pd.DataFrame:
    """Return a warning for each percentage that is not the counts' own, rounded to as many decimals as it has."""
    rows = table[
        table[["count", "denominator", "percent"]].notna().all(axis="columns") & _sure(table["denominator"] > 0)
    ]
    percent = rows["percent"].astype("float64")
    right = (100 * rows["count"] / rows["denominator"]).astype("float64")
    tolerance = np.select([percent == percent.round(places) for places in range(4)], [0.5, 0.05, 0.005, 0.0005], 1e-6)
    wrong = rows[((percent - right).abs() > tolerance + 1e-9) & _sure(rows["count"] <= rows["denominator"])]
    counts = wrong[["count", "denominator"]].astype("float64").itertuples(index=False)
    like = pd.Series([rounded_percent(*each) for each in counts], index=wrong.index, dtype="str")
    parts = {name: _digits(wrong[name]) for name in ("percent", "count", "denominator")}
    other = issue("percentage_contradicts_counts", nearest=like, **parts)
    return problems.of_rows(wrong, other, "Percent", parts["percent"])


def _column(figures: pd.DataFrame, name: str) -> pd.Series:
    return figures[name] if name in figures else pd.Series(pd.NA, index=figures.index, dtype="str")


def _parts(category: pd.Series) -> pd.DataFrame:
    """Return what stands before the grade in a category, a practice area and its colon, and the grade."""
    return category.str.extract(r"^(?P<before>.*: )?(?P<grade>.*)$").fillna({"before": ""})


def _sure(condition: pd.Series) -> pd.Series:
    return condition.fillna(False).astype(bool)


def _digits(values: pd.Series) -> pd.Series:
    """Return numbers as text, without a needless decimal point."""
    return through_different(values, lambda value: f"{value:g}").astype("str")
