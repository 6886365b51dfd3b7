"""Nothing is lost: rows read are rows used, held back or repeats, whatever stands in the cells of real files."""

from __future__ import annotations

import random
import re
import shutil
import tempfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qa_analysis.cleaning.clean import Cleaned, clean
from qa_analysis.cleaning.schemas import check_tables
from qa_analysis.contract.columns import SHEETS
from qa_analysis.contract.project import raw_files, raw_folder
from qa_analysis.contract.settings import load_settings
from qa_analysis.errors import InputError
from qa_analysis.metrics.catalogue import NAMES
from qa_analysis.reading.sheets import RawSheet, Reading, read_raw

SETTINGS = load_settings(Path())
RIGHT = {
    "text": ["A", "B", "C", "Team 1"],
    "reference": ["C1", "C2"],
    "date": ["03/09/2025", "3 Sept 2025", 45903, "2025-09-04"],
    "month_or_date": ["TBC", "Dec 2025", "November board"],
    "quarter": ["2025-26 Q2", "Q1 2025/26"],
    "grade": ["Good", "RI", "Outstanding", "inadequate", "Not graded"],
    "level_of_need": ["EH", "CLA", "Help & Protection", "Leaving care"],
    "yes_no": ["Yes", "n", True],
    "number": [0, 3, "7", "8/10", 12.5],
    "finding_type": ["Strength", "Learning"],
    "tone": ["Positive", "Concern"],
    "status": ["Open", "Done"],
    "answer": ["Yes", "N/A", "Partly met"],
}
DAMAGE = [
    None, "", " ", "\u00a0", "#N/A", "#REF!", "31/09/2025", "99/99/9999", "0/0/0", "9999-00 Q1", "Adequate", "Goood",
    "x" * 500, "=1+1", "<b>", "Total", "“", "\u202e", "٣", "-5", 1e300, -0.0, True, 3.5, 10**12, "1e5", "nan", "None",
    "audits_completed", "grade", "a: b: RI", "Audit ID", "1/1/1", "..", "%", "&",
]  # fmt: skip


def headings_of(sheet):
    headings = {column.heading: column.kind for column in sheet.columns if not column.prefix}
    if any(column.prefix for column in sheet.columns):
        headings |= {"Sub-grade: Planning": "grade", "Sub-grade: a: b": "grade", "Answer: Seen alone": "answer"}
    return headings


def content(result: Cleaned, name: str) -> list[str]:
    """Return what the rows of a table say, in any order and wherever they stand."""
    table = result.tables[name].drop(columns=["source_file", "source_sheet", "source_row"])
    return sorted(map(str, table.sort_index(axis="columns").astype(object).to_numpy().tolist()))


def assert_balanced(result: Cleaned) -> None:
    ledger = result.ledger
    assert (ledger["read"] == ledger[["used", "held_back", "repeats", "left_out"]].sum(axis="columns")).all()
    held = result.problems[result.problems["kind"] == "held back"]
    assert not held.duplicated(["file", "sheet", "row"]).any()
    assert (held["reason"] != "").all()
    check_tables(result.tables, SETTINGS)


def cells(kind: str) -> st.SearchStrategy[object]:
    usual = st.sampled_from(RIGHT[kind])
    text = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)
    return st.one_of(usual, usual, usual, st.sampled_from(DAMAGE), text)


@st.composite
def files(draw: st.DrawFn) -> dict[str, dict[str, list[list[object]]]]:
    """Draw files of sheets: a title perhaps, headings in any order, and rows with and without damage."""
    drawn = {}
    for name in draw(st.lists(st.sampled_from(["a.xlsx", "sub/b & ü.xlsx", "audits c.csv"]), min_size=1, unique=True)):
        chosen = [SHEETS[0], *draw(st.lists(st.sampled_from(SHEETS[1:]), max_size=2, unique=True))]
        drawn[name] = {}
        for sheet in chosen[:1] if name.endswith(".csv") else chosen:
            headings = draw(st.permutations(list(headings_of(sheet).items())))
            rows = draw(st.lists(st.tuples(*(cells(kind) for _, kind in headings)), max_size=6))
            title = [["Title"], []] if draw(st.booleans()) else []
            drawn[name][sheet.name] = [*title, [heading for heading, _ in headings], *map(list, rows)]
    return drawn


def write(folder: Path, drawn: dict[str, dict[str, list[list[object]]]]) -> None:
    import csv

    import xlsxwriter

    for name, sheets in drawn.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith(".csv"):
            with path.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows(next(iter(sheets.values())))
            continue
        book = xlsxwriter.Workbook(path, {"strings_to_formulas": False, "strings_to_urls": False})
        for title, rows in sheets.items():
            sheet = book.add_worksheet(title)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
        book.close()


