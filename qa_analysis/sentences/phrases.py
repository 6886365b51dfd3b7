"""What sentences share: how a figure is said beside the quarter before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa_analysis.text import percent

if TYPE_CHECKING:
    from qa_analysis.page.report import Figure, Report

BEFORE = "the quarter before"


def was(number: int, of: int = 0) -> str:
    """Return “was” for one and “were” for any other number; “0 of 1” is one, too.

    Examples
    --------
    >>> was(1), was(0), was(2), was(0, of=1)
    ('was', 'were', 'were', 'was')
    """
    return "was" if 1 in (number, of) else "were"


def of_each_level(report: Report, name: str) -> dict[str, Figure]:
    """Return a measure's figure of each level of need by its name on the board's page; none on a service's."""
    names = report.settings.level_names if report.whole_service else {}
    return {level: report.now(name, level=code) for code, level in names.items()}


def share_with_the_quarter_before(report: Report, name: str) -> str:
    """Return a share as a clause without a verdict: “8 of 45 (18%; the quarter before 7 of 25, 28%)”.

    Where one of them is of fewer than ten, no per cent is told: “8 of 45 (the quarter before 3 of 9)”.
    """
    now = report.now(name)
    if not now.of:
        return "none"
    counted, _, share = now.beside(report.before(name)).partition(" (")
    earlier = share_before(report, name).replace(" (", ", ").rstrip(")")
    within = "; ".join(filter(None, [share.rstrip(")"), f"{BEFORE} {earlier}" if earlier else ""]))
    return f"{counted} ({within})" if within else counted


def share_before(report: Report, name: str) -> str:
    """Return a share of the quarter before, “7 of 25 (28%)”, or as it was printed; nothing where it is not known."""
    before = report.before(name)
    if before.of:
        return before.beside(report.now(name))
    return "" if before.percent is None else f"{percent(before.percent, 100)}, as printed"
