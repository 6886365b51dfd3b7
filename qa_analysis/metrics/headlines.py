"""The headline figures: the only ones that get a verdict on the change since the quarter before.

`higher` and `lower` are said only where the 95% interval of the difference excludes 0; else it is `no clear change`,
which is not the same as no change. A number of audits is counted, not tested: `more`, `fewer` or `as many`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from qa_analysis.metrics.audits import audits_completed
from qa_analysis.metrics.comparators import with_printed
from qa_analysis.metrics.grades import good_or_better, inadequate
from qa_analysis.metrics.moderation import moderation_changed
from qa_analysis.metrics.practice import green_shoots
from qa_analysis.metrics.reaudits import reaudits_improved
from qa_analysis.metrics.share import ALL
from qa_analysis.metrics.trends import changes
from qa_analysis.words import count_of, percent, signed

if TYPE_CHECKING:
    from qa_analysis.store import Data

HIGHER, LOWER, NO_CLEAR_CHANGE = "higher", "lower", "no clear change"
MORE, FEWER, AS_MANY = "more", "fewer", "as many"
NONE_NOW, NONE_BEFORE = "no audits to count this quarter", "no audits to count the quarter before"
NO_EARLIER_QUARTER, NO_EARLIER_COUNTS = "no earlier quarter", "no earlier counts"
NO_AUDITS_BEFORE = "no audits the quarter before"  # but in some quarter before that
NO_QUARTER_BEFORE = (NO_EARLIER_QUARTER, NO_AUDITS_BEFORE)

_COUNTS = ["count", "denominator", "earlier_count", "earlier_denominator"]
_COLUMNS = [
    *("measure", "label", "count", "denominator", "percent"),
    *("earlier_count", "earlier_denominator", "earlier_percent", "value", "ci_low", "ci_high"),
]


class Headline(NamedTuple):
    """A share among the headlines: its measure in `figures.csv`, its name in print, and what makes its table.

    The name says `{good}`, `{failing}` and `{shoots}` for what the grades are called.
    """

    measure: str
    label: str
    table: Callable[..., pd.DataFrame]
    made_from: Sequence[str] = ("audits",)


SHARES = (
    Headline("good_or_better", "Audits graded {good}", good_or_better),
    Headline("inadequate", "Audits graded {failing}", inadequate),
    Headline("moderation_changed", "Grades changed by moderation", moderation_changed),
    Headline("reaudits_improved", "Re-audited records that improved", reaudits_improved),
    Headline("green_shoots", "Audits graded {shoots} with green shoots", green_shoots, ("audits", "sub_grades")),
)


def headline_changes(
    audits: pd.DataFrame, sub_grades: pd.DataFrame, comparators: pd.DataFrame, quarters: Sequence[pd.Period]
) -> pd.DataFrame:
    """Change of each headline share since the quarter before, by quarter and level of need.

    Parameters
    ----------
    audits, sub_grades, comparators
        The cleaned tables; a quarter without audits of its own takes its shares from `comparators`.
    quarters
        The quarters to show; all appear.

    Returns
    -------
    DataFrame
        `quarter`, `level_of_need` (text; `All` first), `category` (text; the measure), `value` (float; percentage
        points since the quarter before; NaN where one of the two has no share), and `ci_low`, `ci_high` (float; its
        95% interval, see `trends.changes`; NaN where only a percentage is known).

    Examples
    --------
    >>> quarters = list(pd.period_range("2026Q1", "2026Q2", freq="Q-MAR"))
    >>> audits = pd.DataFrame({"quarter": quarters * 10, "audit_id": list("abcdefghijklmnopqrst"), "graded": True})
    >>> audits["audit_date"] = audits["quarter"].dt.end_time
    >>> audits["level_of_need"] = pd.Categorical(["EH"] * 20, categories=["EH"], ordered=True)
    >>> for grade in ("overall_grade", "moderated_grade", "final_grade"):
    ...     audits[grade] = pd.Categorical(["Weak", "Good"] * 10, categories=["Good", "Weak"], ordered=True)
    >>> good = audits["final_grade"] == "Good"
    >>> audits = audits.assign(good_or_better=good, inadequate=False, shoots_grade=~good, moderated=True)
    >>> audits["reaudit_of"] = None
    >>> sub_grades = audits[["audit_id", "good_or_better"]]
    >>> names = ["quarter", "measure", "level_of_need", "category", "count", "denominator", "percent"]
    >>> found = headline_changes(audits, sub_grades, pd.DataFrame(columns=names), quarters[1:])
    >>> print(found.head(1).to_string(float_format="%.1f"))
      quarter level_of_need        category  value  ci_low  ci_high
    0  2026Q2           All  good_or_better  100.0    60.8    100.0
    """
    tables = {"audits": audits, "sub_grades": sub_grades}
    found = [_changes(each, tables, comparators, quarters).assign(category=each.measure) for each in SHARES]
    columns = ["quarter", "level_of_need", "category", "value", "ci_low", "ci_high"]
    return pd.concat(found, ignore_index=True)[columns]


def headlines(data: Data, quarter: pd.Period, level: str = ALL) -> pd.DataFrame:
    """Headline figures of a quarter, each with the quarter before and what can be said of the change.

    Parameters
    ----------
    data
        The cleaned tables `audits`, `sub_grades`, `audit_plan` and `comparators`.
    quarter
        The quarter reported on.
    level
        `All` for the whole service, or the code of a level of need.

    Returns
    -------
    DataFrame
        `measure` (as in `figures.csv`), `label` (text), `count`, `denominator` (Int64), `percent` (float, 0–100),
        `earlier_count`, `earlier_denominator`, `earlier_percent` (the quarter before), `value`, `ci_low`, `ci_high`
        (float; percentage points and their interval), `verdict` (text) and `sentence` (text: all of it in words).
        The first row is the number of audits completed, of those planned, with the verdict `more`, `fewer` or `as
        many`. The others are `SHARES`, with `higher`, `lower` or `no clear change`. Where there is nothing to
        compare, the verdict says why: `no audits to count this quarter`, `no audits to count the quarter before`, `no
        audits the quarter before` where that quarter is missing in the middle, `no earlier quarter` where there is none
        at all, or `no earlier counts` where only a printed percentage is known.

    Examples
    --------
    >>> print(verdict(-31.6, 9.1), verdict(1.2, 20.4), verdict(-8.0, 0.0), sep=", ")
    no clear change, higher, no clear change
    """
    tables = {"audits": data.audits, "sub_grades": data.sub_grades}
    scale = data.settings
    called = {"good": scale.good_words, "failing": scale.failing_words, "shoots": scale.shoots_words}
    shares = [
        _changes(each, tables, data.comparators, [quarter]).assign(
            measure=each.measure, label=each.label.format(**called)
        )
        for each in SHARES
        if scale.shoots_words or each.measure != "green_shoots"
    ]
    rows = pd.concat([_completed(data, quarter), *shares], ignore_index=True)
    rows = rows[rows["level_of_need"] == level][_COLUMNS].reset_index(drop=True)
    before = data.audits.loc[data.audits["quarter"] < quarter, "quarter"]
    none_before = (
        NO_EARLIER_QUARTER if before.empty else NO_AUDITS_BEFORE if before.max() < quarter - 1 else NONE_BEFORE
    )
    records = [_known(row) for row in rows.to_dict("records")]
    verdicts = [_verdict(row, none_before) for row in records]
    sentences = [_sentence(row, said) for row, said in zip(records, verdicts, strict=True)]
    return rows.assign(verdict=verdicts, sentence=sentences).astype(dict.fromkeys(_COUNTS, "Int64"))


def verdict(ci_low: float, ci_high: float) -> str:
    """Return `higher` or `lower` where the interval of a difference excludes 0, else `no clear change`.

    Examples
    --------
    >>> verdict(-31.6, 9.1), verdict(0.4, 20.0), verdict(-20.0, -0.4)
    ('no clear change', 'higher', 'lower')
    """
    return HIGHER if ci_low > 0 else LOWER if ci_high < 0 else NO_CLEAR_CHANGE


def _changes(
    headline: Headline,
    tables: Mapping[str, pd.DataFrame],
    comparators: pd.DataFrame,
    quarters: Sequence[pd.Period],
) -> pd.DataFrame:
    """Return a headline share's changes since the quarter before; quarters without rows have what was printed."""
    needed = sorted({*quarters, *(quarter - 1 for quarter in quarters)})
    table = headline.table(*(tables[name] for name in headline.made_from), needed)
    table = with_printed(table, headline.measure, comparators, tables["audits"], quarters=needed)
    found = changes(table)
    return found[found["quarter"].isin(quarters)]


