"""What the audits themselves say for the strengths and the learning: statements that are counted, by small rules.

Each rule holds or it does not; when it does not hold there is no statement. A statement carries its counts, and a
caution where they are small (under 10) or may mislead. Nothing here is a verdict: "fewer" is a count, not a test.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from qa_analysis.metrics.evidence_areas import (
    areas_moving,
    best_sub_grades,
    green_shoots_growing,
    most_often_failing,
)
from qa_analysis.metrics.evidence_audits import (
    best_audits,
    good_grades_that_fell,
    inadequate_compared,
    months_without_inadequate,
    reaudits_got_better,
    waiting_compared,
)
from qa_analysis.metrics.share import ALL, each_quarter
from qa_analysis.metrics.statement import Statement

if TYPE_CHECKING:
    from qa_analysis.settings import Settings

_TYPES = {
    **dict.fromkeys(["rule", "level_of_need", "kind", "sentence"], "str"),
    "count": "int64",
    "denominator": "int64",
    "caution": "str",
}


def evidence(
    audits: pd.DataFrame, sub_grades: pd.DataFrame, quarter: pd.Period, settings: Settings, level: str = ALL
) -> pd.DataFrame:
    """Statements that hold in a quarter, for the areas of strength and of learning.

    Parameters
    ----------
    audits, sub_grades
        The cleaned tables, of earlier quarters too.
    quarter
        The quarter reported on.
    settings
        The names of the levels of need, and what the grades are called.
    level
        `All` for the board's page; else the code of a level of need, whose page has what is true of it alone.

    Returns
    -------
    DataFrame
        One row for each statement, in the order of the rules and then of the levels of need: `rule`,
        `level_of_need` (text; `All` for the whole service), `kind` (text; Strength, Learning), `sentence` (text),
        `count`, `denominator` (int) and `caution` (text; empty where there is none).

    Examples
    --------
    >>> from pathlib import Path
    >>> from qa_analysis.settings import load_settings
    >>> quarter = pd.Period("2026Q2", freq="Q-MAR")
    >>> for sentence in evidence(*_example(), quarter, load_settings(Path()))["sentence"]:
    ...     print(sentence)
    No audit in the whole service was graded Inadequate in September 2025 (1 audit graded).
    Care Leavers has an example of Good practice: 1 of 1 audit (100%) was graded Good.
    """
    return told(_statements(audits, sub_grades, quarter, settings), audits, quarter, level)


def told(found: pd.DataFrame, audits: pd.DataFrame, quarter: pd.Period, level: str) -> pd.DataFrame:
    """Return the statements that a page has, of a table of all: the board's (`All`), or that of a level of need."""
    shown = found["on_board"] if level == ALL else found["level_of_need"] == level
    if level == ALL and audits.loc[audits["quarter"].isin([quarter - 1, quarter]), "level_of_need"].nunique() == 1:
        of_all = found.loc[found["level_of_need"] == ALL, "rule"]
        shown &= (found["level_of_need"] == ALL) | ~found["rule"].isin(of_all)  # the one service says it once
    return found.loc[shown, list(_TYPES)].reset_index(drop=True)


def _statements(audits: pd.DataFrame, sub_grades: pd.DataFrame, quarter: pd.Period, settings: Settings) -> pd.DataFrame:
    """Return all statements, of the board's page and of the services'."""
    best = best_audits(audits, quarter, settings)
    without = [
        each
        for each in best_sub_grades(sub_grades, quarter, settings)
        if each.level_of_need not in {audit.level_of_need for audit in best}
    ]
    statements = [
        *areas_moving(sub_grades, quarter, settings),
        *green_shoots_growing(audits, sub_grades, quarter, settings),
        *months_without_inadequate(audits, quarter, settings),
        *reaudits_got_better(audits, quarter, settings),
        *waiting_compared(audits, quarter, settings),
        *inadequate_compared(audits, quarter, settings),
        *good_grades_that_fell(audits, quarter, settings),
        *most_often_failing(sub_grades, quarter, settings),
        *best,
        *without,
    ]
    return table_of(statements)


def table_of(statements: list[Statement]) -> pd.DataFrame:
    """Return statements as a table, whose `on_board` tells whether the board's page has them, too."""
    types = {**_TYPES, "on_board": "bool"}
    return pd.DataFrame(statements, columns=list(types)).astype(types)


def evidence_counts(
    audits: pd.DataFrame, sub_grades: pd.DataFrame, settings: Settings, quarters: Sequence[pd.Period]
) -> pd.DataFrame:
    """Return the counts that the statements of `evidence` rest on, in the shape of a measure.

    Parameters
    ----------
    audits, sub_grades, settings
        As in `evidence`.
    quarters
        The quarters to show. A rule that does not hold has no row.

    Returns
    -------
    DataFrame
        `quarter`, `level_of_need` (text), `category` (text; the rule), `count` and `denominator` (int).

    Examples
    --------
    >>> from pathlib import Path
    >>> from qa_analysis.settings import load_settings
    >>> counts = evidence_counts(*_example(), load_settings(Path()), [pd.Period("2026Q2", freq="Q-MAR")])
    >>> counts[["level_of_need", "category", "count", "denominator"]]
      level_of_need       category  count  denominator
    0           All  no Inadequate      0            1
    1            CL  no Inadequate      0            1
    2            CL    best audits      1            1
    """
    found = each_quarter(lambda quarter: _statements(audits, sub_grades, quarter, settings), quarters)
    return found.rename(columns={"rule": "category"})[["quarter", "level_of_need", "category", "count", "denominator"]]


def _example() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return one audit without sub-grades, for the examples."""
    audits = pd.DataFrame({"audit_id": ["a"], "reaudit_of": [None], "quarter": [pd.Period("2026Q2", freq="Q-MAR")]})
    audits["audit_date"] = pd.Timestamp(2025, 9, 1)
    audits["month"] = audits["audit_date"].dt.to_period("M")
    audits["level_of_need"] = pd.Categorical(["CL"], categories=["CL"], ordered=True)
    grade = pd.Categorical(["Good"], categories=["Good", "Weak"], ordered=True)
    audits = audits.assign(overall_grade=grade, moderated_grade=None, final_grade=grade, moderated=False)
    audits = audits.assign(graded=True, inadequate=False, shoots_grade=False)
    sub_grades = audits.head(0).assign(good_or_better=True, inadequate=False, grade=audits["final_grade"])
    return audits, sub_grades.assign(practice_area=sub_grades["level_of_need"])
