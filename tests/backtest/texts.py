"""Figures and pages as plain text that is the same on every machine, and what differs between two such texts."""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from bs4 import BeautifulSoup

KEPT = Path(__file__).parent / "__snapshots__" / "test_example"
BLOCKS = ["h1", "h2", "h3", "h4", "p", "li", "dt", "dd", "summary", "caption", "tr"]
MARKS = {"h1": "# ", "h2": "\n## ", "h3": "\n### ", "h4": "\n#### ", "li": "- ", "caption": "Table: "}
NUMBERS = ["percent", "ci_low", "ci_high", "value"]
SHOWN = 60  # lines of a difference


def figures_text(figures: Mapping[str, str]) -> str:
    """Return the rows of the `figures.csv` of several reports, each row once, with the reports that show it.

    The newest report's rows come first, in their order, then those that only earlier ones have.
    """
    shown_in: dict[tuple[str, ...], list[str]] = {}
    for report in sorted(figures, reverse=True):
        for row in _rows(figures[report]):
            shown_in.setdefault(row, []).insert(0, report)
    heads, *rows = shown_in.items()
    return _csv([(*heads[0], "reports"), *((*row, " ".join(reports)) for row, reports in rows)])


def figures_of(report: str, text: str) -> str:
    """Return one report's part of what `figures_text` returns."""
    heads, *rows = csv.reader(io.StringIO(text))
    return _csv([heads, *([*row[:-1], report] for row in rows if report in row[-1].split())])


def page_text(html: str) -> str:
    """Return what a page says, one block a line, without its foot, which names the version and the files' checksums."""
    soup = BeautifulSoup(html, "html.parser")
    soup.body.footer.decompose()
    for chart in soup.find_all("svg", role="img"):
        words = soup.new_tag("p")
        words.string = f"Chart: {chart['aria-label']}"
        chart.replace_with(words)
    for cell in soup.find_all(["th", "td"]):
        cell.insert(0, "|")
    texts = ((text.find_parent(BLOCKS), text) for text in soup.body.find_all(string=True))
    lines = []
    for _, parts in groupby(texts, key=lambda part: id(part[0])):
        blocks, words = zip(*parts, strict=True)
        name = blocks[0].name if blocks[0] else ""
        line = " ".join((" " if name == "tr" else "").join(words).split())
        if line:
            lines.append(MARKS.get(name, "") + line)
    return "\n".join(lines) + "\n"


def difference(kept: str, made: str) -> list[str]:
    """Return the lines that differ, - as kept and + as made, the first of them where there are many."""
    lines = [
        line
        for line in difflib.unified_diff(kept.splitlines(), made.splitlines(), "kept", "made", lineterm="", n=0)
        if not line.startswith("@@")
    ]
    left = len(lines) - SHOWN
    return lines[:SHOWN] + ([f"… and {left} more lines that differ"] if left > 0 else [])


def _rows(text: str) -> list[tuple[str, ...]]:
    """Return headings and rows of a CSV, with its numbers to ten significant digits: the last bit is the processor's."""
    heads, *rows = csv.reader(io.StringIO(text))
    numbers = [heads.index(name) for name in NUMBERS]
    for row in rows:
        for column in numbers:
            row[column] = row[column] and f"{float(row[column]):.10g}"
    return [tuple(heads), *map(tuple, rows)]


def _csv(rows: Iterable[Sequence[str]]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(rows)
    return written.getvalue()
