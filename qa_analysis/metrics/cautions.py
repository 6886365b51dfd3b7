"""What a reader is warned of beside a statement: that few audits carry it, or that one reader alone graded them."""

from __future__ import annotations

import pandas as pd

from qa_analysis.words import plural

SMALL = 10  # fewer than this is cautioned against
BEFORE = "the quarter before"


def if_small(number: int, noun: str = "audit") -> str:
    """Return the caution for a statement that rests on few.

    Examples
    --------
    >>> if_small(6, "re-audit"), if_small(10)
    ('Only 6 re-audits.', '')
    """
    return f"Only {plural(number, noun)}." if number < SMALL else ""


def if_small_in_either(now: int, before: int) -> str:
    """Return the caution for a comparison of two quarters, which says which of them has few audits.

    Examples
    --------
    >>> if_small_in_either(10, 8)
    'Only 8 audits the quarter before.'
    """
    if now < SMALL and before < SMALL:
        return f"Only {plural(now, 'audit')}, and {before} {BEFORE}."
    return f"Only {plural(before, 'audit')} {BEFORE}." if before < SMALL else if_small(now)


def fewest(now: int, before: int) -> str:
    """Return the caution for a comparison of practice areas, of which the one with the fewest audits has so many.

    Examples
    --------
    >>> fewest(8, 6)
    'An area has as few as 8 audits, and 6 the quarter before.'
    """
    if now < SMALL and before < SMALL:
        return f"An area has as few as {plural(now, 'audit')}, and {before} {BEFORE}."
    if before < SMALL:
        return f"An area had as few as {plural(before, 'audit')} {BEFORE}."
    return f"An area has as few as {plural(now, 'audit')}." if now < SMALL else ""


def without_second_reader(moderated: pd.Series[bool]) -> str:
    """Return a caution where nobody but the auditor has read some of the audits.

    Examples
    --------
    >>> without_second_reader(pd.Series([True, False]))
    'Not all of them had a second reader.'
    """
    if moderated.all():
        return ""
    if len(moderated) == 1:
        return "It had no second reader."
    return "Not all of them had a second reader." if moderated.any() else "None of them had a second reader."
