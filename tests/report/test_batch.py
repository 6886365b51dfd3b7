"""Runs of many pages: what has changed, and whatever may go wrong, with the real fault each time."""

import os
import shutil
import signal
import subprocess
import sys
import time
import warnings
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from qa_analysis.cli import run_command
from qa_analysis.errors import InputError
from qa_analysis.report.changes import digest_of_data
from qa_analysis.report.plan import Failure
from qa_analysis.report.publish import only_run
from qa_analysis.report.run import run
from qa_analysis.store import load

pytestmark = pytest.mark.slow

HEADINGS = ["Audit ID", "Audit date", "Level of need", "Overall grade"]
AUDITS = [["A1", "2025-05-01", "EH", "Good"], ["A2", "2025-08-01", "EH", "Good"]]
NEWEST = "2025-26 Q2"
SETTINGS = 'levels_of_need = [{code = "EH", name = "Early Help"}]'
PARAMETERS = 'quarter = ""\nproject_dir = None'
LEVEL = PARAMETERS + '\nlevel_of_need = ""'
QUICK = "print('Page of', quarter)"
MOMENTS = ["[0/2]", "[1/2]", "[2/2]"]  # lines of the progress: before the first page, between two, while publishing


@pytest.fixture
def project(make_project, write_notebook):
    """Return a project with audits of two quarters and three small notebooks in place of the shipped ones."""
    project = make_project({"Audits.xlsx": {"Audits": [HEADINGS, *AUDITS]}})
    (project / "settings.toml").write_text(SETTINGS, encoding="utf-8")
    for name in ("quarterly_report", "data_quality"):
        write_notebook(project / "notebooks" / f"{name}.ipynb", PARAMETERS, QUICK)
    write_notebook(project / "notebooks" / "level_of_need.ipynb", LEVEL, QUICK)
    return project


def contents(folder):
    """Return the files of a folder by their paths, without those that are hidden."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    named = {path.relative_to(folder).as_posix(): path for path in paths}
    return {name: path.read_bytes() for name, path in named.items() if not name.startswith(".")}


def kernels_of(project):
    """Return the kernels that run in a project."""
    processes = psutil.process_iter(["cmdline"])
    kernels = [each for each in processes if "ipykernel_launcher" in (each.info["cmdline"] or [])]
    return [each for each in kernels if _works_in(each, project)]


def assert_no_kernel_is_left(project):
    """Fail if a kernel of a project still runs when those that notice their parent's death have ended."""
    _, left = psutil.wait_procs(kernels_of(project), timeout=30)
    assert left == []


def pages_rendered(*arguments, **options):
    """Run, and return how many pages of its one quarter were rendered."""
    (number,) = run(*arguments, **options).summary["rendered"]
    return number


def _works_in(process, folder):
    try:
        return Path(process.cwd()) == folder
    except psutil.Error:
        return False


def start(project, *options):
    """Start a run as a process of its own, whose progress can be read line by line."""
    command = [sys.executable, "-m", "qa_analysis", "run", "--all", "--jobs", "2", "--project", str(project), *options]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8")


def read_until(process, beginning):
    """Read a run's progress up to the line that begins so."""
    for line in process.stderr:
        if line.startswith(beginning):
            return
    pytest.fail(f"the run ended before {beginning}")


