"""What a reader is warned of beside a statement: that few audits carry it, or that one reader alone graded them."""

from __future__ import annotations

from collections.abc import Collection

from qa_analysis.text import plural

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


def if_few_in_areas(now: Collection[int], before: Collection[int]) -> str:
    """Return the caution for practice areas that are compared, where one has few audits in either quarter.

    Examples
    --------
    >>> if_few_in_areas([8, 8], [7, 6])
    'Each has 8 audits, and 6 to 7 the quarter before.'
    """
    if min(*now, *before) >= SMALL:
        return ""
    whose = "It" if len(now) == 1 else "Each"
    return f"{whose} has {_span(now)} {'audit' if max(now) == 1 else 'audits'}, and {_span(before)} {BEFORE}."


def _span(numbers: Collection[int]) -> str:
    low, high = int(min(numbers)), int(max(numbers))
    return str(low) if low == high else f"{low} to {high}"


def without_second_reader(read: int, audits: int) -> str:
    """Return a caution where nobody but the auditor has read some of the audits.

    Examples
    --------
    >>> without_second_reader(1, 2)
    'Not all of them had a second reader.'
    """
    if read == audits:
        return ""
    if audits == 1:
        return "It had no second reader."
    return "Not all of them had a second reader." if read else "None of them had a second reader."
