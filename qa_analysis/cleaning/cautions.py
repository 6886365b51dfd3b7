"""What is counted, but looks so odd that somebody should say whether it is right: a few fixed things, no more."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pandas as pd

from qa_analysis.contract import problems
from qa_analysis.contract.columns import AUDITS
from qa_analysis.contract.quarters import quarter_name
from qa_analysis.contract.rules import issue
from qa_analysis.reading.sheets import RawSheet
from qa_analysis.text import plural

_EIGHT_QUARTERS, _EARLIER = 8, 4  # quarters looked back on
_ONE_OR_TWO, _SOME, _USUAL = 2, 5, 10  # audits: fewer say nothing; what a usual quarter has at least
_A_TENTH = 0.1
_WHO_MODERATED = re.compile(r"(?i)\bmoderat(or|ed by)|\bsecond reader")
_VARIED = ("level_of_need", "team", "selection", "overall_grade")


def cautions(audits: pd.DataFrame, raws: Sequence[RawSheet]) -> pd.DataFrame:
    """Return what looks odd in the audits, all of which is counted.

    Parameters
    ----------
    audits
        As the metrics use them, those of all quarters.
    raws
        The sheets that they are from.
    """
    if audits.empty:
        return problems.none()
    newest = audits["quarter"].max()
    now, before = audits[audits["quarter"] == newest], audits[audits["quarter"] < newest]
    place = {"file": now["source_file"].iloc[0], "sheet": now["source_sheet"].iloc[0]}
    sizes = audits.groupby("quarter").size()
    found = [*_few(sizes), *_new_grades(now, before), *_one_value(now, before), *_apart(audits, sizes)]
    return problems.of_places([*_all_moderated(audits, raws), *(place | each for each in found)])


def _all_moderated(audits: pd.DataFrame, raws: Iterable[RawSheet]) -> Iterator[dict[str, Any]]:
    """Yield the sheets of which every audit is moderated although a column says who moderated, as if not all were."""
    for raw in raws:
        who = next(
            (each.heading for each in raw.choices if _WHO_MODERATED.search(each.heading) and not each.name), None
        )
        rows = audits[(audits["source_file"] == raw.file) & (audits["source_sheet"] == raw.name)] if who else audits[:0]
        if len(rows) >= _SOME and rows["moderated"].all():
            said = issue("all_moderated", heading=who, rows=plural(len(rows), "row"))
            yield {"file": raw.file, "sheet": raw.name} | said


def _few(sizes: pd.Series) -> Iterator[dict[str, Any]]:
    """Yield the newest of some quarters, of which the numbers of audits are given, where it has few of them."""
    now, usual = int(sizes.iloc[-1]), sizes.iloc[:-1].median() if len(sizes) > _EARLIER else 0
    if usual >= _USUAL and now < usual * _A_TENTH:
        quarter = quarter_name(sizes.index[-1])
        yield issue("few_audits", audits=plural(now, "audit"), quarter=quarter, usual=f"{usual:g}")


def _apart(audits: pd.DataFrame, sizes: pd.Series) -> Iterator[dict[str, Any]]:
    """Yield the quarter of the one or two first or last audits, where the quarter beside it has none."""
    for ordered in (sizes, sizes[::-1]) if sizes.sum() >= _USUAL else ():
        for end in range(min(_ONE_OR_TWO, len(ordered) - 1)):
            quarter, number = ordered.index[end], int(ordered.iloc[end])
            if ordered.iloc[: end + 1].sum() <= _ONE_OR_TWO and abs((ordered.index[end + 1] - quarter).n) > 1:
                row = audits[audits["quarter"] == quarter].iloc[0]
                said = issue("quarter_apart", quarter=quarter_name(quarter), audits=plural(number, "audit"))
                yield {"file": row["source_file"], "sheet": row["source_sheet"]} | said


def _new_grades(now: pd.DataFrame, before: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield the grade that all audits of a service have now, and none had in the eight quarters before."""
    if before["quarter"].nunique() < _EIGHT_QUARTERS:
        return
    for level, rows in now.groupby("level_of_need", observed=True):
        graded = rows["final_grade"].dropna()
        if len(graded) < _SOME or graded.nunique() > 1:
            continue
        earlier = before[before["level_of_need"] == level]
        last = sorted(earlier["quarter"].unique())[-_EIGHT_QUARTERS:]
        known = earlier.loc[earlier["quarter"].isin(last), "final_grade"]
        grade = graded.iloc[0]
        if len(last) == _EIGHT_QUARTERS and not (known == grade).any():
            yield issue("grade_never_given", level=level, given=grade, rows=plural(len(rows), "row"))


def _one_value(now: pd.DataFrame, before: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield the columns that have one value in all audits of the quarter, and had several in each one before."""
    if before["quarter"].nunique() < _EARLIER:
        return
    for name in _VARIED:
        values = now[name].dropna()
        if len(values) < _USUAL or values.nunique() > 1:
            continue
        different = before.groupby("quarter")[name].nunique()
        if len(different) >= _EARLIER and different.min() > 1:
            yield issue("one_value", column=AUDITS.column(name).heading, rows=plural(len(values), "row"))