def test_only_what_has_changed_is_rendered_again(project, make_project, write_notebook):
    assert pages_rendered(project, jobs=2) == 3
    first = contents(project / "reports")
    (project / "data" / "raw" / "Audits.xlsx").touch()
    assert pages_rendered(project) == 0
    assert contents(project / "reports") == first
    (project / "reports" / "2025-26-Q2" / "data_quality.html").write_text("damaged", encoding="utf-8")
    assert pages_rendered(project) == 1
    assert contents(project / "reports") == first
    notebook = write_notebook(project / "notebooks" / "data_quality.ipynb", PARAMETERS, "print('Another')")
    assert pages_rendered(project) == 1
    notebook.write_text(notebook.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert pages_rendered(project) == 1  # its bytes are others, its page is the same
    assert pages_rendered(project) == 0
    assert pages_rendered(project, force=True, only=["quarterly_report"]) == 1
    make_project({"Audits.xlsx": {"Audits": [HEADINGS, *AUDITS, ["A3", "2025-08-02", "EH", "Good"]]}})
    assert pages_rendered(project, jobs=2) == 3


def test_where_nothing_has_changed_nothing_is_staged(project):
    run(project, only=["data_quality"])
    (project / "reports" / ".staging").write_text("in the way", encoding="utf-8")
    failed = project / "reports" / "failed" / "2025-26-Q2"
    failed.mkdir(parents=True)
    outcome = run(project, only=["data_quality"])
    assert outcome.failures == ()
    assert not failed.exists()
    (failure,) = run(project, only=["data_quality"], force=True).failures
    assert failure.page == "publication"


def test_a_publication_that_cannot_be_finished_keeps_only_its_quarter_back(project):
    run(project, all_quarters=True, only=["data_quality"])
    stuck = project / "reports" / ".publishing" / "2025-26-Q1"
    stuck.mkdir(parents=True)
    (stuck / ".files").write_text("data_quality.html", encoding="utf-8")
    (stuck / "data_quality.html").write_text("new", encoding="utf-8")
    in_its_place = project / "reports" / "2025-26-Q1" / "data_quality.html"
    in_its_place.unlink()
    in_its_place.mkdir()
    outcome = run(project, all_quarters=True, only=["data_quality"], force=True)
    assert [(failure.quarter, failure.page) for failure in outcome.failures] == [("2025-26-Q1", "publication")]
    assert outcome.published == (project / "reports" / "2025-26-Q2",)


def test_pages_that_were_not_asked_for_stay_where_the_figures_are_gone(project):
    run(project)
    first = contents(project / "reports")
    (project / "reports" / "2025-26-Q2" / "figures.csv").unlink()
    assert pages_rendered(project, only=["data_quality"]) == 3
    assert contents(project / "reports") == first


def test_a_notebook_that_is_changed_while_its_page_is_made_is_rendered_by_the_next_run(project, write_notebook):
    def change(at):
        if at.done == 1:
            write_notebook(project / "notebooks" / "data_quality.ipynb", PARAMETERS, "print('Newer')")

    run(project, only=["data_quality"], progress=change)
    assert "Newer" not in (project / "reports" / "2025-26-Q2" / "data_quality.html").read_text(encoding="utf-8")
    assert pages_rendered(project, only=["data_quality"]) == 1
    assert "Newer" in (project / "reports" / "2025-26-Q2" / "data_quality.html").read_text(encoding="utf-8")
    assert pages_rendered(project, only=["data_quality"]) == 0


def test_pages_whose_notebook_is_gone_and_files_that_were_altered_do_not_stay(project, write_notebook):
    write_notebook(project / "notebooks" / "visits.ipynb", PARAMETERS, QUICK)
    run(project, tables=True)
    (project / "notebooks" / "visits.ipynb").unlink()
    folder = project / "reports" / "2025-26-Q2"
    (folder / "tables.xlsx").write_bytes(b"altered")
    failed = project / "reports" / "failed" / "2025-26-Q2"
    failed.mkdir(parents=True)
    assert pages_rendered(project) == 0
    assert not {"visits.html", "notebooks/visits.ipynb", "tables.xlsx"} & set(contents(folder))
    assert "visits" not in (project / "reports" / "index.html").read_text(encoding="utf-8")
    assert not failed.exists()


def test_all_that_a_page_depends_on_counts_as_a_change(project):
    found = [digest_of_data(load(project))]
    for name, content in (("settings.toml", SETTINGS + '\norganisation = "Another"'), ("measures.py", "answer = 42")):
        (project / name).write_text(content, encoding="utf-8")
        found.append(digest_of_data(load(project)))
    (project / "data" / "raw" / "More.xlsx").write_bytes(b"PK, and no more")  # left out, and the page says so
    found.append(digest_of_data(load(project, skip_bad_files=True)))
    assert len(set(found)) == 4
    assert digest_of_data(load(project, skip_bad_files=True)) == found[-1]


def test_other_folders_and_numbers_of_jobs_give_the_same_bytes(project, tmp_path):
    other = Path(shutil.copytree(project, tmp_path / "elsewhere" / "another name"))
    run(project, all_quarters=True, only=["data_quality", "quarterly_report"], jobs=1)
    run(other, all_quarters=True, only=["data_quality", "quarterly_report"], jobs=4)
    assert contents(project / "reports") == contents(other / "reports")


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("while True: pass", "data_quality.ipynb: a cell ran for more than 5 seconds."),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "data_quality.ipynb: Python stopped while it ran"),
    ],
)
def test_a_kernel_that_hangs_or_dies_costs_its_quarter_alone(project, write_notebook, code, message):
    run(project, all_quarters=True, only=["data_quality"], jobs=2)
    before = contents(project / "reports" / "2025-26-Q2")
    code = f"if quarter == '2025-26 Q2':\n    {code}"
    write_notebook(project / "notebooks" / "data_quality.ipynb", PARAMETERS, code)
    outcome = run(project, all_quarters=True, only=["data_quality"], jobs=2, cell_limit=5)
    (failure,) = outcome.failures
    assert failure.message.startswith(message)
    assert outcome.published == (project / "reports" / "2025-26-Q1",)
    assert outcome.summary.to_dict("list") == {
        "quarter": ["2025-26 Q1", "2025-26 Q2"], "pages": [3, 3], "rendered": [1, 0], "failed": [0, 1],
        "published": ["yes", "no"],
    }  # fmt: skip
    assert contents(project / "reports" / "2025-26-Q2") == before
    kept = project / "reports" / "failed" / "2025-26-Q2" / "data_quality.txt"
    assert message in kept.read_text(encoding="utf-8")
    assert "Traceback" in kept.read_text(encoding="utf-8")
    assert_no_kernel_is_left(project)


