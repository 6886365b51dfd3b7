"""The documentation is complete. That it builds, and loads nothing from outside, is seen by docs/check_site.py."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

import qa_analysis as qa

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def test_every_public_name_is_in_the_reference():
    listed = re.findall(
        r"^\.\. auto(?:function|class):: qa_analysis\.(\w+)$",
        (DOCS / "api.md").read_text("utf-8"),
        re.M,
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


def test_ci_runs_the_checks_that_contributing_names():
    told = re.findall(r"`uv run python (\S+)`", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    run = re.findall(r"^tool \w+ python (\S+)$", (ROOT / ".ci" / "run").read_text(encoding="utf-8"), re.M)
    assert sorted(told) == sorted(run) == [".ci/hooks.py", ".ci/wheel.py", "docs/check_site.py"]
    assert all((ROOT / script).is_file() for script in told)


def test_every_page_with_commands_says_once_what_stands_before_them():
    pages = {path.name: path.read_text(encoding="utf-8") for path in DOCS.glob("*.md")}
    told = {name: " ".join(page.split()).count("`python -m uv run` stands before each") for name, page in pages.items()}
    using = {name for name, page in pages.items() if re.search("^(?:## )?qa-analysis |`qa-analysis ", page, re.M)}
    assert using - {"changelog.md"} == {name for name, times in told.items() if times == 1}
    assert max(told.values()) == 1


def hooks() -> dict[str, dict[str, object]]:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    (repo,) = config["repos"]
    assert repo["repo"] == "local"
    return {hook["id"]: hook for hook in repo["hooks"]}


def test_the_hooks_strip_lint_and_format_and_need_no_network():
    assert list(hooks()) == ["nbstripout", "ruff-check", "ruff-format"]
    assert all(hook["language"] == "system" and hook["entry"].startswith("uv run ") for hook in hooks().values())
    assert all("jupyter" in (*hook.get("types", ()), *hook.get("types_or", ())) for hook in hooks().values())


def test_every_measure_of_figures_csv_is_explained():
    from qa_analysis.metrics.catalogue import MEASURES

    explained = (DOCS / "metrics.md").read_text(encoding="utf-8")
    assert [each.name for each in MEASURES if f"`{each.name}`" not in explained] == []
