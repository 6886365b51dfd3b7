"""How much the tests notice: lines of the package broken on purpose, one at a time, and the tests that run them.

    uv run --with pytest-cov python benchmarks/mutants.py record
    uv run --with pytest-cov python benchmarks/mutants.py sample --number 40 --seed 1
    uv run --with pytest-cov python benchmarks/mutants.py try

`record` runs the whole suite once and keeps which test executes which line (build/mutants/). `sample` draws lines that
tests execute, with a fixed seed, and one way to break each; with `--unseen` it draws from the lines that run in other
processes alone, kernels and workers, if at all. `try` breaks one line after the other in a copy of this folder and
stops at the first test that notices; tests that execute the line run first by what they cost. A broken line that none
of them notices is a survivor. What has been sampled in one state of the project can be tried in another: lines are
found again by their text.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections import defaultdict
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path.cwd()
KEPT = ROOT / "build" / "mutants"
PACKAGE = "qa_analysis"
LIMIT = 900  # seconds for one broken line: what hangs has been noticed
COVERAGE = f"[run]\nsource = {PACKAGE}\nparallel = true\ndata_file = {KEPT.as_posix()}/coverage\n"

CHOSEN = """
import json, pathlib

def pytest_collection_modifyitems(config, items):
    chosen = json.loads(pathlib.Path("chosen.json").read_text(encoding="utf-8"))
    place = {test: number for number, test in enumerate(chosen)}
    if place:
        config.hook.pytest_deselected(items=[each for each in items if each.nodeid not in place])
        items[:] = sorted((each for each in items if each.nodeid in place), key=lambda each: place[each.nodeid])
"""  # a plugin for pytest: the tests that execute a line, the quickest first

OTHER = {
    ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">", ast.Eq: "!=", ast.NotEq: "==", ast.In: "not in",
    ast.NotIn: "in", ast.Is: "is not", ast.IsNot: "is", ast.Add: "-", ast.Sub: "+", ast.Mult: "/", ast.Div: "*",
    ast.BitAnd: "|", ast.BitOr: "&", ast.And: "or", ast.Or: "and",
}  # fmt: skip


class Mutant(NamedTuple):
    """A line, as it is and broken."""

    file: str
    line: int
    was: str
    now: str


def main() -> None:
    """Record, sample or try."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=["record", "sample", "try"])
    parser.add_argument("--number", type=int, default=40, help="how many lines to break")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--unseen", action="store_true", help="lines that no test executes in its own process")
    parser.add_argument("--file", type=Path, default=KEPT / "sample.json", help="the sample")
    parser.add_argument("--whole", action="store_true", help="try every test, not those alone that execute the line")
    parser.add_argument("--tests", nargs="*", default=[], help="try these files or folders, not the tests recorded")
    given = parser.parse_args()
    KEPT.mkdir(parents=True, exist_ok=True)
    if given.step == "record":
        record()
    elif given.step == "sample":
        drawn = sample(given.number, given.seed, unseen=given.unseen)
        given.file.write_text(json.dumps([each._asdict() for each in drawn], indent=1), encoding="utf-8")
        print(f"{len(drawn)} lines in {given.file}")
    else:
        mutants = [Mutant(**each) for each in json.loads(given.file.read_text(encoding="utf-8"))]
        attempt(mutants, whole=given.whole, tests=given.tests)


def record() -> None:
    """Run the whole suite, and keep for each line the tests that execute it."""
    for old in KEPT.glob("coverage*"):
        old.unlink()
    (KEPT / "coveragerc").write_text(COVERAGE, encoding="utf-8")
    options = [f"--cov={PACKAGE}", f"--cov-config={KEPT / 'coveragerc'}", "--cov-context=test", "--cov-report="]
    told = f"--junitxml={KEPT / 'durations.xml'}"
    subprocess.run([sys.executable, "-m", "pytest", "-q", "-n", "auto", told, *options], check=False)
    data = sorted(KEPT.glob("coverage*"))
    print(f"Recorded in {', '.join(path.name for path in data if path.name != 'coveragerc')}")


