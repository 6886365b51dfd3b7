"""What `import qa_analysis as qa` offers: cheap, complete, documented, and tidy enough for pandas and seaborn."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from numpydoc.validate import validate

import qa_analysis as qa

ROOT = Path(__file__).parents[2]
FUNCTIONS = sorted(set(qa.__all__) - {"sentences"})

NAMES = """
Chart Data Measure Population Report Settings about action_states actions_by_theme at_level audits_by_month_chart
bullets chosen_level chosen_quarter control_chart control_limits counts_chart difference distribution drift_by_auditor
drift_chart figures filtered folded grading_by_level_chart grading_by_quarter_chart house_style
inadequate_by_month_chart levels load load_settings measure mentions moderation_by_quarter_chart
moderation_chart moderation_drift months_of new_chart no_longer_said own palette
parse_quarter quarter_name quarters_shown reaudits reaudits_chart recount recurring_themes report run_up_to say
sentences share share_by_quarter show show_table sub_grades_chart tally theme_counts together wilson
"""


def test_the_public_names_are_these():
    assert sorted(qa.__all__) == sorted(NAMES.split())


def test_importing_the_package_imports_nothing_heavy():
    heavy = ["pandas", "numpy", "matplotlib", "seaborn", "statsmodels", "scipy", "pydantic", "ipywidgets", "jupyterlab"]
    code = f"import sys, qa_analysis; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_name_that_a_notebook_uses_is_public():
    import nbformat

    for path in (ROOT / "notebooks").rglob("*.ipynb"):
        code = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code")
        used = {
            node.attr
            for node in ast.walk(ast.parse(code))
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "qa"
        }
        assert used <= set(qa.__all__), path.name


def test_dir_lists_the_names_and_a_wrong_one_is_an_attribute_error():
    assert set(qa.__all__) <= set(dir(qa))
    with pytest.raises(AttributeError, match="no_such_name"):
        _ = qa.no_such_name


def test_the_package_that_publishes_does_not_hide_the_function_that_reports(example):
    import qa_analysis.batch.publish

    assert isinstance(qa.report(example), qa.Report)
    assert qa_analysis.batch.publish.stage


def test_jupyterlabs_completion_finds_names_and_signatures():
    from IPython.core.completer import provisionalcompleter
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell()
    shell.user_ns["qa"] = qa
    with provisionalcompleter():
        found = {each.text for each in shell.Completer.completions("qa.moderation_", len("qa.moderation_"))}
    assert {"moderation_chart", "moderation_drift"} <= {text.removeprefix("qa.").removeprefix(".") for text in found}
    assert list(inspect.signature(qa.share).parameters) == ["rows", "by", "where", "interval"]


SECTIONS = {"PR01": "Parameters", "RT01": "Returns", "EX01": "Examples"}
WRONG = {"GL01", "GL02", "GL03", "GL05", "GL08", "SS01", "SS02", "SS03", "SS06", "PR02", "PR03", "PR10", "RT03", "YD01"}
"""Sections underlined wrongly or out of order, no summary, parameters documented that are none, and the like."""


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_name_has_a_numpydoc_docstring_with_its_sections(name):
    thing = getattr(qa, name)
    found = {code for code, _ in validate(f"{thing.__module__}.{thing.__qualname__}")["errors"]}
    assert not found & WRONG
    # The verbs of `page`, and the charts, all return what a cell shows: the heads of their modules say it once.
    said_once = thing.__module__.startswith(("qa_analysis.page.blocks", "qa_analysis.charts."))
    if inspect.isfunction(inspect.unwrap(thing)) and not said_once:
        assert not [section for code, section in SECTIONS.items() if code in found]


def test_the_data_say_what_they_hold(example_data):
    lines = repr(example_data).splitlines()
    assert lines[0].startswith("Fictional example data of")
    assert lines[0].endswith("2024-25 Q1 to 2025-26 Q2")
    assert "  audits: 354 rows" in lines


def test_groupby_and_pivot_table_come_out_in_the_order_of_grades_and_levels(example_data):
    by_level = example_data.audits.groupby("level_of_need", observed=False)["good_or_better"].mean()
    assert by_level.index.tolist() == ["EH", "H&P", "CIC", "CL"]
    pivot = example_data.audits.pivot_table(
        index="quarter", columns="final_grade", values="audit_id", aggfunc="count", observed=False
    )
    assert pivot.columns.tolist() == ["Outstanding", "Good", "Requires improvement", "Inadequate"]
    assert pivot.loc[pd.Period("2026Q2", freq="Q-MAR")].sum() == 66
    assert (example_data.audits["final_grade"] <= "Good").sum() == example_data.audits["good_or_better"].sum()


def test_seaborn_draws_the_tables_as_they_are(example_data, monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "agg")
    import matplotlib.pyplot as plt
    import seaborn as sns

    axes = sns.countplot(example_data.audits, y="level_of_need", hue="final_grade")
    assert [label.get_text() for label in axes.get_yticklabels()] == ["EH", "H&P", "CIC", "CL"]
    shares = qa.at_level(qa.measure(example_data, "good_or_better", example_data.quarters[-1]))
    axes = sns.lineplot(shares.assign(quarter=shares["quarter"].astype(str)), x="quarter", y="percent")
    assert axes.lines
    plt.close("all")
