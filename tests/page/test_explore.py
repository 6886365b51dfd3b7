"""The guided notebooks and their filters: they run for any quarter, say what is wrong with a parameter, and stay clean."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import pandas as pd
import papermill
import pytest
from bs4 import BeautifulSoup
from filelock import FileLock
from nbconvert.nbconvertapp import NbConvertApp
from nbformat.v4 import new_code_cell, new_notebook, new_output

import qa_analysis as qa
from qa_analysis.errors import InputError
from qa_analysis.page.blocks import Block
from qa_analysis.page.explore import Filtered
from tests.page.pages import NOTEBOOKS, assert_whole, cells_of, run

ROOT = NOTEBOOKS.parent
EXPLORE = NOTEBOOKS / "explore"
NAMES = ["start_here", "explore_grades", "explore_moderation", "explore_text"]
RENDERED = '<div class="jp-RenderedHTMLCommon">'  # the look that JupyterLab gives to pages
REFERENCE = r"\b(CH|AUD|FAM)-"


def run_cells(name: str, project: Path, **parameters: str) -> list[object]:
    """Run a guided notebook's cells in this process and return what they show."""
    return run(cells_of(EXPLORE / f"{name}.ipynb"), {}, {"project_dir": str(project), **parameters})


@pytest.fixture(autouse=True)
def close_figures(monkeypatch):
    """Seaborn draws with pyplot, which keeps its figures."""
    monkeypatch.setenv("MPLBACKEND", "agg")
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


@pytest.fixture(scope="module")
def executed_by_papermill(example, suite_folder) -> Callable[[str], nbformat.NotebookNode]:
    """Return a function that runs a guided notebook under papermill in a kernel, once however many tests ask for it."""
    quarters = dict(zip(NAMES, ["2024-25 Q3", ""] * 2, strict=True))  # the newest where none is given

    def executed(name: str) -> nbformat.NotebookNode:
        out, making = suite_folder / f"{name}.ipynb", suite_folder / f"{name}.new.ipynb"
        parameters = {"quarter": quarters[name], "project_dir": str(example)}
        with FileLock(out.with_suffix(".lock")):
            if not out.exists():
                papermill.execute_notebook(
                    EXPLORE / f"{name}.ipynb", making, parameters, kernel_name="python3", progress_bar=False
                )
                making.rename(out)
        return nbformat.read(out, as_version=4)

    return executed


def outputs_of(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [each for cell in notebook.cells for each in cell.get("outputs", [])]


def htmls_of(notebook: nbformat.NotebookNode) -> list[str]:
    return [each.data["text/html"] for each in outputs_of(notebook) if "text/html" in each.get("data", {})]


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_every_guided_notebook_runs_under_papermill_and_renders_its_static_views(name, executed_by_papermill):
    executed = executed_by_papermill(name)
    # What shows its output in the browser is answered by papermill, which can then miss that a cell has ended.
    state = executed.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]
    assert "OutputModel" not in {widget["model_name"] for widget in state.values()}
    outputs = outputs_of(executed)
    assert not [each for each in outputs if each.output_type == "error"]
    filters = [each for each in outputs if "application/vnd.jupyter.widget-view+json" in each.get("data", {})]
    assert filters
    assert all(re.search("<p>|<svg|<table", each.data["text/html"]) for each in filters)
    assert not re.search(REFERENCE, " ".join(str(each.get("data", each)) for each in outputs))
    made_here = [html for html in htmls_of(executed) if "dataframe" not in html]  # in pandas' own tables NaN may stand
    assert_whole(" ".join(BeautifulSoup(html, "html.parser").get_text(" ") for html in made_here))


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_every_guided_notebook_runs_for_the_first_quarter_of_a_small_service_and_its_filters_begin_with_it(
    name, example
):
    shown = run_cells(name, example, quarter="2024-25 Q1", level_of_need="care leavers")
    blocks = [each for each in shown if isinstance(each, Block)]
    assert blocks
    assert_whole(" ".join(block.html.striptags() for block in blocks))
    assert not re.search(
        REFERENCE, " ".join(block.html if isinstance(block, Block) else repr(block) for block in shown)
    )
    filters = [each for each in blocks if isinstance(each, Filtered) and "level" in each.filters]
    assert [each.filters["level"] for each in filters] == [["CL", "All", "EH", "H&P", "CIC"]] * len(filters)
    assert filters
    assert "whole service" not in " ".join(each.html for each in filters)


@pytest.mark.parametrize("name", NAMES)
def test_a_wrong_parameter_is_one_sentence(name, example):
    with pytest.raises(InputError, match=r"There are audits of 2024-25 Q1"):
        run_cells(name, example, quarter="2031-32 Q1")
    with pytest.raises(InputError, match=r"is not a level of need. There are EH"):
        run_cells(name, example, level_of_need="EHX")


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_says_what_it_is_for_has_parameters_and_short_cells(name):
    first, second, *rest = nbformat.read(EXPLORE / f"{name}.ipynb", as_version=4).cells
    assert first.source.startswith("# ")
    assert len(first.source.splitlines()) > 2
    assert second.metadata.tags == ["parameters"]
    assert {"quarter", "project_dir", "level_of_need"} <= set(re.findall(r"^(\w+) =", second.source, re.M))
    assert all(len(cell.source.splitlines()) <= 9 for cell in rest if cell.cell_type == "code")
    assert any("qa.filtered(" in cell.source for cell in rest)


@pytest.mark.slow
def test_the_share_of_one_practice_area_says_which_one_and_of_whom(executed_by_papermill):
    page = BeautifulSoup(htmls_of(executed_by_papermill("explore_grades"))[-1], "html.parser")
    place = [cell.get_text() for cell in page.thead.find_all("th")].index("Practice area")
    (area,) = {row.find_all(["th", "td"])[place].get_text() for row in page.tbody.find_all("tr")}
    assert f"were Good or better in {area}" in page.find(class_="finding").get_text()
    assert page.find(class_="subtitle").get_text() == "Share of audits, whole service"