def test_a_run_killed_at_any_moment_leaves_whole_files_and_no_kernel(project, write_notebook):
    run(project, all_quarters=True, only=["data_quality"], jobs=2)
    old = contents(project / "reports")
    write_notebook(project / "notebooks" / "data_quality.ipynb", PARAMETERS, "print('New page of', quarter)")
    killed = {moment: Path(shutil.copytree(project, project.with_name(f"killed at {moment[1]}"))) for moment in MOMENTS}
    run(project, all_quarters=True, only=["data_quality"], jobs=2)
    new = contents(project / "reports")
    assert new != old
    for moment, disturbed in killed.items():
        process = start(disturbed, "--only", "data_quality")
        read_until(process, moment)
        process.kill()
        process.communicate()
        for name, content in contents(disturbed / "reports").items():
            assert content in (old.get(name), new.get(name)), (moment, name)
        assert_no_kernel_is_left(disturbed)
        run(disturbed, all_quarters=True, only=["data_quality"], jobs=2)
        assert contents(disturbed / "reports") == new, moment


def test_ctrl_c_ends_a_run_and_its_kernels(project, write_notebook):
    run(project, only=["data_quality"])
    before = contents(project / "reports")
    write_notebook(
        project / "notebooks" / "data_quality.ipynb", PARAMETERS, f"if quarter == {NEWEST!r}:\n    while True: pass"
    )
    process = start(project, "--only", "data_quality")
    read_until(process, "[1/2]")
    assert kernels_of(project)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Interrupted." in said.splitlines()
    assert "Traceback" not in said
    left = contents(project / "reports")
    assert {name: content for name, content in left.items() if name.startswith("2025-26-Q2/")} == {
        name: content for name, content in before.items() if name.startswith("2025-26-Q2/")
    }
    assert_no_kernel_is_left(project)


