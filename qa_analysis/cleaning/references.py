"""References to people that were written into texts: found and taken out, so that no page can print them.

A reference is found however its capitals, white space and dashes are written, where it is no part of a longer word or
number. Texts are cut into words, and only phrases as long as a reference that begins like them are looked up among the
references: of millions of these no list is made.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, count
from typing import NamedTuple

import pandas as pd

from qa_analysis.cleaning.alike import LONG_NAMES
from qa_analysis.cleaning.people import MAY_BE_PEOPLE, each_person
from qa_analysis.cleaning.privacy import is_common, is_role, names_nobody
from qa_analysis.cleaning.values import as_text, plain
from qa_analysis.contract import problems
from qa_analysis.contract.columns import AUDITS, SHEETS, Column, Sheet, free_texts
from qa_analysis.contract.problems import SOURCE
from qa_analysis.contract.rules import issue
from qa_analysis.text import fold, legible, plural, through_different

REMOVED = "[reference removed]"
_APOSTROPHE = "\u02bc"  # the one that counts as a letter
_PART = re.compile(rf"[^\W_{_APOSTROPHE}]+|\s+|[\W_{_APOSTROPHE}]")
_WORD = re.compile(rf"[^\W_{_APOSTROPHE}]+")
_SIGNS = dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d", "-") | dict.fromkeys(
    f"\u2018\u2019\u201b\u2032\uff07{_APOSTROPHE}", "'"
)
_NOT_PLAIN = re.compile(r"[^ -~]|  ")
_HEAD = 2  # characters in which a phrase begins like a reference; what is shorter is not looked for
_DIGITS = 5  # of so many, and no letter, a number is a reference and no count
_NOTHING = {
    "anonymous", "asabove", "blank", "na", "nil", "nk", "none", "noone", "null", "pending", "redacted", "sameasabove",
    "seeabove", "tba", "tbc", "tbd", "tofollow", "uk", "unknown", "withheld",
}  # fmt: skip
_BEGINS_NOTHING = re.compile(r"(?:not|to be|awaiting)\b")


def columns_of_references() -> Iterator[tuple[Sheet, Column]]:
    """Yield the columns whose values are taken out of texts, each with its sheet: references, and the Audit ID.

    Examples
    --------
    >>> [column.heading for _, column in columns_of_references()]
    ['Audit ID', 'Auditor', 'Child reference', 'Family reference']
    """
    for sheet in SHEETS:
        for column in sheet.columns:
            if column.kind == "reference" or (sheet is AUDITS and column.name == "audit_id"):
                yield sheet, column


class References(NamedTuple):
    """The references of all rows that were read, and how long those are that begin alike, the longest first."""

    rows: Mapping[str, pd.DataFrame]
    columns: Sequence[tuple[pd.Series, pd.Series, bool]]  # as they stand, folded, and whether they are of people
    lengths: Mapping[str, Sequence[int]]


def references_of(rows: Mapping[str, pd.DataFrame], people: Iterable[pd.Series] = ()) -> References:
    """Return the references of rows, also of those held back, by the name of their table, ready to be looked for.

    `people` are further columns that tell who somebody is, as they stand in the files.
    """
    here = [(rows[sheet.table][column.name].dropna(), column) for sheet, column in columns_of_references()
            if sheet.table in rows]  # fmt: skip
    also = [as_text(plain(values.astype(object)).dropna()) for values in people]
    kinds = [*((values, column.kind == "reference") for values, column in here), *((values, True) for values in also)]
    kinds = [(_composed(values), of_person) for values, of_person in kinds if len(values)]
    each = [person for values, of_person in kinds if of_person for person in _people_in(values)]
    kinds += [(pd.Series(list(dict.fromkeys(each)), dtype="str"), True)] if each else []
    columns = [(values, _folded_column(values), of_person) for values, of_person in kinds]
    return References(rows, columns, _lengths(each for _, folded, _ in columns for each in _beginnings(folded)))


def _composed(values: pd.Series) -> pd.Series:
    """Return texts with each letter and its accents as one character; most have no accents."""
    return values if values.str.isascii().all() else values.str.normalize("NFC")


def _people_in(values: pd.Series) -> list[str]:
    """Return every other way in which the people may be written that a column of references names."""
    several = values[values.str.contains(MAY_BE_PEOPLE)].unique()
    return [person for text in several for person in each_person(text) if person != text]


def redact(tables: Mapping[str, pd.DataFrame], references: References) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Return the tables with the references taken out of their free texts, and what was found.

    Returns
    -------
    tuple
        The tables, and the problems: a warning for each text that held a reference, and a personal detail for what may
        be one, because it cannot be told from a word, a name or a count: once a reference, column and quarter.
    """
    texts = [(sheet, column) for sheet, column in free_texts() if len(tables[sheet.table])]
    different = {text for sheet, column in texts for text in tables[sheet.table][column.name].dropna().unique()}
    held = references_in(different, references)
    clean = {text: bare for text, known in held.items() if (bare := _without_certain(text, known)) != text}
    doubtful = {text: left for text, known in held.items() if (left := _left(clean.get(text, text), known))}
    grouped = _names_grouped_by(tables, clean) if clean else {}
    redacted, found = dict(tables), [_too_short(references.rows)]
    for sheet, column in texts if held else ():
        table, values = tables[sheet.table], tables[sheet.table][column.name]
        taken = values.isin(list(clean))
        if taken.any():
            new = grouped.get(column.name, clean)
            now = values.where(~taken, values[taken].map(new)).astype("str")
            redacted[sheet.table] = redacted[sheet.table].assign(**{column.name: now})
        found.append(problems.of_rows(table[taken], issue("reference_taken_out"), column.heading))
        found.append(_doubts(table, values, column.heading, doubtful))
    return redacted, pd.concat(found)


