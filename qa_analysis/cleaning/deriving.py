"""From typed rows to the tables that the metrics use: quarters, final grades, sub-grades and due dates."""

from __future__ import annotations

import numpy as np
import pandas as pd

from qa_analysis.cleaning.references import References, redact
from qa_analysis.cleaning.timescale import due_dates
from qa_analysis.contract import problems
from qa_analysis.contract.columns import SECTIONS, SHEETS, Sheet
from qa_analysis.contract.problems import SOURCE
from qa_analysis.contract.quarters import quarter_frequency
from qa_analysis.contract.rules import issue
from qa_analysis.contract.settings import Settings
from qa_analysis.text import fold

_PREFIX = "sub_grades: "


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
    derived, redactions = redact(derived, references)
    of_audits = derived["actions"]["audit_id"].notna()
    derived["audit_actions"] = derived["actions"][of_audits].reset_index(drop=True)
    derived["actions"] = derived["actions"][~of_audits].drop(columns="audit_id").reset_index(drop=True)
    audits = audits_with_grades(derived["audits"], settings)
    derived["sub_grades"] = sub_grades_of(audits, settings)
    derived["audits"] = audits.drop(columns=[*_sub_grade_columns(audits), "marked"])
    warnings = [
        _warnings_of_audits(audits),
        _warnings_of_actions(actions, audits),
        _warnings_of_sections(derived["commentary"]),
    ]
    return derived, pd.concat([*warnings, redactions])


def quarters_of(table: pd.DataFrame, sheet: Sheet, settings: Settings) -> pd.Series:
    """Return the quarters that rows belong to: of their date, or as their reporting quarter says; else missing."""
    if not sheet.date:
        return table["quarter"]
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
        With `marked` (boolean: what the Moderated column says), `moderated` (bool: a moderated grade is given),
        `moderation_pending` (bool: marked as moderated without a grade), `final_grade`, `graded` (bool) and
        `good_or_better`, `inadequate`, `shoots_grade` (boolean, missing where there is no final grade).
    """
    final = audits["moderated_grade"].where(audits["moderated_grade"].notna(), audits["overall_grade"])
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
    of_audit = ["audit_id", "audit_date", "quarter", "month", "level_of_need", "team", *SOURCE]
    labels = [heading.removeprefix(_PREFIX) for heading in _sub_grade_columns(audits)]
    order = [area for area in settings.practice_areas if area in labels]
    order += sorted(set(labels) - set(order), key=str.casefold)
    areas = pd.CategoricalDtype(pd.Index(order, dtype="str"), ordered=True)  # a text, even where there is none
    grades = pd.CategoricalDtype(settings.grade_names, ordered=True)
    codes = np.empty((len(audits), len(order)), dtype="int8")
    for column, area in enumerate(order):
        codes[:, column] = audits[_PREFIX + area].cat.codes
    row, place = np.nonzero(codes >= 0)  # audit by audit, area by area
    of_file = {"source_file": "category", "source_sheet": "category"}  # millions of rows with the same few texts
    long = audits[of_audit].astype(of_file).take(row).reset_index(drop=True)
    grade = pd.Series(pd.Categorical.from_codes(codes[row, place], dtype=grades))
    return long.assign(
        practice_area=pd.Categorical.from_codes(place, dtype=areas),
        grade=grade,
        good_or_better=_is_one_of(grade, [each.name for each in settings.grades if each.good]),
        inadequate=_is_one_of(grade, [each.name for each in settings.grades if each.failing]),
    )


def _sub_grade_columns(audits: pd.DataFrame) -> list[str]:
    return [str(name) for name in audits.columns if str(name).startswith(_PREFIX)]


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