def executed(files: Collection[str] = ()) -> dict[str, dict[int, set[str]]]:
    """Return for each line of some files, or of all, the tests that execute it."""
    from coverage.numbits import numbits_to_nums

    found: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    query = (
        "select path, context, numbits from line_bits "
        "join file on file.id = file_id join context on context.id = context_id"
    )
    for data in KEPT.glob("coverage*"):
        if data.name == "coveragerc":
            continue
        with sqlite3.connect(data) as database:
            for path, context, numbits in database.execute(query):
                file = PACKAGE + path.replace("\\", "/").rpartition(f"/{PACKAGE}")[2]
                test = context.partition("|")[0]
                if test and (not files or file in files):
                    for line in numbits_to_nums(numbits):
                        found[file][line].add(test)
    return found


def sample(number: int, seed: int, *, unseen: bool) -> list[Mutant]:
    """Draw lines within functions, each once, and one way to break each."""
    tests = executed()
    ways: dict[tuple[str, int], list[Mutant]] = defaultdict(list)
    for path in sorted((ROOT / PACKAGE).rglob("*.py")):
        file = path.relative_to(ROOT).as_posix()
        for mutant in mutants_of(file, path.read_text(encoding="utf-8")):
            if bool(tests[file].get(mutant.line)) != unseen:
                ways[file, mutant.line].append(mutant)
    chance = random.Random(seed)
    places = chance.sample(sorted(ways), min(number, len(ways)))
    return [chance.choice(ways[place]) for place in places]


def mutants_of(file: str, source: str) -> Iterator[Mutant]:
    """Return every way to break a line of a module's functions that we know."""
    lines = source.splitlines()
    functions = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef))
    seen = set()
    for function in functions:
        for statement in function.body[ast.get_docstring(function) is not None :]:
            for node in _within(statement):
                for place, end, new in changes(node, source, lines):
                    was = lines[node.lineno - 1]
                    now = was[:place] + new + was[end:]
                    if was != now and (file, node.lineno, now) not in seen:
                        seen.add((file, node.lineno, now))
                        yield Mutant(file, node.lineno, was, now)


def _within(node: ast.AST) -> Iterator[ast.AST]:
    """Return a node and those within it, without annotations."""
    yield node
    for name, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and name not in ("annotation", "returns", "decorator_list"):
                yield from _within(child)


def changes(node: ast.AST, source: str, lines: list[str]) -> Iterator[tuple[int, int, str]]:
    """Return the changes of a node that stands on one line: from, to (in characters) and what takes its place."""
    if getattr(node, "lineno", 0) != getattr(node, "end_lineno", -1):
        return
    line = lines[node.lineno - 1]
    start, end = (len(line.encode()[:offset].decode()) for offset in (node.col_offset, node.end_col_offset))
    text = ast.get_source_segment(source, node) or ""
    match node:
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in OTHER:
            yield start, end, f"{_code(source, left)} {OTHER[type(op)]} {_code(source, right)}"
        case ast.BoolOp(op=op, values=values):
            yield start, end, f" {OTHER[type(op)]} ".join(_code(source, each) for each in values)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OTHER:
            yield start, end, f"{_code(source, left)} {OTHER[type(op)]} {_code(source, right)}"
        case ast.UnaryOp(op=ast.Not() | ast.Invert(), operand=operand):
            yield start, end, _code(source, operand)
        case ast.Constant(value=bool(value)):
            yield start, end, str(not value)
        case ast.Constant(value=int(value)):
            yield start, end, str(value + 1)
        case ast.Constant(value=str(value)) if value and text[:1] in "'\"" and not text.startswith(('"""', "'''")):
            yield start, end, f"{text[0]}?{text[1:]}"
        case ast.IfExp(test=test, body=body, orelse=orelse):
            yield start, end, f"{_code(source, orelse)} if {_code(source, test)} else {_code(source, body)}"
        case ast.Return(value=ast.AST()):
            yield start, end, "return None"
        case ast.Expr(value=ast.Call()):
            yield start, end, "pass"
        case ast.Call(func=func, args=args, keywords=[*kept, dropped]) if dropped.arg:
            given = [_code(source, each) for each in (*args, *kept)]
            yield start, end, f"{_code(source, func)}({', '.join(given)})"


