"""From typed rows to the tables that the metrics use: quarters, final grades, sub-grades and due dates."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd

from qa_analysis.cleaning import answers
from qa_analysis.cleaning.references import References, redact
from qa_analysis.cleaning.schemas import dtype_of
from qa_analysis.cleaning.timescale import due_dates
from qa_analysis.contract import problems
from qa_analysis.contract.columns import AUDITS, SECTIONS, SHEETS, Sheet
from qa_analysis.contract.problems import SOURCE
from qa_analysis.contract.quarters import quarter_frequency
from qa_analysis.contract.rules import issue
from qa_analysis.contract.settings import Settings
from qa_analysis.text import fold

_PREFIX, _READERS = "sub_grades: ", "readers: "
_Places: TypeAlias = "npt.NDArray[np.integer[Any]]"
_OF_AUDIT = ["audit_id", "audit_date", "quarter", "month", "level_of_need", "team", *SOURCE]


def derive(
    tables: dict[str, pd.DataFrame], settings: Settings, references: References
) -> tuple[dict[str, pd.DataFrame], pd.DataFrame]:
    """Return the tables with what follows from their rows, and the warnings found.

    `sub_grades` are one row a grade, `audit_actions` the actions that put one audit right: `actions` has the others.

    The references are taken out of the texts. Every table gets `quarter` (a pandas
    period). See `audits_with_grades` and `sub_grades_of` for what the audits get; the steps of actions get `due` (a
    date, missing where the timescale names none).
    """
    derived = {
        sheet.table: _with_quarter(tables[sheet.table], sheet, settings) if sheet.date else tables[sheet.table]
        for sheet in SHEETS
    }
    actions = derived["actions"]
    derived["actions"] = actions.assign(due=due_dates(actions["timescale"], actions["raised"]))
    derived["answer_rows"] = answers.with_their_audits(derived["answer_rows"], derived["audits"])
    derived, redactions = redact(derived, references)
    of_audits = derived["actions"]["audit_id"].notna()
    derived["audit_actions"] = derived["actions"][of_audits].reset_index(drop=True)
    derived["actions"] = derived["actions"][~of_audits].drop(columns="audit_id").reset_index(drop=True)
    audits = audits_with_grades(derived["audits"], settings)
    derived["sub_grades"] = sub_grades_of(audits, settings)
    derived["answers"] = answers_of(audits, derived["answer_rows"], settings)
    labelled = [name for prefix in (_PREFIX, _READERS, answers.PREFIX) for name in _labelled(audits, prefix)]
    derived["audits"] = audits.drop(columns=[*labelled, "marked"])
    warnings = [
        _warnings_of_audits(audits),
        _warnings_of_actions(actions, audits),
        _warnings_of_sections(derived["commentary"]),
    ]
    return derived, pd.concat([*warnings, redactions])


def quarters_of(table: pd.DataFrame, sheet: Sheet, settings: Settings) -> pd.Series:
    """Return the quarters that rows belong to: of their date, or as their reporting quarter says; else missing."""
    if not sheet.date:
        unknown = pd.Series(pd.NaT, table.index, dtype_of("quarter", settings))  # an answer's is its audit's
        return table.get("quarter", unknown)
    quarters: pd.Series = table[sheet.date].dt.to_period(quarter_frequency(settings.year_start_month))
    if "reporting_quarter" not in table:
        return quarters
    return table["reporting_quarter"].where(table["reporting_quarter"].notna(), quarters)


def _with_quarter(table: pd.DataFrame, sheet: Sheet, settings: Settings) -> pd.DataFrame:
    """Return the table with the quarter and month of its rows."""
    quarters, months = quarters_of(table, sheet, settings), table[sheet.date].dt.to_period("M")
    not_kept = [column.name for column in sheet.columns if not column.kept]
    return table.drop(columns=not_kept).assign(quarter=quarters, month=months)


def audits_with_grades(audits: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return the audits with their final grades and what these count as.

    Parameters
    ----------
    audits
        Typed audits: `overall_grade` and `moderated_grade` (ordered categories), `moderated` (boolean, as marked).
    settings
        The grades and their flags.

    Returns
    -------
    pandas.DataFrame
        With the last grade of any reader after the auditor as `moderated_grade`, and with `marked` (boolean: what the
        Moderated column says), `moderated` (bool: a moderated grade is given),
        `moderation_pending` (bool: marked as moderated without a grade), `final_grade`, `graded` (bool) and
        `good_or_better`, `inadequate`, `shoots_grade` (boolean, missing where there is no final grade).
    """
    last = audits["moderated_grade"]
    for reader in settings.readers:
        if (name := f"{_READERS}{reader}") in audits:
            last = audits[name].where(audits[name].notna(), last)
    audits = audits.assign(moderated_grade=last)
    final = last.where(last.notna(), audits["overall_grade"])
    flags = {
        "good_or_better": [grade.name for grade in settings.grades if grade.good],
        "inadequate": [grade.name for grade in settings.grades if grade.failing],
        "shoots_grade": [grade.name for grade in settings.grades if grade.shoots],
    }
    moderated = audits["moderated_grade"].notna()
    return audits.assign(
        marked=audits["moderated"],
        moderated=moderated,
        moderation_pending=audits["moderated"].fillna(False).astype(bool) & ~moderated,
        final_grade=final,
        graded=final.notna(),
        **{name: _is_one_of(final, grades) for name, grades in flags.items()},
    )


