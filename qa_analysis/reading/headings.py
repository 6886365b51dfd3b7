"""Which heading is which column: first what could be meant, then a decision, which may be a doubt."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial

import pandas as pd

from qa_analysis.contract.columns import Column, Sheet
from qa_analysis.contract.settings import Settings
from qa_analysis.text import fold, through_different

# How a column was found, or why it is not counted, in the words of the record of what was read.
SETTINGS, OWN, ALIAS = COUNTED = ("settings.toml", "own heading", "another name")
DOUBT, OTHER, BESIDE, LEFT_ALONE, UNKNOWN = "in doubt", "another is meant", "beside the table", "left alone", "unknown"
BY_VALUES = "its values"
_FEW_VALUES = 20
SCALE = re.compile(
    r"\s*[(\[,:–-]?\s*(?:(?:from\s+)?[01]\s*(?:-|–|to)\s*|out\s+of\s+|/\s*)(\d{1,3})\s*(?:stars?|points?)?\s*[)\]]?$",
    re.I,
)  # “Rating out of 5”, “Score (1 to 10)”
_AFTER_PREFIX = re.compile(r"\s*:\s*|\s+[-–—]\s+")


@dataclass(frozen=True)
class Choice:
    """What one heading was taken for: the contract's column name, with its label, or nothing; and how it was found."""

    position: int
    heading: str
    name: str = ""
    how: str = UNKNOWN


@dataclass(frozen=True)
class Doubt:
    """A column that several headings can be, or one may not be, and the code of the rule that says so.

    A doubt is `whole` where not only the column hangs on it, but every row of the table.
    """

    code: str
    name: str
    choices: tuple[Choice, ...]
    whole: bool = False


class Names:
    """The headings by which the columns of a sheet are known, in the settings in force."""

    def __init__(self, sheet: Sheet, settings: Settings) -> None:
        self.sheet = sheet
        self.required = settings.required(sheet)
        own = settings.columns.get(sheet.name, {})
        self._alone = {fold(heading) for heading in settings.left_alone(sheet)}
        self._labelled = {fold(text): name for text, name in settings.labelled(sheet).items()}
        self._set = {fold(name) for column in sheet.columns for name in own.get(column.heading, ())}
        self._set |= self._labelled.keys()
        self._loose = {fold(name) for column in sheet.columns for name in column.loose} - self._set
        self._known = {fold(column.heading): column for column in sheet.columns}
        for column in sheet.columns:
            for name in settings.names_of_column(sheet, column):
                self._known.setdefault(fold(name), column)
        self.name = cache(self._name)  # of the same few texts, asked for in every row that may hold headings

    def column(self, name: str) -> Column:
        """Return the column of a name with or without a label."""
        return self.sheet.column(name.partition(": ")[0])

    def called(self, text: str) -> Column | None:
        """Return the column that a heading stands for, without a label."""
        return self._known.get(fold(text))

    def _name(self, text: str) -> str:
        """Return the contract's column name for a heading, with its label where it has one; nothing if not known.

        What the settings call a column with labels is the label of one, where it has no other.
        """
        if labelled := self._labelled.get(fold(text)):
            return labelled
        column = self._known.get(fold(text)) or self._known.get(fold(SCALE.sub("", text)))
        if column is not None and not column.prefix:
            return column.name
        start, label = split_label(text)
        prefix = self._known.get(fold(start))
        if prefix and prefix.prefix and label:
            return f"{prefix.name}: {label}"
        return f"{column.name}: {' '.join(text.split())}" if column and fold(text) in self._set else ""

    def candidate(self, position: int, text: str) -> Choice:
        """Return what a heading could be taken for by its words alone."""
        if fold(text) in self._alone:
            return Choice(position, text, how=LEFT_ALONE)
        if not (name := self.name(text)):
            return Choice(position, text)
        said = {fold(text), fold(split_label(text)[0])}
        how = SETTINGS if said & self._set else OWN if fold(self.column(name).heading) in said else ALIAS
        return Choice(position, text, name, how)

    def matched(self, texts: Sequence[str]) -> set[str]:
        """Return the columns that some headings could be: each once."""
        return {name for text in texts if text and (name := self.candidate(0, text).name)}

    def is_loose(self, choice: Choice) -> bool:
        """Return whether a heading is one that means its column only where it is not filled in for all."""
        return fold(choice.heading) in self._loose


def split_label(text: str) -> tuple[str, str]:
    """Return what stands before the first colon or dash of a heading, and the label after it.

    Examples
    --------
    >>> split_label("Sub-grade: Planning: reviews"), split_label("Team")
    (('Sub-grade', 'Planning: reviews'), ('Team', ''))
    """
    start, *label = _AFTER_PREFIX.split(text, maxsplit=1)
    return start, " ".join(label[0].split()) if label else ""


class Below:
    """What stands below headings, as far as it can be meant in the columns that these could be.

    A word of a closed list is what it means, a date or number is any cell with a digit, all else is text.
    """

    def __init__(self, cells: pd.DataFrame, names: Names, settings: Settings) -> None:
        self._cells, self._names, self._settings = cells, names, settings
        self._done: dict[tuple[int, str], pd.Series] = {}

    def __call__(self, choice: Choice) -> pd.Series:
        """Return what is meant below a heading, missing where a cell is blank or means nothing in the column."""
        key = (choice.position, choice.name)
        if key not in self._done:
            kind = self._names.column(choice.name).kind
            meant = partial(_meant, kind=kind, words=self._settings.meanings(kind))
            self._done[key] = through_different(self._cells[choice.position], meant)
        return self._done[key]


