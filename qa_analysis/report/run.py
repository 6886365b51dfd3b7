"""One run: the pages of the chosen quarters that have changed are rendered, and each quarter published when ready."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from qa_analysis.errors import InputError, QaAnalysisError, ReportError
from qa_analysis.files import write_text
from qa_analysis.own import FILE
from qa_analysis.project import reports_folder
from qa_analysis.quarter import quarter_name, quarter_slug
from qa_analysis.report.changes import (
    Record,
    digest_of_data,
    digest_of_page,
    digests_of_files,
    intact,
    read_records,
    write_records,
)
from qa_analysis.report.execute import CELL_LIMIT, stop_kernels
from qa_analysis.report.index import FIGURES, write_index
from qa_analysis.report.pages import EXTERNAL, Made, Page, make, pages_of
from qa_analysis.report.publish import finish_publications, keep_failure, only_run, publish, stage, stage_folder
from qa_analysis.words import listed

if TYPE_CHECKING:
    import pandas as pd

    from qa_analysis.store import Data

TABLES = "tables.xlsx"
EXTERNAL_FIGURES = f"{EXTERNAL}/{FIGURES}"
Progress = Callable[[int, int, str], object]
log = logging.getLogger("qa_analysis")


@dataclass(frozen=True)
class Failure:
    """A page that could not be made, and why."""

    quarter: str
    page: str
    message: str


@dataclass(frozen=True)
class Outcome:
    """What a run has done.

    `published` are the folders of the quarters that are as they should be now, `rendered` the number of pages that
    were made for each quarter (by its name), `failures` what could not be made, and `index` the list of quarters.
    """

    data: Data
    published: tuple[Path, ...]
    failures: tuple[Failure, ...]
    index: Path
    rendered: dict[str, int]


@dataclass
class _Plan:
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
        return quarter_name(self.quarter)


def run(
    project: Path,
    quarters: Sequence[str] = (),
    *,
    all_quarters: bool = False,
    only: Collection[str] = (),
    jobs: int = 1,
    force: bool = False,
    pdf: bool = False,
    tables: bool = False,
    external: bool = False,
    skip_bad_files: bool = False,
    scheduler: str = "",
    cell_limit: int = CELL_LIMIT,
    progress: Progress | None = None,
) -> Outcome:
    """Render and publish the pages of quarters, cleaning the raw files first where that is needed.

    Parameters
    ----------
    project
        The project's folder.
    quarters
        The quarters to report on, as people write them; the newest one that has audits where none is given.
    all_quarters
        Report on every quarter that has audits instead.
    only
        Names of notebooks to render, such as `quarterly_report`; the other pages stay as they are published.
        Where the data have changed since, every page is rendered, so that all agree with one another.
    jobs
        How many pages to render at a time.
    force
        Render what has not changed, too.
    pdf, tables, external
        Also a PDF beside each page; the figures as a workbook; the pages for the public. Without them, what an
        earlier run made of them stays for as long as it agrees with the pages.
    skip_bad_files
        Leave out raw files that cannot be read, instead of stopping.
    scheduler
        The address of a Dask scheduler whose workers render the pages; on this machine where it is empty.
    cell_limit
        How many seconds a cell of a notebook may take.
    progress
        Called before the first page and after each one, with the number of pages done, the number of all, and
        which page it was.

    Returns
    -------
    Outcome
        A quarter with a page that failed is not published; what was made of it is kept in `reports/failed`.

    Raises
    ------
    InputError
        If the raw files, a quarter or the name of a notebook cannot be used; then nothing is published.
    ReportError
        If another run is at work, or another program holds a published file open.
    """
    from qa_analysis.store import is_current, load

    reports = reports_folder(project)
    with only_run(reports):
        finish_publications(reports)
        data = load(project, skip_bad_files=skip_bad_files)
        log.info("read %s: %s audits", project, f"{len(data.audits):,}")
        records = read_records(reports)
        digest = digest_of_data(data)
        extras = _extras(pdf, tables, external)
        plans = [
            _plan(data, quarter, only, extras, reports, records.get(quarter_slug(quarter)), digest, force)
            for quarter in _chosen(data, quarters, all_quarters)
        ]
        if any(plan.stale for plan in plans):
            _require_measures(data)
        published = []
        for plan in _rendered(plans, data, jobs, scheduler, cell_limit, progress):
            if not is_current(data):
                plan.failures.append(Failure(plan.name, "data", "The raw files changed during the run. Run again."))
            if folder := _published(plan, data, reports, records, digest):
                published.append(folder)
        try:
            index = write_index(reports, data.settings, is_example=data.is_example)
        except OSError as error:
            raise InputError(_cannot_be_written(error, reports)) from None
        failures = tuple(failure for plan in plans for failure in plan.failures)
        for failure in failures:
            log.error("failed %s %s: %s", failure.quarter, failure.page, failure.message)
    return Outcome(data, tuple(sorted(published)), failures, index, {plan.name: len(plan.stale) for plan in plans})


def _require_measures(data: Data) -> None:
    """Raise InputError where the project's own measures cannot be used: that is told before a page is made."""
    if not (data.project / FILE).is_file():
        return
    from qa_analysis.metrics.figures import all_measures

    all_measures(data)


