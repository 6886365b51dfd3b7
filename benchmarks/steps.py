"""Where the time of a report goes, step by step: of one page, of all pages of a quarter, and of twelve quarters.

    uv run python benchmarks/steps.py

Each step is taken alone, one after the other, in this process: the cells of a notebook too, which a run has executed by
kernels that share the imports. What is said is processor time, and each step's part of it.
"""

from __future__ import annotations

import ast
import json
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

PAGE, QUARTER, TWELVE = WHAT = ("one page", "the pages of a quarter", "twelve quarters of the board's page")
LIBRARIES = {
    "pandas": "pandas", "pyarrow": "pyarrow.parquet", "pandera": "pandera.pandas", "Matplotlib": "matplotlib.pyplot",
    "Seaborn": "seaborn", "SciPy": "scipy.stats", "statsmodels": "statsmodels.stats.proportion",
    "papermill": "papermill", "nbconvert": "qa_analysis.page.exporter",
}  # fmt: skip
took: dict[str, Counter[str]] = {what: Counter(Python=time.process_time()) for what in WHAT}


def main() -> None:
    """Take every step, and print what it took."""
    for name, module in LIBRARIES.items():
        with step(f"import {name}", WHAT):
            import_module(module)
    with tempfile.TemporaryDirectory() as folder:
        take(Path(folder))
    for what, steps in took.items():
        print(f"\n{what}: {steps.total():.1f} s")
        for name, seconds in steps.items():
            print(f"  {name:20} {seconds:6.2f} s {seconds / steps.total():6.0%}")


@contextmanager
def step(name: str, of: Sequence[str]) -> Iterator[None]:
    """Add the time that something takes to what it is a step of."""
    start = time.process_time()
    yield
    for what in of:
        took[what][name] += time.process_time() - start


def take(project: Path) -> None:
    """Take the steps from the raw files to the pages, in a project of twelve quarters."""
    from speed import twelve_quarters  # beside this program

    from qa_analysis.batch.execute import execute
    from qa_analysis.batch.pages import pages_of
    from qa_analysis.cleaning.clean import clean
    from qa_analysis.contract.project import raw_files, raw_folder
    from qa_analysis.contract.settings import load_settings
    from qa_analysis.metrics.catalogue import NAMES
    from qa_analysis.page.exporter import export
    from qa_analysis.reading.sheets import read_raw
    from qa_analysis.store.data import load
    from qa_analysis.store.figures import figures, figures_csv

    twelve_quarters(project)
    settings, (files, _) = load_settings(project), raw_files(project)
    with step("reading", WHAT):
        reading = read_raw(files, raw_folder(project), settings)
    with step("cleaning", WHAT):
        clean(reading, settings, NAMES)
    with step("loading", WHAT):
        data = load(project)
    for quarter in data.quarters:
        newest = quarter == data.quarters[-1]
        with step("figures", WHAT if newest else [TWELVE]):
            table = figures(data, quarter)
        for page in pages_of(data, quarter):
            boards = page.name == "quarterly_report"
            of = [what for what, wanted in zip(WHAT, (boards and newest, newest, boards), strict=True) if wanted]
            if not of:
                continue
            out = project / f"{page.notebook.stem}.ipynb"
            with step("papermill", of):
                execute(page.notebook, out, page.parameters, project)
            with step("cells", of):
                run_cells(page.notebook, page.parameters | {"project_dir": str(project)})
            with step("nbconvert", of):
                html = export(out)
            with step("writing", of):
                out.with_suffix(".html").write_text(html, encoding="utf-8")
                out.with_suffix(".csv").write_text(figures_csv(table), encoding="utf-8")


def run_cells(notebook: Path, parameters: dict[str, str]) -> None:
    """Run the cells of a notebook here, and make what each shows."""
    names: dict[str, Any] = {}
    for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] != "code":
            continue
        tree = ast.parse("".join(cell["source"]))
        shown = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, "cell", "exec"), names)
        if "parameters" in cell["metadata"].get("tags", []):
            names |= parameters
        if isinstance(shown, ast.Expr):
            str(eval(compile(ast.Expression(shown.value), "cell", "eval"), names).html)


if __name__ == "__main__":
    main()
