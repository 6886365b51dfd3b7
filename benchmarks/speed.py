"""A report and a batch of reports, beside a plain script and the usual shell loop: how the time compares.

    uv run python benchmarks/speed.py

All of it is measured side by side in one run, on the fictional example's six quarters, each time in a process of its
own. The floor is a plain script with the same metrics and charts in one process, without a notebook: the cells of
`quarterly_report.ipynb` one after the other. What counts is the ratios.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
NOTEBOOK = ROOT / "notebooks" / "quarterly_report.ipynb"
RUNS = 3
FLOOR = """
import ast, json, sys
cells = json.load(open(sys.argv[1], encoding="utf-8"))["cells"]
names, page = {}, []
for cell in cells:
    if cell["cell_type"] == "code":
        tree = ast.parse("".join(cell["source"]))
        last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, "cell", "exec"), names)
        if "parameters" in cell["metadata"].get("tags", []):
            names["quarter"] = sys.argv[2]
        if last is not None:
            page.append(str(eval(compile(ast.Expression(last.value), "cell", "eval"), names).html))
open("page.html", "w", encoding="utf-8").write("".join(page))
"""


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        shutil.copytree(ROOT / "data" / "raw" / "example", project / "data" / "raw" / "example")
        command("run", "--all", "--only", "quarterly_report").run(project)
        quarters = [path.name for path in sorted((project / "reports").glob("20*"))]
        every = ["run", "--all", "--only", "quarterly_report", "--jobs", "2"]
        jobs = {
            "nothing": Steps([["-c", "pass"]]),
            "help": command("--help"),
            "floor": Steps([["-c", FLOOR, str(NOTEBOOK), quarters[-1]]]),
            "report": command("run", "--force", "--only", "quarterly_report"),
            "unchanged": command("run", "--only", "quarterly_report"),
            "batch": command(*every, "--force"),
            "floors": Steps([["-c", FLOOR, str(NOTEBOOK), quarter] for quarter in quarters]),
            "loop": Steps([step for quarter in quarters for step in by_hand(quarter)]),
        }
        seconds = {name: min(steps.run(project) for _ in range(RUNS)) for name, steps in jobs.items()}
    for name, took in seconds.items():
        print(f"{name:>10}: {took:7.2f} s")
    for what, above, below, limit in (
        ("--help, beside python -c pass", "help", "nothing", 15),
        ("one report, beside the floor", "report", "floor", 1.5),
        ("a run with nothing changed, beside the floor", "unchanged", "floor", 0.5),
        (f"{len(quarters)} quarters, beside the shell loop", "batch", "loop", 0.25),
        (f"{len(quarters)} quarters, beside as many floors", "batch", "floors", 0.8),
    ):
        print(f"{what}: {seconds[above] / seconds[below]:.2f} (wanted: at most {limit})")


class Steps:
    """Commands of this interpreter, run one after the other."""

    def __init__(self, steps: list[list[str]]) -> None:
        self.steps = steps

    def run(self, project: Path) -> float:
        """Run them in a project's folder and return the seconds that they took."""
        start = time.perf_counter()
        for step in self.steps:
            subprocess.run([sys.executable, *step], cwd=project, check=True, capture_output=True)
        return time.perf_counter() - start


def command(*options: str) -> Steps:
    """Return a command of the package."""
    return Steps([["-m", "qa_analysis", *options]])


def by_hand(quarter: str) -> list[list[str]]:
    """Return what people script: papermill, then nbconvert."""
    return [
        ["-m", "papermill", str(NOTEBOOK), "out.ipynb", "-p", "quarter", quarter, "-k", "python3"],
        ["-m", "jupyter", "nbconvert", "--to", "qa_report", "out.ipynb"],
    ]


if __name__ == "__main__":
    main()
