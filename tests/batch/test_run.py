"""Whole runs: raw workbooks in, published pages out."""

import os
import shutil
import signal
from pathlib import Path
from types import SimpleNamespace

import pytest

from qa_analysis.batch.pages import Made, pages_of
from qa_analysis.batch.plan import Failure
from qa_analysis.batch.run import run as real_run
from qa_analysis.contract.quarters import parse_quarter
from qa_analysis.contract.settings import load_settings
from qa_analysis.errors import InputError
from tests.batch.batches import (
    NEWEST,
    PARAMETERS,
    assert_no_kernel_is_left,
    at_once,
    at_once_unless_deadly,
    at_once_unless_killed,
    contents,
    run,
    said_by,
)

PAGES = {"data_quality", "level_of_need_EH", "level_of_need_HP", "quarterly_report"}


def names(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_projects_own_notebooks_add_to_the_shipped_ones_and_win(tmp_path, write_notebook):
    own = write_notebook(tmp_path / "notebooks" / "level_of_need.ipynb", PARAMETERS)
    more = write_notebook(tmp_path / "notebooks" / "visits.ipynb", PARAMETERS)
    write_notebook(tmp_path / "notebooks" / "explore" / "draft.ipynb", PARAMETERS)
    data = SimpleNamespace(project=tmp_path, settings=load_settings(tmp_path))
    pages = {page.name: page for page in pages_of(data, parse_quarter("2025-26 Q2"))}
    assert pages["visits"].notebook == more
    assert pages["visits"].parameters == {"quarter": "2025-26 Q2", "project_dir": "."}
    assert pages["level_of_need_HP"].notebook == own
    assert pages["level_of_need_HP"].parameters["level_of_need"] == "H&P"
    assert not {"draft", "level_of_need"} & set(pages)


def test_a_run_publishes_the_newest_quarter_and_again_the_same_bytes(project, write_notebook):
    write_notebook(project / "notebooks" / "explore" / "own.ipynb", PARAMETERS, "1 / 0")
    told = []
    outcome = run(project, jobs=2, progress=told.append)
    folder = project / "reports" / "2025-26-Q2"
    pages = {f"{name}.html" for name in PAGES} | {f"notebooks/{name}.ipynb" for name in PAGES}
    assert outcome.published == (folder,)
    assert outcome.failures == ()
    assert names(folder) == pages | {"figures.csv"}
    assert [(at.done, at.total, at.failed, len(at.making)) for at in told] == [
        (0, 4, 0, 2), (1, 4, 0, 2), (2, 4, 0, 2), (3, 4, 0, 1), (4, 4, 0, 0)
    ]  # fmt: skip
    assert {at.last for at in told} == {"", *(f"2025-26 Q2 {name}" for name in PAGES)}
    assert "2025-26-Q2/level_of_need_HP.html" in outcome.index.read_text(encoding="utf-8")
    first = contents(project / "reports")
    run(project, ["Q2 2025/26"])
    assert contents(project / "reports") == first


def test_a_page_that_fails_keeps_its_quarter_as_it_was_published(project):
    """What makes a page may raise an error, or return a failure with the notebook as far as it came."""
    run(project, all_quarters=True)
    before = contents(project / "reports" / "2025-26-Q2")

    def make(page, project):
        if page.parameters["quarter"] == NEWEST and page.name == "data_quality":
            raise ValueError("no figures")
        if page.parameters["quarter"] == NEWEST and page.name == "level_of_need_EH":
            return Made("", "as far as it came", "level_of_need.ipynb: has no rows.", "Traceback of a kernel")
        return at_once(page, project)

    outcome = run(project, all_quarters=True, force=True, jobs=1, make=make)
    told = "data_quality.ipynb: ValueError: no figures"
    assert outcome.failures == (
        Failure(NEWEST, "data_quality", told),
        Failure(NEWEST, "level_of_need_EH", "level_of_need.ipynb: has no rows."),
    )
    assert outcome.published == (project / "reports" / "2025-26-Q1",)
    assert outcome.summary.to_dict("list") == {
        "quarter": ["2025-26 Q1", "2025-26 Q2"], "pages": [4, 4], "rendered": [4, 2], "failed": [0, 2],
        "published": ["unchanged", "no"],
    }  # fmt: skip
    assert contents(project / "reports" / "2025-26-Q2") == before
    failed = project / "reports" / "failed" / "2025-26-Q2"
    assert names(failed) == {
        "quarterly_report.html", "notebooks/quarterly_report.ipynb",
        "level_of_need_HP.html", "notebooks/level_of_need_HP.ipynb",
        "data_quality.txt", "level_of_need_EH.txt", "notebooks/level_of_need_EH.ipynb",
        "figures.csv",
    }  # fmt: skip
    why = (failed / "data_quality.txt").read_text(encoding="utf-8")
    assert why.startswith(f"{told}\n\nTraceback (most recent call last):\n")
    assert why.endswith('raise ValueError("no figures")\nValueError: no figures\n')
    why = (failed / "level_of_need_EH.txt").read_text(encoding="utf-8")
    assert why == "level_of_need.ipynb: has no rows.\n\nTraceback of a kernel"
    assert (failed / "notebooks" / "level_of_need_EH.ipynb").read_text(encoding="utf-8") == "as far as it came"


def test_one_notebook_is_rendered_alone_while_the_figures_stay(project, add_an_audit, write_notebook):
    run(project)
    folder = project / "reports" / "2025-26-Q2"
    before = contents(folder)
    for name in ("quarterly_report", "data_quality"):
        write_notebook(project / "notebooks" / f"{name}.ipynb", PARAMETERS, "print('Another')")

    run(project, only=["quarterly_report"])
    after = contents(folder)
    assert {name for name in after if after[name] != before[name]} == {
        "quarterly_report.html",
        "notebooks/quarterly_report.ipynb",
    }
    add_an_audit()
    run(project, only=["quarterly_report.ipynb"])
    assert b"Another" in (folder / "data_quality.html").read_bytes()
    assert (folder / "figures.csv").read_bytes() != before["figures.csv"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"only": ["no_such"]}, r"“no_such” is not a notebook\. There are data_quality, level_of_need and quarterly"),
        ({"quarters": ["2025-26 Q3"]}, r"There are no audits of 2025-26 Q3\. There are audits of 2025-26 Q1, 2025-26"),
    ],
)
def test_what_cannot_be_done_publishes_nothing(project, arguments, message):
    with pytest.raises(InputError, match=message):
        run(project, **arguments)
    assert names(project / "reports") == {".lock"}


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """Return a Dask cluster of two processes."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        dashboard_address=None,
        local_directory=str(tmp_path_factory.mktemp("dask")),
    ) as cluster:
        yield cluster


def test_kernels_make_the_same_bytes_with_any_number_of_jobs_in_any_folder_and_on_a_cluster(project, cluster, tmp_path):
    other = Path(shutil.copytree(project, tmp_path / "elsewhere" / "another name"))
    third = Path(shutil.copytree(project, tmp_path / "on a cluster"))
    assert real_run(project, all_quarters=True, only=["data_quality"], jobs=2).failures == ()
    made = contents(project / "reports")
    assert b"<pre>Data quality of 2025-26 Q2\n" in made["2025-26-Q2/data_quality.html"]
    real_run(other, all_quarters=True, only=["data_quality"], jobs=1)
    assert contents(other / "reports") == made
    real_run(third, only=["data_quality"], scheduler=cluster.scheduler_address)
    assert contents(third / "reports" / "2025-26-Q2") == contents(project / "reports" / "2025-26-Q2")
    for folder in (project, other, third):
        assert_no_kernel_is_left(folder)


def test_a_worker_that_dies_costs_no_page(project, cluster):
    begun = project / "begun"
    os.mkfifo(begun)
    killed = []

    def kill_the_one_at_work(at):
        if at.done == 1:
            killed.append(int(said_by(begun)))
            os.kill(killed[0], signal.SIGKILL)

    workers = {worker.process.pid for worker in cluster.workers.values()}
    outcome = run(
        project,
        all_quarters=True,
        only=["data_quality"],
        scheduler=cluster.scheduler_address,
        make=at_once_unless_killed,
        progress=kill_the_one_at_work,
    )
    assert outcome.failures == ()
    assert len(outcome.published) == 2
    first, second = map(int, (project / "workers.txt").read_text(encoding="utf-8").split())
    assert [first] == killed
    assert first in workers
    assert second not in (first, os.getpid())


def test_a_page_that_kills_its_workers_fails_after_two_and_the_run_goes_on(project, cluster):
    outcome = run(project, all_quarters=True, scheduler=cluster.scheduler_address, make=at_once_unless_deadly)
    (failure,) = outcome.failures
    assert (failure.quarter, failure.page) == (NEWEST, "data_quality")
    assert failure.message.startswith("2 workers of the cluster died while they made it.")
    assert outcome.published == (project / "reports" / "2025-26-Q1",)
    assert len(set((project / "workers.txt").read_text(encoding="utf-8").split())) == 2
