"""Build the wheel, and make with it alone, of its own example, the figures and pages that tests/backtest keeps."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.backtest.texts import KEPT, difference, figures_of, figures_text, page_text  # noqa: E402

NOTEBOOKS = {"quarterly_report.ipynb", "level_of_need.ipynb", "data_quality.ipynb", "start_here.ipynb"}
PAGES = ["data_quality", "quarterly_report"]  # the others are made by the same code
QUARTER = "2025-26-Q2"


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        python = installed(folder)
        project = folder / "P"
        run(python, "-m", "qa_analysis", "example", project / "data" / "raw" / "example", cwd=folder)
        only = [word for page in PAGES for word in ("--only", page)]
        run(python, "-m", "qa_analysis", "run", *only, "--project", project, cwd=folder)
        compare(project / "reports" / QUARTER)


def installed(folder: Path) -> Path:
    """Build the wheel, install it into an empty environment in the versions of `uv.lock`, and return its Python."""
    uv = os.environ.get("UV") or shutil.which("uv")  # `uv run` says where it is
    run(uv, "build", "--quiet", "--wheel", "--out-dir", folder, ROOT)
    (wheel,) = folder.glob("*.whl")
    held = {Path(name).name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("qa_analysis/notebooks/")}
    if not held >= NOTEBOOKS:
        sys.exit(f"{wheel.name} lacks {', '.join(sorted(NOTEBOOKS - held))}")
    run(uv, "venv", "--quiet", "--python", sys.executable, folder / "empty")
    scripts = ("bin/python", "Scripts/python.exe")
    python = next(path for path in (folder / "empty" / each for each in scripts) if path.exists())
    locked = folder / "locked.txt"
    run(uv, "export", "--quiet", "--locked", "--no-emit-project", "--no-hashes", "--output-file", locked)
    run(uv, "pip", "install", "--quiet", "--python", python, "--constraint", locked, wheel)
    return python


def compare(reports: Path) -> None:
    """Exit with what differs between the reports made and those kept."""
    pages = sorted(path.stem for path in reports.glob("*.html"))
    if pages != PAGES:
        sys.exit(f"The wheel made the pages {pages}")
    figures = figures_of(QUARTER, text_of(KEPT / "test_figures.csv"))
    texts = {"figures.csv": (figures, figures_text({QUARTER: text_of(reports / "figures.csv")}))}
    for page in PAGES:
        made = page_text(text_of(reports / f"{page}.html"))
        texts[f"{page}.html"] = (text_of(KEPT / f"test_page[{page}].txt"), made)
    wrong = []
    for name, text in texts.items():
        if different := difference(*text):
            wrong += [f"{name}:", *different]
    if wrong:
        sys.exit("\n".join(wrong))


def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def run(*command: object, cwd: Path = ROOT) -> None:
    own = {key: value for key, value in os.environ.items() if key not in ("VIRTUAL_ENV", "PYTHONPATH")}
    subprocess.run([str(word) for word in command], check=True, cwd=cwd, env=own)


if __name__ == "__main__":
    main()
