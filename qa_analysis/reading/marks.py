"""What the file of a workbook says of its cells beyond their values: formulas without one, and formats that give one.

Only what the reading library does not tell is looked for, in the XML itself and as it streams by.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from xml.etree import ElementTree as ET

import pandas as pd
from xlsxwriter.utility import xl_col_to_name

from qa_analysis.contract.columns import Sheet
from qa_analysis.reading.headings import SCALE
from qa_analysis.reading.unread import Unread
from qa_analysis.text import spans

Mark = str  # "formula", "link", "percent", "month", or an error as its cell shows it: "#REF!"
Marks = dict[tuple[int, int], Mark]  # by row as Excel shows it, and column counted from 0

_CHUNK, _CELL_LONGEST = 2**20, 2**18
_CELL = re.compile(rb"<(?:\w+:)?c(?=[\s/>])([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.S)
_PLACE = re.compile(rb'\br="([A-Z]{1,3})(\d{1,7})"')
_STYLE, _TYPE = re.compile(rb'\bs="(\d+)"'), re.compile(rb'\bt="(\w+)"')
_FORMULA = re.compile(rb"<(?:\w+:)?f(?:\s[^>]*?)?(?:/>|>(.*?)</(?:\w+:)?f>)", re.S)
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>(.*?)</(?:\w+:)?v>|<(?:\w+:)?is>", re.S)
_NEVER_OPENED = re.compile(rb'<(?:\w+:)?calcPr\b[^>]*\bfullCalcOnLoad="(?:1|true)"')
_NO_MEANING = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')  # of a number format: text, escapes, colours, fillers
_OFFICE = re.compile(
    rb"<(/?)table:(table|table-row|table-cell|covered-table-cell)(?=[\s/>])([^>]*?)(/?)>", re.S
)  # of an .ods file
_ERROR = re.compile(rb"(?:\s*<text:p[^>]*>)?(#[A-Z/\d_]{1,12}[!?]?)(?:<|$)")
_ANY_ERROR = "#ERROR"
_ERROR_WITHIN = 500  # bytes after the tag of a cell
_REPEATED_MOST = 10_000


def marks_of_sheets(archive: zipfile.ZipFile) -> dict[str, Marks]:
    """Return the marks of each sheet of an .xlsx or .ods file, by the sheet's name; sheets without any are left out.

    Raises
    ------
    xml.etree.ElementTree.ParseError
        If a part of the file is no XML.
    """
    names = set(archive.namelist())
    if "content.xml" in names:
        return _of_ods(archive.read("content.xml"))
    if "xl/workbook.xml" not in names:
        return {}
    book = archive.read("xl/workbook.xml")
    styles = _styles(archive.read("xl/styles.xml")) if "xl/styles.xml" in names else {}
    never_opened = bool(_NEVER_OPENED.search(book))
    parts = ((name, part) for name, part in _parts(archive, book, names) if part in names)
    found = {name: dict(_of_part(archive, part, styles, never_opened)) for name, part in parts}
    return {name: marks for name, marks in found.items() if marks}


def _parts(archive: zipfile.ZipFile, book: bytes, names: set[str]) -> Iterator[tuple[str, str]]:
    """Yield the sheets' names, and where in the archive they are."""
    rels = "xl/_rels/workbook.xml.rels"
    if rels not in names:
        return
    targets = {each.get("Id"): each.get("Target", "") for each in ET.fromstring(archive.read(rels))}
    for sheet in ET.fromstring(book).iter():
        if sheet.tag.endswith("}sheet"):
            target = next((targets.get(value, "") for key, value in sheet.items() if key.endswith("}id")), "")
            yield sheet.get("name", ""), target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _styles(xml: bytes) -> dict[bytes, Mark]:
    """Return the numbers of the cell styles that show a percentage, or a month without its day."""
    formats, cells = {"9": "0%", "10": "0.00%", "17": "mmm-yy"}, []
    for each in ET.fromstring(xml):
        if each.tag.endswith("}numFmts"):
            formats |= {one.get("numFmtId", ""): one.get("formatCode", "") for one in each}
        elif each.tag.endswith("}cellXfs"):
            cells = [one.get("numFmtId", "") for one in each]
    meanings = ((number, _meaning(formats.get(name, ""))) for number, name in enumerate(cells))
    return {str(number).encode(): mark for number, mark in meanings if mark}


