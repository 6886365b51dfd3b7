"""Files that cannot be read: what a person sees, word for word, and what is left out when they say so."""

from __future__ import annotations

import contextlib
import io
import os
import struct
import sys
import zipfile
from pathlib import Path

import pytest

from qa_analysis.contract.project import raw_files, raw_folder
from qa_analysis.contract.settings import load_settings
from qa_analysis.errors import BadFileError, InputError, SeveralInputError
from qa_analysis.reading.sheets import Reading, read_raw
from qa_analysis.store.data import check_project, clean_project, load

FIXTURES = Path(__file__).parents[2] / "fixtures"
ROWS = [["Audit ID", "Audit date", "Level of need", "Overall grade"], ["DD-001", "03/09/2025", "EH", "Good"]]
DAMAGED = "is damaged, cut short or no workbook. Copy it into data/raw again, or open it in Excel and save it as .xlsx."
PROTECTED = "is protected by a password. Save a copy without one."


def read(project: Path, **options: bool) -> Reading:
    return read_raw(raw_files(project)[0], raw_folder(project), load_settings(project), **options)


def message(project: Path) -> str:
    with pytest.raises(BadFileError) as caught:
        read(project)
    return str(caught.value)


@pytest.fixture(scope="module")
def workbook(tmp_path_factory) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    book.active.title = "Audits"
    for row in ROWS:
        book.active.append(row)
    path = tmp_path_factory.mktemp("workbook") / "a.xlsx"
    book.save(path)
    return path.read_bytes()


