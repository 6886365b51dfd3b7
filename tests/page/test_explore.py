"""The guided notebooks and their filters: they run for any quarter, say what is wrong with a parameter, and stay clean."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_notebook, new_output

import qa_analysis as qa
from qa_analysis.errors import InputError
from qa_analysis.explore import Filtered
from qa_analysis.page import Block

ROOT = Path(__file__).parents[2]
EXPLORE = ROOT / "notebooks" / "explore"
NAMES = ["start_here", "explore_grades", "explore_moderation", "explore_text"]
RENDERED = '<div class="jp-RenderedHTMLCommon">'  # the look that JupyterLab gives to pages


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    """A project with the example workbooks, in a folder with a space and an ampersand."""
    folder = tmp_path_factory.mktemp("explore") / "A council & its data"
    shutil.copytree(ROOT / "data" / "raw" / "example", folder / "data" / "raw" / "example")
    return folder


def run_cells(name: str, project: Path, **parameters: str) -> list[object]:
    """Run a notebook's cells one by one in this process and return what they show."""
    names: dict[str, object] = {}
    shown = []
    for cell in nbformat.read(EXPLORE / f"{name}.ipynb", as_version=4).cells:
        if cell.cell_type != "code":
            continue
        tree = ast.parse(cell.source)
        last = tree.body[-1]
        if isinstance(last, ast.Expr):
            tree.body.pop()
        exec(compile(tree, name, "exec"), names)
        if "parameters" in cell.metadata.get("tags", []):
            names |= {"project_dir": str(project), **parameters}
        if isinstance(last, ast.Expr):
            shown.append(eval(compile(ast.Expression(last.value), name, "eval"), names))
    return shown


@pytest.fixture(autouse=True)
def close_figures():
    """Seaborn draws with pyplot, which keeps its figures."""
    yield
    if "matplotlib.pyplot" in sys.modules:
        sys.modules["matplotlib.pyplot"].close("all")


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("quarter", "level"), [("", ""), ("2024-25 Q1", "CL"), ("2025-26 Q2", "Early Help")])
def test_every_guided_notebook_runs_for_any_quarter_and_level(name, quarter, level, project, monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "agg")
    shown = run_cells(name, project, quarter=quarter, level_of_need=level)
    assert any(isinstance(block, Block) for block in shown)
    text = " ".join(block.html.striptags() for block in shown if isinstance(block, Block))
    for wrong in (r"\bnan\b", r"\bNaN\b", r"\bNaT\b", r"<NA>", r"\bNone\b"):
        assert not re.search(wrong, text), re.search(f".{{60}}{wrong}.{{60}}", text)


@pytest.mark.parametrize("name", NAMES)
def test_no_reference_is_shown(name, project, monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "agg")
    shown = run_cells(name, project)
    text = " ".join(block.html if isinstance(block, Block) else repr(block) for block in shown)
    assert not re.search(r"\b(CH|AUD|FAM)-", text)


@pytest.mark.parametrize("name", NAMES)
def test_a_wrong_parameter_is_one_sentence(name, project):
    with pytest.raises(InputError, match=r"There are audits of 2024-25 Q1"):
        run_cells(name, project, quarter="2031-32 Q1")
    with pytest.raises(InputError, match=r"is not a level of need. There are EH"):
        run_cells(name, project, level_of_need="EHX")


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_says_what_it_is_for_has_parameters_and_short_cells(name):
    first, second, *rest = nbformat.read(EXPLORE / f"{name}.ipynb", as_version=4).cells
    assert first.source.startswith("# ")
    assert len(first.source.splitlines()) > 2
    assert second.metadata.tags == ["parameters"]
    assert {"quarter", "project_dir", "level_of_need"} <= set(re.findall(r"^(\w+) =", second.source, re.M))
    assert all(len(cell.source.splitlines()) <= 9 for cell in rest if cell.cell_type == "code")
    assert any("qa.filtered(" in cell.source for cell in rest)


def text_of(shown: list[object]) -> str:
    return " ".join(block.html for block in shown if isinstance(block, Block))


