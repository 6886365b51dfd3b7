"""Choose what a page is about: a level of need, and the rows of a quarter, a kind or a section."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from qa_analysis.errors import InputError
from qa_analysis.matching import fold
from qa_analysis.metrics.share import ALL

if TYPE_CHECKING:
    from qa_analysis.store import Data

_WITH_A_LEVEL = ("audits", "sub_grades", "findings", "feedback")


def chosen_level(data: Data, text: str) -> str:
    """Return the code of the level of need that `text` names, by its code, name or alias.

    Raises
    ------
    InputError
        If there is no such level of need; the message names those there are.
    """
    for level in data.settings.levels_of_need:
        if fold(text) in {fold(name) for name in (level.code, level.name, *level.aliases)}:
            return level.code
    there_are = ", ".join(f"{code} ({name})" for code, name in data.settings.level_names.items())
    raise InputError(f"“{text}” is not a level of need. There are {there_are}.")


def at_level(table: pd.DataFrame, level: str = ALL) -> pd.DataFrame:
    """Return the rows of a table that are of one level of need, or of the whole service taken together.

    Examples
    --------
    >>> table = pd.DataFrame({"level_of_need": ["All", "EH"], "count": [66, 8]})
    >>> at_level(table)["count"].tolist(), at_level(table, "EH")["count"].tolist()
    ([66], [8])
    """
    return table[table["level_of_need"] == level]


def rows_of_level(data: Data, level: str) -> Data:
    """Return the data with the audits, sub-grades, findings and feedback of one level of need only."""
    audits, sub_grades, findings, feedback = (at_level(getattr(data, name), level) for name in _WITH_A_LEVEL)
    return replace(data, audits=audits, sub_grades=sub_grades, findings=findings, feedback=feedback)


def of_kind(table: pd.DataFrame, quarter: pd.Period, **kind: str) -> pd.DataFrame:
    """Return the rows of a quarter that are of one kind, such as `type="Strength"`.

    Examples
    --------
    >>> quarter = pd.Period("2026Q2", freq="Q-MAR")
    >>> findings = pd.DataFrame({"quarter": [quarter, quarter - 1], "type": "Strength", "finding": ["a", "b"]})
    >>> of_kind(findings, quarter, type="Strength")["finding"].tolist()
    ['a']
    """
    rows = table[table["quarter"] == quarter]
    for column, value in kind.items():
        rows = rows[rows[column] == value]
    return rows


def comments(data: Data, quarter: pd.Period, section: str) -> list[str]:
    """Return the analyst's own words for a section of a quarter's report; the section's name is matched loosely."""
    rows = data.commentary[data.commentary["quarter"] == quarter]
    return [text for name, text in zip(rows["section"], rows["text"], strict=True) if fold(name) == fold(section)]
