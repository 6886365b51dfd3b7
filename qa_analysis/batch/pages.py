"""The pages of a quarter, and one of them made: its notebook executed and exported, as a task of its own."""

from __future__ import annotations

import tempfile
import traceback
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from qa_analysis.batch.execute import CELL_LIMIT
from qa_analysis.batch.index import LEVEL
from qa_analysis.batch.kernels import Kernels
from qa_analysis.contract.project import notebook_folders
from qa_analysis.contract.quarters import quarter_name
from qa_analysis.errors import InputError, QaAnalysisError

if TYPE_CHECKING:
    import pandas as pd

    from qa_analysis.store.data import Data

EXTERNAL = "external"
WORD = ".docx"


class Page(NamedTuple):
    """A page to make: its notebook, its place among the quarter's files (without an ending), and its parameters."""

    notebook: Path
    name: str
    parameters: dict[str, str]

    @property
    def html(self) -> str:
        """Return the path of the page within its quarter's folder."""
        return f"{self.name}.html"

    @property
    def word(self) -> str:
        """Return the path of the page's Word copy within its quarter's folder."""
        return f"{self.name}{WORD}"

    @property
    def executed(self) -> str:
        """Return the path of the executed notebook within its quarter's folder."""
        return f"notebooks/{self.name}.ipynb"


class Made(NamedTuple):
    """What came of a page: its HTML and executed notebook, and where it failed the sentence and the traceback."""

    html: str
    notebook: str
    failure: str = ""
    traceback: str = ""


# What makes a page, given the project's folder. What it raises is told as the page's failure and ends no run. To the
# workers of a cluster it is sent pickled.
Make = Callable[[Page, Path], Made]


def pages_of(data: Data, quarter: pd.Period, *, external: bool = False) -> list[Page]:
    """Return the pages of a quarter: one a notebook, and `level_of_need.ipynb` once for each level of need.

    A project's own notebooks add to the shipped ones and win over those of the same name. With `external` the pages
    for the public come last, from the notebooks in `notebooks/external`.

    Raises
    ------
    InputError
        If two levels of need have codes with the same letters and digits.
    """
    notebooks = _notebooks(data.project)
    basic = {"quarter": quarter_name(quarter), "project_dir": "."}
    pages = [Page(path, name, basic) for name, path in sorted(notebooks.items()) if name != LEVEL]
    levels = data.settings.levels_of_need if LEVEL in notebooks else []
    pages += [Page(notebooks[LEVEL], f"{LEVEL}_{each.slug}", basic | {LEVEL: each.code}) for each in levels]
    twice = [name for name, number in Counter(page.name for page in pages).items() if number > 1]
    if twice:
        raise InputError(
            f"Two pages would be called {twice[0]}.html. Change a code under levels_of_need in settings.toml."
        )
    public = _notebooks(data.project, EXTERNAL) if external else {}
    return pages + [Page(path, f"{EXTERNAL}/{name}", basic) for name, path in sorted(public.items())]


def make_page(page: Page, project: Path, cell_limit: int = CELL_LIMIT, kernels: Kernels | None = None) -> Made:
    """Make a page of its notebook: execute it, in a kernel of its own where no others are given, and export it.

    Where that fails, the notebook is returned as far as it came; nothing is left behind in any case.
    """
    from qa_analysis.batch.execute import execute

    with tempfile.TemporaryDirectory(prefix="qa-analysis-", ignore_cleanup_errors=True) as folder:
        executed = Path(folder) / f"{Path(page.name).name}.ipynb"
        try:
            notebook = execute(
                page.notebook,
                executed,
                page.parameters,
                project,
                cell_limit=cell_limit,
                kernels=kernels,
                meanwhile=partial(_get_ready, page, project),
            )
            from qa_analysis.page.exporter import export

            return Made(export(notebook, executed.stem), executed.read_text(encoding="utf-8"))
        except Exception as error:
            return failure_of(page, error, executed.read_text(encoding="utf-8") if executed.is_file() else "")


def failure_of(page: Page, error: BaseException, notebook: str = "") -> Made:
    """Return what came of a page that could not be made: why, with the traceback, and what there is of its notebook."""
    why = str(error) if isinstance(error, QaAnalysisError) else f"{page.notebook.name}: {type(error).__name__}: {error}"
    return Made("", notebook, why, "".join(traceback.format_exception(error)))


def _get_ready(page: Page, project: Path) -> None:
    """Do what can be done while a page's kernel starts: import the exporter, work the quarter's figures out."""
    from qa_analysis.batch.execute import get_ready
    from qa_analysis.store.data import chosen_quarter, load
    from qa_analysis.store.figures import figures

    get_ready()
    data = load(project)
    figures(data, chosen_quarter(data, page.parameters["quarter"]))


def _notebooks(project: Path, below: str = "") -> dict[str, Path]:
    folders = reversed(notebook_folders(project))
    return {path.stem: path for folder in folders for path in sorted((folder / below).glob("*.ipynb"))}
