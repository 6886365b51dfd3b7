"""Data goes one way: a module knows only the steps before its own, and few modules touch files."""

from __future__ import annotations

import ast
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "qa_analysis"

# From first to last. A module may import from the layers before its own, and from its own layer only within a line.
LAYERS: list[list[str]] = [
    ["errors", "issues", "matching", "words", "files", "quarter", "privacy"],
    ["contract", "settings_errors", "settings", "problems"],
    ["project", "own"],
    [
        "raw_files",
        "reading",
        "values",
        "schemas",
        "repeats",
        "timescale",
        "redacting",
        "naming",
        "deriving",
        "printed",
        "cleaning",
    ],
    ["claims", "checking"],
    ["metrics.[!fhqt]*", "metrics.feedback", "metrics.themes"],  # the catalogue, which knows no project
    ["store"],
    ["kept"],
    ["metrics.*", "choosing"],
    ["charts.*"],
    ["sentences.*"],
    ["tables", "report.templating"],
    ["external", "page", "explore"],
    ["page_charts", "page_tables", "report_object"],
    ["report.*"],
    ["example.*", "template", "lab"],
    ["cli", "__main__"],
]
PLACES = {pattern: place for place, layer in enumerate(LAYERS) for pattern in layer}
# Layers of one rank that must not know each other: words, pictures and tables are made side by side.
APART = [("charts.*", "sentences.*"), ("charts.*", "tables"), ("sentences.*", "tables")]

READS_OR_WRITES = {
    "open", "read_text", "write_text", "read_bytes", "write_bytes", "mkdir", "unlink", "rmtree", "copyfile", "copytree",
    "to_parquet", "read_parquet", "read_csv", "read_excel", "to_excel", "exec_module",
}  # fmt: skip
MAY_TOUCH_FILES = [
    "files", "issues", "raw_files", "reading", "store", "kept", "project", "settings", "contract", "own", "report.*",
    "example.*", "template", "lab", "cli",
]  # fmt: skip


def module_names() -> list[str]:
    """Return the modules by their names without the package's; a package goes by its own name and `__init__`."""
    paths = sorted(PACKAGE.rglob("*.py"))
    return [".".join(path.relative_to(PACKAGE).with_suffix("").parts) for path in paths]


MODULES = module_names()


@cache
def tree_of(module: str) -> ast.Module:
    return ast.parse((PACKAGE / f"{module.replace('.', '/')}.py").read_text(encoding="utf-8"))


def place_of(module: str) -> int | None:
    return next((place for pattern, place in PLACES.items() if fnmatchcase(module, pattern)), None)


@cache
def imports_of(module: str) -> frozenset[str]:
    """Return the modules of the package that a module imports when it runs; imports for type checks do not count."""
    found = set()
    for node in running(tree_of(module)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "qa_analysis":
            base = str(node.module).removeprefix("qa_analysis").removeprefix(".")
            for name in node.names:
                inside = f"{base}.{name.name}".removeprefix(".")
                found.add(next(each for each in (inside, f"{inside}.__init__", base, f"{base}.__init__") if each in MODULES or not base))  # fmt: skip
        elif isinstance(node, ast.Import):
            found |= {name.name.removeprefix("qa_analysis.") for name in node.names if "qa_analysis." in name.name}
    return frozenset(found & set(MODULES))


def running(tree: ast.AST) -> list[ast.AST]:
    """Return all nodes except those under `if TYPE_CHECKING:`."""
    nodes = [tree]
    for child in ast.iter_child_nodes(tree):
        if not (isinstance(child, ast.If) and isinstance(child.test, ast.Name) and child.test.id == "TYPE_CHECKING"):
            nodes += running(child)
    return nodes


def test_every_module_has_a_layer():
    assert [module for module in MODULES if place_of(module) is None and not module.endswith("__init__")] == []


@pytest.mark.parametrize("module", [module for module in MODULES if place_of(module) is not None])
def test_a_module_imports_only_what_comes_before_it(module):
    later = {each for each in imports_of(module) if (place_of(each) or 0) > (place_of(module) or 0)}
    assert not later, f"{module} imports {', '.join(sorted(later))}, which comes after it"
    for one, other in APART:
        if fnmatchcase(module, other):
            assert not {each for each in imports_of(module) if fnmatchcase(each, one)}


def test_no_module_needs_itself():
    def needed(module: str, path: tuple[str, ...] = ()) -> None:
        assert module not in path, " → ".join([*path, module])
        if module not in done:
            for each in sorted(imports_of(module)):
                needed(each, (*path, module))
            done.add(module)

    done: set[str] = set()
    for module in MODULES:
        needed(module)


@pytest.mark.parametrize("module", MODULES)
def test_few_modules_touch_files(module):
    calls = [node.func for node in ast.walk(tree_of(module)) if isinstance(node, ast.Call)]
    methods = {call.attr for call in calls if isinstance(call, ast.Attribute)}
    touched = (
        methods | {call.id for call in calls if isinstance(call, ast.Name) and call.id == "open"}
    ) & READS_OR_WRITES
    if not any(fnmatchcase(module, each) for each in MAY_TOUCH_FILES):
        assert not touched, f"{module} calls {', '.join(sorted(touched))}"


def test_the_rules_see_a_wrong_import_and_an_import_for_types_only():
    wrong = ast.parse(
        "from qa_analysis.page.blocks import say\nif TYPE_CHECKING:\n    from qa_analysis.cli.commands import app\n"
    )
    assert [node.module for node in running(wrong) if isinstance(node, ast.ImportFrom)] == ["qa_analysis.page.blocks"]
    assert place_of("page") > place_of("charts.style") > place_of("metrics.share") > place_of("values")