def with_member(workbook: bytes, name: str, content: bytes) -> bytes:
    """Return a workbook with one member of its archive replaced or added."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            if member != name:
                new.writestr(member, old.read(member))
        new.writestr(name, content)
    return changed.getvalue()


@pytest.mark.parametrize("name", ["protected.xlsx", "protected.xls", "protected.ods"])
def test_a_protected_workbook(make_project, name):
    assert message(make_project({name: (FIXTURES / name).read_bytes()})) == f"{name}: {PROTECTED}"


@pytest.mark.parametrize("name", ["a.xlsx", "a.xlsm", "a.xls", "a.ods", "audits.csv"])
def test_a_file_of_0_bytes(make_project, name):
    assert message(make_project({name: b""})) == f"{name}: is empty (0 bytes). Copy it into data/raw again."


@pytest.mark.parametrize("share", [0.02, 0.3, 0.9, 0.999])
def test_a_truncated_workbook(make_project, workbook, share):
    assert message(make_project({"a.xlsx": workbook[: int(len(workbook) * share)]})) == f"a.xlsx: {DAMAGED}"


@pytest.mark.parametrize("name", ["audits.xls", "audits.ods"])
def test_a_truncated_workbook_of_another_type(make_project, name):
    content = (FIXTURES / name).read_bytes()
    assert message(make_project({name: content[: len(content) // 2]})) == f"{name}: {DAMAGED}"


def test_a_file_of_another_type(make_project):
    assert message(make_project({"notes.docx": b"text"})) == (
        "notes.docx: is neither a workbook (.xlsx, .xlsm, .xlsb, .xltx, .xltm, .xls, .xlt, .ods) nor a CSV or text file. Save it as .xlsx from its own program; if it holds no rows, keep it in another folder."
    )


@pytest.mark.parametrize(
    "content", [b"%PDF-1.7", b"<html><table></table></html>", b"Audit ID,Audit date\n", b"\x00\x01"]
)
def test_a_file_of_another_type_renamed_to_a_workbook(make_project, content):
    assert message(make_project({"a.xlsx": content})) == (
        "a.xlsx: is not a workbook, although its name ends in .xlsx. Open it in Excel and save it as .xlsx."
    )


def test_an_archive_that_holds_no_workbook(make_project):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    assert message(make_project({"a.xlsx": content.getvalue()})) == f"a.xlsx: {DAMAGED}"


@pytest.mark.slow
def test_an_archive_that_unpacks_beyond_all_reason(make_project, workbook):
    bomb = with_member(workbook, "xl/worksheets/sheet1.xml", b" " * (150 * 2**20))
    assert message(make_project({"a.xlsx": bomb})) == (
        "a.xlsx: unpacks to 150 MB, which no real workbook of its size does. Open it in Excel and save it as .xlsx."
    )


@pytest.mark.slow
def test_an_archive_that_lies_about_how_much_it_unpacks_to(make_project, workbook):
    texts = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">%s</sst>'
    name = b"xl/sharedStrings.xml"
    bomb = bytearray(with_member(workbook, name.decode(), texts % (b"<si><t>Good</t></si>" * 2**23)))
    local, central = bomb.find(name) - 30, bomb.rfind(name) - 46
    bomb[local + 22 : local + 26] = bomb[central + 24 : central + 28] = struct.pack("<I", 100)
    assert message(make_project({"a.xlsx": bytes(bomb)})) == f"a.xlsx: {DAMAGED}"


def test_a_cell_so_far_out_that_the_sheet_would_fill_the_memory(make_project):
    import openpyxl

    project = make_project({"a.xlsx": {"Audits": ROWS}})
    book = openpyxl.load_workbook(raw_folder(project) / "a.xlsx")
    book["Audits"]["XFD1048576"] = "x"
    book.save(raw_folder(project) / "a.xlsx")
    assert message(project) == (
        "a.xlsx: has cells as far out as XFD1048576, more than can be read. "
        "Press Ctrl+End on each sheet, and delete the rows and columns beyond the data."
    )


@pytest.mark.parametrize("at", ["file", "folder"])
def test_a_link_that_leads_out_of_the_folder(make_project, tmp_path, at):
    project = make_project({"a.xlsx": {"Audits": ROWS}})
    outside = tmp_path / "elsewhere"
    outside.mkdir()
    (raw_folder(project) / "a.xlsx").rename(outside / "a.xlsx")
    link = raw_folder(project) / "link.xlsx"
    link.symlink_to(outside / "a.xlsx" if at == "file" else outside)
    assert message(project) == "link.xlsx: is a link that leads out of the folder. Put a copy of the file itself there."


def test_a_link_inside_the_folder_is_the_file_and_a_link_to_nothing_says_so(make_project):
    project = make_project({"a.xlsx": {"Audits": ROWS}})
    (raw_folder(project) / "b.xlsx").symlink_to(raw_folder(project) / "a.xlsx")
    assert len(read(project).sheets) == 2
    (raw_folder(project) / "c.xlsx").symlink_to(raw_folder(project) / "gone.xlsx")
    assert message(project) == "c.xlsx: is no longer there. Run again, or put it back."


def test_a_file_that_disappears_between_listing_and_reading(make_project):
    project = make_project({"a.xlsx": {"Audits": ROWS}})
    files, _ = raw_files(project)
    files[0].unlink()
    with pytest.raises(BadFileError) as caught:
        read_raw(files, raw_folder(project), load_settings(project))
    assert str(caught.value) == "a.xlsx: is no longer there. Run again, or put it back."


@contextlib.contextmanager
def as_nobody():
    """Lay down the rights of the super-user, who may open everything."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has locks instead of rights")
def test_a_file_that_may_not_be_opened(make_project):
    project = make_project({"a.xlsx": {"Audits": ROWS}})
    files, _ = raw_files(project)
    files[0].chmod(0)
    with as_nobody(), pytest.raises(BadFileError) as caught:
        read_raw(files, raw_folder(project), load_settings(Path()))
    assert str(caught.value) == "a.xlsx: cannot be opened. Close it in other programs, then run again."


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xff\xfea", "is not text in a known encoding. Save it as “CSV UTF-8” from Excel."),
        (b"Audit ID\0,x\n", "is not text in a known encoding. Save it as “CSV UTF-8” from Excel."),
        (b"caf\xe9,\x81\n", "is not text in a known encoding. Save it as “CSV UTF-8” from Excel."),
        (
            b"a,b\n" + b"1,2\n" * 40_000 + b"1,2,3\n",
            "has 3 cells in line 40002 and at most 2 above. Open it in Excel and save it again as CSV.",
        ),
        (b'a,b\n1,"2\n', "has a quotation mark that is never closed. Open it in Excel and save it again as CSV."),
    ],
)
def test_a_csv_file_that_is_no_table(make_project, content, sentence):
    assert message(make_project({"audits.csv": content})) == f"audits.csv: {sentence}"


BAD = {
    "b protected.xlsx": FIXTURES / "protected.xlsx",
    "c empty.xlsx": b"",
    "sub/d notes.pdf": b"%PDF",
}


