"""Make the pictures of the documentation from the rendered example report: python docs/make_pictures.py."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"


def main() -> None:
    """Render the example's newest quarter in a folder of its own and take its picture."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        shutil.copytree(ROOT / "data" / "raw" / "example", project / "data" / "raw" / "example")
        subprocess.run([sys.executable, "-m", "qa_analysis", "run", "--project", str(project)], check=True)
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium") or shutil.which("chrome"), args=["--no-sandbox"]
            )
            page = browser.new_page(viewport={"width": 1100, "height": 1250})
            page.goto((project / "reports" / "2025-26-Q2" / "quarterly_report.html").as_uri())
            PICTURES.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=PICTURES / "report.png")
            browser.close()


if __name__ == "__main__":
    main()
