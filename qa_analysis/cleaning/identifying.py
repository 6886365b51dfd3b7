"""Columns beside the contract's that tell who somebody is: names, e-mail addresses, numbers of a case or a person."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd

from qa_analysis.cleaning.people import EMAIL
from qa_analysis.cleaning.privacy import is_common, is_role
from qa_analysis.contract.columns import Column
from qa_analysis.contract.settings import Settings
from qa_analysis.reading.headings import Names
from qa_analysis.reading.sheets import RawSheet

_NUMBER = re.compile(r"(?:[A-Za-z]{1,5}[ \-/]?)?\d[\d \-/]{3,}\d(?:\.0)?[A-Za-z]?")
_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}.*")
_CAPITALISED = r"[^\W\d_a-zà-ÿ][^\W\d_]*(?:['’.-][^\W\d_]*)*"
_NAME = re.compile(rf"{_CAPITALISED}(?:,?\s+{_CAPITALISED}){{1,3}}")
_OF_PEOPLE = re.compile(
    r"(?i)\b(?:name|worker|auditor|moderator|reviewer|manager|practitioner|officer|completed by|created by|modified by"
    r"|submitted by|audited by|author|respondent|responder|email|e-mail|contact|person|child|carer|mother|father)\b"
)
_NOT_PEOPLE = re.compile(r"(?i)\b(?:team|service|school|agency|agencies|area|theme|programme|model|item type|path)\b")
_LOOKED_AT = 2_000  # cells
_DIGITS, _MOST = 5, 0.8  # digits that are a reference and no count; share of the values that must look like people


def columns_of_people(raw: RawSheet, settings: Settings) -> Iterator[pd.Series]:
    """Yield the columns beside the contract's that tell who somebody is."""
    known = Names(raw.sheet, settings)
    for position, heading in enumerate(raw.beside):
        values = raw.beside.iloc[:, position]
        if holds_references(values, str(heading), known.called(str(heading))):
            yield values


def holds_references(values: pd.Series, heading: str, known_as: Column | None) -> bool:
    """Return whether a column that is in no table identifies people.

    Parameters
    ----------
    values
        The cells.
    heading
        What stands above them.
    known_as
        The column of the contract that the heading stands for, where another column of the sheet is it already.

    Examples
    --------
    >>> holds_references(pd.Series(["Tom Okoro", "Wren Halloway"]), "Allocated worker", None)
    True
    >>> holds_references(pd.Series(["4471203", "4471204"]), "Our ref", None)
    True
    >>> holds_references(pd.Series(["Signs of Safety", "North Team"]), "Approach", None)
    False
    """
    if known_as is not None:
        return known_as.kind == "reference"
    filled = [text for value in values.dropna().iloc[:_LOOKED_AT] if (text := _text(value))]
    texts = list(dict.fromkeys(filled))
    if not texts:
        return False
    emails = sum(EMAIL.search(text) is not None for text in texts)
    numbers = sum(_is_number(text) for text in texts)
    each_its_own = len(texts) > len(filled) / 2
    if emails >= _MOST * len(texts) or (numbers >= _MOST * len(texts) and each_its_own):
        return True
    if _NOT_PEOPLE.search(heading):
        return False
    likely = _OF_PEOPLE.search(heading) is not None
    names = sum(any(_is_name(part, likely) for part in re.split(r"[;&\n]|;#", text)) for text in texts)
    return names >= (0.5 if likely else _MOST) * len(texts)


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""


def _is_number(text: str) -> bool:
    enough = sum(letter.isdigit() for letter in text) >= _DIGITS
    return enough and not _DATE.fullmatch(text) and _NUMBER.fullmatch(text) is not None


def _is_name(text: str, likely: bool) -> bool:
    """Return whether a text is a name of two to four words; unless the heading speaks for it, none may be common."""
    plain = re.sub(r"\(.*?\)", "", text).strip()
    words = re.findall(r"[^\W\d_]+", plain)
    if EMAIL.fullmatch(plain):
        return True
    if not _NAME.fullmatch(plain) or is_role(plain) or all(map(is_common, words)):
        return False
    return likely or not any(map(is_common, words))
