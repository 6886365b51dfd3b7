"""Choose what a page is about: a level of need, and the rows of a quarter, a kind or a section."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from qa_analysis.errors import InputError
from qa_analysis.metrics.share import ALL
from qa_analysis.text import fold

if TYPE_CHECKING:
    from qa_analysis.store.data import Data

_WITH_A_LEVEL = ("audits", "sub_grades", "findings", "feedback")


def chosen_level(data: Data, text: str) -> str:
    """Return the code of the level of need that `text` names, by its code, name or alias.

    Parameters
    ----------
    data
        With `settings`.
    text
        A code, name or alias, whatever its case and spacing.

    Returns
    -------
    str
        The code.

    Raises
    ------
    InputError
        If there is no such level of need; the message names those there are.

    Examples
    --------
    >>> from pathlib import Path
    >>> from types import SimpleNamespace
    >>> from qa_analysis.contract.settings import load_settings
    >>> chosen_level(SimpleNamespace(settings=load_settings(Path())), "early help")
    'EH'
    """
    for level in data.settings.levels_of_need:
        if fold(text) in {fold(name) for name in (level.code, level.name, *level.aliases)}:
            return level.code
    there_are = ", ".join(f"{code} ({name})" for code, name in data.settings.level_names.items())
    raise InputError(f"“{text}” is not a level of need. There are {there_are}.")


def at_level(table: pd.DataFrame, level: str = ALL) -> pd.DataFrame:
    """Return the rows of a table that are of one level of need, or of the whole service taken together.

    Parameters
    ----------
    table
        With `level_of_need`.
    level
        The code of a level of need, or `All`.

    Returns
    -------
    DataFrame
        The rows of that level.

    Examples
    --------
    >>> table = pd.DataFrame({"level_of_need": ["All", "EH"], "count": [66, 8]})
    >>> at_level(table)["count"].tolist(), at_level(table, "EH")["count"].tolist()
    ([66], [8])
    """
    return table[table["level_of_need"] == level]


def rows_of_level(data: Data, level: str) -> Data:
    """Return the data with the audits, sub-grades, findings and feedback of one level of need only.

    Parameters
    ----------
    data
        A project's data.
    level
        The code of a level of need.

    Returns
    -------
    Data
        The same with fewer rows in `audits`, `sub_grades`, `findings` and `feedback`.

    Examples
    --------
    >>> from dataclasses import make_dataclass
    >>> tables = {name: pd.DataFrame({"level_of_need": ["EH", "CL"]}) for name in _WITH_A_LEVEL}
    >>> data = make_dataclass("Data", tables)(**tables)
    >>> len(rows_of_level(data, "EH").findings)
    1
    """
    audits, sub_grades, findings, feedback = (at_level(getattr(data, name), level) for name in _WITH_A_LEVEL)
    return replace(data, audits=audits, sub_grades=sub_grades, findings=findings, feedback=feedback)


def of_kind(table: pd.DataFrame, quarter: pd.Period, **kind: str) -> pd.DataFrame:
    """Return the rows of a quarter that are of one kind, such as `type="Strength"`.

    Parameters
    ----------
    table
        With `quarter` and the columns of `kind`.
    quarter
        The quarter reported on.
    **kind
        For each column the value wanted.

    Returns
    -------
    DataFrame
        The rows that have them all.

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
    """Return the analyst's own words for a section of a quarter's report; the section's name is matched loosely.

    Parameters
    ----------
    data
        With `commentary`: `quarter`, `section` and `text`.
    quarter
        The quarter reported on.
    section
        A section's name.

    Returns
    -------
    list of str
        Its texts, in the order in which they are written.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> quarter = pd.Period("2026Q2", freq="Q-MAR")
    >>> said = pd.DataFrame({"quarter": [quarter], "section": ["moderation "], "text": ["Two moderators were new."]})
    >>> comments(SimpleNamespace(commentary=said), quarter, "Moderation")
    ['Two moderators were new.']
    """
    rows = data.commentary[data.commentary["quarter"] == quarter]
    return [text for name, text in zip(rows["section"], rows["text"], strict=True) if fold(name) == fold(section)]
