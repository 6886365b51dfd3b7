"""The list of every published quarter, newest first, with its headline figures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote

from qa_analysis.contract.levels import ALL
from qa_analysis.contract.quarters import parse_quarter, quarter_name
from qa_analysis.errors import InputError
from qa_analysis.page.templating import piece, render
from qa_analysis.store.files import write_text
from qa_analysis.text import count_of

if TYPE_CHECKING:
    import pandas as pd

    from qa_analysis.contract.settings import Settings
    from qa_analysis.metrics.measure import Measure

REPORT = "quarterly_report"
LEVEL = "level_of_need"
FIGURES = "figures.csv"
_COUNTS = ["count", "denominator"]
_COLUMNS = ["quarter", "month", "measure", "level_of_need", *_COUNTS]
_HEAD = 50_000  # characters, of which the style takes the most


class _Published(NamedTuple):
    quarter: pd.Period
    name: str
    slug: str
    headlines: list[tuple[str, str]]
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
        yield _Published(
            quarter=quarter,
            name=quarter_name(quarter),
            slug=folder.name,
            headlines=_headlines(figures, quarter_name(quarter), settings),
            pages=_pages(folder, settings),
            is_example=any(_is_example(page) for page in folder.glob("*.html")),
        )


def _headlines(figures: Path, quarter: str, settings: Settings) -> list[tuple[str, str]]:
    """Return the headline figures of a quarter, each with its name on this council's scale of grades, for print."""
    import pandas as pd

    from qa_analysis.metrics.catalogue import MEASURES

    try:
        table = pd.read_csv(figures)[_COLUMNS]
    except (OSError, ValueError, KeyError):
        return []  # somebody has saved it otherwise; the quarter's pages are there all the same
    whole = table[(table["quarter"] == quarter) & table["month"].isna() & (table["level_of_need"] == ALL)]
    rows = {row["measure"]: row for row in _numbers(whole).to_dict("records")}
    shown = [(each, rows[each.name]) for each in MEASURES if each.on_index and each.name in rows]
    return [(_called(each, row, settings), _headline(row)) for each, row in shown]


def _called(measure: Measure, row: dict[Any, Any], settings: Settings) -> str:
    planned = ", of those planned" if row["denominator"] > 0 else ""
    return measure.called(measure.on_index, settings, planned=planned)


def _numbers(rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows with their counts as numbers; all are missing in a row of which somebody has spoilt one."""
    import pandas as pd

    numbers = rows[_COUNTS].apply(pd.to_numeric, errors="coerce").replace([float("inf"), float("-inf")], float("nan"))
    spoilt = (numbers.isna() & rows[_COUNTS].notna()).any(axis="columns")
    return rows.assign(**{name: numbers[name].mask(spoilt) for name in _COUNTS})


def _headline(row: dict[Any, Any]) -> str:
    import pandas as pd

    if pd.isna(row["count"]):
        return "–"
    count, of = int(row["count"]), row["denominator"]
    if pd.isna(of):
        return str(count)
    return count_of(count, int(of)) if int(of) else "–"


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
