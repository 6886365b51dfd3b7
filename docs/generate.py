"""Write the parts of these pages that are made from the package: run `python docs/generate.py` after a change there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd
import typer

from qa_analysis.cleaning.clean import clean
from qa_analysis.cli.commands import app
from qa_analysis.contract import problems
from qa_analysis.contract.columns import SHEETS, Column, contract_markdown
from qa_analysis.contract.rules import RULES, sentences
from qa_analysis.contract.settings import load_settings
from qa_analysis.metrics.catalogue import MEASURES, NAMES
from qa_analysis.metrics.measure import in_the_documentation
from qa_analysis.quality.check import every_problem, lines
from qa_analysis.reading.sheets import Reading

DOCS = Path(__file__).parent
START, END = "<!-- made by docs/generate.py from the package -->\n", "<!-- end of what is made -->\n"

ONE_ROW = {sheet.table: sheet.one_row for sheet in SHEETS} | {
    "sub_grades": "one grade of a practice area in an audit",
    "answers": "one answer to a question in an audit, from its own columns or the sheet *Answers*",
    "audit_actions": "one step of an action that puts one audit right",
    "audits_left_out": "one audit that does not count in the programme",
    "problems": "one thing that a person may want to mend",
    "reading": "one heading of a sheet that was read, and what became of the sheet's rows",
    "ledger": "one sheet of a raw file; read = used + held_back + repeats + left_out",
}
DERIVED = {
    "source_file": "The raw file that the row is from, below `data/raw`.",
    "source_sheet": "The sheet that the row is from.",
    "source_row": "The row there, as Excel shows it.",
    "quarter": "The quarter of the row's own date, or what its Reporting quarter says.",
    "month": "The month of the row's own date.",
}
DERIVED_IN = {
    "audits": {
        "moderated": "Whether a grade after moderation is given, whatever the column Moderated says.",
        "moderation_pending": "Whether the audit is marked as moderated, but without a grade after moderation.",
        "final_grade": "The grade after moderation where there is one, else the auditor's; missing if not graded.",
        "graded": "Whether there is a final grade.",
        "good_or_better": "Whether the final grade counts as Good or better; missing without one.",
        "inadequate": "Whether the final grade is a failing one; missing without one.",
        "shoots_grade": "Whether green shoots are looked for in audits with the final grade; missing without one.",
    },
    "sub_grades": {
        "audit_id": "The audit's ID.",
        "audit_date": "The audit's date.",
        "quarter": "The audit's quarter.",
        "month": "The audit's month.",
        "level_of_need": "The audit's level of need.",
        "team": "The audit's team.",
        "practice_area": "The practice area: those of the settings first, the others by name.",
        "grade": "The grade of the practice area.",
        "good_or_better": "Whether the grade counts as Good or better.",
        "inadequate": "Whether the grade is a failing one.",
    },
    "actions": {"due": "The day by which the timescale wants the step done; missing where it names none."},
    "answers": {
        "question": "The question: those that the settings name first, the others as they stand in the files.",
        "answer": "Yes, Partly, No or Not applicable.",
    },
    "answer_rows": {
        "quarter": "The audit's quarter.",
        "month": "The audit's month.",
        "audit_date": "The audit's date.",
        "level_of_need": "The audit's level of need.",
    },
    "audits_left_out": {
        "level_of_need": "The audit's level of need.",
        "left_out": "What it does not count by: its type, or else its status.",
    },
    "problems": {
        "kind": "Held back, doubt, wrong claim, personal detail, caution, warning, repeat or note.",
        "file": "The raw file.",
        "sheet": "The sheet.",
        "row": "The row, as Excel shows it; missing where the problem is of a whole sheet or file.",
        "column": "The heading of the column.",
        "value": "What stands in the cell.",
        "nearest": "The nearest value that is valid, where there is one that can only be meant.",
        "reason": "What is wrong.",
        "remedy": "What to do.",
        "code": "The [rule](rules.md); several where a row is held back for several reasons.",
        "quarter": "The row's own quarter; missing where its date cannot be read.",
    },
    "ledger": {
        "file": "The raw file.",
        "sheet": "The sheet.",
        "table": "The table that its rows go to.",
        "read": "Rows read.",
        "used": "Rows used.",
        "held_back": "Rows held back.",
        "repeats": "Rows that repeat others, and are not counted again.",
        "left_out": "Rows that are in doubt, or do not count by their type or status.",
    },
}
DERIVED_IN["answers"] = DERIVED_IN["sub_grades"] | DERIVED_IN["answers"]
DERIVED_IN["answers"] = DERIVED_IN["sub_grades"] | DERIVED_IN["answers"]
DERIVED_IN["audit_actions"] = DERIVED_IN["actions"]
DERIVED_IN["reading"] = DERIVED_IN["ledger"] | {
    "heading": "The heading, as it is written.",
    "column": "The contract's heading that it was taken for, with its label; nothing where it is not counted.",
    "spellings": "Spellings that were taken for one name, in any file; of identifiers only how many.",
    "how": "How it was found (its own heading, another name, `settings.toml`, its values) and how its dates are "
    "written, or why it is not counted.",
}


def cleaned_tables() -> str:
    """Return the cleaned tables, each with its columns, as Markdown; made from tables without rows."""
    cleaned = clean(Reading([]), load_settings(Path("no such folder")), NAMES)
    tables = {**cleaned.tables, "problems": cleaned.problems, "reading": cleaned.reading, "ledger": cleaned.ledger}
    return "\n".join(_table(name, tables[name]) for name in ONE_ROW)


def _table(name: str, table: pd.DataFrame) -> str:
    first = [column for column in table if not column.startswith("source_")]
    of = "actions" if name == "audit_actions" else name
    read = {column.name: column for sheet in SHEETS if sheet.table == of for column in sheet.columns}
    rows = "\n".join(
        f"| `{column}` | {_dtype(table[column].dtype)} | {_meaning(name, column, read)} |"
        for column in [*first, *(each for each in table if each not in first)]
    )
    head = "| column | dtype | heading | holds |\n|---|---|---|---|"
    return f"## {name}\n\nOne row is {ONE_ROW[name]}.\n\n{head}\n{rows}\n"


def _dtype(dtype: object) -> str:
    if isinstance(dtype, pd.CategoricalDtype):
        return "`category`, ordered" if dtype.ordered else "`category`"
    return f"`{dtype}`"


def _meaning(table: str, name: str, read: Mapping[str, Column]) -> str:
    made = DERIVED_IN.get(table, {}).get(name)
    if made or name not in read:
        return f" | {made or DERIVED[name]}"
    return f"*{read[name].heading}* | {read[name].help}"


def commands() -> str:
    """Return every command of the program with its options, as `--help` prints them."""
    group = typer.main.get_command(app)
    with group.make_context("qa-analysis", [], resilient_parsing=True, terminal_width=88, max_content_width=88) as top:
        parts = []
        for name, command in group.commands.items():
            with command.make_context(name, [], parent=top, resilient_parsing=True) as context:
                parts.append(f"## qa-analysis {name}\n\n```text\n{command.get_help(context).strip()}\n```\n")
    return "\n".join(parts)


def measures() -> str:
    """Return what each measure of `figures.csv` counts, and out of what."""
    return in_the_documentation(MEASURES)


def rules() -> str:
    """Return the rules, each with what it says and an example, kind by kind."""
    head = "| code | what is wrong | what to do | example |\n|---|---|---|---|\n"
    return "\n".join(
        f"## {kind.capitalize()}\n\n{head}{''.join(_rule(code) for code, rule in RULES.items() if rule.kind == kind)}"
        for kind in problems.KINDS
    )


def _rule(code: str) -> str:
    what, remedy = sentences({"code": code} | {name: f"*{name}*" for name in RULES[code].names})
    (example,) = lines(
        every_problem({}, problems.of_places([{"file": "q2.xlsx", "code": code, **RULES[code].example}]))
    )
    return f"| `{code}` | {what} | {remedy} | {example} |\n"


MADE: dict[str, Callable[[], str]] = {
    "metrics.md": measures,
    "data_contract.md": contract_markdown,
    "rules.md": rules,
    "tables.md": cleaned_tables,
    "commands.md": commands,
}


def made_again(name: str, page: str) -> str:
    """Return a page with the part that is made from the package as the package is now."""
    before, _, rest = page.partition(START)
    _, _, after = rest.partition(END)
    return f"{before}{START}\n{MADE[name]()}\n{END}{after}"


if __name__ == "__main__":
    for name in MADE:
        path = DOCS / name
        path.write_text(made_again(name, path.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
