"""Figures that may go to the public: few measures, and no small number that is shown or can be worked out.

What goes out is the programme as a whole: audits completed, final grades, the share Inadequate, moderation and families
considered for the whole service, and the share Good or better by level of need. No months, sub-grades, themes, teams,
quotes or other text, no plan, and nothing printed before row-level data was kept. Small numbers are hidden as
`metrics.suppression` describes. Each quarter is treated by itself, so that it looks the same in every set it is in;
nothing that goes out links two quarters.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np
import pandas as pd

from qa_analysis.charts.share_bars import public_shares_chart, told
from qa_analysis.contract.levels import ALL
from qa_analysis.contract.quarters import quarter_name
from qa_analysis.metrics.catalogue import MEASURES
from qa_analysis.metrics.restated import RESTATED
from qa_analysis.metrics.suppression import SUPPRESSED, Atoms, suppressed
from qa_analysis.page.blocks import Block, say, show, show_table
from qa_analysis.store.figures import COLUMNS, figures

if TYPE_CHECKING:
    from qa_analysis.contract.settings import Settings
    from qa_analysis.store.data import Data

_PUBLIC = {each.name: each for each in MEASURES if each.public}
_NOT_GRADED = ""  # stands where a grade would
_CHANGED: Atoms = frozenset({("moderation", "changed")})
_MODERATED: Atoms = _CHANGED | {("moderation", "upheld")}
_ONE_READER: Atoms = frozenset({("moderation", "none")})  # graded, and by nobody else: whoever is moderated has a grade


class _Row(NamedTuple):
    """What a row's numbers are sums of: those counted, and everyone where it is a share."""

    counted: Atoms
    everyone: Atoms | None = None


def public_figures(data: Data, quarter: pd.Period) -> pd.DataFrame:
    """Return the figures of a quarter and of those shown before it as they may go to the public.

    Parameters
    ----------
    data
        The cleaned tables, and `settings.small_number_threshold`: the smallest count that is not small.
    quarter
        The quarter reported on.

    Returns
    -------
    DataFrame
        The columns of `figures.csv` (see `store.figures.figures`), for quarters that have audits, without measures
        of which nothing was recorded in any quarter. Where `note` is "suppressed", `count`, `percent`, `ci_low` and
        `ci_high` are missing, and so is `denominator` where it is hidden too.
    """
    with_audits = {quarter_name(each) for each in data.quarters}
    table = figures(data, quarter)
    by_level, whole = (
        table["measure"].isin([name for name, each in _PUBLIC.items() if each.public == of])
        for of in ("by level of need", "whole service")
    )
    whole &= table["level_of_need"] == ALL
    table = table.assign(note=table["note"].mask(table["note"] == RESTATED, ""))  # not told to the public
    own = table["quarter"].isin(with_audits) & (table["note"] == "") & table["count"].notna()
    public = table[(by_level | whole) & (table["month"] == "") & own]
    counted = public["measure"].map(_is_counted)
    public = public.assign(
        denominator=public["denominator"].mask(counted), percent=public["percent"].mask(counted), value=float("nan")
    )
    parts = [_protected(rows, data.settings) for _, rows in public.groupby("quarter", sort=False)]
    safe = pd.concat(parts).sort_index()
    return safe[~safe["measure"].isin(_not_recorded(data))].reset_index(drop=True)[COLUMNS]


def public_rows(public: pd.DataFrame, measure: str, quarter: pd.Period | None = None) -> pd.DataFrame:
    """Return the rows of one measure, for a chart or a table.

    Parameters
    ----------
    public
        As `public_figures` returns them.
    measure
        The measure's name.
    quarter
        The quarter whose levels of need are wanted; without it every quarter's whole service.
    """
    wanted = public["level_of_need"] == ALL if quarter is None else public["quarter"] == quarter_name(quarter)
    return public[wanted & (public["measure"] == measure)].reset_index(drop=True)


