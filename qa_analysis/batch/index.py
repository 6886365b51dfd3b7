"""The list of every published quarter, newest first, each with its bottom line and its first answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from qa_analysis.contract.quarters import parse_quarter, quarter_name
from qa_analysis.errors import InputError
from qa_analysis.page.templating import piece, render
from qa_analysis.store.files import write_text

if TYPE_CHECKING:
    import pandas as pd

    from qa_analysis.contract.settings import Settings
    from qa_analysis.sentences.verdicts import Answer

REPORT = "quarterly_report"
LEVEL = "level_of_need"
FIGURES = "figures.csv"
_HEAD = 50_000  # characters, of which the style takes the most


class _Published(NamedTuple):
    quarter: pd.Period
    name: str
    slug: str
    state: str
    bottom_line: str
    answers: list[Answer]
    pages: list[tuple[str, str]]
    is_example: bool


def write_index(reports: Path, settings: Settings, *, is_example: bool) -> Path:
    """Write `index.html` for all that is published in the reports folder, and return its path.

    Parameters
    ----------
    is_example
        Whether the data in use are the fictional example's; a quarter published from them says so in any case.

    Raises
    ------
    InputError
        If the file may not be written.
    """
    quarters = sorted(_published(reports, settings), reverse=True)
    index = reports / "index.html"
    write_text(index, render("index.html.j2", quarters=quarters, settings=settings, is_example=is_example))
    return index


def _published(reports: Path, settings: Settings) -> Iterator[_Published]:
    for figures in reports.glob(f"*/{FIGURES}"):
        folder = figures.parent
        try:
            quarter = parse_quarter(folder.name, settings.year_start_month)
        except InputError:
            continue
        bottom_line, answers, restated = _answers(figures, quarter, settings)
        yield _Published(
            quarter=quarter,
            name=quarter_name(quarter),
            slug=folder.name,
            state=_state(reports, quarter, restated),
            bottom_line=bottom_line,
            answers=answers,
            pages=_pages(folder, settings),
            is_example=any(_is_example(page) for page in folder.glob("*.html")),
        )


def _state(reports: Path, quarter: pd.Period, restated: bool) -> str:
    """Return whether a quarter is a draft, or by which role it was signed off; nothing where the record is spoilt."""
    from qa_analysis.sentences.signed_off import DRAFT, state
    from qa_analysis.store.signed_off import signed_off

    try:
        said = state(signed_off(reports.parent, quarter))
    except InputError:
        return ""
    return f"{said} Headline figures have changed since then." if restated and said != DRAFT else said


def _answers(figures: Path, quarter: pd.Period, settings: Settings) -> tuple[str, list[Answer], bool]:
    """Return the bottom line of a quarter, its first three answers, as its report has them, and whether it is restated.

    There are none where somebody has saved the figures otherwise; the quarter's pages are there all the same.
    """
    from qa_analysis.metrics.restated import RESTATED
    from qa_analysis.metrics.verdicts import verdicts_of
    from qa_analysis.sentences.verdicts import answers, bottom_line
    from qa_analysis.store.figures import read_figures

    try:
        table = read_figures(figures, settings)
        found = verdicts_of(table, quarter)
    except (OSError, ValueError, KeyError, InputError):
        return "", [], False
    restated = table.loc[table["quarter"] == quarter, "note"].str.contains(RESTATED).any()
    return bottom_line(found, settings), answers(found, settings), bool(restated)


def _pages(folder: Path, settings: Settings) -> list[tuple[str, str]]:
    """Return link and label of a quarter's pages: the report, the levels of need in their order, then the others."""
    labels = {REPORT: settings.report_name}
    labels |= {f"{LEVEL}_{level.slug}": level.name for level in settings.levels_of_need}
    there = sorted(page.stem for page in folder.glob("*.html"))
    ordered = [*(name for name in labels if name in there), *(name for name in there if name not in labels)]
    links = [quote(f"{folder.name}/{name}.html") for name in ordered]
    return [
        (link, labels.get(name, name.replace("_", " ").capitalize())) for link, name in zip(links, ordered, strict=True)
    ]


def _is_example(page: Path) -> bool:
    """Return whether a page carries the example's banner, which stands at its head; not where it cannot be opened."""
    try:
        with page.open(encoding="utf-8", errors="replace") as file:
            return piece("banner") in file.read(_HEAD)
    except OSError:
        return False