def _chosen(data: Data, quarters: Sequence[str], all_quarters: bool) -> list[pd.Period]:
    from qa_analysis.store import chosen_quarter

    if all_quarters:
        return data.quarters
    return sorted({chosen_quarter(data, text) for text in quarters}) or [chosen_quarter(data)]


def _extras(pdf: bool, tables: bool, external: bool) -> list[str]:
    return [name for name, wanted in (("pdf", pdf), (TABLES, tables), (EXTERNAL, external)) if wanted]


def _plan(
    data: Data,
    quarter: pd.Period,
    only: Collection[str],
    extras: list[str],
    reports: Path,
    record: Record | None,
    digest: str,
    force: bool,
) -> _Plan:
    """Return what is to do for a quarter: which of its pages have changed since they were published."""
    pages = pages_of(data, quarter, external=EXTERNAL in extras)
    published = reports / quarter_slug(quarter)
    asked = _asked_for(pages, only)
    same = record is not None and record["data"] == digest and intact(published, record, [FIGURES])
    if record is None or not same:
        stale = pages if (published / FIGURES).is_file() else asked
    else:
        stale = [page for page in asked if force or _has_changed(page, published, record)]
    return _Plan(quarter, stage_folder(reports, published.name), pages, stale, extras, keep=same)


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


def _rendered(
    plans: list[_Plan], data: Data, jobs: int, scheduler: str, cell_limit: int, progress: Progress | None
) -> Iterator[_Plan]:
    """Render the pages of all quarters, several at a time, and yield each quarter when its last page is there."""
    tasks = [(place, page) for place, plan in enumerate(plans) for page in plan.stale]
    left = [len(plan.stale) for plan in plans]
    tell = progress or (lambda *_: None)
    if tasks:
        tell(0, len(tasks), "")
    for plan in plans:
        _begin(plan)
        if not plan.stale:
            yield plan
    for done, (place, page, made) in enumerate(_made(tasks, data.project, jobs, scheduler, cell_limit), start=1):
        plan = plans[place]
        _keep(plan, page, made)
        tell(done, len(tasks), f"{plan.name} {page.name}")
        left[place] -= 1
        if not left[place]:
            yield plan


def _made(
    tasks: list[tuple[int, Page]], project: Path, jobs: int, scheduler: str, cell_limit: int
) -> Iterator[tuple[int, Page, Made]]:
    """Make pages in the order in which they are ready, each with its place; nothing is left running."""
    from joblib import Parallel, delayed

    from qa_analysis.report.cluster import backend

    if not tasks:
        return
    calls = (delayed(_placed)(place, page, project, cell_limit) for place, page in tasks)
    try:
        with backend(scheduler, min(jobs, len(tasks))):
            yield from Parallel(return_as="generator_unordered")(calls)
    except BaseException:
        stop_kernels()
        raise


def _placed(place: int, page: Page, project: Path, cell_limit: int) -> tuple[int, Page, Made]:
    return place, page, make(page, project, cell_limit)


