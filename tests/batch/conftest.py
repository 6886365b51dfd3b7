"""The small project of which the tests of runs make pages."""

import shutil

import pytest

from qa_analysis.store.data import load
from qa_analysis.store.figures import figures
from tests.batch.batches import AUDITS, HEADINGS, LEVEL, PARAMETERS, SETTINGS, run
from tests.conftest import write_workbook


@pytest.fixture(scope="session")
def cleaned(once):
    """Return a folder with two projects, cleaned and their figures worked out.

    `before` has audits of two quarters, and `after` one more, with the figures of the newest quarter alone.
    """

    def build(folder):
        for name, audits, quarters in (("before", AUDITS[:-1], 2), ("after", AUDITS, 1)):
            write_workbook(folder / name / "data" / "raw" / "Audits.xlsx", {"Audits": [HEADINGS, *audits]})
            (folder / name / "settings.toml").write_text(SETTINGS, encoding="utf-8")
            data = load(folder / name)
            for quarter in data.quarters[-quarters:]:
                figures(data, quarter)

    return once("cleaned", build)


@pytest.fixture
def project(cleaned, write_notebook, tmp_path):
    """Return a project with audits of two quarters and three small notebooks in place of the shipped ones."""
    project = shutil.copytree(cleaned / "before", tmp_path / "Council & Sons")
    write_notebook(project / "notebooks" / "quarterly_report.ipynb", PARAMETERS, "print('Report of', quarter)")
    write_notebook(project / "notebooks" / "data_quality.ipynb", PARAMETERS, "print('Data quality of', quarter)")
    write_notebook(project / "notebooks" / "level_of_need.ipynb", LEVEL, "print(level_of_need, 'in', quarter)")
    return project


@pytest.fixture
def add_an_audit(cleaned, project):
    """Return a function that puts a newer workbook into the project, with one more audit of the newest quarter.

    Its figures are there already, since they take seconds; the tables are yet to be cleaned.
    """

    def add():
        left_out = shutil.ignore_patterns("manifest.json")
        shutil.copytree(cleaned / "after" / "data", project / "data", ignore=left_out, dirs_exist_ok=True)

    return add


@pytest.fixture
def no_kernels(monkeypatch):
    """Let the command make its pages without kernels."""
    monkeypatch.setattr("qa_analysis.batch.run.run", run)
