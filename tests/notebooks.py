"""Small notebooks, executed or not, what a file says, and a stand-in for a project's data."""

import base64
import html
import json
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote

import nbformat
import pandas as pd
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from qa_analysis.contract.settings import load_settings

MakeNotebook = Callable[..., nbformat.NotebookNode]


@pytest.fixture
def data() -> SimpleNamespace:
    """Return what `opening` and `closing` read of the data."""
    return SimpleNamespace(
        project=Path("no project here"),
        settings=load_settings(Path("no settings here")),
        is_example=False,
        inputs=pd.DataFrame({"file": ["Q2 <final>.xlsx"], "sha256": ["0123456789abcdef" * 4]}),
        data_cut=pd.Timestamp(2025, 9, 26),
    )


@pytest.fixture
def executed() -> MakeNotebook:
    """Return a function that makes an executed notebook: a text is a Markdown cell, anything else a cell's output."""

    def make(*cells: object) -> nbformat.NotebookNode:
        return new_notebook(cells=[_cell(cell) for cell in cells])

    return make


def _cell(content: object) -> nbformat.NotebookNode:
    if isinstance(content, str):
        return new_markdown_cell(content)
    if isinstance(content, nbformat.NotebookNode):
        return new_code_cell("secret_code()", outputs=[content])
    bundle = content if isinstance(content, dict) else content._repr_mimebundle_()
    return new_code_cell("secret_code()", execution_count=7, outputs=[new_output("display_data", data=bundle)])


@pytest.fixture
def write_notebook() -> Callable[..., Path]:
    """Return a function that writes a notebook of code cells, of which the first holds the parameters."""

    def write(path: Path, parameters: str, *code: str) -> Path:
        cells = [new_code_cell(parameters, metadata={"tags": ["parameters"]}), *map(new_code_cell, code)]
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(new_notebook(cells=cells), path)
        return path

    return write


@pytest.fixture(scope="session")
def all_text() -> Callable[[Path], str]:
    """Return a function that returns all that a file says: its name, what is embedded in it and what is escaped, too."""

    def said(path: Path) -> str:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".ipynb":
            text = json.dumps(json.loads(text), ensure_ascii=False)
        embedded = re.findall(r"base64,([A-Za-z0-9+/=]+)", text)
        decoded = [base64.b64decode(each[: len(each) // 4 * 4]).decode("utf-8", "replace") for each in embedded]
        decoded += [unquote(each) for each in re.findall(r"data:text/csv;charset=utf-8,([^\"]+)", text)]
        return "\n".join([path.as_posix(), text, html.unescape(text), *decoded])

    return said
