"""Whatever happens to right files, the figures are the same or something is asked: never another figure in silence."""

from __future__ import annotations

import datetime as dt
import os
import re
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from random import Random

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa_analysis.cleaning.clean import Cleaned, clean
from qa_analysis.contract.problems import CAUTION, DOUBT, HELD_BACK
from qa_analysis.contract.settings import load_settings
from qa_analysis.errors import InputError
from qa_analysis.metrics.catalogue import NAMES
from qa_analysis.reading.sheets import read_raw
from tests.changes import CHANGES, Project, right_project, write

EXAMPLES = int(os.environ.get("QA_EXAMPLES", "15"))
SETTINGS = load_settings(Path())
ASKED = (DOUBT, CAUTION, HELD_BACK)
BY_NAME = {change.__name__: change for change in CHANGES}
# What is compared of each table: the heading in the file, and the column of the cleaned table.
COMPARED = {
    "audits": {
        "Audit ID": "audit_id", "Audit date": "quarter", "Level of need": "level_of_need", "Team": "team",
        "Overall grade": "overall_grade", "Grade after moderation": "moderated_grade", "Re-audit of": "reaudit_of",
        "Selection": "selection", "Sub-grade: Assessment": "Assessment", "Sub-grade: Planning": "Planning",
    },
    "feedback": {"Date": "quarter", "From": "source", "Tone": "tone", "Score out of 10": "score"},
    "actions": {"Action ID": "action_id", "Raised": "quarter", "Timescale": "due", "Status": "status", "Theme": "theme"},
    "findings": {"Date": "quarter", "Type": "type", "Theme": "theme"},
    "audit_plan": {"Quarter": "quarter", "Level of need": "level_of_need", "Planned": "planned"},
    "comparators": {"Quarter": "quarter", "Level of need": "level_of_need", "Percent": "percent"},
}  # fmt: skip
Line = tuple[str, ...]


def plain(value: object) -> str:
    """Return a value as it is compared: its quarter, its number, or its letters and digits."""
    if pd.isna(value):
        return ""
    if isinstance(value, pd.Period):
        return f"{value.qyear - 1}q{value.quarter}"
    if isinstance(value, dt.datetime):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, int | float):
        return f"{value:g}"
    if found := re.fullmatch(r"(\d{4})-\d\d Q(\d)", str(value)):
        return f"{found[1]}q{found[2]}"
    return re.sub(r"[\W_]", "", re.sub(r"\.0$|(?<!\d)0+(?=\d)", "", str(value).casefold()))


def right_lines(project: Project, table: str) -> Counter[Line]:
    """Return what the rows of a table say, as they were written."""
    quarters = {"Audit date", "Date", "Raised"}
    period = lambda day: pd.Timestamp(day).to_period("Q-MAR")  # noqa: E731
    return Counter(
        tuple(plain(period(row[name]) if name in quarters else row[name]) for name in COMPARED[table])
        for row in project.right[table]
    )


def lines_of(tables: Mapping[str, pd.DataFrame], table: str) -> Counter[Line]:
    """Return what the rows of a cleaned table say."""
    rows = tables[table]
    if table == "audits":
        grades = tables["sub_grades"]
        for area in ("Assessment", "Planning"):
            of_area = grades[grades["practice_area"] == area].set_index("audit_id")["grade"].astype(object)
            rows = rows.assign(**{area: rows["audit_id"].map(of_area)})
    columns = [rows[name].astype(object) for name in COMPARED[table].values()]
    return Counter(tuple(map(plain, line)) for line in zip(*columns, strict=True))


def agree(line: Line, right: Line, may_be_blank: tuple[bool, ...]) -> bool:
    return all(one == other or (blank and not one) for one, other, blank in zip(line, right, may_be_blank, strict=True))


def left_over(
    found: Counter[Line], right: Counter[Line], may_be_blank: tuple[bool, ...]
) -> tuple[list[Line], list[Line]]:
    """Return the rows that are not among the right ones, and the right ones that are missing."""
    extra, missing = list((found - right).elements()), list((right - found).elements())
    for line in list(extra):
        same = next((each for each in missing if agree(line, each, may_be_blank)), None)
        if same is not None:
            extra.remove(line)
            missing.remove(same)
    return extra, missing


def read(project: Project, folder: Path) -> Cleaned:
    write(project, folder)
    return clean(read_raw(sorted(folder.iterdir()), folder, SETTINGS), SETTINGS, NAMES)


def wrong_in_silence(project: Project, folder: Path) -> list[str]:
    """Return what is counted otherwise than is right although nothing is asked, or in spite of what is asked."""
    try:
        cleaned = read(project, folder)
    except InputError:
        return []
    asked = cleaned.issues["kind"].isin(ASKED).any()
    cautioned = (cleaned.issues["kind"] == CAUTION).any()  # what is cautioned against is counted
    wrong = []
    for table in project.right:
        names = COMPARED[table]
        may_be_blank = tuple(bool(asked) or name in project.lost for name in names)
        extra, missing = left_over(lines_of(cleaned.tables, table), right_lines(project, table), may_be_blank)
        wrong += [f"{table}: {line} is counted" for line in extra if not cautioned]
        wrong += [f"{table}: {line} is missing" for line in missing if not asked]
    for column in ("team", "selection"):
        names = cleaned.tables["audits"][column].dropna()
        if names.nunique() > names.map(plain).nunique():
            wrong.append(f"{column}: {sorted(names.unique())}")
    return wrong


def changed(names: list[str], seed: int) -> Project:
    project = right_project(Random(seed))
    for number, name in enumerate(names):
        BY_NAME[name](project, Random(f"{seed} {number}"))
    return project


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_a_right_project_is_read_and_nothing_is_asked(seed, tmp_path):
    project = changed([], seed)
    assert wrong_in_silence(project, tmp_path) == []
    issues = read(project, tmp_path).issues
    assert issues[issues["kind"].isin(ASKED)].empty


@pytest.mark.slow
@pytest.mark.timeout(600 + 5 * EXAMPLES)
@settings(max_examples=EXAMPLES, print_blob=False)
@given(st.lists(st.sampled_from(sorted(BY_NAME)), min_size=1, max_size=2), st.integers(0, 10**6))
def test_changed_files_give_the_same_figures_or_a_question(names, seed):
    with tempfile.TemporaryDirectory() as folder:
        assert wrong_in_silence(changed(names, seed), Path(folder)) == []
