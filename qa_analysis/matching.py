"""Match what people write against what is expected: one way of folding, one of finding the nearest."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

from qa_analysis.words import quoted

_PUNCTUATION = re.compile(r"[^\w.\-]|_|(?<!\d)\.|\.(?!\d)|(?<!^)-|^-(?!\d)")
_WORD = re.compile(r"\d+(?:\.\d+)?|[^\W\d_]+")
_DOUBLED = re.compile(r"(.)\1+")
_DIGITS = re.compile(r"\d+")
_PLURAL = re.compile(r"(?<=[^\W\d_s]{3})s$")

_LONGEST = 80  # characters: what is longer is a text, not a slip of the pen
_LONG = 8  # letters: a slip in a shorter word among others makes another word of it, as of "audited" an "auditee"
_SHORTENED = 4  # letters that a word is known by when it stands alone; one less among others
_SAYS_NOTHING = {
    "a", "an", "and", "as", "at", "be", "by", "done", "for", "given", "in", "is", "it", "list", "made", "of", "on",
    "or", "out", "sheet", "the", "this", "to", "was", "with",
}  # fmt: skip
_SAYS_LITTLE = _SAYS_NOTHING | {"grade", "graded", "overall", "service", "team"}  # where a person adds it


@lru_cache(maxsize=4096)  # the same few headings and words, again and again
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
    """Return the candidate that `word` can only mean, or None: a hint that is wrong is worse than none.

    Examples
    --------
    >>> nearest("Inadequite", ["Good", "Inadequate"]), nearest("Audit date", ["Re-audit?", "Date the audit was done"])
    ('Inadequate', 'Date the audit was done')
    >>> nearest("Adequate", ["Good", "Inadequate"]), nearest("11", ["1", "10"]), nearest("Good/RI", ["Good", "RI"])
    (None, None, None)
    """
    return nearest_meaning(word, {candidate: candidate for candidate in candidates})


def nearest_meaning(word: str, meanings: Mapping[str, str]) -> str | None:
    """Return what the key of `meanings` stands for that `word` can only mean, or None.

    A word means a key where few letters of it are wrong, or where its words are the key's, in any order, shortened or
    with a slip, but for words that say nothing ("the", "service"). Digits are never slips. Where two keys that stand
    for different things are as near, or another one is in the word too, it is none of them.

    Examples
    --------
    >>> grades = {"Requires improvement": "RI", "Requires improvement to be good": "RI", "Good": "Good"}
    >>> nearest_meaning("Req improvemnt", grades), nearest_meaning("Good/RI", grades | {"RI": "RI"})
    ('RI', None)
    """
    if len(word) > _LONGEST:
        return None
    likeness = {key: _likeness(word, key) for key in meanings}
    most = max(likeness.values(), default=0)
    best = [key for key, like in likeness.items() if like == most > 0]
    if len({meanings[key] for key in best}) != 1:
        return None
    meant = meanings[best[0]]
    added = set(_WORD.findall(word.casefold())) - set(_WORD.findall(best[0].casefold()))
    says_another = any(fold(key) in added and meaning != meant for key, meaning in meanings.items())
    return None if says_another else meant


def nearest_said(like: str | None) -> str:
    """Return the end of a sentence that names what was found to be nearest; nothing where that is nothing.

    Examples
    --------
    >>> nearest_said("Good"), nearest_said(None)
    ('; the nearest is “Good”', '')
    """
    return f"; the nearest is {quoted(like)}" if like else ""


def _likeness(word: str, candidate: str) -> float:
    """Return how like a candidate a word is: 1 where they are the same, 0 where it cannot mean it."""
    one, other = fold(word), fold(candidate)
    if sorted(_DIGITS.findall(one)) != sorted(_DIGITS.findall(other)):
        return 0
    if _is_slip(one, other):
        return 1 - _wrong_letters(one, other) / max(len(one), len(other), 1)
    theirs, added, paired = list(_words(candidate)), [], 0
    alone = len(theirs) == 1
    for each in _words(word):
        same = next((there for there in theirs if _same_word(each, there, alone)), None)
        if same is None:
            added.append(each)
        else:
            theirs.remove(same)
            paired += 2 * min(len(each), len(same)) * (same not in _SAYS_NOTHING)
    understood = _SAYS_LITTLE.issuperset(added) and _SAYS_NOTHING.issuperset(theirs)
    return paired / (len(one) + len(other)) if understood else 0


@lru_cache(maxsize=4096)
def _words(text: str) -> tuple[str, ...]:
    """Return the words of a text, the longest first, without the s of the plural or possessive."""
    plain = unicodedata.normalize("NFKC", text).casefold().replace("&", " and ").replace("’", "'").replace("'s", "")
    words = (word if word in _SAYS_NOTHING else _PLURAL.sub("", word) for word in _WORD.findall(plain))
    return tuple(sorted(words, key=len, reverse=True))


def _same_word(one: str, other: str, alone: bool) -> bool:
    if one[0] != other[0]:
        return False
    shorter, longer = sorted((one, other), key=len)
    shortened = len(shorter) >= _SHORTENED - (not alone) and longer.startswith(shorter)
    return one == other or shortened or (len(shorter) >= _LONG and _is_slip(one, other))


def _is_slip(one: str, other: str) -> bool:
    """Return whether the one is the other with a slip of the pen: 1 wrong letter of 4, 2 of 10, 3 of 15.

    In shorter words only a letter that is doubled is a slip.
    """
    if _DOUBLED.sub(r"\1", one) == _DOUBLED.sub(r"\1", other):
        return True
    shortest = min(len(one), len(other))
    allowed = (shortest >= 4) + (shortest >= 10) + (shortest >= 15)
    return abs(len(one) - len(other)) <= allowed and _wrong_letters(one, other) <= allowed


def _wrong_letters(one: str, other: str) -> int:
    """Return how many letters are wrong, left out or too many; letters in the wrong order are one."""
    if one[:1] == other[:1] and sorted(one) == sorted(other):
        return int(one != other)
    blocks = difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    return sum(max(top - low, right - left) for what, low, top, left, right in blocks if what != "equal")