def with_bad_files(make_project) -> Path:
    files = {name: content if isinstance(content, bytes) else content.read_bytes() for name, content in BAD.items()}
    return make_project({"a.xlsx": {"Audits": ROWS}, "sub/z.csv": "x\n1\n", **files})


def test_bad_files_among_good_ones_are_all_told_and_nothing_is_written(make_project):
    project = with_bad_files(make_project)
    told = [
        f"b protected.xlsx: {PROTECTED}",
        "c empty.xlsx: is empty (0 bytes). Copy it into data/raw again.",
        "sub/d notes.pdf: is neither a workbook (.xlsx, .xlsm, .xlsb, .xltx, .xltm, .xls, .xlt, .ods) nor a CSV or text file. Save it as .xlsx from its own program; if it holds no rows, keep it in another folder.",
    ]
    for work in (clean_project, load):
        with pytest.raises(SeveralInputError) as caught:
            work(project)
        assert [str(each) for each in caught.value.errors] == told
    assert [str(each) for each in check_project(project).unread] == told
    assert not (project / "data" / "processed").exists()


def test_where_the_one_file_with_audits_is_skipped_there_are_no_audits(make_project):
    project = make_project({"audits.xlsx": b"", "findings.csv": "Date,Type,Finding\n03/09/2025,Learning,Late\n"})
    with pytest.raises(InputError) as caught:
        clean_project(project, skip_bad_files=True)
    assert str(caught.value) == (
        f"{project / 'data' / 'raw'}: no file has an Audits sheet (a sheet in a workbook, or a file audits*.csv). Found: "
        "findings.csv [findings]. Rename the sheet, or give its name under [sheets] in settings.toml."
    )


def test_bad_files_that_are_skipped_are_a_warning_each_and_no_input(make_project):
    project = with_bad_files(make_project)
    found = clean_project(project, skip_bad_files=True).problems
    warnings = found[found["kind"] == "warning"]
    assert warnings[["file", "sheet", "row", "reason", "remedy"]].astype(object).fillna("-").to_numpy().tolist() == [
        ["b protected.xlsx", "", "-", "is protected by a password: the whole file is left out", "Save a copy without one."],
        ["c empty.xlsx", "", "-", "is empty (0 bytes): the whole file is left out", "Copy it into data/raw again."],
        [
            "sub/d notes.pdf", "", "-",
            "is neither a workbook (.xlsx, .xlsm, .xlsb, .xltx, .xltm, .xls, .xlt, .ods) nor a CSV or text file: the whole file is left out",
            "Save it as .xlsx from its own program; if it holds no rows, keep it in another folder.",
        ],
    ]  # fmt: skip
    assert load(project).inputs["file"].tolist() == ["a.xlsx", "sub/z.csv"]


def test_tables_made_without_bad_files_are_trusted_by_a_notebook_but_not_by_a_run_that_wants_them_all(make_project):
    project = with_bad_files(make_project)
    assert len(load(project, skip_bad_files=True).audits) == 1
    assert len(load(project).audits) == 1
    with pytest.raises(SeveralInputError):
        load(project, skip_bad_files=False)
    (raw_folder(project) / "c empty.xlsx").write_bytes(b"still bad")
    with pytest.raises(SeveralInputError):
        load(project)


def test_tables_that_were_deleted_are_made_again(make_project):
    project = make_project({"a.xlsx": {"Audits": ROWS}})
    load(project)
    (project / "data" / "processed" / "audits.parquet").unlink()
    assert len(load(project).audits) == 1


@pytest.mark.parametrize("name", ["Prüfung – 2. Quartal ✓ & b 'c' 审计.xlsx", f"{'x' * 200}.xlsx"])
def test_names_of_any_kind_in_subfolders(make_project, name):
    project = make_project({f"2025 & 26/Q2/{name}": {"Audits": ROWS}})
    assert load(project).audits["source_file"].tolist() == [f"2025 & 26/Q2/{name}"]


def test_a_file_without_rows_says_so(make_project):
    project = make_project({"a.xlsx": {"Audits": ROWS[:1]}})
    with pytest.raises(InputError) as caught:
        load(project)
    assert str(caught.value) == f"{raw_folder(project)}: no audit can be used. No row stands below the headings."
