"""What is asked first, and the headline figures: the only ones with a verdict on the change since the quarter before.

`higher` and `lower` are said only where the 95% interval of the difference excludes 0; else it is `no clear change`,
which is not the same as no change. A number of audits is counted, not tested: `more`, `fewer` or `as many`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from qa_analysis.contract.levels import ALL
from qa_analysis.metrics.catalogue import HEADLINES
from qa_analysis.metrics.change import EARLIER
from qa_analysis.metrics.verdicts import direction_of
from qa_analysis.sentences.actions import actions_in_short
from qa_analysis.sentences.grades import at_random
from qa_analysis.sentences.moderation import upheld_in_short
from qa_analysis.sentences.phrases import of_each_level, share_with_the_quarter_before
from qa_analysis.sentences.reaudits import still_waiting
from qa_analysis.store.figures import measure, quarters_shown
from qa_analysis.text import count_of, listed, percent, signed

if TYPE_CHECKING:
    from qa_analysis.page.report import Report
    from qa_analysis.sentences import Points
    from qa_analysis.store.data import Data

MORE, FEWER, AS_MANY = "more", "fewer", "as many"
NONE_NOW, NONE_BEFORE = "no audits to count this quarter", "no audits to count the quarter before"
NO_EARLIER_QUARTER, NO_EARLIER_COUNTS = "no earlier quarter", "no earlier counts"
NO_AUDITS_BEFORE = "no audits the quarter before"  # but in some quarter before that
NO_QUARTER_BEFORE = (NO_EARLIER_QUARTER, NO_AUDITS_BEFORE)
_NUMBERS = ["count", "denominator", "percent"]
_COLUMNS = ["measure", "label", *_NUMBERS, *EARLIER, "value", "ci_low", "ci_high"]
_COUNTS = ["count", "denominator", "earlier_count", "earlier_denominator"]


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
    by_level = of_each_level(report, "inadequate")
    where = listed(f"{figure.count} in {name}" for name, figure in by_level.items() if figure.count)
    return f"{share}{f': {where}' if where else ''}."


def what_verdicts_mean(report: Report) -> str:  # noqa: ARG001 - it is the same in every report
    """Return when the headline figures are said to be higher or lower, and what “no clear change” is not."""
    return (
        "“Higher” and “lower” are said only where the 95% interval of the difference is wholly above or wholly below "
        "0. “No clear change” is not “no change”: with so few audits, a real change can be too small to be told from "
        "chance."
    )


def headlines(data: Data, quarter: pd.Period, level: str = ALL) -> pd.DataFrame:
    """Headline figures of a quarter, each with the quarter before and what can be said of the change.

    Parameters
    ----------
    data
        The cleaned tables.
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
        many`. The others are shares, with `higher`, `lower` or `no clear change`. Where there is nothing to
        compare, the verdict says why: `no audits to count this quarter`, `no audits to count the quarter before`, `no
        audits the quarter before` where that quarter is missing in the middle, `no earlier quarter` where there is none
        at all, or `no earlier counts` where only a printed percentage is known.

    Examples
    --------
    >>> import qa_analysis as qa
    >>> data = qa.load("a project")  # doctest: +SKIP
    >>> headlines(data, qa.chosen_quarter(data))  # doctest: +SKIP
    """
    settings, is_compared = data.settings, quarter - 1 in quarters_shown(data, quarter)
    change = _at(measure(data, "change", quarter), quarter, level).set_index("category")
    rows = []
    for each in HEADLINES:
        if "{shoots}" in each.headline and not settings.shoots_words:
            continue
        table = measure(data, each.name, quarter)
        now = _numbers(_at(table, quarter, level), _NUMBERS)
        before = dict(zip(EARLIER, _numbers(_at(table, quarter - 1, level), _NUMBERS).values(), strict=True))
        moved = change.loc[each.name].to_dict() if is_compared and each.name in change.index else before
        label = each.called(each.headline, settings)
        rows.append({"measure": each.name, "label": label} | now | moved)
    numbers = [name for name in _COLUMNS if name not in ("measure", "label")]
    found = pd.DataFrame(rows).reindex(columns=_COLUMNS).astype(dict.fromkeys(numbers, "Float64"))
    earlier = data.audits.loc[data.audits["quarter"] < quarter, "quarter"]
    none_before = NO_AUDITS_BEFORE if earlier.max() < quarter - 1 else NONE_BEFORE
    none_before = none_before if is_compared and len(earlier) else NO_EARLIER_QUARTER
    found = found.astype({name: "Int64" if name in _COUNTS else "float64" for name in numbers})
    records = [_known(row) for row in found.to_dict("records")]
    verdicts = [_verdict(row, none_before) for row in records]
    sentences = [_sentence(row, said) for row, said in zip(records, verdicts, strict=True)]
    return found.assign(verdict=verdicts, sentence=sentences)


def _at(table: pd.DataFrame, quarter: pd.Period, level: str) -> pd.DataFrame:
    return table[(table["quarter"] == quarter) & (table["level_of_need"] == level)]


def _numbers(rows: pd.DataFrame, names: list[str]) -> dict[str, Any]:
    """Return the numbers of the one row there is; none where there is none."""
    return {name: rows[name].iloc[0] if len(rows) else None for name in names}


def _known(row: Mapping[Any, Any]) -> dict[str, Any]:
    """Return a row with None for what is missing."""
    return {name: None if pd.isna(value) else value for name, value in row.items()}


def _verdict(row: Mapping[str, Any], none_before: str) -> str:
    if row["measure"] == "audits_completed":
        return _counted(row["count"], row["earlier_count"], none_before)
    if not row["denominator"]:
        return NONE_NOW
    if row["ci_low"] is not None:
        return direction_of(row["ci_low"], row["ci_high"])
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