def test_a_program_that_goes_on_after_an_interruption_has_no_kernel_left(project, write_notebook):
    code = f"if quarter == {NEWEST!r}:\n    while True: pass"
    write_notebook(project / "notebooks" / "data_quality.ipynb", PARAMETERS, code)

    def interrupt(at):
        if at.done == 1:
            raise KeyboardInterrupt

    with warnings.catch_warnings(), pytest.raises(KeyboardInterrupt):
        warnings.simplefilter("ignore")  # joblib's, of the task that is left
        run(project, all_quarters=True, only=["data_quality"], jobs=2, progress=interrupt)
    assert_no_kernel_is_left(project)


def test_raw_files_that_change_during_a_run_are_not_published_half(project, make_project):
    run(project, only=["data_quality"])
    before = contents(project / "reports")

    def change(at):
        if at.done == 1:
            make_project({"Audits.xlsx": {"Audits": [HEADINGS, *AUDITS, ["A3", "2025-08-02", "EH", "Good"]]}})

    outcome = run(project, force=True, only=["data_quality"], progress=change)
    assert outcome.failures == (
        Failure(NEWEST, "data", "The raw files or the settings changed during the run. Run again."),
    )
    now = contents(project / "reports")
    assert {name: content for name, content in now.items() if name in before} == before


@pytest.mark.parametrize("added", ['organisation = "Another"', "organisation = "])
def test_settings_that_change_during_a_run_are_not_published_half(project, added):
    def change(at):
        if at.done == 1:
            (project / "settings.toml").write_text(f"{SETTINGS}\n{added}", encoding="utf-8")
            with suppress(InputError):
                load(project)  # as the kernel of another page does

    outcome = run(project, only=["data_quality"], progress=change)
    assert [failure.page for failure in outcome.failures] == ["data"]
    assert outcome.published == ()


KILLED_AT_A_FILE = """
import os, signal, sys
from qa_analysis.cli import run_command

left = int(sys.argv[1])

def step(event, _):
    global left
    if event == "os.rename":
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(step)
run_command(["run", "--only", "data_quality", "--project", sys.argv[2]])
"""


def test_a_run_killed_before_any_of_its_files_is_in_place_is_made_good_by_the_next(project, make_project):
    run(project, only=["data_quality"])
    old = contents(project / "reports")
    make_project({"Audits.xlsx": {"Audits": [HEADINGS, *AUDITS, ["A3", "2025-08-02", "EH", "Good"]]}})
    copies = {step: Path(shutil.copytree(project, project.with_name(f"killed at {step}"))) for step in (2, 14, 19, 24)}
    run(project)
    new = contents(project / "reports")
    for step, copy in copies.items():
        command = [sys.executable, "-c", KILLED_AT_A_FILE, str(step), str(copy)]
        assert subprocess.run(command, capture_output=True, check=False).returncode == -signal.SIGKILL, step
        for name, content in contents(copy / "reports").items():
            assert content in (old.get(name), new.get(name)), (step, name)
        run(copy)
        assert contents(copy / "reports") == new, step


def test_two_runs_at_once_do_not_meet(project, capsys):
    (project / "reports").mkdir()
    with only_run(project / "reports"):
        assert run_command(["run", "--project", str(project)]) == 1
    assert "another run is writing here. Wait until it has finished." in capsys.readouterr().err


@pytest.fixture
def small_disk(project):
    """Return the reports folder of a project, as a disk of its own with one megabyte."""
    reports = project / "reports"
    reports.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(reports)], check=False).returncode:
        pytest.skip("this machine lets no test make a disk")
    yield reports
    subprocess.run(["umount", "-l", str(reports)], check=True)


def test_a_full_disk_leaves_what_was_published(project, small_disk, write_notebook, capsys):
    assert run_command(["run", "--only", "data_quality", "--project", str(project)]) == 0
    before = contents(small_disk)
    big = "print('x' * 2_000_000)"
    write_notebook(project / "notebooks" / "data_quality.ipynb", PARAMETERS, big)
    capsys.readouterr()
    assert run_command(["run", "--only", "data_quality", "--project", str(project)]) == 1
    said = capsys.readouterr().err
    assert "2025-26 Q2, data_quality: " in said
    assert "cannot be written (No space left on device). Make room on the disk" in said
    assert {name: content for name, content in contents(small_disk).items() if name in before} == before


