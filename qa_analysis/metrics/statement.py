"""A counted statement of the evidence, and what the rules that make them share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from qa_analysis.metrics.share import ALL

if TYPE_CHECKING:
    from qa_analysis.settings import Settings

STRENGTH, LEARNING = "Strength", "Learning"


@dataclass(frozen=True)
class Statement:
    """A counted statement: `count` of `denominator` is what it rests on."""

    rule: str
    level_of_need: str
    kind: str
    sentence: str
    count: int
    denominator: int
    caution: str
    on_board: bool = True  # whether the board's page has it, too


def about(level: str, settings: Settings, sentence: str) -> str:
    """Return a sentence with the service that it is about, where it is not the whole one.

    Examples
    --------
    >>> from pathlib import Path
    >>> from qa_analysis.settings import load_settings
    >>> about("EH", load_settings(Path()), "No audit was graded.")
    'Early Help: no audit was graded.'
    """
    return sentence if level == ALL else f"{settings.level_name(level)}: {sentence[0].lower()}{sentence[1:]}"


def counts(rows: pd.DataFrame) -> list[tuple[int, int]]:
    """Return count and denominator of each row: of the quarter before, and of the quarter.

    Examples
    --------
    >>> counts(pd.DataFrame({"count": [7, 8], "denominator": [25, 45]}))
    [(7, 25), (8, 45)]
    """
    return [(int(count), int(number)) for count, number in zip(rows["count"], rows["denominator"], strict=True)]


def larger(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Tell whether the first share is larger than the other, in whole numbers.

    Examples
    --------
    >>> larger((7, 25), (8, 45)), larger((1, 3), (2, 6))
    (True, False)
    """
    return one[0] * other[1] > other[0] * one[1]


def best_grade(grades: pd.Series[str]) -> str:
    """Return the name of the best grade; an empty column read from disk may have lost it.

    Examples
    --------
    >>> best_grade(pd.Series(pd.Categorical(["Weak"], categories=["Good", "Weak"])))
    'Good'
    """
    return next(iter(grades.cat.categories.astype("str")), "")
