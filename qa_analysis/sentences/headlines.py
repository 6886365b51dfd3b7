"""What a board or a service's manager asks first, each answer under its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa_analysis.sentences.compared import headlines
from qa_analysis.sentences.counting import share_with_the_quarter_before
from qa_analysis.sentences.moderation import upheld_in_short
from qa_analysis.sentences.practice import still_waiting
from qa_analysis.sentences.programme import at_random
from qa_analysis.sentences.response import actions_in_short
from qa_analysis.text import listed

if TYPE_CHECKING:
    from qa_analysis.page.report import Report
    from qa_analysis.sentences import Points


def in_short(report: Report) -> Points:
    """Return what is asked first.

    How many audits there were, whether grading is getting better, where audits failed, how far second readers agreed,
    and what was agreed by when; actions are the whole service's on each page.
    """
    said = {
        row["measure"]: (row["label"], row["sentence"].removeprefix(f"{row['label']}: "))
        for row in headlines(report.data, report.quarter, report.level).to_dict("records")
    }
    label, good = said["good_or_better"]
    failing, waiting = report.settings.failing_words, still_waiting(report)
    return [
        said["audits_completed"],
        (label, " ".join(filter(None, [good, at_random(report)]))),
        (f"Audits graded {failing}", _where(report)),
        *([(f"Graded {failing} and not yet re-audited", waiting)] if waiting else []),
        ("Moderation", upheld_in_short(report)),
        ("Actions agreed" if report.whole_service else "Actions agreed (all services)", actions_in_short(report)),
    ]


def _where(report: Report) -> str:
    """Return how many audits failed and, on the board's page, in which services."""
    if not report.now("inadequate").of:
        return "no audit was graded."
    share = share_with_the_quarter_before(report, "inadequate")
    names = report.settings.level_names if report.whole_service else {}
    by_level = {name: report.now("inadequate", level=code).count for code, name in names.items()}
    where = listed(f"{count} in {name}" for name, count in by_level.items() if count)
    return f"{share}{f': {where}' if where else ''}."
