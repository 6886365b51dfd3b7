"""The pages of all quarters made, several at a time, and each quarter handed on when its last page is there."""

from __future__ import annotations

import logging
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import as_completed
from functools import partial
from pathlib import Path
from typing import NamedTuple

from qa_analysis.batch.forking import source
from qa_analysis.batch.kernels import Kernels, kill_kernels
from qa_analysis.batch.pages import Made, Make, Page, failure_of, make_page
from qa_analysis.batch.plan import Plan
from qa_analysis.batch.publish import stage
from qa_analysis.errors import InputError
from qa_analysis.store.files import cannot_be_written, write_text

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
    plans: list[Plan], project: Path, jobs: int, scheduler: str, make: Make | None, tell: Tell
) -> Iterator[Plan]:
    """Render the pages of all quarters, several at a time, and yield each quarter when its last page is there."""
    for plan in plans:
        _begin(plan)
    tasks = [(place, page) for place, plan in enumerate(plans) if not plan.failures for page in plan.stale]
    waiting = [_title(plans[place], page) for place, page in tasks]
    left = Counter(place for place, _ in tasks)
    at_once = 0 if scheduler else jobs  # which pages a cluster makes is not known here
    yield from (plan for place, plan in enumerate(plans) if place not in left)
    if tasks:
        tell(Progress(0, len(tasks), 0, "", waiting[:at_once]))
    failed = 0
    for done, (place, page, made) in enumerate(_made(tasks, project, jobs, scheduler, make), start=1):
        plan, title = plans[place], _title(plans[place], page)
        _keep(plan, page, made)
        failed += bool(made.failure)
        waiting.remove(title)
        last = f"{title} failed" if made.failure else title
        tell(Progress(done, len(tasks), failed, last, waiting[:at_once]))
        left[place] -= 1
        if not left[place]:
            yield plan


def _title(plan: Plan, page: Page) -> str:
    return f"{plan.name} {page.name}"


def _made(
    tasks: list[tuple[int, Page]], project: Path, jobs: int, scheduler: str, make: Make | None
) -> Iterator[tuple[int, Page, Made]]:
    """Make pages in the order in which they are ready, each with its place; nothing is left running."""
    from qa_analysis.batch.cluster import workers

    if not tasks:
        return
    if not (make or scheduler) and source():
        from qa_analysis.batch.execute import get_ready  # while what kernels are forked from does its own

        get_ready()
    kernels = Kernels(page.notebook for _, page in tasks)
    make = make or partial(make_page, kernels=None if scheduler else kernels)  # a cluster's pages have their own
    with workers(scheduler, min(jobs, len(tasks))) as submit:
        to_come = {submit(make, page, project): (place, page) for place, page in tasks}
        try:
            for each in as_completed(to_come):
                place, page = to_come.pop(each)
                error = each.exception()
                yield place, page, failure_of(page, error) if error else each.result()
        except BaseException:
            for each in to_come:
                each.cancel()
            kernels.close()
            kill_kernels()
            raise
        finally:
            kernels.close()


def _begin(plan: Plan) -> None:
    """Stage a quarter that has something to be done, with the published files that stay."""
    if plan.settled:
        return
    reports = plan.staged.parents[1]
    try:
        stage(reports, plan.staged.name)
        for name in plan.kept:
            (plan.staged / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(reports / plan.staged.name / name, plan.staged / name)
    except OSError as error:
        plan.fail("publication", cannot_be_written(error, plan.staged))


def _keep(plan: Plan, page: Page, made: Made) -> None:
    """Put what came of a page among its quarter's files; a failure with its traceback in a text beside it."""
    try:
        if made.notebook:
            write_text(plan.staged / page.executed, made.notebook)
        if made.failure:
            plan.fail(page.name, made.failure)
            write_text(plan.staged / f"{page.name}.txt", f"{made.failure}\n\n{made.traceback}")
        else:
            write_text(plan.staged / page.html, made.html)
            log.info("made %s", _title(plan, page))
    except InputError as error:
        plan.fail(page.name, str(error))
