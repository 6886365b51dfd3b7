"""What sentences share: how a figure is said beside the quarter before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa_analysis.text import percent

if TYPE_CHECKING:
    from qa_analysis.page.report import Figure, Report

THE_QUARTER_BEFORE = "the quarter before"


def was(number: int, of: int = 0) -> str:
    """Return “was” for one and “were” for any other number; “0 of 1” is one, too.

    Examples
    --------
    >>> was(1), was(0), was(2), was(0, of=1)
    ('was', 'were', 'were', 'was')
    """
    return "was" if 1 in (number, of) else "were"


def audits_of(number: int) -> str:
    """Return “audit” after a count of one and “audits” after any other.

    Examples
    --------
    >>> audits_of(1), audits_of(45)
    ('audit', 'audits')
    """
    return "audit" if number == 1 else "audits"


def share_with_the_quarter_before(report: Report, name: str) -> str:
    """Return a share as a clause without a verdict: “8 of 45 (18%; the quarter before 7 of 25, 28%)”."""
    now, earlier = report.now(name), _earlier(report.before(name))
    if not now.of:
        return "0 of 0"
    before = f"; {THE_QUARTER_BEFORE} {earlier}" if earlier else ""
    return f"{now.count} of {now.of} ({percent(now.count, now.of)}{before})"


def _earlier(before: Figure) -> str:
    if before.of:
        return f"{before.count} of {before.of}, {percent(before.count, before.of)}"
    return "" if before.percent is None else f"{percent(before.percent, 100)}, as printed"
