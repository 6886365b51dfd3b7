"""The notebooks' own cells, run in this process, and what they say: how a page is put together is known here alone."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import nbformat

import qa_analysis as qa
from qa_analysis.contract.quarters import parse_quarter

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
QUARTER = parse_quarter("2025-26 Q2")
BROKEN = (
    r"\bnan\b", r"\bNaN\b", r"\bNone\b", r"\bNaT\b", r"<NA>", r"\binf\b", r"0 of 0 \(", r"\b1 audits\b", r"\{\w",
)  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """A cell, and the heading that it stands under (“## Moderation”)."""

    heading: str
    source: str
    is_code: bool
    is_parameters: bool

    def speaks_of(self, subject: str) -> bool:
        """Tell whether it stands under a heading, or shows what has a name; charts and the closing never do."""
        is_text = not re.match(r"report\.(chart|side_by_side|closing)\(", self.source)
        return is_text and (self.heading == subject or f'"{subject}"' in self.source)


@cache
def cells_of(notebook: Path) -> tuple[Cell, ...]:
    """Return a notebook's cells in their order."""
    heading, cells = "", []
    for each in nbformat.read(notebook, as_version=4).cells:
        is_code = each.cell_type == "code"
        if not is_code and each.source.startswith("#"):
            heading = each.source.partition("\n")[0]
        cells.append(Cell(heading, each.source, is_code, "parameters" in each.metadata.get("tags", [])))
    return tuple(cells)


def run(cells: Iterable[Cell], names: dict[str, Any], parameters: Mapping[str, str] | None = None) -> list[Any]:
    """Return what cells show, in order: their words or what they make. `parameters` take the place of the notebook's."""
    shown = []
    for cell in cells:
        if not cell.is_code:
            shown.append(cell.source)
            continue
        *body, last = ast.parse(cell.source).body
        exec(compile(ast.Module(body, []), "a cell", "exec"), names)
        if isinstance(last, ast.Expr):
            shown.append(eval(compile(ast.Expression(last.value), "a cell", "eval"), names))
        else:
            exec(compile(ast.Module([last], []), "a cell", "exec"), names)
        names |= (parameters or {}) if cell.is_parameters else {}
    return shown


def page_words(name: str, project: Path, *, closing: bool = True, **parameters: str) -> str:
    """Return all that a page of a project says, and what its charts say to who cannot see them.

    Without the closing, whose figures to download take longer than all the rest and say no word more, it is quicker.
    """
    given = {"project_dir": str(project), "quarter": "2025-26 Q2", **parameters}
    cells = cells_of(NOTEBOOKS / f"{name}.ipynb")
    return _words(run([cell for cell in cells if closing or "report.closing(" not in cell.source], {}, given))


def words_about(data: qa.Data, *subjects: str) -> str:
    """Return what the board's report says of cleaned tables in the cells that speak of some subjects (see `Cell`)."""
    cells = [cell for cell in cells_of(NOTEBOOKS / "quarterly_report.ipynb") if cell.is_code]
    assert all(any(cell.speaks_of(subject) for cell in cells) for subject in subjects)
    wanted = [cell for cell in cells if any(cell.speaks_of(subject) for subject in subjects)]
    return _words(run(wanted, {"report": qa.Report(data, QUARTER)}))


def _words(shown: Iterable[Any]) -> str:
    text = " ".join(" ".join(each if isinstance(each, str) else _said(each) for each in shown).split())
    assert_whole(text)
    return text


def _said(block: Any) -> str:
    labels = re.findall(r'aria-label="([^"]*)"', str(block.html))
    return " ".join([block.html.striptags(), *labels])


def assert_whole(text: str) -> None:
    """Fail where a text shows that something was missing, or was counted for nothing."""
    for wrong in BROKEN:
        assert not re.search(wrong, text), (wrong, re.search(f".{{,60}}{wrong}.{{,60}}", text))