def test_a_read_only_disk_is_one_line(project, small_disk, capsys):
    assert run_command(["run", "--only", "data_quality", "--project", str(project)]) == 0
    before = contents(small_disk)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    capsys.readouterr()
    assert run_command(["run", "--force", "--project", str(project)]) == 2
    said = capsys.readouterr().err
    assert (
        said == f"{small_disk}: cannot be written to (Read-only file system). Check that the folder is not read-only.\n"
    )
    assert contents(small_disk) == before


def test_a_dask_cluster_renders_the_same_and_survives_the_death_of_a_worker(project, write_notebook, tmp_path):
    from distributed import LocalCluster

    noted = (
        "import os, pathlib, time; _ = pathlib.Path('begun.txt').open('a').write(f'{quarter},{os.getppid()}\\n')\n"
        f"time.sleep(10 if quarter == {NEWEST!r} else 0)"
    )
    write_notebook(project / "notebooks" / "data_quality.ipynb", PARAMETERS, noted, "print('Page of', quarter)")
    here = Path(shutil.copytree(project, tmp_path / "here"))
    run(here, all_quarters=True, only=["data_quality"], jobs=2)

    def begun():
        file = project / "begun.txt"
        lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        return [int(worker) for quarter, worker in (line.split(",") for line in lines) if quarter == NEWEST]

    def kill_the_one_at_work(at):
        if at.done == 1:
            while not begun():
                time.sleep(0.1)  # the other page's kernel is still starting
            os.kill(begun()[-1], signal.SIGKILL)

    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, local_directory=str(tmp_path)
    ) as cluster:
        workers = {worker.process.pid for worker in cluster.workers.values()}
        outcome = run(
            project,
            all_quarters=True,
            only=["data_quality"],
            scheduler=cluster.scheduler_address,
            progress=kill_the_one_at_work,
        )
    assert outcome.failures == ()
    killed, another = begun()
    assert killed in workers
    assert another != killed
    assert os.getpid() not in begun()
    assert contents(project / "reports") == contents(here / "reports")
    assert_no_kernel_is_left(project)


def test_where_no_scheduler_answers_there_is_one_line(project, capsys):
    assert (
        run_command(["run", "--only", "data_quality", "--project", str(project), "--scheduler", "tcp://127.0.0.1:9"])
        == 2
    )
    said = capsys.readouterr().err.splitlines()
    assert any(line.startswith("tcp://127.0.0.1:9: no Dask scheduler answers there") for line in said)


def test_several_projects_are_named_or_stand_in_one_folder(project, tmp_path, capsys):
    region = tmp_path / "region"
    for name in ("a", "b"):
        shutil.copytree(project, region / name)
    log = tmp_path / "log.txt"
    options = ["--only", "data_quality", "--log-file", str(log)]
    projects = [part for folder in (region, project, region / "a") for part in ("--project", str(folder))]
    assert run_command(["run", *projects, *options]) == 0
    pages = [Path(line) for line in capsys.readouterr().out.splitlines()]
    assert [page.parents[2] for page in pages if page.name == "data_quality.html"] == [
        region / "a", region / "b", project
    ]  # fmt: skip
    events = [line.split(" INFO ")[1] for line in log.read_text(encoding="utf-8").splitlines()]
    said = ("read 2 audits", "made 2025-26 Q2 data_quality", "published 2025-26 Q2", "done")
    assert events == [f"{each}: {event}" for each in (region / "a", region / "b", project) for event in said]


