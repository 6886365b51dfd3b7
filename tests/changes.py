"""A right project, and what happens to such files in the world: each change is a function of a project and of chance.

A cell is a value as Python has it, or one of the classes below, so that changes can be made one after the other.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

LEVELS = ("EH", "H&P", "CIC", "CL")
GRADES = ("Outstanding", "Good", "Requires improvement", "Inadequate")
TEAMS = ("North", "South East", "Duty 1", "Duty 2")
WHY = ("Random", "Targeted", "Re-audit")
THEMES = ("Recording", "Supervision", "Voice of the child")
FROM = ("Mother", "Father", "Child")
AREAS = ("Assessment", "Planning")
DATES = ("Audit date", "Date", "Raised", "Completed")


class Row(list[Any]):
    """A line of a sheet: of its data, unless it is called its headings, or something else."""

    kind = "data"


@dataclass(frozen=True)
class Shown:
    """A number or date and the format in which its cell shows it."""

    value: object
    format: str


@dataclass(frozen=True)
class Formula:
    """A formula that no program has calculated."""

    text: str = "=INDEX(Sheet9!A:A,3)"


ABOVE = object()  # a cell that is merged with the one above it


@dataclass
class Project:
    """The sheets of a project by file and name, as they are written to disk, and what is right about them.

    `right` is what the rows of each table say; `lost` are the columns that no longer are what they were called: these
    may be blank. `written` is how text files are made of a file's sheets, where it is no workbook.
    """

    files: dict[str, dict[str, list[Row]]]
    right: dict[str, list[dict[str, object]]]
    lost: set[str] = field(default_factory=set)
    hidden: set[tuple[str, str, int]] = field(default_factory=set)
    written: dict[str, Callable[[str], bytes]] = field(default_factory=dict)
    from_1904: bool = False

    def sheets(self) -> Iterator[tuple[str, str, list[Row]]]:
        for file, sheets in self.files.items():
            for name, rows in sheets.items():
                yield file, name, rows

    def lines(self, sheet: str) -> list[Row]:
        """Return the lines of the first sheet called so."""
        return next((rows for _, name, rows in self.sheets() if name == sheet), [])

    def data(self, sheet: str) -> list[Row]:
        return [row for row in self.lines(sheet) if row.kind == "data"]

    def head(self, sheet: str) -> Row:
        return next((row for row in self.lines(sheet) if row.kind == "head"), Row())


def _line(kind: str, *cells: object) -> Row:
    row = Row(cells)
    row.kind = kind
    return row


def _day(rng: Random, quarter: int) -> dt.datetime:
    """Return a day of the first or second quarter of 2025-26."""
    return dt.datetime(2025, 3 * quarter + 1 + rng.randrange(3), rng.randrange(1, 29))


def right_project(rng: Random) -> Project:
    """Return a project of two quarters of audits and of all that stands beside them, and what is right about it."""
    audits: list[dict[str, object]] = []
    for number in range(1, rng.randrange(14, 22)):
        first = rng.choice(GRADES)
        audits.append({
            "Audit ID": f"DD-{number:03}",
            "Audit date": _day(rng, 1 + (number > 8)),
            "Level of need": LEVELS[number % 4],
            "Team": rng.choice(TEAMS),
            "Auditor": f"AUD-{rng.randrange(1, 6)}",
            "Overall grade": first,
            "Grade after moderation": rng.choice([grade for grade in GRADES if grade != first]) if number % 3 == 0 else None,
            "Re-audit of": "DD-002" if number == 12 else None,
            "Selection": rng.choice(WHY),
            **{f"Sub-grade: {area}": rng.choice(GRADES) for area in AREAS},
        })  # fmt: skip
    audits[3]["Audit date"] = dt.datetime(2025, 5, 28)  # day first, and no month
    feedback = [
        {"Date": _day(rng, 2), "From": rng.choice(FROM), "Tone": rng.choice(("Positive", "Learning")),
         "Quote": f"They listened to us, {number}.", "Score out of 10": rng.randrange(11)}
        for number in range(1, 7)
    ]  # fmt: skip
    actions = [
        {"Action ID": f"ACT-{number}", "Raised": _day(rng, 1), "Action": f"Look at plans again, part {number}",
         "Timescale": dt.datetime(2025, 9, 30), "Status": rng.choice(("Open", "Complete")), "Theme": rng.choice(THEMES)}
        for number in range(1, 6)
    ]  # fmt: skip
    findings = [
        {"Date": _day(rng, 2), "Type": rng.choice(("Strength", "Learning")), "Finding": f"Plans are clear, part {number}",
         "Theme": rng.choice(THEMES)}
        for number in range(1, 6)
    ]  # fmt: skip
    plan = [
        {"Quarter": quarter, "Level of need": level, "Planned": rng.randrange(2, 9)}
        for quarter in ("2025-26 Q1", "2025-26 Q2") for level in LEVELS
    ]  # fmt: skip
    history = [
        {"Quarter": "2024-25 Q4", "Measure": "good_or_better", "Percent": percent, "Level of need": level}
        for level, percent in (("EH", 62), ("CIC", 5), ("CL", 100))
    ]
    every = {"Audits": audits, "Feedback": feedback, "Actions": actions, "Findings": findings, "Audit plan": plan,
             "Comparators": history}  # fmt: skip
    names = ["Audits", *rng.sample(list(every)[1:], 2)]
    book = {
        name: [_line("head", *every[name][0]), *(_line("data", *row.values()) for row in every[name])] for name in names
    }
    return Project({"q2": book}, {name.lower().replace(" ", "_"): every[name] for name in names})


def write(project: Project, raw: Path) -> None:
    """Write the files of a project into a folder."""
    raw.mkdir(parents=True, exist_ok=True)
    for file, sheets in project.files.items():
        if encode := project.written.get(file):
            for name, rows in sheets.items():
                text = io.StringIO()
                csv.writer(text).writerows([_as_text(cell) for cell in row] for row in rows)
                (raw / f"{name} {file}.csv").write_bytes(encode(text.getvalue()))
        else:
            _write_workbook(project, file, sheets, raw / f"{file}.xlsx")


def _as_text(cell: object) -> str:
    match cell:
        case None | Formula():
            return ""
        case Shown(value, "0%"):
            return f"{value:.0%}"
        case Shown(value, _):
            return _as_text(value)
        case dt.datetime():
            return f"{cell:%d/%m/%Y}"
    return "" if cell is ABOVE else str(cell)


def _write_workbook(project: Project, file: str, sheets: dict[str, list[Row]], path: Path) -> None:
    from openpyxl import Workbook
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    book = Workbook()
    if project.from_1904:
        book.epoch = CALENDAR_MAC_1904
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name[:31])
        for down, row in enumerate(rows, 1):
            for right, cell in enumerate(row, 1):
                if cell is None or cell is ABOVE:
                    continue
                place = sheet.cell(down, right)
                place.value = (
                    cell.value if isinstance(cell, Shown) else cell.text if isinstance(cell, Formula) else cell
                )
                if isinstance(cell, Shown):
                    place.number_format = cell.format
        for right in range(max(map(len, rows), default=0)):
            _merge(sheet, [row[right] if right < len(row) else None for row in rows], right + 1)
        for where, of, number in project.hidden:
            if (where, of) == (file, name):
                sheet.row_dimensions[number].hidden = True
    book.save(path)


def _merge(sheet: Any, cells: list[object], column: int) -> None:
    top = 0
    for down, cell in enumerate([*cells, None], 1):
        if cell is not ABOVE:
            if top and down - 1 > top:
                sheet.merge_cells(start_row=top, end_row=down - 1, start_column=column, end_column=column)
            top = down


# The changes. Those that find nothing to change, because of an earlier one, change nothing.


def _place(project: Project, sheet: str, heading: str) -> int | None:
    head = project.head(sheet)
    return head.index(heading) if heading in head else None


def _each(project: Project, sheet: str, heading: str, change: Callable[[Any], object]) -> None:
    """Change the cells of a column on all sheets called so."""
    for lines in [rows for _, name, rows in project.sheets() if name == sheet]:
        place = next((row.index(heading) for row in lines if row.kind == "head" and heading in row), None)
        for row in lines if place is not None else ():
            if row.kind == "data" and place < len(row) and row[place] is not None and row[place] is not ABOVE:
                row[place] = change(row[place])


def _insert_column(lines: list[Row], place: int, heading: str | None, values: Callable[[int], object]) -> None:
    number = 0
    for row in lines:
        row.extend([None] * (place - len(row)))
        row.insert(place, heading if row.kind == "head" else values(number) if row.kind == "data" else None)
        number += row.kind == "data"


def _insert_row(lines: list[Row], place: int, row: Row) -> None:
    """Insert a row; cells that are merged across it grow by it."""
    for column, cell in enumerate(lines[place] if place < len(lines) else ()):
        if cell is ABOVE:
            row.extend([None] * (column + 1 - len(row)))
            row[column] = ABOVE
    lines.insert(place, row)


def _any_sheet(project: Project, rng: Random) -> str:
    names = [name for _, name, rows in project.sheets() if any(row.kind == "head" for row in rows)]
    return rng.choice(names) if rng.random() < 0.6 else "Audits"


def _dates(project: Project, rng: Random) -> Iterator[tuple[str, str]]:
    for _, name, _ in list(project.sheets()):
        for heading in DATES:
            if heading in project.head(name) and (name == "Audits" or rng.random() < 0.5):
                yield name, heading


def column_inserted(project: Project, rng: Random) -> None:
    sheet = _any_sheet(project, rng)
    heading = rng.choice(["Mood", "Checked by QA", "Section judgement", "Date of birth", "Key stage", "Notes to self"])
    values = rng.choice(
        [lambda n: f"x{n}", lambda _: "Good", lambda _: None, lambda n: dt.datetime(2019, 1, 1 + n % 28)]
    )
    _insert_column(project.lines(sheet), rng.randrange(len(project.head(sheet)) + 1), heading, values)


def list_beside(project: Project, rng: Random) -> None:
    sheet = _any_sheet(project, rng)
    width = max(map(len, project.lines(sheet)), default=0)
    lists = rng.choice([("Team", TEAMS), ("Level of need", LEVELS), ("Overall grade", GRADES), ("Theme", THEMES),
                        ("Selection", WHY), ("Moderated", ("Yes", "No")), ("Status", ("Open", "Complete"))])  # fmt: skip
    heading, words = lists
    _insert_column(
        project.lines(sheet), width + rng.randrange(1, 3), heading, lambda n: words[n] if n < len(words) else None
    )


def summary_beside(project: Project, rng: Random) -> None:
    sheet = _any_sheet(project, rng)
    lines = project.lines(sheet)
    width = max(map(len, lines), default=0) + 1
    words = rng.choice([TEAMS, LEVELS, GRADES])
    for step, (heading, value) in enumerate([
        (rng.choice(["Team", "Level of need", "Overall grade", "Service"]), lambda n: words[n] if n < len(words) else None),
        ("Number", lambda n: n if n < len(words) else None),
        ("Percent", lambda n: Shown(0.25, "0%") if n < len(words) else None),
    ]):  # fmt: skip
        _insert_column(lines, width + step, heading, value)


def heading_by_its_other_name(project: Project, rng: Random) -> None:
    names = {"Audit ID": "Audit ref", "Audit date": "Date completed", "Level of need": "Service", "Team": "Team name",
             "Overall grade": "Overall judgement", "Grade after moderation": "Moderated grade",
             "Selection": "Reason for selection", "Action ID": "Ref", "From": "Who", "Theme": "Topic"}  # fmt: skip
    head = project.head(_any_sheet(project, rng))
    known = [place for place, text in enumerate(head) if text in names]
    if known:
        place = rng.choice(known)
        head[place] = names[head[place]]


def neighbour_with_a_known_name(project: Project, rng: Random) -> None:
    """A second column, headed as one that is there may be headed, with other contents."""
    heading, words = rng.choice([
        ("Grade", GRADES), ("Overall judgement", GRADES), ("Service", ("Children's", "Adults'")), ("Level", LEVELS),
        ("Moderation grade", GRADES), ("Team name", ("Hub A", "Hub B")), ("Date completed", [dt.datetime(2025, 6, 3)]),
        ("Moderation", ("Yes", "No")), ("Reason for selection", ("Panel", "Court")), ("Final grade", GRADES),
        ("Audit number", range(1, 9)), ("Date", [dt.datetime(2024, 6, 3), dt.datetime(2025, 8, 3)]),
    ])  # fmt: skip
    if heading in project.head("Audits"):
        return
    lines, own = project.lines("Audits"), rng.random() < 0.5
    place = rng.randrange(len(project.head("Audits")) + 1)
    _insert_column(lines, place, heading, lambda n: None if own and n % 4 else rng.choice(list(words)))


def heading_taken_from_a_neighbour(project: Project, rng: Random) -> None:
    """A heading becomes another column's name: what stood there is lost, and the other column may be in doubt."""
    old, new = rng.choice([("Team", "Service"), ("Selection", "Team type"), ("Auditor", "Team"), ("Selection", "Grade"),
                           ("Team", "Reporting quarter"), ("Selection", "Audit type"), ("Team", "Status")])  # fmt: skip
    head = project.head("Audits")
    if old in head:
        head[head.index(old)] = new
        project.lost |= {old, new}


