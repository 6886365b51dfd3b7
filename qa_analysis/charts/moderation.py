"""Charts of grades before and after: moderation and re-audits."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pandas as pd

from qa_analysis.charts.drawing import grade_colours, plain
from qa_analysis.charts.rows import Bar, stacked_bars
from qa_analysis.charts.style import Chart, house_style
from qa_analysis.charts.tables import (
    graded_words,
    in_grade_order,
    newest,
    one_level,
    records,
    scope_and_period,
    share_of,
    were,
    whole,
)
from qa_analysis.charts.trends import share_by_quarter
from qa_analysis.text import listed, plural

if TYPE_CHECKING:
    from qa_analysis.contract.settings import Settings


@house_style()
def moderation_chart(outcomes: pd.DataFrame, settings: Settings) -> Chart | None:
    """Return a bar for each grade that auditors gave, divided into the grades after moderation.

    Parameters
    ----------
    outcomes : DataFrame
        One row per pair of grades: `quarter`, `level_of_need` (text), `first_grade`, `final_grade` (text) and `count`
        (moderated audits). Of several quarters the newest is shown, of several levels of need the whole service.
    settings : Settings
        Order and meaning of the grades, names of the levels of need.

    Returns
    -------
    Chart or None
        None where no audit was moderated.

    Examples
    --------
    >>> from pathlib import Path
    >>> from qa_analysis.contract.settings import load_settings
    >>> pairs = pd.DataFrame({"first_grade": "Good", "final_grade": ["Good", "Inadequate"], "count": [6, 2]})
    >>> moderation_chart(pairs, load_settings(Path())).title
    '6 of 8 moderated audits (75%) kept the auditor’s grade; 2 were lowered and none raised'
    """
    pairs = _pairs(outcomes)
    moderated = sum(pairs.values())
    if not moderated:
        return None
    order = in_grade_order([], settings).index
    graded = {pair: count for pair, count in pairs.items() if pair[0] in settings.grade_names}
    kept = sum(count for (first, final), count in graded.items() if first == final)
    lowered = sum(count for (first, final), count in graded.items() if order(final) > order(first))
    raised = sum(count for (first, final), count in graded.items() if order(final) < order(first))
    chart = _before_and_after(
        pairs, settings, before="Auditor’s grade", after="Grade after moderation:", end="Kept",
        counts=lambda first, final: first == final,
    )  # fmt: skip
    where = scope_and_period(one_level(newest(outcomes)), settings)
    chart.title = (
        f"{share_of(kept, moderated, 'moderated audit')} kept the auditor’s grade; "
        f"{lowered or 'none'} {were(lowered, 'lowered')} and {raised or 'none'} raised"
    )
    chart.subtitle = f"Moderated audits by the auditor’s grade and the grade after moderation, {where}"
    chart.alt = (
        f"Stacked bar chart of {plural(moderated, 'moderated audit')} by the auditor’s grade and the grade after "
        f"moderation, {where}. {_pair_sentences(pairs, settings)}"
    )
    return chart


@house_style()
def reaudits_chart(reaudits: pd.DataFrame, settings: Settings) -> Chart | None:
    """Return a bar for each grade of the earlier audit, divided into the grades of the re-audit.

    Parameters
    ----------
    reaudits : DataFrame
        As for `moderation_chart`: `first_grade` is the final grade of the earlier audit, `final_grade` that of the
        re-audit, and `count` the re-audited records. `quarter` and `level_of_need` may be left out.
    settings : Settings
        Order and meaning of the grades, names of the levels of need.

    Returns
    -------
    Chart or None
        None where no record was re-audited.

    Examples
    --------
    >>> from pathlib import Path
    >>> from qa_analysis.contract.settings import load_settings
    >>> pairs = pd.DataFrame({"first_grade": "Inadequate", "final_grade": ["Good", "Inadequate"], "count": [5, 1]})
    >>> reaudits_chart(pairs, load_settings(Path())).title
    '5 of 6 re-audited records (83%) improved'
    """
    pairs = _pairs(reaudits)
    records_read = sum(pairs.values())
    if not records_read:
        return None
    order = in_grade_order([], settings).index

    def improved(first: str, final: str) -> bool:
        return order(final) < order(first)

    better = sum(count for pair, count in pairs.items() if improved(*pair))
    chart = _before_and_after(
        pairs, settings, before="Earlier grade", after="Grade at re-audit:", end="Improved", counts=improved
    )
    where = scope_and_period(one_level(newest(reaudits)), settings)
    chart.title = f"{share_of(better, records_read, 're-audited record')} improved"
    chart.subtitle = f"Re-audited records by the grade of the earlier audit and of the re-audit, {where}"
    chart.alt = (
        f"Stacked bar chart of {plural(records_read, 're-audited record')} by the grade of the earlier audit and of "
        f"the re-audit, {where}. {_pair_sentences(pairs, settings)}"
    )
    return chart


def moderation_changed_chart(changes: pd.DataFrame, settings: Settings) -> Chart | None:
    """Return the share of moderated audits whose grade was changed, quarter by quarter, with its interval.

    Parameters
    ----------
    changes : DataFrame
        As for `share_by_quarter`: of `denominator` moderated audits, `count` were changed.
    settings : Settings
        Names of the levels of need.

    Returns
    -------
    Chart or None
        None where nothing was moderated in any of the quarters.

    Examples
    --------
    >>> from pathlib import Path
    >>> from qa_analysis.contract.settings import load_settings
    >>> quarters = pd.period_range("2026Q1", "2026Q2", freq="Q-MAR")
    >>> changes = pd.DataFrame({"quarter": quarters, "level_of_need": "All", "count": [7, 8], "denominator": [25, 45]})
    >>> changes = changes.assign(percent=[28.0, 17.8], ci_low=[14.3, 9.3], ci_high=[47.6, 31.3])
    >>> moderation_changed_chart(changes, load_settings(Path())).title
    '8 of 45 moderated audits (18%) had their grade changed; 7 of 25 (28%) the quarter before'
    """
    return share_by_quarter(
        changes, settings, population=("moderated audit", "moderated audits"),
        finding=("had its grade changed", "had their grade changed"),
    )  # fmt: skip


def _pairs(outcomes: pd.DataFrame) -> dict[tuple[str, str], int]:
    """Return the number of records for each pair of first and final grade that occurs."""
    rows = records(one_level(newest(outcomes)))
    return {(row["first_grade"], row["final_grade"]): whole(row["count"]) for row in rows if whole(row["count"])}


def _before_and_after(
    pairs: dict[tuple[str, str], int],
    settings: Settings,
    *,
    before: str,
    after: str,
    end: str,
    counts: Callable[[str, str], bool],
) -> Chart:
    """Return the chart of pairs of grades; at a row's end stands how many of its pairs the rule `counts` holds for."""
    scale = settings.grade_names
    bars = []
    for first in in_grade_order((first for first, _ in pairs), settings):
        row = [pairs.get((first, final), 0) for final in scale]
        fulfilled = sum(
            count for final, count in zip(scale, row, strict=True) if first in scale and counts(first, final)
        )
        if sum(row):
            ending = f"{fulfilled} of {sum(row)}" if first in scale else "–"
            bars.append(Bar(plain(first), row, [str(count) for count in row], ending))
    return stacked_bars(
        bars,
        [plain(grade) for grade in scale],
        grade_colours(scale, settings.good_grades),
        percent=False,
        key_heading=after,
        label_heading=before,
        end_heading=end,
    )


def _pair_sentences(pairs: dict[tuple[str, str], int], settings: Settings) -> str:
    """Return for each first grade how many there were and what they became."""
    sentences = []
    for first in in_grade_order((first for first, _ in pairs), settings):
        row = [(final, pairs.get((first, final), 0)) for final in settings.grade_names]
        total = sum(count for _, count in row)
        if total:
            became = listed(graded_words(count, final) for final, count in row if count)
            graded = f"graded {plain(first)}" if first in settings.grade_names else plain(first).lower()
            sentences.append(f"Of {total} first {graded}, {became} afterwards.")
    return " ".join(sentences)