def _meant(value: object, kind: str, words: Mapping[str, str]) -> str | None:
    text = " ".join(str(value).split())
    if words:
        return words.get(fold(text))
    has_digit = isinstance(value, int | float | dt.date) or any(map(str.isdigit, text))
    return text if has_digit or kind not in ("date", "number", "quarter") else None


def decide(candidates: Iterable[Choice], names: Names, below: Below) -> tuple[list[Choice], list[Doubt]]:
    """Return what each heading is taken for, and what is in doubt.

    Where several headings can be one column, what the settings name is it; else the only one under which something
    stands that can be meant. Columns that are equal are one. Of references all are: the first is the column's.
    """
    by_name: dict[str, list[Choice]] = defaultdict(list)
    for each in candidates:
        by_name[fold(each.name)].append(each)
    decided = by_name.pop("", [])
    first_grade = next(iter(by_name.get(fold("overall_grade"), [])), None)
    doubts: list[Doubt] = []
    for several in by_name.values():
        possible = _possible(several, names, below)
        meant = _not_for_all(possible, names, below, first_grade)
        doubt = _doubt_of_all(possible, meant, below, first_grade) or _doubt_between(meant, names, below)
        if doubt:
            doubts.append(doubt)
            decided += [replace(each, name="", how=DOUBT if each in doubt.choices else OTHER) for each in several]
        else:
            best = _best(meant)
            decided += [each if each is best else replace(each, name="", how=OTHER) for each in several]
    return sorted(decided, key=lambda choice: choice.position), doubts


def by_their_values(choices: list[Choice], names: Names, cells: pd.DataFrame) -> list[Choice]:
    """Return the choices with unknown headings taken for the columns that are known by their values."""
    found = list(choices)
    for column in names.sheet.columns:
        if not column.known_by or any(choice.name == column.name for choice in found):
            continue
        words = set(map(fold, column.known_by))
        for place, choice in enumerate(found):
            if choice.how == UNKNOWN and words & {fold(each) for each in _few_values(cells[choice.position])}:
                found[place] = replace(choice, name=column.name, how=BY_VALUES)
                break
    return found


def readers_known(choices: list[Choice], settings: Settings) -> tuple[list[Choice], list[Doubt]]:
    """Return the choices without the grades of readers whom the settings do not name, and the doubts of these.

    The last grade is final: which one that is hangs on them, and with it every row.
    """
    known = {fold(reader): reader for reader in settings.readers}
    readers = {choice: label for choice in choices
               for name, _, label in [choice.name.partition(": ")] if name == "readers"}  # fmt: skip
    strange = {choice for choice, label in readers.items() if fold(label) not in known}
    named = [
        replace(choice, name="", how=DOUBT) if choice in strange
        else replace(choice, name=f"readers: {known[fold(readers[choice])]}") if choice in readers
        else choice
        for choice in choices
    ]  # fmt: skip
    return named, [Doubt("unknown_reader", choice.name, (choice,), whole=True) for choice in strange]


def _few_values(values: pd.Series) -> list[str]:
    """Return the different texts of a column that has a few words only, as one has that says how things stand."""
    different = [value for value in values.dropna().unique()[: _FEW_VALUES + 1] if isinstance(value, str)]
    return different if len(different) <= _FEW_VALUES else []


def _possible(several: list[Choice], names: Names, below: Below) -> list[Choice]:
    """Return the headings that can be meant: those of the settings, or those with something below that can be."""
    named = [each for each in several if each.how == SETTINGS] or several
    if len(named) == 1 or names.column(named[0].name).kind == "reference":
        return [_best(named)]
    return [each for each in named if below(each).notna().any()] or [_best(named)]


def _best(choices: Sequence[Choice]) -> Choice:
    return min(choices, key=lambda choice: COUNTED.index(choice.how))


def _doubt_between(possible: list[Choice], names: Names, below: Below) -> Doubt | None:
    """Return the doubt between headings that can all be one column, unless all say the same."""
    first, *others = possible
    if all(below(each).equals(below(first)) for each in others):
        return None
    return Doubt("two_headings", first.name, tuple(possible), whole=first.name in names.required)


def _not_for_all(possible: list[Choice], names: Names, below: Below, graded: Choice | None) -> list[Choice]:
    """Return the headings without those that mean a second reader's grade only where not every audit has one."""
    loose = [each for each in possible if names.is_loose(each)]
    if not loose or graded is None:
        return possible
    has_one = below(graded).notna()
    return [each for each in possible if each not in loose or below(each)[has_one].isna().any() or not has_one.any()]


def _doubt_of_all(possible: list[Choice], meant: list[Choice], below: Below, graded: Choice | None) -> Doubt | None:
    """Return the doubt of a final grade that is filled in for all audits, unless it follows from the others.

    It follows where it is the moderator's grade wherever there is one, and else the auditor's.
    """
    if len(meant) == len(possible) or graded is None:
        return None
    final = next(each for each in possible if each not in meant)
    first, last = below(graded), below(final)
    if not meant:
        return Doubt("filled_for_all", final.name, (final,), whole=not first.equals(last))
    second = below(_best(meant))
    if second.where(second.notna(), first).equals(last):
        return None
    return Doubt("two_headings", final.name, tuple(possible), whole=True)
