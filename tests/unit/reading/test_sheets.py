"""Reading: what real files look like, and the sentence a user sees when one cannot be read."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from qa_analysis.contract.project import raw_files, raw_folder
from qa_analysis.contract.rules import sentences
from qa_analysis.contract.settings import load_settings
from qa_analysis.errors import InputError, SeveralInputError
from qa_analysis.reading.sheets import Reading, read_raw
from qa_analysis.reading.unread import Unread

HEADINGS = ["Audit ID", "Audit date", "Level of need", "Overall grade"]
ROW = ["DD-001", dt.datetime(2025, 9, 3), "EH", "Good"]


def read(project: Path) -> Reading:
    return read_raw(raw_files(project)[0], raw_folder(project), load_settings(project))


def told(reading: Reading) -> list[tuple[str, str, int | None, str, str]]:
    """Return what is said of what was left alone: file, sheet, row, what and what to do."""
    return [(note["file"], note.get("sheet", ""), note.get("row"), *sentences(note)) for note in reading.notes]


def rows_of(project: Path) -> list[tuple[int, list[object]]]:
    (raw,) = read(project).sheets
    return [(int(number), list(values)) for number, values in zip(raw.rows.index, raw.rows.to_numpy(), strict=True)]


def test_headings_below_titles_and_blank_rows_are_found_and_rows_keep_their_excel_numbers(make_project):
    sheet = [["Deep-dive audits, Q2"], ["Updated weekly"], [], ["", *HEADINGS], [], ["", *ROW], [], ["", *ROW]]
    assert [number for number, _ in rows_of(make_project({"a.xlsx": {"Audits": sheet}}))] == [6, 8]


def test_headings_are_looked_for_in_the_first_forty_rows(make_project):
    titles = [[f"Title {number}"] for number in range(39)]
    assert rows_of(make_project({"a.xlsx": {"Audits": [*titles, HEADINGS, ROW]}}))[0][0] == 41
    with pytest.raises(InputError, match="has no column “Audit ID”"):
        read(make_project({"a.xlsx": {"Audits": [["Title"], *titles, HEADINGS, ROW]}}))


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
    sheet = [[*HEADINGS, "Sub-grade: Child’s  voice", "SUBGRADE: Planning: reviews"], [*ROW, "Good", "RI"]]
    (raw,) = read(make_project({"a.xlsx": {"Audits": sheet}})).sheets
    assert list(raw.rows.columns[-2:]) == ["sub_grades: Child’s voice", "sub_grades: Planning: reviews"]


@pytest.mark.parametrize("heading", ["Sub-grade - Planning", "Subgrade – Planning", "sub grades : Planning"])
def test_a_dash_stands_for_the_colon_of_a_sub_grade(make_project, heading):
    (raw,) = read(make_project({"a.xlsx": {"Audits": [[*HEADINGS, heading], [*ROW, "Good"]]}})).sheets
    assert raw.rows.columns[-1] == "sub_grades: Planning"


def test_a_whole_heading_below_a_merged_one_is_taken_as_it_stands(make_project):
    import openpyxl

    sheet = [
        ["Audits", None, None, None, "Practice areas"],
        [*HEADINGS, "Sub-grade: Planning", "Assessment"],
        [*ROW, "RI", "RI"],
    ]
    project = make_project({"a.xlsx": {"Audits": sheet}})
    path = project / "data" / "raw" / "a.xlsx"
    book = openpyxl.load_workbook(path)
    book["Audits"].merge_cells("A1:D1")
    book["Audits"].merge_cells("E1:F1")
    book.save(path)
    (raw,) = read(project).sheets
    assert list(raw.rows.columns[-2:]) == ["sub_grades: Planning", "sub_grades: Assessment"]


def test_a_merged_heading_stands_for_the_columns_that_it_is_merged_over_and_no_more(make_project):
    import openpyxl

    sheet = [
        [None] * 4 + ["Practice areas", None, None],
        [*HEADINGS, "Planning", "Assessment", "Visits"],
        [*ROW, "RI", "RI", 3],
    ]
    project = make_project({"a.xlsx": {"Audits": sheet}})
    path = project / "data" / "raw" / "a.xlsx"
    book = openpyxl.load_workbook(path)
    book["Audits"].merge_cells("E1:F1")
    book.save(path)
    reading = read(project)
    assert list(reading.sheets[0].rows.columns[4:]) == ["sub_grades: Planning", "sub_grades: Assessment"]
    assert [what for *_, what, _ in told(reading)] == ["unknown column “Visits”: left alone"]


def test_a_practice_area_with_a_slip_is_told(make_project):
    project = make_project(
        {"a.xlsx": {"Audits": [[*HEADINGS, "Sub-grade: Planing", "Sub-grade: Faith"], [*ROW, "RI", "RI"]]}}
    )
    assert told(read(project)) == [
        (
            "a.xlsx",
            "Audits",
            None,
            "practice area “Planing” is not in the settings: counted by itself",
            "If it is “Planning”, head it “Sub-grade: Planning”.",
        )
    ]


def test_notes_and_totals_at_the_foot_are_no_audits_and_are_named(make_project):
    foot = [[], ["Total", None, None, 1], [], ["Notes: grades follow the descriptors."], ["* DD-001 to be moderated"]]
    reading = read(make_project({"a.xlsx": {"Audits": [HEADINGS, ROW, *foot]}}))
    assert reading.sheets[0].rows.index.tolist() == [2]
    assert [(row, what) for _, _, row, what, _ in told(reading)] == [
        (4, "a row of totals: left alone"),
        (6, "a note, or a line of the program that made the list (and 1 more, the last in row 7): left alone"),
    ]


@pytest.mark.parametrize(
    "last",
    [
        ["DD-002"],
        [None, "Wednesday 3 September 2025"],
        [None, None, "Help and Protection"],
        ["An audit that has more", None, None, "Good"],
    ],
)
def test_an_audit_that_lacks_nearly_everything_is_no_note(make_project, last):
    rows = rows_of(make_project({"a.xlsx": {"Audits": [HEADINGS, ROW, last]}}))
    assert [number for number, _ in rows] == [2, 3]


@pytest.mark.parametrize("totals", [["Total", None, None, 1], ["Total audits", 1], ["GRAND TOTAL:", "1", "", ""]])
def test_a_row_of_totals_at_the_foot_is_no_audit(make_project, totals):
    sheet = [HEADINGS, ROW, totals]
    reading = read(make_project({"a.xlsx": {"Audits": sheet}}))
    assert reading.sheets[0].rows.index.tolist() == [2]
    assert told(reading) == [("a.xlsx", "Audits", 3, "a row of totals: left alone", "")]


def test_an_audit_whose_id_begins_with_total_is_no_row_of_totals(make_project):
    rows = rows_of(make_project({"a.xlsx": {"Audits": [HEADINGS, ROW, ["Total Family 7", *ROW[1:]]]}}))
    assert [number for number, _ in rows] == [2, 3]


def test_unknown_sheets_columns_and_hidden_sheets_are_left_alone_and_named(make_project):
    project = make_project({"a.xlsx": {"Audits": [[*HEADINGS, "Mood"], [*ROW, "x"]], "Scratch": [["x"]]}})
    import openpyxl

    path = project / "data" / "raw" / "a.xlsx"
    book = openpyxl.load_workbook(path)
    hidden = book.create_sheet("Findings")
    hidden.append(["Date", "Type", "Finding"])
    hidden.sheet_state = "hidden"
    book.save(path)
    remedy = "If it is one that the report knows under another name, give its name under [{}] in settings.toml."
    assert told(read(project)) == [
        ("a.xlsx", "Audits", None, "unknown column “Mood”: left alone", remedy.format("columns")),
        ("a.xlsx", "Scratch", None, "unknown sheet: left alone", remedy.format("sheets")),
        ("a.xlsx", "Findings", None, "hidden sheet: left alone", "Unhide it, if it should be read."),
    ]


@pytest.mark.parametrize(
    ("heading", "remedy"),
    [
        ("Re-audit?", "If it is “Re-audit of”, head it so."),
        ("PLANNING", "If it holds grades, head it “Sub-grade: Planning”."),
    ],
)
def test_an_unknown_column_that_looks_like_one_of_the_reports_is_told_how_to_be_headed(make_project, heading, remedy):
    project = make_project({"a.xlsx": {"Audits": [[*HEADINGS, heading], [*ROW, "x"]]}})
    assert told(read(project)) == [("a.xlsx", "Audits", None, f"unknown column “{heading}”: left alone", remedy)]


def test_the_sheets_of_the_template_that_hold_no_data_are_passed_over(make_project):
    sheets = {"How to fill this in": [["x"]], "Audits": [HEADINGS, ROW], "Lists": [["Good"]]}
    assert told(read(make_project({"a.xlsx": sheets}))) == []


def test_a_cell_merged_over_rows_counts_in_each_of_them(make_project):
    project = make_project({"a.xlsx": {"Audits": [HEADINGS, ROW, ["DD-002", None, "EH", "Good"]]}})
    import openpyxl

    path = project / "data" / "raw" / "a.xlsx"
    book = openpyxl.load_workbook(path)
    book["Audits"].merge_cells("B2:B3")
    book.save(path)
    assert [row[1] for _, row in rows_of(project)] == [dt.date(2025, 9, 3)] * 2


def workbook(path, write):
    """Write a workbook with openpyxl through `write(book, sheet)`."""
    import openpyxl

    book = openpyxl.Workbook()
    book.active.title = "Audits"
    write(book, book.active)
    book.save(path)


def test_what_is_merged_beside_and_below_the_cells_is_no_matter(make_project):
    project = make_project({})

    def write(book, sheet):
        sheet.append(HEADINGS)
        sheet.append(ROW)
        sheet.merge_cells("H1:K40")
        sheet.merge_cells("A30:D40")

    workbook(raw_folder(project) / "a.xlsx", write)
    assert [number for number, _ in rows_of(project)] == [2]


def test_headings_in_two_rows_are_read_together_where_the_upper_are_merged(make_project):
    project = make_project({})

    def write(book, sheet):
        sheet.append(["Deep-dive audits"])
        sheet.append(["Audit ID", "Audit", "Level of", "Overall", "Moderation", None, "Sub-grades", None, "Mood"])
        sheet.append([None, "date", "need", "grade", "grade", "date", "Assessment", "Child's voice", None])
        sheet.append([*ROW, "RI", dt.datetime(2025, 9, 17), "Good", "RI", "x"])
        for cells in ("A1:I1", "A2:A3", "E2:F2", "G2:H2", "I2:I3"):
            sheet.merge_cells(cells)

    workbook(raw_folder(project) / "a.xlsx", write)
    (raw,) = read(project).sheets
    assert list(raw.rows.columns) == [
        "audit_id", "audit_date", "level_of_need", "overall_grade", "moderated_grade", "moderation_date",
        "sub_grades: Assessment", "sub_grades: Child's voice",
    ]  # fmt: skip
    assert raw.rows.index.tolist() == [4]
    assert [reason for *_, reason, _ in told(read(project))] == ["unknown column “Mood”: left alone"]


def test_headings_in_two_rows_are_read_together_in_a_csv_file(make_project):
    text = (
        "Audit ID,Audit date,Level of need,Overall,Sub-grades,,Team\n,,,grade,Assessment,Planning,\n"
        "DD-001,03/09/2025,EH,Good,RI,Good,North\n"
    )
    (raw,) = read(make_project({"audits.csv": text})).sheets
    assert list(raw.rows.columns)[3:] == ["overall_grade", "sub_grades: Assessment", "sub_grades: Planning", "team"]
    assert raw.rows.index.tolist() == [3]


def test_headings_repeated_in_the_middle_are_no_audits(make_project):
    sheet = [HEADINGS, ROW, [], HEADINGS, ["DD-002", *ROW[1:]]]
    reading = read(make_project({"a.xlsx": {"Audits": sheet}}))
    assert reading.sheets[0].rows["audit_id"].tolist() == ["DD-001", "DD-002"]
    assert told(reading) == [("a.xlsx", "Audits", 4, "a row of headings: left alone", "")]


def test_headings_in_two_rows_repeated_in_the_middle_are_no_audits(make_project):
    two = "Audit ID,Audit date,Level of need,Overall,Sub-grades,,Team\n,,,grade,Assessment,Planning,\n"
    first, second = ("DD-001,03/09/2025,EH,Good,RI,Good,North\n", "DD-002,04/09/2025,EH,Good,RI,Good,North\n")
    reading = read(make_project({"audits.csv": f"{two}{first}{two}{second}"}))
    (raw,) = reading.sheets
    assert raw.rows["audit_id"].tolist() == ["DD-001", "DD-002"]
    assert told(reading) == [
        ("audits.csv", "audits", 4, "a row of headings (and 1 more, the last in row 5): left alone", ""),
    ]


def test_a_column_without_a_heading_is_never_the_percentage(make_project):
    sheet = [["Quarter", None, "Measure", "Count", "%"], ["2023-24 Q4", "note", "inadequate", 3, 20]]
    project = make_project({"a.xlsx": {"Audits": [HEADINGS, ROW], "Comparators": sheet}})
    assert read(project).sheets[1].rows["percent"].tolist() == [20]


def test_excel_tables_formulas_error_cells_and_styles_are_read_through(make_project):
    import xlsxwriter

    project = make_project({})
    book = xlsxwriter.Workbook(raw_folder(project) / "a.xlsx")
    sheet = book.add_worksheet("Audits")
    columns = [{"header": heading} for heading in [*HEADINGS, "Team"]]
    columns[0]["total_string"] = "Total"
    sheet.add_table("B3:F6", {"columns": columns, "total_row": True})
    sheet.write_row("B4", ["DD-001", 45903, "EH", "Good"])
    sheet.write_formula("F4", '=IF(1=2,"x","North")', value="North")
    sheet.write_row("B5", ["DD-002", 45904, "EH"])
    sheet.write_formula("E5", "=VLOOKUP(9,A1:A2,1,0)", value="#N/A")
    sheet.write_formula("F5", "=#REF!", value="#REF!")
    sheet.write_blank("XFD1048576", None, book.add_format({"bold": True}))
    book.close()
    reading = read(project)
    assert [list(row) for row in reading.sheets[0].rows.to_numpy()] == [
        ["DD-001", 45903, "EH", "Good", "North"],
        ["DD-002", 45904, "EH", Unread("error", "#N/A"), Unread("error", "#REF!")],
    ]
    assert [(row, reason) for _, _, row, reason, _ in told(reading)] == [(6, "a row of totals: left alone")]


def test_days_counted_from_1904_are_the_same_days_with_and_without_a_date_format(make_project):
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    project = make_project({})

    def write(book, sheet):
        book.epoch = CALENDAR_MAC_1904
        sheet.append(HEADINGS)
        sheet.append(ROW)
        sheet.append(["DD-002", 44441, "EH", "Good"])

    workbook(raw_folder(project) / "a.xlsx", write)
    assert [row[1] for _, row in rows_of(project)] == [dt.date(2025, 9, 3), 45903]


@pytest.mark.parametrize("ending", ["xls", "ods"])
def test_older_and_open_workbooks_are_read_as_others(make_project, ending):
    content = (Path(__file__).parents[2] / "fixtures" / f"audits.{ending}").read_bytes()
    project = make_project({f"a.{ending}": content})
    assert rows_of(project) == [
        (4, ["DD-001", dt.date(2025, 9, 3), "EH", "Good", True, Unread("error", "#DIV/0!")]),
        (5, ["DD-002", 45904, "CIC", "RI", "", "North 2"]),
    ]
    assert [reason for *_, reason, _ in told(read(project))] == ["hidden sheet: left alone"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_files_are_read_in_the_encodings_and_with_the_delimiters_that_excel_writes(
    make_project, encoding, delimiter
):
    lines = ["Audit ID,Audit date,Level of need,Overall grade,Team", "DD-001,03/09/2025,EH,Good,Café", ""]
    text = "\r\n".join(lines).replace(",", delimiter)
    project = make_project({"audits 2025.csv": text.encode(encoding)})
    assert rows_of(project) == [(2, ["DD-001", "03/09/2025", "EH", "Good", "Café"])]


def test_commas_in_the_texts_of_a_csv_file_with_semicolons_are_no_delimiters(make_project):
    lines = [
        "Audit ID;Audit date;Level of need;Overall grade;Team",
        *(f"DD-{n};03/09/2025;EH;Good;a,b,c,d,e,f,g" for n in range(9)),
    ]
    (raw,) = read(make_project({"audits.csv": "\n".join(lines)})).sheets
    assert raw.rows["team"].unique().tolist() == ["a,b,c,d,e,f,g"]


@pytest.mark.parametrize(
    ("name", "sheet"),
    [
        ("audits.csv", "Audits"), ("iCART.csv", "Multi-agency audits"), ("Audits2025.csv", "Audits"), ("auditsQ2.csv", "Audits"), ("audit log Q2.csv", "Audits"),
        ("Audit plan 2025.csv", "Audit plan"), ("findings_final.csv", "Findings"), ("Auditors.csv", None), ("x.csv", None),
    ],
)  # fmt: skip
def test_a_csv_file_is_the_sheet_that_its_name_begins_with(name, sheet):
    from qa_analysis.reading.sheets import _sheet_called

    found = _sheet_called(Path(name).stem, load_settings(Path()), is_file=True)
    assert (found and found.name) == sheet


@pytest.mark.slow
@pytest.mark.parametrize("length", [90_000, 150_000])
def test_a_csv_file_with_a_very_long_line_of_headings_keeps_every_column(make_project, length):
    more = [f"Column {number:06d} {'x' * 85}" for number in range(length // 100)]
    text = (
        ",".join([*HEADINGS, *more])
        + "\n"
        + ",".join(["DD-001", "03/09/2025", "EH", "Good", *map(str, range(len(more)))])
    )
    assert rows_of(make_project({"audits.csv": text})) == [(2, ["DD-001", "03/09/2025", "EH", "Good"])]


def test_a_csv_file_whose_headings_cannot_be_counted_is_said_to_be_unreadable(make_project):
    long = '"' + "x" * 140_000 + '"'
    text = f"Audits,2025\n{','.join(HEADINGS)},{long}\nDD-001,03/09/2025,EH,Good,\n"
    with pytest.raises(InputError) as caught:
        read(make_project({"audits.csv": text}))
    assert str(caught.value) == (
        "audits.csv: has 5 cells in line 2 and at most 2 above. Open it in Excel and save it again as CSV."
    )


def test_a_csv_file_keeps_line_breaks_and_delimiters_inside_quotes(make_project):
    text = 'Audit ID,Audit date,Level of need,Overall grade,Team\nDD-001,2025-09-03,EH,Good,"One,\ntwo"\n'
    ((number, row),) = rows_of(make_project({"Audits.csv": text}))
    assert (number, row[-1]) == (2, "One,\ntwo")


@pytest.mark.parametrize(
    ("fixture", "name", "noted"),
    [
        ("audits.xlsx", "audits.csv", True), ("audits.xls", "audits.csv", True), ("audits.xlsx", "a.xls", True),
        ("audits.xls", "a.xlsx", True), ("audits.xlsx", "a.xlsm", False), ("audits.xls", "a.XLS", False),
    ],
)  # fmt: skip
def test_a_workbook_under_the_name_of_another_type_is_read_as_what_it_is_and_noted(make_project, fixture, name, noted):
    project = make_project({name: (Path(__file__).parents[2] / "fixtures" / fixture).read_bytes()})
    reading = read(project)
    assert len(reading.sheets[0].rows) == 2
    note = "is a workbook of another type than its name says"
    found = (name, "", None, note, "Give its name the ending of its type.")
    assert (found in told(reading)) == noted


def test_lock_files_dot_files_and_readmes_are_passed_over(make_project):
    files = {
        "a.xlsx": {"Audits": [HEADINGS, ROW]},
        "~$a.xlsx": b"lock",
        ".DS_Store": b"x",
        "README.md": "Put files here.",
        "Thumbs.db": b"x",
        "desktop.ini": b"x",
    }
    assert len(rows_of(make_project(files))) == 1


UNGRADED = (
    "If audits have no overall grade, write graded = false there; if several readers grade them, give the first one's."
)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        (
            {"a.xlsx": b""},
            "a.xlsx: is empty (0 bytes). Copy it into data/raw again.",
        ),
        (
            {"notes.docx": b"text"},
            "notes.docx: is neither a workbook (.xlsx, .xlsm, .xlsb, .xltx, .xltm, .xls, .xlt, .ods) nor a CSV or text file. Save it as .xlsx from its own program; if it holds no rows, keep it in another folder.",
        ),
        (
            {"a.xlsx": {"Audits": [["Audit ID", "Audit date", "Level of need", "Overal grde"], ROW]}},
            "a.xlsx [Audits]: has no column “Overall grade”. Headings found: “Audit ID”, “Audit date”, “Level of need”, "
            "“Overal grde”. The nearest is “Overal grde”. Rename the heading, or give it under [columns] in settings.toml. "
            + UNGRADED,
        ),
        (
            {"a.xlsx": {"Audits": [["Colour"], ["red"]]}},
            "a.xlsx [Audits]: has no column “Audit ID”, “Audit date”, “Level of need” or “Overall grade”. Headings found: "
            "“Colour”. Rename the headings, or give them under [columns] in settings.toml.",
        ),
        (
            {
                "a.xlsx": {
                    "Audits": [["Audit ID", "Date this audit was made", "Re-audit?", "Team", "Judgment overall"], ROW]
                }
            },
            "a.xlsx [Audits]: has no column “Audit date”, “Level of need” or “Overall grade”. Headings found: “Audit ID”, "
            "“Date this audit was made”, “Re-audit?”, “Team”, “Judgment overall”. The nearest to “Audit date” is "
            "“Date this audit was made”. The nearest to “Overall grade” is “Judgment overall”. Rename the headings, or give them under "
            "[columns] in settings.toml.",
        ),
    ],
)
def test_what_cannot_be_read_is_one_sentence(make_project, files, message):
    with pytest.raises(InputError) as caught:
        read(make_project(files))
    assert str(caught.value) == message


def test_what_cannot_be_read_in_several_places_is_told_at_once(make_project):
    files = {
        "a.xlsx": {"Audits": [HEADINGS[:3], ROW[:3]], "Findings": [["Date", "Finding"], ["03/09/2025", "x"]]},
        "b.xlsx": b"",
        "c.xlsx": {"Audits": [HEADINGS, ROW]},
    }
    with pytest.raises(SeveralInputError) as caught:
        read(make_project(files))
    assert [str(each) for each in caught.value.errors] == [
        "a.xlsx [Audits]: has no column “Overall grade”. Headings found: “Audit ID”, “Audit date”, “Level of need”. "
        "Rename the heading, or give it under [columns] in settings.toml. " + UNGRADED,
        "a.xlsx [Findings]: has no column “Type”. Headings found: “Date”, “Finding”. "
        "Rename the heading, or give it under [columns] in settings.toml.",
        "b.xlsx: is empty (0 bytes). Copy it into data/raw again.",
    ]


def test_no_audits_sheet_names_the_nearest_and_not_every_file_of_a_large_folder(make_project):
    files = {f"{number:02d}.csv": "x,y\n1,2\n" for number in range(11)}
    project = make_project({**files, "zz.xlsx": {"Deep-dive audits Q2": [HEADINGS, ROW], "Notes": [["x"]]}})
    with pytest.raises(InputError) as caught:
        read(project)
    names = "; ".join(f"{number:02d}.csv [{number:02d}]" for number in range(10))
    assert str(caught.value) == (
        f"{raw_folder(project)}: no file has an Audits sheet (a sheet in a workbook, or a file audits*.csv). "
        f"Found: {names}; and 2 more files. The nearest is “Deep-dive audits Q2”. "
        "Rename the sheet, or give its name under [sheets] in settings.toml."
    )


def test_no_audits_sheet_anywhere_names_what_was_found(make_project):
    project = make_project({"a.xlsx": {"Findings": [["Date", "Type", "Finding"]]}, "other.csv": "x,y\n1,2\n"})
    with pytest.raises(InputError) as caught:
        read(project)
    assert str(caught.value) == (
        f"{raw_folder(project)}: no file has an Audits sheet (a sheet in a workbook, or a file audits*.csv). "
        "Found: a.xlsx [Findings]; other.csv [other]. Rename the sheet, or give its name under [sheets] in settings.toml."
    )


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
