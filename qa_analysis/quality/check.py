"""Everything that a person may want to mend in the raw files: what cleaning found, and what texts should not say."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

import pandas as pd

from qa_analysis.cleaning.privacy import personal_details
from qa_analysis.contract import problems
from qa_analysis.contract.columns import SHEETS, free_texts
from qa_analysis.contract.problems import CAUTION, DOUBT, HELD_BACK, KINDS, PRIVACY, WARNING
from qa_analysis.contract.rules import issue
from qa_analysis.quality.claims import WRITTEN_TEXTS, wrong_claims
from qa_analysis.text import first_few, plural, spans

_NO_ROWS = ["headings_again", "row_of_totals", "note_in_the_table", "filled_in_ahead"]
_TOLD_MOST = 12  # lines of one kind that a run prints
_OTHERS = "more of this kind; qa-analysis check lists them all."
_CAUSE = ("file", "sheet", "kind", "column", "reason", "remedy")


def every_problem(tables: Mapping[str, pd.DataFrame], found: pd.DataFrame) -> pd.DataFrame:
    """Return all problems file by file, in each the most urgent first.

    Parameters
    ----------
    tables
        The cleaned tables by name.
    found
        The issues that cleaning found.

    Returns
    -------
    DataFrame
        `kind` (text: held back, doubt, wrong claim, caution, warning, repeat or note), `file`, `sheet`, `row` (as Excel
        shows it), `column`, `value`, `nearest` (valid value), `reason`, `remedy`, `code`.
    """
    told = problems.told(pd.concat([found, problems_of_claims(tables), problems_of_privacy(tables)]))
    kind = told["kind"].astype("str").replace(PRIVACY, WARNING)
    ordered = told.assign(kind=kind, urgency=kind.map(KINDS.index))
    ordered = ordered.sort_values(["file", "urgency", "sheet", "row"], kind="stable", ignore_index=True)
    return problems.shown(ordered[problems.COLUMNS])


def problems_of_claims(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return an issue for each percentage in the analysts' own words that does not follow from its own counts.

    Examples
    --------
    >>> findings = pd.DataFrame({"source_file": ["q2.xlsx"], "source_sheet": ["Findings"], "source_row": [9],
    ...                          "finding": ["8 of 45 changed (19%)"]})
    >>> print(problems.told(problems_of_claims({"findings": findings}))["reason"][0])
    “8 of 45 changed (19%)” does not add up
    """
    found = [problems.none()]
    for name, column in WRITTEN_TEXTS.items():
        if name in tables:
            wrong = wrong_claims(tables[name], column)
            said = issue("wrong_claim", column=_heading(name, column), value=wrong["words"], nearest=wrong["right"])
            found.append(problems.of_places(wrong[problems.PLACE].assign(**said)))
    return pd.concat(found, ignore_index=True)


