"""Match what people write against what is expected: one way of folding, one of finding the nearest."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable

_PUNCTUATION = re.compile(r"[^\w.\-]|_|(?<!\d)\.|\.(?!\d)|(?<!^)-|^-(?!\d)")

_LONGEST = 80  # characters: what is longer is a text, not a slip of the pen
_LIKE = 0.6  # of 1, by difflib's measure


def fold(text: str) -> str:
    r"""Return `text` without case, spacing, line breaks and punctuation, for comparing.

    An ampersand counts as "and", a per cent sign as "percent". A decimal point between digits and a leading minus
    before a digit stay, so that `7.5` is never taken for `75`; a number that is whole loses its `.0`.

    Examples
    --------
    >>> fold("  Requires\n improvement ")
    'requiresimprovement'
    >>> fold("Help & Protection") == fold("help and protection")
    True
    >>> fold("2 - Good"), fold("7.0"), fold("7.5")
    ('2good', '7', '7.5')
    """
    plain = unicodedata.normalize("NFKC", text).strip().casefold().replace("&", "and").replace("%", "percent")
    return _PUNCTUATION.sub("", re.sub(r"^(-?\d+)\.0+$", r"\1", plain))


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate most like `word`, or None where none is at all like it; the order of words is no matter.

    Examples
    --------
    >>> nearest("Inadequite", ["Good", "Inadequate"]), nearest("Audit date", ["Re-audit?", "Date the audit was done"])
    ('Inadequate', 'Date the audit was done')
    >>> nearest("xyz", ["Good", "Inadequate"]) is None
    True
    """
    if len(word) > _LONGEST:
        return None
    folded = {form: candidate for candidate in candidates for form in _forms(candidate)}
    matches = [
        (difflib.SequenceMatcher(None, match, form).ratio(), match)
        for form in _forms(word)
        for match in difflib.get_close_matches(form, folded, n=1, cutoff=_LIKE)
    ]
    return folded[max(matches)[1]] if matches else None


def _forms(text: str) -> tuple[str, str]:
    """Return a text folded, with its words as they stand and in alphabetical order."""
    return fold(text), fold(" ".join(sorted(text.casefold().split())))
