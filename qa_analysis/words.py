"""Numbers and sentences for print: percentages from counts, plurals, lists, dates, and the one way of escaping."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from markupsafe import Markup
from markupsafe import escape as _escape_markup

if TYPE_CHECKING:
    import pandas as pd

_NOT_PRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff\ufffe\uffff"
    "\U000e0000-\U000e007f]"
)
_CURLY = re.compile("[“”]")


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
    return "“" + _CURLY.sub('"', text) + "”"


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
    from decimal import ROUND_HALF_UP, Decimal
    from fractions import Fraction

    scaled = Fraction(float(count)) * 100 * 10**decimals / Fraction(float(denominator))
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return str(Decimal(int(whole)).scaleb(-decimals).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


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


def day(date: pd.Timestamp) -> str:
    """Return a date as it is printed.

    Examples
    --------
    >>> import pandas as pd
    >>> day(pd.Timestamp(2025, 9, 3))
    '3 September 2025'
    """
    return f"{date.day} {date:%B %Y}"
