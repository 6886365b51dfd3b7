"""A cell whose value cannot be known: it stands in the value's place, so that it is neither a blank nor a guess."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Unread:
    """What stands in the place of a value that cannot be known.

    `rule` is why: a "formula" without a stored value, a "link" to another workbook that gives an error, any other
    "error", "letters" that were lost in a wrong encoding, a long number that lost its "digits". `said` is what the user
    can look for: the cells of the column concerned ("F2 to F7"), or the value as it stands there.
    """

    rule: str
    said: str

    def __str__(self) -> str:
        """Return what the user can look for."""
        return self.said
