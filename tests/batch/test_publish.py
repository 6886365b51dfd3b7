"""A quarter is published whole or not at all, wherever the run is cut off."""

from pathlib import Path

import pytest

from qa_analysis.batch.publish import finish_publications, keep_failure, only_run, publish, stage
from qa_analysis.errors import ReportError
from tests.batch.batches import is_killed

QUARTER = "2025-26-Q2"
NEW = {"quarterly_report.html": "new report", "figures.csv": "new figures", "notebooks/quarterly_report.ipynb": "new"}
OLD = {
    "quarterly_report.html": "old report",
    "figures.csv": "old figures",
    "data_quality.html": "old",
    "x/y.txt": "old",
}


def write(folder, files):
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def read(folder):
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in files}


@pytest.fixture
def reports(tmp_path):
    write(tmp_path / QUARTER, OLD)
    return tmp_path


@pytest.fixture
def committed(reports):
    """Return a folder as it is when a run ends just after it has committed itself to publishing it."""
    folder = reports / ".publishing" / QUARTER
    write(folder, NEW | {".files": "\n".join(sorted(NEW))})
    return folder


def test_a_publication_takes_the_place_of_the_earlier_one(reports):
    write(reports / "failed" / QUARTER, {"quarterly_report.html": "failed"})
    write(stage(reports, QUARTER), NEW)
    with only_run(reports):
        assert publish(reports / ".staging" / QUARTER, reports) == reports / QUARTER
    assert read(reports / QUARTER) == NEW
    assert not (reports / QUARTER / "x").exists()
    assert not (reports / "failed" / QUARTER).exists()
    assert {path.name for path in reports.iterdir()} == {QUARTER, "failed", ".lock"}


def test_what_was_only_staged_is_cleared_and_changes_nothing(reports):
    write(stage(reports, QUARTER), NEW)
    assert finish_publications(reports) == {}
    assert read(reports) == {f"{QUARTER}/{name}": text for name, text in OLD.items()}


def test_staging_starts_empty(reports):
    write(reports / ".staging" / QUARTER, OLD)
    assert read(stage(reports, QUARTER)) == {}


def test_cut_off_before_the_first_file_is_moved(reports, committed):
    assert finish_publications(reports) == {}
    assert read(reports / QUARTER) == NEW
    assert not committed.exists()


def test_cut_off_among_the_files(reports, committed):
    (committed / "figures.csv").replace(reports / QUARTER / "figures.csv")
    finish_publications(reports)
    assert read(reports / QUARTER) == NEW


def test_cut_off_before_the_old_files_are_removed(reports, committed):
    for name in NEW:
        (reports / QUARTER / name).parent.mkdir(exist_ok=True)
        (committed / name).replace(reports / QUARTER / name)
    finish_publications(reports)
    assert read(reports / QUARTER) == NEW


def test_cut_off_before_the_folder_is_removed(reports, committed):
    write(reports / QUARTER, NEW)
    (committed / ".files").unlink()
    finish_publications(reports)
    assert read(reports / QUARTER) == OLD | NEW
    assert not committed.exists()


def test_killed_before_any_step_of_a_publication_it_is_finished_or_rolled_back(tmp_path):
    steps = ["os.rename", "os.remove", "os.rmdir", "os.mkdir"]
    ended = []
    for step in range(1, 40):
        reports = tmp_path / str(step)
        write(reports / QUARTER, OLD)
        write(stage(reports, QUARTER), NEW)
        killed = is_killed(steps, step, publish, reports / ".staging" / QUARTER, reports)
        for name, text in read(reports / QUARTER).items():
            assert text in (OLD.get(name), NEW.get(name)), (step, name)
        finish_publications(reports)
        left = read(reports / QUARTER)
        assert left in (OLD, NEW), step
        ended.append(left == NEW)
        if not killed:
            break
    assert not killed
    assert ended == sorted(ended)
    assert not ended[0]
    assert sum(ended) > len(NEW)


def test_finishing_twice_is_finishing_once(reports, committed):
    finish_publications(reports)
    assert finish_publications(reports) == {}
    assert read(reports / QUARTER) == NEW


def test_a_file_held_open_elsewhere_is_named_and_the_next_run_finishes(reports, committed):
    # A folder in the file's place refuses to be replaced on every system, as an open file does on Windows.
    blocked = reports / QUARTER / "quarterly_report.html"
    blocked.unlink()
    blocked.mkdir()
    other = reports / ".publishing" / "2025-26-Q1"
    write(other, {**NEW, ".files": "\n".join(NEW)})
    unfinished = finish_publications(reports)
    assert list(unfinished) == [QUARTER]
    assert "quarterly_report.html: cannot be replaced" in unfinished[QUARTER]
    assert read(reports / "2025-26-Q1") == NEW
    blocked.rmdir()
    finish_publications(reports)
    assert read(reports / QUARTER) == NEW


def test_a_file_that_is_open_before_a_publication_keeps_all_of_it_back(reports, monkeypatch):
    write(stage(reports, QUARTER), NEW)
    move = Path.replace

    def as_on_windows(path, target):
        if "quarterly_report.html" in (path.name, Path(target).name):
            raise PermissionError(13, "The process cannot access the file")
        return move(path, target)

    monkeypatch.setattr(Path, "replace", as_on_windows)
    with pytest.raises(ReportError, match=r"quarterly_report\.html: cannot be replaced"):
        publish(reports / ".staging" / QUARTER, reports)
    assert read(reports / QUARTER) == OLD
    assert finish_publications(reports) == {}
    assert read(reports / QUARTER) == OLD


def test_a_failure_is_kept_and_the_earlier_publication_stays(reports):
    write(reports / "failed" / QUARTER, {"earlier.html": "failure"})
    write(stage(reports, QUARTER), {"data_quality.html": "made"})
    assert read(keep_failure(reports / ".staging" / QUARTER, reports)) == {"data_quality.html": "made"}
    assert read(reports / QUARTER) == OLD


def test_two_runs_do_not_write_at_once(reports):
    with only_run(reports), pytest.raises(ReportError, match="another run is writing here"), only_run(reports):
        pass
    with only_run(reports):
        pass