def dates_as_text(project: Project, rng: Random) -> None:
    form = rng.choice(["%d/%m/%Y", "%Y-%m-%d", "%d %B %Y", "%d.%m.%y", "%A %d %b %Y", "%d-%b-%Y", "%d/%m/%Y %H:%M"])
    for sheet, heading in _dates(project, rng):
        place = _place(project, sheet, heading)
        if any(isinstance(row[place], str) for row in project.data(sheet) if place is not None and place < len(row)):
            continue
        _each(project, sheet, heading, lambda day: f"{day:{form}}" if isinstance(day, dt.datetime) else day)


def dates_as_numbers(project: Project, rng: Random) -> None:
    first = dt.datetime(1904, 1, 1) if project.from_1904 else dt.datetime(1899, 12, 30)
    for sheet, heading in _dates(project, rng):
        _each(project, sheet, heading,
              lambda day: Shown((day - first).days, "General") if isinstance(day, dt.datetime) else day)  # fmt: skip


def dates_month_first(project: Project, rng: Random) -> None:
    form = rng.choice(["{0.month}/{0.day}/{0.year}", "{0:%m/%d/%Y}", "{0.month}/{0.day}/{0.year} 9:05"])
    for sheet, heading in [("Audits", "Audit date")]:
        _each(project, sheet, heading, lambda day: form.format(day) if isinstance(day, dt.datetime) else day)


