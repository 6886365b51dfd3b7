"""The small project of which the tests of runs make pages."""

import pytest

from tests.batch.batches import AUDITS, HEADINGS, LEVEL, PARAMETERS, QUICK, SETTINGS


@pytest.fixture
def project(make_project, write_notebook):
    """Return a project with audits of two quarters and three small notebooks in place of the shipped ones."""
    project = make_project({"Audits.xlsx": {"Audits": [HEADINGS, *AUDITS]}})
    (project / "settings.toml").write_text(SETTINGS, encoding="utf-8")
    for name in ("quarterly_report", "data_quality"):
        write_notebook(project / "notebooks" / f"{name}.ipynb", PARAMETERS, QUICK)
    write_notebook(project / "notebooks" / "level_of_need.ipynb", LEVEL, QUICK)
    return project
