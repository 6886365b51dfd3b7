"""Ten times as much beside as it is: how the time of cleaning and of all metrics grows, and the memory.

    uv run python benchmarks/cleaning.py

It is measured for audits (a million beside a hundred thousand), files, references beside texts, actions and quarters.
Each measurement is a process of its own that reads and cleans some CSV files, and then works out every figure of their
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
from statistics import median

import numpy as np
import pandas as pd
import scipy.stats  # noqa: F401 - what figures import once does not grow with them
import statsmodels.stats.proportion  # noqa: F401

from qa_analysis.cleaning.clean import clean
from qa_analysis.contract.settings import load_settings
from qa_analysis.metrics.catalogue import NAMES
from qa_analysis.reading.sheets import read_raw
from qa_analysis.store.data import Data
from qa_analysis.store.figures import figures

FEW = {"audits": 100_000, "files": 200, "references": 20_000, "actions": 2_000, "quarters": 10}
RUNS = 3
TIME_AT_MOST, MEMORY_AT_MOST = 10.5, 5


def main() -> int:
    above = [what for what in FEW if not grows_evenly(what)]
    print(f"above what is wanted: {', '.join(above)}" if above else "all as is wanted")
    return len(above)


def grows_evenly(what: str) -> bool:
    """Measure something and ten times as much of it, print what that takes, and say whether it is what is wanted."""
    few, many = FEW[what], 10 * FEW[what]
    cleaning: dict[int, list[float]] = {few: [], many: []}
    everything: dict[int, list[float]] = {few: [], many: []}
    with tempfile.TemporaryDirectory() as folder:
        for number in (few, many):
            alone("write", what, str(number), f"{folder}/{number}")
        for _ in range(RUNS):
            for number in (few, many):
                cleaned, memory, worked_out = map(float, alone("measure", f"{folder}/{number}").split())
                cleaning[number].append(cleaned)
                everything[number].append(cleaned + worked_out)
    ratios = [told(f"{what}, cleaning", cleaning), told(f"{what}, cleaning and all metrics", everything)]
    if what == "audits":
        print(f"memory, {many:,}: {memory:.1f} times the file as pandas holds it (at most {MEMORY_AT_MOST})")
        return max(ratios) <= TIME_AT_MOST and memory <= MEMORY_AT_MOST
    return max(ratios) <= TIME_AT_MOST


def told(what: str, seconds: dict[int, list[float]]) -> float:
    """Print how long something took, and return how many times longer with ten times as much."""
    few, many = seconds
    ratio = median(seconds[many]) / median(seconds[few])
    for number, times in seconds.items():
        print(f"{what}, {number:>9,}: {median(times):6.2f} s")
    print(f"{what}, {many:,} beside {few:,}: {ratio:.1f} times (at most {TIME_AT_MOST})", flush=True)
    return ratio


def alone(*arguments: str) -> str:
    """Return what this program prints as a process of its own, which starts with little memory."""
    return subprocess.run([sys.executable, __file__, *arguments], check=True, capture_output=True, text=True).stdout


def write(what: str, number: int, folder: Path) -> None:
    """Write the files of which there is much of something."""
    folder.mkdir()
    match what:
        case "audits":
            audits(number).to_csv(folder / "audits.csv", index=False)
        case "files":
            for place, rows in audits(10 * number).groupby(np.arange(10 * number) // 10):
                rows.to_csv(folder / f"audits {place}.csv", index=False)
        case "references":  # and a text for every four of them, half of which name one
            every = audits(number)
            every.to_csv(folder / "audits.csv", index=False)
            findings(every["Child reference"]).to_csv(folder / "findings.csv", index=False)
        case "actions":
            audits(100).to_csv(folder / "audits.csv", index=False)
            actions(number).to_csv(folder / "actions.csv", index=False)
        case "quarters":
            audits(400 * number, days=91 * number).to_csv(folder / "audits.csv", index=False)


def audits(rows: int, days: int = 900) -> pd.DataFrame:
    """Return audits with every column of the contract that councils fill in, one in a thousand to hold back."""
    chance = np.random.default_rng(1)
    grades = ["Outstanding", "Good", "RI", "Requires improvement", "Inadequate"]
    dates = pd.Timestamp(2026, 4, 1) - pd.to_timedelta(chance.integers(1, days, rows), unit="D")
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
    return table


def findings(references: pd.Series[str]) -> pd.DataFrame:
    """Return written findings, a quarter as many as there are references; every other one names one."""
    named = references[::4].reset_index(drop=True)
    texts = "The record of " + named.where(named.index % 2 == 0, "a child") + " was up to date on the day of the audit."
    return pd.DataFrame(
        {"Date": "01/03/2026", "Level of need": "EH", "Type": "Strength", "Theme": "Recording", "Finding": texts}
    )


def actions(number: int) -> pd.DataFrame:
    """Return actions of two steps each, agreed over three years, half of them done."""
    place = np.arange(number).repeat(2)
    raised = pd.Timestamp(2023, 4, 3) + pd.to_timedelta(place % 1000, unit="D")
    return pd.DataFrame(
        {
            "Action ID": [f"A-{each}" for each in place],
            "Raised": raised.strftime("%d/%m/%Y"),
            "Action": [f"Action number {each}" for each in place],
            "Step": np.tile([1, 2], number),
            "Step detail": "What is to be done",
            "Lead": "Head of service",
            "Timescale": (raised + pd.DateOffset(months=3)).strftime("%d/%m/%Y"),
            "Status": np.where(place % 2, "Complete", "Open"),
        }
    )


def measured(folder: Path) -> tuple[float, float, float]:
    """Return the seconds and the memory that cleaning files takes, and the seconds that their figures take."""
    settings = load_settings(folder)
    before, start = peak(), time.process_time()
    reading = read_raw(sorted(folder.iterdir()), folder, settings)
    cleaned = clean(reading, settings, NAMES)
    took, grown = time.process_time() - start, peak() - before
    memory = grown / float(reading.sheets[0].rows.memory_usage(deep=True).sum())
    data = Data(
        project=folder,
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
        case ["write", what, number, folder]:
            write(what, int(number), Path(folder))
        case ["measure", folder]:
            print(*measured(Path(folder)))
        case _:
            sys.exit(main())