def dates_month_first_opened_in_excel(project: Project, rng: Random) -> None:
    def opened(day: object) -> object:
        if not isinstance(day, dt.datetime):
            return day
        return dt.datetime(day.year, day.day, day.month) if day.day <= 12 else f"{day.month}/{day.day}/{day.year}"

    _each(project, "Audits", "Audit date", opened)


def dates_in_utc(project: Project, rng: Random) -> None:
    late = rng.random() < 0.5
    form = rng.choice(["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S+00:00", "%Y-%m-%d %H:%M:%S UTC"])
    for sheet, heading in _dates(project, rng):
        _each(project, sheet, heading,
              lambda day: f"{day - dt.timedelta(hours=1):{form}}" if late and isinstance(day, dt.datetime) else day)  # fmt: skip


def from_1904(project: Project, rng: Random) -> None:
    if not project.written and not any(
        isinstance(cell, Shown) for _, _, rows in project.sheets() for row in rows for cell in row
    ):
        project.from_1904 = True


def cells_as_percent(project: Project, rng: Random) -> None:
    _each(project, "Comparators", "Percent", lambda n: Shown(n / 100, "0%") if isinstance(n, int) else n)


def numbers_as_text(project: Project, rng: Random) -> None:
    for sheet, heading in (("Audit plan", "Planned"), ("Feedback", "Score out of 10"), ("Comparators", "Percent")):
        _each(project, sheet, heading, lambda n: f"{n}" if isinstance(n, int) else n)


