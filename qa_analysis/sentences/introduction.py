"""Sentences of the introduction: what the report is about, and the words that a lay reader needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa_analysis.contract.quarters import months_named
from qa_analysis.text import listed

if TYPE_CHECKING:
    from qa_analysis.page.report import Report
    from qa_analysis.sentences import Points


def introduction(report: Report) -> str | None:
    """Return who the report is for, of when, and of which services; nothing where the analyst introduces it."""
    if report.written("Introduction"):
        return None
    where = "" if report.whole_service else f" in {report.settings.level_name(report.level)}"
    return (
        f"For the {report.settings.board}: what audits, moderation, managers' checks, families and partners said about "
        f"practice{where} from {months_named(report.quarter)}."
    )


def words_used(report: Report) -> Points:
    """Return the words that a lay reader needs, each with what it means on this council's scale of grades."""
    settings = report.settings
    services = listed(f"{code} is {name}" if code != name else name for code, name in settings.level_names.items())
    shoots = (
        f"an audit graded {settings.shoots_words} with at least one practice area graded {settings.good_words}: weak, "
        "but with something good in it."
    )
    return [
        ("Level of need", f"the service that a child is open to: {services}."),
        ("Deep-dive audit", "one child's record read in depth."),
        ("Dip sample", "a quick look at a few records, for one question."),
        ("Sub-grade", "the grade of one practice area, such as planning, within an audit."),
        ("Moderation", "a second reader checks the auditor's grade, and keeps (upholds) or changes it."),
        ("Final grade", "the second reader's grade where there is one, otherwise the auditor's."),
        *([("Green shoots", shoots)] if settings.shoots_words else []),
        (
            "95% interval",
            "with few audits a share is uncertain; this is the range in which it could well lie if many more such "
            "records were read.",
        ),
        ("Points", "percentage points: the difference between two percentages."),
        ("iCART", "the integrated contact and referral team, which audits whole families with its partners."),
        ("EHCP, IRO, PEP", "education, health and care plan; independent reviewing officer; personal education plan."),
    ]
