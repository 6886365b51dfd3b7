"""Open raw files: from the bytes of a workbook or CSV file to its sheets, cell for cell, nothing interpreted."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
import os
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from qa_analysis.errors import BadFileError
from qa_analysis.reading.letters import LOST, decoded
from qa_analysis.reading.marks import Marks, marks_of_sheets, marks_of_xls
from qa_analysis.reading.unread import Unread

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

_OLD = (".xls", ".xlt")
WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xltx", ".xltm", ".xls", ".xlt", ".ods")
TEXTS = (".csv", ".txt", ".tsv", ".tab")
_DELIMITERS = ",;\t|"
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # how .xlsx, .xlsm and .ods, and how .xls files begin
_SHEET_OF_ARCHIVE = re.compile(r"xl/worksheets/[^/]+\.xml")
_FILLED_CELL = re.compile(rb' r="([A-Z]{1,3})(\d{1,7})"(?:[^<>]*[^/<>])?>')
_SAVED = re.compile(rb"<(?:\w+:modified|dc:date)\b[^>]*>\s*(\d{4}-\d\d-\d\d)")
_FROM_1904 = re.compile(
    rb'<(?:\w+:)?workbookPr\b[^>]*\bdate1904="(?:1|true)"|<table:null-date\b[^>]*\btable:date-value="1904-'
)
_MEGABYTE = 2**20
_UNPACKED_MOST = 4096 * _MEGABYTE
_UNPACKED_PLENTY, _PACKED_TIGHTEST = 100 * _MEGABYTE, 100  # real workbooks pack to a tenth or twentieth
_CELLS_MOST = 100_000_000
_TAG_LONGEST = 4096
_CSV_START = 100_000  # characters of whole lines from which the delimiter and the number of columns are told

Span = tuple[tuple[int, int], tuple[int, int]]  # first and last row and column, counted from 0


@dataclass(frozen=True)
class Grid:
    """One sheet as it is in its file: a cell for a cell; the index is the row number as Excel shows it.

    A cell merged over several rows counts in each of them. Sheets that are hidden or not wanted have no cells. `marks`
    are what the file says of cells beyond their values.
    """

    name: str
    cells: pd.DataFrame
    hidden: bool = False
    merged: tuple[Span, ...] = ()
    marks: Marks = field(default_factory=dict)


@dataclass(frozen=True)
class RawFile:
    """One raw file: its sheets, and what is known of it.

    `saved` is the day on which a workbook was last saved, by its own account; `from_1904` says that its days are
    counted from 1904 and not from 1900; `renamed` that it is a workbook although its name says otherwise; `letters`
    are the issues of what was put right, or lost, in the letters of a text file.
    """

    name: str
    sha256: str
    grids: list[Grid]
    saved: dt.date | None = None
    from_1904: bool = False
    renamed: bool = False
    letters: tuple[dict[str, Any], ...] = ()


def open_file(path: Path, root: Path, wanted: Callable[[str], bool]) -> RawFile:
    """Return one file below `root` with the sheets whose names are `wanted`.

    Raises
    ------
    BadFileError
        If the file is of another type, empty, protected, damaged, too large when unpacked or a link that leads
        out of `root`, or another program keeps it from being read.
    """
    name = path.relative_to(root).as_posix()
    kind = path.suffix.casefold()
    if not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(root)):
        raise BadFileError(name, "file_is_a_link")
    if kind not in (*WORKBOOKS, *TEXTS):
        raise BadFileError(name, "file_of_another_kind", types=", ".join(WORKBOOKS))
    content = _content(path, name)
    digest = hashlib.sha256(content).hexdigest()
    is_archive = content.startswith(_ZIP)
    if is_archive or content.startswith(_OLE):
        about = _looked_into(content, name) if is_archive else _looked_into_old(content)
        grids = _workbook_grids(path, content, name, wanted, about.marks)
        renamed = kind in TEXTS or (kind in _OLD) is is_archive
        return RawFile(name, digest, grids, about.saved, about.from_1904, renamed)
    if kind not in TEXTS:
        raise BadFileError(name, "file_not_a_workbook", ending=kind)
    cells, letters = _csv_cells(content, name)
    return RawFile(name, digest, [Grid(path.stem, cells)], letters=letters)


def _content(path: Path, name: str) -> bytes:
    try:
        content = path.read_bytes()
    except PermissionError:
        raise BadFileError(name, "file_locked") from None
    except FileNotFoundError:
        raise BadFileError(name, "file_gone") from None
    except OSError as error:
        raise BadFileError(name, "file_unreadable", error=f"{error.strerror}") from error
    if not content:
        raise BadFileError(name, "file_empty")
    return content


class _About(NamedTuple):
    """What a workbook says of itself: when it was last saved, whether it counts from 1904, and marks by sheet."""

    saved: dt.date | None
    from_1904: bool
    marks: dict[str, Marks]


def _looked_into(content: bytes, name: str) -> _About:
    """Return what the workbook in an archive says of itself, if it is sound.

    What would unpack beyond all reason would fill the memory of whatever reads it, and end the program.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
            if unpacked > min(_UNPACKED_MOST, max(_UNPACKED_PLENTY, _PACKED_TIGHTEST * len(content))):
                raise BadFileError(name, "file_unpacks_too_large", size=f"{unpacked // _MEGABYTE:,}")
            names = archive.namelist()
            for sheet in filter(_SHEET_OF_ARCHIVE.fullmatch, names):
                _check_extent(archive, sheet, name)
            about = b"".join(archive.read(each) for each in ("docProps/core.xml", "meta.xml") if each in names)
            book = b"".join(archive.read(each) for each in ("xl/workbook.xml", "content.xml") if each in names)
            marks = marks_of_sheets(archive)
    except (
        zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError, KeyError,
        SyntaxError,
    ) as error:  # fmt: skip
        raise BadFileError(name, "file_damaged") from error
    saved = _SAVED.search(about)
    return _About(_day(saved[1].decode()) if saved else None, bool(_FROM_1904.search(book)), marks)