def scores_with_their_scale(project: Project, rng: Random) -> None:
    head = project.head("Feedback")
    if "Score out of 10" in head:
        _each(project, "Feedback", "Score out of 10", lambda n: f"{n}/10" if isinstance(n, int) else n)
        head[head.index("Score out of 10")] = "Score"


def scale_left_out(project: Project, rng: Random) -> None:
    head = project.head("Feedback")
    if "Score out of 10" in head:
        head[head.index("Score out of 10")] = rng.choice(["Score", "Rating"])


def rows_hidden(project: Project, rng: Random) -> None:
    for file, name, rows in project.sheets():
        project.hidden |= {(file, name, number) for number in range(2, len(rows) + 1) if rng.random() < 0.3}


def total_at_the_foot(project: Project, rng: Random) -> None:
    sheet = _any_sheet(project, rng)
    lines, word = project.lines(sheet), rng.choice(["Total", "Grand total", "TOTAL:", "Totals", "Sub-total"])
    count = len(project.data(sheet))
    lines.append(_line("other", word, *rng.choice([[count], [None, count], [f"{count} rows"], []])))


def total_in_the_column_of_dates(project: Project, rng: Random) -> None:
    sheet = _any_sheet(project, rng)
    place = next((place for place, text in enumerate(project.head(sheet)) if text in DATES), None)
    if place is not None:
        project.lines(sheet).append(_line("other", *[None] * place, "Total", len(project.data(sheet))))


