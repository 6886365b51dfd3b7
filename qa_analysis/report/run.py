"""One run: every page of the chosen quarters, rendered and published."""

from __future__ import annotations

import itertools
import shutil
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from qa_analysis.errors import InputError, QaAnalysisError
from qa_analysis.files import write_text
from qa_analysis.project import notebook_folders, reports_folder
from qa_analysis.quarter import quarter_name, quarter_slug
from qa_analysis.report.index import FIGURES, LEVEL, level_slug, write_index
from qa_analysis.report.publish import finish_publications, keep_failure, only_run, publish, stage
from qa_analysis.words import listed

if TYPE_CHECKING:
    import pandas as pd

    from qa_analysis.store import Data

Progress = Callable[[int, int, str], object]


class Page(NamedTuple):
    """A page to make: its notebook, the name of its file, and the notebook's parameters."""

    notebook: Path
    name: str
    parameters: dict[str, str]


@dataclass(frozen=True)
class Failure:
    """A page that could not be made, and why."""

    quarter: str
    page: str
    message: str


@dataclass(frozen=True)
class Outcome:
    """What a run has done: the data it used, the folders it published, what failed, and the list of quarters."""

    data: Data
    published: tuple[Path, ...]
    failures: tuple[Failure, ...]
    index: Path


class _Plan(NamedTuple):
    quarter: pd.Period
    staged: Path
    pages: list[Page]


def run(
    project: Path,
    quarters: Sequence[str] = (),
    *,
    all_quarters: bool = False,
    only: Collection[str] = (),
    jobs: int = 1,
    skip_bad_files: bool = False,
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
        Where the figures have changed since, every page is rendered, so that all agree with one another.
    jobs
        How many pages to render at a time.
    skip_bad_files
        Leave out raw files that cannot be read, instead of stopping.
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
    from qa_analysis.store import load

    reports = reports_folder(project)
    with only_run(reports):
        finish_publications(reports)
        data = load(project, skip_bad_files=skip_bad_files)
        plans = [_plan(data, quarter, only, reports) for quarter in _chosen(data, quarters, all_quarters)]
        tell = _counted(progress, sum(len(plan.pages) for plan in plans))
        published, failures = [], []
        for plan in plans:
            failed = _render(plan, project, jobs, tell)
            failures += failed
            if failed:
                keep_failure(plan.staged, reports)
            else:
                published.append(publish(plan.staged, reports))
        index = write_index(reports, data.settings, is_example=data.is_example)
    return Outcome(data, tuple(published), tuple(failures), index)


def pages_of(data: Data, quarter: pd.Period) -> list[Page]:
    """Return the pages of a quarter: one a notebook, and `level_of_need.ipynb` once for each level of need.

    A project's own notebooks add to the shipped ones and win over those of the same name.

    Raises
    ------
    InputError
        If two levels of need have codes with the same letters and digits.
    """
    folders = reversed(notebook_folders(data.project))
    notebooks = {path.stem: path for folder in folders for path in sorted(folder.glob("*.ipynb"))}
    basic = {"quarter": quarter_name(quarter), "project_dir": "."}
    pages = [Page(path, name, basic) for name, path in sorted(notebooks.items()) if name != LEVEL]
    levels = data.settings.levels_of_need if LEVEL in notebooks else []
    pages += [Page(notebooks[LEVEL], f"{LEVEL}_{level_slug(each.code)}", basic | {LEVEL: each.code}) for each in levels]
    twice = [name for name, number in Counter(page.name for page in pages).items() if number > 1]
    if twice:
        raise InputError(
            f"Two pages would be called {twice[0]}.html. Change a code under levels_of_need in settings.toml."
        )
    return pages


def render_page(page: Page, project: Path, folder: Path) -> str | None:
    """Execute a page's notebook and export it into a folder; return what went wrong, or None."""
    from qa_analysis.report.execute import execute
    from qa_analysis.report.exporter import export

    executed = folder / "notebooks" / f"{page.name}.ipynb"
    executed.parent.mkdir(exist_ok=True)
    try:
        execute(page.notebook, executed, page.parameters, project)
        write_text(folder / f"{page.name}.html", export(executed))
    except QaAnalysisError as error:
        return str(error)
    return None


def _chosen(data: Data, quarters: Sequence[str], all_quarters: bool) -> list[pd.Period]:
    from qa_analysis.store import chosen_quarter

    if all_quarters:
        return data.quarters
    return sorted({chosen_quarter(data, text) for text in quarters}) or [chosen_quarter(data)]


def _plan(data: Data, quarter: pd.Period, only: Collection[str], reports: Path) -> _Plan:
    """Stage a quarter: its figures, the pages to make, and the published ones that can stay as they are."""
    from qa_analysis.metrics.figures import figures, figures_csv

    pages = pages_of(data, quarter)
    wanted = _asked_for(pages, only)
    published = reports / quarter_slug(quarter)
    staged = stage(reports, published.name)
    text = figures_csv(figures(data, quarter))
    if only and (published / FIGURES).is_file():
        if (published / FIGURES).read_text(encoding="utf-8") == text:
            shutil.copytree(published, staged, dirs_exist_ok=True)
        else:
            wanted = pages
    write_text(staged / FIGURES, text)
    return _Plan(quarter, staged, wanted)


def _asked_for(pages: list[Page], only: Collection[str]) -> list[Page]:
    names = {page.notebook.stem for page in pages}
    asked = {name.removesuffix(".ipynb") for name in only}
    for unknown in sorted(asked - names):
        raise InputError(f"“{unknown}” is not a notebook. There are {listed(sorted(names))}.")
    return [page for page in pages if page.notebook.stem in asked] if asked else pages


def _render(plan: _Plan, project: Path, jobs: int, tell: Callable[[str], None]) -> list[Failure]:
    """Render the pages of a quarter, several at a time, and return those that failed, in their order."""
    from joblib import Parallel, delayed

    name = quarter_name(plan.quarter)
    tasks = (delayed(_rendered)(page, project, plan.staged) for page in plan.pages)
    messages: dict[str, str | None] = {}
    # Each page has its own kernel, a process that does the work; a thread is enough to wait for it.
    together = Parallel(n_jobs=min(jobs, len(plan.pages)), prefer="threads", return_as="generator_unordered")
    for page, message in together(tasks):
        messages[page.name] = message
        tell(f"{name} {page.name}")
    found = ((page.name, messages[page.name]) for page in plan.pages)
    return [Failure(name, page, message) for page, message in found if message is not None]


def _rendered(page: Page, project: Path, folder: Path) -> tuple[Page, str | None]:
    return page, render_page(page, project, folder)


def _counted(progress: Progress | None, total: int) -> Callable[[str], None]:
    """Return a function that tells `progress` of one more page each time it is called."""
    done = itertools.count()

    def tell(page: str) -> None:
        if progress is not None:
            progress(next(done), total, page)

    tell("")
    return tell
