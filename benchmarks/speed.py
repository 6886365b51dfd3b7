"""A report and a batch of reports, beside a plain script and the usual shell loop: how the time compares.

    uv run python benchmarks/speed.py

All of it is measured side by side in one run, each time in a process of its own and with what was kept of the figures
deleted: on the fictional example's newest quarter, on its six quarters, and on twelve, the same audits eighteen months
before too. The plain script owes the package nothing (`plain_script.py`). What counts is the ratios of the medians.
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import NamedTuple

import pandas as pd

import qa_analysis as qa

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "data" / "raw" / "example"
NOTEBOOK = ROOT / "notebooks" / "quarterly_report.ipynb"
ROUNDS = 5
BOARDS_PAGE = ["--only", "quarterly_report"]
MANY = ["--all", "--force", "--jobs", "2", *BOARDS_PAGE]
Steps = list[list[str]]


class Took(NamedTuple):
    """The seconds that something took: on the clock, and of all processors."""

    wall: float
    cpu: float


def main() -> None:
    """Measure, and print the seconds and the ratios."""
    with tempfile.TemporaryDirectory() as folder:
        six, twelve = (Path(folder) / name for name in ("six", "twelve"))
        shutil.copytree(EXAMPLE, six / "data" / "raw" / "example")
        quarters = twelve_quarters(twelve)
        for project in (six, twelve):
            command(qa_analysis("run", *BOARDS_PAGE), project)
        jobs: dict[str, tuple[Path, Steps, int]] = {  # in which project, what, and how often
            "nothing": (six, [["-c", "pass"]], ROUNDS),
            "help": (six, [qa_analysis("--help")], ROUNDS),
            "script": (six, [[str(ROOT / "benchmarks" / "plain_script.py"), str(EXAMPLE), "page.html"]], ROUNDS),
            "report": (six, [qa_analysis("run", "--force", *BOARDS_PAGE)], ROUNDS),
            "unchanged": (six, [qa_analysis("run", *BOARDS_PAGE)], ROUNDS),
            "all pages": (six, [qa_analysis("run", "--force", "--jobs", "2")], ROUNDS),
            "six quarters": (six, [qa_analysis("run", *MANY)], ROUNDS),
            "twelve quarters": (twelve, [qa_analysis("run", *MANY)], 1),
            "loop": (twelve, [step for quarter in quarters for step in by_hand(quarter)], 1),
        }
        took: dict[str, list[Took]] = {name: [] for name in jobs}
        for measured in range(ROUNDS):
            for name, (project, steps, rounds) in jobs.items():
                if measured < rounds:
                    took[name].append(seconds(steps, project))
    middle = {name: Took(*(median(each) for each in zip(*times, strict=True))) for name, times in took.items()}
    for name, times in middle.items():
        print(f"{name:>15}: {times.wall:7.2f} s, of all processors {times.cpu:7.2f} s")
    for what, above, below, limit in (
        ("--help, beside python -c pass", middle["help"].wall, middle["nothing"].wall, 8),
        ("one report, beside the script", middle["report"].wall, middle["script"].wall, 1.25),
        ("the same, of all processors", middle["report"].cpu, middle["script"].cpu, 2),
        ("all six pages of a quarter, beside one script", middle["all pages"].wall, middle["script"].wall, 2.2),
        ("six quarters, beside six scripts", middle["six quarters"].wall, 6 * middle["script"].wall, 0.6),
        ("twelve quarters, beside the shell loop", middle["twelve quarters"].wall, middle["loop"].wall, 0.15),
        ("a run with nothing changed, beside a fresh one", middle["unchanged"].wall, middle["report"].wall, 0.15),
    ):
        print(f"{what}: {above / below:.2f} (wanted: at most {limit})")


def twelve_quarters(project: Path) -> list[str]:
    """Make a project of the example's quarters and as many before them; return what its quarters are called."""
    raw = project / "data" / "raw"
    shutil.copytree(EXAMPLE, raw)
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


def seconds(steps: Steps, project: Path) -> Took:
    """Run steps one after the other in a project's folder, and return what they took."""
    wall = cpu = 0.0
    for step in steps:
        for kept in (project / "data" / "processed").glob("figures-*.parquet"):
            kept.unlink()
        start, used = time.perf_counter(), used_by_processes()
        command(step, project)
        wall, cpu = wall + time.perf_counter() - start, cpu + used_by_processes() - used
    return Took(wall, cpu)


def used_by_processes() -> float:
    """Return the seconds of all processors that the processes started here have used, theirs too."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def command(step: list[str], project: Path) -> None:
    """Run this interpreter in a project's folder."""
    subprocess.run([sys.executable, *step], cwd=project, check=True, capture_output=True)


def qa_analysis(*arguments: str) -> list[str]:
    """Return a command of the package."""
    return ["-m", "qa_analysis", *arguments]


def by_hand(quarter: str) -> Steps:
    """Return what people script: papermill, then nbconvert."""
    return [
        ["-m", "papermill", str(NOTEBOOK), "out.ipynb", "-p", "quarter", quarter, "-k", "python3"],
        ["-m", "jupyter", "nbconvert", "--to", "qa_report", "out.ipynb"],
    ]


if __name__ == "__main__":
    main()
