"""Sentences about the audits completed, those without a grade, and the rows that are in no figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa_analysis.contract.problems import CAUTION, DOUBT, most_costly, said
from qa_analysis.sentences.phrases import of_each_level, was
from qa_analysis.text import listed, plural, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa_analysis.page.report import Report

_DOUBTS_NAMED = 3


def held_back(report: Report) -> str | None:
    """Return how many rows could not be used: of this quarter, and of none that can be told; see `in_doubt`, too."""
    number, here, unknown = (
        report.now("rows_held_back", category=which).count for which in ("all", "of the quarter", "of no quarter")
    )
    if not number:
        return None if in_doubt(report) else "Every row of the workbooks was read and used."
    other = number - here - unknown
    parts = {
        "of this quarter": here, f"of {'another quarter' if other == 1 else 'other quarters'}": other,
        "without a readable date": unknown,
    }  # fmt: skip
    where = listed(f"{count:,} {which}" if number > 1 else which for which, count in parts.items() if count)
    rows = f"{number:,} rows of the workbooks are" if number > 1 else "1 row of the workbooks is"
    return f"{rows} in no figure ({where}); the data-quality page says why."


def in_doubt(report: Report) -> str | None:
    """Return what of the workbooks can be read in two ways and is in no figure, or nothing where all is certain."""
    doubts = most_costly(report.data.issues, DOUBT)
    if doubts.empty:
        return None
    named = [
        f"{f'{column} on the sheet' if column else 'the sheet'} {quoted(sheet)}"
        for column, sheet in doubts[["column", "sheet"]].drop_duplicates().itertuples(index=False)
    ]
    return (
        "In doubt, because the workbooks can be read in more than one way, and not counted: "
        f"{_first_of(named)}; the data-quality page says where, and what decides it."
    )


def odd(report: Report) -> str | None:
    """Return what of the quarter is counted and looks odd, or nothing."""
    cautions = report.data.issues[report.data.issues["kind"] == CAUTION]
    if cautions.empty:
        return None
    reasons = said(cautions, None)["reason"].str.removesuffix(": counted").drop_duplicates()
    return f"Counted, but to be looked at: {_first_of(reasons.tolist())}."


def _first_of(named: Sequence[str]) -> str:
    more = len(named) - _DOUBTS_NAMED
    return listed([*named[:_DOUBTS_NAMED], *([f"{more:,} more"] if more > 0 else [])])


def audits_completed(report: Report) -> str:
    """Return how many audits were completed of how many planned, and by level of need."""
    now = report.now("audits_completed")
    total, planned = now.count, now.of
    if not total:
        return "No audit was completed." + (f" {plural(planned, 'audit')} {was(planned)} planned." if planned else "")
    of_planned = f" of {planned:,} planned" if planned else ""
    if planned and total > planned:
        of_planned = f" ({planned:,} {was(planned)} planned)"
    of_planned += report.was("audits_completed")
    done = listed(f"{name} {figure.count}" for name, figure in of_each_level(report, "audits_completed").items())
    return f"{plural(total, 'audit')} {was(total)} completed{of_planned}{f': {done}' if done else ''}."


def left_out(report: Report) -> str | None:
    """Return how many audits do not count in the programme by their type or status, where a council records these."""
    by_why = {why: figure.count for why, figure in report.each("audits_left_out").items() if figure.count}
    if not by_why:
        return None
    number = sum(by_why.values())
    named = listed(f"{count} {quoted(why.partition(': ')[2])}" for why, count in by_why.items())
    return f"Not counted, by {'its' if number == 1 else 'their'} type or status: {plural(number, 'audit')} ({named})."


def not_graded(report: Report) -> str | None:
    """Return how many audits have no grade and are outside the shares."""
    number = report.now("audits_not_graded").count
    if not (number and report.settings.graded):
        return None
    verb = "was completed without a grade and is" if number == 1 else "were completed without a grade and are"
    return f"{plural(number, 'audit')} {verb} outside the grades below."
