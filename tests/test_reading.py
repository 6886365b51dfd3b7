"""Reading: what real files look like, and the sentence a user sees when one cannot be read."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from qa_analysis.errors import InputError
from qa_analysis.project import raw_files, raw_folder
from qa_analysis.reading import Reading, read_raw
from qa_analysis.settings import load_settings

HEADINGS = ["Audit ID", "Audit date", "Level of need", "Overall grade"]
ROW = ["DD-001", dt.datetime(2025, 9, 3), "EH", "Good"]


def read(project: Path) -> Reading:
    return read_raw(raw_files(project)[0], raw_folder(project), load_settings(project))


def rows_of(project: Path) -> list[tuple[int, list[object]]]:
    (raw,) = read(project).sheets
    return [(int(number), list(values)) for number, values in zip(raw.rows.index, raw.rows.to_numpy(), strict=True)]


def test_headings_below_titles_and_blank_rows_are_found_and_rows_keep_their_excel_numbers(make_project):
    sheet = [["Deep-dive audits, Q2"], ["Updated weekly"], [], ["", *HEADINGS], [], ["", *ROW], [], ["", *ROW]]
    assert [number for number, _ in rows_of(make_project({"a.xlsx": {"Audits": sheet}}))] == [6, 8]


@pytest.mark.parametrize(
    "headings",
    [
        ["AUDIT ID", "audit  date", "Level-of-Need", "Overall\ngrade"],
        [" Audit ref. ", "Date of audit", "Service", "Overall judgement"],
        ["Audit\u00a0ID", "Audit date:", "LEVEL OF NEED", "Auditor’s grade"],
    ],
)
def test_headings_match_without_case_spacing_and_punctuation_and_by_alias(make_project, headings):
    project = make_project({"a.xlsx": {" audits ": [headings, ROW]}})
    (raw,) = read(project).sheets
    assert list(raw.rows.columns) == ["audit_id", "audit_date", "level_of_need", "overall_grade"]


def test_a_columns_own_heading_is_preferred_to_an_alias(make_project):
    sheet = [["Grade", *HEADINGS], ["x", *ROW]]
    (raw,) = read(make_project({"a.xlsx": {"Audits": sheet}})).sheets
    assert raw.rows["overall_grade"].tolist() == ["Good"]


def test_settings_give_sheets_and_headings_more_names(make_project):
    project = make_project({"a.xlsx": {"Deep looks": [["Audit ID", "Audit date", "Level of need", "Verdict"], ROW]}})
    (project / "settings.toml").write_text(
        '[sheets]\n"Audits" = ["Deep looks"]\n[columns."Audits"]\n"Overall grade" = ["Verdict"]\n', encoding="utf-8"
    )
    (raw,) = read(project).sheets
    assert raw.rows["overall_grade"].tolist() == ["Good"]


def test_sub_grades_are_any_columns_with_the_prefix(make_project):
    sheet = [[*HEADINGS, "Sub-grade: Child’s  voice", "SUBGRADE: Planning"], [*ROW, "Good", "RI"]]
    (raw,) = read(make_project({"a.xlsx": {"Audits": sheet}})).sheets
    assert list(raw.rows.columns[-2:]) == ["sub_grades: Child’s voice", "sub_grades: Planning"]


def test_a_row_of_totals_at_the_foot_is_no_audit(make_project):
    sheet = [HEADINGS, ROW, ["Total", None, None, 1]]
    (raw,) = read(make_project({"a.xlsx": {"Audits": sheet}})).sheets
    assert (raw.rows.index.tolist(), raw.totals) == ([2], (3,))


def test_unknown_sheets_columns_and_hidden_sheets_are_left_alone_and_named(make_project):
    project = make_project({"a.xlsx": {"Audits": [[*HEADINGS, "Mood"], [*ROW, "x"]], "Scratch": [["x"]]}})
    import openpyxl

    path = project / "data" / "raw" / "a.xlsx"
    book = openpyxl.load_workbook(path)
    hidden = book.create_sheet("Findings")
    hidden.append(["Date", "Type", "Finding"])
    hidden.sheet_state = "hidden"
    book.save(path)
    assert read(project).left_alone == [
        ("a.xlsx", "Audits", "unknown column “Mood”"),
        ("a.xlsx", "Scratch", "unknown sheet"),
        ("a.xlsx", "Findings", "hidden sheet"),
    ]


def test_a_cell_merged_over_rows_counts_in_each_of_them(make_project):
    project = make_project({"a.xlsx": {"Audits": [HEADINGS, ROW, ["DD-002", None, "EH", "Good"]]}})
    import openpyxl

    path = project / "data" / "raw" / "a.xlsx"
    book = openpyxl.load_workbook(path)
    book["Audits"].merge_cells("B2:B3")
    book.save(path)
    assert [row[1] for _, row in rows_of(project)] == [dt.date(2025, 9, 3)] * 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_files_are_read_in_the_encodings_and_with_the_delimiters_that_excel_writes(
    make_project, encoding, delimiter
):
    lines = ["Audit ID,Audit date,Level of need,Overall grade,Team", "DD-001,03/09/2025,EH,Good,Café", ""]
    text = "\r\n".join(lines).replace(",", delimiter)
    project = make_project({"audits 2025.csv": text.encode(encoding)})
    assert rows_of(project) == [(2, ["DD-001", "03/09/2025", "EH", "Good", "Café"])]


def test_a_csv_file_keeps_line_breaks_and_delimiters_inside_quotes(make_project):
    text = 'Audit ID,Audit date,Level of need,Overall grade,Team\nDD-001,2025-09-03,EH,Good,"One,\ntwo"\n'
    ((number, row),) = rows_of(make_project({"Audits.csv": text}))
    assert (number, row[-1]) == (2, "One,\ntwo")


def test_a_csv_file_that_is_a_workbook_is_read_as_what_it_is(make_project, tmp_path):
    project = make_project({"real.xlsx": {"Audits": [HEADINGS, ROW]}})
    raw = project / "data" / "raw"
    (raw / "real.xlsx").rename(raw / "audits.csv")
    assert len(rows_of(project)) == 1


def test_lock_files_dot_files_and_readmes_are_passed_over(make_project):
    files = {
        "a.xlsx": {"Audits": [HEADINGS, ROW]},
        "~$a.xlsx": b"lock",
        ".DS_Store": b"x",
        "README.md": "Put files here.",
    }
    assert len(rows_of(make_project(files))) == 1


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (
            {"a.xlsx": b""},
            "a.xlsx: is empty (0 bytes). Copy it into data/raw again.",
        ),
        (
            {"notes.docx": b"text"},
            "notes.docx: is neither a workbook (.xlsx, .xlsm, .xls, .ods) nor a CSV file. Move it out of data/raw.",
        ),
        (
            {"a.xlsx": {"Audits": [["Audit ID", "Audit date", "Level of need", "Overal grde"], ROW]}},
            "a.xlsx [Audits]: has no column “Overall grade”. Headings found: “Audit ID”, “Audit date”, “Level of need”, "
            "“Overal grde”. The nearest is “Overal grde”. Rename the heading, or give it under [columns] in settings.toml.",
        ),
        (
            {"a.xlsx": {"Audits": [["Colour"], ["red"]]}},
            "a.xlsx [Audits]: has no column “Audit ID”. Headings found: “Colour”. "
            "Rename the heading, or give it under [columns] in settings.toml.",
        ),
    ],
)
def test_what_cannot_be_read_is_one_sentence(make_project, files, message):
    with pytest.raises(InputError) as caught:
        read(make_project(files))
    assert str(caught.value) == message


def test_no_audits_sheet_anywhere_names_what_was_found(make_project):
    project = make_project({"a.xlsx": {"Findings": [["Date", "Type", "Finding"]]}, "other.csv": "x,y\n1,2\n"})
    with pytest.raises(InputError) as caught:
        read(project)
    assert str(caught.value) == (
        f"{raw_folder(project)}: no file has an Audits sheet (a sheet in a workbook, or a file audits*.csv). "
        "Found: a.xlsx [Findings]; other.csv [other]. Rename the sheet, or give its name under [sheets] in settings.toml."
    )


def test_a_truncated_workbook_is_one_sentence(make_project):
    project = make_project({"a.xlsx": {"Audits": [HEADINGS, ROW]}})
    path = project / "data" / "raw" / "a.xlsx"
    path.write_bytes(path.read_bytes()[:900])
    with pytest.raises(
        InputError, match=r"^a\.xlsx: is not a workbook that can be read \(.*\)\. Open it in Excel and "
    ):
        read(project)


def test_files_are_the_examples_only_when_nothing_else_is_there(make_project):
    project = make_project({"example/e.xlsx": {"Audits": [HEADINGS, ROW]}, "README.txt": "x", ".gitkeep": ""})
    files, is_example = raw_files(project)
    assert ([path.name for path in files], is_example) == (["e.xlsx"], True)
    make_project({"sub/real.xlsx": {"Audits": [HEADINGS, ROW]}})
    files, is_example = raw_files(project)
    assert ([path.name for path in files], is_example) == (["real.xlsx"], False)


def test_a_raw_folder_without_files_says_what_to_do(make_project):
    project = make_project({})
    with pytest.raises(InputError) as caught:
        raw_files(project)
    assert str(caught.value) == f"{raw_folder(project)}: holds no files. Put the audit workbooks (.xlsx or .csv) there."
