"""Data go one way: a room of the package knows only those before its own."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "qa_analysis"
ROOMS = [
    ["text"], ["errors", "contract"], ["reading"], ["cleaning"], ["metrics"], ["store"], ["quality"],
    ["charts", "sentences"], ["page"], ["batch"], ["workbooks"], ["cli"], ["__main__"],
]  # fmt: skip
ORDER = {room: place for place, rooms in enumerate(ROOMS) for room in rooms}


def imported(node: ast.AST) -> set[str]:
    """Return the rooms that are imported below a node when it runs; imports for type checks do not count."""
    if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
        return set()
    found = set().union(*map(imported, ast.iter_child_nodes(node)))
    if isinstance(node, ast.ImportFrom) and str(node.module).startswith("qa_analysis"):
        found |= {(f"{node.module}.{each.name}").split(".")[1] for each in node.names}
    return found


@pytest.mark.parametrize("room", ORDER)
def test_a_room_knows_only_those_before_it(room):
    paths = [PACKAGE / f"{room}.py"] if (PACKAGE / f"{room}.py").is_file() else sorted((PACKAGE / room).rglob("*.py"))
    known = set().union(*(imported(ast.parse(path.read_text(encoding="utf-8"))) for path in paths)) - {room}
    assert [each for each in sorted(known) if ORDER[each] > ORDER[room]] == []
    assert not {"charts", "sentences"} & {room} or not {"charts", "sentences"} & known
