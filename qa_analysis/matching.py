"""Match what people write against what is expected: one way of folding, one of finding the nearest."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable

_PUNCTUATION = re.compile(r"[^\w.\-]|_|(?<!\d)\.|\.(?!\d)|(?<!^)-|^-(?!\d)")

_LONGEST = 80  # characters: what is longer is a text, not a slip of the pen


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
    """Return the candidate most like `word`, or None where none is at all like it.

    Examples
    --------
    >>> nearest("Inadequite", ["Good", "Inadequate"])
    'Inadequate'
    >>> nearest("xyz", ["Good", "Inadequate"]) is None
    True
    """
    if len(word) > _LONGEST:
        return None
    folded = {fold(candidate): candidate for candidate in candidates}
    matches = difflib.get_close_matches(fold(word), list(folded), n=1, cutoff=0.6)
    return folded[matches[0]] if matches else None
