"""The main job, end to end, as a user runs it: example workbooks in, the board's report and its figures out."""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
QUARTER = "2025-26 Q2"
SECTIONS = [
    "Introduction",
    "Monthly audit programme",
    "Moderation",
    "Monthly multi-agency (iCART) audits",
    "Thematic audits and manager quality assurance",
    "Areas of strength",
    "What families and partners told us: positive",
    "Areas of learning and development",
    "What families and partners told us: to learn from",
    "Our response: actions",
]


def qa_analysis(*arguments: object, python: str | Path = sys.executable, cwd: Path | None = None):
    command = [str(python), "-m", "qa_analysis", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", cwd=cwd, check=False)


@pytest.fixture(scope="module")
def figures(example_site) -> list[dict[str, str]]:
    with (example_site / "reports" / "2025-26-Q2" / "figures.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def page(example_site) -> BeautifulSoup:
    text = (example_site / "reports" / "2025-26-Q2" / "quarterly_report.html").read_text(encoding="utf-8")
    return BeautifulSoup(text, "html.parser")


def cell(figures, measure, level="All", category="", quarter=QUARTER, month="") -> dict[str, str]:
    wanted = {"quarter": quarter, "month": month, "measure": measure, "level_of_need": level, "category": category}
    (found,) = [row for row in figures if all(row[key] == value for key, value in wanted.items())]
    return found


def test_a_run_says_that_the_data_are_the_examples_and_where_the_reports_are(example_site):
    said = example_site.with_name("example.said").read_text(encoding="utf-8")
    assert "Fictional example data" in said
    assert said.splitlines()[-1] == str(example_site / "reports" / "index.html")


def test_the_columns_of_figures_csv_are_the_contracts(figures):
    assert list(figures[0]) == [
        "quarter", "month", "measure", "level_of_need", "category", "count", "denominator", "percent", "ci_low",
        "ci_high", "value", "note",
    ]  # fmt: skip


@pytest.mark.parametrize(("level", "count", "planned"), [("All", 66, 70), ("EH", 8, 8), ("H&P", 30, 32), ("CIC", 18, 18), ("CL", 10, 12)])  # fmt: skip
def test_audits_completed(figures, level, count, planned):
    row = cell(figures, "audits_completed", level)
    assert (row["count"], row["denominator"]) == (str(count), str(planned))


def test_moderation(figures):
    assert cell(figures, "audits_moderated")["count"] == "45"
    changed = cell(figures, "moderation_changed")
    assert (changed["count"], changed["denominator"]) == ("8", "45")
    assert round(float(changed["percent"]), 2) == 17.78
    assert (round(float(changed["ci_low"]), 1), round(float(changed["ci_high"]), 1)) == (9.3, 31.3)
    before = cell(figures, "moderation_changed", quarter="2025-26 Q1")
    assert (before["count"], before["denominator"], float(before["percent"])) == ("7", "25", 28.0)


@pytest.mark.parametrize(
    ("first", "final", "count", "of"),
    [
        ("Outstanding", "Outstanding", 2, 2),
        ("Good", "Good", 6, 13),
        ("Good", "Requires improvement", 6, 13),
        ("Good", "Inadequate", 1, 13),
        ("Requires improvement", "Requires improvement", 22, 23),
        ("Requires improvement", "Inadequate", 1, 23),
        ("Inadequate", "Inadequate", 7, 7),
    ],
)
def test_moderation_outcomes(figures, first, final, count, of):
    row = cell(figures, "moderation_outcome", category=f"{first} → {final}")
    assert (row["count"], row["denominator"]) == (str(count), str(of))


def test_activities(figures):
    assert cell(figures, "multi_agency_families")["count"] == "8"
    assert cell(figures, "thematic_considered", category="Fostering: fostering families")["count"] == "8"
    assert cell(figures, "thematic_children", category="Fostering")["count"] == "13"
    assert cell(figures, "thematic_considered", category="Life story work: children's records")["count"] == "22"
    assert cell(figures, "manager_qa_activities")["count"] == "6"


def test_the_page_has_the_sections_in_order_and_prints_18_not_19_percent(page):
    headings = [heading.get_text() for heading in page.find_all("h2")]
    assert [heading for heading in headings if heading in SECTIONS] == SECTIONS
    assert len(page.find_all("h1")) == 1
    words = " ".join(page.get_text(" ").split())
    assert "8 of 45 (18%" in words
    assert not re.search(r"of 45[^.]{0,20}19%", words)
    assert "Fictional example data" in words
    assert "nan" not in words.split()


def test_every_percentage_on_every_page_follows_from_its_counts(example_site):
    from qa_analysis.claims import claims_in

    read = 0
    for path in sorted((example_site / "reports").rglob("*.html")):
        page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        alts = [svg["aria-label"] for svg in page.find_all("svg")]
        for text in [" ".join(block.get_text(" ").split()) for block in page.find_all(["p", "li", "td", "th"])] + alts:
            claims = claims_in(text)
            read += len(claims)
            assert not [claim for claim in claims if not claim.right], (path.name, text)
    assert read > 200


def test_the_page_asks_nothing_of_the_network_and_holds_no_script(example_site):
    text = (example_site / "reports" / "2025-26-Q2" / "quarterly_report.html").read_text(encoding="utf-8")
    assert "<script" not in text
    assert not re.search(r'(?:src|href)="(?:https?:)?//', text)
    assert len(text.encode()) < 1_000_000


def test_no_reference_of_a_child_family_or_auditor_is_in_anything_published(example_site):
    from openpyxl import load_workbook

    references: set[str] = set()
    for path in (example_site / "data" / "raw" / "example").glob("*.xlsx"):
        book = load_workbook(path, read_only=True)
        for sheet in ("Audits", "Multi-agency audits"):
            for row in book[sheet].iter_rows(values_only=True):
                references |= {str(value) for value in row if re.match(r"(CH|FAM|AUD)-", str(value))}
        book.close()
    assert len(references) > 100
    for path in (example_site / "reports").rglob("*.*"):
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            assert not [reference for reference in references if reference in text], path


def test_plain_papermill_and_nbconvert_make_the_same_page(example_site, tmp_path):
    environment = os.environ | {"PYTHONWARNINGS": "ignore", "PYTHONUTF8": "1"}
    scripts = Path(sys.executable).parent
    notebook = ROOT / "notebooks" / "quarterly_report.ipynb"
    out = tmp_path / "out.ipynb"
    subprocess.run(
        [scripts / "papermill", notebook, out, "-p", "quarter", QUARTER, "-p", "project_dir", example_site, "-k", "python3"],
        check=True, capture_output=True, env=environment,
    )  # fmt: skip
    subprocess.run(
        [scripts / "jupyter", "nbconvert", "--to", "qa_report", out], check=True, capture_output=True, env=environment
    )
    ours = (example_site / "reports" / "2025-26-Q2" / "quarterly_report.html").read_text(encoding="utf-8")
    assert (tmp_path / "out.html").read_text(encoding="utf-8") == ours


def test_a_notebook_that_fails_is_named_kept_and_nothing_of_its_quarter_is_published(example_site, tmp_path):
    import nbformat

    project = tmp_path / "own"
    shutil.copytree(example_site, project)
    before = {path: path.read_bytes() for path in (project / "reports" / "2025-26-Q2").rglob("*") if path.is_file()}
    notebook = nbformat.v4.new_notebook()
    notebook.cells = [
        nbformat.v4.new_code_cell('quarter = ""\nproject_dir = ""', metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell("1 / 0"),
    ]
    (project / "notebooks").mkdir()
    nbformat.write(notebook, project / "notebooks" / "own_page.ipynb")

    done = qa_analysis("run", "--project", project, "--quarter", QUARTER)
    assert done.returncode == 1
    assert "own_page.ipynb, cell" in done.stderr
    assert "(“1 / 0”): ZeroDivisionError: division by zero" in done.stderr
    assert "Traceback" not in done.stderr
    kept = project / "reports" / "failed" / "2025-26-Q2"
    assert "ZeroDivisionError" in next(kept.rglob("own_page.ipynb")).read_text(encoding="utf-8")
    assert {path: path.read_bytes() for path in before} == before


def test_the_wheel_alone_does_the_main_job(example_site, tmp_path):
    uv_program = os.environ.get("UV") or shutil.which("uv")  # `uv run` says where it is
    environment = {key: value for key, value in os.environ.items() if key not in ("VIRTUAL_ENV", "PYTHONPATH")}

    def uv(*arguments: object) -> None:
        subprocess.run([uv_program, *map(str, arguments)], check=True, capture_output=True, env=environment)

    uv("build", "--wheel", "--out-dir", tmp_path, ROOT)
    uv("venv", "--python", sys.executable, tmp_path / "empty")
    python = next(path for path in (tmp_path / "empty" / "bin" / "python", tmp_path / "empty" / "Scripts" / "python.exe") if path.exists())  # fmt: skip
    wheel = next(tmp_path.glob("*.whl"))
    uv("pip", "install", "--python", python, wheel)
    held = {Path(name).name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("qa_analysis/notebooks/")}
    assert {"quarterly_report.ipynb", "level_of_need.ipynb", "data_quality.ipynb", "start_here.ipynb"} <= held
    project = tmp_path / "P"
    assert qa_analysis("example", project / "data" / "raw" / "example", python=python, cwd=tmp_path).returncode == 0
    pages = ("--only", "quarterly_report", "--only", "data_quality")
    done = qa_analysis("run", *pages, "--project", project, python=python, cwd=tmp_path)
    assert done.returncode == 0, done.stderr

    ours, theirs = example_site / "reports" / "2025-26-Q2", project / "reports" / "2025-26-Q2"
    assert (theirs / "figures.csv").read_bytes() == (ours / "figures.csv").read_bytes()
    assert sorted(page.name for page in theirs.glob("*.html")) == ["data_quality.html", "quarterly_report.html"]
    for page in sorted(theirs.glob("*.html")):
        texts = [
            BeautifulSoup((folder / page.name).read_text(encoding="utf-8"), "html.parser") for folder in (ours, theirs)
        ]
        for text in texts:
            text.footer.decompose()  # the checksums of the workbooks' packed bytes may differ between zlib builds
        assert texts[0].get_text() == texts[1].get_text()
