"""One run: the pages of the chosen quarters that have changed are rendered, and each quarter published when ready."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from qa_analysis.batch.changes import (
    Record,
    digest_of_data,
    digests_of_files,
    intact,
    read_records,
    write_records,
)
from qa_analysis.batch.forking import forks
from qa_analysis.batch.index import FIGURES, write_index
from qa_analysis.batch.pages import EXTERNAL, WORD, Make
from qa_analysis.batch.plan import EXTERNAL_FIGURES, TABLES, Failure, Plan, plan_of
from qa_analysis.batch.publish import finish_publications, forget_failure, keep_failure, only_run, publish
from qa_analysis.batch.render import Progress, Tell, rendered
from qa_analysis.contract.project import reports_folder
from qa_analysis.contract.quarters import quarter_slug
from qa_analysis.errors import InputError, QaAnalysisError, ReportError
from qa_analysis.store.files import cannot_be_written, write_text
from qa_analysis.store.own import FILE

if TYPE_CHECKING:
    import pandas as pd

    from qa_analysis.store.data import Data

log = logging.getLogger("qa_analysis")


@dataclass(frozen=True)
class Outcome:
    """What a run has done.

    `published` are the folders of the quarters that are as they should be now, `failures` what could not be made,
    `index` the list of quarters, and `notes` what else is to be told. `summary` has a row for each quarter: `quarter`
    (text), and of its pages how many there are (`pages`), how many were `rendered` and how many `failed` (int), and
    whether it was `published` anew (text: yes, no or unchanged).
    """

    data: Data
    published: tuple[Path, ...]
    failures: tuple[Failure, ...]
    index: Path
    summary: pd.DataFrame
    notes: tuple[str, ...] = ()


def run(
    project: Path,
    quarters: Sequence[str] = (),
    *,
    all_quarters: bool = False,
    only: Collection[str] = (),
    jobs: int = 1,
    force: bool = False,
    pdf: bool = False,
    word: bool = False,
    tables: bool = False,
    external: bool = False,
    skip_bad_files: bool = False,
    scheduler: str = "",
    make: Make | None = None,
    progress: Tell | None = None,
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
    pdf, word, tables, external
        Also a PDF beside each page; a Word document; the figures as a workbook; the pages for the public. Without
        them, what an earlier run made of them stays for as long as it agrees with the pages.
    skip_bad_files
        Leave out raw files that cannot be read, instead of stopping.
    scheduler
        The address of a Dask scheduler whose workers render the pages; on this machine where it is empty.
    make
        What makes a page; where not given, its notebook is executed in a kernel, which makes further pages of it,
        and exported.
    progress
        Called before the first page and after each one, with how far the run has come.

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
    from qa_analysis.store.data import load

    reports = reports_folder(project)
    with only_run(reports), forks():
        unfinished = finish_publications(reports)
        data = load(project, skip_bad_files=skip_bad_files)
        log.info("read %s audits", f"{len(data.audits):,}")
        records = read_records(reports)
        digest = digest_of_data(data)
        extras = [
            name for name, wanted in (("pdf", pdf), (WORD, word), (TABLES, tables), (EXTERNAL, external)) if wanted
        ]
        plans = [
            plan_of(data, quarter, only, extras, reports, records.get(quarter_slug(quarter)), digest, force)
            for quarter in _chosen(data, quarters, all_quarters)
            if quarter_slug(quarter) not in unfinished
        ]
        _require_measures(data, [plan.quarter for plan in plans if plan.stale])
        published = []
        for plan in rendered(plans, data.project, jobs, scheduler, make, progress or _say_nothing):
            if not plan.settled and not _still_current(data):
                plan.fail("data", "The raw files or the settings changed during the run. Run again.")
            if folder := _published(plan, data, reports, records):
                published.append(folder)
        failures = [Failure(name, "publication", message) for name, message in unfinished.items()]
        failures += [failure for plan in plans for failure in plan.failures]
        index = reports / "index.html"
        try:
            write_index(reports, data.settings, is_example=data.is_example)
        except InputError as error:
            failures.append(Failure("All quarters", "index", str(error)))
    notes = tuple(note for plan in plans for note in plan.notes)
    return Outcome(data, tuple(sorted(published)), tuple(failures), index, _summary(plans), notes)


def _still_current(data: Data) -> bool:
    from qa_analysis.store.data import is_current

    try:
        return is_current(data)
    except InputError:  # half saved, perhaps
        return False


def _require_measures(data: Data, quarters: list[pd.Period]) -> None:
    """Raise InputError where the project's own measures fail: that is told once, before a page is made."""
    if quarters and (data.project / FILE).is_file():
        from qa_analysis.store.figures import figures

        figures(data, quarters[-1])


def _chosen(data: Data, quarters: Sequence[str], all_quarters: bool) -> list[pd.Period]:
    from qa_analysis.store.data import chosen_quarter

    if all_quarters:
        return data.quarters
    return sorted({chosen_quarter(data, text) for text in quarters}) or [chosen_quarter(data)]


def _say_nothing(_: Progress) -> None:
    """Take no notice of how far a run has come."""