def sub_grades_of(audits: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return one row for each grade of a practice area.

    Returns
    -------
    pandas.DataFrame
        `audit_id`, `audit_date`, `quarter`, `month`, `level_of_need`, `team`, `practice_area` (an ordered
        category: the settings' areas first, the others in alphabetical order), `grade`, `good_or_better`,
        `inadequate` (boolean) and the source columns. Areas without a grade have no row.
    """
    labels = [heading.removeprefix(_PREFIX) for heading in _labelled(audits, _PREFIX)]
    order = [area for area in settings.practice_areas if area in labels]
    order += sorted(set(labels) - set(order), key=str.casefold)
    areas = pd.CategoricalDtype(pd.Index(order, dtype="str"), ordered=True)  # a text, even where there is none
    long, place, codes = _one_row_each(audits, [_PREFIX + area for area in order])
    scales = [settings.of_area(area).grades for area in order]
    names = list(dict.fromkeys([*settings.grade_names, *(each.name for scale in scales for each in scale)]))
    of_area = np.zeros((3, len(order), max(map(len, scales), default=0)), dtype="int8")
    for column, scale in enumerate(scales):
        of_area[:, column, : len(scale)] = [
            [names.index(each.name) for each in scale], [each.good for each in scale], [each.failing for each in scale]
        ]  # fmt: skip
    grade, good, failing = of_area[:, place, codes]
    return long.assign(
        practice_area=pd.Categorical.from_codes(place, dtype=areas),
        grade=pd.Categorical.from_codes(grade, dtype=pd.CategoricalDtype(names, ordered=True)),
        good_or_better=pd.array(good.astype(bool), dtype="boolean"),
        inadequate=pd.array(failing.astype(bool), dtype="boolean"),
    )


def answers_of(audits: pd.DataFrame, rows: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Return one row for each answer to a question, from the audits' own columns and the sheet of answers.

    Returns
    -------
    pandas.DataFrame
        `audit_id`, `audit_date`, `quarter`, `month`, `level_of_need`, `team`, `question` (a category: those that the
        settings name first, the others as they are met), `answer` (category) and the source columns.
    """
    labels = [heading.removeprefix(answers.PREFIX) for heading in _labelled(audits, answers.PREFIX)]
    first = [each for each in settings.labels(AUDITS, AUDITS.column("answers")) if each in labels]
    labels = list(dict.fromkeys([*first, *labels]))
    asked = answers.one_spelling_each(rows["question"], labels)
    questions = pd.CategoricalDtype(pd.Index(list(dict.fromkeys([*labels, *asked])), dtype="str"))
    long, place, codes = _one_row_each(audits, [answers.PREFIX + label for label in labels])
    given = pd.Series(pd.Categorical.from_codes(codes, dtype=dtype_of("answer", settings)))
    own = long.assign(question=pd.Categorical.from_codes(place, dtype=questions), answer=given)
    if rows.empty:
        return own
    named = answers.of_their_audits(rows, audits, ["team"])
    of_sheet = named.assign(question=asked.astype(questions))[list(own)]
    return pd.concat([own.astype({"source_file": "str", "source_sheet": "str"}), of_sheet], ignore_index=True)


def _one_row_each(audits: pd.DataFrame, names: list[str]) -> tuple[pd.DataFrame, _Places, _Places]:
    """Return a row for each value of some columns of one category, audit by audit; which column's it is; its code."""
    codes = np.empty((len(audits), len(names)), dtype="int8")
    for column, name in enumerate(names):
        codes[:, column] = audits[name].cat.codes
    row, place = np.nonzero(codes >= 0)
    of_file = {"source_file": "category", "source_sheet": "category"}  # millions of rows with the same few texts
    return audits[_OF_AUDIT].astype(of_file).take(row).reset_index(drop=True), place, codes[row, place]


def _labelled(audits: pd.DataFrame, prefix: str) -> list[str]:
    return [str(name) for name in audits.columns if str(name).startswith(prefix)]


def _is_one_of(grades: pd.Series, names: list[str]) -> pd.Series:
    return grades.isin(names).astype("boolean").mask(grades.isna())


def _warnings_of_audits(audits: pd.DataFrame) -> pd.DataFrame:
    again = audits["reaudit_of"].dropna()
    known = audits.loc[audits["audit_id"].isin(again), "audit_id"]  # isin is slow for long lists to look in
    unknown = pd.Series(audits.index.isin(again.index[~again.isin(known)]), index=audits.index)
    denied = (audits["moderated"] & (audits["marked"] == False)).fillna(False).astype(bool)  # noqa: E712 - or missing
    return pd.concat([
        problems.of_rows(audits[denied], issue("marked_not_moderated"), "Moderated"),
        problems.of_rows(audits[audits["moderation_pending"]], issue("moderation_pending"), "Grade after moderation"),
        problems.of_rows(audits[unknown], issue("unknown_earlier_audit"), "Re-audit of", audits["reaudit_of"][unknown]),
    ])  # fmt: skip


def _warnings_of_actions(actions: pd.DataFrame, audits: pd.DataFrame) -> pd.DataFrame:
    undated = (actions["status"] == "Complete") & actions["completed"].isna()
    of_audit = actions["audit_id"].dropna()
    strange = of_audit[~of_audit.isin(audits["audit_id"])] if len(of_audit) else of_audit
    return pd.concat([
        problems.of_rows(actions[undated], issue("complete_without_a_date"), "Completed"),
        problems.of_rows(actions.loc[strange.index], issue("unknown_audit_of_an_action"), "Audit ID", strange),
    ])  # fmt: skip


def _warnings_of_sections(commentary: pd.DataFrame) -> pd.DataFrame:
    known = [fold(section) for section in SECTIONS]
    strange = commentary[~commentary["section"].map(fold).isin(known)]
    unknown = issue("unknown_section", sections=", ".join(SECTIONS))
    return problems.of_rows(strange, unknown, "Section", strange["section"])
