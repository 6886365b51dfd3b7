"""Words for print and to compare: percentages, plurals, lists, the one way of escaping; folding and the nearest."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from markupsafe import Markup
from markupsafe import escape as _escape_markup

if TYPE_CHECKING:
    import pandas as pd

_T = TypeVar("_T")
_NOT_PRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff\ufffe\uffff"
    "\U000e0000-\U000e007f]"
)

SPACE = " \t\r\f\v\u00a0\u1680\u2000-\u200b\u202f\u205f\u3000\ufeff"  # \s is slower, and knows fewer
NOT_BLANK = f"[^{SPACE}\\n]"


def escape(text: object) -> Markup:
    """Return `text` as it may stand in HTML: nothing in it is markup, and nothing in it is invisible.

    Control characters, zero-width characters and the marks that turn the direction of writing are taken out.
    Text that is `Markup` already was made by this package and is left as it is.

    Examples
    --------
    >>> escape("<b>Good & better</b>")
    Markup('&lt;b&gt;Good &amp; better&lt;/b&gt;')
    """
    if isinstance(text, Markup):
        return text
    return _escape_markup(legible(str(text)))


def legible(text: str) -> str:
    r"""Return a text as it may be printed where nothing is markup: without what is invisible or turns the writing.

    Examples
    --------
    >>> legible("Plans \u202e&\u200b <reviews>\x00")
    'Plans & <reviews>'
    """
    return _NOT_PRINTABLE.sub("", text)


def quoted(text: str) -> str:
    """Return a text in quotation marks that are its only ones of their kind: curly ones inside become straight.

    Examples
    --------
    >>> quoted("heard” said “thanks")
    '“heard" said "thanks”'
    """
    return "“" + re.sub("[“”]", '"', text) + "”"


def visible(text: str) -> str:
    r"""Return a text as it may stand in a message: nothing in it steers a terminal, and nothing in it is invisible.

    A control character is shown as its picture (␛ for escape), another invisible one as its number; a tab is a space.
    Line breaks stay.

    Examples
    --------
    >>> visible("\x1b[31mGood\u202e")
    '␛[31mGood\\u202e'
    """
    return _NOT_PRINTABLE.sub(_picture, text.replace("\t", " "))


def _picture(match: re.Match[str]) -> str:
    number = ord(match[0])
    if number < 0x20:
        return chr(0x2400 + number)
    return "␡" if number == 0x7F else f"\\u{number:04x}"


def rounded_percent(count: float, denominator: float, decimals: int = 0) -> str:
    """Return `count` of `denominator` as a percentage (0–100) in digits, rounded half up on the counts.

    Raises
    ------
    ZeroDivisionError
        If `denominator` is 0: there is no percentage of nothing.

    Examples
    --------
    >>> rounded_percent(1, 8), rounded_percent(8, 45), rounded_percent(8, 45, 1)
    ('13', '18', '17.8')
    """
    from decimal import Decimal
    from fractions import Fraction

    scaled = Fraction(float(count)) * 100 * 10**decimals / Fraction(float(denominator))
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return str(Decimal(whole).scaleb(-decimals))


def percent(count: float, denominator: float) -> str:
    """Return `count` of `denominator` as a printed percentage; a dash where there is nothing to divide by.

    Examples
    --------
    >>> percent(1, 8), percent(8, 45), percent(0, 0)
    ('13%', '18%', '–')
    """
    return "–" if denominator == 0 else f"{rounded_percent(count, denominator)}%"


def count_of(count: int, denominator: int) -> str:
    """Return the counts with their percentage, as they stand in a sentence.

    Examples
    --------
    >>> count_of(8, 45), count_of(0, 0)
    ('8 of 45 (18%)', '0 of 0')
    """
    return f"{count} of {denominator}" + (f" ({percent(count, denominator)})" if denominator else "")


def signed(points: float) -> str:
    """Return percentage points with their sign, to one decimal.

    Examples
    --------
    >>> signed(9.06), signed(-31.56), signed(6.25), signed(-0.01)
    ('+9.1', '−31.6', '+6.3', '0.0')
    """
    from decimal import ROUND_HALF_UP, Decimal

    rounded = Decimal(repr(float(points))).quantize(Decimal("0.1"), ROUND_HALF_UP)
    digits = f"{rounded:+}".replace("-", "−")
    return digits[1:] if digits in ("+0.0", "−0.0") else digits


def decimal(value: float, places: int = 2) -> str:
    """Return a number with a fixed number of decimals and a proper minus sign.

    Examples
    --------
    >>> decimal(0.784), decimal(-0.125, 1), decimal(-0.001)
    ('0.78', '−0.1', '0.00')
    """
    return f"{value:z.{places}f}".replace("-", "−")


def grade_with(grade: str, counts: str) -> str:
    """Return a grade with its counts as they stand in a list; a grade that is a number is called a grade.

    Examples
    --------
    >>> grade_with("Good", "6 of 13"), grade_with("1", "1 of 2")
    ('Good 6 of 13', 'grade 1: 1 of 2')
    """
    return f"grade {grade}: {counts}" if grade[:1].isdigit() else f"{grade} {counts}"


def plural(number: int, one: str, many: str | None = None) -> str:
    """Return a number with its noun.

    Examples
    --------
    >>> plural(1, "audit"), plural(0, "audit"), plural(2, "family", "families")
    ('1 audit', '0 audits', '2 families')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def listed(words: Iterable[str], last: str = "and") -> str:
    """Return words as a list in a sentence, with "and" or another word before the last.

    Examples
    --------
    >>> listed(["EH", "H&P", "CL"]), listed(["EH"]), listed([])
    ('EH, H&P and CL', 'EH', '')
    """
    *first, end = list(words) or [""]
    return f"{', '.join(first)} {last} {end}" if first else end