def _completed(data: Data, quarter: pd.Period) -> pd.DataFrame:
    """Return the audits completed in the shape of `_changes`, without a change in points."""
    quarters = [quarter - 1, quarter]
    table = audits_completed(data.audits, data.audit_plan, quarters)
    table = with_printed(table, "audits_completed", data.comparators, data.audits, quarters=quarters, interval=False)
    found = changes(table).assign(value=float("nan"), ci_low=float("nan"), ci_high=float("nan"))
    return found[found["quarter"] == quarter].assign(measure="audits_completed", label="Audits completed")


def _known(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Return a row with None for what is missing."""
    return {name: None if pd.isna(value) else value for name, value in row.items()}


def _verdict(row: Mapping[str, Any], none_before: str) -> str:
    if row["measure"] == "audits_completed":
        return _counted(row["count"], row["earlier_count"], none_before)
    if not row["denominator"]:
        return NONE_NOW
    if row["ci_low"] is not None:
        return verdict(row["ci_low"], row["ci_high"])
    if row["earlier_percent"] is not None:
        return NO_EARLIER_COUNTS
    return none_before


def _counted(count: int | None, earlier: int | None, none_before: str) -> str:
    if count is None or earlier is None:
        return NO_EARLIER_QUARTER
    if none_before in NO_QUARTER_BEFORE and earlier == 0:
        return none_before
    return MORE if count > earlier else FEWER if count < earlier else AS_MANY


def _sentence(row: Mapping[str, Any], said: str) -> str:
    if said == NONE_NOW:
        return f"{row['label']}: {said}."
    if row["measure"] == "audits_completed":
        planned = f" of {row['denominator']:.0f} planned" if row["denominator"] else ""
        now = f"{row['label']}: {row['count'] or 0:.0f}{planned}"
        if said in NO_QUARTER_BEFORE:
            return f"{now}; {said}."
        before = "as" if said == AS_MANY else f"than the {row['earlier_count']:.0f} of"
        return f"{now}, {said} {before} the quarter before."
    now = f"{row['label']}: {count_of(int(row['count']), int(row['denominator']))}"
    if said in (NONE_BEFORE, *NO_QUARTER_BEFORE):
        return f"{now}; {said}."
    if said == NO_EARLIER_COUNTS:
        return f"{now}; {percent(row['earlier_percent'], 100)} the quarter before, as printed: {said}."
    before = count_of(int(row["earlier_count"]), int(row["earlier_denominator"]))
    interval = f"{signed(row['ci_low'])} to {signed(row['ci_high'])} points"
    return f"{now}; {before} the quarter before: {said} (the difference may be anything from {interval})."