def public_table(rows: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return rows of `public_rows` as they are printed: what is the same in every row is left out, and names are full.

    Returns
    -------
    DataFrame
        `quarter`, `level_of_need` and `grade` where they differ, `count`, and where they are shares `denominator`,
        `percent` (0–100), `ci_low` and `ci_high`; `note` says what is suppressed.
    """
    names = [settings.level_name(code) for code in rows["level_of_need"]]
    table = rows.assign(level_of_need=names).rename(columns={"category": "grade"})
    same = [name for name in ("quarter", "level_of_need", "grade") if table[name].nunique() == 1]
    shares = ["denominator", "percent", "ci_low", "ci_high"] if rows["measure"].map(_is_counted).all() else []
    heads = same if len(same) < 3 else same[1:]
    return table.drop(columns=["month", "measure", "value", *heads, *shares])


def shares(public: pd.DataFrame, measure: str, settings: Settings, quarter: pd.Period | None = None) -> Block:
    """Return a chart of the rows of `public_rows`, with their table beneath, or why it is left out."""
    rows = public_rows(public, measure, quarter)
    if reason := why_left_out(rows):
        return say(reason)
    by: Literal["quarter", "level_of_need"] = "quarter" if quarter is None else "level_of_need"
    return show(public_shares_chart(rows, settings, by=by), public_table(rows, settings))


def counts(
    public: pd.DataFrame, measure: str, settings: Settings, caption: str, quarter: pd.Period | None = None
) -> Block:
    """Return a table of the rows of `public_rows`, or why it is left out."""
    rows = public_rows(public, measure, quarter)
    reason = why_left_out(rows)
    return say(reason) if reason else show_table(public_table(rows, settings), caption)


def why_left_out(rows: pd.DataFrame) -> str:
    """Return why a chart or a table of rows of `public_rows` would say nothing; an empty text where it says something.

    Examples
    --------
    >>> why_left_out(pd.DataFrame({"count": [None, 0], "denominator": [8, 0]}))
    'All numbers that would stand here are suppressed, or there was nothing to count.'
    """
    if rows.empty:
        return "Nothing was recorded for this section."
    hidden, nothing = rows["count"].isna(), rows["denominator"].fillna(1) == 0
    if not (hidden | nothing).all():
        return ""
    if nothing.all():
        return "There was nothing to count."
    reason = "All numbers that would stand here are suppressed"
    return f"{reason}, or there was nothing to count." if nothing.any() else f"{reason}."


def about(settings: Settings) -> str:
    """Return what a reader must know of the figures: how they were chosen and what is not shown."""
    chosen = (
        "These are the figures of our own checks of children's records. The records are chosen, not drawn at random, "
        "so the figures describe the records that were looked at."
    )
    largest = settings.small_number_threshold - 1
    if not largest:
        return chosen
    return (
        f"{chosen}\nNumbers {f'from 1 to {largest}' if largest > 1 else 'of 1'} are not shown, so that nobody can be "
        "recognised. Where a hidden number could be worked out from others, some of those are hidden too. Counts and "
        f"percentages that are hidden read “{SUPPRESSED}”, which is not the same as none; their intervals read “–”."
    )


def public_points(public: pd.DataFrame, quarter: pd.Period, settings: Settings) -> list[tuple[str, str]]:
    """Return the quarter's main figures as points: what is counted, and the counts, or that they are suppressed."""
    now = public[(public["quarter"] == quarter_name(quarter)) & (public["level_of_need"] == ALL)]
    rows = {row["measure"]: row for row in now.to_dict("records")}
    names = {name: each.called(each.public_words, settings) for name, each in _PUBLIC.items() if each.public_words}
    return [(name, told(rows[measure])) for measure, name in names.items() if measure in rows]


def _is_counted(measure: str) -> bool:
    """Tell whether a measure goes out as a count, without what it is a share of."""
    return _PUBLIC[measure].kind != "share"


def _not_recorded(data: Data) -> list[str]:
    """Return the measures of which nothing was recorded, so that a nought would say what nobody knows."""
    families = ["multi_agency_families"] if data.multi_agency_audits.empty else []
    second_readers = [] if data.audits["moderated"].any() else ["audits_moderated", "moderation_changed"]
    return families + second_readers


def _protected(rows: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return one quarter's rows without the numbers that are small or would tell a small one."""
    levels = [level for level in dict.fromkeys(rows["level_of_need"]) if level != ALL]
    described = [_described(row, levels, settings) for row in rows.to_dict("records")]
    threshold = settings.small_number_threshold
    published: dict[Atoms, int] = {}
    rests: dict[Atoms, int] = {}
    parts: dict[Atoms, set[Atoms]] = {}
    for sums, count, denominator in zip(described, rows["count"], rows["denominator"], strict=True):
        published[sums.counted] = int(count)
        if sums.everyone is not None:
            published[sums.everyone] = int(denominator)
            rests[sums.everyone - sums.counted] = int(denominator) - int(count)
            parts.setdefault(sums.everyone, set()).add(sums.counted)
    completed, graded = _audits(levels, [*settings.grade_names, _NOT_GRADED]), _audits(levels, settings.grade_names)
    not_graded = completed - graded
    rests[not_graded] = published[completed] - published[graded]
    rests[_ONE_READER] = published[graded] - published[_MODERATED]
    rests[_ONE_READER | not_graded] = published[completed] - published[_MODERATED]
    # Of the two numbers that would tell how many were not graded, the graded ones are of more use.
    few = [completed] if 0 < rests[not_graded] < threshold else []
    alike = [(graded, _MODERATED | _ONE_READER)]
    hide = suppressed(published, rests, threshold, alike=alike, hidden=few, parts=parts)
    no_count = np.array([sums.counted in hide for sums in described])
    no_share = np.array([sums.everyone in hide for sums in described])
    gone = {name: rows[name].mask(no_count) for name in ("count", "percent", "ci_low", "ci_high")}
    return rows.assign(
        **gone, denominator=rows["denominator"].mask(no_share), note=rows["note"].mask(no_count, SUPPRESSED)
    )


def _described(row: dict[Any, Any], levels: Sequence[str], settings: Settings) -> _Row:
    """Return what a row's numbers are sums of."""
    measure = row["measure"]
    of = levels if row["level_of_need"] == ALL else [row["level_of_need"]]
    grades = settings.grade_names
    whole: dict[str, _Row] = {
        "audits_completed": _Row(_audits(levels, [*grades, _NOT_GRADED])),
        "audits_moderated": _Row(_MODERATED),
        "moderation_changed": _Row(_CHANGED, _MODERATED),
        "multi_agency_families": _Row(frozenset({(measure,)})),
    }
    if measure in whole:
        return whole[measure]
    counted = {
        "grade": [row["category"]],
        "good_or_better": settings.good_grades,
        "inadequate": [grade.name for grade in settings.grades if grade.failing],
    }[measure]
    return _Row(_audits(of, counted), _audits(of, grades))


def _audits(levels: Sequence[str], grades: Sequence[str]) -> Atoms:
    return frozenset(("audit", level, grade) for level in levels for grade in grades)
