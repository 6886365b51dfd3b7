"""The project's own files: environments that agree, and what stays out of git."""

from __future__ import annotations

import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]


def test_environment_yml_has_the_packages_and_bounds_of_pyproject():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    conda = [entry for entry in environment if isinstance(entry, str)]
    (from_pip,) = [entry["pip"] for entry in environment if isinstance(entry, dict)]
    named = {*conda, *from_pip} - {"pip", "-e ."}
    for_analysts = [*project["dependencies"], *project["optional-dependencies"]["lab"]]
    assert named == {*for_analysts, f"python{project['requires-python']}"}


@pytest.mark.parametrize(
    ("path", "ignored"),
    [
        ("data/raw/Q2 audits.xlsx", True),
        ("data/raw/2025/Q2.csv", True),
        ("data/processed/audits.parquet", True),
        ("data/signed_off/2025-26-Q2/record.toml", True),
        ("reports/index.html", True),
        ("data/raw/example/Audits 2025-26 Q2.xlsx", False),
        ("data/raw/README.md", False),
    ],
)
def test_real_data_and_rendered_reports_stay_out_of_git(path, ignored):
    found = subprocess.run(["git", "check-ignore", "-q", "--no-index", path], cwd=ROOT, check=False)
    assert found.returncode == (0 if ignored else 1)


def test_notebooks_are_committed_without_outputs():
    import nbformat

    notebooks = sorted((ROOT / "notebooks").rglob("*.ipynb"))
    assert notebooks
    for path in notebooks:
        for cell in nbformat.read(path, as_version=4).cells:
            assert not cell.get("outputs"), path
            assert cell.get("execution_count") is None, path
