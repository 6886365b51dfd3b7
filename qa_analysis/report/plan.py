"""What a run is to do for a quarter: which of its pages are to be made, having changed since they were published."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from qa_analysis.errors import InputError
from qa_analysis.quarter import quarter_name, quarter_slug
from qa_analysis.report.changes import Record, digest_of_page, intact
from qa_analysis.report.index import FIGURES
from qa_analysis.report.pages import EXTERNAL, Page, pages_of
from qa_analysis.report.publish import stage_folder
from qa_analysis.words import listed

if TYPE_CHECKING:
    import pandas as pd

    from qa_analysis.store import Data


@dataclass(frozen=True)
class Failure:
    """A page that could not be made, and why."""

    quarter: str
    page: str
    message: str


@dataclass
class Plan:
    """A quarter while it is made: where, its pages, those still to be rendered, and what failed."""

    quarter: pd.Period
    staged: Path
    pages: list[Page]
    stale: list[Page]
    extras: list[str]
    keep: bool  # whether the pages published earlier are of the same data
    failures: list[Failure] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Return what the quarter is called."""
        return quarter_name(self.quarter)

    @property
    def names(self) -> set[str]:
        """Return the names of its pages."""
        return {page.name for page in self.pages}


def plan_of(
    data: Data,
    quarter: pd.Period,
    only: Collection[str],
    extras: list[str],
    reports: Path,
    record: Record | None,
    digest: str,
    force: bool,
) -> Plan:
    """Return what is to do for a quarter: which of its pages have changed since they were published."""
    pages = pages_of(data, quarter, external=EXTERNAL in extras)
    published = reports / quarter_slug(quarter)
    asked = _asked_for(pages, only)
    same = record is not None and record["data"] == digest and intact(published, record, [FIGURES])
    if record is None or not same:
        stale = pages if (published / FIGURES).is_file() else asked
    else:
        stale = [page for page in asked if force or _has_changed(page, published, record)]
    return Plan(quarter, stage_folder(reports, published.name), pages, stale, extras, keep=same)


def _has_changed(page: Page, published: Path, record: Record) -> bool:
    return record["pages"].get(page.name) != digest_of_page(page) or not intact(
        published, record, [page.html, page.executed]
    )


def _asked_for(pages: list[Page], only: Collection[str]) -> list[Page]:
    names = {page.notebook.stem for page in pages}
    asked = {name.removesuffix(".ipynb") for name in only}
    for unknown in sorted(asked - names):
        raise InputError(f"“{unknown}” is not a notebook. There are {listed(sorted(names))}.")
    return [page for page in pages if page.notebook.stem in asked] if asked else pages