@pytest.mark.slow
def test_every_chart_of_a_team_says_whose_it_is_and_the_filter_by_team_begins_with_it(example):
    shown = run_cells("explore_grades", example, team="Early Help Lakeside")
    charts = [block.html for block in shown if isinstance(block, Block) and "<figure" in block.html]
    assert len(charts) > 5
    for chart in charts:
        assert '<p class="subtitle">Early Help Lakeside only: ' in chart
        assert "whole service" not in chart.lower()
    (by_team,) = [each.filters["team"] for each in shown if isinstance(each, Filtered) and "team" in each.filters]
    assert by_team[:2] == ["Early Help Lakeside", ""]


@pytest.mark.slow
def test_quotes_by_tone_are_of_the_chosen_level_one_row_a_quarter_and_tone(executed_by_papermill):
    blocks = htmls_of(executed_by_papermill("explore_text"))
    (table,) = [BeautifulSoup(html, "html.parser") for html in blocks if "Quotes by tone" in html]
    rows = [tuple(cell.get_text() for cell in row.find_all(["th", "td"])[:3]) for row in table.tbody.find_all("tr")]
    quarters = ["2024-25 Q2", "2024-25 Q3", "2024-25 Q4", "2025-26 Q1", "2025-26 Q2"]
    assert rows == [(quarter, "Whole service", tone) for quarter in quarters for tone in ("positive", "learning")]


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_links_to_nothing_that_is_not_there_in_a_copy(name):
    cells = nbformat.read(EXPLORE / f"{name}.ipynb", as_version=4).cells
    links = re.findall(r"\]\(([^)]+)", " ".join(cell.source for cell in cells if cell.cell_type == "markdown"))
    assert [each for each in links if not each.startswith("https://")] == []


def test_the_explore_folder_holds_the_guided_notebooks_and_no_others():
    assert sorted(path.stem for path in EXPLORE.glob("*.ipynb")) == sorted(NAMES)


def test_a_filter_shows_its_first_choices_where_no_filter_works():
    block = qa.filtered(lambda level, word: qa.say(f"{level} {word}"), level=["EH", "CL"], word="visit")
    assert block.html == "<p>EH visit</p>"


def test_without_ipywidgets_a_filter_shows_its_first_choices_and_says_what_to_install(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    block = qa.filtered(lambda level: qa.say(f"Level {level}."), level=["EH", "CL"])
    assert block._repr_mimebundle_() == {"text/html": "<p>Level EH.</p>", "text/plain": "Level EH."}
    assert "--extra lab" in capsys.readouterr().err


def test_a_filter_draws_the_view_again_when_a_choice_is_changed(capsys):
    seen = []

    def view(quarter: pd.Period, level: str, word: str) -> Block:
        seen.append((str(quarter), level, word))
        return qa.say(word)

    quarters = list(pd.period_range("2026Q1", "2026Q2", freq="Q-MAR"))
    block = qa.filtered(view, labels={"EH": "Early Help"}, quarter=quarters, level=["All", "EH"], word="")
    bundle = block._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert bundle["text/html"] == block.html

    from ipywidgets.widgets.widget import _instances

    shown = _instances[bundle["application/vnd.jupyter.widget-view+json"]["model_id"]]
    boxes = {box.description: box for box in shown.children[:-1]}
    assert [label for label, _ in boxes["Quarter"].options] == ["2025-26 Q1", "2025-26 Q2"]
    assert [label for label, _ in boxes["Level"].options] == ["Whole service", "Early Help"]
    boxes["Level"].value = "EH"
    boxes["Word"].value = "visit"
    assert seen[-1] == ("2026Q1", "EH", "visit")
    assert shown.children[-1].value == f"{RENDERED}<p>visit</p></div>"


def test_a_view_that_cannot_be_drawn_says_so_in_place_of_the_one_before():
    from ipywidgets.widgets.widget import _instances

    def view(level: str) -> Block:
        return qa.say({"All": "66 audits."}[level])

    bundle = qa.filtered(view, level=["All", "<EH>"])._repr_mimebundle_()
    box, drawn = _instances[bundle["application/vnd.jupyter.widget-view+json"]["model_id"]].children
    assert drawn.value == f"{RENDERED}<p>66 audits.</p></div>"
    box.value = "<EH>"
    assert drawn.value == f"{RENDERED}<p>This view cannot be drawn. KeyError: &#39;&lt;EH&gt;&#39;</p></div>"
    box.value = "All"
    assert drawn.value == f"{RENDERED}<p>66 audits.</p></div>"


@pytest.mark.slow
def test_a_page_made_as_the_documentation_says_shows_the_first_choice_of_a_filter(tmp_path, monkeypatch):
    bundle = qa.filtered(lambda level: qa.say(f"This is {level}."), level=["EH", "CL"])._repr_mimebundle_()
    cell = new_code_cell("…", outputs=[new_output("display_data", data=bundle)])
    nbformat.write(new_notebook(cells=[cell]), tmp_path / "out.ipynb")
    (told,) = re.findall(r"^jupyter nbconvert (.*)$", (ROOT / "docs" / "explore.md").read_text(encoding="utf-8"), re.M)
    monkeypatch.chdir(tmp_path)
    program = NbConvertApp()
    program.initialize(told.split())
    program.start()
    page = BeautifulSoup((tmp_path / "out.html").read_text(encoding="utf-8"), "html.parser")
    assert "This is EH." in [each.get_text() for each in page.find_all("p")]