def _code(source: str, node: ast.AST) -> str:
    if isinstance(node, ast.keyword):
        return f"{node.arg}={_code(source, node.value)}" if node.arg else f"**{_code(source, node.value)}"
    text = ast.get_source_segment(source, node) or ast.unparse(node)
    return f"({text})" if isinstance(node, (ast.BoolOp, ast.IfExp, ast.Lambda, ast.Compare, ast.BinOp)) else text


def attempt(mutants: list[Mutant], *, whole: bool, tests: list[str]) -> None:
    """Break each line in turn in a copy of the project, and print whether a test notices."""
    known = {} if whole or tests else executed({mutant.file for mutant in mutants})
    costs = durations()
    copy = KEPT / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    leave = shutil.ignore_patterns(".git", ".venv", "build", "reports", "processed", ".*_cache", "__pycache__")
    shutil.copytree(ROOT, copy, ignore=leave)
    (copy / "chosen.py").write_text(CHOSEN, encoding="utf-8")
    survived = []
    for number, mutant in enumerate(mutants, start=1):
        line = _found(mutant)
        of_line = sorted(known.get(mutant.file, {}).get(line, ()), key=lambda test: costs.get(test, 0.0))
        if not line:
            told = "gone: the line is not there any more"
        elif not (whole or tests or of_line):
            told = "survived: no test executes it"
        else:
            told = _noticed(copy, mutant, line, of_line, tests)
        survived += [mutant] if told.startswith("survived") else []
        print(f"[{number}/{len(mutants)}] {mutant.file}:{line} {told}\n    {mutant.now.strip()}", flush=True)
    (KEPT / "survived.json").write_text(json.dumps([each._asdict() for each in survived], indent=1), encoding="utf-8")
    print(f"{len(mutants) - len(survived)} of {len(mutants)} noticed; the others are in {KEPT / 'survived.json'}")


def _found(mutant: Mutant) -> int:
    """Return the number that the line has now, or 0."""
    path = ROOT / mutant.file
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    numbers = [number for number, line in enumerate(lines, start=1) if line == mutant.was]
    return min(numbers, key=lambda number: abs(number - mutant.line), default=0)


def durations() -> dict[str, float]:
    """Return how many seconds each test took when the tests were recorded."""
    from xml.etree import ElementTree as ET

    path = KEPT / "durations.xml"
    cases = ET.parse(path).iter("testcase") if path.is_file() else ()
    seconds = {(each.get("classname", ""), each.get("name", "")): float(each.get("time", 0)) for each in cases}
    return {f"{module.replace('.', '/')}.py::{name}": time for (module, name), time in seconds.items()}


def _noticed(copy: Path, mutant: Mutant, line: int, of_line: list[str], tests: list[str]) -> str:
    path = copy / mutant.file
    whole = path.read_text(encoding="utf-8")
    lines = whole.splitlines()
    lines[line - 1] = mutant.now
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    files = sorted({test.partition("::")[0] for test in of_line})
    (copy / "chosen.json").write_text(json.dumps(of_line), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--no-header", "--tb=no", "-p", "no:cacheprovider"]
    command += ["-p", "chosen", *files] if of_line else ["-n", "auto", *tests]
    environment = os.environ | {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            command, cwd=copy, env=environment, capture_output=True, text=True, timeout=LIMIT, check=False
        )
    except subprocess.TimeoutExpired:
        return "noticed: it hangs"
    finally:
        path.write_text(whole, encoding="utf-8")
    if done.returncode == 0:
        return f"survived {len(of_line) or 'all'} tests"
    if done.returncode == 5:
        return "not tried: the tests recorded for it are gone; record again"
    if done.returncode in (1, 2):
        named = [words for words in done.stdout.splitlines() if words.startswith(("FAILED", "ERROR"))]
        return f"noticed: {named[0][:150] if named else 'stopped while collecting'}"
    raise SystemExit(f"pytest ended with {done.returncode}:\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    main()
