"""The pages of all quarters made, several at a time, and each quarter handed on when its last page is there."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from qa_analysis.errors import InputError, QaAnalysisError
from qa_analysis.files import write_text
from qa_analysis.report.execute import stop_kernels
from qa_analysis.report.pages import Made, Page, make
from qa_analysis.report.plan import Failure, Plan
from qa_analysis.report.publish import stage

log = logging.getLogger("qa_analysis")


class Progress(NamedTuple):
    """How far a run has come: pages done, all there are, those that failed, the last one done and those being made."""

    done: int
    total: int
    failed: int
    last: str
    making: list[str]


Tell = Callable[[Progress], object]


def rendered(
    plans: list[Plan], project: Path, jobs: int, scheduler: str, cell_limit: int, tell: Tell
) -> Iterator[Plan]:
    """Render the pages of all quarters, several at a time, and yield each quarter when its last page is there."""
    tasks = [(place, page) for place, plan in enumerate(plans) for page in plan.stale]
    waiting = [_title(plans[place], page) for place, page in tasks]
    left = [len(plan.stale) for plan in plans]
    at_once = 0 if scheduler else jobs  # which pages a cluster makes is not known here
    for plan in plans:
        _begin(plan)
        if not plan.stale:
            yield plan
    if tasks:
        tell(Progress(0, len(tasks), 0, "", waiting[:at_once]))
    failed = 0
    for done, (place, page, made) in enumerate(_made(tasks, project, jobs, scheduler, cell_limit), start=1):
        plan = plans[place]
        _keep(plan, page, made)
        failed += bool(made.failure)
        waiting.remove(_title(plan, page))
        tell(Progress(done, len(tasks), failed, _title(plan, page), waiting[:at_once]))
        left[place] -= 1
        if not left[place]:
            yield plan


def _title(plan: Plan, page: Page) -> str:
    return f"{plan.name} {page.name}"


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


def _begin(plan: Plan) -> None:
    """Stage a quarter: where its data are the same, with the published files that stay."""
    reports = plan.staged.parents[1]
    stage(reports, plan.staged.name)
    published = reports / plan.staged.name
    if plan.keep:
        shutil.copytree(published, plan.staged, dirs_exist_ok=True)
    for page in plan.stale:
        for name in (page.html, page.executed, f"{page.name}.pdf"):
            (plan.staged / name).unlink(missing_ok=True)


def _keep(plan: Plan, page: Page, made: Made) -> None:
    """Put what came of a page among its quarter's files; a failure with its traceback in a text beside it."""
    try:
        if made.notebook:
            write_text(plan.staged / page.executed, made.notebook)
        if made.failure:
            plan.failures.append(Failure(plan.name, page.name, made.failure))
            write_text(plan.staged / f"{page.name}.txt", f"{made.failure}\n\n{made.traceback}")
        else:
            write_text(plan.staged / page.html, made.html)
            log.info("made %s", _title(plan, page))
    except (OSError, InputError) as error:
        plan.failures.append(Failure(plan.name, page.name, cannot_be_written(error, plan.staged)))


def cannot_be_written(error: Exception, folder: Path) -> str:
    """Return the sentence for what could not be written; our own errors have theirs."""
    if isinstance(error, QaAnalysisError):
        return str(error)
    reason = getattr(error, "strerror", None) or error
    return (
        f"{getattr(error, 'filename', None) or folder}: cannot be written ({reason}). Make room on the disk, and check "
        "that the folder is not read-only; then run again."
    )
