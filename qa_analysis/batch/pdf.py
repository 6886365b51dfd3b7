"""A published page as a PDF beside it, printed by the browser that is there: Edge, Chrome or Chromium.

The browser was chosen over a Python library (WeasyPrint 70) after printing the example's report with both: each made
tagged A4 pages in about 2 seconds, but only the browser passes on the charts' alt text, which is drawn from their data,
and it needs nothing installed where there is a browser, as there is on every office computer.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from qa_analysis.errors import ReportError
from qa_analysis.store.files import write_beside

_COMMANDS = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge", "msedge", "chrome"
)  # fmt: skip
_FOLDERS = ("PROGRAMFILES(X86)", "PROGRAMFILES", "LOCALAPPDATA")  # environment variables of Windows
_PROGRAMS = (r"Microsoft\Edge\Application\msedge.exe", r"Google\Chrome\Application\chrome.exe")
_MAC = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
_OPTIONS = (
    "--headless", "--disable-gpu", "--no-first-run", "--no-default-browser-check", "--disable-extensions",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
    "--no-pdf-header-footer", "--generate-pdf-document-outline",
)  # fmt: skip
_LIMIT = 120  # seconds; a report takes two
_DATE = re.compile(rb"(/(?:Creation|Mod)Date \(D:)\d{14}")
_NO_DATE = b"20000101000000"  # a PDF must have one, and the clock's would make every file differ

HOW_TO_PRINT = (
    "No PDF was made: no browser was found to print with. Install Microsoft Edge, Google Chrome or Chromium, "
    "or open the page in any browser and print it to PDF (Ctrl+P)."
)


def write_pdf(page: Path) -> Path:
    """Print a page to a tagged PDF beside it and return the PDF's path.

    It is A4 with page numbers, bookmarks from the headings and the charts' alt text. A folded table stays folded, for
    every chart is printed with its figures in it. The same page printed by the same browser gives the same bytes.

    Parameters
    ----------
    page
        The page's HTML file.

    Raises
    ------
    ReportError
        If there is no browser to print with, or it failed; the message says how to print by hand.
    InputError
        If the PDF may not be written.
    """
    browser = find_browser()
    if browser is None:
        raise ReportError(HOW_TO_PRINT)
    pdf = page.with_suffix(".pdf")
    content = _printed(browser, page)
    write_beside(pdf, lambda beside: beside.write_bytes(_DATE.sub(rb"\g<1>" + _NO_DATE, content)))
    return pdf


def find_browser() -> Path | None:
    """Return the first browser that can print without a window, on the path or where it is usually installed."""
    return next(_browsers(), None)


def _browsers() -> Iterator[Path]:
    for command in _COMMANDS:
        if found := shutil.which(command):
            yield Path(found)
    folders = [Path(os.environ[name]) for name in _FOLDERS if name in os.environ]
    usual = [folder / program for program in _PROGRAMS for folder in folders] if sys.platform == "win32" else []
    yield from (path for path in (*usual, *map(Path, _MAC)) if path.is_file())


def _printed(browser: Path, page: Path) -> bytes:
    """Return the PDF that a browser prints of a page, with a profile of its own that is thrown away afterwards."""
    with tempfile.TemporaryDirectory(prefix="qa-analysis-", ignore_cleanup_errors=True) as folder:
        pdf = Path(folder) / "page.pdf"
        command = [str(browser), *_OPTIONS, *_as_root(), f"--user-data-dir={folder}", f"--print-to-pdf={pdf}"]
        try:
            subprocess.run([*command, page.resolve().as_uri()], capture_output=True, timeout=_LIMIT, check=True)
            return pdf.read_bytes()
        except (OSError, subprocess.SubprocessError) as error:
            raise ReportError(
                f"{page.name}: {browser.name} could not print it ({type(error).__name__}). "
                "Open it in a browser and print it to PDF (Ctrl+P)."
            ) from error


def _as_root() -> list[str]:
    """Return the option without which the browser does not start for root, as in a container."""
    return ["--no-sandbox"] if sys.platform != "win32" and os.geteuid() == 0 else []
