"""Sentences of the introduction and of the monthly audit programme."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from qa_analysis.contract.problems import HELD_BACK
from qa_analysis.contract.quarters import months_of, quarter_name
from qa_analysis.metrics.cautions import SMALL
from qa_analysis.metrics.grades import chosen_at_random
from qa_analysis.metrics.selection import NOT_RECORDED, reasons_moved
from qa_analysis.metrics.share import ALL
from qa_analysis.sentences.counting import THE_QUARTER_BEFORE, counts, share_with_the_quarter_before, was
from qa_analysis.text import count_of, fold, listed, percent, plural, rounded_percent

WHY_CHOSEN = "Why records were chosen for audit"  # the caption of the table of reasons

if TYPE_CHECKING:
    from qa_analysis.contract.settings import Settings
    from qa_analysis.store.data import Data


def introduction(data: Data, quarter: pd.Period, level: str = ALL) -> str:
    """Return who the report is for, of when, about which services, and what their codes in tables mean."""
    first, *_, last = months_of(quarter)
    names = data.settings.level_names
    about = f"the {names[level]} service" if level in names else "children's services"
    return (
        f"This report tells the {data.settings.board} what quality assurance found in {about} in "
        f"{quarter_name(quarter)} ({first:%B} to {last:%B %Y}). In tables the services have short names: "
        f"{listed(f'{code} is {name}' for code, name in names.items())}."
    )


def words_used(settings: Settings) -> list[tuple[str, str]]:
    """Return the words that a lay reader needs, each with what it means on this council's scale of grades.

    Examples
    --------
    >>> from pathlib import Path
    >>> from qa_analysis.contract.settings import load_settings
    >>> [word for word, _ in words_used(load_settings(Path("no settings here")))]
    ['Level of need', 'Deep-dive audit', 'Dip sample', 'Sub-grade', 'Moderation', 'Final grade', 'Green shoots',
     '95% interval', 'Points', 'iCART', 'EHCP, IRO, PEP']
    """
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
        (
            "Final grade",
            "the second reader's grade where there is one, otherwise the auditor's.",
        ),
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


def held_back(data: Data, quarter: pd.Period) -> str:
    """Return how many rows could not be used: of this quarter, and of none that can be told."""
    own = data.problems.loc[data.problems["kind"] == HELD_BACK, "quarter"]
    if own.empty:
        return "Every row of the workbooks was read and used."
    here, unknown = int((own == quarter).sum()), int(own.isna().sum())
    which = "the data-quality page says which and why."
    if len(own) == 1:
        where = (
            "is of this quarter" if here else "is of another quarter" if not unknown else "has no date that can be read"
        )
        return f"1 row of the workbooks could not be used and is in no figure; it {where}; {which}"
    other = len(own) - here - unknown
    parts = [
        f"{here:,} of this quarter" if here else "",
        f"{other:,} of {'another quarter' if other == 1 else 'other quarters'}" if other else "",
        f"{unknown:,} without a date that can be read" if unknown else "",
    ]
    where = listed(part for part in parts if part)
    return f"{len(own):,} rows of the workbooks could not be used and are in no figure: {where}; {which}"


def audits_completed(completed: pd.DataFrame, quarter: pd.Period, settings: Settings, level: str = ALL) -> str:
    """Return how many audits were completed, by level of need, and of how many planned.

    Parameters
    ----------
    completed
        `quarter`, `level_of_need`, `count` and `denominator` (audits planned, missing where no plan says).
    quarter
        The quarter reported on.
    settings
        The names of the levels of need.
    level
        `All`, or the code of the level of need that the page is about.
    """
    total, planned = counts(completed, quarter, level)
    if not total:
        return "No audit was completed." + (f" {plural(planned, 'audit')} {was(planned)} planned." if planned else "")
    by_level = (
        {} if level != ALL else {name: counts(completed, quarter, code) for code, name in settings.level_names.items()}
    )
    done = listed(f"{name} {count or 'none'}" for name, (count, _) in by_level.items())
    said = f"{plural(total, 'audit')} {was(total)} completed{f': {done}' if done else ''}."
    if not planned:
        return said
    said += f" {plural(planned, 'audit')} {was(planned)} planned, so {percent(total, planned)} of the plan was met."
    if level != ALL:
        return said
    short = [f"{name} {count} of {plan}" for name, (count, plan) in by_level.items() if plan and count < plan]
    return f"{said} {f'Fewer than planned: {listed(short)}.' if short else 'No level of need fell short of its plan.'}"


def not_graded(ungraded: pd.DataFrame, quarter: pd.Period, level: str = ALL) -> str | None:
    """Return how many audits have no grade and are outside the shares, or nothing where all have one.

    Parameters
    ----------
    ungraded
        The measure `audits_not_graded`.
    quarter
        The quarter reported on.
    level
        The level of need.
    """
    number, _ = counts(ungraded, quarter, level)
    if not number:
        return None
    verb = "was completed without a grade and is" if number == 1 else "were completed without a grade and are"
    return f"{plural(number, 'audit')} {verb} outside the grades below."


def few_graded(graded: pd.DataFrame, quarter: pd.Period, level: str = ALL) -> str | None:
    """Return a caution where so few audits were graded that each of them moves every share a long way, or nothing.

    Parameters
    ----------
    graded
        The measure `good_or_better`.
    quarter
        The quarter reported on.
    level
        The level of need.
    """
    _, number = counts(graded, quarter, level)
    if not number or number >= SMALL:
        return None
    only = f"Only {plural(number, 'audit')} {was(number)} graded"
    return f"{only}: one more or less moves each share of their grades a long way."


def none_graded(graded: pd.DataFrame, quarter: pd.Period, level: str = ALL) -> str | None:
    """Return that no audit was graded, where a section would be without a chart, or nothing where one was.

    Parameters
    ----------
    graded
        The measure `good_or_better`, of the quarter or of its months.
    quarter
        The quarter reported on.
    level
        The level of need.
    """
    _, number = counts(graded, quarter, level)
    return None if number else f"No audit was graded in {quarter_name(quarter)}."


def selection(reasons: pd.DataFrame, quarter: pd.Period, level: str = ALL) -> str | None:
    """Return whether the audited records were chosen at random, and what that means, or nothing without audits.

    Parameters
    ----------
    reasons
        The measure `selection`.
    quarter
        The quarter reported on.
    level
        The level of need.
    """
    given = reasons[(reasons["level_of_need"] == level) & (reasons["count"] > 0)]
    rows = given[given["quarter"] == quarter]
    if rows.empty:
        return None
    describe = "so the shares below describe the records that were read, not every child's."
    if set(rows["category"]) == {NOT_RECORDED}:
        return f"It is not recorded why records were chosen for audit, {describe}"
    random = chosen_at_random(rows["category"])
    if random.all():
        return "The audited records were chosen at random."
    weak = (
        " Re-audited records were picked because they were weak."
        if "reaudit" in set(rows["category"].map(fold))
        else ""
    )
    if (random | (rows["category"] == NOT_RECORDED)).all():
        return f"It is not known whether all audited records were chosen at random, {describe}"
    return f"Not all audited records were chosen at random, {describe}{weak}"


def chosen_otherwise(reasons: pd.DataFrame, quarter: pd.Period, level: str = ALL) -> str | None:
    """Return the reasons that another part of the records were chosen for than the quarter before, or nothing.

    Parameters
    ----------
    reasons
        The measure `selection`.
    quarter
        The quarter reported on.
    level
        The level of need.
    """
    moved = reasons_moved(reasons, quarter, level)
    if moved.empty:
        return None
    each = listed(
        f"“{row['category']}” {row['count']} of {row['denominator']} "
        f"({row['earlier_count']} of {row['earlier_denominator']} before)"
        for _, row in moved.iterrows()
    )
    return f"The recorded reasons have changed since {THE_QUARTER_BEFORE}: {each}. That alone can move a share."


def reasons_differ(reasons: pd.DataFrame, quarter: pd.Period, settings: Settings, level: str = ALL) -> str | None:
    """Return that the reasons changed, where it stands beside a comparison, or nothing where they did not.

    Parameters
    ----------
    reasons, quarter
        As in `chosen_otherwise`.
    settings
        The names of the levels of need.
    level
        The level of need; on the board's page, which compares all of them, those whose reasons changed are named.
    """
    asked = [ALL, *settings.level_names] if level == ALL else [level]
    differ = [each for each in asked if len(reasons_moved(reasons, quarter, each))]
    if not differ:
        return None
    where = "" if differ == [level] != [ALL] else f" ({', '.join(settings.level_name(each) for each in differ)})"
    return f"The reasons for choosing records have changed, too{where}, which alone can move a share."


def reasons_table(
    reasons: pd.DataFrame, good: pd.DataFrame, quarter: pd.Period, settings: Settings, level: str = ALL
) -> pd.DataFrame:
    """Return why records were chosen and how they were graded, in a quarter and in the quarter before, as texts.

    Parameters
    ----------
    reasons, good
        The measures `selection` and `good_or_better_by_reason`.
    quarter
        The quarter reported on.
    settings
        What the grades are called.
    level
        The level of need.

    Returns
    -------
    pandas.DataFrame
        `reason`, `this_quarter`, what Good or better is called, `the_quarter_before` and Good or better then, all text;
        the last two only where there were audits. No rows where no reason is recorded in this quarter.
    """
    given, graded = (table[(table["level_of_need"] == level) & (table["denominator"] > 0)] for table in (reasons, good))
    now, before, good_now, good_before = (
        table[table["quarter"] == each].set_index("category")
        for table in (given, graded)
        for each in (quarter, quarter - 1)
    )
    if set(now.index[now["count"] > 0]) <= {NOT_RECORDED}:
        return pd.DataFrame(columns=["reason"])
    words = settings.good_words
    columns = {"this_quarter": _shares(now), words: _pairs(good_now)}
    if len(before):
        columns |= {"the_quarter_before": _shares(before), f"{words} then": _pairs(good_before)}
    table = pd.DataFrame(columns).reindex(now.index)
    in_either = (now["count"] > 0) | (before["count"].reindex(now.index) > 0)
    commonest = (now["count"] + before["count"].reindex(now.index).fillna(0)).sort_values(
        ascending=False, kind="stable"
    )
    order = sorted(commonest.index, key=lambda reason: reason == NOT_RECORDED)  # stable: the commonest stay first
    return table[in_either].reindex([each for each in order if in_either[each]]).rename_axis("reason").reset_index()


def _pairs(rows: pd.DataFrame) -> pd.Series[str]:
    return rows["count"].astype("str") + " of " + rows["denominator"].astype("str")


def _shares(rows: pd.DataFrame) -> pd.Series[str]:
    cells = [count_of(int(count), int(of)) for count, of in zip(rows["count"], rows["denominator"], strict=True)]
    return pd.Series(cells, index=rows.index, dtype="str")


def at_random(
    shares: pd.DataFrame, others: pd.DataFrame, quarter: pd.Period, settings: Settings, level: str = ALL
) -> str | None:
    """Return the share Good or better of the records chosen at random, beside the others, or nothing without any.

    Parameters
    ----------
    shares, others
        The measures `good_or_better_at_random` and `good_or_better_for_a_reason`.
    quarter
        The quarter reported on.
    settings
        What the grades are called.
    level
        The level of need.
    """
    good, chosen = counts(shares, quarter, level)
    _, for_a_reason = counts(others, quarter, level)
    if not chosen or not for_a_reason:
        return None
    share, other = (share_with_the_quarter_before(table, quarter, level) for table in (shares, others))
    said = f"Of the records chosen at random, {share} {was(good, chosen)} graded {settings.good_words}"
    return f"{said}; of those chosen for a reason, {other}."


def signals(points: pd.DataFrame) -> str:
    """Return what the control chart of the monthly share shows, in words.

    Parameters
    ----------
    points
        As `metrics.control_chart.control_limits` returns them.
    """
    graded = points[points["denominator"] > 0]
    if graded.empty:
        return "No audit was graded."
    if points["mean"].isna().all():
        return (
            f"Months with graded audits so far: {len(graded)}. Limits are drawn from 12 months up; before that the "
            "line cannot tell change from chance."
        )
    found = points[points["signal"].fillna("") != ""]
    means = (
        "The dashed limits hold nearly every month if nothing but chance is at work, so one high or low month between "
        "them means little; a small real change would not show."
    )
    if found.empty:
        return (
            "No month stands out by the four rules of NHS England's Making Data Count, which look for months outside "
            f"the limits and for runs that are too long to be chance. {means}"
        )
    rules = {rule for signal in found["signal"] for rule in signal.split("; ")}
    which = [f"{rule} ({listed(f'{month:%B %Y}' for month in _months(found, rule))})" for rule in sorted(rules)]
    return f"What stands out by the rules of Making Data Count: {'; '.join(which)}. {means}"


def _months(found: pd.DataFrame, rule: str) -> list[pd.Period]:
    return [row["month"] for _, row in found.iterrows() if rule in row["signal"].split("; ")]


def mix(shares: pd.DataFrame, standardised: pd.DataFrame, settings: Settings) -> str | None:
    """Return which level of need's part of the audits moved by 10 points or more, and the figure at the earlier mix.

    Parameters
    ----------
    shares
        As `metrics.services.mix` returns them.
    standardised
        As `metrics.services.good_or_better_at_earlier_mix` returns it.
    settings
        The names of the levels of need.
    """
    moved = shares[shares["moved"]]
    if moved.empty:
        return None
    names = settings.level_names
    parts = [
        f"{names[row['level_of_need']]} from {count_of(int(row['earlier_count']), int(row['earlier_denominator']))} "
        f"to {count_of(int(row['count']), int(row['denominator']))}"
        for _, row in moved.iterrows()
    ]
    said = f"The mix of services moved since the quarter before: {listed(parts)} of the graded audits."
    row = standardised.iloc[0]
    if pd.isna(row["at_earlier_mix"]):
        return said
    now = count_of(int(row["count"]), int(row["denominator"]))
    then = rounded_percent(row["at_earlier_mix"], 100)
    return f"{said} {now} are graded {settings.good_words}; at the earlier mix it would be {then}%."