def _looked_into_old(content: bytes) -> _About:
    """Return what an .xls file says of itself; whether it is sound is for the library to say that reads it."""
    from_1904, marks = marks_of_xls(content)
    return _About(None, from_1904, marks)


def _check_extent(archive: zipfile.ZipFile, sheet: str, name: str) -> None:
    """Raise BadFileError where one cell far out would make a sheet of more cells than memory holds."""
    rows, columns, rest = 0, set(), b""
    with archive.open(sheet) as file:
        while chunk := file.read(_MEGABYTE):
            text = rest + chunk
            found = _FILLED_CELL.findall(text)
            columns.update({letters for letters, _ in found})
            rows = max(rows, int(found[-1][1])) if found else rows
            rest = text[max(text.rfind(b"<"), len(text) - _TAG_LONGEST) :]
    widest = max(columns, key=lambda letters: (len(letters), letters), default=b"")
    width = sum(26**place * (letter - 64) for place, letter in enumerate(reversed(widest)))
    if rows * width > _CELLS_MOST:
        raise BadFileError(name, "file_too_wide", cell=f"{widest.decode()}{rows}")


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _workbook_grids(
    path: Path, content: bytes, name: str, wanted: Callable[[str], bool], marks: Mapping[str, Marks]
) -> list[Grid]:
    from python_calamine import CalamineError, PasswordError, SheetTypeEnum, SheetVisibleEnum

    try:
        with _workbook(path, content) as book:
            return [
                _grid(book, about.name, about.visible != SheetVisibleEnum.Visible, wanted, marks.get(about.name, {}))
                for about in book.sheets_metadata
                if about.typ == SheetTypeEnum.WorkSheet
            ]
    except PasswordError:
        raise BadFileError(name, "file_protected") from None
    except CalamineError as error:
        raise BadFileError(name, "file_damaged") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # of the library's own language: not an Exception
            raise
        raise BadFileError(name, "file_damaged") from error