def test_the_share_of_one_practice_area_says_which_one_and_of_whom(project):
    page = BeautifulSoup(run_cells("explore_grades", project)[-1].html, "html.parser")
    place = [cell.get_text() for cell in page.thead.find_all("th")].index("Practice area")
    (area,) = {row.find_all(["th", "td"])[place].get_text() for row in page.tbody.find_all("tr")}
    assert f"were Good or better in {area}" in page.find(class_="finding").get_text()
    subtitle = page.find(class_="subtitle").get_text()
    assert subtitle.startswith(f"Share of audits that were Good or better in {area}, by quarter, whole service")


def test_every_chart_of_a_team_says_whose_it_is(project):
    shown = run_cells("explore_grades", project, team="Early Help Lakeside")
    charts = [block.html for block in shown if isinstance(block, Block) and "<figure" in block.html]
    assert len(charts) > 5
    for chart in charts:
        assert '<p class="subtitle">Early Help Lakeside only: ' in chart
        assert "whole service" not in chart.lower()


def test_quotes_by_tone_are_of_the_chosen_level_one_row_a_quarter_and_tone(project):
    blocks = [each.html for each in run_cells("explore_text", project, quarter="2025-26 Q2") if isinstance(each, Block)]
    (table,) = [BeautifulSoup(html, "html.parser") for html in blocks if "Quotes by tone" in html]
    rows = [tuple(cell.get_text() for cell in row.find_all(["th", "td"])[:3]) for row in table.tbody.find_all("tr")]
    quarters = ["2024-25 Q2", "2024-25 Q3", "2024-25 Q4", "2025-26 Q1", "2025-26 Q2"]
    assert rows == [(quarter, "Whole service", tone) for quarter in quarters for tone in ("positive", "learning")]


@pytest.mark.parametrize("name", NAMES)
def test_filters_begin_with_the_level_that_the_notebook_was_given(name, project, monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "agg")
    shown = run_cells(name, project, level_of_need="early help")
    filters = [each for each in shown if isinstance(each, Filtered) and "level" in each.filters]
    assert [each.filters["level"] for each in filters] == [["EH", "All", "H&P", "CIC", "CL"]] * len(filters)
    assert filters
    assert "whole service" not in text_of(filters)


def test_the_filter_by_team_begins_with_the_team_that_the_notebook_was_given(project):
    shown = run_cells("explore_grades", project, team="Early Help Lakeside")
    (by_team,) = [each.filters["team"] for each in shown if isinstance(each, Filtered) and "team" in each.filters]
    assert by_team[:2] == ["Early Help Lakeside", ""]


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


def test_a_page_made_as_the_documentation_says_shows_the_first_choice_of_a_filter(tmp_path):
    bundle = qa.filtered(lambda level: qa.say(f"This is {level}."), level=["EH", "CL"])._repr_mimebundle_()
    cell = new_code_cell("…", outputs=[new_output("display_data", data=bundle)])
    nbformat.write(new_notebook(cells=[cell]), tmp_path / "out.ipynb")
    (told,) = re.findall(r"^jupyter nbconvert (.*)$", (ROOT / "docs" / "explore.md").read_text(encoding="utf-8"), re.M)
    command = [sys.executable, "-m", "jupyter", "nbconvert", *told.split()]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    page = BeautifulSoup((tmp_path / "out.html").read_text(encoding="utf-8"), "html.parser")
    assert "This is EH." in [each.get_text() for each in page.find_all("p")]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "quarter"), list(zip(NAMES, ["", "2024-25 Q3"] * 2, strict=True)))
def test_every_guided_notebook_runs_under_papermill_and_renders_its_static_views(name, quarter, project, tmp_path):
    scripts = Path(sys.executable).parent
    out = tmp_path / "out.ipynb"
    command = [scripts / "papermill", EXPLORE / f"{name}.ipynb", out, "-k", "python3", "-p", "quarter", quarter]
    done = subprocess.run([*command, "-p", "project_dir", project], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    executed = nbformat.read(out, as_version=4)
    # What shows its output in the browser is answered by papermill, which can then miss that a cell has ended.
    state = executed.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"]
    assert "OutputModel" not in {widget["model_name"] for widget in state.values()}
    outputs = [each for cell in executed.cells for each in cell.get("outputs", [])]
    assert not [each for each in outputs if each.output_type == "error"]
    filters = [each for each in outputs if "application/vnd.jupyter.widget-view+json" in each.get("data", {})]
    assert filters
    assert all(re.search("<p>|<svg|<table", each.data["text/html"]) for each in filters)