def test_a_project_that_cannot_be_done_keeps_no_other_from_being_done(project, write_notebook, tmp_path):
    region = tmp_path / "region"
    for name in ("a", "b", "c"):
        shutil.copytree(project, region / name)
    (region / "a" / "settings.toml").write_text("organisation = 5", encoding="utf-8")
    write_notebook(region / "b" / "notebooks" / "data_quality.ipynb", PARAMETERS, "raise ValueError('a\\nb')")
    log = tmp_path / "log.txt"
    command = [sys.executable, "-m", "qa_analysis", "run", "--only", "data_quality", "--project", str(region)]
    done = subprocess.run([*command, "--log-file", str(log)], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    said = done.stderr.splitlines()
    assert f"{region / 'a'} could not be done:" in said
    assert len([line for line in said if "ValueError" in line]) == 1  # told once
    assert "[1/1] 2025-26 Q2 data_quality failed" in said
    assert (region / "c" / "reports" / "2025-26-Q2" / "data_quality.html").is_file()
    events = [line.split(" ", 2)[2] for line in log.read_text(encoding="utf-8").splitlines()]
    assert events[0].startswith(f"ERROR {region / 'a'}: stopped: ")
    assert f"INFO {region / 'c'}: done" in events
    (failed,) = [event for event in events if event.startswith(f"ERROR {region / 'b'}: ")]
    assert failed.startswith(f"ERROR {region / 'b'}: failed 2025-26 Q2 data_quality: data_quality.ipynb, cell ")
    assert failed.endswith("ValueError: a b")
    command = [sys.executable, "-m", "qa_analysis", "run", "--only", "data_quality", "--project", str(region / "b")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert len([line for line in done.stderr.splitlines() if "ValueError" in line]) == 1


def test_figures_saved_otherwise_by_excel_keep_no_run_from_its_end(project):
    run(project, all_quarters=True, only=["data_quality"])
    other = project / "reports" / "2025-26-Q1"
    (other / "figures.csv").write_text("quarter;measure\n1;2\n", encoding="utf-8")
    (other / "notes.html").write_bytes("<p>café</p>".encode("latin-1"))
    outcome = run(project)
    assert outcome.failures == ()
    assert "2025-26-Q1/data_quality.html" in outcome.index.read_text(encoding="utf-8")


def test_an_index_that_cannot_be_written_is_told_beside_what_was_done(project):
    (project / "reports" / "index.html").mkdir(parents=True)
    outcome = run(project, only=["data_quality"])
    assert [failure.page for failure in outcome.failures] == ["index"]
    assert outcome.published == (project / "reports" / "2025-26-Q2",)


def test_what_else_is_asked_for_stands_beside_the_pages_while_it_agrees(project, make_project, write_notebook):
    folder = project / "reports" / "2025-26-Q2"
    run(project, pdf=True, tables=True, external=True, only=["data_quality"])
    assert not (folder / "external").exists()  # no page for the public was asked for
    assert (folder / "data_quality.pdf").read_bytes().startswith(b"%PDF")
    assert (folder / "tables.xlsx").is_file()
    kept = contents(folder)
    assert pages_rendered(project, only=["data_quality"]) == 0
    assert contents(folder) == kept
    write_notebook(project / "notebooks" / "data_quality.ipynb", PARAMETERS, "print('Another')")
    run(project, only=["data_quality"])
    assert not (folder / "data_quality.pdf").exists()
    assert (folder / "tables.xlsx").is_file()
    make_project({"Audits.xlsx": {"Audits": [HEADINGS, *AUDITS, ["A3", "2025-08-02", "EH", "Good"]]}})
    run(project, only=["data_quality"], jobs=2)
    assert not (folder / "tables.xlsx").exists()


def test_without_a_browser_the_pages_are_published_and_a_line_says_how_to_print(project, monkeypatch):
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    outcome = run(project, pdf=True, only=["data_quality"])
    (failure,) = outcome.failures
    assert failure == Failure("2025-26 Q2", "PDF", failure.message)
    assert "or open the page in any browser and print it to PDF" in failure.message
    assert (project / "reports" / "2025-26-Q2" / "data_quality.html").is_file()
