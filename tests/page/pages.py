"""The notebooks' own cells, run in this process, and what they say: how a page is put together is known here alone."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import CodeType
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
class Step:
    """A Markdown cell, or a statement of a code cell: the names that it gives and needs, and whether it is shown."""

    heading: str
    cell: str
    code: CodeType | None = None
    is_shown: bool = True
    is_parameters: bool = False
    gives: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()

    def speaks_of(self, subject: str) -> bool:
        """Tell whether it stands under a heading (“## Headlines”), calls a sentence or quotes a name; charts never do."""
        called = f"sentences.{subject}(" in self.cell or f'"{subject}"' in self.cell
        return (self.heading == subject or called) and "qa.show(" not in self.cell


@cache
def steps_of(notebook: Path) -> tuple[Step, ...]:
    """Return what a notebook does and says, step by step."""
    heading, steps = "", []
    for cell in nbformat.read(notebook, as_version=4).cells:
        if cell.cell_type == "code":
            steps += _statements(heading, cell)
            continue
        heading = cell.source.partition("\n")[0] if cell.source.startswith("#") else heading
        steps.append(Step(heading, cell.source))
    return tuple(steps)


def _statements(heading: str, cell: nbformat.NotebookNode) -> Iterator[Step]:
    body = ast.parse(cell.source).body
    for statement in body:
        is_shown = statement is body[-1] and isinstance(statement, ast.Expr)
        tree = ast.Expression(statement.value) if is_shown else ast.Module([statement], [])
        nodes = list(ast.walk(statement))
        names = [each for each in nodes if isinstance(each, ast.Name)]
        loops = [each.target for each in nodes if isinstance(each, ast.comprehension)]
        own = {each.id for target in loops for each in ast.walk(target) if isinstance(each, ast.Name)}
        given = {each.id for each in names if isinstance(each.ctx, ast.Store)} - own
        yield Step(
            heading,
            cell.source,
            compile(tree, "a cell", "eval" if is_shown else "exec"),
            is_shown,
            "parameters" in cell.metadata.get("tags", []),
            frozenset(given),
            frozenset({each.id for each in names} - given - own),
        )


def run(steps: Iterable[Step], names: dict[str, Any], parameters: Mapping[str, str]) -> list[Any]:
    """Return what steps show, in order: their words or what they make. `parameters` take the place of the notebook's."""
    shown = []
    for step in steps:
        if step.code is None:
            shown.append(step.cell)
        elif step.is_shown:
            shown.append(eval(step.code, names))
        else:
            exec(step.code, names)
            names |= parameters if step.is_parameters else {}
    return shown


def page_words(name: str, project: Path, *, closing: bool = True, **parameters: str) -> str:
    """Return all that a page of a project says, and what its charts say to who cannot see them.

    Without the closing, whose figures to download take longer than all the rest and say no word more, it is quicker.
    """
    given = {"project_dir": str(project), "quarter": "2025-26 Q2", **parameters}
    steps = steps_of(NOTEBOOKS / f"{name}.ipynb")
    return _words(run([step for step in steps if closing or "qa.closing(" not in step.cell], {}, given))


def words_about(data: qa.Data, *subjects: str) -> str:
    """Return what the board's report says of cleaned tables in the cells that speak of some subjects (see `Step`)."""
    names = {"qa": qa, "data": data, "quarter": QUARTER, "settings": data.settings}
    names |= {"quarters": qa.quarters_shown(data, QUARTER)}
    steps = steps_of(NOTEBOOKS / "quarterly_report.ipynb")
    wanted = [any(step.speaks_of(subject) for subject in subjects) for step in steps]
    assert all(any(step.speaks_of(subject) for step in steps) for subject in subjects)
    return _words(run(_needed(steps, wanted, names), names, {}))


def _needed(steps: Iterable[Step], wanted: Iterable[bool], names: Collection[str]) -> list[Step]:
    """Return the steps that are wanted because they show something, and those before them that give what they need."""
    needed: set[str] = set()
    found = []
    for step, is_wanted in reversed(list(zip(steps, wanted, strict=True))):
        if (is_wanted and step.is_shown) or (step.gives & needed):
            found.append(step)
            needed = (needed - step.gives) | step.needs - set(names)
    return found[::-1]


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
