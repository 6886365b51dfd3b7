"""Choose a level of need, by what people call it, and its rows of a table."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from qa_analysis.errors import InputError
from qa_analysis.text import fold

if TYPE_CHECKING:
    import pandas as pd

    from qa_analysis.contract.settings import Settings
    from qa_analysis.store.data import Data

ALL = "All"  # the level of need that stands for the whole service


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
    if code := level_called(text, data.settings):
        return code
    there_are = ", ".join(f"{code} ({name})" for code, name in data.settings.level_names.items())
    raise InputError(f"“{text}” is not a level of need. There are {there_are}.")


def level_called(text: str, settings: Settings) -> str | None:
    """Return the code of the level of need that is called so, or None."""
    for level in settings.levels_of_need:
        if fold(text) in {fold(name) for name in (level.code, level.name, *level.aliases)}:
            return level.code
    return None


def names_level(text: str, code: str, settings: Settings) -> bool:
    """Tell whether a text, such as who leads a step, has the code, the name or an alias of a level of need in it.

    Examples
    --------
    >>> from pathlib import Path
    >>> from qa_analysis.contract.settings import load_settings
    >>> [names_level("Service Manager, Early Help", code, load_settings(Path())) for code in ("EH", "CL")]
    [True, False]
    """
    return any(
        f" {_words(name)} " in f" {_words(text)} "
        for level in settings.levels_of_need
        if level.code == code
        for name in (level.code, level.name, *level.aliases)
    )


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold().replace("&", " and ")))


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
    >>> import pandas as pd
    >>> table = pd.DataFrame({"level_of_need": ["All", "EH"], "count": [66, 8]})
    >>> at_level(table)["count"].tolist(), at_level(table, "EH")["count"].tolist()
    ([66], [8])
    """
    return table[table["level_of_need"] == level]