def _meaning(code: str) -> Mark | None:
    """Return what a number format gives a number to mean.

    Examples
    --------
    >>> [_meaning(code) for code in ('0.0%', '0 "% of all"', '[$-809]mmmm yyyy;@', 'dd/mm/yyyy', 'mm:ss')]
    ['percent', None, 'month', None, None]
    """
    signs = _NO_MEANING.sub("", code.split(";", maxsplit=1)[0]).casefold()
    if "%" in signs:
        return "percent"
    return "month" if "m" in signs and "y" in signs and not set("dhs") & set(signs) else None


def _of_part(
    archive: zipfile.ZipFile, part: str, styles: dict[bytes, Mark], never_opened: bool
) -> Iterator[tuple[tuple[int, int], Mark]]:
    wanted = re.compile(b"|".join([rb"<(?:\w+:)?f[\s>/]", rb'\bt="e"', *(rb'\bs="%s"' % number for number in styles)]))
    rest, noughts = b"", []
    with archive.open(part) as file:
        while chunk := file.read(_CHUNK):
            text, done = rest + chunk, 0
            if wanted.search(text):
                for cell in _CELL.finditer(text):
                    done = cell.end()
                    mark = _mark(cell[1], cell[2] or b"", styles)
                    never_opened = never_opened and mark != "value"
                    if mark is None or mark == "value" or not (place := _PLACE.search(cell[1])):
                        continue
                    where = int(place[2]), _position(place[1])
                    if mark == "nought":
                        noughts.append(where)
                    else:
                        yield where, mark
            rest = text[max(done, len(text) - _CELL_LONGEST) :]
    if never_opened:  # some programs write 0 for every formula that they have not calculated
        yield from ((where, "formula") for where in noughts)


def _mark(about: bytes, inside: bytes, styles: dict[bytes, Mark]) -> Mark | None:
    """Return the mark of a cell; of a formula with a value "nought" where that is 0, and else "value"."""
    formula, value, kind = _FORMULA.search(inside), _VALUE.search(inside), _TYPE.search(about)
    written = value[1] if value and value[1] else b""
    if kind and kind[1] == b"e" and written:
        return "link" if formula and b"[" in (formula[1] or b"") else _error(written)
    if formula:
        if kind and kind[1] == b"str" and value:  # a formula that gives an empty text has a value
            return "value"
        if not written:
            return "formula"
    style = _STYLE.search(about)
    if style and style[1] in styles and not (kind and kind[1] in (b"s", b"str", b"inlineStr")):
        return styles[style[1]]
    return None if not formula else "nought" if re.fullmatch(rb"0(\.0*)?", written) else "value"


def _error(written: bytes) -> Mark:
    found = _ERROR.match(written)
    return found[1].decode("ascii") if found else _ANY_ERROR


