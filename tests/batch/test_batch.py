"""Runs of many pages: which are made again, and what stands beside them."""

import logging
import shutil
import sys
from functools import partial
from pathlib import Path

from qa_analysis.batch import cluster
from qa_analysis.batch.changes import digest_of_data
from qa_analysis.batch.plan import Failure
from qa_analysis.cli.commands import run_command
from qa_analysis.store.data import load
from tests.batch.batches import (
    PARAMETERS,
    SETTINGS,
    at_once,
    contents,
    run,
)


def pages_rendered(*arguments, **options):
    """Run, and return how many pages of its one quarter were rendered."""
    (number,) = run(*arguments, **options).summary["rendered"]
    return number


def test_only_what_has_changed_is_rendered_again(project, add_an_audit, write_notebook):
    assert pages_rendered(project, jobs=2) == 4
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
    add_an_audit()
    assert pages_rendered(project, jobs=2) == 4


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
    assert pages_rendered(project, only=["data_quality"]) == 4
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
    write_notebook(project / "notebooks" / "visits.ipynb", PARAMETERS)
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


def test_where_no_scheduler_answers_there_is_one_line(project, monkeypatch, capsys):
    monkeypatch.setattr(cluster, "_CONNECT_LIMIT", 1)
    assert (
        run_command(["run", "--only", "data_quality", "--project", str(project), "--scheduler", "tcp://127.0.0.1:9"])
        == 2
    )
    said = capsys.readouterr().err.splitlines()
    assert any(line.startswith("tcp://127.0.0.1:9: no Dask scheduler answers there") for line in said)


def test_several_projects_are_named_or_stand_in_one_folder(project, no_kernels, tmp_path, capsys):
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


def test_a_project_that_cannot_be_done_keeps_no_other_from_being_done(project, monkeypatch, tmp_path, capsys):
    region = tmp_path / "region"
    for name in ("a", "b", "c"):
        shutil.copytree(project, region / name)
    (region / "a" / "settings.toml").write_text("organisation = 5", encoding="utf-8")

    def make(page, project):
        if project == region / "b":
            raise ValueError("a\nb")
        return at_once(page, project)

    monkeypatch.setattr("qa_analysis.batch.run.run", partial(run, make=make))
    monkeypatch.setattr(logging.getLogger(), "handlers", [])  # as where no test runs
    log = tmp_path / "log.txt"
    only = ["run", "--only", "data_quality", "--project"]
    assert run_command([*only, str(region), "--log-file", str(log)]) == 2
    said = capsys.readouterr().err.splitlines()
    assert f"{region / 'a'} could not be done:" in said
    assert [line for line in said if "ValueError" in line] == [
        "2025-26 Q2, data_quality: data_quality.ipynb: ValueError: a b"
    ]
    assert "[1/1] 2025-26 Q2 data_quality failed" in said
    assert (region / "c" / "reports" / "2025-26-Q2" / "data_quality.html").is_file()
    events = [line.split(" ", 2)[2] for line in log.read_text(encoding="utf-8").splitlines()]
    assert events[0].startswith(f"ERROR {region / 'a'}: stopped: ")
    assert f"INFO {region / 'c'}: done" in events
    failed = f"ERROR {region / 'b'}: failed 2025-26 Q2 data_quality: data_quality.ipynb: ValueError: a b"
    assert [event for event in events if event.startswith(f"ERROR {region / 'b'}: ")] == [failed]
    assert run_command([*only, str(region / "b")]) == 1
    assert capsys.readouterr().err.count("ValueError") == 1


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


def test_what_else_is_asked_for_stands_beside_the_pages_while_it_agrees(project, add_an_audit, write_notebook):
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
    add_an_audit()
    run(project, only=["data_quality"], jobs=2)
    assert not (folder / "tables.xlsx").exists()


def test_without_a_browser_the_pages_are_published_and_a_line_says_how_to_print(project, monkeypatch):
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent))
    outcome = run(project, pdf=True, only=["data_quality"])
    (failure,) = outcome.failures
    assert failure == Failure("2025-26 Q2", "PDF", failure.message)
    assert "or open the page in any browser and print it to PDF" in failure.message
    assert (project / "reports" / "2025-26-Q2" / "data_quality.html").is_file()
