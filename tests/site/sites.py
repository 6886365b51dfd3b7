"""Sites for the tests of what is published: real runs, of which only the kernels are left out."""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_output

from qa_analysis.batch.pages import Made, Page
from qa_analysis.batch.run import run
from qa_analysis.page.exporter import export


def make_here(page: Page, project: Path) -> Made:
    """Make a page from its notebook as a run does, but with its cells run in this process instead of in a kernel.

    What a cell shows is what its last expression shows of itself, as everything does that `qa_analysis` returns for a
    page. That the page is the one that a kernel makes is tested in `test_main_job`. An error in a cell is raised.
    """
    notebook: Any = nbformat.read(page.notebook, as_version=4)
    names: dict[str, Any] = {"__name__": "__main__"}
    with contextlib.chdir(project):
        for number, cell in enumerate(notebook.cells, start=1):
            if cell.cell_type != "code":
                continue
            shown = _run(cell.source, f"<{page.name}, cell {number}>", names)
            bundle = shown._repr_mimebundle_() if shown is not None else None
            cell.outputs = [new_output("display_data", data=bundle)] if bundle else []
            if "parameters" in cell.metadata.get("tags", []):
                names |= page.parameters
    return Made(export(notebook, Path(page.name).name), nbformat.writes(notebook) + "\n")


def _run(code: str, where: str, names: dict[str, Any]) -> Any:
    """Run a cell and return the value of its last line, where that is an expression."""
    tree = ast.parse(code)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, where, "exec"), names)
    return eval(compile(ast.Expression(last.value), where, "eval"), names) if last else None


def publish_here(project: Path, only: Sequence[str] = (), *, external: bool = True) -> None:
    """Publish a project's newest quarter with a real run whose pages are made here."""
    outcome = run(project, only=only, external=external, make=make_here)
    assert outcome.failures == ()