def subtotals(project: Project, rng: Random) -> None:
    lines = project.lines("Audits")
    for place in sorted(rng.sample(range(2, len(lines) + 1), min(3, len(lines) - 1)), reverse=True):
        word = rng.choice(["Subtotal", "Total North", "North total"])
        _insert_row(lines, place, _line("other", word, rng.choice([None, 4])))


def note_at_the_foot(project: Project, rng: Random) -> None:
    lines = project.lines(_any_sheet(project, rng))
    lines += [_line("other"), _line("other", rng.choice(
        ["Please fill in by Friday the 5th", "* graded again after panel", "Page 1 of 1", "Run at 10:04 on 03/10/2025",
         "G = Good, RI = Requires improvement", "Note: DD-004 is still with the manager"]))]  # fmt: skip


def titles_above(project: Project, rng: Random) -> None:
    lines = project.lines(_any_sheet(project, rng))
    lines[:0] = [_line("other", rng.choice(["Audit log 2025-26", "Team: all", "OFFICIAL"])), _line("other")][
        : rng.randrange(1, 3)
    ]


def blank_rows(project: Project, rng: Random) -> None:
    lines = project.lines(_any_sheet(project, rng))
    for _ in range(rng.randrange(1, 5)):
        row = _line("other", *[rng.choice([None, "", " ", "\u00a0"])] * 3)
        _insert_row(lines, rng.randrange(1, len(lines) + 1), row)


def filled_in_ahead(project: Project, rng: Random) -> None:
    lines, head = project.lines("Audits"), project.head("Audits")
    for number in range(40, rng.randrange(43, 60)):
        ahead = {"Audit ID": f"DD-{number:03}", "Selection": "Random", "Auditor": 0}
        lines.append(_line("other", *(ahead.get(text) if isinstance(text, str) else None for text in head)))


def headings_on_every_page(project: Project, rng: Random) -> None:
    lines, head = project.lines("Audits"), project.head("Audits")
    if len(lines) > 8:
        _insert_row(lines, 8, _line("other", *head))