def first_few(told: Iterable[_T], most: int, one: str = "more", many: str | None = None) -> list[_T | str]:
    """Return the first of what is told, and how many more there are, where it is more than `most`.

    Parameters
    ----------
    told
        Texts, or points of a list.
    most
        How many of them are kept.
    one, many
        What stands behind the number of the others: behind 1, and behind any other, if it is not the same.

    Examples
    --------
    >>> first_few("abcd", 3), first_few("abcd", 2, "more row", "more rows"), first_few("ab", 2)
    (['a', 'b', 'c', '1 more'], ['a', 'b', '2 more rows'], ['a', 'b'])
    """
    all_told = list(told)
    more = len(all_told) - most
    return [*all_told[:most], plural(more, one, many or one)] if more > 0 else [*all_told]


def spans(numbers: Iterable[int], before: str = "", most: int = 5) -> str:
    """Return numbers as a list in a sentence, neighbours together.

    Parameters
    ----------
    numbers
        Whole numbers.
    before
        What stands before each of them.
    most
        How many places are named; the others are counted.

    Examples
    --------
    >>> spans([2, 3, 4, 9]), spans([2, 3, 4, 9], "F"), spans([7])
    ('2 to 4 and 9', 'F2 to F4 and F9', '7')
    """
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    named = (" to ".join(f"{before}{number}" for number in run) for run in runs)
    return listed(first_few(named, most, "more place", "more places"))


def day(date: pd.Timestamp) -> str:
    """Return a date as it is printed.

    Examples
    --------
    >>> import pandas as pd
    >>> day(pd.Timestamp(2025, 9, 3))
    '3 September 2025'
    """
    return f"{date.day} {date:%B %Y}"


_BETWEEN_NUMBERS = re.compile(r"(?<=\d)(?:[^\w.]|_)+(?=\d)")
_PUNCTUATION = re.compile(r"[^\w.\-]|_|(?<!\d)\.|\.(?!\d)|(?<!^)(?<!\d)-|(?<!^)-(?!\d)|^-(?!\d)")
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
    before a digit stay, so that `7.5` is never taken for `75`; so do two numbers apart, as a dash, and a number that is
    whole loses its `.0`.

    Examples
    --------
    >>> fold("  Requires\n improvement ")
    'requiresimprovement'
    >>> fold("Help & Protection") == fold("help and protection")
    True
    >>> fold("2 - Good"), fold("7.0"), fold("7.5")
    ('2good', '7', '7.5')
    >>> fold("Team 1/1") == fold("Team 1-1"), fold("Team 1/1") == fold("Team 11")
    (True, False)
    """
    plain = unicodedata.normalize("NFKC", text).strip().casefold().replace("&", "and").replace("%", "percent")
    apart = _BETWEEN_NUMBERS.sub("-", re.sub(r"^(-?\d+)\.0+$", r"\1", plain))
    return _PUNCTUATION.sub("", apart)


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


def through_different(values: pd.Series, convert: Callable[[Any], object]) -> pd.Series:
    """Return `convert` of each value, worked out once for each different one; missing values stay missing.

    Examples
    --------
    >>> import pandas as pd
    >>> through_different(pd.Series(["a", None, "a"], dtype=object), str.upper).tolist()
    ['A', None, 'A']
    """
    import numpy as np
    import pandas as pd

    codes, different = pd.factorize(values)
    converted = np.fromiter([*map(convert, different), None], dtype=object)
    return pd.Series(converted[codes], index=values.index, name=values.name, dtype=object)
