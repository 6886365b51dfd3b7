"""Settings to start from, written from a council's own files: what each heading was taken for, and what was not.

Nothing is decided for good: every line says why it stands there, and what could not be told stands as a comment.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import pandas as pd

from qa_analysis.cleaning.identifying import holds_references
from qa_analysis.cleaning.values import NotUnderstood, as_text, plain, read_date
from qa_analysis.contract.columns import AUDITS, SHEETS
from qa_analysis.contract.settings import DEFAULTS, Settings
from qa_analysis.errors import InputError
from qa_analysis.reading.headings import Names
from qa_analysis.reading.raw_files import Grid, open_file
from qa_analysis.reading.rows import text_of
from qa_analysis.reading.tables import first_headings
from qa_analysis.store.files import write_text
from qa_analysis.text import fold, plural, quoted, visible

_MOSTLY = 0.8  # of the values must speak for a column
_SAMPLES = 12  # different values, of which all are shown; of more only their number
_FEWEST_COLUMNS = 3  # of a list that may be one of audits
_NUMBERED = re.compile(r"^\s*(?:[A-Z]?\d+(?:\.\d+)*[.):]|Q\d+[.:)]?)\s*", re.I)
_CHILD = re.compile(r"(?i)\b(?:child|mosaic|lcs|liquid ?logic|case|person|client|record|nhs|upn)\b")
_WHO = re.compile(r"(?i)\b(?:auditor|audited|reviewer|completed by|submitted by|manager|name|e-?mail|who)\b")
_BEST_DATES = ("audit", "review", "complet", "date")
_WORDS_IN_A_VALUE = 6  # what has more is somebody's words
_FEW_WORDS = ("Level of need", "Overall grade", "Audit type", "Status")  # columns of which the values name nobody


@dataclass(frozen=True)
class Found:
    """A heading of the files: the values below it, which column it was taken for, and why."""

    heading: str
    values: pd.Series
    column: str = ""
    why: str = ""
    is_known: bool = False  # without a line in the settings


def adopt(files: Sequence[Path], folder: Path) -> Path:
    """Write `settings.toml` into a folder, from a council's own workbooks or exports; return its path.

    Raises
    ------
    InputError
        If there is one already, a file cannot be read, or none holds a list of audits.
    """
    path = folder / "settings.toml"
    if path.exists():
        raise InputError(f"{path}: exists already, and is not written over. Move it away, or name another --project.")
    write_text(path, settings_from(files))
    return path


def settings_from(files: Sequence[Path]) -> str:
    """Return the text of `settings.toml` for some files.

    Raises
    ------
    InputError
        If a file cannot be read, or none holds a list of audits.
    """
    settings = Settings.model_validate(tomllib.loads(DEFAULTS.read_text(encoding="utf-8")))
    lists = [(file.name, grid) for file in files for grid in _grids(file) if _may_be_audits(grid, settings)]
    if not lists:
        raise InputError(f"{', '.join(map(str, files))}: no sheet looks like a list of audits.")
    tables = [_columns(grid, settings) for _, grid in lists]
    found = _taken(_together(tables), settings)
    lines = "\n".join([
        *_head(lists), "", *_keys(found, tables, settings), "", *_sheets(lists, settings), "",
        '[columns."Audits"]', *_lines(found, settings), "",
    ])  # fmt: skip
    tomllib.loads(lines)
    return lines


def _grids(file: Path) -> list[Grid]:
    if not file.is_file():
        raise InputError(f"{file}: there is no such file.")
    return [grid for grid in open_file(file, file.parent, lambda _: True).grids if not grid.hidden]


def _may_be_audits(grid: Grid, settings: Settings) -> bool:
    """Return whether a sheet is one of audits by its name, or none of the others and a list of some columns."""
    others = {fold(name) for sheet in SHEETS if sheet is not AUDITS for name in settings.names_of(sheet)}
    return fold(grid.name) not in others and grid.cells.shape[1] >= _FEWEST_COLUMNS and len(grid.cells) > 1


def _columns(grid: Grid, settings: Settings) -> dict[str, pd.Series]:
    """Return what stands below each heading of a sheet."""
    row, texts = first_headings(grid, Names(AUDITS, settings))
    below = grid.cells.loc[row + 1 :]
    columns = {text: plain(below[place].astype(object)).dropna() for place, text in enumerate(texts) if text_of(text)}
    return {heading: values for heading, values in columns.items() if len(values)}


def _together(tables: Iterable[dict[str, pd.Series]]) -> dict[str, pd.Series]:
    """Return the columns of several sheets, those of one heading together."""
    by_heading: dict[str, tuple[str, list[pd.Series]]] = {}
    for table in tables:
        for heading, values in table.items():
            by_heading.setdefault(fold(heading), (heading, []))[1].append(values)
    return {heading: pd.concat(parts, ignore_index=True) for heading, parts in by_heading.values()}


def _taken(columns: dict[str, pd.Series], settings: Settings) -> list[Found]:
    """Return what each heading is taken for: by its own words first, then by what stands below it."""
    names = Names(AUDITS, settings)
    found = [_by_its_name(heading, values, names) for heading, values in columns.items()]
    for name, finder in _BY_VALUES.items():
        if any(each.column.partition(": ")[0] == AUDITS.column(name).heading for each in found):
            continue
        of = [(points, -place) for place, each in enumerate(found)
              if not each.column and (points := finder(each, settings))]  # fmt: skip
        if of:
            points, place = max(of)
            each = found[-place]
            found[-place] = Found(each.heading, each.values, AUDITS.column(name).heading, _WHY[name])
    found = [each if each.column else _graded_or_answered(each, settings) for each in found]
    overall = AUDITS.column("overall_grade").heading
    areas = [place for place, each in enumerate(found) if each.column.startswith("Sub-grade: ")]
    if not any(each.column == overall for each in found):
        only = areas if len(areas) == 1 else [place for place in areas if "overall" in fold(found[place].heading)][:1]
        for place in only:
            each = found[place]
            found[place] = Found(each.heading, each.values, overall, "its values are grades")
    return found


def _by_its_name(heading: str, values: pd.Series, names: Names) -> Found:
    choice = names.candidate(0, heading)
    if not choice.name:
        return Found(heading, values)
    return Found(heading, values, AUDITS.heading(choice.name), choice.how, is_known=True)


Finder: TypeAlias = Callable[[Found, Settings], float]  # how much speaks for a column; 0: nothing


def _id(each: Found, _: Settings) -> float:
    numbered = fold(each.heading) in ("id", "no", "number", "ref", "reference", "refno", "refnumber", "recordid")
    return float(numbered) and each.values.nunique() / len(each.values)


def _date(each: Found, settings: Settings) -> float:
    if _share(each.values, lambda value: _is_date(value, settings)) < _MOSTLY:
        return 0
    heading = fold(each.heading)
    return 1 + sum(word in heading for word in _BEST_DATES) - ("start" in heading or "birth" in heading)


def _level(each: Found, settings: Settings) -> float:
    known = settings.meanings("level_of_need")
    share = _share(each.values, lambda value: fold(_text(value)) in known)
    return share if share >= 0.5 and len(_different(each)) <= _SAMPLES else 0


def _team(each: Found, _: Settings) -> float:
    return float("team" in fold(each.heading))


def _known_by(name: str) -> Finder:
    words = set(map(fold, AUDITS.column(name).known_by))
    return lambda each, _: float(
        len(_different(each)) <= _SAMPLES and any(fold(value) in words for value in _different(each))
    )


def _person(pattern: re.Pattern[str]) -> Finder:
    return lambda each, _: float(
        pattern.search(each.heading) is not None and holds_references(each.values, each.heading, None)
    )


_BY_VALUES: dict[str, Finder] = {
    "audit_id": _id, "audit_date": _date, "level_of_need": _level, "audit_type": _known_by("audit_type"),
    "audit_status": _known_by("audit_status"), "team": _team, "child_reference": _person(_CHILD),
    "auditor": _person(_WHO),
}  # fmt: skip
_WHY = {
    "audit_id": "its heading, and its values differ", "audit_date": "its values are dates",
    "level_of_need": "its values are levels of need", "audit_type": "its values are types of audit",
    "audit_status": "its values are states", "team": "its heading",
    "child_reference": "its values look like references", "auditor": "its values look like people",
}  # fmt: skip


def _graded_or_answered(each: Found, settings: Settings) -> Found:
    """Return a heading as that of a practice area or of a question, where its values are grades or answers."""
    for kind, column in (("grade", "sub_grades"), ("answer", "answers")):
        if len(_different(each)) <= _SAMPLES and _means(each, kind, settings):
            name = f"{AUDITS.column(column).heading}: {_label(each)}"
            return Found(each.heading, each.values, name, f"its values are {kind}s")
    return each


def _means(each: Found, kind: str, settings: Settings) -> bool:
    known = {*settings.meanings(kind), *map(fold, settings.values.not_graded)}
    return _share(each.values, lambda value: fold(_text(value)) in known) >= _MOSTLY


def _label(each: Found) -> str:
    """Return a heading without the number before it."""
    return _NUMBERED.sub("", " ".join(each.heading.split()))


def _is_date(value: object, settings: Settings) -> bool:
    if isinstance(value, int | float):
        return False
    try:
        read_date(value, settings.time_zone, months=True)
    except NotUnderstood:
        return False
    return True


def _share(values: pd.Series, holds: Callable[[object], bool]) -> float:
    return sum(map(holds, values)) / len(values)


def _different(each: Found) -> list[str]:
    return list(dict.fromkeys(as_text(each.values).tolist()))


def _text(value: object) -> str:
    return value.date().isoformat() if isinstance(value, dt.datetime) else str(value)


def _head(lists: Sequence[tuple[str, Grid]]) -> Iterator[str]:
    files = ", ".join(f"{file} [{grid.name}]" for file, grid in lists)
    yield f"# To start from, made by qa-analysis adopt from {_comment(files)}."
    yield "# Every line says why it stands here; what could not be told is a comment, and counts for nothing."
    yield 'organisation = "Our council"'


def _keys(found: Sequence[Found], tables: Sequence[dict[str, pd.Series]], settings: Settings) -> Iterator[str]:
    """Yield the settings without a section: what tells an audit, which audits count, and what is missing."""
    of = {each.column: each for each in found if each.column}
    if "Overall grade" not in of:
        yield "# No column was taken for an overall grade. If there is one, name it below, and take this line out."
        yield "graded = false"
    number = of.get("Audit ID")
    if number is None:
        yield "# No column tells an audit. Name those that do so together:"
        yield 'audit_id = ["Child reference", "Audit date"]' if "Child reference" in of else '# audit_id = ["…"]'
    elif _starts_again(number.heading, tables):
        yield f"# {_quoted(number.heading)} begins with 1 in each of several lists."
        yield 'audit_id_unique_in = "file"'
    counts = (("audit_type", "counted_types", "Deep dive"), ("audit_status", "counted_statuses", "Signed off"))
    for name, key, usual in counts:
        column = AUDITS.column(name)
        if each := of.get(column.heading):
            not_counted = {fold(word) for word in column.known_by if word != usual}
            counted = [word for word in _different(each) if fold(word) not in not_counted]
            yield f"# Which of these count? {_few(_different(each))}. A blank does."
            yield f"{key} = {json.dumps(counted or [usual], ensure_ascii=False)}"
    for heading in ("Audit date", "Level of need"):
        if heading not in of:
            yield f"# No column was taken for {heading}, without which there is no report: name it below."
    known = settings.meanings("level_of_need")
    level = of.get("Level of need")
    if level and (strange := [word for word in _different(level) if fold(word) not in known]):
        yield f"# Not known as levels of need: {_few(strange)}. Write [[levels_of_need]] with them as names or aliases."


def _starts_again(heading: str, tables: Sequence[dict[str, pd.Series]]) -> bool:
    """Return whether the numbers of audits begin with 1 on several sheets."""
    own = [values for table in tables for name, values in table.items() if fold(name) == fold(heading)]
    return sum(bool((as_text(values) == "1").any()) for values in own) > 1


def _sheets(lists: Sequence[tuple[str, Grid]], settings: Settings) -> Iterator[str]:
    known = {fold(name) for name in settings.names_of(AUDITS)}
    strange = list(dict.fromkeys(grid.name for _, grid in lists if fold(grid.name) not in known))
    if strange:
        yield "[sheets]"
        yield f'"Audits" = {json.dumps(strange, ensure_ascii=False)}'


def _lines(found: Sequence[Found], settings: Settings) -> Iterator[str]:
    """Yield a line for each heading, in the order of the files; of those not understood what stands below them."""
    for each in found:
        if each.is_known:
            yield f"# {_quoted(each.heading)}: {each.column}, known by {each.why}"
        elif each.column:
            yield f"{_text_of(each.column)} = [{_text_of(each.heading)}]  # {each.why}: {_values(each)}"
        else:
            yield f"# {_quoted(each.heading)}: not understood; {_values(each)}. {_hint(each, settings)}".rstrip()
        area = each.column.removeprefix("Sub-grade: ")
        if area != each.column and not _means(each, "grade", settings):
            yield f"# Its values are no grades, but {_values(each)}. Give it a scale of its own at the end of the file:"
            yield f"# [scales.own] practice_areas = [{_text_of(area)}], grades = [{{ name = …, good = true }}, …]"


def _hint(each: Found, settings: Settings) -> str:
    """Return what a heading that was not understood may be, and what to write then."""
    different = _different(each)
    if _share(each.values, lambda value: _is_date(value, settings)) >= _MOSTLY:
        return "A further date is not needed."
    if _tells_of_people(each):
        return "If it names people, it is looked for in texts as it is; it may be Auditor or Child reference."
    if any(len(word.split()) > _WORDS_IN_A_VALUE or word.endswith(".") for word in different):
        return "Words are not read."
    if len(different) <= _SAMPLES:
        own = f"{_text_of(f'Sub-grade: {_label(each)}')} = [{_text_of(each.heading)}]"
        return f"With [scales.own] it may be a practice area: {own}"
    return ""


def _tells_of_people(each: Found) -> bool:
    number = _share(each.values, lambda value: bool(re.fullmatch(r"\d{1,2}(\.\d)?", _text(value)))) >= _MOSTLY
    likely = (_CHILD.search(each.heading) or _WHO.search(each.heading)) is not None and not number
    return likely or holds_references(each.values, each.heading, None)


def _values(each: Found) -> str:
    """Return the values below a heading, where they are few and tell of nobody; else how many there are."""
    different = _different(each)
    closed = each.column in _FEW_WORDS or each.column.startswith(("Sub-grade: ", "Answer: "))
    shown = closed or not _tells_of_people(each)
    if len(different) > _SAMPLES or not shown or any(len(word.split()) > _WORDS_IN_A_VALUE for word in different):
        return plural(len(different), "different value")
    return _few(different)


def _few(words: Iterable[str]) -> str:
    return ", ".join(_quoted(word) for word in words)


def _quoted(text: str) -> str:
    return quoted(_comment(text))


def _comment(text: str) -> str:
    """Return a text that stays in its line."""
    return " ".join(visible(text).split())


def _text_of(text: str) -> str:
    return json.dumps(" ".join(text.split()), ensure_ascii=False)
