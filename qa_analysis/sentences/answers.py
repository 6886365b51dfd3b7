"""The sentence about the practice standards: which question is answered Yes least often."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from qa_analysis.metrics.answers import YES
from qa_analysis.metrics.share import SMALL
from qa_analysis.text import plural, quoted

if TYPE_CHECKING:
    from qa_analysis.page.report import Report


def weakest_answer(report: Report) -> str | None:
    """Return which question that applies to enough records has the smallest share of Yes."""
    rows = report.cells("answer")
    yes = rows[rows["answer"] == YES] if len(rows) else rows
    enough = [(each["question"], each["count"], each["denominator"]) for each in yes.to_dict("records")
              if each["denominator"] >= SMALL]  # fmt: skip
    if not enough:
        return None
    question, count, of = min(enough, key=lambda each: Fraction(int(each[1]), int(each[2])))
    return f"Least often answered Yes: {quoted(question)}, in {count} of {plural(int(of), 'record')}."