def filled(rows: list[list[object]]) -> int:
    """Return how many rows below the title and the headings hold anything."""
    below = rows[3:] if rows[0] == ["Title"] else rows[1:]
    blank = re.compile("[\\s\u200b\ufeff]*")
    return sum(any(cell is not None and not blank.fullmatch(str(cell)) for cell in row) for row in below)


@pytest.mark.slow
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(drawn=files(), order=st.randoms(use_true_random=False))
def test_nothing_is_lost_from_real_files_and_the_order_of_files_changes_nothing(drawn, order):
    folder = Path(tempfile.mkdtemp())
    try:
        raw = raw_folder(folder)
        raw.mkdir(parents=True)
        write(raw, drawn)
        paths, _ = raw_files(folder)
        reading = read_raw(paths, raw, SETTINGS)
        result = clean(reading, SETTINGS, NAMES)
        assert_balanced(result)
        left_alone = sum("row" in note for note in reading.notes)
        there_are = sum(filled(rows) for sheets in drawn.values() for rows in sheets.values())
        assert result.ledger["read"].sum() + left_alone == there_are
        order.shuffle(paths)
        again = clean(read_raw(paths, raw, SETTINGS), SETTINGS, NAMES) if len(paths) > 1 else result
    finally:
        shutil.rmtree(folder)
    for name, table in result.tables.items():
        pd.testing.assert_frame_equal(again.tables[name], table)
    pd.testing.assert_frame_equal(again.issues, result.issues)


def rows_with_damage(sheet, seed: int, number: int) -> pd.DataFrame:
    """Return rows of a sheet, one cell in twelve damaged, and one row in ten a copy of an earlier one."""
    chance = random.Random(seed)
    kinds = {column.name: column.kind for column in sheet.columns if column.kept and not column.prefix}
    kinds |= {"sub_grades: Planning": "grade", "answers: Seen alone": "answer"} if sheet is SHEETS[0] else {}
    rows: list[dict[str, object]] = []
    for position in range(number):
        row = {name: chance.choice(RIGHT[kind]) for name, kind in kinds.items()}
        row |= {name: f"{name} {position}" for name in ("audit_id", "action_id") if name in kinds}
        row |= {name: chance.choice(DAMAGE) for name in kinds if chance.random() < 1 / 12}
        rows.append(chance.choice(rows) if rows and chance.random() < 0.1 else row)
    return pd.DataFrame(rows, index=range(2, number + 2), dtype=object)


@pytest.mark.slow
@pytest.mark.parametrize(("on_conflict", "seed"), [("hold_back", 1), ("last_file", 3)])
def test_11_000_rows_with_random_damage_are_all_accounted_for(seed, on_conflict):
    chosen = SETTINGS.model_copy(update={"on_conflict": on_conflict})
    raws = [
        RawSheet(file, sheet.name, sheet, rows_with_damage(sheet, seed * 100 + number, 500))
        for number, (file, sheet) in enumerate((file, sheet) for file in ("a.xlsx", "b.xlsx") for sheet in SHEETS)
    ]
    result = clean(Reading(raws), chosen, NAMES)
    assert result.ledger["read"].sum() == 11_000
    assert_balanced(result)
    assert len(result.tables["audits"]) > 100


@pytest.mark.slow
def test_the_order_of_rows_changes_nothing():
    seed = 1
    sheets = [sheet for sheet in SHEETS if sheet.table != "actions"]  # there a blank ID continues the row above
    raws = [RawSheet("a.xlsx", sheet.name, sheet, rows_with_damage(sheet, seed, 200)) for sheet in sheets]
    shuffled = [
        RawSheet(raw.file, raw.name, raw.sheet, raw.rows.sample(frac=1, random_state=seed).set_axis(raw.rows.index))
        for raw in raws
    ]
    first, second = clean(Reading(raws), SETTINGS, NAMES), clean(Reading(shuffled), SETTINGS, NAMES)
    for name in first.tables:
        assert content(first, name) == content(second, name)
    pd.testing.assert_frame_equal(first.ledger, second.ledger)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["audits.xlsx", "audits.xls", "audits.ods", "protected.xlsx", "audits.csv"])
def test_a_file_with_random_damage_is_read_or_refused_in_a_sentence(make_project, name):
    chance = random.Random(name)
    fixture = Path(__file__).parents[2] / "fixtures" / name
    text = b"Audit ID,Audit date,Level of need,Overall grade\nDD-001,03/09/2025,EH,Good\n" * 3
    whole = fixture.read_bytes() if fixture.exists() else text
    raw = raw_folder(make_project({}))
    sheets = []
    for number in range(40):
        content = bytearray(whole)
        for _ in range(chance.choice([1, 3, 30])):
            content[chance.randrange(len(content))] = chance.randrange(256)
        path = raw / f"{Path(name).stem} {number}{Path(name).suffix}"
        path.write_bytes(content)
        try:
            sheets += read_raw([path], raw, SETTINGS).sheets
        except InputError as error:
            assert "\n" not in str(error)
    assert_balanced(clean(Reading(sheets), SETTINGS, NAMES))
