"""See that the commit hooks take the outputs out of a notebook, so that no child's reference gets into git."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_notebook, new_output

ROOT = Path(__file__).parents[1]
SCRIPTS = Path(sys.executable).parent


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        config = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
        (folder / ".pre-commit-config.yaml").write_text(config.replace("uv run --locked ", f"{SCRIPTS}/"), "utf-8")
        cell = new_code_cell("import os\n1+1", execution_count=3, outputs=[new_output("stream", text="CH-04471")])
        nbformat.write(new_notebook(cells=[cell]), folder / "seen.ipynb")
        for arguments in (["init", "-q"], ["add", "-A"]):
            subprocess.run(["git", *arguments], cwd=folder, check=True)
        hooks = [SCRIPTS / "pre-commit", "run", "--all-files"]
        done = subprocess.run(hooks, cwd=folder, capture_output=True, text=True, check=False)
        (cell,) = nbformat.read(folder / "seen.ipynb", as_version=4).cells
    if done.returncode != 1 or cell.outputs or cell.execution_count is not None or "1 + 1" not in cell.source:
        sys.exit(f"The hooks left {cell}\n{done.stdout}{done.stderr}")


if __name__ == "__main__":
    main()
