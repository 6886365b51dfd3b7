"""What a reader is warned of beside a statement: that few audits carry it, or that one reader alone graded them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa_analysis.words import plural

if TYPE_CHECKING:
    import pandas as pd

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
        return f"Only {plural(now, 'audit')}, and {before or 'none'} {BEFORE}."
    return f"Only {plural(before, 'audit')} {BEFORE}." if before < SMALL else if_small(now)


def if_few_in_an_area(now: int, before: int) -> str:
    """Return the caution for a comparison of practice areas: how few audits an area has, and had the quarter before.

    Examples
    --------
    >>> if_few_in_an_area(8, 6)
    'One area has only 8 audits. One had only 6 audits the quarter before.'
    """
    few = f"One area has only {plural(now, 'audit')}." if now < SMALL else ""
    few_before = f"One had only {plural(before, 'audit')} {BEFORE}." if before < SMALL else ""
    return " ".join(filter(None, [few, few_before]))


def without_second_reader(moderated: pd.Series[bool]) -> str:
    """Return a caution where nobody but the auditor has read some of the audits.

    Examples
    --------
    >>> import pandas as pd
    >>> without_second_reader(pd.Series([True, False]))
    'Not all of them had a second reader.'
    """
    if moderated.all():
        return ""
    if len(moderated) == 1:
        return "It had no second reader."
    return "Not all of them had a second reader." if moderated.any() else "None of them had a second reader."
