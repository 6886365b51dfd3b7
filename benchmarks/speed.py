"""A report and a batch of reports, beside a plain script and the usual shell loop: how the time compares.

    uv run python benchmarks/speed.py

All of it is measured side by side in one run, each time in a process of its own: on the fictional example's newest
quarter, and on twelve quarters, the example's six and the same audits eighteen months before. The floor is a plain
script with the same metrics and charts in one process, without a notebook: the cells of `quarterly_report.ipynb` one
after the other. What was kept of the figures is deleted before each step. What counts is the ratios.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

import qa_analysis as qa

ROOT = Path(__file__).parents[1]
NOTEBOOK = ROOT / "notebooks" / "quarterly_report.ipynb"
ROUNDS = 3
OF_ALL_QUARTERS = ("batch", "floors", "loop")  # they take minutes, and are measured once
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
Steps = list[list[str]]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        quarters = twelve_quarters(project)
        command(qa_analysis("run", "--only", "quarterly_report"), project)
        jobs: dict[str, Steps] = {
            "nothing": [["-c", "pass"]],
            "help": [qa_analysis("--help")],
            "floor": [floor(quarters[-1])],
            "report": [qa_analysis("run", "--force", "--only", "quarterly_report")],
            "unchanged": [qa_analysis("run", "--only", "quarterly_report")],
            "batch": [qa_analysis("run", "--all", "--force", "--only", "quarterly_report", "--jobs", "2")],
            "floors": [floor(quarter) for quarter in quarters],
            "loop": [step for quarter in quarters for step in by_hand(quarter)],
        }
        took: dict[str, list[float]] = {name: [] for name in jobs}
        for measured in range(ROUNDS):
            for name, steps in jobs.items():
                if not measured or name not in OF_ALL_QUARTERS:
                    took[name].append(seconds(steps, project))
        best = {name: min(times) for name, times in took.items()}
    for name, fastest in best.items():
        print(f"{name:>10}: {fastest:7.2f} s")
    for what, above, below, limit in (
        ("--help, beside python -c pass", "help", "nothing", 15),
        ("one report, beside the floor", "report", "floor", 1.5),
        ("a run with nothing changed, beside the floor", "unchanged", "floor", 0.5),
        (f"{len(quarters)} quarters, beside the shell loop", "batch", "loop", 0.25),
        (f"{len(quarters)} quarters, beside as many floors", "batch", "floors", 0.8),
    ):
        print(f"{what}: {best[above] / best[below]:.2f} (wanted: at most {limit})")


def twelve_quarters(project: Path) -> list[str]:
    """Make a project of the example's quarters and as many before them; return what its quarters are called."""
    raw = project / "data" / "raw"
    shutil.copytree(ROOT / "data" / "raw" / "example", raw)
    data = qa.load(project)
    grades = data.sub_grades.pivot(index="audit_id", columns="practice_area", values="grade").add_prefix("Sub-grade: ")
    earlier = data.audits.join(grades, on="audit_id")
    before = pd.DataFrame(
        {
            "Audit ID": earlier["audit_id"] + "-before",
            "Audit date": earlier["audit_date"] - pd.DateOffset(months=18),
            "Level of need": earlier["level_of_need"],
            "Overall grade": earlier["overall_grade"],
            "Moderated": earlier["moderated"].map({True: "yes", False: "no"}),
            "Grade after moderation": earlier["moderated_grade"],
        }
    )
    before = before.assign(**{name: earlier[name] for name in grades.columns})
    before.to_csv(raw / "audits before.csv", index=False)
    return [qa.quarter_name(quarter) for quarter in qa.load(project).quarters]


def seconds(steps: Steps, project: Path) -> float:
    """Run steps one after the other in a project's folder, and return the seconds that they took."""
    took = 0.0
    for step in steps:
        for kept in (project / "data" / "processed").glob("figures-*.parquet"):
            kept.unlink()
        start = time.perf_counter()
        command(step, project)
        took += time.perf_counter() - start
    return took


def command(step: list[str], project: Path) -> None:
    """Run this interpreter in a project's folder."""
    subprocess.run([sys.executable, *step], cwd=project, check=True, capture_output=True)


def qa_analysis(*arguments: str) -> list[str]:
    """Return a command of the package."""
    return ["-m", "qa_analysis", *arguments]


def floor(quarter: str) -> list[str]:
    """Return the plain script for a quarter."""
    return ["-c", FLOOR, str(NOTEBOOK), quarter]


def by_hand(quarter: str) -> Steps:
    """Return what people script: papermill, then nbconvert."""
    return [
        ["-m", "papermill", str(NOTEBOOK), "out.ipynb", "-p", "quarter", quarter, "-k", "python3"],
        ["-m", "jupyter", "nbconvert", "--to", "qa_report", "out.ipynb"],
    ]


if __name__ == "__main__":
    main()
