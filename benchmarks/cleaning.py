"""A million audits beside a hundred thousand: how the time of cleaning and of all metrics grows, and the memory.

    uv run python benchmarks/cleaning.py

Each measurement is a process of its own that reads and cleans one CSV file, and then works out every figure of its
newest quarter. Memory is the growth of the process at its greatest while it cleans, in multiples of the file as pandas
holds it. What counts is the ratios: they are measured side by side.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from qa_analysis.cleaning.clean import clean
from qa_analysis.contract.settings import load_settings
from qa_analysis.metrics.catalogue import NAMES
from qa_analysis.reading.sheets import read_raw
from qa_analysis.store.data import Data
from qa_analysis.store.figures import figures

SMALL, LARGE = 100_000, 1_000_000
RUNS = 3
TIME_AT_MOST, MEMORY_AT_MOST = 11, 6


def main() -> int:
    cleaning: dict[int, list[float]] = {SMALL: [], LARGE: []}
    everything: dict[int, list[float]] = {SMALL: [], LARGE: []}
    with tempfile.TemporaryDirectory() as folder:
        paths = {rows: Path(folder) / f"audits {rows}.csv" for rows in cleaning}
        for rows, path in paths.items():
            alone("write", str(path), str(rows))
        for _ in range(RUNS):
            for rows, path in paths.items():
                cleaned, memory, worked_out = map(float, alone("measure", str(path)).split())
                cleaning[rows].append(cleaned)
                everything[rows].append(cleaned + worked_out)
    ratios = [told("cleaning", cleaning), told("cleaning and all metrics", everything)]
    print(f"memory, 1,000,000: {memory:.1f} times the file as pandas holds it (at most {MEMORY_AT_MOST})")
    return int(max(ratios) > TIME_AT_MOST or memory > MEMORY_AT_MOST)


def told(what: str, seconds: dict[int, list[float]]) -> float:
    """Print how long something took, and return how many times longer with the larger file."""
    ratio = min(seconds[LARGE]) / min(seconds[SMALL])
    for rows, times in seconds.items():
        print(f"{what}, {rows:>9,} audits: {min(times):6.2f} s")
    print(f"{what}, 1,000,000 beside 100,000: {ratio:.1f} times (at most {TIME_AT_MOST})")
    return ratio


def alone(*arguments: str) -> str:
    """Return what this program prints as a process of its own, which starts with little memory."""
    return subprocess.run([sys.executable, __file__, *arguments], check=True, capture_output=True, text=True).stdout


def write_audits(path: Path, rows: int) -> None:
    """Write audits with every column of the contract that councils fill in, one in a thousand to hold back."""
    chance = np.random.default_rng(1)
    grades = ["Outstanding", "Good", "RI", "Requires improvement", "Inadequate"]
    dates = pd.Timestamp(2023, 4, 1) + pd.to_timedelta(chance.integers(0, 900, rows), unit="D")
    moderated = chance.random(rows) < 0.5
    table = pd.DataFrame(
        {
            "Audit ID": [f"DD-{number:07d}" for number in chance.permutation(rows)],
            "Audit date": dates.strftime("%d/%m/%Y"),
            "Level of need": chance.choice(["EH", "H&P", "CIC", "CL"], rows),
            "Team": chance.choice([f"Team {number}" for number in range(30)], rows),
            "Child reference": [f"C{number:07d}" for number in chance.integers(0, 10**7, rows)],
            "Overall grade": np.where(chance.random(rows) < 0.001, "Adequate", chance.choice(grades, rows)),
            "Moderated": np.where(moderated, "Yes", "No"),
            "Grade after moderation": np.where(moderated, chance.choice(grades, rows), ""),
        }
    )
    for area in ("Assessment", "Planning", "Child's voice"):
        table[f"Sub-grade: {area}"] = chance.choice([*grades, ""], rows)
    table.to_csv(path, index=False)


def measured(path: Path) -> tuple[float, float, float]:
    """Return the seconds and the memory that cleaning a file takes, and the seconds that its figures take."""
    settings = load_settings(path.parent)
    before, start = peak(), time.process_time()
    reading = read_raw([path], path.parent, settings)
    cleaned = clean(reading, settings, NAMES)
    took, grown = time.process_time() - start, peak() - before
    memory = grown / float(reading.sheets[0].rows.memory_usage(deep=True).sum())
    data = Data(
        project=path.parent,
        settings=settings,
        is_example=False,
        inputs=pd.DataFrame(),
        issues=cleaned.issues,
        ledger=cleaned.ledger,
        reading=cleaned.reading,
        **cleaned.tables,
    )
    start = time.process_time()
    figures(data, data.quarters[-1])
    return took, memory, time.process_time() - start


def peak() -> int:
    """Return the most memory that this process has had, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["write", path, rows]:
            write_audits(Path(path), int(rows))
        case ["measure", path]:
            print(*measured(Path(path)))
        case _:
            sys.exit(main())
