"""Make the pictures of the documentation from the example data: python docs/make_pictures.py."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
QUARTER = "2025-26-Q2"
LIMIT = 180_000  # milliseconds
RUN = "window.jupyterapp.commands.execute('notebook:run-all-cells')"
OPEN = "() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"


def main() -> None:
    """Render the example's newest quarter in a folder of its own, and take pictures of it and of JupyterLab."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        project = Path(folder) / "Northmoor"
        shutil.copytree(ROOT / "data" / "raw" / "example", project / "data" / "raw" / "example")
        subprocess.run([sys.executable, "-m", "qa_analysis", "run", "--project", str(project)], check=True)
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("chrome"), args=["--no-sandbox"]
        )
        PICTURES.mkdir(parents=True, exist_ok=True)
        report = (project / "reports" / QUARTER / "quarterly_report.html").as_uri()
        picture_of(browser, report, "report", width=1100, height=1250)
        picture_of(browser, report, "phone", width=360, height=740)
        picture_of_lab(browser, project)
        browser.close()


def picture_of(browser: Browser, address: str, name: str, *, width: int, height: int) -> None:
    """Take a picture of a page's first screen."""
    page = browser.new_page(viewport={"width": width, "height": height})
    page.goto(address)
    page.screenshot(path=PICTURES / f"{name}.png")
    page.close()


def picture_of_lab(browser: Browser, project: Path) -> None:
    """Take a picture of JupyterLab with the tour, where it shows a filter above its chart."""
    with lab(project) as address:
        page = browser.new_page(viewport={"width": 1300, "height": 900})
        page.set_default_timeout(LIMIT)
        page.goto(address)
        page.wait_for_function(OPEN)
        page.evaluate(RUN)
        page.locator(".widget-vbox svg[role=img]").first.scroll_into_view_if_needed()
        page.locator(".jp-OutputArea:has(.widget-vbox)").first.scroll_into_view_if_needed()
        page.screenshot(path=PICTURES / "lab.png")
        page.close()


@contextmanager
def lab(project: Path) -> Iterator[str]:
    """Serve the project's notebooks and yield the address of the tour."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port, token = probe.getsockname()[1], secrets.token_hex()
    options = ["--no-browser", "--allow-root", "--LabApp.expose_app_in_browser=True"]
    server = subprocess.Popen(
        [sys.executable, "-m", "qa_analysis", "lab", "--project", str(project), "--", *options],
        env=os.environ | {"JUPYTER_PORT": str(port), "JUPYTER_TOKEN": token},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        for line in server.stderr or ():
            if "is running at" in line:
                break
        yield f"http://127.0.0.1:{port}/lab/tree/notebooks/explore/start_here.ipynb?token={token}"
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    main()