def _summary(plans: list[Plan]) -> pd.DataFrame:
    import pandas as pd

    rows = [
        {
            "quarter": plan.name,
            "pages": len(plan.pages),
            "rendered": len(plan.stale) - sum(failure.page in plan.digests for failure in plan.failures),
            "failed": sum(failure.page in plan.digests for failure in plan.failures),
            "published": "yes" if plan.published else "no" if plan.failures else "unchanged",
        }
        for plan in plans
    ]
    return pd.DataFrame(rows, columns=["quarter", "pages", "rendered", "failed", "published"])


def _published(plan: Plan, data: Data, reports: Path, records: dict[str, Record]) -> Path | None:
    """Publish a quarter, or keep what a failure left of it; return its folder where it is as it should be."""
    published = reports / plan.staged.name
    record = records.get(published.name)
    try:
        if not plan.failures and not plan.settled:
            _complete(plan, data)
        if plan.failures:
            if plan.staged.is_dir():
                keep_failure(plan.staged, reports)
            return None
        printing = _print(plan) if "pdf" in plan.extras else ""
        writing = _write_word(plan, data.project) if WORD in plan.extras else ""
        if not plan.settled:
            _keep_edited(plan, published, record)
        files = record["files"] if plan.settled and record else digests_of_files(plan.staged)
        if plan.keep and record is not None and files == record["files"] and intact(published, record, files):
            shutil.rmtree(plan.staged, ignore_errors=True)
            forget_failure(reports, published.name)
            log.info("unchanged %s", plan.name)
        else:
            publish(plan.staged, reports)
            plan.published = True
            log.info("published %s", plan.name)
        pages = {name: made for name, made in record["pages"].items() if plan.keep} if record else {}
        made_now = {page.name: plan.digests[page.name] for page in plan.stale}
        records[published.name] = Record(data=plan.made_from, pages=pages | made_now, files=files)
        if records[published.name] != record:
            write_records(reports, records)
    except OSError as error:
        plan.fail("publication", cannot_be_written(error, published))
        return None
    except QaAnalysisError as error:
        plan.fail("publication", str(error))
        return None
    for what, wrong in (("PDF", printing), ("Word", writing)):
        if wrong:  # told, but it keeps no page from being published
            plan.fail(what, wrong)
    return published


def _print(plan: Plan) -> str:
    """Print the pages that have no PDF yet; return what went wrong, if anything."""
    from qa_analysis.batch.pdf import write_pdf

    try:
        for page in sorted(plan.staged.rglob("*.html")):
            if not page.with_suffix(".pdf").is_file():
                write_pdf(page)
    except ReportError as error:
        return str(error)
    return ""


def _write_word(plan: Plan, project: Path) -> str:
    """Write the Word copies of the pages, in the template as it is now; return what went wrong, if anything."""
    from qa_analysis.batch.word import write_word

    for page in sorted(plan.staged.rglob("*.html")):
        try:
            write_word(page, project)
        except InputError as error:
            return str(error)
        except Exception as error:  # of what a notebook of the project's own has put there
            log.exception("no Word copy of %s", page)
            return f"{page.name}: no Word copy could be made ({type(error).__name__}: {error})."
    return ""


def _keep_edited(plan: Plan, published: Path, record: Record | None) -> None:
    """Keep the Word documents that somebody has changed or put beside the pages: a page's under another name."""
    for path in sorted(published.rglob(f"*{WORD}")):
        name, of_page = path.relative_to(published).as_posix(), path.with_suffix(".html").is_file()
        if path.name.startswith("~$") or (of_page and record and intact(published, record, [name])):
            continue
        kept = plan.staged / (_edited(plan.staged, published, name) if of_page else name)
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, kept)
        if of_page:
            now = published / kept.relative_to(plan.staged)
            plan.notes.append(f"{now}: is the Word copy that somebody had changed; it is kept under this name.")


def _edited(staged: Path, published: Path, name: str) -> str:
    """Return a name for a Word copy that was edited, which none has yet."""
    bare = name.removesuffix(WORD)
    names = (f"{bare} (edited{f' {number}' if number > 1 else ''}){WORD}" for number in count(1))
    return next(each for each in names if not any((folder / each).exists() for folder in (staged, published)))


def _complete(plan: Plan, data: Data) -> None:
    """Add to a quarter's pages what the library makes itself: its figures, and what else was asked for."""
    if not (plan.staged / FIGURES).is_file():
        from qa_analysis.store.figures import figures, figures_csv

        write_text(plan.staged / FIGURES, figures_csv(figures(data, plan.quarter)))
    if any((plan.staged / EXTERNAL).glob("*.html")) and not (plan.staged / EXTERNAL_FIGURES).is_file():
        from qa_analysis.page.external import public_figures
        from qa_analysis.store.figures import figures_csv

        write_text(plan.staged / EXTERNAL_FIGURES, figures_csv(public_figures(data, plan.quarter)))
    if TABLES in plan.extras and not (plan.staged / TABLES).is_file():
        from qa_analysis.batch.figures_workbook import write_tables

        write_tables(data, plan.quarter, plan.staged / TABLES)