def second_block(project: Project, rng: Random) -> None:
    """The second half stands below headings of its own, in another order."""
    lines, head, rows = project.lines("Audits"), project.head("Audits"), project.data("Audits")
    others = [row for row in lines if row.kind not in ("data", "head") and any(row)]
    merged = any(cell is ABOVE for row in rows for cell in row)
    if not rows or merged or others or any(len(row) != len(head) for row in rows):
        return
    order = rng.sample(range(len(head)), len(head))
    for row in rows[len(rows) // 2 :]:
        row[:] = [row[place] for place in order]
    start = next(place for place, row in enumerate(lines) if row is rows[len(rows) // 2])
    lines[start:start] = [_line("other"), _line("other", *(head[place] for place in order))]
    for row in rows[len(rows) // 2 :]:
        row.kind = "moved"


def ids_padded(project: Project, rng: Random) -> None:
    """A part of the rows stands once more, with IDs that another program has written."""
    way = rng.choice([str.lower, lambda i: i.replace("-0", "-"), lambda i: i.replace("-", " "), lambda i: f" {i} ",
                      lambda i: i.replace("-", "–"), lambda i: i.replace("-", ""), lambda i: i + "\u200b"])  # fmt: skip
    place = _place(project, "Audits", "Audit ID")
    if place is None:
        return
    copies = [_line("data", *row) for row in project.data("Audits") if rng.random() < 0.4]
    for row in copies:
        row[place] = way(row[place]) if isinstance(row[place], str) else row[place]
    project.files["other register"] = {"Audits": [_line("head", *project.head("Audits")), *copies]}


def ids_as_numbers(project: Project, rng: Random) -> None:
    names = [(sheet, heading) for sheet in ("Audits",) for heading in ("Audit ID", "Re-audit of")]
    float_too = rng.random() < 0.5
    for sheet, heading in names:
        _each(project, sheet, heading, lambda i: _number(i, float_too))
    for row in project.right["audits"]:
        for heading in ("Audit ID", "Re-audit of"):
            row[heading] = row[heading] and f"{int(str(row[heading])[-3:])}"


def _number(text: object, float_too: bool) -> object:
    digits = "".join(letter for letter in str(text) if letter.isdigit())
    return text if not digits else f"{int(digits)}.0" if float_too else int(digits)


def file_copied(project: Project, rng: Random) -> None:
    file = next(iter(project.files))
    project.files[f"Copy of {file}"] = {
        name: [_line(row.kind, *row) for row in rows] for name, rows in project.files[file].items()
    }
    if file in project.written:
        project.written[f"Copy of {file}"] = project.written[file]


def sheet_copied(project: Project, rng: Random) -> None:
    book = next(iter(project.files.values()))
    if "Audits" in book:
        name = rng.choice(["Audits (2)", "Audits old", "Copy of Audits", "Sheet1", "Audits Aug"])
        copies = [_line("other" if row.kind == "data" else row.kind, *row) for row in book["Audits"]]
        change = rng.choice([None, "Inadequate"])
        place = _place(project, "Audits", "Overall grade")
        for row in copies:
            if change and place is not None and row.kind == "other" and place < len(row) and row[place] in GRADES:
                row[place] = change
        book[name] = copies


def sheet_split(project: Project, rng: Random) -> None:
    """A part of the audits is on a sheet of its own, called as months are."""
    book = next(iter(project.files.values()))
    lines = book.get("Audits", [])
    moved = [row for row in lines if row.kind == "data"][-4:]
    if moved:
        for row in moved:
            lines[:] = [each for each in lines if each is not row]
            row.kind = "moved"
        book[rng.choice(["Audits July", "Audit Q2", "August audits", "Tab 7"])] = [
            _line("other", *project.head("Audits")),
            *moved,
        ]


def sheet_renamed(project: Project, rng: Random) -> None:
    book = next(iter(project.files.values()))
    old = rng.choice(list(book))
    new = rng.choice(["Sheet1", f"{old} 2025-26", f"{old} new", old.upper(), f"{old}s", f"The {old.lower()}"])
    book[new] = book.pop(old)
    if old != "Audits" and new == "Sheet1":  # nothing says any more what it is
        project.right.pop(old.lower().replace(" ", "_"))


def exported(project: Project, rng: Random) -> None:
    way = rng.choice([lambda t: f'="{t}"', lambda t: f"'{t}", lambda t: f"{t};#12", lambda t: f'["{t}"]', lambda t: f"{t};",
                      lambda t: f";#{t};#", lambda t: f"string;#{t}", lambda t: f"  {t}\u00a0", lambda t: f"{t}\u200b"])  # fmt: skip
    for sheet, heading in (("Audits", "Team"), ("Audits", "Selection"), ("Actions", "Theme"), ("Feedback", "From")):
        if rng.random() < 0.6:
            _each(project, sheet, heading, lambda t: way(t) if isinstance(t, str) else t)
    if rng.random() < 0.3:
        for heading in ("Overall grade", "Level of need", "Grade after moderation"):
            _each(project, "Audits", heading, lambda t: way(t) if isinstance(t, str) else t)


def marked_up(project: Project, rng: Random) -> None:
    _each(
        project,
        "Findings",
        "Theme",
        lambda t: f'<div class="ExternalClass1"><p>{t}</p></div>' if isinstance(t, str) else t,
    )
    _each(project, "Audits", "Team", lambda t: f"{t}&#160;" if t in TEAMS else t)


def names_in_other_spellings(project: Project, rng: Random) -> None:
    ways = [str.upper, str.lower, lambda t: f"{t} ", lambda t: t.replace(" ", "  "), lambda t: t.replace(" ", "-"), str]
    for sheet, heading in (("Audits", "Team"), ("Audits", "Selection"), ("Feedback", "From"), ("Actions", "Theme"),
                           ("Findings", "Theme"), ("Audits", "Overall grade"), ("Actions", "Status")):  # fmt: skip
        _each(project, sheet, heading, lambda t: rng.choice(ways)(t) if isinstance(t, str) else t)


def _some(project: Project, rng: Random, sheet: str, heading: str, value: Callable[[], object]) -> None:
    chosen = rng.random() < 0.3
    _each(project, sheet, heading, lambda old: value() if chosen or rng.random() < 0.3 else old)


_OF_AUDITS = ("Audit ID", "Audit date", "Level of need", "Team", "Overall grade", "Grade after moderation", "Selection",
              "Sub-grade: Planning", "Re-audit of")  # fmt: skip


def cells_in_error(project: Project, rng: Random) -> None:
    error = rng.choice(["#REF!", "#N/A", "#VALUE!", "#NAME?", "#DIV/0!"])
    sheet, heading = rng.choice([*(("Audits", each) for each in _OF_AUDITS), ("Actions", "Status"), ("Feedback", "Tone"),
                                 ("Audit plan", "Planned"), ("Feedback", "Score out of 10")])  # fmt: skip
    _some(project, rng, sheet, heading, lambda: error)


def formulas_without_values(project: Project, rng: Random) -> None:
    if not project.written:
        sheet, heading = rng.choice([*(("Audits", each) for each in _OF_AUDITS), ("Actions", "Status"), ("Actions", "Timescale"),
                                     ("Audit plan", "Planned"), ("Feedback", "Score out of 10")])  # fmt: skip
        _some(project, rng, sheet, heading, Formula)


def noughts_for_nothing(project: Project, rng: Random) -> None:
    for heading in rng.sample(["Re-audit of", "Grade after moderation"], 1):
        place = _place(project, "Audits", heading)
        for row in project.data("Audits") if place is not None else ():
            if place < len(row) and row[place] is None:
                row[place] = 0


def blanks_as_words(project: Project, rng: Random) -> None:
    word = rng.choice(["N/A", "-", "n/a", "–", "Not applicable", "None"])
    heading = rng.choice(["Re-audit of", "Grade after moderation"]) if word != "None" else "Re-audit of"
    place = _place(project, "Audits", heading)
    for row in project.data("Audits") if place is not None else ():
        if place < len(row) and row[place] is None:
            row[place] = word


def as_text_files(project: Project, rng: Random) -> None:
    """Every sheet becomes a text file, in the encoding of one program or another; a team has an accent."""
    if project.from_1904 or any(
        cell is ABOVE or isinstance(cell, Formula) for _, _, rows in project.sheets() for row in rows for cell in row
    ):
        return
    for row in project.right["audits"]:
        row["Team"] = "Siân’s" if row["Team"] == "North" else row["Team"]
    for _, _, rows in project.sheets():
        for row in rows:
            row[:] = [re.sub("(?i)north", "Siân’s", cell) if isinstance(cell, str) else cell for cell in row]
    twice = lambda text: text.encode().decode("cp1252", "replace").encode()  # noqa: E731
    encode = rng.choice([str.encode, lambda t: t.encode("utf-8-sig"), lambda t: t.encode("cp1252", "replace"), twice,
                         lambda t: t.encode("mac_roman", "replace"), lambda t: t.encode("utf-16"), _mixed,
                         lambda t: t.encode().replace("â".encode(), "\ufffd".encode()),
                         lambda t: t.replace(",", ";").encode() if '"' not in t else t.encode(),
                         lambda t: "\n".join([*t.splitlines()[:1], "", *t.splitlines()[1:]]).encode()])  # fmt: skip
    project.written = dict.fromkeys(project.files, encode)


def _mixed(text: str) -> bytes:
    lines = text.splitlines()
    return b"\r\n".join(
        line.encode("cp1252", "replace") if number % 3 == 1 else line.encode() for number, line in enumerate(lines)
    )


def year_mistyped(project: Project, rng: Random) -> None:
    place = _place(project, "Audits", "Audit date")
    rows = [row for row in project.data("Audits") if place is not None and isinstance(row[place], dt.datetime)]
    by = rng.choice([-10, -1, 1, 10, -100])
    for row in rng.sample(rows, min(len(rows), rng.choice([1, 1, 2]))):
        row[place] = (
            row[place].replace(year=row[place].year + by) if row[place].year + by > 1903 else f"{row[place]:%d/%m}/1925"
        )


def column_twice(project: Project, rng: Random) -> None:
    """A column stands twice: as it is, or as it was before some cells were mended."""
    sheet = _any_sheet(project, rng)
    head = project.head(sheet)
    if head:
        place = rng.randrange(len(head))
        older = rng.random() < 0.5
        values = [row[place] if place < len(row) else None for row in project.data(sheet)]
        if older and len(set(map(str, values))) > 1 and not any(value is ABOVE for value in values):
            values = values[1:] + values[:1]
        values = [None if value is ABOVE else value for value in values]
        _insert_column(project.lines(sheet), rng.randrange(len(head) + 1), head[place], lambda n: values[n])


def final_grade_for_all(project: Project, rng: Random) -> None:
    head, grade, after = project.head("Audits"), _place(project, "Audits", "Overall grade"), _place(project, "Audits", "Grade after moderation")  # fmt: skip
    if grade is None or after is None:
        return
    rows = project.data("Audits")
    final = [row[after] if row[after] else row[grade] for row in rows]
    if rng.random() < 0.5:
        head[after] = "Final grade"
        for row, value in zip(rows, final, strict=True):
            row[after] = value
        project.lost.add("Grade after moderation")
    else:
        _insert_column(project.lines("Audits"), len(head), "Final grade", lambda n: final[n])


def registers_of_several_kinds(project: Project, rng: Random) -> None:
    """Rows that are no audits of the programme are added, and a column says what they are."""
    heading, own, others = rng.choice([
        ("Status", "Complete", ("Draft", "Withdrawn")), ("Audit type", "Deep dive", ("Dip sample", "Supervision audit")),
        ("Type of audit", "Deep-dive", ("Dip sample",)), ("State of play", "Complete", ("Draft", "Cancelled")),
    ])  # fmt: skip
    lines, head = project.lines("Audits"), project.head("Audits")
    if heading in head or any(len(row) != len(head) for row in project.data("Audits")):
        return
    rows = project.data("Audits")
    _insert_column(lines, len(head), heading, lambda _: own)
    place = _place(project, "Audits", "Audit ID")
    for number, row in enumerate(rng.sample(rows, min(3, len(rows)))):
        other = _line("data", *row)
        other[-1] = rng.choice(others)
        if place is not None:
            other[place] = f"XX-{number}"
        lines.append(other)


def merged_cells(project: Project, rng: Random) -> None:
    place = _place(project, "Audits", rng.choice(["Team", "Level of need", "Selection"]))
    rows = project.data("Audits")
    if place is None or project.written or any(len(row) <= place for row in rows):
        return
    lines = project.lines("Audits")
    for above, row in pairwise(lines):
        if above.kind == row.kind == "data" and above[place] is not ABOVE and above[place] == row[place]:
            row[place] = ABOVE


def rows_in_another_order(project: Project, rng: Random) -> None:
    lines = project.lines("Audits")
    places = [place for place, row in enumerate(lines) if row.kind == "data"]
    rows = [lines[place] for place in places]
    if not any(cell is ABOVE for row in rows for cell in row):
        rng.shuffle(rows)
        for place, row in zip(places, rows, strict=True):
            lines[place] = row


def columns_in_another_order(project: Project, rng: Random) -> None:
    head, rows = project.head("Audits"), project.data("Audits")
    others = [row for row in project.lines("Audits") if row.kind != "data" and row is not head]
    if not any(others) and all(len(row) == len(head) for row in rows):
        order = rng.sample(range(len(head)), len(head))
        for row in (head, *rows):
            row[:] = [row[place] for place in order]


def grades_as_numbers_and_letters(project: Project, rng: Random) -> None:
    ways = [{"Good": "G", "Requires improvement": "RI", "Inadequate": "Inad"}, {"Good": "2 Good", "Requires improvement": "3 RI"},
            {"Requires improvement": "Requires Improvement to be Good"}, {"Good": "Godo"}, {"Good": "Good / RI"}]  # fmt: skip
    way = rng.choice(ways)
    for heading in ("Overall grade", "Grade after moderation", "Sub-grade: Planning"):
        _each(project, "Audits", heading, lambda t: way.get(t, t) if isinstance(t, str) else t)


CHANGES: tuple[Callable[[Project, Random], None], ...] = (
    column_inserted, list_beside, summary_beside, heading_by_its_other_name, neighbour_with_a_known_name,
    heading_taken_from_a_neighbour, dates_as_text, dates_as_numbers, dates_month_first, dates_month_first_opened_in_excel,
    dates_in_utc, from_1904, cells_as_percent, numbers_as_text, scores_with_their_scale, scale_left_out, rows_hidden,
    total_at_the_foot, total_in_the_column_of_dates, subtotals, note_at_the_foot, titles_above, blank_rows, filled_in_ahead,
    headings_on_every_page, second_block, ids_padded, ids_as_numbers, file_copied, sheet_copied, sheet_split, sheet_renamed,
    exported, marked_up, names_in_other_spellings, cells_in_error, formulas_without_values, noughts_for_nothing,
    blanks_as_words, as_text_files, year_mistyped, column_twice, final_grade_for_all, registers_of_several_kinds,
    merged_cells, rows_in_another_order, columns_in_another_order, grades_as_numbers_and_letters,
)  # fmt: skip