def _begin(plan: _Plan) -> None:
    """Stage a quarter: where its data are the same, with the published files that stay."""
    reports = plan.staged.parents[1]
    stage(reports, plan.staged.name)
    published = reports / plan.staged.name
    if plan.keep:
        shutil.copytree(published, plan.staged, dirs_exist_ok=True)
    for page in plan.stale:
        for name in (page.html, page.executed, f"{page.name}.pdf"):
            (plan.staged / name).unlink(missing_ok=True)


def _keep(plan: _Plan, page: Page, made: Made) -> None:
    """Put what came of a page among its quarter's files; a failure with its traceback in a text beside it."""
    try:
        if made.notebook:
            write_text(plan.staged / page.executed, made.notebook)
        if made.failure:
            plan.failures.append(Failure(plan.name, page.name, made.failure))
            write_text(plan.staged / f"{page.name}.txt", f"{made.failure}\n\n{made.traceback}")
        else:
            write_text(plan.staged / page.html, made.html)
            log.info("made %s %s", plan.name, page.name)
    except (OSError, InputError) as error:
        plan.failures.append(Failure(plan.name, page.name, _cannot_be_written(error, plan.staged)))


def _published(plan: _Plan, data: Data, reports: Path, records: dict[str, Record], digest: str) -> Path | None:
    """Publish a quarter, or keep what a failure left of it; return its folder where it is as it should be."""
    published = reports / plan.staged.name
    try:
        if not plan.failures:
            _complete(plan, data)
        if plan.failures:
            keep_failure(plan.staged, reports)
            return None
        printing = _print(plan) if "pdf" in plan.extras else ""
        files = digests_of_files(plan.staged)
        record = records.get(published.name)
        if plan.keep and record is not None and files == record["files"] and intact(published, record, files):
            shutil.rmtree(plan.staged)
            log.info("unchanged %s", plan.name)
            return _told(plan, printing, published)
        publish(plan.staged, reports)
        kept = record["pages"] if plan.keep and record is not None else {}
        pages = kept | {page.name: digest_of_page(page) for page in plan.stale}
        records[published.name] = Record(data=digest, pages=pages, files=files)
        write_records(reports, records)
        log.info("published %s", plan.name)
    except (OSError, QaAnalysisError) as error:
        plan.failures.append(Failure(plan.name, "publication", _cannot_be_written(error, published)))
        return None
    return _told(plan, printing, published)


def _told(plan: _Plan, printing: str, published: Path) -> Path:
    """Note what went wrong with the PDFs: that is told, but keeps no page from being published."""
    if printing:
        plan.failures.append(Failure(plan.name, "PDF", printing))
    return published


def _print(plan: _Plan) -> str:
    """Print the pages that have no PDF yet; return what went wrong, if anything."""
    from qa_analysis.report.pdf import write_pdf

    try:
        for page in sorted(plan.staged.rglob("*.html")):
            if not page.with_suffix(".pdf").is_file():
                write_pdf(page)
    except ReportError as error:
        return str(error)
    return ""


def _complete(plan: _Plan, data: Data) -> None:
    """Add to a quarter's pages what the library makes itself: its figures, and what else was asked for."""
    if not (plan.staged / FIGURES).is_file():
        from qa_analysis.metrics.figures import figures, write_figures

        write_figures(figures(data, plan.quarter), plan.staged / FIGURES)
    if EXTERNAL in plan.extras and not (plan.staged / EXTERNAL_FIGURES).is_file():
        from qa_analysis.external import public_figures
        from qa_analysis.metrics.figures import write_figures

        write_figures(public_figures(data, plan.quarter), plan.staged / EXTERNAL_FIGURES)
    if TABLES in plan.extras and not (plan.staged / TABLES).is_file():
        from qa_analysis.report.workbook import write_tables

        write_tables(data, plan.quarter, plan.staged / TABLES)


def _cannot_be_written(error: Exception, folder: Path) -> str:
    """Return the sentence for what could not be written; our own errors have theirs."""
    if isinstance(error, QaAnalysisError):
        return str(error)
    reason = getattr(error, "strerror", None) or error
    return (
        f"{getattr(error, 'filename', None) or folder}: cannot be written ({reason}). Make room on the disk, and check "
        "that the folder is not read-only; then run again."
    )
