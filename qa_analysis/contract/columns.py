"""The raw-data contract: every sheet and column of the workbooks, described once, in `contract.toml`.

Matching of headings, typing, the schemas of the cleaned tables, the template workbook, the table of completeness
and the documentation of the contract are all made from `SHEETS`; adding a column is one line in that file.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

Kind = Literal[
    "text",  # free text
    "reference",  # text that names a person or family: never leaves the data
    "date",
    "month_or_date",  # the timescale of an action: a date, a month, a meeting or TBC; kept as text
    "quarter",
    "grade",
    "level_of_need",
    "yes_no",
    "number",
    "finding_type",
    "tone",
    "status",
    "answer",  # to a question: Yes, Partly, No or N/A
]

HOW_TO, LISTS = "How to fill this in", "Lists"  # sheets of the template workbook that hold no data

_IN_WORDS: Mapping[Kind, str] = {
    "text": "text",
    "reference": "text, kept out of every report",
    "date": "date, day first: 03/09/2025",
    "month_or_date": "date, month or meeting",
    "quarter": "quarter: 2025-26 Q2",
    "grade": "grade of the settings",
    "level_of_need": "level of need of the settings",
    "yes_no": "Yes or No",
    "finding_type": "Strength or Learning",
    "tone": "Positive or Learning",
    "status": "Open or Complete",
    "answer": "Yes, Partly, No or N/A",
}


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column: its heading in the workbook, its name in the cleaned table, and what it holds.

    A `prefix` column stands for any number of columns whose headings begin with its heading and a colon. `long`
    texts are sentences; what a `loose` alias heads is another thing where it is filled in for every audit; what has one
    of the values that a column is `known_by` is it under any heading; what is not `kept` decides about rows, and is in
    no table; `several` values may stand in one cell; `months` may stand for their first days; `low` and `high` are the
    least and the greatest number that make sense, which is a `whole` one where things are counted.
    """

    heading: str
    name: str
    kind: Kind = "text"
    required: bool = False
    aliases: tuple[str, ...] = ()
    loose: tuple[str, ...] = ()
    known_by: tuple[str, ...] = ()
    help: str = ""
    prefix: bool = False
    long: bool = False
    kept: bool = True
    several: bool = False
    whole: bool = False
    months: bool = False
    low: float | None = None
    high: float | None = None

    @property
    def identifies(self) -> bool:
        """Whether its cells identify a person, an audit or an action."""
        return self.kind == "reference" or self.name in IDENTIFIERS


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One sheet: its name in the workbook, the name of its table, its columns, and what one row is.

    `key` names the columns that identify a row. Where it is empty, equal rows of two files are overlapping
    extracts, counted as often as in the file that has them most often. `date` names the column whose quarter is
    the row's.
    """

    name: str
    table: str
    one_row: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    date: str | None = None
    required: bool = False

    def column(self, name: str) -> Column:
        """Return the column with this name in the cleaned table."""
        return next(column for column in self.columns if column.name == name)

    def heading(self, name: str) -> str:
        """Return the contract's heading of a column by its name, with its label where it has one.

        Examples
        --------
        >>> AUDITS.heading("sub_grades: Planning"), AUDITS.heading("audit_date")
        ('Sub-grade: Planning', 'Audit date')
        """
        name, colon, label = name.partition(": ")
        return f"{self.column(name).heading}{colon}{label}"


def _sheets(contract: Mapping[str, Any]) -> Iterator[Sheet]:
    for sheet in contract["sheets"]:
        described = (contract["common"].get(each["name"], {}) | each for each in sheet["columns"])
        columns = (Column(**{key: _frozen(value) for key, value in each.items()}) for each in described)
        yield Sheet(**{key: _frozen(value) for key, value in sheet.items()} | {"columns": tuple(columns)})


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


# Where the analyst's own words can stand: two tiles of the board's first screen, and the sections of its report.
FAMILIES, QUESTIONS = "Families in one sentence", "Questions for the board"
SECTIONS = (
    FAMILIES,
    QUESTIONS,
    "Introduction",
    "Monthly audit programme",
    "Moderation",
    "Monthly multi-agency (iCART) audits",
    "Thematic audits and manager quality assurance",
    "Areas of strength",
    "What families and partners told us: positive",
    "Areas of learning and development",
    "What families and partners told us: to learn from",
    "Our response: actions",
)

IDENTIFIERS = ("audit_id", "reaudit_of", "action_id")  # of audits and actions, not of people

SHEETS = tuple(_sheets(tomllib.loads(Path(__file__).with_name("contract.toml").read_text(encoding="utf-8"))))
(
    AUDITS, ANSWERS, MULTI_AGENCY_AUDITS, THEMATIC_AUDITS, MANAGER_QA, FINDINGS, FEEDBACK, ACTIONS, COMMENTARY,
    AUDIT_PLAN, COMPARATORS,
) = SHEETS  # fmt: skip


def free_texts() -> Iterator[tuple[Sheet, Column]]:
    """Yield the columns in which people write what they like, each with its sheet: a report may print them.

    Examples
    --------
    >>> [column.heading for sheet, column in free_texts() if sheet is AUDITS]
    ['Team', 'Selection']
    """
    for sheet in SHEETS:
        for column in sheet.columns:
            if column.kept and column.kind in ("text", "month_or_date") and not column.identifies:
                yield sheet, column


def contract_markdown() -> str:
    """Return the sheets of the contract as Markdown: a heading, a line on its rows and a table of columns for each.

    Examples
    --------
    >>> contract_markdown().splitlines()[0]
    '### Audits'
    """
    return "\n".join(_sheet_markdown(sheet) for sheet in SHEETS)


def _sheet_markdown(sheet: Sheet) -> str:
    known_as = ", ".join(f"*{alias}*" for alias in sheet.aliases)
    rows = "\n".join(_column_markdown(column) for column in sheet.columns)
    return (
        f"### {sheet.name}\n\nOne row is {sheet.one_row}. The sheet is also found as {known_as}.\n\n"
        "| heading | required | holds | meaning | also found as |\n|---|---|---|---|---|\n"
        f"{rows}\n"
    )


def _column_markdown(column: Column) -> str:
    heading = f"{column.heading}: …" if column.prefix else column.heading
    cells = (heading, "yes" if column.required else "", holds(column), column.help, "; ".join(column.aliases))
    return f"| {' | '.join(cells)} |"


def holds(column: Column) -> str:
    """Return in a few words what a column holds.

    Examples
    --------
    >>> holds(FEEDBACK.column("score")), holds(AUDIT_PLAN.column("planned")), holds(AUDITS.column("team"))
    ('number from 0 up', 'whole number from 0 up', 'text')
    """
    if column.kind != "number":
        return _IN_WORDS[column.kind]
    number, upwards = "whole number" if column.whole else "number", column.high is None
    return f"{number} from {column.low:g} {'up' if upwards else f'to {column.high:g}'}"
