"""Make the pictures of the documentation from the example data: python docs/make_pictures.py.

`python docs/make_pictures.py pages` takes pictures of all the pages instead, for people to look at: on a screen, light
and dark, on a phone, and as they are printed. They are in `build/pictures`. The folder of a project may follow whose
reports are there already; without it the example is rendered.
"""

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

from qa_analysis.batch.pdf import write_pdf

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
ALL_PAGES = ROOT / "build" / "pictures"
SCREENS = {"desktop-light": (1280, "light"), "desktop-dark": (1280, "dark"), "phone": (360, "light")}
QUARTER = "2025-26-Q2"
LIMIT = 180_000  # milliseconds
RUN = "window.jupyterapp.commands.execute('notebook:run-all-cells')"
OPEN = "() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"


def main() -> None:
    """Take the pictures that were asked for."""
    what, *projects = sys.argv[1:] or ["documentation"]
    if what not in ("documentation", "pages") or len(projects) > 1:
        sys.exit(__doc__)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        own = Path(folder) / "Northmoor"
        project = Path(projects[0]) if projects else rendered_example(own, external=what == "pages")
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("chrome"), args=["--no-sandbox"]
        )
        if what == "pages":
            pictures_of_pages(browser, project)
        else:
            pictures_of_documentation(browser, project)
        browser.close()


def rendered_example(project: Path, *, external: bool) -> Path:
    """Render the example's newest quarter in a folder of its own."""
    shutil.copytree(ROOT / "data" / "raw" / "example", project / "data" / "raw" / "example")
    options = ["--external"] if external else []
    subprocess.run([sys.executable, "-m", "qa_analysis", "run", "--project", str(project), *options], check=True)
    return project


def pictures_of_documentation(browser: Browser, project: Path) -> None:
    """Take the pictures of the documentation: the report and JupyterLab."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    report = (project / "reports" / QUARTER / "quarterly_report.html").as_uri()
    picture_of(browser, report, "report", width=1280, height=900)
    picture_of_lab(browser, project)


def pictures_of_pages(browser: Browser, project: Path) -> None:
    """Take pictures of every page of a project from top to bottom, and of the sheets that it is printed on."""
    shutil.rmtree(ALL_PAGES, ignore_errors=True)
    reports = (project / "reports").resolve()
    for path in sorted(each for each in reports.rglob("*.html") if "failed" not in each.parts):
        place = ALL_PAGES / path.relative_to(reports).with_suffix("")
        place.mkdir(parents=True)
        page = browser.new_page()
        page.goto(path.as_uri())
        for name, (width, scheme) in SCREENS.items():
            page.set_viewport_size({"width": width, "height": 800})
            page.emulate_media(color_scheme=scheme)
            page.screenshot(path=place / f"{name}.png", full_page=True)
        page.close()
        with tempfile.TemporaryDirectory() as folder:
            pdf = write_pdf(Path(shutil.copy(path, folder)))
            subprocess.run(["pdftoppm", "-r", "60", "-png", str(pdf), str(place / "print")], check=True)
    print(ALL_PAGES)


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