def problems_of_privacy(tables: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return an issue for each text that seems to hold a personal detail, without repeating what it is.

    Examples
    --------
    >>> actions = pd.DataFrame({"source_file": ["q2.xlsx"], "source_sheet": ["Actions"], "source_row": [4],
    ...                         "lead": ["Jane Smith, Team Manager"]})
    >>> print(problems.told(problems_of_privacy({"actions": actions}))["reason"][0])
    looks like it holds a person's name
    """
    found = [problems.none()]
    for sheet, column in free_texts():
        if column.name not in tables.get(sheet.table, ()):
            continue
        table = tables[sheet.table]
        details = {text: personal_details(text) for text in table[column.name].dropna().unique()}
        kinds = table[column.name].map(details, na_action="ignore")
        for kind in sorted({each for kinds_of_text in details.values() for each in kinds_of_text}):
            rows = table[[isinstance(each, list) and kind in each for each in kinds]]
            found.append(problems.of_rows(rows, issue("text_holds_a_detail", detail=kind), column.heading))
    return pd.concat(found, ignore_index=True)


def told_by_run(found: pd.DataFrame) -> list[str]:
    """Return what a run says of what is in doubt, held back or left alone: a line a cause, the costliest first.

    Why rows are held back is told without their values.
    """
    idle = found[found["code"] == "setting_without_effect"]
    of_rows = found["row"].notna() & (found["kind"].isin([HELD_BACK, DOUBT, CAUTION])) & (found["column"] != "")
    costly = [problems.most_costly(found[~of_rows], kind) for kind in (DOUBT, CAUTION)]
    doubted = list(lines(problems.told(pd.concat([*costly, idle]))))
    rows = problems.said(found[of_rows], None)
    causes = rows.groupby(["kind", "file", "sheet", "column", "reason"], sort=False, observed=True)["row"].nunique()
    costliest = causes.sort_values(ascending=False, kind="stable").rename("rows").reset_index().to_dict("records")
    told = [
        f"{each['file']} [{each['sheet']}] {each['column']}: {plural(each['rows'], 'row')}"
        f"{' held back' if each['kind'] == HELD_BACK else ''}: {each['reason']}."
        for each in costliest
    ]
    alone = found[found["code"].isin(_NO_ROWS)]
    said = [
        f"{number:,} lines were taken for totals, notes, headings or rows filled in ahead, and left alone; "
        "qa-analysis check says where."
        for number in [sum(1 + _number_of(json.loads(parts)["more"]) for parts in alone["parts"])]
        if number
    ]
    settled = found.loc[found["code"] == "left_out_by_settings", "parts"]
    number = sum(_number_of(json.loads(parts)["rows"]) for parts in settled)
    if number:
        said.append(f"{plural(number, 'audit')} left out by type or status, as settings.toml says.")
    return [*(line for part in (doubted, told) for line in first_few(part, _TOLD_MOST, _OTHERS)), *said]


def _number_of(text: str) -> int:
    return int(text.split(maxsplit=1)[0].replace(",", "")) if text else 0


def lines(found: pd.DataFrame) -> Iterator[str]:
    """Yield one line for each cause: file, sheet, rows, kind, column, what is wrong, and what to do.

    Examples
    --------
    >>> found = pd.DataFrame({"kind": ["held back"], "file": ["q2.xlsx"], "sheet": ["Audits"], "row": [7],
    ...                       "column": ["Audit date"], "reason": ["Audit date is blank"], "remedy": ["Fill it in."]})
    >>> list(lines(found))
    ['q2.xlsx [Audits] row 7: held back: Audit date: Audit date is blank. Fill it in.']
    """
    by_cause: dict[tuple[str, ...], list[int]] = {}
    for problem in found.to_dict("records"):
        cause = tuple(problem[name] for name in _CAUSE)
        by_cause.setdefault(cause, []).extend([] if pd.isna(problem["row"]) else [problem["row"]])
    for cause, rows in by_cause.items():
        problem = dict(zip(_CAUSE, cause, strict=True))
        row = f" row{'s' if len(set(rows)) > 1 else ''} {spans(rows)}" if rows else ""
        column = f"{problem['column']}: " if problem["column"] else ""
        sheet = f" [{problem['sheet']}]" if problem["sheet"] else ""
        words = f"{problem['file']}{sheet}{row}: {problem['kind']}: {column}{problem['reason']}."
        yield " ".join(f"{words} {problem['remedy']}".split())


def lines_of_reading(record: pd.DataFrame) -> Iterator[str]:
    r"""Yield what each heading of each sheet was taken for, after a line of what became of the sheet's rows.

    Examples
    --------
    >>> record = pd.DataFrame({"file": ["q2.xlsx"], "sheet": ["Audits"], "table": ["audits"], "heading": ["Grade"],
    ...                        "column": ["Overall grade"], "how": ["another name"], "spellings": [""], "read": [9],
    ...                        "used": [7], "held_back": [2], "repeats": [0], "left_out": [0]})
    >>> print(*lines_of_reading(record), sep="\n")
    q2.xlsx [Audits]: 9 rows read, 7 used, 2 held back, 0 repeats, 0 left out
      Grade → Overall grade (another name)
    """
    for (file, sheet), rows in record.groupby(["file", "sheet"], sort=False):
        first = rows.iloc[0]
        counts = [f"{first[name]:,} {name.replace('_', ' ')}" for name in ("used", "held_back", "repeats", "left_out")]
        yield f"{file} [{sheet}]: {plural(first['read'], 'row')} read, {', '.join(counts)}"
        headings = rows.loc[rows["heading"] != "", ["heading", "column", "how", "spellings"]]
        for heading, column, how, spellings in headings.itertuples(index=False):
            taken = f"; taken for one: {spellings}" if spellings else ""
            yield f"  {heading} → {f'{column} ({how}{taken})' if column else how}"


def _heading(table: str, column: str) -> str:
    return next(sheet for sheet in SHEETS if sheet.table == table).column(column).heading
