"""Where the tables of a sheet begin and end, and what their columns and rows are."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pandas as pd
from xlsxwriter.utility import xl_col_to_name

from qa_analysis.contract.columns import Sheet
from qa_analysis.contract.rules import issue
from qa_analysis.contract.settings import Settings
from qa_analysis.errors import InputError
from qa_analysis.reading.headings import (
    BESIDE,
    DOUBT,
    SETTINGS,
    UNKNOWN,
    Below,
    Choice,
    Doubt,
    Names,
    by_their_values,
    decide,
    readers_known,
)
from qa_analysis.reading.marks import as_marked, with_scale
from qa_analysis.reading.raw_files import Grid
from qa_analysis.reading.rows import has_value, says_again, sorted_out, text_of
from qa_analysis.text import fold, listed, nearest, nearest_meaning, plural, quoted

_HEADINGS_WITHIN = 40  # rows from the top in which the headings are looked for
_HEADINGS_NAMED = 30
_UNGRADED = (
    " If audits have no overall grade, write graded = false there; if several readers grade them, give the first one's."
)
_SMALL = 5_000  # rows of a sheet in which every column is looked at for headings that come again
_CLOSED = (
    "level_of_need",
    "grade",
    "yes_no",
    "finding_type",
    "tone",
    "status",
    "answer",
    "quarter",
)  # kinds of few words


@dataclass(frozen=True)
class Table:
    """The rows of a sheet under the contract's column names, and how they were come by.

    `left_out` is how many rows hang on a doubt and are in no figure; `issues` have their rows, where they have one.
    `beside` are the other columns, under their own headings.
    """

    rows: pd.DataFrame
    choices: list[Choice] = field(default_factory=list)
    issues: list[dict[str, Any]] = field(default_factory=list)
    left_out: int = 0
    beside: pd.DataFrame = field(default_factory=pd.DataFrame)


@dataclass(frozen=True)
class _Headings:
    """A line of headings: its number (that of the lower line, where there are two), its texts, and where its rows end.

    Where the headings are not a table's of this sheet, its rows are another's.
    """

    row: int
    texts: list[str]
    end: int
    of_another: bool = False


def tables_of(grid: Grid, sheet: Sheet, settings: Settings, place: str) -> Table:
    """Return all rows of a sheet's tables, one below the other, each read by its own headings.

    The headings are looked for in the first rows: one row has them, or two have
    more of them together ("Overall" above "grade"; "Sub-grades" above each practice area). Headings that come again in
    another order end the table above.

    Raises
    ------
    InputError
        If a required column is missing; the message begins with `place`.
    """
    names = Names(sheet, settings)
    row, texts = first_headings(grid, names)
    found = list(_every_headings(grid, names, row, texts))
    tables = [_table(grid, each, names, settings, place) for each in found if not each.of_another]
    issues = [each for table in tables for each in table.issues]
    others = 0
    for each in found:
        if each.of_another:
            number = int(_is_filled(grid.cells.loc[each.row + 1 : each.end]).sum())
            missing = _headings_of(names.required - names.matched(each.texts), sheet)
            issues.append({"row": each.row} | issue("another_table", rows=plural(number, "row"), missing=missing))
            others += number
    rows = tables[0].rows if len(tables) == 1 else pd.concat([table.rows for table in tables])
    choices = [choice for table in tables for choice in table.choices]
    beside = tables[0].beside if len(tables) == 1 else pd.concat([table.beside for table in tables])
    return Table(rows, choices, issues, others + sum(table.left_out for table in tables), beside)


def has_headings(grid: Grid, sheet: Sheet, settings: Settings) -> int:
    """Return how many of the required columns of a sheet have a heading on a grid."""
    names = Names(sheet, settings)
    return len(names.required & names.matched(first_headings(grid, names)[1]))


def first_headings(grid: Grid, names: Names) -> tuple[int, list[str]]:
    """Return the number of the row of headings, the lower one where they take two, and their texts.

    It is the first with all that is required, so that no row above a later line of headings is lost; if none has all,
    the one with the most.
    """
    lines = [[text_of(value) for value in values] for values in grid.cells.iloc[:_HEADINGS_WITHIN].to_numpy().tolist()]
    for (top, left), (bottom, right) in grid.merged:
        for line in lines[top : bottom + 1]:
            line[left : right + 1] = [lines[top][left]] * len(line[left : right + 1]) if left < len(line) else []
    matched = [names.matched(line) for line in lines]
    whole = [row for row, found in enumerate(matched, 1) if names.required <= found][:1]
    one = [(len(matched[row - 1]), sum(map(bool, lines[row - 1])), -row) for row in whole or range(1, len(lines) + 1)]
    most, _, row = max(one)
    two = [_joined(above, line, names, spread=not grid.merged) for above, line in itertools.pairwise(lines)]
    of_two = [(len(names.matched(line)), -lower) for lower, line in enumerate(two, 2)
              if not whole or lower - whole[0] in (0, 1)]  # fmt: skip
    most_of_two, row_of_two = max(of_two, default=(0, 0))
    return (-row_of_two, two[-row_of_two - 2]) if most_of_two > most else (-row, lines[-row - 1])


def _joined(above: list[str], line: list[str], names: Names, spread: bool) -> list[str]:
    """Return two rows of headings as one.

    With `spread` a heading stands for what is below the blanks to its right too: nothing is known of merged cells.
    """
    joined: list[str] = []
    group = ""
    for own, text in zip(above, line, strict=True):
        group = own or (group if spread else "")
        if not text:
            joined.append(own)
        elif ": " in names.name(text):
            joined.append(text)
        elif own and names.name(f"{own}: {text}"):
            joined.append(f"{own}: {text}")
        elif names.name(text) or not names.name(f"{group}: {text}"):
            joined.append(text)
        else:
            joined.append(f"{group}: {text}")
    return joined


def _every_headings(grid: Grid, names: Names, row: int, texts: list[str]) -> Iterator[_Headings]:
    """Yield the first line of headings, and those below it that begin another table."""
    number, of_another = row, False
    for again, texts_again, is_table in _headings_below(grid, names, row, texts):
        if is_table and not of_another and says_again(texts_again, texts):
            continue
        yield _Headings(number, texts, _end_before(grid, again), of_another)
        number, texts, of_another = again, texts_again, not is_table
    yield _Headings(number, texts, int(grid.cells.index[-1]), of_another)


def _headings_below(grid: Grid, names: Names, row: int, texts: list[str]) -> Iterator[tuple[int, list[str], bool]]:
    """Yield each line of headings below the first: its number and texts, and whether they make a table of its kind."""
    cells = grid.cells.loc[row + 1 :]
    known = [position for position, text in enumerate(texts) if names.name(text)]
    few_words = [place for place in known if names.column(names.name(texts[place])).kind in _CLOSED]
    watched = list(cells.columns) if len(cells) <= _SMALL else few_words or known[:1]
    numbers: set[int] = set()
    for position in watched:
        codes, different = pd.factorize(cells[position])
        texts_here = enumerate(different)
        headings = [code for code, value in texts_here if isinstance(value, str) and names.name(text_of(value))]
        if headings:
            numbers.update(cells.index[pd.Index(codes).isin(headings)])
    for number in sorted(numbers):
        line = [text_of(value) for value in grid.cells.loc[number]]
        here = [text for text in line if text]
        matched = names.matched(line)
        if names.required <= matched:
            yield int(number), line, True
        elif (
            len(matched) >= max(2, len(here) / 2)
            and all(isinstance(value, str) for value in grid.cells.loc[number] if text_of(value))
            and not any(re.search(r"\d", text) for text in here)
            and sum(bool(text_of(value)) for value in grid.cells.loc[number - 1]) <= 1
        ):
            yield int(number), line, False


def _end_before(grid: Grid, headings: int) -> int:
    """Return the number of the last row above a line of headings, without a title and blank rows between."""
    number = headings - 1
    while number > 1 and sum(bool(text_of(value)) for value in grid.cells.loc[number]) <= 1:
        number -= 1
    return number


def _table(grid: Grid, headings: _Headings, names: Names, settings: Settings, place: str) -> Table:
    """Return the rows below a line of headings, with what is said of it."""
    texts, sheet = headings.texts, names.sheet
    cells = grid.cells.loc[headings.row + 1 : headings.end]
    candidates = [names.candidate(position, text) for position, text in enumerate(texts) if text]
    inside, outside, doubts = _apart(candidates, texts, cells, names)
    chosen, more = decide(inside, names, Below(cells, names, settings))
    chosen, strange = readers_known(by_their_values(chosen, names, cells), settings)
    doubts = [*doubts, *more, *strange]
    _require(place, sheet, settings, texts, {choice.name for choice in chosen} | {doubt.name for doubt in doubts})

    matched = {choice.position: choice.name for choice in chosen if choice.name}
    lines = grid.cells.loc[max(headings.row - 1, 1) : headings.row, list(matched)].rename(columns=matched)
    marked = as_marked(cells[list(matched)], grid.marks, matched, sheet).rename(columns=matched)
    scaled = with_scale(marked, {name: texts[position] for position, name in matched.items()}, sheet)
    rows, issues = sorted_out(scaled, names, grid.cells, lines)
    others = [position for position, text in enumerate(texts) if text and position not in matched]
    beside = cells.loc[rows.index, others].set_axis([texts[position] for position in others], axis="columns")
    choices = sorted([*chosen, *outside], key=lambda choice: choice.position)
    whole = any(doubt.whole for doubt in doubts)
    issues += [_doubted(doubt, cells.loc[rows.index], headings.row, sheet) for doubt in doubts]
    issues += [_unknown_column(choice.heading, sheet, settings) for choice in choices if choice.how == UNKNOWN]
    issues += _slips_in_areas(matched.values(), sheet, settings)
    return Table(rows.iloc[:0] if whole else rows, choices, issues, len(rows) if whole else 0, beside)


def _apart(
    candidates: list[Choice], texts: list[str], cells: pd.DataFrame, names: Names
) -> tuple[list[Choice], list[Choice], list[Doubt]]:
    """Return the headings of the table, those beside it across an empty column, and which of these are in doubt.

    The table is the columns without a gap that have all that is required, or else all from the first to the last that
    has some of it. What stands beyond a gap is of the table where its cells keep to the table's rows, as in no list.
    """
    blocks = list(_blocks(texts, cells))
    if len(blocks) < 2:
        return candidates, [], []
    needed = {choice.position for choice in candidates if choice.name in names.required}
    of_block = [[choice for choice in candidates if choice.position in block] for block in blocks]
    full = [block for block, each in zip(blocks, of_block, strict=True) if names.required <= {one.name for one in each}]
    holding = full[:1] or [block for block in blocks if needed & set(block)]
    if not holding:
        return candidates, [], []
    table = range(holding[0][0], holding[-1][-1] + 1)
    here = {fold(choice.name) for choice in candidates if choice.position in table and choice.name}
    lines = _is_filled(cells[[choice.position for choice in candidates if choice.position in table]])
    inside = [choice for choice in candidates if choice.position in table]
    outside: list[Choice] = []
    doubts: list[Doubt] = []
    for block, choices in zip(blocks, of_block, strict=True):
        if block[0] in table:
            continue
        second = block in full
        of_table = not second and _keeps_to(lines, choices, cells, names)
        for choice in choices:
            if choice.how == SETTINGS or (of_table and choice.name) or not choice.name:
                inside.append(choice)
            elif not second and fold(choice.name) in here:
                outside.append(replace(choice, name="", how=BESIDE))
            else:
                outside.append(replace(choice, name="", how=DOUBT))
                doubts += [] if second else [Doubt("column_beside", choice.name, (choice,))]
        if second:
            doubts.append(Doubt("table_beside", choices[0].name, tuple(choices)))
    return inside, outside, doubts


def _blocks(texts: list[str], cells: pd.DataFrame) -> Iterator[list[int]]:
    """Yield the positions of the columns between those that are empty, heading and cells."""
    block: list[int] = []
    for position, text in enumerate(texts):
        if text or has_value(cells[position]).any():
            block.append(position)
        elif block:
            yield block
            block = []
    if block:
        yield block


def _is_filled(cells: pd.DataFrame) -> pd.Series:
    return pd.concat([has_value(cells[name]) for name in cells], axis="columns").any(axis="columns")


def _keeps_to(lines: pd.Series, choices: Sequence[Choice], cells: pd.DataFrame, names: Names) -> bool:
    """Return whether columns beyond a gap are of the table: no list, nor a table of its own.

    A list runs from the first row without a gap, ends before the table does, or names nothing twice.
    """
    known = [choice for choice in choices if choice.name]
    if any(names.column(choice.name).prefix for choice in known):
        return True
    there = _is_filled(cells[[choice.position for choice in choices]])
    if not known or len(known) < len(choices) / 2 or not there.any() or (there & ~lines).any():
        return False
    runs = there[lines].to_numpy()
    ends_early = runs[: runs.sum()].all() and not runs.all()
    repeats = [values[has_value(values)].duplicated().any() for values in (cells[each.position] for each in known)]
    return not ends_early and any(repeats)


def _doubted(doubt: Doubt, cells: pd.DataFrame, row: int, sheet: Sheet) -> dict[str, Any]:
    """Return the issue of a doubt: how many rows hang on it, both readings, and what decides."""
    name, heading = sheet.heading(doubt.name), doubt.choices[0].heading
    cell, *others = (f"{xl_col_to_name(choice.position)}{row}" for choice in doubt.choices)
    number = len(cells) if doubt.whole else _number_filled(doubt.choices, cells)
    rows, of = plural(number, "row"), sheet.name
    match doubt.code:
        case "unknown_reader":
            reader = doubt.name.partition(": ")[2]
            return issue("unknown_reader", column=name, heading=heading, cell=cell, rows=rows, other=reader)
        case "table_beside":
            return {"row": row} | issue("table_beside", cell=cell, rows=rows)
        case "two_headings":
            other, both = doubt.choices[1].heading, listed([cell, *others])
            return issue("two_headings", column=name, heading=heading, other=other, cells=both, rows=rows, of=of)
        case "filled_for_all":
            return issue("filled_for_all", column=name, heading=heading, cell=cell, rows=rows, of=of)
    return issue("column_beside", column=name, heading=heading, cell=cell, rows=rows, of=of)


def _number_filled(choices: Sequence[Choice], cells: pd.DataFrame) -> int:
    return int(_is_filled(cells[[choice.position for choice in choices]]).sum())


def _headings_of(names: Iterable[str], sheet: Sheet) -> str:
    return listed(column.heading for column in sheet.columns if column.name in names)


def _unknown_column(text: str, sheet: Sheet, settings: Settings) -> dict[str, Any]:
    """Return the issue of a column that is not known, with how to head it, where it looks like one that is."""
    prefix = next((column.heading for column in sheet.columns if column.name == "sub_grades"), None)
    like = nearest_meaning(text, settings.headings_of(sheet)) or ""
    if prefix and (area := _area(text, settings)):
        return issue("practice_area_without_prefix", heading=text, nearest=like, prefix=prefix, area=area)
    if like:
        return issue("unknown_column_with_a_slip", heading=text, nearest=like)
    return issue("unknown_column", heading=text)


def _area(text: str, settings: Settings) -> str | None:
    """Return the practice area of the settings that a text means."""
    return next((area for area in settings.practice_areas if fold(area) == fold(text)), None) or nearest(
        text, settings.practice_areas
    )


def _slips_in_areas(names: Iterable[str], sheet: Sheet, settings: Settings) -> Iterator[dict[str, Any]]:
    """Yield an issue for each practice area that is not in the settings, but like one that is."""
    for name in names:
        prefix, _, label = name.partition(": ")
        area = _area(label, settings) if prefix == "sub_grades" else None
        if area and fold(area) != fold(label):
            yield issue("practice_area_with_a_slip", label=label, prefix=sheet.column(prefix).heading, area=area)


def _require(place: str, sheet: Sheet, settings: Settings, texts: list[str], known: set[str]) -> None:
    """Raise InputError where required columns are missing: all of them, each with the heading that is nearest."""
    names = Names(sheet, settings)
    missing = [column for column in sheet.columns if column.name in names.required - known]
    if not missing:
        return
    free = [text for text in texts if text and not names.name(text)]
    likes = {column.heading: nearest_of(settings.names_of_column(sheet, column), free) for column in missing}
    to, rest = (" to “{}”", "s, or give them") if len(missing) > 1 else ("", ", or give it")
    hints = [f" The nearest{to.format(heading)} is “{like}”." for heading, like in likes.items() if like]
    found = ", ".join(quoted(text) for text in filter(None, texts[:_HEADINGS_NAMED])) or "none"
    ungraded = _UNGRADED if [column.name for column in missing] == ["overall_grade"] else ""
    strange = not sheet.required and len(missing) == len(names.required)
    raise InputError(
        f"{place}: has no column {listed((f'“{heading}”' for heading in likes), 'or')}. Headings found: {found}."
        f"{''.join(hints)} Rename the heading{rest} under [columns] in settings.toml.{ungraded}"
        f"{' If the sheet is something else, give it another name.' if strange else ''}"
    )


def nearest_of(names: Iterable[str], candidates: list[str]) -> str | None:
    """Return the candidate that is most like the first of `names` that any is like."""
    return next(filter(None, (nearest(name, candidates) for name in names)), None)
