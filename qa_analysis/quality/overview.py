"""What was checked of the workbooks: one row a check, whether or not anything was found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from qa_analysis.contract.problems import CAUTION, DOUBT, HELD_BACK, NOTE, PRIVACY, WARNING, WRONG_CLAIM
from qa_analysis.quality.completeness import completeness, late_rows
from qa_analysis.quality.to_mend import of_other_quarters
from qa_analysis.text import first_few

if TYPE_CHECKING:
    from qa_analysis.store.data import Data

FINE, LOOK = "✓", "!"
_PLACES_NAMED = 2
_CHECKS = (
    ("Read in one way", (DOUBT, CAUTION), "Decide what is meant"),
    ("Rows used", (HELD_BACK,), "Mend the rows held back"),
    ("Percentages in texts", (WRONG_CLAIM,), "Correct them"),
    ("Nobody named", (PRIVACY,), "Take the details out"),
    ("Cells agree", (WARNING,), "Look at the warnings"),
    ("Headings known", (NOTE,), "Rename, or name in settings.toml"),
)


def overview(data: Data, found: pd.DataFrame, quarter: pd.Period) -> pd.DataFrame:
    """Return one row a check of a quarter's data, and of what belongs to no one quarter.

    Parameters
    ----------
    data
        A project's data.
    found
        What `to_mend` returns.
    quarter
        The quarter.

    Returns
    -------
    DataFrame
        `check`, `result` (✓, or ! where something was found), `found` (int), `what_to_do` and `where` (missing where
        there is nothing to do).
    """
    others = of_other_quarters(found, quarter)
    here = found.drop(index=others.index)
    here = here[(here["kind"] != NOTE) | (here["remedy"] != "")]
    rows = [_row(check, here[here["kind"].isin(kinds)], to_do) for check, kinds, to_do in _CHECKS]
    late, columns = late_rows(data.audits, quarter), completeness(data, quarter)
    rows += [
        _row("Moderated in time", late, "Know that figures changed late"),
        _row("Columns filled", columns, "Fill in what is known", places=False),
        _row("Other quarters", others, "See below", places=False),
    ]
    return pd.DataFrame(rows, columns=["check", "result", "found", "what_to_do", "where"])


def _row(check: str, found: pd.DataFrame, to_do: str, *, places: bool = True) -> list[Any]:
    if found.empty:
        return [check, FINE, 0, None, None]
    return [check, LOOK, len(found), to_do, _where(found) if places else None]


def _where(found: pd.DataFrame) -> str:
    """Return the sheets that something was found on, the first by name."""
    places = dict.fromkeys(
        f"{file} [{sheet}]" if sheet else file for file, sheet in zip(found["file"], found["sheet"], strict=True)
    )
    return ", ".join(first_few(places, _PLACES_NAMED, "more place", "more places"))