def _doubts(
    table: pd.DataFrame, values: pd.Series, heading: str, doubtful: Mapping[str, Sequence[str]]
) -> pd.DataFrame:
    """Return a personal detail for the first row of a quarter in which something stands that may be a reference."""
    each = table.assign(reference=values.map(doubtful)).dropna(subset="reference").explode("reference")
    same = ["reference", "quarter"]
    more = each.groupby(same, dropna=False)["source_row"].transform("size") - 1
    more = more[~each.duplicated(same)].groupby(level=0).max()
    also = more.map(lambda number: plural(number, "more row") if number else "")
    return problems.of_rows(table.loc[more.index], issue("may_hold_a_reference", more=also), heading)


def _names_grouped_by(tables: Mapping[str, pd.DataFrame], clean: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return the names that rows are grouped by, column by column, with those that may be printed, as different.

    A column that several tables have has one name for each of its names, so that the tables are joined by it as before.
    """
    names: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for sheet, column in free_texts():
        if column.kind == "text" and (not column.long or column.name in LONG_NAMES):
            different = tables[sheet.table][column.name].dropna().unique()
            names[column.name] |= {text: clean.get(text, text) for text in different}
    return {column: still_different(new, fold) for column, new in names.items()}


def references_in(texts: Iterable[str], references: References) -> dict[str, dict[str, bool]]:
    """Return the references in each text that holds any, folded, and of each whether it can be nothing else.

    A role (“Team manager”) names nobody and is not among them; nor is an Audit ID that could be a count.
    """
    phrases = {
        text: found
        for text in texts
        if (found := {phrase for _, _, phrase in _phrases(_cut(text), references.lengths)})
    }
    known = _known(set().union(*phrases.values()), references) if phrases else {}
    held = {text: {each: known[each] for each in found if each in known} for text, found in phrases.items()}
    return {text: found for text, found in held.items() if found}


def _known(phrases: set[str], references: References) -> dict[str, bool]:
    known: dict[str, bool] = {}
    for values, folded, of_person in references.columns:
        for reference in values[folded.isin(phrases)].unique():
            if _is_certain(reference):
                known[fold_reference(reference)] = True
            elif of_person and len(reference) > _HEAD and not _names_nobody(reference):
                known.setdefault(fold_reference(reference), False)
    return known


def _without_certain(text: str, known: Mapping[str, bool]) -> str:
    certain = {reference: REMOVED for reference, certain in known.items() if certain}
    return without(text, certain, only=_is_certain)


def _left(text: str, known: Mapping[str, bool]) -> list[str]:
    """Return the references that a text holds, each once, but for those that are a part of another one."""
    left: dict[str, None] = {}
    done = 0
    for start, end, phrase in _phrases(_cut(text), _lengths_of(known)):
        if start >= done and phrase in known:
            left[phrase], done = None, end
    return list(left)


def without(text: str, hidden: Mapping[str, str], only: Callable[[str], bool] = bool) -> str:
    """Return a text with something else in the place of the phrases that are hidden.

    Parameters
    ----------
    text
        Any text.
    hidden
        What stands in the place of each phrase, by the phrase as `fold_reference` returns it.
    only
        Whether a phrase is hidden as it is written in the text.

    Examples
    --------
    >>> without("See child/CH-04471/2025 (ch‑ 04471, CH-044712).", {"ch-04471": "[…]", "ch- 04471": "[…]"})
    'See child/[…]/2025 ([…], CH-044712).'
    """
    cut = _cut(text)
    shown: list[str] = []
    done = 0
    for start, end, phrase in _phrases(cut, _lengths_of(hidden)):
        if start >= done and phrase in hidden and only("".join(cut.parts[start:end])):
            shown += [*cut.parts[done:start], hidden[phrase]]
            done = end
    return "".join([*shown, *cut.parts[done:]]) if shown else text


def still_different(new: Mapping[str, str], alike: Callable[[str], str] = str) -> dict[str, str]:
    """Return names with their new ones; where two become one, the later in the alphabet has a number.

    Parameters
    ----------
    new
        The new names by the old ones.
    alike
        What names are compared by: those of which it returns the same are one name.

    Examples
    --------
    >>> still_different({"CH-2 plan": "[…] plan", "CH-1 plan": "[…] plan"})
    {'CH-1 plan': '[…] plan', 'CH-2 plan': '[…] plan (2)'}
    """
    names: dict[str, str] = {}
    numbers: dict[tuple[str, str], int] = {}
    last: Counter[str] = Counter()
    taken: set[str] = set()
    for old in sorted(new, key=lambda each: (new[each] != each, each)):
        name, place = new[old], (alike(new[old]), alike(old))
        if place not in numbers:
            free = (number for number in count(last[place[0]] + 1) if alike(_numbered(name, number)) not in taken)
            numbers[place] = last[place[0]] = next(free)
        names[old] = _numbered(name, numbers[place])
        taken.add(alike(names[old]))
    return names


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name} ({number})"


def fold_reference(text: str) -> str:
    r"""Return a text as references are compared: small letters, one space, dash and apostrophe, nothing invisible.

    Examples
    --------
    >>> fold_reference("Jane\n O’Neill"), fold_reference("CH\u201304471\u200b")
    ("jane o'neill", 'ch-04471')
    """
    return _cut(text).folded


class _Cut(NamedTuple):
    """A text in words, white space and signs; the same folded, in one; and where each part begins and the last ends."""

    parts: list[str]
    folded: str
    offsets: list[int]


def _cut(text: str) -> _Cut:
    parts = _PART.findall(unicodedata.normalize("NFC", text))
    if not _NOT_PLAIN.search(text):  # most texts, and much faster
        return _Cut(parts, text.lower(), list(accumulate(map(len, parts), initial=0)))
    folded = [_folded(part) for part in parts]
    return _Cut(parts, "".join(folded), list(accumulate(map(len, folded), initial=0)))


def _folded(part: str) -> str:
    if part.isspace():
        return " "
    return _SIGNS.get(part) or (part.casefold() if part.isalnum() else legible(part))


def _folded_column(references: pd.Series) -> pd.Series:
    """Return references folded; only the few that are not plain one by one."""
    odd = references.str.contains(_NOT_PLAIN.pattern)
    plain = references.str.lower()
    return (
        plain.where(~odd, through_different(references.where(odd), fold_reference)).astype("str")
        if odd.any()
        else plain
    )


def _beginnings(folded: pd.Series) -> Iterator[tuple[str, int]]:
    """Yield how references begin, with their lengths, each once."""
    lengths = folded.str.len().groupby(folded.str[:_HEAD], sort=False).unique()
    return ((str(head), int(length)) for head, each in lengths.items() for length in each)


def _lengths(beginnings: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
    """Return how long the references are that begin alike, the longest first."""
    lengths = defaultdict(set)
    for head, length in beginnings:
        lengths[head].add(length)
    return {head: sorted(each, reverse=True) for head, each in lengths.items() if len(head) == _HEAD}


def _lengths_of(folded: Iterable[str]) -> dict[str, list[int]]:
    return _lengths((each[:_HEAD], len(each)) for each in folded)


def _phrases(cut: _Cut, lengths: Mapping[str, Sequence[int]]) -> Iterator[tuple[int, int, str]]:
    """Yield each phrase of a text that is as long as a reference that begins like it, between two of its parts."""
    ends: dict[int, int] = {}
    for place, start in enumerate(cut.offsets[:-1]):
        for length in lengths.get(cut.folded[start : start + _HEAD], ()):
            ends = ends or {offset: number for number, offset in enumerate(cut.offsets)}
            if start + length in ends:
                yield place, ends[start + length], cut.folded[start : start + length]


def _is_certain(reference: str) -> bool:
    """Return whether a reference can be nothing else: a letter and a digit, five digits, or a name of several words.

    Examples
    --------
    >>> [_is_certain(each) for each in ("CH 04471", "K#991", "1234567", "Jane Smith", "O'Neill", "April Jones")]
    [True, True, True, True, True, True]
    >>> [_is_certain(each) for each in ("991", "Smith", "jane smith", "Team Manager", "Will Young", "Not known")]
    [False, False, False, False, False, False]
    """
    if "@" in reference:
        return True
    digits = sum(letter.isdigit() for letter in reference)
    if digits:
        return digits >= _DIGITS or any(letter.isalpha() for letter in reference)
    words = _WORD.findall(reference)
    capitals = all(not word[0].islower() for word in (*words[:1], *words[-1:]))
    return len(words) > 1 and capitals and not all(map(is_common, words)) and not _names_nobody(reference)


def _names_nobody(reference: str) -> bool:
    """Return whether a reference stands for none, is a role, or has common words only that are no names.

    Examples
    --------
    >>> [_names_nobody(each) for each in ("N/K", "T.B.C.", "To be confirmed", "Not Allocated", "Unborn Baby", "IRO")]
    [True, True, True, True, True, True]
    >>> [_names_nobody(each) for each in ("Will Young", "Smith", "Baby Smith", "Early Help")]
    [False, False, False, True]
    """
    words = _WORD.findall(fold_reference(reference))
    says_nothing = "".join(words) in _NOTHING or _BEGINS_NOTHING.match(" ".join(words)) is not None
    return not words or says_nothing or is_role(reference) or names_nobody(words)


def _too_short(rows: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return a warning for each sheet's column of references with some that are too short to be looked for."""
    found = [problems.none()]
    for sheet, column in columns_of_references():
        if sheet.table not in rows or column.kind != "reference":
            continue
        table = rows[sheet.table]
        values = table[column.name][table[column.name].str.len() <= _HEAD]
        short = [each for each in values.unique() if not _is_certain(each) and not _names_nobody(each)]
        places = table.loc[values.index[values.isin(short)], SOURCE].drop_duplicates(SOURCE[:2])
        found.append(problems.of_rows(places.assign(source_row=None), issue("short_references"), column.heading))
    return pd.concat(found)