def _position(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number - 1


def _of_ods(xml: bytes) -> dict[str, Marks]:
    found: dict[str, Marks] = {}
    if not any(sign in xml for sign in (b"table:formula=", b'"percentage"', b'"error"')):
        return found
    name, row, column, rows = "", 1, 0, 1
    for tag in _OFFICE.finditer(xml):
        closes, what, about, alone = tag.groups()
        if what == b"table":
            row = 1
            name = "" if closes else _attribute(about, b"table:name")
        elif what == b"table-row":
            if not closes:
                column, rows = 0, int(_attribute(about, b"table:number-rows-repeated") or 1)
            if closes or alone:
                row += rows
        elif not closes:
            several = int(_attribute(about, b"table:number-columns-repeated") or 1)
            if mark := _mark_of_ods(about, xml[tag.end() : tag.end() + _ERROR_WITHIN]):
                found.setdefault(name, {}).update(
                    {(row + down, column + right): mark for down in range(min(rows, _REPEATED_MOST))
                     for right in range(min(several, _REPEATED_MOST))}
                )  # fmt: skip
            column += several
    return found


def _attribute(about: bytes, name: bytes) -> str:
    import html

    found = re.search(rb"\s" + name + rb'="([^"]*)"', about)
    return html.unescape(found[1].decode("utf-8", "replace")) if found else ""


def _mark_of_ods(about: bytes, after: bytes) -> Mark | None:
    if b':value-type="error"' in about:
        return "link" if b"file:" in about else _error(after)
    kind = _attribute(about, b"office:value-type")
    return "formula" if not kind and b"table:formula=" in about else "percent" if kind == "percentage" else None


def marks_of_xls(content: bytes) -> tuple[bool, dict[str, Marks]]:
    """Return whether an .xls file counts its days from 1904, and its marks; nothing where it cannot be looked into."""
    import xlrd

    try:
        book = xlrd.open_workbook(file_contents=content, formatting_info=True, logfile=io.StringIO())
    except Exception:  # damaged, protected or of another kind: whoever reads it says so
        return False, {}
    meanings = {key: _meaning(each.format_str or "") for key, each in book.format_map.items()}
    styles = {number: mark for number, xf in enumerate(book.xf_list) if (mark := meanings.get(xf.format_key))}
    errors: Mapping[Any, Mark] = xlrd.error_text_from_code

    def mark_of(cell: Any) -> Mark | None:
        if cell.ctype == xlrd.XL_CELL_ERROR:
            return errors.get(cell.value, _ANY_ERROR)
        return styles.get(cell.xf_index) if cell.ctype in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE) else None

    found: dict[str, Marks] = {
        sheet.name: {
            (row, column): mark
            for row, cells in enumerate(sheet.get_rows(), 1)
            for column, cell in enumerate(cells)
            if (mark := mark_of(cell))
        }
        for sheet in book.sheets()
    }
    return bool(book.datemode), {name: marks for name, marks in found.items() if marks}


def cells_named(column: int, rows: Iterable[int]) -> str:
    """Return the names of cells of one column, neighbours together.

    Examples
    --------
    >>> cells_named(5, [2, 3, 4, 9]), cells_named(26, [7])
    ('F2 to F4 and F9', 'AA7')
    """
    return spans(rows, xl_col_to_name(column))


def as_marked(rows: pd.DataFrame, marks: Marks, matched: Mapping[int, str], sheet: Sheet) -> pd.DataFrame:
    """Return rows with what their file says of single cells: “62%” for 0.62 shown so, and no blanks for formulas.

    A first of a month that is shown without its day is the month, where an action is due.
    """
    found: dict[tuple[int, Mark], list[int]] = {}
    for (row, position), mark in marks.items():
        if position in matched and rows.index[0] <= row <= rows.index[-1]:
            found.setdefault((position, mark), []).append(row)
    for (position, mark), numbers in found.items():
        values = rows.loc[numbers, position]
        if mark in ("formula", "link") or mark.startswith("#"):
            unread = Unread("error", mark) if mark.startswith("#") else Unread(mark, cells_named(position, numbers))
            now = pd.Series([unread] * len(numbers), index=numbers, dtype=object)
        elif mark == "percent":
            now = values.map(lambda value: f"{100 * value:.10g}%" if type(value) in (int, float) else value)
        elif sheet.column(matched[position].partition(": ")[0]).kind == "month_or_date":
            now = values.map(lambda value: f"{value:%B %Y}" if isinstance(value, dt.date) and value.day == 1 else value)
        else:
            continue
        rows = rows.astype({position: object})
        rows.loc[numbers, position] = now
    return rows


def with_scale(rows: pd.DataFrame, headings: Mapping[str, str], sheet: Sheet) -> pd.DataFrame:
    """Return rows with the scale that the heading of a score says, where no column of its own does."""
    for column in sheet.columns:
        scale = SCALE.search(headings.get(column.name.removesuffix("_out_of"), ""))
        if column.name.endswith("_out_of") and column.name not in rows and scale:
            rows = rows.assign(**{column.name: scale[1]})
    return rows
