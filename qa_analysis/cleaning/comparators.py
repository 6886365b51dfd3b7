"""The Comparators sheet: figures as they were once printed, read by their measures' rules and checked against them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from qa_analysis.cleaning.values import as_text, through_different, typed
from qa_analysis.contract import problems
from qa_analysis.contract.columns import AUDITS
from qa_analysis.contract.problems import HELD_BACK, WARNING
from qa_analysis.contract.settings import WHOLE_SERVICE, Settings
from qa_analysis.text import fold, nearest, nearest_said, quoted, rounded_percent

_WHOLE_SERVICE = {fold(WHOLE_SERVICE), "wholeservice", "allservices"}
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
    whole = through_different(level, fold).isin(_WHOLE_SERVICE)
    parts = _parts(category)
    grades, _ = typed(parts["grade"], _GRADE, settings)
    graded = measure.isin(_GRADED) & grades.notna()
    return figures.assign(
        measure=measure.astype("str"),
        level_of_need=level.mask(whole),
        category=category.mask(graded, parts["before"] + grades.astype("str")),
    )


def contradictions(table: pd.DataFrame, settings: Settings, measures: Sequence[str]) -> pd.DataFrame:
    """Return the problems of printed figures, typed: what cannot be, and what does not follow.

    A row without a figure, or with more counted than there are, is held back. An unknown measure, a category that is
    no grade where one is expected, and a percentage that does not follow from its counts are warnings.
    """
    given = table["count"].notna()
    blank = table[~given & table["percent"].isna()]
    nothing = {"reason": "Count or Percent is blank", "remedy": "Fill in Count or Percent."}
    too_many = _sure(table["count"] > table["denominator"]) & ~table["measure"].isin(_MAY_EXCEED)
    reason = "the count is more than its denominator, " + _digits(table["denominator"])
    small = ~given & _sure((table["percent"] > 0) & (table["percent"] < 1))
    below_1 = {"reason": "is read as less than 1 in 100", "remedy": "Write percentages from 0 to 100, e.g. 28 for 28%."}
    found = [
        problems.of_rows(blank, HELD_BACK, "Count or Percent", "", nothing),
        problems.of_rows(
            table[too_many],
            HELD_BACK,
            "Count",
            _digits(table.loc[too_many, "count"]),
            pd.DataFrame({"reason": reason[too_many], "remedy": "Correct one of them."}),
        ),
        problems.of_rows(table[small], WARNING, "Percent", _digits(table.loc[small, "percent"]), below_1),
    ]
    return pd.concat(
        [*found, _unknown_measures(table, measures), _unknown_grades(table, settings), _wrong_percentages(table)]
    )


def _unknown_measures(table: pd.DataFrame, measures: Sequence[str]) -> pd.DataFrame:
    rows = table[table["measure"].notna() & ~table["measure"].isin(measures)]
    like = through_different(rows["measure"], lambda measure: nearest(measure, measures) or "").astype("str")
    says = through_different(rows["measure"], lambda measure: f"{quoted(measure)} is not a measure").astype("str")
    reason = says + through_different(like, nearest_said).astype("str")
    remedy = "Write a measure as in figures.csv; nothing is made of this row."
    return problems.of_rows(
        rows, WARNING, "Measure", rows["measure"], pd.DataFrame({"reason": reason, "remedy": remedy, "nearest": like})
    )


def _unknown_grades(table: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    parts = _parts(table.loc[table["measure"].isin(_GRADED), "category"])
    _, wrong = typed(parts["grade"], _GRADE, settings)
    return problems.of_rows(table.loc[wrong.index], WARNING, "Category", table.loc[wrong.index, "category"], wrong)


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
    reason = (
        _digits(wrong["percent"]) + "% does not follow from " + _digits(wrong["count"]) + " of "
        + _digits(wrong["denominator"]) + ", which is " + like + "%"
    )  # fmt: skip
    remedy = "Correct them; the counts are used."
    says = pd.DataFrame({"reason": reason, "remedy": remedy, "nearest": like})
    return problems.of_rows(wrong, WARNING, "Percent", _digits(wrong["percent"]), says)


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
