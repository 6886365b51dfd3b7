"""Fictional example data: six quarters of workbooks, the same bytes every time.

Each file of `quarters/` lays out one quarter: how many audits had which grade before and after moderation, which
were re-audits, how many showed green shoots, and every text. `audits` turns the layout into rows, `untidy` writes
some of them the way people do, and `workbook` writes the file. Chance, from fixed seeds, only decides what no
figure depends on.
"""

from __future__ import annotations

import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

from qa_analysis.workbooks.audits import child_references, make_audits
from qa_analysis.workbooks.untidy import faulty_rows, untidy_rows
from qa_analysis.workbooks.workbook import Row, write_workbook

__all__ = ["write_example"]


def write_example(folder: Path) -> list[Path]:
    """Write the fictional workbooks into `folder` and return their paths, earliest quarter first.

    There is one workbook for each quarter from 2024-25 Q1 to 2025-26 Q2, with every sheet of the raw-data
    contract. The folder is made if it is missing; workbooks of the same names are replaced, each whole.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     print(write_example(Path(folder))[-1].name)
    Audits 2025-26 Q2.xlsx
    """
    children = child_references()
    audits: dict[str, list[Row]] = {}
    paths = []
    for layout in _layouts():
        quarter = layout["quarter"]
        audits[quarter] = make_audits(layout, audits, children)
        feedback = [quote | ({"score_out_of": 10} if "score" in quote else {}) for quote in layout["feedback"]]
        tables = layout | {"audits": _as_written(audits[quarter], layout), "feedback": feedback}
        paths.append(write_workbook(folder / f"Audits {quarter}.xlsx", tables))
    return paths


def _layouts() -> list[dict[str, Any]]:
    files = sorted(
        (file for file in resources.files(__package__).joinpath("quarters").iterdir()), key=lambda file: file.name
    )
    return [tomllib.loads(file.read_text(encoding="utf-8")) for file in files if file.name.endswith(".toml")]


def _as_written(audits: list[Row], layout: dict[str, Any]) -> list[Row]:
    rows = untidy_rows(audits, layout["quarter"]) if layout["untidy"] else audits
    return rows + faulty_rows(audits, layout)
