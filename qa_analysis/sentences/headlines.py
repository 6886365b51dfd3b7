"""The headline figures as they are printed: both counts, the difference with its interval, and the verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from qa_analysis.metrics.headlines import NO_QUARTER_BEFORE
from qa_analysis.metrics.share import ALL
from qa_analysis.sentences.counting import counts, share_with_the_quarter_before
from qa_analysis.text import count_of, listed, percent, signed

if TYPE_CHECKING:
    from qa_analysis.contract.settings import Settings


def headline_table(headlines: pd.DataFrame) -> pd.DataFrame:
    """Return the headlines as texts for a table.

    Parameters
    ----------
    headlines
        As `metrics.headlines.headlines` returns them.

    Returns
    -------
    pandas.DataFrame
        `figure`, `this_quarter`, `quarter_before`, `verdict` and `difference` (percentage points and their 95%
        interval), all text. The verdict comes first: on a phone the last column is out of sight.
    """
    return pd.DataFrame(
        [
            {
                "figure": row["label"],
                "this_quarter": _share(row["count"], row["denominator"], row["percent"]),
                "quarter_before": "–"
                if row["verdict"] in NO_QUARTER_BEFORE
                else _share(row["earlier_count"], row["earlier_denominator"], row["earlier_percent"]),
                "difference": _difference(row),
                "verdict": row["verdict"],
            }
            for row in headlines.to_dict("records")
        ],
        columns=["figure", "this_quarter", "quarter_before", "verdict", "difference"],
    )


def _share(count: Any, denominator: Any, printed: Any) -> str:
    if pd.notna(count) and pd.notna(denominator):
        return count_of(int(count), int(denominator)) if denominator else "–"
    if pd.notna(count):
        return str(int(count))
    return f"{percent(printed, 100)}, as printed" if pd.notna(printed) else "–"


def _difference(row: dict[Any, Any]) -> str:
    if pd.isna(row["value"]):
        return "–"
    if pd.isna(row["ci_low"]):
        return signed(row["value"])
    return f"{signed(row['value'])} ({signed(row['ci_low'])} to {signed(row['ci_high'])})"


def in_short(
    headlines: pd.DataFrame,
    failing: pd.DataFrame,
    waiting: str | None,
    moderation: str,
    actions: str,
    quarter: pd.Period,
    settings: Settings,
    level: str = ALL,
    *,
    at_random: str | None = None,
) -> list[tuple[str, str]]:
    """Return what a board or a service's manager asks first, each answer under its name.

    How many audits there were, whether grading is getting better, where audits failed, how far second readers agreed,
    and what was agreed by when.

    Parameters
    ----------
    headlines
        As `metrics.headlines.headlines` returns them.
    failing
        The measure `inadequate`.
    waiting
        As `sentences.still_waiting` returns it.
    moderation
        As `sentences.upheld_in_short` returns it.
    actions
        As `sentences.actions_in_short` returns it.
    quarter
        The quarter reported on.
    settings
        The names of the levels of need and what the grades are called.
    level
        The level of need; actions are the whole service's on each page.
    at_random
        As `sentences.at_random` returns it; it stands behind the share of all.
    """
    said = headlines.set_index("measure")[["label", "sentence"]]
    completed, (good, share) = (
        (label, sentence.removeprefix(f"{label}: "))
        for label, sentence in said.loc[["audits_completed", "good_or_better"]].itertuples(index=False, name=None)
    )
    return [
        completed,
        (good, " ".join(filter(None, [share, at_random]))),
        (f"Audits graded {settings.failing_words}", _where(failing, quarter, settings, level)),
        *([(f"Graded {settings.failing_words} and not yet re-audited", waiting)] if waiting else []),
        ("Moderation", moderation),
        ("Actions agreed" if level == ALL else "Actions agreed (all services)", actions),
    ]


def _where(failing: pd.DataFrame, quarter: pd.Period, settings: Settings, level: str) -> str:
    _, graded = counts(failing, quarter, level)
    if not graded:
        return "no audit was graded."
    share = share_with_the_quarter_before(failing, quarter, level)
    if level != ALL:
        return f"{share}."
    by_level = {name: counts(failing, quarter, code)[0] for code, name in settings.level_names.items()}
    where = listed(f"{count} in {name}" for name, count in by_level.items() if count)
    return f"{share}{f': {where}' if where else ''}."
