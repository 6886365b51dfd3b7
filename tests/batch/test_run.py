"""Whole runs: raw workbooks in, published pages out."""

from types import SimpleNamespace

import pytest

from qa_analysis.errors import InputError
from qa_analysis.quarter import parse_quarter
from qa_analysis.report.pages import pages_of
from qa_analysis.report.plan import Failure
from qa_analysis.report.run import run
from qa_analysis.settings import load_settings

SETTINGS = """
levels_of_need = [{code = "EH", name = "Early Help"}, {code = "H&P", name = "Help and Protection"}]
"""
HEADINGS = ["Audit ID", "Audit date", "Level of need", "Overall grade"]
AUDITS = [["A1", "2025-05-01", "EH", "Good"], ["A2", "2025-08-01", "H&P", "Good"]]
PAGES = {"data_quality", "level_of_need_EH", "level_of_need_HP", "quarterly_report"}
PARAMETERS = 'quarter = ""\nproject_dir = None'


@pytest.fixture
def project(make_project, write_notebook):
    """Return a project with audits of two quarters and small notebooks in place of the shipped ones."""
    project = make_project({"Audits.xlsx": {"Audits": [HEADINGS, *AUDITS]}})
    (project / "settings.toml").write_text(SETTINGS, encoding="utf-8")
    notebooks = project / "notebooks"
    write_notebook(notebooks / "quarterly_report.ipynb", PARAMETERS, "print('Report of', quarter)")
    write_notebook(notebooks / "data_quality.ipynb", PARAMETERS, "print('Data quality of', quarter)")
    level = PARAMETERS + '\nlevel_of_need = ""'
    write_notebook(notebooks / "level_of_need.ipynb", level, "print(level_of_need, 'in', quarter)")
    write_notebook(notebooks / "explore" / "own.ipynb", PARAMETERS, "1 / 0")
    return project


def names(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def contents(folder):
    return {name: (folder / name).read_bytes() for name in names(folder)}


def test_a_projects_own_notebooks_add_to_the_shipped_ones_and_win(tmp_path, write_notebook):
    own = write_notebook(tmp_path / "notebooks" / "level_of_need.ipynb", PARAMETERS)
    more = write_notebook(tmp_path / "notebooks" / "visits.ipynb", PARAMETERS)
    write_notebook(tmp_path / "notebooks" / "explore" / "draft.ipynb", PARAMETERS)
    data = SimpleNamespace(project=tmp_path, settings=load_settings(tmp_path))
    pages = {page.name: page for page in pages_of(data, parse_quarter("2025-26 Q2"))}
    assert pages["visits"].notebook == more
    assert pages["visits"].parameters == {"quarter": "2025-26 Q2", "project_dir": "."}
    assert pages["level_of_need_HP"].notebook == own
    assert pages["level_of_need_HP"].parameters["level_of_need"] == "H&P"
    assert not {"draft", "level_of_need"} & set(pages)


@pytest.mark.slow
def test_a_run_publishes_the_newest_quarter_and_again_the_same_bytes(project):
    told = []
    outcome = run(project, jobs=2, progress=told.append)
    folder = project / "reports" / "2025-26-Q2"
    pages = {f"{name}.html" for name in PAGES} | {f"notebooks/{name}.ipynb" for name in PAGES}
    assert outcome.published == (folder,)
    assert outcome.failures == ()
    assert names(folder) == pages | {"figures.csv"}
    assert [(at.done, at.total, at.failed, len(at.making)) for at in told] == [
        (0, 4, 0, 2), (1, 4, 0, 2), (2, 4, 0, 2), (3, 4, 0, 1), (4, 4, 0, 0)
    ]  # fmt: skip
    assert {at.last for at in told} == {"", *(f"2025-26 Q2 {name}" for name in PAGES)}
    assert "<pre>H&amp;P in 2025-26 Q2" in (folder / "level_of_need_HP.html").read_text(encoding="utf-8")
    assert "2025-26-Q2/level_of_need_HP.html" in outcome.index.read_text(encoding="utf-8")
    first = contents(project / "reports")
    run(project, ["Q2 2025/26"])
    assert contents(project / "reports") == first


@pytest.mark.slow
def test_a_page_that_fails_keeps_its_quarter_as_it_was_published(project, write_notebook):
    run(project, all_quarters=True, jobs=2)
    before = contents(project / "reports" / "2025-26-Q2")
    code = "assert quarter != '2025-26 Q2', 'no figures'"
    write_notebook(project / "notebooks" / "data_quality.ipynb", PARAMETERS, code)
    outcome = run(project, all_quarters=True, jobs=2)
    message = f"data_quality.ipynb, cell 3 (“{code}”): AssertionError: no figures"
    assert outcome.failures == (Failure("2025-26 Q2", "data_quality", message),)
    assert outcome.published == (project / "reports" / "2025-26-Q1",)
    assert contents(project / "reports" / "2025-26-Q2") == before
    left = names(project / "reports" / "failed" / "2025-26-Q2")
    assert {"quarterly_report.html", "notebooks/data_quality.ipynb"} <= left
    assert "data_quality.html" not in left


@pytest.mark.slow
def test_one_notebook_is_rendered_alone_while_the_figures_stay(project, make_project, write_notebook):
    run(project, jobs=2)
    folder = project / "reports" / "2025-26-Q2"
    before = contents(folder)
    for name in ("quarterly_report", "data_quality"):
        write_notebook(project / "notebooks" / f"{name}.ipynb", PARAMETERS, "print('Another')")

    run(project, only=["quarterly_report"])
    after = contents(folder)
    assert {name for name in after if after[name] != before[name]} == {
        "quarterly_report.html",
        "notebooks/quarterly_report.ipynb",
    }
    make_project({"Audits.xlsx": {"Audits": [HEADINGS, *AUDITS, ["A3", "2025-08-02", "EH", "Good"]]}})
    run(project, only=["quarterly_report.ipynb"], jobs=2)
    assert b"Another" in (folder / "data_quality.html").read_bytes()
    assert (folder / "figures.csv").read_bytes() != before["figures.csv"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"only": ["no_such"]}, r"“no_such” is not a notebook\. There are data_quality, level_of_need and quarterly"),
        ({"quarters": ["2025-26 Q3"]}, r"There are no audits of 2025-26 Q3\. There are audits of 2025-26 Q1, 2025-26"),
    ],
)
def test_what_cannot_be_done_publishes_nothing(project, arguments, message):
    with pytest.raises(InputError, match=message):
        run(project, **arguments)
    assert names(project / "reports") == {".lock"}
