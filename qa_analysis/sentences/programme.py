"""Sentences of the introduction and of the monthly audit programme."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa_analysis.contract.levels import ALL
from qa_analysis.contract.quarters import months_of, quarter_name
from qa_analysis.metrics.cautions import SMALL
from qa_analysis.metrics.control_chart import control_limits
from qa_analysis.metrics.grades import chosen_at_random
from qa_analysis.metrics.selection import moved, reasons_moved
from qa_analysis.metrics.share import NOT_RECORDED
from qa_analysis.sentences.counting import THE_QUARTER_BEFORE, share_with_the_quarter_before, was
from qa_analysis.text import fold, listed, percent, plural, rounded_percent

if TYPE_CHECKING:
    import pandas as pd

    from qa_analysis.page.report import Report
    from qa_analysis.sentences import Points


def introduction(report: Report) -> str:
    """Return who the report is for, of when, about which services, and what their codes in tables mean."""
    first, *_, last = months_of(report.quarter)
    names = report.settings.level_names
    about = "children's services" if report.whole_service else f"the {names[report.level]} service"
    return (
        f"This report tells the {report.settings.board} what quality assurance found in {about} in "
        f"{quarter_name(report.quarter)} ({first:%B} to {last:%B %Y}). In tables the services have short names: "
        f"{listed(f'{code} is {name}' for code, name in names.items())}."
    )


def words_used(report: Report) -> Points:
    """Return the words that a lay reader needs, each with what it means on this council's scale of grades."""
    settings = report.settings
    shoots = (
        f"an audit graded {settings.shoots_words} with at least one practice area graded {settings.good_words}: weak, "
        "but with something good in it."
    )
    return [
        ("Level of need", "the service that a child is open to."),
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


def what_verdicts_mean(report: Report) -> str:  # noqa: ARG001 - it is the same in every report
    """Return when the headline figures are said to be higher or lower, and what “no clear change” is not."""
    return (
        "“Higher” and “lower” are said only where the 95% interval of the difference is wholly above or wholly below "
        "0. “No clear change” is not “no change”: with so few audits, a real change can be too small to be told from "
        "chance."
    )


def held_back(report: Report) -> str:
    """Return how many rows could not be used: of this quarter, and of none that can be told."""
    number, here, unknown = (
        report.now("rows_held_back", category=which).count for which in ("all", "of the quarter", "of no quarter")
    )
    if not number:
        return "Every row of the workbooks was read and used."
    which = "the data-quality page says which and why."
    if number == 1:
        where = "is of this quarter" if here else "has no date that can be read" if unknown else "is of another quarter"
        return f"1 row of the workbooks could not be used and is in no figure; it {where}; {which}"
    other = number - here - unknown
    parts = [
        f"{here:,} of this quarter" if here else "",
        f"{other:,} of {'another quarter' if other == 1 else 'other quarters'}" if other else "",
        f"{unknown:,} without a date that can be read" if unknown else "",
    ]
    where = listed(part for part in parts if part)
    return f"{number:,} rows of the workbooks could not be used and are in no figure: {where}; {which}"


def audits_completed(report: Report) -> str:
    """Return how many audits were completed, by level of need, and of how many planned."""
    now = report.now("audits_completed")
    total, planned = now.count, now.of
    if not total:
        return "No audit was completed." + (f" {plural(planned, 'audit')} {was(planned)} planned." if planned else "")
    names = report.settings.level_names if report.whole_service else {}
    by_level = {name: report.now("audits_completed", level=code) for code, name in names.items()}
    done = listed(f"{name} {figure.count or 'none'}" for name, figure in by_level.items())
    said = f"{plural(total, 'audit')} {was(total)} completed{f': {done}' if done else ''}."
    if not planned:
        return said
    said += f" {plural(planned, 'audit')} {was(planned)} planned, so {percent(total, planned)} of the plan was met."
    if not report.whole_service:
        return said
    short = [
        f"{name} {figure.count} of {figure.of}" for name, figure in by_level.items() if figure.count < (figure.of or 0)
    ]
    return f"{said} {f'Fewer than planned: {listed(short)}.' if short else 'No level of need fell short of its plan.'}"


def not_graded(report: Report) -> str | None:
    """Return how many audits have no grade and are outside the shares."""
    number = report.now("audits_not_graded").count
    if not number:
        return None
    verb = "was completed without a grade and is" if number == 1 else "were completed without a grade and are"
    return f"{plural(number, 'audit')} {verb} outside the grades below."


def few_graded(report: Report) -> str | None:
    """Return a caution where so few audits were graded that each of them moves every share a long way."""
    number = report.now("good_or_better").of
    if not number or number >= SMALL:
        return None
    only = f"Only {plural(number, 'audit')} {was(number)} graded"
    return f"{only}: one more or less moves each share of their grades a long way."


def none_graded(report: Report) -> str | None:
    """Return that no audit was graded, where a section would be without a chart."""
    return None if report.now("good_or_better").of else f"No audit was graded in {quarter_name(report.quarter)}."


def selection(report: Report) -> str | None:
    """Return whether the audited records were chosen at random, and what that means."""
    cells = report.cells("selection")
    reasons = cells.loc[cells["count"] > 0, "category"]
    if reasons.empty:
        return None
    describe = "so the shares below describe the records that were read, not every child's."
    if set(reasons) == {NOT_RECORDED}:
        return f"It is not recorded why records were chosen for audit, {describe}"
    random = chosen_at_random(reasons)
    if random.all():
        return "The audited records were chosen at random."
    if (random | (reasons == NOT_RECORDED)).all():
        return f"It is not known whether all audited records were chosen at random, {describe}"
    reaudited = "reaudit" in set(reasons.map(fold))
    weak = " Re-audited records were picked because they were weak." if reaudited else ""
    return f"Not all audited records were chosen at random, {describe}{weak}"


def chosen_otherwise(report: Report) -> str | None:
    """Return the reasons that another part of the records were chosen for than the quarter before."""
    reasons = _reasons_moved(report, report.level)
    if reasons.empty:
        return None
    each = listed(
        f"“{row['category']}” {row['count']} of {row['denominator']} "
        f"({row['earlier_count']} of {row['earlier_denominator']} before)"
        for row in reasons.to_dict("records")
    )
    return f"The recorded reasons have changed since {THE_QUARTER_BEFORE}: {each}. That alone can move a share."


def reasons_differ(report: Report) -> str | None:
    """Return that the reasons changed, where it stands beside a comparison; on the board's page, of which services."""
    asked = [ALL, *report.settings.level_codes] if report.whole_service else [report.level]
    differ = [level for level in asked if len(_reasons_moved(report, level))]
    if not differ:
        return None
    names = ", ".join(map(report.settings.level_name, differ))
    where = f" ({names})" if report.whole_service else ""
    return f"The reasons for choosing records have changed, too{where}, which alone can move a share."


def _reasons_moved(report: Report, level: str) -> pd.DataFrame:
    return reasons_moved(report.figures("selection", every_level=True), report.quarter, level)


def at_random(report: Report) -> str | None:
    """Return the share Good or better of the records chosen at random, beside the others."""
    random = report.now("good_or_better_at_random")
    if not random.of or not report.now("good_or_better_for_a_reason").of:
        return None
    share, other = (
        share_with_the_quarter_before(report, f"good_or_better_{how}") for how in ("at_random", "for_a_reason")
    )
    said = f"Of the records chosen at random, {share} {was(random.count, random.of)} graded"
    return f"{said} {report.settings.good_words}; of those chosen for a reason, {other}."


def signals(report: Report) -> str:
    """Return what the control chart of the monthly share shows."""
    points = control_limits(report.figures("control_chart", by_month=True))
    graded = points[points["denominator"] > 0]
    if graded.empty:
        return "No audit was graded."
    if points["mean"].isna().all():
        return (
            f"Months with graded audits so far: {len(graded)}. Limits are drawn from 12 months up; before that the "
            "line cannot tell change from chance."
        )
    means = (
        "The dashed limits hold nearly every month if nothing but chance is at work, so one high or low month between "
        "them means little; a small real change would not show."
    )
    months: dict[str, list[str]] = {}
    for month, rules in zip(points["month"], points["signal"].fillna(""), strict=True):
        for rule in filter(None, rules.split("; ")):
            months.setdefault(rule, []).append(f"{month:%B %Y}")
    if not months:
        return (
            "No month stands out by the four rules of NHS England's Making Data Count, which look for months outside "
            f"the limits and for runs that are too long to be chance. {means}"
        )
    which = "; ".join(f"{rule} ({listed(months[rule])})" for rule in sorted(months))
    return f"What stands out by the rules of Making Data Count: {which}. {means}"


def mix(report: Report) -> str | None:
    """Return which level of need's part of the audits moved by 10 points or more, and the share at the earlier mix."""
    parts = []
    for code, name in report.settings.level_names.items():
        now, before = (of("mix_of_services", level=code) for of in (report.now, report.before))
        if moved(now.count, now.of or 0, before.count, before.of or 0):
            parts.append(f"{name} from {before.share} to {now.share}")
    if not parts:
        return None
    said = f"The mix of services moved since the quarter before: {listed(parts)} of the graded audits."
    at_earlier_mix = report.now("good_or_better_at_earlier_mix").percent
    if at_earlier_mix is None:
        return said
    now, then = report.now("good_or_better"), rounded_percent(at_earlier_mix, 100)
    return f"{said} {now.share} are graded {report.settings.good_words}; at the earlier mix it would be {then}%."
