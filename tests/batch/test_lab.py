"""`qa-analysis lab`: what it copies and never overwrites, and the notebooks as a person runs them in JupyterLab."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa_analysis.cli.commands import run_command
from qa_analysis.cli.lab import guided_notebooks
from qa_analysis.errors import InputError

ROOT = Path(__file__).parents[2]
NAMES = ["explore_grades.ipynb", "explore_moderation.ipynb", "explore_text.ipynb", "start_here.ipynb"]
TOKEN = "a-token-for-this-test"
LIMIT = 120  # seconds, for anything a browser or a server is waited for


def project_in(folder: Path) -> Path:
    shutil.copytree(ROOT / "data" / "raw" / "example", folder / "data" / "raw" / "example")
    return folder


def test_a_project_without_guided_notebooks_gets_copies(tmp_path):
    copied = guided_notebooks(tmp_path)
    assert [path.name for path in copied] == NAMES
    assert copied[0].read_bytes() == (ROOT / "notebooks" / "explore" / copied[0].name).read_bytes()
    assert sorted(path.name for path in (tmp_path / "notebooks").iterdir()) == ["explore"]


def test_what_is_there_is_left_as_it_is(tmp_path):
    own = tmp_path / "notebooks" / "explore"
    own.mkdir(parents=True)
    (own / "start_here.ipynb").write_text("mine", encoding="utf-8")
    assert guided_notebooks(tmp_path) == []
    assert [(path.name, path.read_text(encoding="utf-8")) for path in own.iterdir()] == [("start_here.ipynb", "mine")]


def test_the_repository_itself_gets_no_copies():
    assert guided_notebooks(ROOT) == []


def test_a_folder_that_cannot_be_written_to_is_one_sentence(tmp_path):
    (tmp_path / "notebooks").write_text("a file stands in the way", encoding="utf-8")
    with pytest.raises(InputError, match="the guided notebooks cannot be copied there"):
        guided_notebooks(tmp_path)


def test_without_a_project_there_is_one_line_and_exit_code_2(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run_command(["lab"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert len(said.err.splitlines()) == 1
    assert "data/raw" in said.err


def test_without_jupyterlab_one_line_says_what_to_install(tmp_path, monkeypatch, capsys):
    project_in(tmp_path)
    monkeypatch.setitem(sys.modules, "jupyterlab.labapp", None)
    assert run_command(["lab", "--project", str(tmp_path)]) == 2
    *_, said = capsys.readouterr().err.splitlines()
    assert said == (
        'JupyterLab is not installed. With uv: python -m uv run --extra lab …; with pip: pip install -e ".[lab]".'
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def lab(tmp_path_factory) -> Iterator[tuple[Path, str]]:
    """Serve a project with the example data, started from a folder inside it, beside a kernel that is not ours."""
    project = project_in(tmp_path_factory.mktemp("lab") / "A council & its data")
    home = tmp_path_factory.mktemp("home")
    decoy = home / "data" / "kernels" / "python3"
    decoy.mkdir(parents=True)
    (decoy / "kernel.json").write_text(
        json.dumps({"argv": ["false"], "display_name": "Another Python", "language": "python"}), encoding="utf-8"
    )
    port = free_port()
    environment = os.environ | {
        "JUPYTER_PORT": str(port),
        "JUPYTER_TOKEN": TOKEN,
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
    }
    options = ["--no-browser", "--allow-root", "--ServerApp.port_retries=0", "--LabApp.expose_app_in_browser=True"]
    log = (home / "log.txt").open("w", encoding="utf-8")
    server = subprocess.Popen(
        [sys.executable, "-m", "qa_analysis", "lab", "--", *options],
        cwd=project / "data" / "raw", env=environment, stdout=log, stderr=log,
    )  # fmt: skip
    try:
        address = f"http://127.0.0.1:{port}"
        wait_for_server(address, server, home / "log.txt")
        yield project, address
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        log.close()


def wait_for_server(address: str, server: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + LIMIT
    while time.monotonic() < deadline:
        assert server.poll() is None, log.read_text(encoding="utf-8")
        try:
            ask(f"{address}/api/status")
        except OSError:
            time.sleep(0.2)
        else:
            return
    pytest.fail(f"JupyterLab did not start: {log.read_text(encoding='utf-8')}")


def ask(address: str) -> dict:
    request = urllib.request.Request(address, headers={"Authorization": f"token {TOKEN}"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


STATE = """() => {
    const panel = window.jupyterapp?.shell.currentWidget;
    const cells = [...(panel?.content?.model?.cells ?? [])].filter(each => each.type === "code");
    const outputs = cells.flatMap(each => each.outputs.toJSON());
    return {
        ready: panel?.sessionContext?.session?.kernel?.status === "idle" && cells.length > 0,
        run: cells.filter(each => each.executionCount).length,
        cells: cells.length,
        errors: outputs.filter(each => each.output_type === "error").map(each => each.evalue),
    };
}"""


class Screen:
    """JupyterLab in a browser, used as a person does."""

    def __init__(self, browser, address: str) -> None:
        self.page = browser.new_context(viewport={"width": 1400, "height": 1000}).new_page()
        self.page.set_default_timeout(LIMIT * 1000)
        self.asked: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(f"{address}/lab?token={TOKEN}&reset")
        self.page.wait_for_function("() => window.jupyterapp")
        self.page.evaluate("() => window.jupyterapp.restored")

    def open(self, path: str) -> None:
        """Open a notebook in place of the one that is seen."""
        self.page.evaluate(
            "async path => { await window.jupyterapp.commands.execute('docmanager:open', {path}); }", path
        )
        self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-CodeCell").first.wait_for()
        self.page.wait_for_function(f"() => ({STATE})().ready")
        self.notebook = self.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")

    def choose(self, item: str) -> None:
        """Choose an item of the menu *Run*."""
        self.page.locator(".lm-MenuBar-itemLabel", has_text="Run").first.click()
        self.page.get_by_text(item, exact=True).click()

    def run_all(self) -> None:
        """Run all cells, and wait until the last one is done."""
        self.choose("Run All Cells")
        self.page.wait_for_function(
            f"() => {{ const now = ({STATE})(); return now.errors.length || (now.ready && now.run === now.cells); }}"
        )

    def change(self, old: str, new: str) -> None:
        """Type into the parameters cell: `old` is replaced by `new`."""
        cell = self.notebook.locator(".jp-CodeCell .cm-content").first
        cell.scroll_into_view_if_needed()
        cell.get_by_text(old).wait_for()
        text = "\n".join(cell.locator(".cm-line").all_text_contents())
        cell.click()
        self.page.keyboard.press("ControlOrMeta+A")
        self.page.keyboard.insert_text(text.replace(old, new))

    @property
    def errors(self) -> list[str]:
        errors: list[str] = self.page.evaluate(STATE)["errors"]
        return errors

    def wait_for_chart(self, said: str, below: str = ".jp-OutputArea") -> None:
        """Wait for a chart whose alt text says something."""
        self.notebook.locator(f"{below} svg[role=img][aria-label*='{said}']").first.wait_for()


@pytest.fixture(scope="module")
def screen(lab, browser) -> Screen:
    _, address = lab
    return Screen(browser, address)


def test_the_kernel_is_this_interpreter_whichever_else_is_installed(lab):
    _, address = lab
    spec = ask(f"{address}/api/kernelspecs")["kernelspecs"]["python3"]["spec"]
    assert spec["argv"][0] == sys.executable


def test_the_tour_runs_top_to_bottom_and_a_changed_parameter_changes_its_chart(screen):
    screen.open("notebooks/explore/start_here.ipynb")
    screen.run_all()
    assert screen.errors == []
    screen.wait_for_chart("Jul–Sep 25: there were 66 graded audits")
    screen.change('quarter = ""', 'quarter = "2025-26 Q1"')
    screen.notebook.get_by_role("heading", name="Filters").click()
    screen.choose("Run All Above Selected Cell")
    screen.wait_for_chart("Apr–Jun 24: there were")
    assert screen.errors == []
    # Nothing in it came from the network, and nobody was told that it was opened.
    assert not [url for url in screen.asked if "127.0.0.1" not in url and not url.startswith(("data:", "blob:"))]
    assert not [url for url in screen.asked if "/lab/api/news" in url or "/lab/api/update" in url]


def test_explore_moderation_runs_and_a_filter_moves_its_chart(screen):
    screen.open("notebooks/explore/explore_moderation.ipynb")
    screen.run_all()
    assert screen.errors == []
    box = screen.notebook.locator(".widget-vbox select").first
    box.scroll_into_view_if_needed()
    screen.wait_for_chart("whole service", ".widget-vbox")
    box.select_option(label="Care Leavers")
    screen.wait_for_chart("Care Leavers", ".widget-vbox")
