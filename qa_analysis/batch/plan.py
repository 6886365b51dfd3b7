"""What a run is to do for a quarter: which of its pages are to be made, having changed since they were published."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from qa_analysis.batch.changes import Record, digest_of_page, digest_of_quarter, intact
from qa_analysis.batch.index import FIGURES
from qa_analysis.batch.pages import EXTERNAL, WORD, Page, pages_of
from qa_analysis.batch.publish import stage_folder
from qa_analysis.contract.quarters import quarter_name, quarter_slug
from qa_analysis.errors import InputError
from qa_analysis.text import listed

if TYPE_CHECKING:
    import pandas as pd

    from qa_analysis.store.data import Data

TABLES = "tables.xlsx"
EXTERNAL_FIGURES = f"{EXTERNAL}/{FIGURES}"
log = logging.getLogger("qa_analysis")


@dataclass(frozen=True)
class Failure:
    """A page that could not be made, and why."""

    quarter: str
    page: str
    message: str


@dataclass
class Plan:
    """A quarter while it is made: its pages, those to be rendered, what stays of the earlier ones, and what failed."""

    quarter: pd.Period
    staged: Path
    pages: list[Page]
    stale: list[Page]
    extras: list[str]
    made_from: str  # a digest of what all pages depend on
    digests: dict[str, str]  # of each page's notebook and parameters as they are now
    keep: bool  # whether the pages published earlier are of the same data
    kept: list[str]  # files that stay as they were published
    settled: bool  # whether there is nothing to do
    failures: list[Failure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # what else is to be told
    published: bool = False

    @property
    def name(self) -> str:
        """Return what the quarter is called."""
        return quarter_name(self.quarter)

    def fail(self, page: str, message: str) -> None:
        """Note that a page, or something else of the quarter, could not be made."""
        self.failures.append(Failure(self.name, page, message))
        log.error("failed %s %s: %s", self.name, page, " ".join(message.split()))


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
    pages, digest = pages_of(data, quarter, external=EXTERNAL in extras), digest_of_quarter(data, quarter, digest)
    digests = {page.name: digest_of_page(page) for page in pages}
    published = reports / quarter_slug(quarter)
    asked = _asked_for(pages, only)
    keep = record is not None and record["data"] == digest and intact(published, record, [FIGURES])
    if record is None or not keep:
        stale = pages if any(published.rglob("*.html")) else asked
        kept, settled = [], False
    else:
        stale = [page for page in asked if force or _has_changed(page, published, record, digests)]
        kept = _that_stay(pages_of(data, quarter, external=True), stale, published, record)
        settled = not stale and not extras and len(kept) == len(record["files"])
    public = [] if record is None else _public_that_stays(data, quarter, published, record)
    if public:  # a new edition beside the old one would tell of those few audits
        stale = [page for page in stale if not page.name.startswith(f"{EXTERNAL}/")]
        kept = list(dict.fromkeys([*kept, *public]))
    staged = stage_folder(reports, published.name)
    plan = Plan(quarter, staged, pages, stale, extras, digest, digests, keep, kept, settled)
    if public and EXTERNAL in extras:
        plan.notes.append(
            f"{plan.name}: the public edition stays as it is, for fewer than five audits have changed since the "
            "quarter was signed off; public_again = true in settings.toml makes it anew."
        )
    return plan


def _public_that_stays(data: Data, quarter: pd.Period, published: Path, record: Record) -> list[str]:
    """Return the files of a public edition that is not made again: too few audits have changed since sign-off."""
    public = [name for name in record["files"] if name.startswith((f"{EXTERNAL}/", f"notebooks/{EXTERNAL}/"))]
    if not public or data.settings.public_again or not intact(published, record, public):
        return []
    from qa_analysis.store.signed_off import few_changed

    return public if few_changed(data, quarter) else []


def _has_changed(page: Page, published: Path, record: Record, digests: Mapping[str, str]) -> bool:
    return record["pages"].get(page.name) != digests[page.name] or not intact(
        published, record, [page.html, page.executed]
    )


def _that_stay(pages: list[Page], stale: list[Page], published: Path, record: Record) -> list[str]:
    """Return the files that stay as they were published: nobody has altered them, and their notebook is still there."""
    made_again = {page.name for page in stale}
    of_pages = [
        name
        for page in pages
        if page.name not in made_again
        for name in (page.html, page.executed, f"{page.name}.pdf", page.word)
    ]
    by_people = [
        name
        for name in record["files"]
        if name.endswith(WORD) and name.removesuffix(WORD) + ".html" not in record["files"]
    ]
    names = (*of_pages, FIGURES, TABLES, EXTERNAL_FIGURES, *by_people)
    return [name for name in names if name in record["files"] and intact(published, record, [name])]


def _asked_for(pages: list[Page], only: Collection[str]) -> list[Page]:
    names = {page.notebook.stem for page in pages}
    asked = {name.removesuffix(".ipynb") for name in only}
    for unknown in sorted(asked - names):
        raise InputError(f"“{unknown}” is not a notebook. There are {listed(sorted(names))}.")
    return [page for page in pages if page.notebook.stem in asked] if asked else pages