def _workbook(path: Path, content: bytes) -> CalamineWorkbook:
    from python_calamine import CalamineError, CalamineWorkbook, PasswordError

    try:
        return CalamineWorkbook.from_path(path)
    except PasswordError:
        raise
    except (CalamineError, OSError):  # perhaps it is a workbook of another type than its name says
        return CalamineWorkbook.from_filelike(io.BytesIO(content))


def _grid(book: CalamineWorkbook, name: str, hidden: bool, wanted: Callable[[str], bool], marks: Marks) -> Grid:
    if hidden or not wanted(name):
        return Grid(name, pd.DataFrame(), hidden)
    sheet = book.get_sheet_by_name(name)
    merged = tuple(sheet.merged_cell_ranges or ())
    return Grid(name, _cells(sheet.to_python(skip_empty_area=False), merged), merged=merged, marks=marks)


def _cells(rows: list[list[Any]], merged: Iterable[Span]) -> pd.DataFrame:
    for (top, left), (bottom, _) in merged:
        if top < len(rows) and left < len(rows[top]):
            for row in rows[top + 1 : bottom + 1]:
                row[left] = rows[top][left]
    return _numbered(pd.DataFrame(rows, dtype=object))


def _csv_cells(content: bytes, name: str) -> tuple[pd.DataFrame, tuple[dict[str, Any], ...]]:
    """Return the cells of a text file, and what was put right, or lost, in its letters."""
    content, letters, some_lost = _sound(content, name)
    (_, width), delimiter = max((_agreement(content, delimiter), delimiter) for delimiter in _DELIMITERS)
    try:
        cells = pd.read_csv(
            io.BytesIO(content),
            encoding="utf-8",
            sep=delimiter,
            header=None,
            names=range(width),
            dtype=str,
            keep_default_na=False,
            skip_blank_lines=False,
        )
    except pd.errors.ParserError as error:
        raise _no_table(name, str(error)) from None
    if not isinstance(cells.index, pd.RangeIndex):  # pandas makes an index of the cells beyond the width
        raise BadFileError(name, "csv_too_wide", width=f"{width:,}")
    cells = cells.fillna("")
    return _numbered(cells.map(_unless_lost) if some_lost else cells), letters


def _sound(content: bytes, name: str) -> tuple[bytes, tuple[dict[str, Any], ...], bool]:
    """Return a text file as UTF-8, what was put right or lost in its letters, and whether some were lost."""
    if content.isascii() and b"\0" not in content:
        return content, (), False
    text = decoded(content)
    if text is None:
        raise BadFileError(name, "csv_encoding")
    return text[0].encode("utf-8"), tuple(text[1]), LOST in text[0]


def _unless_lost(value: str) -> str | Unread:
    return Unread("letters", value) if LOST in value else value


def _agreement(content: bytes, delimiter: str) -> tuple[int, int]:
    """Return how many of the first rows that the delimiter cuts have the same width, and the greatest width."""
    widths = [len(row) for row in _first_rows(content, delimiter)]
    agreeing = Counter(width for width in widths if width > 1)
    return max(agreeing.values(), default=0), max(widths, default=1) or 1


def _first_rows(content: bytes, delimiter: str) -> Iterator[list[str]]:
    """Yield the first rows of a CSV file, each of them whole however long it is."""
    lines = io.TextIOWrapper(io.BytesIO(content), "utf-8", newline="")
    read = 0

    def counted() -> Iterator[str]:
        nonlocal read
        for line in lines:
            read += len(line)
            yield line

    try:
        for row in csv.reader(counted(), delimiter=delimiter):
            yield row
            if read > _CSV_START:
                return
    except csv.Error:  # a cell that is longer than a cell can be, as after a quotation mark that is never closed
        return


def _no_table(name: str, error: str) -> BadFileError:
    """Return what is wrong with a CSV file that pandas cannot read, by what it says."""
    if found := re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", error):
        return BadFileError(name, "csv_ragged", width=found[1], line=found[2], cells=found[3])
    return BadFileError(name, "csv_quotation_mark" if "EOF inside string" in error else "csv_not_a_table")


def _numbered(cells: pd.DataFrame) -> pd.DataFrame:
    cells.index = pd.RangeIndex(1, len(cells) + 1)
    return cells
