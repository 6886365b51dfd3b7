"""Builders of small tables as cleaning makes them, for the tests of the metrics."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from qa_analysis.contract import problems
from qa_analysis.contract.settings import load_settings
from qa_analysis.metrics.catalogue import MEASURES
from qa_analysis.metrics.counting import counted

GRADES = pd.CategoricalDtype(["Outstanding", "Good", "Requires improvement", "Inadequate"], ordered=True)
LEVELS = pd.CategoricalDtype(["EH", "H&P", "CIC", "CL"], ordered=True)
QUARTER = pd.PeriodDtype("Q-MAR")
SETTINGS = load_settings(Path())
SHORT = {"O": "Outstanding", "G": "Good", "RI": "Requires improvement", "I": "Inadequate"}

Table = Callable[..., pd.DataFrame]
NO_HISTORY = pd.DataFrame(
    columns=["quarter", "measure", "level_of_need", "category", "count", "denominator", "percent"]
)


def counts(name: str, quarters: list[pd.Period], by_month: bool = False, **tables: pd.DataFrame) -> pd.DataFrame:
    """Return a measure of the catalogue, counted of small tables."""
    measure = next(each for each in MEASURES if each.name == name)
    data = SimpleNamespace(**{"settings": SETTINGS, "comparators": NO_HISTORY, **tables})
    return counted(measure, data, quarters, by_month)


def _table(rows, columns):
    """Return rows (dicts) with the dtypes given; what a row does not say is missing."""
    return pd.DataFrame(
        {name: pd.Series([row.get(name) for row in rows], dtype=dtype) for name, dtype in columns.items()}
    )


def _dated(rows, date):
    return [{"quarter": pd.Timestamp(row[date]).to_period("Q-MAR"), **row} for row in rows]


@pytest.fixture(scope="session")
def make_audits() -> Table:
    """Return a function of tuples: date, level of need, the auditor's grade (O, G, RI, I or None), the moderator's.

    The audits are called A-1, A-2, … in the order given.
    """

    def make(*rows) -> pd.DataFrame:
        long = [
            {
                "audit_id": f"A-{number}",
                "audit_date": date,
                "month": pd.Timestamp(date).to_period("M"),
                "level_of_need": level,
                "reaudit_of": None,
                "overall_grade": SHORT.get(first),
                "moderated_grade": SHORT.get(moderated[0]) if moderated else None,
            }
            for number, (date, level, first, *moderated) in enumerate(rows, start=1)
        ]
        audits = _table(
            _dated(long, "audit_date"),
            {
                "audit_id": "str",
                "audit_date": "datetime64[us]",
                "quarter": QUARTER,
                "month": pd.PeriodDtype("M"),
                "level_of_need": LEVELS,
                "reaudit_of": "str",
                "overall_grade": GRADES,
                "moderated_grade": GRADES,
            },
        )
        final = audits["moderated_grade"].where(audits["moderated_grade"].notna(), audits["overall_grade"])
        return audits.assign(
            moderated=audits["moderated_grade"].notna(),
            moderation_pending=False,
            team=pd.Series(index=audits.index, dtype="str"),
            selection=pd.Series(index=audits.index, dtype="str"),
            source_file="audits.xlsx",
            final_grade=final,
            graded=final.notna(),
            good_or_better=final.isin(["Outstanding", "Good"]).astype("boolean").mask(final.isna()),
            inadequate=(final == "Inadequate").astype("boolean").mask(final.isna()),
            shoots_grade=(final == "Requires improvement").astype("boolean").mask(final.isna()),
        )

    return make


@pytest.fixture(scope="session")
def make_sub_grades() -> Table:
    """Return a function of tuples: audit ID, date, level of need, practice area, grade (O, G, RI or I)."""

    def make(*rows) -> pd.DataFrame:
        names = ("audit_id", "audit_date", "level_of_need", "practice_area", "grade")
        named = [dict(zip(names, (*row[:-1], SHORT[row[-1]]), strict=True)) for row in rows]
        areas = pd.CategoricalDtype(sorted({row["practice_area"] for row in named}), ordered=True)
        days = {"audit_id": "str", "audit_date": "datetime64[us]", "quarter": QUARTER}
        columns = {**days, "level_of_need": LEVELS, "practice_area": areas, "grade": GRADES}
        sub_grades = _table(_dated(named, "audit_date"), columns)
        good = sub_grades["grade"].isin(["Outstanding", "Good"]).astype("boolean")
        return sub_grades.assign(
            good_or_better=good, inadequate=(sub_grades["grade"] == "Inadequate").astype("boolean")
        )

    return make


@pytest.fixture(scope="session")
def make_plan() -> Table:
    """Return a function of tuples: quarter, level of need, planned."""

    def make(*rows) -> pd.DataFrame:
        named = [dict(zip(("quarter", "level_of_need", "planned"), row, strict=True)) for row in rows]
        return _table(named, {"quarter": QUARTER, "level_of_need": LEVELS, "planned": "Float64"})

    return make


@pytest.fixture(scope="session")
def make_comparators() -> Table:
    """Return a function of dicts: quarter, measure, and any of level_of_need, category, count, denominator, percent."""

    def make(*rows) -> pd.DataFrame:
        numbers = dict.fromkeys(["count", "denominator", "percent"], "Float64")
        texts = {"quarter": QUARTER, "measure": "str", "level_of_need": LEVELS, "category": "str"}
        return _table(rows, {**texts, **numbers})

    return make


@pytest.fixture(scope="session")
def make_multi_agency() -> Table:
    """Return a function of tuples: date, family reference and, where there are any, grade and theme."""

    def make(*rows) -> pd.DataFrame:
        named = [
            dict(zip(("audit_date", "family_reference", "overall_grade", "theme"), row, strict=False)) for row in rows
        ]
        for row in named:
            row["overall_grade"] = SHORT.get(row.get("overall_grade"))
        return _table(
            _dated(named, "audit_date"),
            {
                "audit_date": "datetime64[us]",
                "quarter": QUARTER,
                "family_reference": "str",
                "overall_grade": GRADES,
                "theme": "str",
            },
        )

    return make


@pytest.fixture(scope="session")
def make_thematic() -> Table:
    """Return a function of tuples: date, theme, unit, number considered, children (or None)."""

    def make(*rows) -> pd.DataFrame:
        names = ("date", "theme", "unit", "number_considered", "children")
        texts = {"date": "datetime64[us]", "quarter": QUARTER, "theme": "str", "unit": "str"}
        named = [dict(zip(names, row, strict=True)) for row in rows]
        return _table(_dated(named, "date"), {**texts, "number_considered": "Float64", "children": "Float64"})

    return make


@pytest.fixture(scope="session")
def make_feedback() -> Table:
    """Return a function of tuples: date, tone, and if need be level of need, who said it and the score."""

    def make(*rows) -> pd.DataFrame:
        names = ("date", "tone", "level_of_need", "source", "score")
        unsaid = (None, "Mother", None)
        named = [dict(zip(names, (*row, *unsaid[len(row) - 2 :]), strict=True)) for row in rows]
        columns = {"tone": pd.CategoricalDtype(["Positive", "Learning"]), "level_of_need": LEVELS}
        texts = {"date": "datetime64[us]", "quarter": QUARTER, "source": "str", "score": "Float64"}
        return _table(_dated(named, "date"), texts | columns).assign(score_out_of=10)

    return make


@pytest.fixture(scope="session")
def make_findings() -> Table:
    """Return a function of tuples: date, type, theme, level of need (or None)."""

    def make(*rows) -> pd.DataFrame:
        named = [dict(zip(("date", "type", "theme", "level_of_need"), row, strict=True)) for row in rows]
        columns = {"type": pd.CategoricalDtype(["Strength", "Learning"]), "level_of_need": LEVELS}
        texts = {"date": "datetime64[us]", "quarter": QUARTER, "theme": "str"}
        return _table(_dated(named, "date"), texts | columns)

    return make


@pytest.fixture(scope="session")
def make_manager_qa() -> Table:
    """Return a function of dates, or of tuples of date, activity and records, one an activity."""

    def make(*activities) -> pd.DataFrame:
        tuples = [each if isinstance(each, tuple) else (each, "Dip sample", None) for each in activities]
        rows = _dated([dict(zip(("date", "activity", "records"), each, strict=True)) for each in tuples], "date")
        return _table(rows, {"date": "datetime64[us]", "quarter": QUARTER, "activity": "str", "records": "Float64"})

    return make


@pytest.fixture(scope="session")
def make_actions() -> Table:
    """Return a function of dicts, one a step: action_id, quarter, and any other column of an action."""

    def make(*rows) -> pd.DataFrame:
        texts = dict.fromkeys(["action_id", "action", "theme", "step_detail", "lead", "timescale"], "str")
        texts |= {"audit_id": "str"} if any("audit_id" in row for row in rows) else {}
        dates = dict.fromkeys(["raised", "due", "completed"], "datetime64[us]")
        status = pd.CategoricalDtype(["Open", "Complete"])
        return _table(rows, {**texts, **dates, "quarter": QUARTER, "step": "Float64", "status": status})

    return make


@pytest.fixture(scope="session")
def make_answers() -> Table:
    """Return a function of tuples: audit ID, date, level of need, question, answer."""

    def make(*rows) -> pd.DataFrame:
        names = ("audit_id", "date", "level_of_need", "question", "answer")
        named = [dict(zip(names, row, strict=True)) for row in rows]
        questions = pd.CategoricalDtype(pd.Index(dict.fromkeys(row["question"] for row in named), dtype="str"))
        words = pd.CategoricalDtype(["Yes", "Partly", "No", "Not applicable"])
        of = {"audit_id": "str", "quarter": QUARTER, "level_of_need": LEVELS}
        return _table(_dated(named, "date"), {**of, "question": questions, "answer": words})

    return make


@pytest.fixture(scope="session")
def make_data(
    *,
    make_audits,
    make_sub_grades,
    make_answers,
    make_plan,
    make_comparators,
    make_multi_agency,
    make_thematic,
    make_findings,
    make_feedback,
    make_manager_qa,
    make_actions,
) -> Callable[..., SimpleNamespace]:
    """Return a function of tables by name; a table that is not given is empty."""

    def make(comparator_quarters=1, **tables) -> SimpleNamespace:
        empty = {
            "audits": make_audits(),
            "sub_grades": make_sub_grades(),
            "audit_plan": make_plan(),
            "comparators": make_comparators(),
            "multi_agency_audits": make_multi_agency(),
            "thematic_audits": make_thematic(),
            "findings": make_findings(),
            "feedback": make_feedback(),
            "issues": problems.none().assign(quarter=pd.Series(dtype="period[Q-MAR]")),
            "manager_qa": make_manager_qa(),
            "actions": make_actions(),
            "audit_actions": make_actions().assign(audit_id=pd.Series(dtype="str")),
            "audits_left_out": _table([], {"quarter": QUARTER, "level_of_need": LEVELS, "left_out": "str"}),
            "answers": make_answers(),
            "answer_rows": make_answers(),
        }
        return SimpleNamespace(
            **{**empty, **tables},
            project=Path("a folder without measures"),
            settings=SETTINGS.model_copy(update={"comparators": comparator_quarters}),
        )

    return make
