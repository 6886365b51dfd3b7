"""The documentation builds with warnings as errors, loads nothing from outside, and is complete."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import nbformat
import pytest
import yaml
from bs4 import BeautifulSoup

import qa_analysis as qa

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
LOADED = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src"}


def test_every_public_name_is_in_the_reference():
    listed = re.findall(
        r"^\.\. auto(?:function|class):: qa_analysis\.(\w+)$", (DOCS / "api.md").read_text("utf-8"), re.M
    )
    assert sorted(listed) == sorted(set(qa.__all__) - {"sentences"})


def test_every_page_is_in_the_navigation():
    toctree = re.findall(r"^```\{toctree\}\n(.*?)^```$", (DOCS / "index.md").read_text("utf-8"), re.M | re.S)
    entries = [line for tree in toctree for line in tree.splitlines() if line and not line.startswith(":")]
    pages = {path.stem for path in DOCS.glob("*.md")} - {"index"}
    assert pages == set(entries)


@pytest.mark.parametrize(
    "path", [*sorted(DOCS.glob("*.md")), ROOT / "README.md", ROOT / "CONTRIBUTING.md"], ids=lambda path: path.name
)
def test_links_lead_to_files_that_are_there(path):
    for target in re.findall(r"\]\(([^)#\s]+)", path.read_text(encoding="utf-8")):
        assert target.startswith("https://") or (path.parent / target).exists(), target


def test_the_commands_of_the_documentation_are_those_of_the_project():
    told = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    assert "uv run sphinx-build -W docs build/docs" in told
    assert {re.match(r"[\w-]+", each)[0] for each in groups["docs"]} == {"myst-parser", "numpydoc", "pydata-sphinx-theme", "sphinx"}  # fmt: skip


def test_every_page_with_commands_says_once_what_stands_before_them():
    pages = {path.name: path.read_text(encoding="utf-8") for path in DOCS.glob("*.md")}
    told = {name: " ".join(page.split()).count("`python -m uv run` stands before each") for name, page in pages.items()}
    using = {name for name, page in pages.items() if re.search("^(?:## )?qa-analysis |`qa-analysis ", page, re.M)}
    assert using - {"changelog.md"} == {name for name, times in told.items() if times == 1}
    assert max(told.values()) == 1


@pytest.mark.slow
def test_the_site_builds_with_warnings_as_errors_and_loads_nothing_from_outside(tmp_path):
    command = [
        sys.executable,
        "-m",
        "sphinx",
        "-W",
        "--keep-going",
        "-q",
        "-d",
        tmp_path / "trees",
        DOCS,
        tmp_path / "site",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    pages = sorted((tmp_path / "site").glob("*.html"))
    assert len(pages) > 8
    for path in pages:
        page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        bar = page.find(class_="bd-sidebar-primary")
        captions = ["The report", "The data", "Running it", "Exploring and extending", "The project"]
        assert [each.get_text() for each in bar.find_all(class_="caption")] == captions, path.name
        assert len(bar.find_all("a")) == len(list(DOCS.glob("*.md"))) - 1, path.name
        outside = [
            tag[attribute]
            for name, attribute in LOADED.items()
            for tag in page.find_all(name)
            if re.match(r"(?:https?:)?//", tag.get(attribute, ""))
        ]
        assert not outside, path.name
    styles = "".join(path.read_text("utf-8") for path in (tmp_path / "site" / "_static").rglob("*.css"))
    assert not re.search(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//", styles)
    reference = (tmp_path / "site" / "api.html").read_text(encoding="utf-8")
    assert "Wilson EB (1927)" in reference


def hooks() -> dict[str, dict[str, object]]:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    (repo,) = config["repos"]
    assert repo["repo"] == "local"
    return {hook["id"]: hook for hook in repo["hooks"]}


def test_the_hooks_strip_lint_and_format_and_need_no_network():
    assert list(hooks()) == ["nbstripout", "ruff-check", "ruff-format"]
    assert all(hook["language"] == "system" and hook["entry"].startswith("uv run ") for hook in hooks().values())
    assert all("jupyter" in (*hook.get("types", ()), *hook.get("types_or", ())) for hook in hooks().values())


@pytest.mark.slow
def test_a_notebook_with_outputs_is_stripped_before_it_is_committed(tmp_path):
    from nbformat.v4 import new_code_cell, new_notebook, new_output

    scripts = Path(sys.executable).parent
    config = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8").replace("uv run --locked ", f"{scripts}/")
    (tmp_path / ".pre-commit-config.yaml").write_text(config, encoding="utf-8")
    cell = new_code_cell("import os\n1+1", execution_count=3, outputs=[new_output("stream", text="CH-04471")])
    nbformat.write(new_notebook(cells=[cell]), tmp_path / "seen.ipynb")
    git = ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-C", tmp_path]
    for arguments in (["init", "-q"], ["add", "-A"]):
        subprocess.run([*git, *arguments], check=True, capture_output=True)
    command = [scripts / "pre-commit", "run", "--all-files"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stdout + done.stderr
    (cell,) = nbformat.read(tmp_path / "seen.ipynb", as_version=4).cells
    assert cell.outputs == []
    assert cell.execution_count is None
    assert "1 + 1" in cell.source


def test_every_measure_of_figures_csv_is_explained():
    from qa_analysis.metrics.figures import MEASURES

    explained = (Path(__file__).parents[2] / "docs" / "metrics.md").read_text(encoding="utf-8")
    assert [each.name for each in MEASURES if f"`{each.name}`" not in explained] == []
